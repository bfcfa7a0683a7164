# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.emotions import (
    BASIC_EMOTIONS,
    EMOTIONS,
    FURTHER_EMOTIONS,
    Feeling,
    Mixture,
)
from emotebot_blender.core.performance.emotion_tables import basic_amounts, mean_row


def amounts(**shares: float) -> np.ndarray:
    return np.array([shares.get(name, 0.0) for name in EMOTIONS], dtype=np.float32)


def basic(**shares: float) -> np.ndarray:
    return np.array([shares.get(name, 0.0) for name in BASIC_EMOTIONS], dtype=np.float32)


def test_basic_emotions_move_as_themselves_to_the_bit() -> None:
    given = amounts(happiness=0.3, neutral=0.2, contempt=0.5)
    np.testing.assert_array_equal(
        basic_amounts(given), basic(happiness=0.3, neutral=0.2, contempt=0.5)
    )


def test_embarrassment_moves_between_happiness_and_sadness() -> None:
    moves = basic_amounts(amounts(embarrassment=0.8, fear=0.1))
    np.testing.assert_allclose(moves, basic(happiness=0.4, sadness=0.4, fear=0.1), atol=1e-7)


@pytest.mark.parametrize("name", FURTHER_EMOTIONS)
def test_a_further_emotion_moves_as_much_as_a_basic_one(name: str) -> None:
    assert basic_amounts(amounts(**{name: 0.7})).sum() == pytest.approx(0.7)


def test_a_row_gives_the_same_bits_as_many() -> None:
    rows = np.random.default_rng(1).random((50, len(EMOTIONS)), dtype=np.float32)
    many = basic_amounts(rows)
    assert many.dtype == np.float32
    np.testing.assert_array_equal(many, [basic_amounts(row) for row in rows])


def test_a_mean_row_counts_what_is_lacking_as_neutral() -> None:
    table = np.zeros((len(EMOTIONS), 1))
    table[EMOTIONS.index("pain")], table[EMOTIONS.index("neutral")] = 4, 8
    feeling = Feeling(Mixture.of({"pain": 1.0}), 0.25)
    assert mean_row(feeling, table) == pytest.approx([7])
