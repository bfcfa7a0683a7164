# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections of channels: chosen, changed, mirrored, and seen on the face at once."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, TypeVar

from bpy.types import Object, Scene

from ..core.channels import CHANNELS, mirrored_name
from ..core.errors import EmoteBotError
from ..core.messages import Message
from .channel_preview import kept_preview
from .events import SequenceEdited
from .held_pose import restore_live_poses, without_shown_pose
from .runtime import runtime
from .sequence import has_beats, sequence_owner
from .shown_face import find_shown_face, forget_summary

if TYPE_CHECKING:
    from ..core.rig.convention import Feed

Done = TypeVar("Done")


def change_channels(scene: Scene, active: Object | None, change: Callable[[], Done]) -> Done:
    """Change corrections while a face stands as without EmoteBot, then perform its sequence again.

    Sliders of shape keys that end before what was chosen are widened; the panel says so. A channel
    that is previewed is shown on, by what it moves then.

    Args:
        scene: where the face is.
        active: the active object, or None.
        change: changes them.

    Returns:
        What that returns.

    Raises:
        EmoteBotError: as that raises it; nothing is performed then.
    """
    restore_live_poses()
    with kept_preview():
        before = _chosen_feeds(scene)
        with ExitStack() as stack:
            with suppress(EmoteBotError):  # there is no face yet: it may become one
                stack.enter_context(without_shown_pose(find_shown_face(scene, active)))
            done = change()
        forget_summary()
        widened = _widen_sliders(_chosen_feeds(scene) - before)
        with suppress(EmoteBotError):  # no channel has a control now
            owner = sequence_owner(find_shown_face(scene, active))
            for message in widened:
                runtime().unreported[owner.session_uid] = message
            if has_beats(owner) and owner.is_editable:
                runtime().events.emit(SequenceEdited(owner, scene))
    return done


def choose(obj: Object, name: str, feeds: "Sequence[Feed]", add: bool = False) -> None:
    """Have a channel, or an emotion, move controls of an object.

    Args:
        obj: the object whose controls they are.
        name: of the channel or the emotion.
        feeds: what it moves.
        add: whether that comes to what it moves of the object, and not in its place.

    Raises:
        EmoteBotError: as ``rig.map_corrections.correct``.
    """
    from ..rig.map_corrections import correct

    chosen = {feed.control: feed for feed in (*(feeds_of(obj, name) if add else ()), *feeds)}
    correct(obj, {name: tuple(chosen.values())})


def replace_feed(obj: Object, name: str, index: int, feed: "Feed | None") -> None:
    """Have a channel move another control of an object, by another gain or offset, or one fewer.

    Args:
        obj: the object.
        name: of the channel or the emotion.
        index: which of ``feeds_of`` is replaced.
        feed: what takes its place; None for nothing.

    Raises:
        EmoteBotError: as ``rig.map_corrections.correct``.
    """
    from ..rig.map_corrections import correct

    feeds = list(feeds_of(obj, name))
    feeds[index : index + 1] = [] if feed is None else [feed]
    correct(obj, {name: feeds})


def feeds_of(obj: Object, name: str) -> "tuple[Feed, ...]":
    """Return what a channel, or an emotion, moves of an object."""
    from .channel_rows import channel_rows

    row = next(row for row in channel_rows([obj]) if row.name == name)
    return tuple(feed for _, feed in row.controls)


def mirror(objects: Sequence[Object], name: str) -> tuple[str, int]:
    """Have the channel of the other side move the controls of the other side by as much.

    Args:
        objects: of the face; a control is looked for on the one that is named as the other side of
            its object, if there is one.
        name: of the channel whose controls are right.

    Returns:
        The channel of the other side, and how many controls it has now.

    Raises:
        EmoteBotError: the channel has no other side or no control, one of its controls has no
            other side, or as ``rig.map_corrections.correct``; nothing has been changed then.
    """
    from ..core.rig.mirrored_controls import mirrored_feed
    from ..core.rig.spelling import mirrored_control_name
    from ..rig.map_corrections import correct, missing_controls

    other = mirrored_name(name) if name in CHANNELS else name
    if other == name:
        raise EmoteBotError("“{channel}” has no other side", channel=name)
    by_name = {obj.name: obj for obj in objects}
    chosen: dict[Object, list[Feed]] = {}
    for obj in objects:
        target = by_name.get(mirrored_control_name(obj.name), obj)
        for feed in feeds_of(obj, name):
            mirrored = mirrored_feed(feed)
            if target == obj and feed.control == mirrored.control and feed.full == mirrored.full:
                raise EmoteBotError("“{control}” names no side", control=feed.control)
            if missing_controls(target, [mirrored.control]):
                raise EmoteBotError(
                    "“{object}” has no control “{control}”",
                    object=target.name,
                    control=mirrored.control,
                )
            chosen.setdefault(target, []).append(mirrored)
    if not chosen:
        raise EmoteBotError("“{channel}” has no control to be mirrored", channel=name)
    for obj, feeds in chosen.items():
        correct(obj, {other: feeds})
    return other, sum(map(len, chosen.values()))


def reset(objects: Sequence[Object], name: str | None = None) -> int:
    """Have a channel, an emotion, or all of them, move what is found for them.

    Args:
        objects: of the face.
        name: of the channel or the emotion; None for all.

    Returns:
        On how many objects that was otherwise.

    Raises:
        EmoteBotError: an object is linked, or what was corrected is damaged.
    """
    from ..rig.map_corrections import clear_corrections, forget_correction

    if name is None:
        return sum(clear_corrections(obj) for obj in objects)
    return sum(forget_correction(obj, name) for obj in objects)


def _chosen_feeds(scene: Scene) -> "set[tuple[Object, Feed]]":
    """Return what artists have chosen for channels and emotions, with the objects it moves."""
    from ..rig.map_corrections import corrections_of

    chosen = set()
    for obj in scene.objects:
        with suppress(EmoteBotError):  # damaged: the face's notes say so
            feeds = corrections_of(obj).feeds.values()
            chosen |= {(obj, feed) for own in feeds for feed in own}
    return chosen


def _widen_sliders(chosen: "Iterable[tuple[Object, Feed]]") -> tuple[Message, ...]:
    """Have the sliders of shape keys reach what was chosen; return what there is to say of it."""
    from ..rig.object_maps import controls_of, map_of
    from ..rig.slider_ranges import widen_ranges

    names: dict[Object, set[str]] = {}
    for obj, feed in chosen:
        names.setdefault(obj, set()).add(feed.control.name)
    return widen_ranges(
        control
        for obj, own in names.items()
        for control in controls_of(obj, map_of(obj))
        if control.name in own
    )
