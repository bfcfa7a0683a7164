# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS, FURTHER_EMOTIONS, Mixture
from training.collecting.collection_files import SHIPPED, read_collection
from training.expression_data import data_mixture
from training.expression_data.data_mixture import DataMixture
from training.tables import facs


@pytest.fixture(scope="module")
def pairs() -> data_mixture.Pairs:
    return data_mixture.make_pairs(1500, DataMixture(), seed=3)


@pytest.fixture(scope="module")
def held_out() -> data_mixture.Pairs:
    return data_mixture.make_pairs(600, DataMixture(), seed=3, part="held-out")


def test_pairs_are_faces(pairs: data_mixture.Pairs) -> None:
    assert pairs.weights.shape == (1500, 2, len(CHANNELS))
    assert pairs.weights.min() >= 0
    assert pairs.weights.max() <= 1
    np.testing.assert_allclose(pairs.emotion.sum(axis=2), 1, atol=1e-5)
    assert pairs.intensity.min() > 0
    assert pairs.intensity.max() <= 1
    for name in CHANNELS:
        if name.startswith(("eyeLook", "cheekPuff", "tongueOut")):
            assert not pairs.weights[..., INDEX[name]].any(), name


def test_the_same_seed_makes_the_same_pairs() -> None:
    first, second = (
        data_mixture.make_pairs(40, DataMixture(), 5),
        data_mixture.make_pairs(40, DataMixture(), 5),
    )
    np.testing.assert_array_equal(first.weights, second.weights)
    assert first.source == second.source


def test_the_parts_share_no_synthetic_subject() -> None:
    first = data_mixture.make_pairs(300, DataMixture(collected=0), 5)
    other = data_mixture.make_pairs(300, DataMixture(collected=0), 5, part="held-out")
    assert not {row.tobytes() for row in first.weights} & {row.tobytes() for row in other.weights}


def test_held_out_pairs_have_no_training_actor(held_out: data_mixture.Pairs) -> None:
    assert "crema_d" not in held_out.source
    assert "london" in held_out.source


def test_measured_subjects_have_their_share(pairs: data_mixture.Pairs) -> None:
    # 102 smiles and six films of the project's own: 108 of 108 + 1200, of at most a half.
    real = sum(name in ("london", "crema_d") for name in pairs.source) / len(pairs.source)
    assert real == pytest.approx(0.5 * 108 / 1308, abs=0.02)


def test_much_data_never_takes_more_than_its_share() -> None:
    assert DataMixture().share_of_collections(0) == 0
    assert DataMixture().share_of_collections(10**7) == pytest.approx(0.5, abs=0.001)


def test_measured_channels_are_marked(pairs: data_mixture.Pairs) -> None:
    source = np.array(pairs.source)
    london = pairs.measured[source == "london"]
    assert london[..., INDEX["mouthSmileLeft"]].all()
    assert not london[..., INDEX["cheekSquintLeft"]].any()
    assert not pairs.measured[(source != "london") & (source != "crema_d")].any()


def test_more_collections_join() -> None:
    own = dataclasses.replace(read_collection(SHIPPED[0]), name="films")
    made = data_mixture.make_pairs(300, DataMixture(), 1, collections=[own])
    assert made.source.count("films") > 5


def test_intensities_of_daily_life_follow_the_letters() -> None:
    rng = np.random.default_rng(0)
    drawn = np.array([data_mixture.draw_intensity(rng) for _ in range(4000)])
    assert drawn.min() >= 0.05
    assert drawn.max() <= 1
    # A third by the published letters (56 % up to B, .35), a third over .05 to 1, a third above.
    assert (drawn <= 0.35).mean() == pytest.approx((0.56 + 0.3 / 0.95) / 3, abs=0.03)


def test_every_compound_is_asked_for() -> None:
    rng = np.random.default_rng(0)
    draws = [
        data_mixture.draw_feeling(DataMixture(pure=0, compound=1, blended=0, further=0), rng)
        for _ in range(400)
    ]
    assert len({draw.feeling.mixture for draw in draws}) == 15
    assert all(draw.units is not None for draw in draws)


def test_a_blend_close_to_a_compound_shows_its_units() -> None:
    mixture, units = facs.compounds()[0]
    assert mixture == Mixture.of({"happiness": 0.5, "surprise": 0.5})
    assert data_mixture.compound_near(Mixture.of({"happiness": 0.45, "surprise": 0.55})) is units
    assert data_mixture.compound_near(Mixture.of({"happiness": 0.8, "surprise": 0.2})) is None


def test_every_emotion_is_asked_for_alone(pairs: data_mixture.Pairs) -> None:
    alone = pairs.emotion.reshape(-1, len(EMOTIONS)).max(axis=1) == 1
    which = pairs.emotion.reshape(-1, len(EMOTIONS))[alone].argmax(axis=1)
    times = dict(zip(EMOTIONS, np.bincount(which, minlength=len(EMOTIONS)).tolist(), strict=True))
    assert min(times[name] for name in BASIC_EMOTIONS) > 100
    assert min(times[name] for name in FURTHER_EMOTIONS) > 50


def test_what_knows_the_basic_emotions_alone_is_shown_no_others() -> None:
    pairs = data_mixture.make_pairs(400, data_mixture.BASIC_MIXTURE, 2)
    further = [EMOTIONS.index(name) for name in FURTHER_EMOTIONS]
    assert not pairs.emotion[..., further].any()


def test_a_further_emotion_is_asked_for_alone_or_with_a_basic_one() -> None:
    rng = np.random.default_rng(0)
    mixture = DataMixture(pure=0, compound=0, blended=0, further=1)
    shares = [data_mixture.draw_feeling(mixture, rng).feeling.mixture.amounts() for _ in range(400)]
    assert all(len(set(amounts) & set(FURTHER_EMOTIONS)) == 1 for amounts in shares)
    assert np.mean([len(amounts) == 2 for amounts in shares]) == pytest.approx(0.25, abs=0.06)
