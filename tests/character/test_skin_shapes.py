# SPDX-License-Identifier: GPL-3.0-or-later
"""What each corrective of the built-in head puts right, measured with it and without it."""

from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("bpy")

from headpose import EYE_CENTRE, MILLIMETRE, HeadArrays, Weights, both_sides

from emotebot_blender.character.openings import EYE_POINTS, LIP_BORDER, MOUTH_POINTS
from emotebot_blender.character.skin_shapes import CORRECTIVES, mirrored_corrective

Measure = Callable[[HeadArrays, Weights, bool], float]
UPPER, LOWER = MOUTH_POINTS // 4, 3 * MOUTH_POINTS // 4


def lids_apart(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Degrees around the left eyeball from the lower lid's middle up to the upper lid's."""
    points = arrays.posed("head", weights, corrected)
    arms = [points[arrays.lid(part * EYE_POINTS // 4)] - EYE_CENTRE for part in (1, 3)]
    upper, lower = (np.degrees(np.arctan2(arm[2], -arm[1])) for arm in arms)
    return upper - lower


def lips_apart(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Millimetres from the lower lip's middle up to the upper lip's."""
    points = arrays.posed("head", weights, corrected)
    return (points[arrays.lip(0, UPPER), 2] - points[arrays.lip(0, LOWER), 2]) / MILLIMETRE


def corner(axis: int) -> Measure:
    """Return a measure: millimetres that the left corner of the mouth has gone along an axis."""

    def measure(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
        point = arrays.lip(0, 0)
        moved = arrays.posed("head", weights, corrected)[point] - arrays.points["head"][point]
        return moved[axis] / MILLIMETRE

    return measure


def half_width(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Millimetres from the middle to the left corner of the mouth."""
    return arrays.posed("head", weights, corrected)[arrays.lip(0, 0), 0] / MILLIMETRE


def red_height(angle: int, sign: int) -> Measure:
    """Return a measure: millimetres that the edge of a lip's skin stands beyond its seam."""

    def measure(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
        points = arrays.posed("head", weights, corrected)
        edge, seam = (points[arrays.lip(ring, angle), 2] for ring in (LIP_BORDER, LIP_BORDER - 1))
        return sign * (edge - seam) / MILLIMETRE

    return measure


def cheek_rise(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Millimetres that the left cheek has gone at its furthest, above the mouth."""
    points = arrays.points["head"]
    cheek = (points[:, 0] > 0.025) & (arrays.surface.mouth_ring > 7)
    moved = arrays.posed("head", weights, corrected)[cheek] - points[cheek]
    return np.linalg.norm(moved, axis=1).max() / MILLIMETRE


def brow_drop(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Millimetres that the left brow has sunk at its furthest."""
    moved = arrays.posed("brows", weights, corrected) - arrays.points["brows"]
    return -moved[:, 2].min() / MILLIMETRE


def teeth_drop(arrays: HeadArrays, weights: Weights, corrected: bool) -> float:
    """Millimetres that the lower teeth have gone further than an open jaw takes them."""
    opened = arrays.posed("teeth lower", {"jawOpen": 1.0})
    moved = arrays.posed("teeth lower", weights, corrected) - opened
    return np.linalg.norm(moved, axis=1).max() / MILLIMETRE


# What is measured when the channels of a corrective are at 1, and the limits that it keeps to.
RIGHT: dict[str, tuple[Measure, float, float]] = {
    "eyeBlinkLeft+eyeLookDownLeft": (lids_apart, -1.5, 0.5),
    "eyeBlinkLeft+eyeLookUpLeft": (lids_apart, -1.5, 0.5),
    "eyeBlinkLeft+eyeSquintLeft": (lids_apart, -1.5, 0.5),
    "eyeBlinkLeft+eyeWideLeft": (lids_apart, -1.5, 0.5),
    "eyeBlinkLeft+cheekSquintLeft": (lids_apart, -1.5, 0.5),
    "eyeBlinkLeft+browDownLeft": (lids_apart, -1.5, 0.5),
    "eyeSquintLeft+cheekSquintLeft": (lids_apart, 10, 25),
    "eyeLookDownLeft+eyeSquintLeft": (lids_apart, 10, 25),
    "browDownLeft+eyeSquintLeft": (lids_apart, 10, 25),
    "cheekSquintLeft+mouthSmileLeft": (cheek_rise, 5, 11),
    "browDownLeft+noseSneerLeft": (brow_drop, 5, 9),
    "mouthSmileLeft+mouthStretchLeft": (corner(0), 10, 16),
    "mouthFrownLeft+mouthStretchLeft": (corner(2), -10, -6),
    "mouthFrownLeft+mouthShrugLower": (corner(2), -6, -2),
    "mouthPressLeft+mouthRollLower": (red_height(LOWER, -1), -0.5, 1),
    "mouthPressLeft+mouthRollUpper": (red_height(UPPER, 1), -0.5, 1),
    "mouthFunnel+mouthPucker": (half_width, 9, 16),
    "jawOpen+mouthFunnel": (half_width, 12, 18),
    "jawOpen+mouthPucker": (half_width, 12, 18),
    "mouthRollLower+mouthRollUpper": (corner(2), -8, -4),
    "jawOpen+tongueOut": (teeth_drop, 0, 0.1),
}
APART = {"mouthSmileLeft+mouthSmileLeft", "mouthClose+mouthClose", "jawOpen+mouthClose"}
"""Correctives whose effect shows between 0 and 1, tested by themselves."""


def test_every_corrective_is_tested():
    both = {side for name in RIGHT.keys() | APART for side in (name, mirrored_corrective(name))}
    assert both >= CORRECTIVES.keys()


@pytest.mark.parametrize("name", RIGHT)
def test_a_corrective_brings_the_sum_within_its_limits(arrays, name):
    measure, low, high = RIGHT[name]
    weights = both_sides(**dict.fromkeys(CORRECTIVES[name], 1.0))
    assert low <= measure(arrays, weights, True) <= high
    assert not low <= measure(arrays, weights, False) <= high


@pytest.mark.parametrize("opening", [0.0, 0.25, 0.5, 0.75])
def test_lips_that_close_further_than_the_jaw_is_open_meet_and_do_not_cross(arrays, opening):
    weights = {"jawOpen": opening, "mouthClose": 1.0}
    assert abs(lips_apart(arrays, weights, True)) < 0.5
    assert lips_apart(arrays, weights, False) < -3


def test_the_corner_of_a_smile_goes_in_an_arc(arrays):
    """Halfway it stands outside the straight line from its beginning to its end."""
    point = arrays.lip(0, 0)

    def at(weight: float, corrected: bool) -> np.ndarray:
        return arrays.posed("head", {"mouthSmileLeft": weight}, corrected)[point]

    for corrected, least, most in ((True, 0.3, 2.0), (False, -0.01, 0.01)):
        start, halfway, end = (at(weight, corrected) for weight in (0.0, 0.5, 1.0))
        bow = (halfway - (start + end) / 2) / MILLIMETRE
        assert least <= np.linalg.norm(bow) + min(least, 0) <= most
        assert not corrected or (bow[0] > 0 and bow[2] < 0)
