# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, CustomExpression, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError

AMOUNTS = st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0.001, 1000), min_size=1)


def test_a_mixture_has_shares_in_proportion_to_the_amounts():
    mixture = Mixture.of({"fear": 3, "surprise": 1})
    assert mixture.amounts() == {"surprise": 0.25, "fear": 0.75}
    assert mixture.shares == (0, 0, 0.25, 0, 0.75, *[0] * 11)


def test_shares_that_add_up_to_1_stay_as_they_were_written():
    assert Mixture.of({"anger": 0.1, "fear": 0.2, "disgust": 0.7}).amounts() == {
        "anger": 0.1,
        "fear": 0.2,
        "disgust": 0.7,
    }


@given(AMOUNTS)
def test_the_shares_of_any_mixture_add_up_to_1(amounts):
    mixture = Mixture.of(amounts)
    assert sum(mixture.shares) == pytest.approx(1, abs=1e-9)
    assert mixture.amounts().keys() == amounts.keys()


@given(AMOUNTS)
def test_the_shares_of_a_mixture_make_the_same_mixture(amounts):
    mixture = Mixture.of(amounts)
    assert Mixture.of(mixture.amounts()) == mixture


@given(AMOUNTS)
def test_the_dominant_emotion_has_the_largest_amount(amounts):
    mixture = Mixture.of(amounts)
    assert mixture.amounts()[mixture.dominant()] == max(mixture.shares)


def test_the_first_of_equals_is_dominant():
    assert Mixture.of({"neutral": 1, "anger": 1}).dominant() == "anger"


def test_the_vector_has_the_shares_in_order():
    vector = Mixture.of({"happiness": 1, "neutral": 3}).vector()
    assert vector.dtype == np.float32
    assert vector.tolist() == [0.25, *[0] * 14, 0.75]


def test_the_neutral_mixture_is_neutral_alone():
    assert NEUTRAL.amounts() == {"neutral": 1}


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"joy": 1}, "“joy” is not one of the 16 emotions: happiness, sadness"),
        ({"fear": -0.1, "anger": 1}, "numbers from 0"),
        ({"fear": math.nan}, "numbers from 0"),
        ({"fear": math.inf}, "numbers from 0"),
        ({"fear": 0}, "at least one emotion"),
        ({}, "at least one emotion"),
    ],
)
def test_amounts_that_make_no_mixture_are_refused(amounts, message):
    with pytest.raises(EmoteBotError, match=message):
        Mixture.of(amounts)


NONE = (0,) * 14
"""The shares of the emotions from the third on."""


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((1.0,), "has 16 shares, not 1"),
        ((0.5, 0.4, *NONE), "add up to 1, not 0.9"),
        ((1.5, -0.5, *NONE), "numbers from 0 to 1"),
        ((math.nan, 1, *NONE), "numbers from 0 to 1"),
    ],
)
def test_shares_that_make_no_mixture_are_refused(shares, message):
    with pytest.raises(EmoteBotError, match=message):
        Mixture(shares)


@pytest.mark.parametrize("intensity", [-0.01, 1.01, math.nan, math.inf])
def test_an_intensity_is_from_0_to_1(intensity):
    with pytest.raises(EmoteBotError, match="intensity is a number from 0 to 1"):
        Feeling(NEUTRAL, intensity)


SMIRK = CustomExpression("smirk", (0.0,) * 23 + (0.6,) + (0.0,) * 28)
WINK = CustomExpression("wink", (1.0,) + (0.0,) * 51)
HAPPINESS = Mixture.of({"happiness": 1})


def test_an_expression_names_the_channels_that_it_moves():
    assert SMIRK.amounts() == {"mouthSmileLeft": 0.6}
    assert WINK.amounts() == {"eyeBlinkLeft": 1}


@pytest.mark.parametrize(
    ("word", "weights", "message"),
    [
        (" ", SMIRK.weights, "needs a word"),
        ("a\0b", SMIRK.weights, "without broken characters"),
        ("a\ud800", SMIRK.weights, "without broken characters"),
        ("smirk", (0.5,), "“smirk” needs a weight for each of the 52 channels, not 1"),
        ("smirk", (-0.1, *SMIRK.weights[1:]), "eyeBlinkLeft in “smirk” is a number from 0 to 1"),
        ("smirk", (*SMIRK.weights[1:], 1.1), "tongueOut in “smirk” is a number from 0 to 1"),
        ("smirk", (*SMIRK.weights[1:], math.nan), "is a number from 0 to 1, not nan"),
    ],
)
def test_an_expression_that_is_none_is_refused(word, weights, message):
    with pytest.raises(EmoteBotError, match=message):
        CustomExpression(word, weights)


@pytest.mark.parametrize(
    ("mixture", "custom", "expected"),
    [
        (HAPPINESS, (), 1),
        (HAPPINESS, ((SMIRK, 0.25),), 0.75),
        (NEUTRAL, ((SMIRK, 0.25), (WINK, 0.75)), 0),
        (NEUTRAL, ((SMIRK, 0.1),) , 0.9),
        (NEUTRAL, ((SMIRK, 0.7), (WINK, 0.2999999)), 0),
    ],
)  # fmt: skip
def test_the_mixture_has_what_expressions_leave(mixture, custom, expected):
    assert Feeling(mixture, 1.0, custom).mixture_share == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mixture", "custom", "message"),
    [
        (HAPPINESS, ((SMIRK, 0.0),), "a number above 0"),
        (HAPPINESS, ((SMIRK, math.nan),), "a number above 0"),
        (NEUTRAL, ((SMIRK, 0.6), (WINK, 0.6)), "add up to 1 at most, not 1.2"),
        (HAPPINESS, ((SMIRK, 0.1), (SMIRK, 0.1)), "one share"),
        (HAPPINESS, ((SMIRK, 1.0),), "leave the emotions no share"),
    ],
)
def test_shares_of_expressions_that_make_no_feeling_are_refused(mixture, custom, message):
    with pytest.raises(EmoteBotError, match=message):
        Feeling(mixture, 0.5, custom)


def test_feelings_with_the_same_expressions_are_one():
    one, other = (
        Feeling(HAPPINESS, 0.5, ((CustomExpression("smirk", SMIRK.weights), 0.25),))
        for _ in range(2)
    )
    assert len({one, other, Feeling(HAPPINESS, 0.5)}) == 2


def test_expressions_make_the_same_feeling_in_any_order():
    shares = ((SMIRK, 0.25), (WINK, 0.5))
    assert Feeling(HAPPINESS, 1.0, shares) == Feeling(HAPPINESS, 1.0, shares[::-1])
