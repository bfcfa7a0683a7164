# SPDX-License-Identifier: GPL-3.0-or-later
"""What was recognised of an object's shape keys, kept on the object itself.

It is JSON in ``Object.emotebot_recognition``, which the session registers. Names follow what is
renamed; of a key that was sculpted since, nothing counts any more.
"""

from collections.abc import Mapping
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
    if not record.channels and not record.gains:
        return found
    return record.applied(found, changed_keys(obj, record))


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


def changed_keys(obj: Object, record: RecognitionRecord) -> set[str]:
    """Return which shape keys of a record are gone, or move their vertex in another way."""
    keys = obj.data.shape_keys
    blocks = keys.key_blocks if keys else {}
    changed = set()
    for name, (vertex, *step) in record.peaks.items():
        block = blocks.get(name)
        if block is None or vertex >= len(block.points):
            changed.add(name)
            continue
        now = block.points[vertex].co - block.relative_key.points[vertex].co
        apart = sum((one - other) ** 2 for one, other in zip(now, step, strict=True))
        if apart > _SAME**2 * sum(value**2 for value in step):
            changed.add(name)
    return changed


def keep_recognised(
    obj: Object, channels: Mapping[str, RecognisedChannel], gains: Mapping[str, float]
) -> None:
    """Keep what was recognised with an object, in place of what was kept before.

    Args:
        obj: the object.
        channels: what shows them; those without a shape key on this object are left out.
        gains: of parts of the face.

    Raises:
        EmoteBotError: the object is linked.
    """
    if reason := why_not_kept(obj):
        raise EmoteBotError(reason)
    names = shape_key_names(obj)
    own = {}
    for channel, shown in channels.items():
        keys = tuple(key for key in shown.keys if key in names)
        if keys:
            own[channel] = RecognisedChannel(keys, round(shown.confidence, 3))
    peaks = {key: _peak(obj, key) for shown in own.values() for key in shown.keys}
    record = RecognitionRecord(names, peaks, own, gains)
    obj.emotebot_recognition = record_text(record) if own or gains else ""
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
    changed = changed_keys(obj, record) if record.channels else set()
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
