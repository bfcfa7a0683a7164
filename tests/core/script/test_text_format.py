# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from script_samples import (
    ANGRY_BUT_SAD,
    GOLDEN,
    HAPPY,
    HOMECOMING,
    PHRASES,
    SLIGHTLY_SAD,
    STARTLED,
    SURPRISED,
    FewWords,
)

from emotebot_blender.core.errors import ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.script.beats import Beat, EmotionScript
from emotebot_blender.core.script.text_format import read_text, write_text


def read(text):
    return read_text(text, FewWords()).beats


def test_beats_in_sequence_start_where_the_one_before_is_played_out():
    assert read("happy, then surprised! for 2s, then slightly sad over 1.5s") == (
        Beat(HAPPY, 0.0, words="happy"),
        Beat(SURPRISED, 2.0, hold=2.0, words="surprised!"),
        Beat(SLIGHTLY_SAD, 4.5, transition=1.5, words="slightly sad"),
    )


def test_a_typed_script_mixes_sequence_clock_and_comments():
    text = (GOLDEN / "typed.txt").read_text(encoding="utf-8")
    beats = read(text)
    assert [(beat.start, beat.words) for beat in beats] == [
        (0.0, "happy"),
        (2.0, "surprised!"),
        (4.5, "slightly sad"),
        (12.5, "angry but sad"),
        (14.3, "70% fear 30% surprise"),
        (16.3, "neutral"),
    ]
    assert beats[3].transition == 0.3


def test_the_timed_form_is_one_beat_a_line():
    assert read("3.5 surprised 80% in 0.3s\n6 80% surprised") == (
        Beat(PHRASES["surprised 80%"], 3.5, transition=0.3, words="surprised 80%"),
        Beat(PHRASES["80% surprised"], 6.0, words="80% surprised"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "happy, sad",
        "happy; sad",
        "happy;sad",
        "happy then sad",
        "happy, and then sad",
        "happy THEN sad",
        "happy -> sad",
        "happy → sad",
        "happy. Then sad.",
        "happy\nsad",
        "happy\r\nsad\r\n",
        "happy\rsad",
        "\ufeffhappy,,\n, sad,",
        "happy # then surprised!\nsad",
        "happy luego sad",
        "happy, puis sad",
        "happy, dann sad",
        "happy e depois sad",
        "happy、sad",
        "happy，然后sad",
        "happyそれからsad",
    ],
)
def test_many_signs_stand_between_beats(text):
    assert [(beat.start, beat.words) for beat in read(text)] == [(0.0, "happy"), (2.0, "sad")]


@pytest.mark.parametrize(
    "words", ["angry but sad", "70% fear 30% surprise", "80% surprised", "at 80% surprised", "😮"]
)
def test_words_of_a_feeling_are_left_together(words):
    assert read(words) == (Beat(PHRASES[words], words=words),)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2", 2),
        ("2s", 2),
        ("2 sec", 2),
        ("2.5 seconds", 2.5),
        ("2,5 s", 2.5),
        (".5s", 0.5),
        ("250ms", 0.25),
        ("1.5 min", 90),
        ("1:05", 65),
        ("1:05.250", 65.25),
        ("01:00:01,500", 3601.5),
        ("2e-3s", 0.002),
    ],
)
def test_times_are_written_in_many_ways(written, seconds):
    assert read(f"happy over {written}")[0].transition == seconds
    assert read(f"happy in {written}")[0].transition == seconds
    assert read(f"happy for {written}")[0].hold == seconds
    assert read(f"happy at {written}")[0].start == seconds
    assert read(f"{written} happy")[0].start == seconds


def test_clauses_stand_in_any_order_before_or_after_the_feeling():
    expected = (Beat(HAPPY, 4.0, 0.5, 2.0, 9, "happy"),)
    assert read("happy for 2s over .5s take 9 at 4s") == expected
    assert read("at 4s take 9 happy in 500 ms FOR 2s") == expected


@pytest.mark.parametrize(
    ("written", "liveliness"),
    [
        ("30%", 0.3),
        ("30 %", 0.3),
        ("30 percent", 0.3),
        ("12.5%", 0.125),
        ("0.3", 0.3),
        ("0,3", 0.3),
        (".3", 0.3),
        ("1e-3", 0.001),
        ("0", 0),
        ("1", 1),
        ("100%", 1),
    ],
)
def test_a_hold_is_as_lively_as_a_percentage_or_a_number_says(written, liveliness):
    expected = (Beat(HAPPY, 0.0, hold=2.0, words="happy", liveliness=liveliness),)
    assert read(f"happy lively {written} for 2s") == expected
    assert read(f"happy for 2s LIVELY {written}") == expected


@pytest.mark.parametrize(
    "words",
    [
        *("lively", "lively 80%", "80% lively", "very lively 80%", "happy lively"),
        *("happy and lively 80%", "lively 50% happy 50%"),
    ],
)
def test_lively_is_a_feeling_where_none_stands_before_its_number(words):
    lexicon = Lexicon.load()
    assert read_text(words, lexicon).beats == (Beat(lexicon.read(words), words=words),)


@pytest.mark.parametrize("words", ["lively 80%", "very lively 80%"])
def test_a_lively_feeling_may_have_a_lively_hold(words):
    lexicon = Lexicon.load()
    script = EmotionScript((Beat(lexicon.read(words), words=words, liveliness=0.3),))
    written = write_text(script, lexicon)
    assert written == f"0 {words} lively 0.3\n"
    assert read_text(written, lexicon) == script


def test_a_label_takes_the_place_of_the_words():
    text = r'2 surprise=0.3 fear=0.7 intensity=0.5 "he said \"boo\", then # left" for 1s'
    assert read(text) == (Beat(STARTLED, 2.0, hold=1.0, words='he said "boo", then # left'),)


def test_beats_are_sorted_by_their_starts():
    assert [beat.words for beat in read("9 happy\n3 sad\n surprised! at 6")] == [
        "sad",
        "surprised!",
        "happy",
    ]


def test_beats_may_overlap():
    assert [beat.start for beat in read("0 happy for 60s\n1 sad")] == [0.0, 1.0]


@pytest.mark.parametrize("text", ["", " \n\t ", "# nothing yet", ",;\n"])
def test_without_a_word_a_script_is_empty(text):
    assert read(text) == ()


def test_an_empty_script_is_an_empty_text():
    assert write_text(EmotionScript(()), FewWords()) == ""


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("happy, hapy", 1, 8, "“hapy” is not known"),
        ("# one\n\n  sad glad", 3, 7, "“glad” is not known"),
        ("happy\r\n3 glad", 2, 3, "“glad” is not known"),
        ("happy for 2s sad", 1, 14, "a comma or “then” was expected before “sad”"),
        ("happy, for 2s", 1, 8, "a feeling was expected"),
        ("3.5", 1, 1, "a feeling was expected"),
        ("happy for 24 frames", 1, 14, "a time in s, ms or min was expected"),
        ("happy for 2h", 1, 12, "a time in s, ms or min was expected"),
        ("happy for -1s", 1, 11, "seconds from 0 was expected, not “-1”"),
        ("-3 happy", 1, 1, "seconds from 0 was expected, not “-3”"),
        ("happy at nan", 1, 10, "seconds from 0 was expected, not “nan”"),
        ("inf happy", 1, 1, "seconds from 0 was expected, not “inf”"),
        ("happy in 1e999s", 1, 10, "seconds from 0 was expected"),
        ("happy over 0s", 1, 12, "a transition above 0 s was expected"),
        ("1:75 happy", 1, 1, "a clock time such as"),
        ("1:75:10 happy", 1, 1, "a clock time such as"),
        ("happy over 1s in 2s", 1, 15, "one transition was expected"),
        ("3 happy at 4s", 1, 9, "one start was expected"),
        ("happy for 0s for 0s", 1, 14, "one hold was expected"),
        ("happy take 1 take 1", 1, 14, "one take was expected"),
        ("happy take -1", 1, 12, "a whole number from 0"),
        ("happy take 2.5", 1, 12, "a whole number from 0"),
        ("happy take 9223372036854775808", 1, 1, "a whole number from 0"),
        ("happy take " + "9" * 5000, 1, 12, "a whole number from 0"),
        ("happy lively 1 lively 1", 1, 16, "one “lively” was expected"),
        ("happy lively 30", 1, 14, "from 0% to 100% was expected, not “30”"),
        ("happy lively 101 %", 1, 14, "from 0% to 100% was expected, not “101 %”"),
        ("happy lively -5%", 1, 14, "from 0% to 100% was expected, not “-5%”"),
        ("happy lively nan", 1, 14, "from 0% to 100% was expected, not “nan”"),
        ("hapy lively 30%", 1, 1, "“hapy lively 30%” is not known"),
        ("happy lively 30% sad", 1, 18, "a comma or “then” was expected before “sad”"),
        ("happy until next for 2s", 1, 18, "either “for” or “until next”"),
        ('happy "half', 1, 7, "a second quotation mark was expected"),
        (r'happy "\q"', 1, 7, "a label quoted as in JSON was expected"),
        ("2 happy\n1 sad\n2 sad", 3, 1, "the beat on line 1 starts at 2 s too"),
    ],
)
def test_errors_name_line_column_and_what_was_expected(text, line, column, expected):
    with pytest.raises(ScriptError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_script_is_written_in_the_timed_form():
    golden = (GOLDEN / "homecoming.txt").read_text(encoding="utf-8")
    assert write_text(HOMECOMING, FewWords()) == golden
    assert read(golden) == HOMECOMING.beats


def test_words_that_mean_something_else_become_a_label():
    script = EmotionScript((Beat(ANGRY_BUT_SAD, 1.0, words="happy"),))
    written = write_text(script, FewWords())
    assert written == '1 sadness=0.5 anger=0.5 intensity=0.75 "happy"\n'


def test_the_built_in_words_are_read_and_written():
    lexicon = Lexicon.load()
    script = read_text("happy, then surprised! for 2s, then slightly sad over 1.5s", lexicon)
    assert [beat.feeling.mixture.dominant() for beat in script.beats] == [
        "happiness",
        "surprise",
        "sadness",
    ]
    assert write_text(script, lexicon) == (
        "0 happy\n2 surprised! for 2s\n4.5 slightly sad over 1.5s\n"
    )


@pytest.mark.parametrize(
    "text",
    ["angry but sad", "happily surprised", "70% fear 30% surprise", "very angry", "half sad"],
)
def test_no_built_in_phrase_is_torn_apart(text):
    lexicon = Lexicon.load()
    assert read_text(text, lexicon).beats == (Beat(lexicon.read(text), words=text),)


def test_every_built_in_word_is_one_beat():
    lexicon = Lexicon.load()
    for word in lexicon.words:
        assert read_text(word, lexicon).beats == (Beat(lexicon.read(word), words=word),)


@pytest.mark.parametrize(
    "source",
    [
        '2 recording "take1.csv"',
        '2 neutral recording "take1.csv"',
        'at 2s recording "take1.csv"',
        'neutral RECORDING  "take1.csv" at 2s',
    ],
)
def test_a_recording_is_a_beat_and_neutral_without_a_feeling(source):
    assert read_text(source, FewWords()).beats == (
        Beat(PHRASES["neutral"], 2.0, words="neutral", recording="take1.csv"),
    )


def test_a_recording_goes_with_a_feeling_and_other_clauses():
    source = 'happy recording "a, then b.csv" over 0.2s for 3s "smile"'
    (beat,) = read_text(source, FewWords()).beats
    assert (beat.recording, beat.transition, beat.hold) == ("a, then b.csv", 0.2, 3)
    assert (beat.feeling, beat.words) == (PHRASES["happy"], "smile")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('recording "a.csv" recording "b.csv"', "one recording was expected, not a second one"),
        ('recording "a.csv', "a second quotation mark was expected"),
        (r'recording "a\q.csv"', "quoted as in JSON was expected"),
    ],
)
def test_a_recording_without_a_path_is_refused(source, message):
    with pytest.raises(ScriptError, match=message):
        read_text(source, FewWords())
