# SPDX-License-Identifier: GPL-3.0-or-later
"""The control on the other side of a face, by its name."""

import re
from dataclasses import replace

from .convention import ControlName, Feed

_OTHER = {"left": "right", "l": "r", "左": "右"}
_OTHER |= {right: left for left, right in _OTHER.items()}

_SIDE = re.compile(
    r"left|right|左|右"
    r"|(?<![^\W_])[lr](?![^\W_])"  # alone: "smile_L", "L.smile"
    r"|(?<=(?-i:[a-z]))(?-i:[LR])(?![^\W_])",  # after a small letter: "smileL"
    re.IGNORECASE,
)

_TURNED_ABOUT = ("location_x", "rotation_y", "rotation_z")
"""Axes of a bone whose values have the other sign in a mirror, as Blender pastes poses flipped."""


def mirrored_control_name(name: str) -> str:
    """Return a name with left for right and right for left; the same where it names no side."""

    def other(match: re.Match[str]) -> str:
        side = match[0]
        word = _OTHER[side.lower()]
        if side.isupper():
            return word.upper()
        return word.title() if side[0].isupper() else word

    return _SIDE.sub(other, name)


def mirrored_feed(feed: Feed) -> Feed:
    """Return what moves the control of the other side by as much, seen in a mirror.

    A property without a side in its name is taken for a slider from one side to the other.
    """
    control = feed.control
    name = mirrored_control_name(control.name)
    is_turned = control.axis in _TURNED_ABOUT
    if control.kind == "property":
        is_turned = name == control.name
    sign = -1 if is_turned else 1
    other = ControlName(name, control.kind, control.axis)
    return replace(feed, control=other, full=sign * feed.full, offset=sign * feed.offset)
