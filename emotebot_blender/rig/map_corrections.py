# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls of an object an artist has chosen for channels, kept on the object itself.

They are JSON in ``Object.emotebot_map``, which the session registers: so they are saved, copied,
undone and laid over a library with their object. Names follow what is renamed.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from bpy.types import Object

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.convention import KINDS, ControlName, Feed, RigMap
from ..core.rig.corrections import Corrections, corrections_text, lost_note, read_corrections
from .control import not_editable, renamed_paths
from .rna_properties import custom_property_names, is_property
from .shape_keys import shape_key_names


def corrected(obj: Object, found: RigMap) -> RigMap:
    """Return the map of an object with its corrections; as it was found where they are damaged."""
    if not is_corrected(obj):
        return found
    try:
        corrections = corrections_of(obj)
    except EmoteBotError:
        return found  # ``notes_on_corrections`` says so
    return corrections.applied(found, missing_controls(obj, corrections.controls))


def corrections_of(obj: Object) -> Corrections:
    """Return the corrections of an object, by the names that controls have now.

    Raises:
        EmoteBotError: they were damaged.
    """
    corrections = _read(_stored(obj))
    renamed: dict[tuple[str, str], str] = {}
    for kind, before in corrections.members.items():
        pairs = _renamed(before, control_names(obj, kind))
        renamed |= {(kind, name): later for name, later in pairs.items()}
    return corrections.followed(renamed) if renamed else corrections


def is_corrected(obj: Object) -> bool:
    """Return whether an object has corrections."""
    return bool(_stored(obj))


def correct(obj: Object, feeds: Mapping[str, Sequence[Feed]]) -> None:
    """Have channels, or emotions, move controls of an object, whatever was found for them.

    Args:
        obj: the object whose controls they are.
        feeds: channel or emotion to what it moves; nothing takes it off this object.

    Raises:
        EmoteBotError: the object is linked, it has no such control, a channel is unknown, or what
            was corrected before is damaged.
    """
    chosen = Corrections({name: tuple(own) for name, own in feeds.items()})
    missing = missing_controls(obj, chosen.controls)
    if missing:
        raise EmoteBotError(
            "“{object}” has no control “{control}”",
            object=obj.name,
            control=min(missing, key=str),
        )
    _store(obj, {**corrections_of(obj).feeds, **chosen.feeds})


def corrected_channels(obj: Object) -> frozenset[str]:
    """Return the channels and emotions whose controls on an object an artist has chosen."""
    try:
        return frozenset(corrections_of(obj).feeds)
    except EmoteBotError:
        return frozenset()  # ``notes_on_corrections`` says that they are damaged


def channels_taken_off(obj: Object) -> frozenset[str]:
    """Return the channels and emotions that are to move nothing of an object."""
    try:
        return frozenset(name for name, feeds in corrections_of(obj).feeds.items() if not feeds)
    except EmoteBotError:
        return frozenset()  # ``notes_on_corrections`` says that they are damaged


def forget_correction(obj: Object, name: str) -> bool:
    """Have a channel, or an emotion, move what is found for it; return whether it did not.

    Raises:
        EmoteBotError: the object is linked, or its corrections are damaged.
    """
    feeds = dict(corrections_of(obj).feeds)
    if feeds.pop(name, None) is None:
        return False
    _store(obj, feeds)
    return True


def clear_corrections(obj: Object) -> bool:
    """Forget all corrections of an object; return whether there were any.

    Raises:
        EmoteBotError: the object is linked.
    """
    if not is_corrected(obj):
        return False
    _store(obj, {})
    return True


def store_names(obj: Object) -> None:
    """Have the corrections of an object go by the names of today, so that later ones are followed.

    Those that are damaged, or linked, stay as they are.
    """
    if not is_corrected(obj) or not_editable(obj):
        return
    try:
        before = _read(_stored(obj))
    except EmoteBotError:
        return
    if any(names != control_names(obj, kind) for kind, names in before.members.items()):
        _store(obj, corrections_of(obj).feeds)


def why_not_correctable(obj: Object) -> Message | None:
    """Return why corrections cannot be kept on an object, or None."""
    reason = not_editable(obj)
    if reason is None:
        return None
    return Message(
        "The channels of “{object}” cannot be corrected: it is {reason}",
        object=obj.name,
        reason=reason,
    )


def notes_on_corrections(obj: Object) -> tuple[Message, ...]:
    """Return what is wrong with the corrections of an object, a sentence each."""
    try:
        corrections = corrections_of(obj)
    except EmoteBotError as error:
        return (Message("{object}: {problem}", object=obj.name, problem=error.message),)
    lost = missing_controls(obj, corrections.controls)
    return tuple(
        Message("{channel}: {problem}", channel=name, problem=lost_note(feed.control))
        for name, own in corrections.feeds.items()
        for feed in own
        if feed.control in lost
    )


def control_names(obj: Object, kind: str) -> tuple[str, ...]:
    """Return the names of an object's shape keys, bones or custom properties, in their order.

    Args:
        obj: the object.
        kind: one of ``convention.KINDS``.
    """
    if kind == "shape_key":
        return shape_key_names(obj)
    if kind == "bone":
        return tuple(obj.pose.bones.keys()) if obj.pose else ()
    return tuple(custom_property_names(obj))


def missing_controls(obj: Object, controls: Iterable[ControlName]) -> set[ControlName]:
    """Return those of some controls that an object has not."""
    missing = set(controls)
    for kind in {control.kind for control in missing}:
        names = set(control_names(obj, kind))
        missing -= {
            control for control in missing if control.kind == kind and control.name in names
        }
    return {
        control
        for control in missing
        if control.kind != "property" or not is_property(obj, control.name)
    }


def _stored(obj: Object) -> str:
    return str(getattr(obj, "emotebot_map", ""))  # not there where no session is registered


def _store(obj: Object, feeds: Mapping[str, tuple[Feed, ...]]) -> None:
    if reason := why_not_correctable(obj):
        raise EmoteBotError(reason)
    used = {feed.control.kind for own in feeds.values() for feed in own}
    members = {kind: control_names(obj, kind) for kind in KINDS if kind in used}
    obj.emotebot_map = corrections_text(Corrections(feeds, members)) if feeds else ""
    obj.update_tag()


_read = lru_cache(maxsize=64)(read_corrections)

_renamed = lru_cache(maxsize=64)(renamed_paths)
