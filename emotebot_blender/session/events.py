# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a file and to what EmoteBot remembers in it, and the hub that calls followers.

Whoever notices something emits an event and knows nothing of who follows it: the properties of
``settings`` and ``sequence``, Blender's own handlers, the functions that change what is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bpy.types import Object, Scene, Timer

Event = TypeVar("Event")


@dataclass(frozen=True)
class FeelingEdited:
    """The feeling of the panel, or how it is laid on the face, was changed.

    Attributes:
        scene: whose settings.
        active: the active object of the view layer at that time, or None.
    """

    scene: Scene
    active: Object | None


@dataclass(frozen=True)
class SequenceEdited:
    """Something of a sequence was changed that its keys depend on.

    Attributes:
        owner: the object that stores the sequence.
        scene: in which it was edited.
    """

    owner: Object
    scene: Scene


@dataclass(frozen=True)
class CharacterEdited:
    """The face that shows a feeling is to show it in another way, by its seed or exaggeration.

    Attributes:
        owner: the object that stores the face's sequence.
        scene: in which it was edited.
    """

    owner: Object
    scene: Scene


@dataclass(frozen=True)
class SequenceRenamed:
    """A sequence got another name.

    Attributes:
        owner: the object that stores the sequence.
    """

    owner: Object


@dataclass(frozen=True)
class LayerStrengthEdited:
    """The layer of a sequence is to count for another part.

    Attributes:
        owner: the object that stores the sequence.
    """

    owner: Object


@dataclass(frozen=True)
class WordsTyped:
    """The words of a feeling were typed into a field, or it was emptied."""


@dataclass(frozen=True)
class WordsEdited:
    """Words mean something else now: expressions were saved, imported or removed."""


@dataclass(frozen=True)
class NetworksChosen:
    """The preferences name another folder of networks."""


@dataclass(frozen=True)
class LanguageChosen:
    """The preferences name another language."""


@dataclass(frozen=True)
class LiveEnded:
    """A live performance has ended.

    Attributes:
        timers: of windows, that called for its ticks.
        workspaces: names of those whose status bars show its keys.
    """

    timers: tuple[Timer, ...]
    workspaces: tuple[str, ...]


@dataclass(frozen=True)
class FrameRateChanged:
    """A scene got another frame rate."""


@dataclass(frozen=True)
class OperatorBegins:
    """An operator of EmoteBot's is about to act on the file."""


@dataclass(frozen=True)
class OperatorEnds:
    """An operator of EmoteBot's has acted on the file, or failed."""


@dataclass(frozen=True)
class FrameChanging:
    """The animation is about to be evaluated on another frame."""


@dataclass(frozen=True)
class FrameChanged:
    """The animation has been evaluated on another frame."""


@dataclass(frozen=True)
class DepsgraphUpdated:
    """Something in a scene was changed, other than where it is, and has been evaluated."""


@dataclass(frozen=True)
class StepBegins:
    """An undo or a redo is about to happen."""


@dataclass(frozen=True)
class StepTaken:
    """An undo or a redo has happened: no reference into the file holds any more."""


@dataclass(frozen=True)
class FileSaving:
    """The file is about to be saved."""


@dataclass(frozen=True)
class FileClosing:
    """Another file is about to be opened in place of this one."""


@dataclass(frozen=True)
class FileOpened:
    """Another file has been opened."""


@dataclass(frozen=True)
class FileImported:
    """Something of another file was linked or appended; Blender tells from 4.3 on."""


class EventHub:
    """Calls the followers of an event, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._followers: dict[type, list[Callable[[Any], None]]] = {}

    def subscribe(self, kind: type[Event], follower: Callable[[Event], None]) -> None:
        """Have a function called with every event of a kind from now on."""
        self._followers.setdefault(kind, []).append(follower)

    def emit(self, event: object) -> None:
        """Call every follower of an event's kind; what one of them raises is the caller's."""
        for follower in self._followers.get(type(event), ()):
            follower(event)
