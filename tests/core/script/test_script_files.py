# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from script_samples import GOLDEN, HOMECOMING, FewWords, many, scripts

from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.input_files import LARGEST_TEXT_FILE
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.script.beats import EmotionScript
from emotebot_blender.core.script.script_files import (
    READERS,
    WRITERS,
    read_script,
    write_script,
)

LEXICON = FewWords()


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv"])
@settings(max_examples=150, deadline=None)
@given(script=scripts())
def test_text_json_and_csv_read_back_equal(ending, script):
    assert READERS[ending](WRITERS[ending](script, LEXICON), LEXICON) == script


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(script=scripts())
def test_subtitles_read_back_equal_to_the_millisecond(script):
    starts = [round(beat.start * 1000) for beat in script.beats]
    assume(len(set(starts)) == len(starts))
    written = WRITERS[".srt"](script, LEXICON)
    read = READERS[".srt"](written, LEXICON)
    assert len(read.beats) == len(script.beats)
    for before, after in zip(script.beats, read.beats, strict=True):
        assert after.start == pytest.approx(before.start, abs=0.000501)
        assert (after.hold is None) == (before.hold is None)
        if before.hold is not None:
            assert after.hold == pytest.approx(before.hold, abs=0.000501)
        for name in ("feeling", "transition", "take", "words", "liveliness"):
            assert getattr(after, name) == getattr(before, name)
    assert WRITERS[".srt"](read, LEXICON) == written


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
def test_a_hundred_thousand_beats_take_seconds(ending):
    script = many(100_000)
    begun = time.process_time()
    written = WRITERS[ending](script, LEXICON)
    assert READERS[ending](written, LEXICON) == script
    assert time.process_time() - begun < 20  # 3 to 5 on an idle core
    assert len(written.encode()) < LARGEST_TEXT_FILE / 2


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
@pytest.mark.parametrize(
    "text",
    [
        r"\"" * 20_000,
        'happy "' * 20_000,
        "\u0301\u0323" * 20_000,
        "[" * 40_000,
        "until   the   " * 3_000,
        "fear=" + "1" * 40_000 + "x",
    ],
    ids=["escaped quotes", "quotes", "accents", "brackets", "clauses", "digits"],
)
def test_a_hostile_text_is_refused_in_a_moment(text, ending):
    times = "00:00:01,000 --> 00:00:02,000\n"
    source = {
        ".txt": text,
        ".json": json.dumps({"emotebot_script": 1, "beats": [{"words": text}]}),
        ".csv": 'words\n"' + text.replace('"', '""') + '"\n',
        ".srt": f"{times}[{text}]",
    }[ending]
    lexicon = Lexicon.load()
    begun = time.process_time()
    with pytest.raises(EmoteBotError):
        READERS[ending](source, lexicon)
    assert time.process_time() - begun < 1  # a tenth of it on an idle core


def test_a_hundred_thousand_beats_on_one_line_take_seconds():
    begun = time.process_time()
    script = read_script("happy, " * 100_000, LEXICON)
    assert len(script.beats) == 100_000
    assert script.duration == 200_000
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
def test_files_are_told_apart_by_their_endings(ending, tmp_path):
    assert read_script(str(GOLDEN / f"homecoming{ending}"), LEXICON) == HOMECOMING
    path = tmp_path / f"SCRIPT{ending.upper()}"
    write_script(HOMECOMING, path, LEXICON)
    assert path.read_bytes() == (GOLDEN / f"homecoming{ending}").read_bytes()
    assert read_script(f" {path} ", LEXICON) == HOMECOMING


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
def test_an_empty_script_is_a_file_too(ending, tmp_path):
    path = tmp_path / f"empty{ending}"
    write_script(EmotionScript(()), path, LEXICON)
    assert read_script(str(path), LEXICON) == EmotionScript(())


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
def test_a_byte_order_mark_and_other_line_ends_are_no_matter(ending, tmp_path):
    path = tmp_path / f"windows{ending}"
    text = (GOLDEN / f"homecoming{ending}").read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_script(str(path), LEXICON) == HOMECOMING


def test_a_file_named_like_a_feeling_does_not_stand_in_its_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("happy").write_text("sad", encoding="utf-8")
    assert read_script("happy", LEXICON).beats[0].words == "happy"


def test_lines_are_text_even_if_the_last_ends_like_a_file():
    with pytest.raises(ScriptError, match=r"line 2, column 1: “sad\.txt” is not known"):
        read_script("happy\nsad.txt", LEXICON)


@pytest.mark.parametrize("source", ["scene.txt", "no such scene.json", "scenes/first", "~/a.doc"])
def test_what_looks_like_a_path_is_a_missing_file(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EmoteBotError, match="There is no file at"):
        read_script(source, LEXICON)


@pytest.mark.parametrize("source", ["glad.", "80%glad", "glad or happy/sad", "12:30:45:10"])
def test_what_is_no_path_is_a_faulty_text(source):
    with pytest.raises(ScriptError, match="is not known"):
        read_script(source, LEXICON)


def test_a_name_of_endless_length_is_refused():
    with pytest.raises(EmoteBotError, match="cannot be read"):
        read_script("a" * 5000 + ".txt", LEXICON)


def test_a_file_with_another_ending_is_refused(tmp_path):
    path = tmp_path / "scene.docx"
    path.write_bytes(b"happy")
    with pytest.raises(EmoteBotError, match=r"the endings are \.txt, \.json, \.csv, \.srt"):
        read_script(str(path), LEXICON)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "scene.txt").mkdir()
    with pytest.raises(EmoteBotError, match="is a folder"):
        read_script(str(tmp_path / "scene.txt"), LEXICON)


@pytest.mark.parametrize("ending", [".txt", ".json", ".csv", ".srt"])
def test_a_file_that_is_no_text_is_refused(ending, tmp_path):
    path = (tmp_path / "scene").with_suffix(ending)
    path.write_bytes("überrascht".encode("latin-1"))
    with pytest.raises(EmoteBotError, match="is not a text in UTF-8"):
        read_script(str(path), LEXICON)


def test_a_file_too_large_is_not_read(tmp_path):
    path = tmp_path / "scene.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_TEXT_FILE + 1)
    with pytest.raises(EmoteBotError, match="is larger than 64 MiB"):
        read_script(str(path), LEXICON)


@pytest.mark.parametrize("source", ["~nosuchuser/x.txt", "~nosuchuser/x.doc"])
def test_a_path_of_a_user_that_is_none_is_a_missing_file(source):
    with pytest.raises(EmoteBotError, match="There is no file at ~nosuchuser/x"):
        read_script(source, LEXICON)


def test_a_script_is_not_written_for_a_user_that_is_none():
    with pytest.raises(EmoteBotError, match=r"~nosuchuser/x\.txt cannot be written: No such file"):
        write_script(HOMECOMING, "~nosuchuser/x.txt", LEXICON)


def test_a_script_is_not_written_under_an_unknown_ending(tmp_path):
    with pytest.raises(EmoteBotError, match="does not end like a script"):
        write_script(HOMECOMING, tmp_path / "scene.xml", LEXICON)
    assert list(tmp_path.iterdir()) == []


def test_a_script_is_not_written_where_there_is_no_folder(tmp_path):
    with pytest.raises(EmoteBotError, match="cannot be written: No such file or directory"):
        write_script(HOMECOMING, tmp_path / "none" / "scene.txt", LEXICON)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "scene.txt"
    path.write_text("sad", encoding="utf-8")

    def fail(_source, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(EmoteBotError, match="No space left on device"):
        write_script(HOMECOMING, path, LEXICON)
    assert [entry.name for entry in tmp_path.iterdir()] == ["scene.txt"]
    assert path.read_text(encoding="utf-8") == "sad"


def test_a_rewritten_file_keeps_its_permissions_and_its_links(tmp_path):
    path = tmp_path / "scene.txt"
    path.write_text("sad", encoding="utf-8")
    path.chmod(0o640)
    (tmp_path / "link.txt").symlink_to(path)
    write_script(HOMECOMING, tmp_path / "link.txt", LEXICON)
    assert read_script(str(path), LEXICON) == HOMECOMING
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (tmp_path / "link.txt").is_symlink()
