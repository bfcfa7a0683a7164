# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from training.collecting.collection import ChannelSequence, Collection
from training.collecting.collection_files import SHIPPED, read_collection, write_collection
from training.faces.landmarks import SEEN
from training.tables.published import DATA


def make(sequences: bool = True) -> Collection:
    weights = np.zeros((2, len(CHANNELS)), dtype=np.float32)
    weights[0, INDEX["mouthSmileLeft"]] = 0.1234
    weights[1, INDEX["browInnerUp"]] = 1.0
    emotion = np.zeros((2, len(EMOTIONS)), dtype=np.float32)
    emotion[0, EMOTIONS.index("happiness")] = 1
    emotion[1, [EMOTIONS.index("fear"), EMOTIONS.index("surprise")]] = (0.75, 0.25)
    moving = np.linspace(0, 1, 5 * len(CHANNELS), dtype=np.float32).reshape(5, -1)
    moving[:, [index for name, index in INDEX.items() if name not in SEEN]] = 0
    shown = (
        ChannelSequence("anna", "anna_1", 60.0, emotion[1], 0.5, moving.round(4)),
        ChannelSequence("bert", "bert_1", 29.97, None, None, moving.round(4), False),
    )
    return Collection(
        name="test",
        licence="CC BY 4.0",
        people=("anna", "bert"),
        items=("anna, happy", "bert"),
        emotion=emotion,
        intensity=np.array([np.nan, 0.25], dtype=np.float32),
        weights=weights,
        neutral_known=np.array([True, False]),
        measured=SEEN,
        sequences=shown if sequences else (),
        about={"title": "Grüße", "counts": {"items": 2}},
    )


def test_a_collection_survives_its_folder(tmp_path: Path) -> None:
    made = make()
    write_collection(made, tmp_path)
    back = read_collection(tmp_path)
    for field in dataclasses.fields(Collection):
        if field.name == "sequences":
            continue
        np.testing.assert_array_equal(
            np.array(getattr(back, field.name)), np.array(getattr(made, field.name)), field.name
        )
    for one, other in zip(back.sequences, made.sequences, strict=True):
        assert (one.person, one.item, one.fps) == (other.person, other.item, other.fps)
        assert (one.intensity, one.neutral_known) == (other.intensity, other.neutral_known)
        np.testing.assert_array_equal(one.weights, other.weights)
    assert back.sequences[1].emotion is None
    np.testing.assert_array_equal(back.sequences[0].emotion, made.emotion[1])


def test_the_same_collection_makes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write_collection(make(), tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes(), path.name


def test_expressions_alone_need_no_sequences(tmp_path: Path) -> None:
    write_collection(make(sequences=False), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "collection.json",
        "expressions.csv",
    ]
    assert read_collection(tmp_path).sequences == ()


def test_everyone_is_named_once() -> None:
    assert make().everyone() == ("anna", "bert")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"people": ("anna",)}, "different lengths"),
        ({"measured": ("mouthSmile",)}, "no channel “mouthSmile”"),
        ({"intensity": np.array([2.0, 0.5], dtype=np.float32)}, "not from 0 to 1"),
        ({"emotion": np.full((2, 8), 0.5, dtype=np.float32)}, "do not add up to 1"),
        ({"weights": np.full((2, 52), np.nan, dtype=np.float32)}, "not from 0 to 1"),
        ({"sequences": make().sequences[:1] * 2}, "share a name"),
    ],
)
def test_what_cannot_be_a_collection(changes: dict, message: str) -> None:
    with pytest.raises(EmoteBotError, match=message):
        dataclasses.replace(make(), **changes)


def test_a_folder_that_is_no_collection(tmp_path: Path) -> None:
    with pytest.raises(EmoteBotError, match="not a collection"):
        read_collection(tmp_path)


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("collection.json", lambda text: text.replace('"format": 1', '"format": 9'), "format 9"),
        ("collection.json", lambda text: text[:40], "damaged"),
        ("expressions.csv", lambda text: text.replace("0.1234", "much"), "damaged"),
        ("expressions.csv", lambda text: text.replace("0.7500", "0.1000"), "do not add up"),
        ("sequences.csv", lambda text: text.replace("anna_1", "anna_2"), "damaged"),
    ],
)
def test_a_damaged_collection_is_named(tmp_path: Path, file: str, change, message: str) -> None:
    write_collection(make(), tmp_path)
    path = tmp_path / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=message):
        read_collection(tmp_path)


def test_the_london_set() -> None:
    london = read_collection(DATA / "london")
    assert len(set(london.people)) == 102  # DeBruine & Jones 2017
    smiles = london.weights[:, [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]]
    assert np.median(smiles) > 0.5
    assert not london.weights[:, [INDEX[name] for name in london.unmeasured]].any()


def test_the_films_of_crema_d() -> None:
    crema_d = read_collection(DATA / "crema_d")
    assert len(crema_d.sequences) == len(set(crema_d.items)) == 6
    # tabulatedVotes.csv, row 200060: of nine people seven saw happiness and two nothing.
    happy = next(film for film in crema_d.sequences if "_HAP_" in film.item)
    assert happy.emotion is not None
    assert happy.emotion[EMOTIONS.index("happiness")] == pytest.approx(7 / 9, abs=1e-4)
    assert happy.intensity == pytest.approx(0.6233, abs=1e-4)
    assert happy.fps == pytest.approx(29.97, abs=0.01)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_what_is_shipped_says_whose_it_is(folder: Path) -> None:
    about = json.loads((folder / "collection.json").read_text(encoding="utf-8"))
    assert about["licence"] in ("CC BY 4.0", "ODbL 1.0")
    assert about["commercial"]
    assert len(about["landmarker"]["sha256"]) == 64
    assert set(about["from_facs_tables"]) >= {"cheekSquintLeft", "noseSneerLeft", "cheekPuff"}
