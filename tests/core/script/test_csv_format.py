# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import io

import pytest
from script_samples import GOLDEN, HAPPY, HOMECOMING, SURPRISED, FewWords

from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS, Feeling, Mixture
from emotebot_blender.core.errors import ScriptError
from emotebot_blender.core.script.beats import Beat, EmotionScript
from emotebot_blender.core.script.csv_format import read_csv, write_csv


def read(text):
    return read_csv(text, FewWords()).beats


def test_a_golden_script_reads_and_writes():
    golden = (GOLDEN / "homecoming.csv").read_bytes().decode("utf-8")
    assert read_csv(golden, FewWords()) == HOMECOMING
    assert write_csv(HOMECOMING) == golden


def test_a_table_without_the_further_emotions_reads_as_ever():
    """As it was written before there were any."""
    table = (GOLDEN / "homecoming_basic.csv").read_bytes().decode("utf-8")
    header = table.partition("\r\n")[0].split(",")
    assert set(header) & set(EMOTIONS) == set(BASIC_EMOTIONS)
    assert read_csv(table, FewWords()) == HOMECOMING


def test_further_emotions_have_columns_like_the_others():
    text = "tiredness,boredom,intensity\n.75,.25,.5\n"
    (beat,) = read(text)
    assert beat.feeling == Feeling(Mixture.of({"tiredness": 0.75, "boredom": 0.25}), 0.5)
    assert read(write_csv(read_csv(text, FewWords()))) == (beat,)


def test_the_header_names_everything_a_beat_has():
    header = next(csv.reader(io.StringIO(write_csv(EmotionScript(())))))
    times = "transition", "hold"
    assert header == ["start", "words", *EMOTIONS, "intensity", *times, "take", "liveliness"]


@pytest.mark.parametrize("text", ["", "\n \n", "start,words\n", "\ufeffstart,words\r\n,\r\n"])
def test_without_a_filled_row_a_script_is_empty(text):
    assert read(text) == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_words_and_starts_alone_are_enough_in_any_order(delimiter):
    text = "words,START\nsurprised!,6.5\n\nhappy,1\n".replace(",", delimiter)
    assert read(text) == (Beat(HAPPY, 1.0, words="happy"), Beat(SURPRISED, 6.5, words="surprised!"))


def test_a_row_without_a_start_follows_the_row_before():
    assert [beat.start for beat in read("words,hold\nhappy,3\nsurprised!,")] == [0.0, 3.5]


def test_decimal_commas_go_with_semicolons():
    beats = read("start;fear;anger;intensity\n1,5;3;1;0,25\n")
    assert beats == (Beat(Feeling(Mixture.of({"fear": 0.75, "anger": 0.25}), 0.25), 1.5),)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("start,mood\n", 1, 2, "a column such as start, words"),
        ("start,start\n", 1, 2, "one column start was expected"),
        ("start,words\n0,happy\n1,glad\n", 3, 2, "“glad” is not known"),
        ("start,words\n0,happy\n1,\n", 3, 1, "a feeling was expected"),
        ("start,words\nsoon,happy\n", 2, 1, "start: a number was expected, not “soon”"),
        ("words,hold\nhappy,-1\n", 2, 1, "hold is a number of seconds from 0"),
        ("words,hold\nhappy,nan\n", 2, 1, "hold is a number of seconds from 0"),
        ("words,intensity\nhappy,80%\n", 2, 2, "intensity: a number was expected"),
        ("words,take\nhappy,1.0\n", 2, 2, "take: a whole number from 0"),
        ("words,liveliness\nhappy,30%\n", 2, 2, "liveliness: a number was expected"),
        ("words,liveliness\nhappy,1.5\n", 2, 1, "liveliness is a number from 0 to 1"),
        ("start,fear,anger\n0,-1,2\n", 2, 1, "numbers from 0"),
        ("start,words\n0,happy,sad\n", 2, 3, "2 cells were expected, not 3"),
        ("words\nhappy,sad\n", 2, 2, "1 cell was expected, not 2"),
        ("start,words\n1,happy\n\n1,sad\n", 4, 1, "the beat on line 2 starts at 1 s too"),
        ('words,start\n"hap\npy",0\n', 2, 1, "is not known"),
        ('words\n"happy\n', 2, 1, "a table was expected"),
    ],
)
def test_errors_name_line_and_cell(text, line, column, expected):
    with pytest.raises(ScriptError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert expected in str(caught.value)
