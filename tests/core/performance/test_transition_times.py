# SPDX-License-Identifier: GPL-3.0-or-later
"""Natural transition times against the published medians."""

import math
from statistics import geometric_mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from emotebot_blender.core.emotions import (
    BASIC_EMOTIONS,
    EMOTIONS,
    NEUTRAL,
    CustomExpression,
    Feeling,
    Mixture,
)
from emotebot_blender.core.performance import transition_times
from emotebot_blender.core.performance.transition_times import (
    channel_seconds,
    median_transition,
    natural_transition,
)

FACE = len(CHANNELS)
REST = Feeling(NEUTRAL, 0.0)
CALM = np.zeros((1, len(BASIC_EMOTIONS)))
STILL = np.zeros(transition_times.NOISE)


def felt(emotion: str, intensity: float = 0.5) -> Feeling:
    return Feeling(Mixture.of({emotion: 1.0}), intensity)


def displacement(**amounts: float) -> np.ndarray:
    """Return the way of a face whose channels move this far, both sides where there are two."""
    moved = np.zeros(FACE)
    for stem, amount in amounts.items():
        for name in (stem, stem + "Left", stem + "Right"):
            if name in INDEX:
                moved[INDEX[name]] = amount
    return moved


SMILE = displacement(mouthSmile=0.6)


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [("browInnerUp", 0.465), ("mouthSmileLeft", 0.533), ("noseSneerRight", 0.295)],
)
def test_a_channel_has_the_median_of_its_action_unit(channel: str, seconds: float) -> None:
    assert transition_times.unit_times().median[INDEX[channel]] == pytest.approx(seconds)


def test_spreads_are_those_of_the_published_quartiles() -> None:
    times, brow, stretch = (
        transition_times.unit_times(),
        INDEX["browInnerUp"],
        INDEX["mouthStretchLeft"],
    )
    assert times.quick[brow] == pytest.approx(math.log(465 / 270) / 0.6745)
    assert times.slow[brow] == pytest.approx(math.log(655 / 465) / 0.6745)
    assert times.quick[stretch] == times.slow[stretch] == 0.48  # none published: CAS(ME)² overall


def test_a_smile_alone_is_seen_to_move_for_its_published_onset() -> None:
    _, whole = channel_seconds(SMILE[None], CALM, STILL[None], 0.7)
    seen = whole[0, INDEX["mouthSmileLeft"]] * transition_times.VISIBLE
    assert seen == pytest.approx(0.533, rel=0.05)


def test_the_upper_lid_is_seen_before_the_brow_by_the_published_lag() -> None:
    moved = displacement(eyeWide=0.6, browInnerUp=0.6)
    lag, whole = channel_seconds(moved[None], CALM, STILL[None], 0.7)
    seen = lag[0] + transition_times.UNSEEN * whole[0]
    assert 0.06 <= seen[INDEX["browInnerUp"]] - seen[INDEX["eyeWideLeft"]] <= 0.2


def test_something_moves_at_once() -> None:
    for moved in (SMILE, displacement(jawOpen=0.5, mouthFrown=0.3)):
        lag, _ = channel_seconds(moved[None], CALM, STILL[None], 0.7)
        assert lag[0, moved > 0].min() == 0


def test_the_mirrored_face_takes_the_mirrored_times() -> None:
    moved = np.random.default_rng(0).uniform(-1, 1, (5, FACE))
    straight = channel_seconds(moved, CALM.repeat(5, 0), STILL[None].repeat(5, 0), 0.7)
    turned = channel_seconds(moved[:, MIRROR], CALM.repeat(5, 0), STILL[None].repeat(5, 0), 0.7)
    for one, other in zip(straight, turned, strict=True):
        np.testing.assert_allclose(one[:, MIRROR], other)


def test_onsets_of_smiles_have_the_published_quartiles() -> None:
    noise = np.random.default_rng(1).standard_normal((4000, transition_times.NOISE))
    displacements, calm = np.repeat(SMILE[None], 4000, 0), CALM.repeat(4000, 0)
    _, whole = channel_seconds(displacements, calm, noise, 0.7)
    onsets = whole[:, INDEX["mouthSmileLeft"]] * transition_times.VISIBLE
    expected = [0.400, 0.533, 0.832]  # action unit 12
    assert np.percentile(onsets, [25, 50, 75]) == pytest.approx(expected, rel=0.06)


def test_a_slow_face_is_slow_in_all_its_channels() -> None:
    slow = STILL.copy()
    slow[transition_times.SLOWNESS] = 1.0
    moved = displacement(mouthSmile=0.6, cheekSquint=0.5, browInnerUp=-0.3)
    usual, late = (
        channel_seconds(moved[None], CALM, noise[None], 0.7)[1] for noise in (STILL, slow)
    )
    assert np.all(late[:, moved != 0] > 1.2 * usual[:, moved != 0])


@pytest.mark.parametrize("emotion", transition_times.ONSET_SECONDS)
def test_the_way_back_is_slower(emotion: str) -> None:
    assert median_transition(felt(emotion), REST) > median_transition(REST, felt(emotion))
    moved = (
        SMILE
        if emotion in ("happiness", "contempt")
        else displacement(browInnerUp=0.6, browDown=0.4)
    )
    there = natural_transition(REST, felt(emotion), moved, STILL)
    back = natural_transition(felt(emotion), REST, -moved, STILL)
    if emotion != "sadness":  # the published ratio is 1.18, over that of smiles
        assert back > there


def test_ratios_of_releases_to_onsets_lie_around_the_published_ones() -> None:
    ratios = [
        transition_times.RELEASE_SECONDS[name] / seconds
        for name, seconds in transition_times.ONSET_SECONDS.items()
    ]
    assert 1.29 <= np.median(ratios) <= 1.71


def test_a_stronger_feeling_takes_slightly_longer() -> None:
    mild = natural_transition(REST, felt("fear", 0.1), SMILE * 0.1, STILL)
    strong = natural_transition(REST, felt("fear", 1.0), SMILE, STILL)
    assert 1.05 < strong / mild < 1.3


def test_noise_of_another_length_is_taken_as_far_as_it_goes() -> None:
    whole = natural_transition(REST, felt("fear"), SMILE, STILL)
    assert natural_transition(REST, felt("fear"), SMILE, np.zeros(4)) == whole
    assert natural_transition(REST, felt("fear"), SMILE, np.zeros(40)) == whole


FEELINGS = st.builds(
    lambda amounts, intensity: Feeling(
        Mixture.of(dict(zip(EMOTIONS, amounts, strict=True))), intensity
    ),
    st.lists(st.floats(0.01, 1), min_size=len(EMOTIONS), max_size=len(EMOTIONS)),
    st.floats(0, 1),
)


@given(FEELINGS, FEELINGS, st.integers(0, 99), st.floats(0, 1))
def test_any_change_of_feeling_takes_a_time_a_face_can_take(
    before: Feeling, after: Feeling, seed: int, reach: float
) -> None:
    random = np.random.default_rng(seed)
    moved = random.uniform(-reach, reach, FACE)
    noise = random.standard_normal(transition_times.NOISE)
    assert 0.1 < natural_transition(before, after, moved, noise) <= 3.0


SMIRK = Feeling(NEUTRAL, 0.5, ((CustomExpression("smirk", tuple(SMILE.tolist())), 1.0),))


def test_a_custom_expression_comes_and_goes_in_the_mean_of_the_published_times() -> None:
    onset = geometric_mean([0.433, 0.367, 0.400, 0.367, 0.400, 0.333, 0.488])
    release = geometric_mean([1.017, 0.433, 0.533, 0.700, 0.700, 0.484, 0.727])
    assert median_transition(REST, SMIRK) * transition_times.VISIBLE == pytest.approx(onset)
    assert median_transition(SMIRK, REST) * transition_times.VISIBLE == pytest.approx(release)


def test_a_custom_expression_arrives_sooner_than_it_leaves() -> None:
    there = natural_transition(REST, SMIRK, SMILE, STILL)
    back = natural_transition(SMIRK, REST, -SMILE, STILL)
    assert 0.3 < there < back < 1.5


def test_a_custom_expression_follows_another_in_the_time_of_an_onset() -> None:
    other = Feeling(NEUTRAL, 0.5, ((CustomExpression("pout", (0.0,) * FACE), 1.0),))
    assert median_transition(other, SMIRK) <= median_transition(REST, SMIRK)


def amounts(**emotions: float) -> np.ndarray:
    shown = np.zeros(len(BASIC_EMOTIONS), dtype=np.float32)
    for name, amount in emotions.items():
        shown[BASIC_EMOTIONS.index(name)] = amount
    return shown


def test_what_carries_a_feeling_alone_has_a_factor() -> None:
    factors = transition_times.carrying_factors(amounts(surprise=0.7))
    carrying = [factors[INDEX[name]] for name in ("browInnerUp", "browOuterUpLeft", "jawOpen")]
    assert max(carrying) < 1
    assert factors[INDEX["mouthSmileLeft"]] == factors[INDEX["browDownLeft"]] == 1
    np.testing.assert_array_equal(transition_times.carrying_factors(amounts()), 1)


def test_factors_of_a_mixture_are_between_those_of_its_emotions() -> None:
    brow = INDEX["browInnerUp"]
    alone, both = (
        transition_times.carrying_factors(shown)[brow]
        for shown in (amounts(surprise=1.0), amounts(surprise=0.3, happiness=0.3))
    )
    assert both == pytest.approx(math.sqrt(alone))


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        (amounts(surprise=1.0), 0.08),
        (amounts(surprise=0.5, sadness=0.5), 0.04),
        (amounts(surprise=0.8), 0.032),
        (amounts(surprise=0.6), 0.0),
        (amounts(sadness=1.0), 0.0),
        (amounts(), 0.0),
    ],
)
def test_strong_feelings_overshoot_but_sadness_does_not(shown: np.ndarray, share: float) -> None:
    assert transition_times.overshoot_share(shown) == pytest.approx(share, abs=1e-6)
