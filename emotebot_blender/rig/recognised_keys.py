# SPDX-License-Identifier: GPL-3.0-or-later
"""What was recognised and measured of an object's shape keys, kept on the object itself.

It is JSON in ``Object.emotebot_recognition``, which the session registers. Names follow what is
renamed; of a key that was sculpted since, nothing counts any more.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from bpy.types import Object

from ..core.errors import EmoteBotError
from ..core.messages import Message, listed
from ..core.rig.convention import RigMap
from ..core.rig.recognition_record import (
    Peak,
    RecognisedChannel,
    RecognitionRecord,
    read_record,
    record_text,
)
from .control import not_editable, renamed_paths
from .shape_keys import shape_key_names

_SAME = 0.02
"""By how much a displacement may differ, as a share of it, and be taken for the same."""


def with_recognised(obj: Object, found: RigMap) -> RigMap:
    """Return the map of an object with what was recognised of its shape keys.

    Args:
        obj: the object.
        found: what names say, which goes before.
    """
    record = record_of(obj)
    if not record.channels:
        return found
    keys = {key for own in record.channels.values() for key in own.keys}
    return record.applied(found, changed_keys(obj, record, keys))


def with_gains(obj: Object, found: RigMap) -> RigMap:
    """Return the map of an object with the gains that its channels were measured to need.

    Args:
        obj: the object.
        found: its map otherwise, without what the artist has chosen, which goes before.
    """
    record = record_of(obj)
    if not record.gains:
        return found
    feeds = (feed for channel in record.gains for feed in found.feeds.get(channel, ()))
    return record.scaled(found, changed_keys(obj, record, {feed.control.name for feed in feeds}))


def record_of(obj: Object) -> RecognitionRecord:
    """Return what was recognised of an object, by the names that shape keys have now.

    It is empty where nothing was, or where it is damaged.
    """
    text = str(getattr(obj, "emotebot_recognition", ""))  # not there where no session is registered
    if not text:
        return RecognitionRecord()
    return _record(text, shape_key_names(obj))


@lru_cache(maxsize=64)
def _record(text: str, names: tuple[str, ...]) -> RecognitionRecord:
    try:
        record = read_record(text)
    except EmoteBotError:
        return RecognitionRecord()
    return record.followed(renamed_paths(record.members, names))


def changed_keys(obj: Object, record: RecognitionRecord, names: Collection[str]) -> set[str]:
    """Return which shape keys are gone since, or move their vertex in another way.

    Args:
        obj: the object.
        record: of it.
        names: of the shape keys in question; those that the record has nothing on count as changed.
    """
    keys = getattr(obj.data, "shape_keys", None)
    blocks = keys.key_blocks if keys else {}
    changed = set()
    for name in names:
        vertex, *step = record.peaks.get(name, (-1,))
        block = blocks.get(name)
        if block is None or not 0 <= vertex < len(block.points):
            changed.add(name)
            continue
        now = block.points[vertex].co - block.relative_key.points[vertex].co
        apart = sum((one - other) ** 2 for one, other in zip(now, step, strict=True))
        if apart > _SAME**2 * sum(value**2 for value in step):
            changed.add(name)
    return changed


def keep_recognised(obj: Object, channels: Mapping[str, RecognisedChannel]) -> None:
    """Keep what was recognised with an object, in place of what was kept before.

    What was measured of it before counts no more: it may be of other channels.

    Args:
        obj: the object.
        channels: what shows them; those without a shape key on this object are left out.

    Raises:
        EmoteBotError: the object is linked.
    """
    names = shape_key_names(obj)
    own = {}
    for channel, shown in channels.items():
        keys = tuple(key for key in shown.keys if key in names)
        if keys:
            own[channel] = RecognisedChannel(keys, round(shown.confidence, 3))
    calibration = "off" if record_of(obj).calibration == "off" else ""
    _keep(obj, RecognitionRecord(channels=own, calibration=calibration), ())


def keep_gains(obj: Object, gains: Mapping[str, float], measured: Collection[str]) -> None:
    """Keep with an object what its channels were measured to need, in place of what was before.

    Args:
        obj: the object.
        gains: channel to its gain.
        measured: the shape keys that were looked at; where one is another now, its gain is none.

    Raises:
        EmoteBotError: the object is linked.
    """
    record = replace(record_of(obj), gains=dict(gains), calibration="measured")
    _keep(obj, record, measured)


def keep_no_gains(obj: Object) -> None:
    """Have the channels of an object keep a gain of 1, and not be measured but on demand.

    Raises:
        EmoteBotError: the object is linked.
    """
    _keep(obj, replace(record_of(obj), gains={}, calibration="off"), ())


def _keep(obj: Object, record: RecognitionRecord, measured: Collection[str]) -> None:
    """Keep a record with an object, by the shape keys of today.

    Args:
        obj: the object.
        record: its names of shape keys, and what these do, are those of today.
        measured: shape keys whose change is to be seen, besides those that were recognised.
    """
    if reason := why_not_kept(obj):
        raise EmoteBotError(reason)
    names = shape_key_names(obj)
    keys = {key for own in record.channels.values() for key in own.keys} | set(measured)
    peaks = {key: _peak(obj, key) for key in names if key in keys}
    is_empty = not record.channels and not record.calibration
    kept = replace(record, members=names, peaks=peaks)
    obj.emotebot_recognition = "" if is_empty else record_text(kept)
    obj.update_tag()


def why_not_kept(obj: Object) -> Message | None:
    """Return why nothing can be kept with an object, or None."""
    reason = not_editable(obj)
    if reason is None:
        return None
    return Message(
        "What is recognised cannot be kept with “{object}”: it is {reason}",
        object=obj.name,
        reason=reason,
    )


def notes_on_recognised(obj: Object) -> tuple[Message, ...]:
    """Return a sentence on what was recognised of an object and is no more as it was."""
    record = record_of(obj)
    keys = {key for own in record.channels.values() for key in own.keys}
    changed = changed_keys(obj, record, keys)
    if not changed:
        return ()
    names = [name for name in record.peaks if name in changed]
    return (
        Message(
            "{object}: changed since they were recognised: {keys}; recognise them again",
            object=obj.name,
            keys=listed(names),
        ),
    )


def _peak(obj: Object, name: str) -> Peak:
    """Return the vertex that a shape key moves most, and by how much."""
    block = obj.data.shape_keys.key_blocks[name]
    shapes = np.empty((2, 3 * len(block.points)), dtype=np.float32)
    block.points.foreach_get("co", shapes[0])
    block.relative_key.points.foreach_get("co", shapes[1])
    steps = (shapes[0] - shapes[1]).reshape(-1, 3)
    vertex = int(np.argmax(np.einsum("va,va->v", steps, steps)))
    across, along, up = (float(value) for value in steps[vertex])
    return vertex, across, along, up
