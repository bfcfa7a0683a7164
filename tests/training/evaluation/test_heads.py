# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of heads, on heads that are known."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.emotions import EMOTIONS, Feeling
from training.evaluation import heads, motion_section
from training.evaluation.expressions import Sizes
from training.evaluation.targets import targets

COUNT = 30


def nodding(feeling: Feeling, seed: int) -> np.ndarray:
    """Return a head that is up when happy and down when sad, as far as the seed says."""
    way = -1 if feeling.mixture.dominant() == "happiness" else 1
    turns = np.zeros((240, 3))
    turns[:, 0] = way * (1 + np.random.default_rng(seed).random())
    return turns


@pytest.fixture(scope="module")
def figures() -> dict:
    found = heads.heads(Sizes(heads=COUNT), lambda share: None)
    return {"heads": found, "sizes": {"heads": COUNT}}


def test_the_target_is_what_people_tell() -> None:
    assert targets()["head_accuracy"].least == 0.7  # Livingstone & Palmer 2016
    assert not targets()["head_accuracy"].own


def test_observers_go_by_pitch_or_speed() -> None:
    accuracies = heads.observer_accuracies(nodding, 1.0, 20)
    assert accuracies == {"pitch and speed": 1.0, "pitch alone": 1.0, "speed alone": 0.5}


def test_heads_tell_and_baselines_leave_it_to_chance(figures: dict) -> None:
    accuracies = figures["heads"]["accuracy"]
    assert motion_section.least_accuracy(accuracies["EmoteBot"]) >= 0.7
    for shares in accuracies["sway without a posture"].values():
        for share in shares.values():
            assert 0.3 < share < 0.7  # three deviations of 60 guesses are .19
    for shares in accuracies["no turn (strength 0)"].values():
        assert set(shares.values()) == {0.5}


def test_the_least_of_the_intensities_counts() -> None:
    shares = {"0.5": {"pitch and speed": 0.8}, "1": {"pitch and speed": 0.9}}
    assert motion_section.least_accuracy(shares) == 0.8


def test_every_emotion_has_pitch_and_speed_and_its_source(figures: dict) -> None:
    rows = figures["heads"]["feelings"]
    assert list(rows) == [*EMOTIONS]
    read = {name: row["direction"] for name, row in rows.items() if row["read"]}
    # Livingstone & Palmer 2016, Witkower & Tracy 2019, Keltner 1995
    assert read == {
        "happiness": "up",
        "sadness": "down",
        "anger": "down",
        "embarrassment": "down",
    }
    assert rows["neutral"]["direction"] == ""
    assert max(rows, key=lambda name: rows[name]["speed"]) == "happiness"
    assert all(0 < row["rest"] < 1 for row in rows.values())


def test_small_shifts_of_the_gaze_leave_the_head_and_large_ones_take_it_along() -> None:
    small, large, between = heads.gaze_shifts(COUNT).values()
    assert small == {"along": 0.0, "by_head": 0.0, "reached": 1.0, "eyes_alone": 1.0}
    assert large["along"] > 0.7
    assert large["eyes_alone"] < large["reached"]
    assert 0 < between["by_head"] < 0.75


def test_the_section_judges_what_was_read(figures: dict) -> None:
    accuracies, feelings, _ = motion_section.heads_section(figures).tables
    own = accuracies.rows[0][1]
    assert [cell.verdict for cell in own] == ["met", "", "", "met", "", ""]
    verdicts = {name: cells[0].verdict for name, cells, _ in feelings.rows}
    assert verdicts.pop("sadness") == verdicts.pop("happiness") == "met"
    assert verdicts.pop("anger") == verdicts.pop("embarrassment") == "met"
    assert set(verdicts.values()) == {""}


def test_a_head_that_goes_the_other_way_is_a_miss(figures: dict) -> None:
    wrong = figures["heads"]["feelings"]["sadness"] | {"pitch": -3.0}
    table = figures["heads"] | {"feelings": {"sadness": wrong}}
    _, feelings, _ = motion_section.heads_section(figures | {"heads": table}).tables
    assert feelings.rows[0][1][0].verdict == "missed"
