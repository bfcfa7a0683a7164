# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs while EmoteBot is registered: one object, which no file remembers.

``register`` makes it and ``unregister`` ends it. What it knows of a file is filed by session ids,
which survive undo, and ends with the file.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core.messages import Message
from .events import EventHub

if TYPE_CHECKING:
    from ..core.emotions import Feeling
    from ..core.performance.incremental import IncrementalPerformer
    from ..core.performance.networks import Networks
    from .beat_order import PerformedOrder
    from .channel_rows import ChannelRow
    from .face_summary import FaceSummary
    from .live_face import LiveState


@dataclass(frozen=True)
class ChannelPreview:
    """A channel, or an emotion as a whole, that a face shows without keys while it is looked at.

    Attributes:
        scene: session id of the scene.
        head: session id of the first object of the face.
        name: of the channel or the emotion.
        weight: from 0 to 1.
    """

    scene: int
    head: int
    name: str
    weight: float


@dataclass(eq=False)
class Runtime:
    """Everything of EmoteBot that runs.

    Attributes:
        preferences: Blender's, with those of its add-ons.
        may_wait: whether performing may wait for a pause; where there is no window, nothing does.
        clock: gives seconds that only ever grow.
        events: calls followers of what has happened.
        closing: undoes, in reverse, what ``register`` has done.
        pauses: how many callers want sequences not to be performed at the moment.
        problems: session id of a sequence's owner to what kept it from being performed at once.
        durations: session id of a sequence's owner to the seconds that performing took last time.
        edited_at: session id of a sequence's owner to when it was last edited, while it waits to be
            performed.
        performers: session id of a sequence's owner to what has performed it and remembers how.
        posed: session id of a sequence's owner to the feeling that was shown on its face last, the
            take, the region and the strength.
        orders: session id of a sequence's owner to the order of its beats, as the list of beats was
            drawn last.
        networks: folder, None for those that come along, to its networks.
        networks_problem: what keeps those of the folder that was chosen last from being used.
        live: the live performance, or None.
        preview: the channel that is previewed, or None.
        preview_problem: name of a channel and why nothing of it can be previewed, until something
            has changed, or None.
        summary: session ids of a scene and of its active object, 0 for none, and the summary of the
            face that they lead to; None once something has changed.
        rows: session ids of a scene and of its active object, 0 for none, and the rows of the table
            of channels; None once something has changed.
        offered: what the field of a feeling that is being edited may be left with: what has been
            typed so far and what completes it.
        operator_before: address of the last operator when words were typed, 0 for none.
        rates: session id of a scene to its frames a second, as its layers follow them.
        has_unseen_layers: whether layers have come, with a file or from another one, that were
            not looked at yet for the rate they were made at.
        unreported: session id of a sequence's owner to what has been done to it that nobody
            pressed a button for, until the next operator reports it.
        takes: preview collection of the takes that were shown last, once some have been.
        shortcuts: (keymap, item) pairs of the keys that were added to Blender's.
        markers: session ids of a scene and of a sequence's owner, and the name of a beat, to the
            address of its marker, until the next undo.
        agreed: session id of a scene to how its markers and beats were when they last agreed.
        is_linking: whether markers and beats are being compared at the moment.
        pictures: preview collection of the buttons, once one has been drawn.
        key_names: names of the shape keys of each animated mesh as they were seen last; None where
            they are to be looked at anew.
    """

    preferences: bpy.types.Preferences
    may_wait: bool
    clock: Callable[[], float] = time.monotonic
    events: EventHub = field(default_factory=EventHub)
    closing: ExitStack = field(default_factory=ExitStack)
    pauses: int = 0
    problems: dict[int, Message] = field(default_factory=dict)
    durations: dict[int, float] = field(default_factory=dict)
    edited_at: dict[int, float] = field(default_factory=dict)
    performers: "dict[int, IncrementalPerformer]" = field(default_factory=dict)
    posed: "dict[int, tuple[Feeling, int, str, float]]" = field(default_factory=dict)
    orders: "dict[int, PerformedOrder]" = field(default_factory=dict)
    networks: "dict[Path | None, Networks]" = field(default_factory=dict)
    networks_problem: Message | None = None
    live: "LiveState | None" = None
    preview: ChannelPreview | None = None
    preview_problem: tuple[str, Message] | None = None
    summary: "tuple[tuple[int, int], FaceSummary] | None" = None
    rows: "tuple[tuple[int, int], tuple[ChannelRow, ...]] | None" = None
    offered: frozenset[str] = frozenset()
    operator_before: int = 0
    rates: dict[int, float] = field(default_factory=dict)
    has_unseen_layers: bool = False
    unreported: dict[int, Message] = field(default_factory=dict)
    shortcuts: list[tuple[Any, Any]] = field(default_factory=list)
    markers: dict[tuple[int, int, str], int] = field(default_factory=dict)
    agreed: dict[int, Any] = field(default_factory=dict)
    is_linking: bool = False
    pictures: Any = None
    takes: Any = None
    key_names: list[list[str]] | None = None

    def forget_file(self) -> None:
        """Forget what belongs to the file that was open."""
        self.problems.clear()
        self.unreported.clear()
        self.durations.clear()
        self.edited_at.clear()
        self.performers.clear()
        self.posed.clear()
        self.orders.clear()
        self.markers.clear()
        self.agreed.clear()
        self.key_names = None
        self.summary = self.rows = self.preview_problem = None


_runtime: Runtime | None = None
"""The one there is; Blender calls properties and handlers without anything of ours at hand."""


def start_runtime(preferences: bpy.types.Preferences) -> Runtime:
    """Make the runtime and return it.

    Args:
        preferences: Blender's, with those of its add-ons.

    Raises:
        RuntimeError: EmoteBot is registered already.
    """
    global _runtime
    if _runtime is not None:
        raise RuntimeError("EmoteBot is registered already")
    _runtime = Runtime(preferences, may_wait=not bpy.app.background)
    return _runtime


def end_runtime() -> None:
    """Undo, in reverse, all that ``register`` has done."""
    global _runtime
    try:
        runtime().closing.close()
    finally:
        _runtime = None


@contextmanager
def ended_if_it_fails() -> Iterator[None]:
    """Within this, an exception undoes all that has been registered."""
    try:
        yield
    except BaseException:
        end_runtime()
        raise


def is_registered() -> bool:
    """Return whether there is a runtime."""
    return _runtime is not None


def runtime() -> Runtime:
    """Return what runs.

    Raises:
        RuntimeError: EmoteBot is not registered.
    """
    if _runtime is None:
        raise RuntimeError("EmoteBot is not registered")
    return _runtime


@contextmanager
def paused_updates() -> Iterator[None]:
    """Within this, a sequence is not performed whenever something of it is set."""
    running = runtime()
    running.pauses += 1
    try:
        yield
    finally:
        running.pauses -= 1
