# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes with the expression by itself: blush, tears, the lamp's pulse, the antenna.

All of it is driven. How much of each there is, is a property of the armature object, 0 for none.
"""

from collections.abc import Mapping
from string import ascii_lowercase

from bpy.types import Object

from .driving import DriverInput, add_amount, both_sides, drive, drive_new_property
from .lamp import PULSE
from .materials import BLUSH, FURROW, PALLOR, WRINKLE
from .part import ANTENNA
from .tears import TEARS

_TURN = 0.35
"""Share of the head's turn by which the antenna stays behind."""
_HANGING, _UPRIGHT = 0.24, 0.2
"""Radians that the antenna leans outwards in sorrow and inwards in surprise."""


AMOUNTS = {
    "blush_amount": (1.0, "How far skin blushes, pales and folds with the feeling"),
    "tears_amount": (1.0, "How large the tears are that great sadness brings"),
    "antenna_sway": (1.0, "How far the antenna bends with the head and the feeling"),
    "lamp_pulse": (0.3, "How much the lamp pulses, in a calm rhythm"),
}
"""Default and description of each property of the armature object."""

_FEAR = both_sides("eyeWide", "mouthStretch")
_SKIN_COLOURS = (
    (PALLOR, "(a + b) * (c + d) / 4", _FEAR),
    (
        FURROW,
        "0.4 * (a + b) + 0.5 * e * (1 - (c + d) / 2)",
        (*both_sides("browDown", "browOuterUp"), "browInnerUp"),
    ),
    (WRINKLE, "0.8 * (a + b)", both_sides("noseSneer")),
    (
        BLUSH,
        "0.3 - 0.1 * (a + b) * (c + d) + 0.07 * (e + f) * (g + h)",
        (*_FEAR, *both_sides("mouthSmile", "cheekSquint")),
    ),
)
"""Name of each colour of the skin, how much of it shows, and the channels a, b, c … of that."""


def add_details(root: Object, parts: Mapping[str, Object]) -> None:
    """Add the properties ``AMOUNTS`` to a character, and drive what they are about.

    Args:
        root: the armature object.
        parts: by name, with shape keys and a lamp that is lit.
    """
    for name, (default, description) in AMOUNTS.items():
        add_amount(root, name, default, description)
    blush, tears, sway, pulse = (DriverInput(root, f'["{name}"]') for name in AMOUNTS)
    head, lamp = parts["head"].data.shape_keys, parts["lamp"]
    for name, expression, channels in _SKIN_COLOURS:
        readings = (*DriverInput.of_keys(head, *channels), blush)
        share = ascii_lowercase[len(channels)]
        drive_new_property(parts["head"], name, f"{share} * clamp({expression})", readings)
    sorrow = (*both_sides("mouthFrown"), "browInnerUp")
    drive(
        parts[TEARS].data.shape_keys.key_blocks[TEARS],
        "value",
        "d * clamp(1.6 * (a + b) * c - 1.7)",
        (*DriverInput.of_keys(head, *sorrow), tears),
    )
    drive_new_property(lamp, PULSE, "a * sin(frame * 0.2)", (pulse,))
    if ANTENNA in root.pose.bones:
        _drive_antenna(root, lamp, sway)


def _drive_antenna(root: Object, lamp: Object, sway: DriverInput) -> None:
    """Let the antenna stay behind when the head turns, and show the moods of the lamp."""
    bone = root.pose.bones[ANTENNA]
    bone.rotation_mode = "XYZ"
    low, startled = (DriverInput(lamp, f'["{mood}"]') for mood in ("low", "startled"))
    nod, tilt = (DriverInput(root, axis, "head") for axis in ("ROT_X", "ROT_Z"))
    drive(bone, "rotation_euler", f"-{_TURN} * a * b", (sway, nod), index=0)
    drive(
        bone,
        "rotation_euler",
        f"a * ({_UPRIGHT} * d - {_HANGING} * c - {_TURN} * b)",
        (sway, tilt, low, startled),
        index=2,
    )
