# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the shape keys of a face do what its map says, compared with EmoteBot's own head.

It reads every shape key, which takes part of a second: never while something is drawn.
"""

from ..core.channels import mirrored_name
from ..core.messages import Message
from ..core.rig.channel_checks import ChannelCheck
from .channel_effects import measure_channels
from .face import Face
from .face_coverage import PARTS


def checks_on_face(face: Face) -> tuple[Message, ...]:
    """Return a sentence on each channel whose shape keys do not what they should.

    There is none on a face whose shape keys do not move as a face does at all.
    """
    measured = measure_channels(face.objects, face.maps)
    if measured is None:
        return ()
    return tuple(
        _sentence(check, tuple(measured.keys[check.channel])) for check in measured.checks()
    )


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
    if check.kind == "uneven":
        return Message(
            "“{key}” goes {percent} % as far as that of the other side does, {other}",
            key=key,
            percent=round(100 * check.size),
            other=mirrored_name(channel),
        )
    return Message(
        "“{key}” goes {percent} % as far as {channel} does on EmoteBot's own head",
        key=key,
        percent=max(round(100 * check.size), 1),
        channel=channel,
    )
