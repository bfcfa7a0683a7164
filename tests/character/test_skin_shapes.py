# SPDX-License-Identifier: GPL-3.0-or-later
"""What correctives of the built-in head put right, measured with them and without."""

import numpy as np
import pytest

pytest.importorskip("bpy")

from headpose import LOWER_LID, LOWER_LIP, MILLIMETRE, UPPER_LID, UPPER_LIP, both_sides

from emotebot_blender.character.correctives import (
    expression_of,
    factors_of,
    is_corrective,
    key_name,
    mirrored_corrective,
    squared,
    weight_of,
)
from emotebot_blender.character.lids import LAUGH, LID_PAIRS
from emotebot_blender.core.channels import CHANNELS


def lids_apart(arrays, weights, corrected: bool = True) -> float:
    """Degrees around the left eyeball from the lower lid's middle up to the upper lid's."""
    points = arrays.posed("head", weights, corrected)
    arms = [points[arrays.lid(index)] - arrays.eye_centre for index in (UPPER_LID, LOWER_LID)]
    upper, lower = (np.degrees(np.arctan2(arm[2], -arm[1])) for arm in arms)
    return upper - lower


def lips_apart(arrays, weights, corrected: bool = True) -> float:
    """Millimetres from the edge of the lower lip, behind the upper one at rest, up to the upper."""
    points = arrays.posed("head", weights, corrected)
    heights = [points[arrays.lip(0, index), 2] for index in (UPPER_LIP, LOWER_LIP)]
    return float(heights[0] - heights[1]) / MILLIMETRE


def full(*names: str) -> dict[str, float]:
    """Weights of 1 for channels named without a side, on both sides."""
    channels = (
        channel
        for name in names
        for part in name.split("+")
        for channel in (part, f"{part}Left", f"{part}Right")
        if channel in CHANNELS
    )
    return dict.fromkeys(channels, 1.0)


class TestNames:
    def test_a_product(self):
        assert factors_of("jawOpen+mouthSmileLeft") == ("jawOpen", "mouthSmileLeft")
        assert expression_of("jawOpen+mouthSmileLeft") == "a * b"
        assert weight_of("jawOpen+mouthSmileLeft", {"jawOpen": 0.5, "mouthSmileLeft": 0.4}) == 0.2
        assert weight_of("jawOpen+mouthSmileLeft", {"jawOpen": 0.5}) == 0

    def test_a_square(self):
        assert squared("jawOpen") == "jawOpen+jawOpen"
        assert expression_of(squared("jawOpen")) == "a * a"
        laugh = squared("cheekSquintLeft+mouthSmileLeft")
        assert expression_of(laugh) == "a * a * b * b"
        assert weight_of(laugh, {"cheekSquintLeft": 0.5, "mouthSmileLeft": 1.0}) == 0.25

    def test_an_excess(self):
        assert expression_of("mouthClose-jawOpen") == "max(a - b, 0)"
        assert weight_of("mouthClose-jawOpen", {"mouthClose": 0.75, "jawOpen": 0.5}) == 0.25
        assert weight_of("mouthClose-jawOpen", {"mouthClose": 0.5, "jawOpen": 0.75}) == 0

    def test_the_other_side(self):
        assert mirrored_corrective("jawOpen+mouthSmileLeft") == "jawOpen+mouthSmileRight"
        assert mirrored_corrective("mouthClose-jawOpen") == "mouthClose-jawOpen"

    def test_every_name_of_a_shape_key_fits_and_says_its_channels(self, arrays):
        names = {
            name
            for displacements in arrays.displacements.values()
            for name in displacements
            if is_corrective(name) and "gaze" not in name
        }
        assert max(map(len, names)) <= 63
        for name in names:
            assert set(factors_of(name)) <= set(CHANNELS)

    def test_a_long_name_is_short_on_both_sides(self):
        long = "eyeBlinkLeft+cheekSquintLeft+mouthShrugLower+mouthUpperUpLeft"
        assert key_name(long) == "eyeBlinkL+cheekSquintL+mouthShrugLower+mouthUpperUpL"
        assert factors_of(key_name(long)) == factors_of(long)
        assert mirrored_corrective(key_name(long)) == long.replace("Left", "Right")


@pytest.mark.parametrize("pair", LID_PAIRS, ids="+".join)
def test_lids_that_would_pass_each_other_stay_open(arrays, pair):
    assert lids_apart(arrays, full(*pair)) > 8


@pytest.mark.parametrize(
    "other", ["eyeWide", "eyeSquint", "cheekSquint", "browDown", "eyeLookDown", "noseSneer", LAUGH]
)
def test_a_blink_closes_whatever_else_the_lids_do(arrays, other):
    alone = lids_apart(arrays, full("eyeBlink"))
    assert abs(lids_apart(arrays, full("eyeBlink", other)) - alone) < (7 if other == LAUGH else 2)
    sums = [lids_apart(arrays, full("eyeBlink", *more), corrected=False) for more in ((), (other,))]
    assert abs(sums[1] - sums[0]) > 2  # there is something to correct


def test_a_laugh_closes_the_eye_and_neither_half_of_it_does(arrays):
    assert lids_apart(arrays, full(LAUGH)) < 10
    for half in LAUGH.split("+"):
        assert lids_apart(arrays, full(half)) > 40


@pytest.mark.parametrize("opening", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("further", [0.0, 0.3, 1.0])
def test_lips_close_as_far_as_the_jaw_is_open_and_no_further(arrays, opening, further):
    weights = {"jawOpen": opening, "mouthClose": min(opening + further, 1.0)}
    assert lips_apart(arrays, weights) == pytest.approx(lips_apart(arrays, {}), abs=1.5)


def test_a_jaw_shows_early_that_it_opens(arrays):
    gaps = [lips_apart(arrays, {"jawOpen": weight}) for weight in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert gaps == sorted(gaps)
    assert gaps[1] - gaps[0] > 0.35 * (gaps[-1] - gaps[0])


def test_disgust_and_a_sneer_close_the_mouth_that_both_open(arrays):
    weights = both_sides(mouthUpperUpLeft=0.6, noseSneerLeft=0.6) | {"mouthShrugLower": 0.5}
    assert lips_apart(arrays, weights) < lips_apart(arrays, weights, corrected=False)
