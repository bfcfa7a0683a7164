# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from training.tables import action_units


def test_units_move_the_channels_apple_describes() -> None:
    face = action_units.channels_of({12: (1.0, 1.0), 6: (1.0, 1.0)})
    for name in ("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft", "cheekSquintRight"):
        assert face[INDEX[name]] > 0.85, name
    assert face[INDEX["browDownLeft"]] == 0


def test_one_sided_dimple_stays_on_its_side() -> None:
    face = action_units.channels_of({14: (1.0, 0.0)})
    assert face[INDEX["mouthDimpleLeft"]] == 1
    assert face[INDEX["mouthDimpleRight"]] == 0
    assert face[INDEX["mouthLeft"]] > 0
    assert face[INDEX["mouthRight"]] == 0


def test_jaw_drop_and_mouth_stretch_keep_to_their_halves() -> None:
    # The project's convention: unit 26 opens the jaw up to about a half, 27 further.
    assert 0.3 <= action_units.channels_of({26: (1.0, 1.0)})[INDEX["jawOpen"]] <= 0.5
    assert action_units.channels_of({27: (1.0, 1.0)})[INDEX["jawOpen"]] > 0.5


def test_every_pull_of_a_unit_holds_for_some_faces_only_where_it_says_so() -> None:
    # A smile opens the lips otherwise than a shout: both conditions of unit 25 are met by one face
    # each, and never both.
    smile = action_units.channels_of({12: (1, 1), 25: (1, 1)})
    shout = action_units.channels_of({7: (1, 1), 25: (1, 1)})
    assert smile[INDEX["jawOpen"]] > shout[INDEX["jawOpen"]] > 0
    assert shout[INDEX["mouthLowerDownLeft"]] > smile[INDEX["mouthLowerDownLeft"]]


@pytest.mark.parametrize("half", [0.25, 0.46, 0.62, 0.75])
def test_growth_goes_through_its_half_and_never_falls(half: float) -> None:
    grown = action_units.grow(np.linspace(0, 1, 101), half)
    assert (grown[0], grown[50], grown[100]) == pytest.approx((0, half, 1))
    assert (np.diff(grown) >= -1e-12).all()


UNIT_SETS = st.dictionaries(
    st.sampled_from(sorted({pull.unit for pull in action_units.unit_effects()})),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    max_size=8,
)


@given(UNIT_SETS)
def test_faces_of_units_keep_within_bounds_and_mirror(
    amounts: dict[int, tuple[float, float]],
) -> None:
    face = action_units.channels_of(amounts)
    assert face.shape == (len(CHANNELS),)
    assert face.min() >= 0
    assert face.max() <= 1
    swapped = {unit: (right, left) for unit, (left, right) in amounts.items()}
    np.testing.assert_allclose(action_units.channels_of(swapped), face[MIRROR], atol=1e-6)
    assert not action_units.channels_of(amounts, 0.0).any()


@given(UNIT_SETS)
def test_no_channel_falls_as_the_intensity_rises(amounts: dict[int, tuple[float, float]]) -> None:
    rise = action_units.faces_of([amounts] * 9, np.linspace(0, 1, 9))
    assert np.diff(rise, axis=0).min() >= -1e-6


def test_faces_made_together_are_the_faces_made_alone() -> None:
    shown: list[action_units.Amounts] = [
        {12: (0.9, 0.8), 25: (0.5, 0.5)},
        {},
        {1: (1, 1), 4: (0.7, 0.6)},
    ]
    strengths = np.array([1.0, 0.4, 0.6])
    together = action_units.faces_of(shown, strengths)
    for face, amounts, intensity in zip(together, shown, strengths, strict=True):
        np.testing.assert_allclose(
            face, action_units.channels_of(amounts, float(intensity)), atol=1e-7
        )
