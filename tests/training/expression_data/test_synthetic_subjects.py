# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS, Mixture
from training.expression_data import synthetic_subjects
from training.expression_data.data_mixture import DataMixture
from training.expression_data.synthetic_subjects import SyntheticSubject
from training.tables import facs

SOURCES = DataMixture().unit_sources()


def faces(emotion: str, count: int = 200, intensity: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(11)
    takes = [SyntheticSubject(rng, SOURCES).show(emotion, intensity) for _ in range(count)]
    return synthetic_subjects.faces_of_takes(takes)


def both(rows: np.ndarray, name: str) -> np.ndarray:
    return (rows[:, INDEX[name + "Left"]] + rows[:, INDEX[name + "Right"]]) / 2


def test_happy_faces_smile_with_their_cheeks_and_open_eyes() -> None:
    happy = faces("happiness")
    assert both(happy, "mouthSmile").min() > 0.4
    assert both(happy, "cheekSquint").min() > 0.4
    assert (both(happy, "mouthUpperUp") > 0.1).mean() > 0.75  # teeth show on most
    assert both(happy, "eyeSquint").max() < 0.6
    assert both(happy, "browDown").max() < 0.2


def test_sad_faces_raise_the_inner_brows_and_lower_the_corners_of_the_mouth() -> None:
    sad = faces("sadness")
    assert sad[:, INDEX["browInnerUp"]].min() > 0.45
    assert both(sad, "browOuterUp").max() < 0.2
    assert both(sad, "mouthFrown").min() > 0.4
    assert both(sad, "mouthSmile").max() < 0.2


def test_surprised_faces_open_eyes_and_mouth_under_raised_brows() -> None:
    surprised = faces("surprise")
    assert surprised[:, INDEX["browInnerUp"]].min() > 0.45
    assert both(surprised, "browOuterUp").min() > 0.45
    assert both(surprised, "eyeWide").min() > 0.45
    assert surprised[:, INDEX["jawOpen"]].min() > 0.1
    assert both(surprised, "browDown").max() < 0.2


def test_angry_faces_glare_under_lowered_brows_with_tense_mouths() -> None:
    angry = faces("anger")
    assert both(angry, "browDown").min() > 0.45
    assert both(angry, "eyeSquint").min() > 0.2
    assert both(angry, "eyeWide").min() > 0.15
    bared, pressed = both(angry, "mouthLowerDown"), both(angry, "mouthPress")
    assert (pressed + bared).min() > 0.2
    assert 0.25 < (pressed > 0.4).mean() < 0.6  # the Guide lists pressed lips and open mouths


def test_afraid_faces_raise_and_draw_together_the_brows_and_stretch_the_mouth() -> None:
    afraid = faces("fear")
    assert afraid[:, INDEX["browInnerUp"]].min() > 0.45
    assert both(afraid, "browDown").min() > 0.08
    assert both(afraid, "eyeWide").min() > 0.45
    assert both(afraid, "mouthStretch").min() > 0.3


def test_disgusted_faces_wrinkle_the_nose_or_raise_the_lip() -> None:
    disgusted = faces("disgust")
    assert both(disgusted, "noseSneer").min() > 0.15
    assert both(disgusted, "noseSneer").mean() > 0.7
    assert both(disgusted, "eyeSquint").mean() > 0.4
    assert both(disgusted, "eyeWide").max() < 0.2


def test_bored_faces_have_heavy_lids_and_no_smile() -> None:
    bored = faces("boredom")
    assert both(bored, "eyeBlink").min() > 0.1
    assert 0.35 < both(bored, "eyeBlink").mean() < 0.6
    assert both(bored, "mouthSmile").max() < 0.2


def test_confused_faces_lower_a_brow_and_mostly_raise_the_other() -> None:
    confused = faces("confusion", 400)
    left, right = (confused[:, INDEX[f"browOuterUp{side}"]] for side in ("Left", "Right"))
    lower = confused[:, [INDEX["browDownLeft"], INDEX["browDownRight"]]]
    assert np.quantile(lower.max(axis=1), 0.05) > 0.3
    raised = np.maximum(left, right) > 0.5
    assert 0.4 < raised.mean() < 0.8
    assert (np.minimum(left, right) < 0.25).all()
    assert 0.35 < (left > right)[raised].mean() < 0.65
    over = np.where(left > right, lower[:, 0], lower[:, 1])
    assert over[raised].max() < 0.3  # the brow that is raised is not the one that is lowered


def test_interested_faces_raise_both_brows_and_smile_a_little() -> None:
    interested = faces("interest")
    assert np.quantile(both(interested, "browOuterUp"), 0.05) > 0.4
    assert 0.2 < both(interested, "mouthSmile").mean() < 0.7


def test_thinking_faces_purse_their_lips_to_one_side_or_press_them() -> None:
    thinking = faces("thinking")
    aside = np.abs(thinking[:, INDEX["mouthLeft"]] - thinking[:, INDEX["mouthRight"]])
    assert (aside > 0.1).mean() > 0.8
    assert (thinking[:, INDEX["mouthPucker"]] > 0.2).mean() > 0.6
    assert both(thinking, "mouthSmile").max() < 0.2


def test_tired_faces_have_heavy_lids_and_sunk_corners_of_the_mouth() -> None:
    tired = faces("tiredness")
    assert both(tired, "eyeBlink").mean() > 0.45
    assert both(tired, "mouthFrown").mean() > 0.35


def test_faces_in_pain_shut_their_eyes_and_draw_brows_and_nose_together() -> None:
    hurt = faces("pain")
    assert np.quantile(both(hurt, "eyeBlink"), 0.05) > 0.6
    assert both(hurt, "noseSneer").mean() > 0.5
    assert both(hurt, "browDown").mean() > 0.4


def test_determined_faces_lower_their_brows_without_glaring_or_frowning() -> None:
    determined = faces("determination")
    assert both(determined, "browDown").mean() > 0.7
    assert both(determined, "mouthPress").min() > 0.2
    assert both(determined, "eyeWide").max() < 0.2
    assert both(determined, "mouthFrown").max() < 0.3
    assert (
        np.maximum(
            determined[:, INDEX["jawForward"]], determined[:, INDEX["mouthShrugLower"]]
        ).min()
        > 0.05
    )


def test_embarrassed_faces_hold_a_smile_back() -> None:
    embarrassed = faces("embarrassment")
    assert both(embarrassed, "mouthSmile").min() > 0.05
    held = both(embarrassed, "mouthPress") + embarrassed[:, INDEX["mouthShrugLower"]]
    assert np.quantile(held + both(embarrassed, "mouthFrown"), 0.05) > 0.1


def test_neutral_faces_show_traces_only() -> None:
    assert faces("neutral").max() < 0.25


@pytest.mark.parametrize("emotion", [name for name in EMOTIONS if name != "neutral"])
def test_half_the_intensity_is_a_milder_face_of_the_same_kind(emotion: str) -> None:
    whole, half = faces(emotion), faces(emotion, intensity=0.5)
    assert (half <= whole + 1e-6).all()
    gone = half.sum(axis=1) / whole.sum(axis=1)
    assert 0.4 < gone.min() <= gone.max() < 0.75


def test_contempt_is_one_sided_and_takes_both_sides() -> None:
    rows = faces("contempt")
    left, right = (rows[:, INDEX[f"mouthDimple{side}"]] for side in ("Left", "Right"))
    assert (np.maximum(left, right) > 4 * np.minimum(left, right)).all()
    assert 0.4 < (left > right).mean() < 0.6


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_takes_of_a_subject_are_more_alike_than_subjects(emotion: str) -> None:
    rng = np.random.default_rng(2)
    takes = [
        who.show(emotion, 0.9)
        for who in (SyntheticSubject(rng, SOURCES) for _ in range(80))
        for _ in "abc"
    ]
    rows = synthetic_subjects.faces_of_takes(takes)
    within = rows.reshape(80, 3, -1).var(axis=1).mean(axis=0).sum()
    assert within < 0.7 * rows.var(axis=0).sum()


def test_a_quarter_of_the_faces_is_stronger_on_one_side() -> None:
    rows = faces("happiness", 800)
    left, right = rows[:, INDEX["mouthSmileLeft"]], rows[:, INDEX["mouthSmileRight"]]
    uneven = np.minimum(left, right) < 0.88 * np.maximum(left, right)
    assert uneven.mean() == pytest.approx(0.25, abs=0.08)  # hand-coded spontaneous expressions


def test_blends_join() -> None:
    mixture = Mixture.of({"happiness": 0.5, "surprise": 0.5})
    take = SyntheticSubject(np.random.default_rng(1), SOURCES).show_blend(mixture, 1.0)
    face = synthetic_subjects.faces_of_takes([take])[0]
    assert face[INDEX["browInnerUp"]] > 0.3
    assert face[INDEX["mouthSmileLeft"]] > 0.3


def test_neutral_dampens() -> None:
    def face(mixture: Mixture) -> np.ndarray:
        take = SyntheticSubject(np.random.default_rng(1), SOURCES).show_blend(mixture, 1.0)
        return synthetic_subjects.faces_of_takes([take])[0]

    dampened = face(Mixture.of({"happiness": 0.5, "neutral": 0.5}))
    np.testing.assert_allclose(dampened, face(Mixture.of({"happiness": 1})) / 2, atol=1e-6)


@pytest.mark.parametrize("index", range(15))
def test_compounds_show_their_units_as_often_as_published(index: int) -> None:
    mixture, units = facs.compounds()[index]
    rng, count = np.random.default_rng(index), 600
    takes = [
        SyntheticSubject(rng, SOURCES).show_compound(units, mixture, 1.0) for _ in range(count)
    ]
    for unit in {unit for shown in units.sets for unit in shown}:
        share = units.frequency(unit)
        found = sum(unit in take.shown[0][0] for take in takes) / count
        assert abs(found - share) < 4 * np.sqrt(share * (1 - share) / count), unit


def test_all_channels_of_synthetic_subjects_are_expression() -> None:
    for emotion in EMOTIONS:
        rows = faces(emotion, 50)
        for name in CHANNELS:
            if name.startswith(("eyeLook", "cheekPuff", "tongueOut")):
                assert not rows[:, INDEX[name]].any(), name


@pytest.mark.parametrize(
    ("emotion", "before", "after"),
    [
        ("anger", 0.27, 0.31),
        ("disgust", 0.36, 0.39),
        ("fear", 0.56, 0.57),
        ("surprise", 0.52, 0.53),
    ],
)
def test_faces_are_named_better_than_their_sources_by_what_people_name(
    emotion: str, before: float, after: float
) -> None:
    chances = np.zeros(2)
    used = synthetic_subjects.sources_of(emotion)
    for source in used:
        whole = synthetic_subjects.unit_distributions()[source][emotion]
        carrying = whole.carrying(facs.signatures()[emotion])
        drawn = synthetic_subjects.signature_distribution(source, emotion)
        named = facs.naming_chances(emotion, carrying.sets)
        chances += SOURCES[source] * np.array(
            [carrying.probabilities @ named, drawn.probabilities @ named]
        )
    chances /= sum(SOURCES[source] for source in used)
    assert chances == pytest.approx([before, after], abs=0.01)
