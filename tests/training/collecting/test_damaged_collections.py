# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to the files of a collection: it is read, or refused in one sentence."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotebot_blender.core.errors import EmoteBotError
from training.collecting.collection import Collection
from training.collecting.collection_files import SHIPPED, read_collection

FILES = ("collection.json", "expressions.csv", "sequences.csv", "sequences.csv.gz")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped films, the frames of each cut short: it is read often."""
    folder = tmp_path_factory.mktemp("whole") / "films"
    shutil.copytree(SHIPPED[1], folder)
    with gzip.open(folder / "sequences.csv.gz", "rt", encoding="utf-8") as file:
        header, *rows = file.read().splitlines(keepends=True)
    kept = [row for row in rows if row.split(",")[1] < "0.1"]
    with gzip.open(folder / "sequences.csv.gz", "wt", encoding="utf-8") as file:
        file.write("".join([header, *kept]))
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(whole, tmp_path / "films"))


MUTATIONS = st.one_of(
    st.builds(lambda share: lambda data: data[: int(share * len(data))], st.floats(0, 1)),
    st.builds(
        lambda share, chunk: (
            lambda data: (
                data[: int(share * len(data))] + chunk + data[int(share * len(data)) + len(chunk) :]
            )
        ),
        st.floats(0, 1),
        st.binary(min_size=1, max_size=40),
    ),
    st.builds(
        lambda share, text: (
            lambda data: data[: int(share * len(data))] + text + data[int(share * len(data)) :]
        ),
        st.floats(0, 1),
        st.sampled_from(
            [b'"', b"\0", b"\n", b",", b"nan", b"1e999", b"[", b"-", b"\xff", b"9" * 20]
        ),
    ),
)
"""Functions from the bytes of a file to those of a damaged one."""


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(file=st.sampled_from(FILES), mutate=MUTATIONS)
def test_damage_is_an_error_of_ours_or_none(
    whole: Path, tmp_path: Path, file: str, mutate: Callable[[bytes], bytes]
) -> None:
    folder = tmp_path / "films"
    shutil.copytree(whole, folder, dirs_exist_ok=True)
    (folder / file).write_bytes(mutate((whole / file).read_bytes()))
    refused = None
    try:
        assert isinstance(read_collection(folder), Collection)
    except EmoteBotError as error:
        refused = str(error)
    assert refused is None or ("\n" not in refused and len(refused) < 300)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("collection.json", b"[" * 100_000, "collection.json: it is nested too deeply"),
        ("collection.json", b"\xff\xfe", "collection.json: it is no text in UTF-8"),
        ("collection.json", b"[]", "collection.json: "),
        ("collection.json", b"{}", "collection.json: “format” is missing in it"),
        ("expressions.csv", b'"' + b"x" * 200_000, "expressions.csv: it is no table"),
        ("expressions.csv", b"", "expressions.csv: the column person is missing"),
        ("sequences.csv", b"person,item\n", "sequences.csv: the column fps is missing"),
        ("sequences.csv.gz", b"item,seconds\n", "sequences.csv.gz: "),
    ],
)
def test_what_is_wrong_with_which_file_is_reported(
    copy: Path, file: str, content: bytes, message: str
) -> None:
    (copy / file).write_bytes(content)
    with pytest.raises(EmoteBotError) as caught:
        read_collection(copy)
    assert message in str(caught.value)


def test_packed_frames_that_are_broken_are_reported(copy: Path) -> None:
    path = copy / "sequences.csv.gz"
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2 :] = b"\0" * (len(packed) - len(packed) // 2)
    path.write_bytes(packed)
    with pytest.raises(EmoteBotError, match=r"sequences\.csv\.gz: what is packed in it is broken"):
        read_collection(copy)


def test_a_row_that_ends_too_early_is_reported(copy: Path) -> None:
    path = copy / "expressions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rpartition(",")[0]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(EmoteBotError, match="row 3 is too short"):
        read_collection(copy)


def test_a_sequence_without_frames_is_reported(copy: Path) -> None:
    path = copy / "sequences.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("_HAP_", "_HUP_"), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=r"sequences\.csv\.gz: “1001_\w+_HUP_\w+” is missing"):
        read_collection(copy)


@pytest.mark.parametrize(
    ("key", "value"), [("name", 3), ("measured", "jawOpen"), ("licence", None), ("format", "1")]
)
def test_a_value_of_another_kind_is_reported(copy: Path, key: str, value: object) -> None:
    path = copy / "collection.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**about, key: value}), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=f"“{key}” is of another kind"):
        read_collection(copy)
