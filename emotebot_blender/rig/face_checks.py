# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the shape keys of a face do what its map says, compared with EmoteBot's own head.

It reads every shape key, which takes part of a second: never while something is drawn.
"""

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.channel_checks import ChannelCheck, check_channels
from ..core.rig.face_template import read_template
from ..core.rig.key_effects import joined
from ..core.rig.orientation import measure_any_way
from .face import Face
from .face_coverage import PARTS
from .mesh_displacements import read_displacements


def checks_on_face(face: Face) -> tuple[Message, ...]:
    """Return a sentence on each channel whose shape keys do not what they should.

    There is none on a face whose shape keys do not move as a face does at all.
    """
    try:
        displacements = read_displacements(face.objects)
        effects = measure_any_way(displacements, read_template())
    except EmoteBotError:
        return ()
    rows = {name: row for row, name in enumerate(displacements.keys)}
    keys = _keys_by_channel(face, rows)
    if not keys:
        return ()
    measured = joined(
        [effects.at_values({rows[key]: full for key, full in own.items()}) for own in keys.values()]
    )
    found = check_channels(measured, {name: row for row, name in enumerate(keys)}, read_template())
    return tuple(_sentence(check, tuple(keys[check.channel])) for check in found)


def _keys_by_channel(face: Face, known: dict[str, int]) -> dict[str, dict[str, float]]:
    """Return for each channel the shape keys that show it and their values at full.

    Channels that something stands in for are left out: their controls are made for others.
    """
    keys: dict[str, dict[str, float]] = {}
    for rig_map in face.maps:
        for channel, own in rig_map.shape_keys.items():
            if own and own.keys() <= known.keys():
                keys.setdefault(channel, {}).update(own)
    return keys


def _sentence(check: ChannelCheck, keys: tuple[str, ...]) -> Message:
    key, channel = keys[0], check.channel
    if check.kind == "swapped":
        return Message(
            "“{key}” moves the other side: {channel} is swapped with its counterpart",
            key=key,
            channel=channel,
        )
    if check.kind == "reversed":
        return Message("“{key}” does the opposite of {channel}", key=key, channel=channel)
    if check.kind == "elsewhere":
        return Message(
            "“{key}” moves the {part}, which is not {channel}",
            key=key,
            part=PARTS[check.part],
            channel=channel,
        )
    return Message(
        "“{key}” goes {percent} % as far as {channel} does on EmoteBot's own head",
        key=key,
        percent=max(round(100 * check.size), 1),
        channel=channel,
    )
