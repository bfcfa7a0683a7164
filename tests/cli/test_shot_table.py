# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of shots: CSV and JSON say the same, and faults are told with their line."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.cli.shot_table import columns, read_shots
from emotebot_blender.core.errors import EmoteBotError


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table and reads its shots."""

    def table(text: str, name: str = "shots.csv", **options: object):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_shots(path, **options)

    return table


ROWS = (
    "shot,file,object,script,start,frames,output,render,seed,bake,fps\n"
    'a,f.blend,Face,"happy, then sad",-5,1-48,a.blend,a.mp4,3,yes,25\n'
    "\n"
    ",,,sad,,,,b.mp4,,no,\n"
)


def test_cells_are_options_of_perform(table):
    first, second = table(ROWS)
    assert (first.name, first.line, second.name, second.line) == ("a", 2, "b", 4)
    asked = first.options
    assert (str(asked.face), asked.object_name, asked.script) == (
        "f.blend",
        "Face",
        "happy, then sad",
    )
    assert (asked.start, asked.frames, asked.seed, asked.bake, asked.fps) == (
        -5,
        (1, 48),
        3,
        True,
        25,
    )
    assert (second.options.face, second.options.seed, second.options.bake) == (None, 0, False)


def test_a_recording_stands_in_for_a_script(table, tmp_path):
    (tmp_path / "take.csv").write_text("", encoding="utf-8")
    shot = table("file,recording,output,export\nf.blend,take.csv,a.blend,a.vrma\n")[0]
    assert shot.options.script == ""
    assert shot.inputs[0] == tmp_path / "take.csv"
    assert [path.name for path in shot.outputs] == ["a.blend", "a.vrma"]
    assert "--" not in shot.arguments


def test_json_says_the_same(table):
    rows = [
        {"shot": "a", "file": "f.blend", "object": "Face", "script": "happy, then sad", "start": -5}
        | {"frames": "1-48", "output": "a.blend", "render": "a.mp4", "seed": 3, "bake": True}
        | {"fps": 25},
        {"script": "sad", "render": "b.mp4", "bake": False, "seed": None},
    ]
    expected = [shot.options for shot in table(ROWS)]
    for content in (rows, {"shots": rows}):
        assert [s.options for s in table(json.dumps(content), "shots.json")] == expected


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(delimiter, table):
    text = delimiter.join(("script", "csv")) + "\n" + delimiter.join(("happy, then sad", "a.csv"))
    assert table(text)[0].options.script == "happy, then sad"


def test_paths_are_relative_to_the_table(table, tmp_path):
    (tmp_path / "s.txt").write_text("happy")
    (shot,) = table("script,csv\ns.txt,out/a.csv\n")
    assert shot.outputs == (tmp_path / "out" / "a.csv",)
    assert tmp_path / "s.txt" in shot.inputs


def test_rows_without_a_file_are_of_the_open_one(table, tmp_path):
    shots = table(
        "script,file,csv\nhappy,,a.csv\nsad,b.blend,b.csv\n", open_file=tmp_path / "o.blend"
    )
    assert [shot.options.face.name for shot in shots] == ["o.blend", "b.blend"]


def test_a_script_that_looks_like_an_option(table):
    assert table("script,csv\n--force,a.csv\n")[0].options.script == "--force"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("script,colour,csv\nhappy,red,a.csv\n", r"line 1, column 2: a column such as"),
        ("script,csv,csv\nhappy,a.csv,a.csv\n", r"line 1, column 3: one column csv"),
        ("script,csv\nhappy,a.csv,more\n", r"line 2, column 3: 2 cells were expected, not 3"),
        ("script,csv\n,a.csv\n", r"line 2.*a script was expected"),
        ("script,csv\nhappy,\n", r"line 2.*a file to write was expected"),
        ("script,recording,csv\nhappy,a.csv,b.csv\n", r"line 2.*not both"),
        ("script,csv,seed\nhappy,a.csv,few\n", r"line 2.*seed: a seed is a whole number"),
        ("script,csv,frames\nhappy,a.csv,9-2\n", r"line 2.*frames: a range of frames goes up"),
        ("script,csv,engine\nhappy,a.csv,paint\n", r"line 2.*engine: invalid choice"),
        ("script,csv,bake\nhappy,a.csv,maybe\n", r"line 2.*bake: yes or no was expected"),
        ("script,csv\nhappy,a.csv\nsad,./a.csv\n", r"line 3.*two shots are called “a”"),
        ("shot,script,csv\na,happy,a.csv\nb,sad,./a.csv\n", r"line 3.*would be written by “a”"),
        ('script,csv\n"happy,a.csv\n', r"line 2.*a table was expected"),
        ("script,csv\n", "has no shots"),
    ],
)
def test_a_fault_is_told_with_its_line(text, reason, table):
    with pytest.raises(EmoteBotError, match=reason):
        table(text)


def test_what_a_shot_reads_no_shot_writes(table, tmp_path):
    (tmp_path / "a.blend").touch()
    with pytest.raises(EmoteBotError, match=r"line 2.*is read here, and “two” writes it"):
        table("shot,script,file,output\none,sad,a.blend,b.blend\ntwo,sad,,a.blend\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "line 1"),
        ("3", "a list of shots was expected"),
        ("[3]", "a shot was expected"),
        ('[{"script": ["happy"], "csv": "a.csv"}]', "script: text or a number"),
    ],
)
def test_json_that_is_no_table(text, reason, table):
    with pytest.raises(EmoteBotError, match=reason):
        table(text, "shots.json")


def test_a_table_of_another_kind(table):
    with pytest.raises(EmoteBotError, match="must end in"):
        table("", "shots.txt")


def test_all_that_perform_takes_has_a_column():
    asked = {
        "start",
        "frames",
        "seed",
        "render",
        "look-at",
        "any-face",
        "engine",
        "size",
        "samples",
    }
    assert columns()[:3] == ("shot", "file", "script")
    assert asked <= set(columns())
    assert not {"face", "force", "quiet", "progress"} & set(columns())


@given(text=st.text() | st.text('ab,"\n;\t{}[]:').map("script,csv\n".__add__))
def test_any_text_is_shots_or_one_error(text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    for name in ("shots.csv", "shots.json"):
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
        with suppress(EmoteBotError):
            assert read_shots(folder / name)
