# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from training.landmarks import SEEN
from training.sources import crema_d, london

SMILE = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]


def test_smiles_of_the_london_set() -> None:
    smiles = london.read()
    assert len(smiles.people) == len(set(smiles.people)) == 102  # DeBruine & Jones 2017
    assert np.median(smiles.weights[:, SMILE]) > 0.5
    unseen = [index for name, index in INDEX.items() if name not in SEEN]
    assert not smiles.weights[:, unseen].any()


def test_smiles_survive_the_table(tmp_path: Path) -> None:
    weights = np.zeros((2, len(CHANNELS)), dtype=np.float32)
    weights[0, SMILE] = 0.1234
    london.write(london.Smiles(("001", "002"), weights), tmp_path / "smiles.csv")
    back = london.read(tmp_path / "smiles.csv")
    assert back.people == ("001", "002")
    np.testing.assert_array_equal(back.weights, weights)


def test_photographs_are_measured_as_the_table_says(shared: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    folder = shared / "data" / "london"
    if not folder.is_dir():
        pytest.skip("needs the photographs of the London set")
    measured = london.measure(folder, shared / "models" / "face_landmarker.task", limit=2)
    table = london.read()
    assert measured.people == table.people[:2]
    np.testing.assert_allclose(measured.weights, table.weights[:2], atol=0.02)
    assert (measured.weights[:, SMILE] > 0.3).all()


def test_a_folder_without_photographs(tmp_path: Path, shared: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    with pytest.raises(EmoteBotError, match="no face"):
        london.measure(tmp_path, shared / "models" / "face_landmarker.task")


def test_votes_on_the_silent_picture(shared: Path) -> None:
    # tabulatedVotes.csv, row 200060: of nine people seven saw happiness and two nothing.
    votes = crema_d.read_votes(shared / "data" / "crema_d" / "labels" / "tabulatedVotes.csv")
    mixture, level = votes["1001_DFA_HAP_XX"]
    assert mixture.amounts() == pytest.approx({"happiness": 7 / 9, "neutral": 2 / 9})
    assert level == pytest.approx(0.6233, abs=1e-4)


def test_the_strongest_frames_come_in_order() -> None:
    weights = np.zeros((10, len(CHANNELS)))
    weights[[7, 2], INDEX["browDownLeft"]] = (0.9, 0.8)
    weights[4, INDEX["jawOpen"]] = 1.0  # speech
    assert crema_d.strongest(weights, 0.2).tolist() == [2, 7]


def test_apexes_of_crema_d() -> None:
    apexes = crema_d.read()
    assert len(set(apexes.clips)) == 6
    np.testing.assert_allclose(apexes.emotion.sum(axis=1), 1, atol=1e-6)
    happy = [i for i, clip in enumerate(apexes.clips) if "_HAP_" in clip]
    assert apexes.emotion[happy, EMOTIONS.index("happiness")].min() > 0.7
    assert apexes.weights[happy][:, SMILE].mean() > 0.7


def test_apexes_survive_the_table(tmp_path: Path) -> None:
    apexes = crema_d.read()
    crema_d.write(apexes, tmp_path / "apexes.csv")
    back = crema_d.read(tmp_path / "apexes.csv")
    assert back.clips == apexes.clips
    np.testing.assert_array_equal(back.weights, apexes.weights)
    np.testing.assert_allclose(back.intensity, apexes.intensity, atol=1e-6)


def test_a_film_is_measured(shared: Path) -> None:
    pytest.importorskip("mediapipe", reason="needs the extra “training”")
    from training.landmarks import FaceReader, read_film

    clip = shared / "data" / "crema_d" / "1001_DFA_HAP_XX.flv"
    with FaceReader(shared / "models" / "face_landmarker.task", video=True) as reader:
        times, weights = read_film(reader, clip)
    assert len(times) == len(weights) > 30
    np.testing.assert_allclose(np.diff(times), 1 / 29.97, atol=1e-3)
    assert weights[:, SMILE].max() > 0.7
