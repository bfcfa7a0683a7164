# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError

AMOUNTS = st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0.001, 1000), min_size=1)


def test_a_mixture_has_shares_in_proportion_to_the_amounts():
    mixture = Mixture.of({"fear": 3, "surprise": 1})
    assert mixture.amounts() == {"surprise": 0.25, "fear": 0.75}
    assert mixture.shares == (0, 0, 0.25, 0, 0.75, 0, 0, 0)


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
    assert vector.tolist() == [0.25, 0, 0, 0, 0, 0, 0, 0.75]


def test_the_neutral_mixture_is_neutral_alone():
    assert NEUTRAL.amounts() == {"neutral": 1}


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"joy": 1}, "“joy” is not one of the eight emotions: happiness, sadness"),
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


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((1.0,), "has 8 shares, not 1"),
        ((0.5, 0.4, 0, 0, 0, 0, 0, 0), "add up to 1, not 0.9"),
        ((1.5, -0.5, 0, 0, 0, 0, 0, 0), "numbers from 0 to 1"),
        ((math.nan, 1, 0, 0, 0, 0, 0, 0), "numbers from 0 to 1"),
    ],
)
def test_shares_that_make_no_mixture_are_refused(shares, message):
    with pytest.raises(EmoteBotError, match=message):
        Mixture(shares)


@pytest.mark.parametrize("intensity", [-0.01, 1.01, math.nan, math.inf])
def test_an_intensity_is_from_0_to_1(intensity):
    with pytest.raises(EmoteBotError, match="intensity is a number from 0 to 1"):
        Feeling(NEUTRAL, intensity)
