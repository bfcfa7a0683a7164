# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from sample_collection import sample_collection

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from training.collecting.collection import Collection
from training.collecting.collection_files import (
    SHIPPED,
    read_collection,
    write_collection,
    write_split,
)
from training.tables import splits
from training.tables.published import DATA


def test_a_collection_survives_its_folder(tmp_path: Path) -> None:
    made = sample_collection()
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
        write_collection(sample_collection(), tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes(), path.name


def test_expressions_alone_need_no_sequences(tmp_path: Path) -> None:
    write_collection(sample_collection(sequences=False), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "collection.json",
        "expressions.csv",
    ]
    assert read_collection(tmp_path).sequences == ()


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
    write_collection(sample_collection(), tmp_path)
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


def test_the_split_of_a_run_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "splits.csv"
    write_split([read_collection(folder) for folder in SHIPPED], path)
    rows = list(csv.DictReader(path.open(newline="")))
    assert len(rows) == 102 + 1 + 2
    for row in rows:
        assert row["part"] == splits.part_of(row["collection"], row["person"], row["item"])
