# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves the control on the other side of a face."""

from dataclasses import replace

from .convention import ControlName, Feed
from .spelling import mirrored_control_name

_TURNED_ABOUT = ("location_x", "rotation_y", "rotation_z")
"""Axes of a bone whose values have the other sign in a mirror, as Blender pastes poses flipped."""


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
