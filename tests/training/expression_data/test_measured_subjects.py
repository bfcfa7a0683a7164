# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from emotebot_blender.core.emotions import EMOTIONS
from training.collecting.collection import Collection
from training.expression_data import measured_subjects
from training.faces.landmarks import SEEN
from training.tables import action_units

CHEEK, SMILE, NOSE = "cheekSquintLeft", "mouthSmileLeft", "noseSneerLeft"


def collection(
    faces: list[dict[str, float]],
    emotion: str = "happiness",
    *,
    intensity: float = float("nan"),
    neutral_known: bool = True,
    seen: tuple[str, ...] = SEEN,
    spoken: bool = False,
) -> Collection:
    """Return a collection of one person's faces, given by their moved channels without sides."""
    weights = np.zeros((len(faces), len(CHANNELS)), dtype=np.float32)
    for row, face in zip(weights, faces, strict=True):
        for name, weight in face.items():
            row[[i for n, i in INDEX.items() if n in (name, name + "Left", name + "Right")]] = (
                weight
            )
    shares = np.zeros((len(faces), len(EMOTIONS)), dtype=np.float32)
    shares[:, EMOTIONS.index(emotion)] = 1
    return Collection(
        name="films",
        licence="none",
        people=("ann",) * len(faces),
        items=tuple(f"{number}" for number in range(len(faces))),
        emotion=shares,
        intensity=np.full(len(faces), intensity, dtype=np.float32),
        weights=weights,
        neutral_known=np.full(len(faces), neutral_known),
        measured=seen,
        about={"spoken": spoken},
    )


def completed(found: Collection, count: int = 300) -> np.ndarray:
    faces = measured_subjects.prepare(found, {"ann"})
    chosen = np.arange(count) % len(faces.subjects)
    return measured_subjects.impute(faces, chosen, np.random.default_rng(4))


def test_smiles_get_the_cheeks_that_nobody_measured() -> None:
    rows = completed(collection([{"mouthSmile": 0.8}]))
    risen = rows[:, INDEX[CHEEK]] > 0.3
    assert risen.mean() > 0.85  # CK+: 65 of the 67 happy faces with unit 12 show unit 6
    np.testing.assert_allclose(rows[:, INDEX[SMILE]], 0.8)


def test_cheeks_that_a_phone_measured_stand() -> None:
    rows = completed(collection([{"mouthSmile": 0.8, "cheekSquint": 0.1}], seen=CHANNELS))
    np.testing.assert_allclose(rows[:, INDEX[CHEEK]], 0.1)


def test_disgust_gets_the_wrinkled_nose_that_nobody_measured() -> None:
    rows = completed(collection([{"browDown": 0.5}], "disgust", intensity=0.9))
    assert (rows[:, INDEX[NOSE]] > 0.3).mean() > 0.9  # CK+: 98 % of the disgusted faces


def test_weakly_read_channels_are_raised_never_lowered() -> None:
    rows = completed(collection([{"mouthFrown": 0.1, "browInnerUp": 0.8}], "sadness", intensity=1))
    frown = rows[:, INDEX["mouthFrownLeft"]]
    assert frown.min() >= 0.1
    assert (frown > 0.5).mean() > 0.6  # CK+: 82 % of the sad faces


def test_speech_keeps_the_upper_face_and_loses_the_mouth() -> None:
    spoken = collection(
        [{"browDown": 0.7, "mouthFunnel": 0.9}], "anger", intensity=0.8, spoken=True
    )
    rows = completed(spoken)
    np.testing.assert_allclose(rows[:, INDEX["browDownLeft"]], 0.7)
    assert not rows[:, INDEX["mouthFunnel"]].any()
    assert rows[:, [INDEX["mouthPressLeft"], INDEX["mouthShrugLower"]]].max() > 0


def test_stronger_smiles_that_nobody_rated_are_more_intense() -> None:
    faces = measured_subjects.prepare(
        collection([{"mouthSmile": weight} for weight in (0.4, 0.6, 0.9)]), {"ann"}
    )
    assert (np.diff(faces.intensity) > 0).all()
    assert faces.intensity[-1] > 0.6


def test_faint_faces_that_nobody_rated_are_left_out() -> None:
    faint = collection([{"mouthSmile": 0.05}, {"mouthSmile": 0.9}])
    assert measured_subjects.prepare(faint, {"ann"}).items == ("1",)


def test_rated_faces_keep_their_rating() -> None:
    faces = measured_subjects.prepare(collection([{"mouthSmile": 0.05}], intensity=0.3), {"ann"})
    assert faces.intensity == pytest.approx(0.3)


def test_raw_faces_lose_what_they_share_at_rest() -> None:
    raw = collection(
        [{"browDown": 0.3, "mouthSmile": 0.02 * n} for n in range(40)], neutral_known=False
    )
    weights = measured_subjects.subtract_estimated_neutral(raw, {"ann"})
    assert not weights[:, INDEX["browDownLeft"]].any()
    assert weights[-1, INDEX[SMILE]] > 0.6


def test_neutral_rows_are_the_stand_in_where_there_are_five() -> None:
    calm = collection([{"browDown": 0.4}] * 5, "neutral", neutral_known=False)
    assert not measured_subjects.subtract_estimated_neutral(calm, {"ann"}).any()


def test_held_out_subjects_have_no_part_in_the_stand_in() -> None:
    faces = [{"mouthSmile": 0.05 * n} for n in range(20)]
    both = replace(
        collection(faces, intensity=0.5, neutral_known=False), people=("ann", "bob") * 10
    )
    strong = both.weights.copy()
    strong[1::2] = 1.0
    alone, beside = (
        measured_subjects.prepare(each, {"ann"}).weights
        for each in (both, replace(both, weights=strong))
    )
    np.testing.assert_array_equal(alone, beside)


def test_only_the_subjects_asked_for_come() -> None:
    assert measured_subjects.prepare(collection([{"mouthSmile": 0.9}]), {"bob"}).subjects == ()


def test_retakes_of_symmetric_faces_stay_symmetric() -> None:
    face = action_units.channels_of({12: (0.7, 0.7), 6: (0.5, 0.5)})[None]
    again = measured_subjects.retake(face, np.random.default_rng(9))
    np.testing.assert_allclose(again, again[:, MIRROR], atol=1e-6)
    assert np.abs(again - face).max() > 0.001
