# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import Mixture
from training.collecting.assemble import Assembled, apex, assemble, neutral_faces, steady, strongest
from training.collecting.collection_report import mean_channels
from training.collecting.mean_faces import MOST, choose
from training.collecting.measure import Measurement
from training.faces.landmarks import SEEN
from training.sources.item import ImageFile, Item, Source, VideoFile, pure
from training.sources.london import LONDON

SMILE = INDEX["mouthSmileLeft"]
FPS = 30.0


def picture(person: str, name: str, emotion: str, neutral: str = "none") -> Item:
    return Item(person, name, ImageFile(Path(name)), pure(emotion), None, neutral)


def film(name: str = "film", emotion: Mixture | None = None, apex: str = "strongest") -> Item:
    return Item("anna", name, VideoFile(Path(name)), emotion, None, "none", apex)


def measured(name: str, *smiles: float) -> Measurement:
    weights = np.zeros((len(smiles), len(CHANNELS)), dtype=np.float32)
    weights[:, SMILE] = smiles
    return Measurement(name, np.arange(len(smiles)) / FPS, weights, len(smiles))


def put_together(items: list[Item], *found: Measurement, source: Source = LONDON) -> Assembled:
    by_name = {one.name: one for one in found}
    return assemble("test", source, items, by_name.get, {}, 20.0)


def test_the_persons_own_neutral_face_is_taken_away() -> None:
    items = [picture("anna", "a", "neutral", "all"), picture("anna", "b", "happiness")]
    items.append(picture("bert", "c", "happiness"))
    made = put_together(items, measured("a", 0.2), measured("b", 0.6), measured("c", 0.6))
    rows = made.collection
    assert rows.items == ("b", "c")  # nothing is left of the neutral face beyond itself
    assert rows.neutral_known.tolist() == [True, False]
    assert rows.weights[:, SMILE] == pytest.approx([0.5, 0.6])  # .4 of .8, and as measured
    assert made.counts.neutral == 1


def test_who_shows_a_neutral_face_alone_keeps_it() -> None:
    made = put_together([picture("anna", "a", "neutral", "all")], measured("a", 0.2))
    assert made.collection.items == ("a",)
    assert made.collection.weights[0, SMILE] == pytest.approx(0.2)
    assert not made.collection.neutral_known.any()


def test_several_neutral_pictures_give_their_median() -> None:
    items = [picture("anna", name, "neutral", "all") for name in "abc"]
    found = {
        name: measured(name, smile) for name, smile in zip("abc", (0.1, 0.9, 0.2), strict=True)
    }
    neutral = neutral_faces(items, found.get)["anna"]
    assert neutral[SMILE] == pytest.approx(0.2)


def test_a_sequence_that_begins_neutral_gives_its_first_frame() -> None:
    item = Item("anna", "a", VideoFile(Path("a")), None, None, "first")
    assert neutral_faces([item], {"a": measured("a", 0.3, 0.9)}.get)["anna"][SMILE] == (
        pytest.approx(0.3)
    )
    late = Measurement("a", np.array([0.1]), measured("a", 0.9).weights, 4)  # the first was dropped
    assert neutral_faces([item], {"a": late}.get) == {}


def test_dropped_items_are_counted_by_their_commonest_reason() -> None:
    empty = np.zeros((0, len(CHANNELS)), dtype=np.float32)
    spoilt = Measurement("a", np.zeros(0), empty, 5, {"blurred": 3, "turned": 2})
    broken = Measurement("b", np.zeros(0), empty, 0, fault="not a film")
    made = put_together(
        [film("a"), film("b"), film("c")], spoilt, broken, measured("c", *[0.5] * 30)
    )
    assert made.counts.dropped == {"blurred": 1, "unreadable": 1}
    assert made.counts.dropped_frames == {"blurred": 3, "turned": 2}
    assert made.counts.frames == 35
    assert not made.collection.people  # nobody said what they show
    assert len(made.collection.sequences) == 1


def test_the_strongest_frames_come_in_order() -> None:
    weights = np.zeros((10, len(CHANNELS)))
    weights[[7, 2], INDEX["browDownLeft"]] = (0.9, 0.8)
    weights[4, INDEX["jawOpen"]] = 1.0  # speech
    assert strongest(weights, 0.2).tolist() == [2, 7]


def test_of_a_long_film_few_frames_become_rows() -> None:
    weights = measured("film", *np.linspace(0, 1, 1000)).weights
    frames = apex(film(), weights)
    assert len(frames) == 16
    assert frames[0] == 800  # the last fifth is the strongest
    assert frames[-1] == 999
    assert apex(film(apex="last"), weights).tolist() == [997, 998, 999]


def test_a_short_gap_is_bridged() -> None:
    smiles = np.linspace(0, 0.58, 30)
    kept = np.array([frame for frame in range(30) if frame not in (10, 11)])
    found = measured("film", *smiles)
    sequence = steady(film(), kept / FPS, found.weights[kept], 20.0, True)
    assert sequence is not None
    assert sequence.fps == pytest.approx(FPS)
    assert sequence.weights[:, SMILE] == pytest.approx(smiles, abs=1e-6)


def test_a_long_gap_ends_a_sequence() -> None:
    kept = np.r_[0:16, 30:60]
    found = measured("film", *np.linspace(0, 0.59, 60))
    sequence = steady(film(), kept / FPS, found.weights[kept], 20.0, True)
    assert sequence is not None
    assert len(sequence.weights) == 30  # the longer part
    assert sequence.weights[0, SMILE] == pytest.approx(0.30)


def test_what_is_too_short_is_no_sequence() -> None:
    found = measured("film", *[0.5] * 14)
    assert steady(film(), found.seconds, found.weights, 20.0, True) is None


def test_of_what_is_too_long_the_strongest_stretch_is_kept() -> None:
    smiles = np.zeros(300)
    smiles[200:230] = 0.8
    found = measured("film", *smiles)
    sequence = steady(film(), found.seconds, found.weights, 1.0, True)
    assert sequence is not None
    assert sequence.weights[:, SMILE] == pytest.approx([0.8] * 30)


def test_frames_at_uneven_times_are_put_on_a_steady_beat() -> None:
    rng = np.random.default_rng(0)
    seconds = np.sort(np.arange(60) / FPS + rng.uniform(-0.01, 0.01, 60))
    weights = np.zeros((60, len(CHANNELS)), dtype=np.float32)
    weights[:, SMILE] = (seconds - seconds[0]) / 4
    sequence = steady(film(), seconds, weights, 20.0, True)
    assert sequence is not None
    times = np.arange(len(sequence.weights)) / sequence.fps
    assert sequence.weights[:, SMILE] == pytest.approx(times / 4, abs=2e-3)


def test_a_mean_face_is_of_many_people_or_none() -> None:
    items = [picture(f"{number:02}", f"{number}", "fear") for number in range(60)]
    found = [measured(item.name, 0.5) for item in items]
    peaks = put_together(items, *found).peaks
    chosen = {peak.item.person for peak in choose(peaks, "fear")}
    assert len(chosen) == MOST
    assert choose(peaks[:11], "fear") == []
    assert len(choose(peaks[:12], "fear")) == 12
    assert choose(peaks, "anger") == []


def test_left_and_right_are_pooled_in_the_report() -> None:
    made = put_together([picture("anna", "a", "happiness")], measured("a", 0.6)).collection
    mean = mean_channels(made, "happiness")
    assert next(iter(mean)) == "mouthSmile"
    assert mean["mouthSmile"] == pytest.approx(0.3)  # the right side does nothing
    assert {"jawLeft", "jawRight", "mouthLeft"} <= set(mean)
    assert mean_channels(made, "anger") == {}
    assert set(made.measured) == set(SEEN)
