# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 channels of a face, in Apple's order, with their regions and mirror pairs.

Names and order: Apple, ARFaceAnchor.BlendShapeLocation. Left and right are the character's own.
"""

import numpy as np
from numpy.typing import NDArray

CHANNELS: tuple[str, ...] = (
    "eyeBlinkLeft",
    "eyeLookDownLeft",
    "eyeLookInLeft",
    "eyeLookOutLeft",
    "eyeLookUpLeft",
    "eyeSquintLeft",
    "eyeWideLeft",
    "eyeBlinkRight",
    "eyeLookDownRight",
    "eyeLookInRight",
    "eyeLookOutRight",
    "eyeLookUpRight",
    "eyeSquintRight",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
)

INDEX: dict[str, int] = {name: index for index, name in enumerate(CHANNELS)}

REGIONS: dict[str, tuple[str, ...]] = {
    region: tuple(name for name in CHANNELS if name.startswith(region))
    for region in ("eye", "jaw", "mouth", "brow", "cheek", "nose", "tongue")
}

_SPEAKING = ("jaw", "mouth", "tongue")  # what lip-sync moves

MASKS: dict[str, tuple[str, ...]] = {
    mask: tuple(name for name in CHANNELS if name.startswith(regions))
    for mask, regions in (
        ("WHOLE", tuple(REGIONS)),
        ("UPPER", ("brow", "eye")),
        ("LOWER", ("cheek", "nose")),
        ("NO_MOUTH", tuple(region for region in REGIONS if region not in _SPEAKING)),
        ("EYES", ("eye",)),
    )
}
"""The parts of a face that can be given to a performance, each the names of its channels in the
order of ``CHANNELS``. All but the whole leave jaw, mouth and tongue alone, which lip-sync keeps."""

LIDS_AND_BROWS = frozenset(
    name for name in CHANNELS if name.startswith(("eyeBlink", "eyeSquint", "eyeWide", "brow"))
)
"""The channels that show feelings around the eyes: gaze alone shows none."""

MIX_GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(name for name in CHANNELS if name.startswith(regions))
    for group, regions in (
        ("EYES", ("eye",)),
        ("BROWS", ("brow",)),
        ("CHEEKS", ("cheek", "nose")),
        ("MOUTH", _SPEAKING),
    )
}
"""The parts of a face that go together with other animation in a way of their own; every channel
is in one. The mouth is all that lip-sync moves."""


def mirrored_name(name: str) -> str:
    """Return the channel that takes this one's place in a mirror; a central channel is its own."""
    for side, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name


MIRROR: NDArray[np.intp] = np.array([INDEX[mirrored_name(name)] for name in CHANNELS])
"""Permutation, shape (52,), int: ``weights[..., MIRROR]`` is the face seen in a mirror."""

_LIMITED = np.array([INDEX[name] for name in ("mouthClose", "eyeWideLeft", "eyeWideRight")])
_LIMITING = np.array([INDEX[name] for name in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight")])
_TO_LEFT = np.array([INDEX[name] for name in ("jawLeft", "mouthLeft")])
_TO_RIGHT = np.array([INDEX[name] for name in ("jawRight", "mouthRight")])


def anatomical(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights that a face can have.

    Weights are from 0 to 1, lips close no further than the jaw is open, an eye opens wide no
    further than its lid is up, and the jaw and the mouth go to one side at a time.

    Args:
        weights: float32, shape (..., 52); left as they are.

    Returns:
        float32, the same shape.
    """
    weights = np.clip(weights, 0, 1)
    limits = weights[..., _LIMITING]
    limits[..., 1:] = 1 - limits[..., 1:]
    weights[..., _LIMITED] = np.minimum(weights[..., _LIMITED], limits)
    both = np.minimum(weights[..., _TO_LEFT], weights[..., _TO_RIGHT])
    weights[..., _TO_LEFT] -= both
    weights[..., _TO_RIGHT] -= both
    return weights
