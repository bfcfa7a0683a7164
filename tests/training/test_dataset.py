# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from emotebot_blender.core.emotions import EMOTIONS, Mixture
from training import dataset, facs
from training.dataset import Mix, Person


@pytest.fixture(scope="module")
def pairs() -> dataset.Pairs:
    return dataset.make_pairs(1200, Mix(), seed=3)


def faces(emotion: str, count: int = 200, intensity: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(11)
    return np.array([Person(rng, Mix()).show(emotion, intensity)[0] for _ in range(count)])


def both(rows: np.ndarray, name: str) -> np.ndarray:
    return (rows[:, INDEX[name + "Left"]] + rows[:, INDEX[name + "Right"]]) / 2


def test_pairs_are_faces(pairs: dataset.Pairs) -> None:
    assert pairs.weights.shape == (1200, 2, len(CHANNELS))
    assert pairs.weights.min() >= 0
    assert pairs.weights.max() <= 1
    np.testing.assert_allclose(pairs.emotion.sum(axis=2), 1, atol=1e-5)
    assert pairs.intensity.min() > 0
    assert pairs.intensity.max() <= 1
    for name in CHANNELS:
        if name.startswith(("eyeLook", "cheekPuff", "tongueOut")):
            assert not pairs.weights[..., INDEX[name]].any(), name


def test_the_same_seed_makes_the_same_pairs() -> None:
    first, second = dataset.make_pairs(40, Mix(), 5), dataset.make_pairs(40, Mix(), 5)
    np.testing.assert_array_equal(first.weights, second.weights)
    assert first.source == second.source


def test_the_sources_have_their_shares(pairs: dataset.Pairs) -> None:
    share = {name: pairs.source.count(name) / len(pairs.source) for name in dataset.SOURCES}
    assert share["london"] == pytest.approx(Mix().london, abs=0.025)
    assert share["crema_d"] == pytest.approx(Mix().crema_d, abs=0.015)


def test_signs_that_a_person_names_an_emotion_by() -> None:
    # The prototypes' own wording, unit by unit: EMFACS and the FACS manual.
    assert both(faces("happiness"), "mouthSmile").min() > 0.3
    surprise = faces("surprise")
    assert surprise[:, INDEX["browInnerUp"]].min() > 0.3
    assert surprise[:, INDEX["jawOpen"]].min() > 0.1
    assert both(faces("anger"), "browDown").min() > 0.3
    fear = faces("fear")
    assert fear[:, INDEX["browInnerUp"]].min() > 0.3
    assert both(fear, "mouthStretch").min() > 0.25
    assert both(faces("sadness"), "mouthFrown").min() > 0.3
    disgust = faces("disgust")
    assert np.maximum(both(disgust, "noseSneer"), both(disgust, "mouthUpperUp")).min() > 0.15
    assert faces("neutral").max() < 0.25


def test_contempt_is_one_sided_and_takes_both_sides() -> None:
    rows = faces("contempt")
    left, right = (rows[:, INDEX[f"mouthDimple{side}"]] for side in ("Left", "Right"))
    assert (np.maximum(left, right) > 4 * np.minimum(left, right)).all()
    assert 0.4 < (left > right).mean() < 0.6


def test_a_person_is_more_alike_than_two() -> None:
    rng = np.random.default_rng(2)
    people = [Person(rng, Mix()) for _ in range(80)]
    for emotion in EMOTIONS:
        takes = np.array([[p.show(emotion, 0.9)[0] for _ in range(3)] for p in people])
        within = takes.var(axis=1).mean(axis=0).sum()
        across = takes.reshape(-1, len(CHANNELS)).var(axis=0).sum()
        assert within < 0.7 * across, emotion


def test_a_quarter_of_the_faces_is_stronger_on_one_side() -> None:
    rows = faces("happiness", 800)
    left, right = rows[:, INDEX["mouthSmileLeft"]], rows[:, INDEX["mouthSmileRight"]]
    uneven = np.minimum(left, right) < 0.88 * np.maximum(left, right)
    assert uneven.mean() == pytest.approx(0.25, abs=0.08)  # hand-coded spontaneous expressions


def test_intensities_of_daily_life_follow_the_letters() -> None:
    rng = np.random.default_rng(0)
    drawn = np.array([dataset.draw_intensity(rng) for _ in range(4000)])
    assert drawn.min() >= 0.05
    assert drawn.max() <= 1
    # Half by the published letters (56 % up to B, .35), half by 1 - .9 u^1.5 (19.5 % up to .35).
    assert (drawn <= 0.35).mean() == pytest.approx((0.56 + 0.195) / 2, abs=0.03)


def test_blends_join_and_neutral_dampens() -> None:
    mixture = Mixture.of({"happiness": 0.5, "surprise": 0.5})
    blend = dataset.show_blend(Person(np.random.default_rng(1), Mix()), mixture, 1.0)
    assert blend[INDEX["browInnerUp"]] > 0.3
    assert blend[INDEX["mouthSmileLeft"]] > 0.3
    half = Mixture.of({"happiness": 0.5, "neutral": 0.5})
    dampened = dataset.show_blend(Person(np.random.default_rng(1), Mix()), half, 1.0)
    whole = dataset.show_blend(
        Person(np.random.default_rng(1), Mix()), Mixture.of({"happiness": 1}), 1.0
    )
    np.testing.assert_allclose(dampened, whole / 2, atol=1e-6)


def test_measured_smiles_get_the_cheeks_that_nobody_measured() -> None:
    smile = np.zeros(len(CHANNELS), dtype=np.float32)
    smile[[INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]] = 0.8
    rng = np.random.default_rng(4)
    cheeks = np.array(
        [dataset.complete_smile(smile, rng)[INDEX["cheekSquintLeft"]] for _ in range(400)]
    )
    risen = cheeks > 0
    assert risen.mean() > 0.85  # CK+: 65 of the 67 happy faces with unit 12 show unit 6
    assert cheeks[risen].min() >= 0.7 * 0.8 - 1e-6


def test_an_actor_keeps_the_upper_face_and_loses_the_speech() -> None:
    row = np.zeros(len(CHANNELS), dtype=np.float32)
    row[[INDEX["browDownLeft"], INDEX["browDownRight"]]] = 0.7
    row[INDEX["mouthFunnel"]] = 0.9
    whole = dataset.complete_apex(row, Mixture.of({"anger": 1.0}), np.random.default_rng(0))
    assert whole[INDEX["browDownLeft"]] >= np.float32(0.7)
    assert whole[INDEX["mouthFunnel"]] == 0
    assert whole[[INDEX["mouthPressLeft"], INDEX["mouthShrugLower"]]].max() > 0


def test_retakes_of_a_symmetric_face_stay_symmetric() -> None:
    face = facs.channels_of({12: (0.7, 0.7), 6: (0.5, 0.5)})
    again = dataset.retake(face, np.random.default_rng(9))
    np.testing.assert_allclose(again, again[MIRROR], atol=1e-6)
    assert np.abs(again - face).max() > 0.001
