# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from script_samples import (
    GOLDEN,
    HAPPY,
    HOMECOMING,
    PHRASES,
    SLIGHTLY_SAD,
    STARTLED,
    SURPRISED,
    FewWords,
)

from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.script.beats import Beat, EmotionScript
from emotebot_blender.core.script.srt_format import read_srt, write_srt


def read(text):
    return read_srt(text, FewWords()).beats


def cue(text, times="00:00:01,000 --> 00:00:05,000"):
    return f"1\n{times}\n{text}\n"


def test_a_golden_script_reads_and_writes():
    golden = (GOLDEN / "homecoming.srt").read_text(encoding="utf-8")
    assert read_srt(golden, FewWords()) == HOMECOMING
    assert write_srt(HOMECOMING, FewWords()) == golden


def test_spoken_subtitles_give_the_feelings_of_their_tags():
    text = (GOLDEN / "spoken.srt").read_bytes().decode("utf-8")
    assert "\r\n" in text
    assert read(text) == (
        Beat(HAPPY, 1.0, hold=1.5, words="happy"),
        Beat(SURPRISED, 5.0, hold=1.5, words="surprised!"),
        Beat(SLIGHTLY_SAD, 7.0, transition=0.8, hold=1.2, words="slightly sad"),
    )


def test_what_is_spoken_is_not_written():
    spoken = read_srt((GOLDEN / "spoken.srt").read_text(encoding="utf-8-sig"), FewWords())
    written = write_srt(spoken, FewWords())
    assert "shoes" not in written
    assert read_srt(written, FewWords()) == spoken


def test_a_cue_shorter_than_its_transition_has_no_hold():
    assert read(cue("[happy over 9s]"))[0].hold == 0.0


def test_a_tag_may_say_its_hold_itself():
    assert read(cue("[happy for 10s]"))[0].hold == 10.0
    assert read(cue("[happy until next]"))[0].hold is None


def test_several_feelings_in_one_tag_divide_the_cue():
    beats = read(cue("[happy, then sad; surprised!]", "00:00:00,000 --> 00:00:04,000"))
    assert [(beat.start, beat.hold) for beat in beats] == [
        (0, 0.833),
        (1.333, 0.833),
        (2.666, 0.834),
    ]


def test_cues_may_lack_numbers_and_stand_in_any_order():
    text = "00:00:09.5 --> 00:00:10.000 X1:0 X2:9\n[sad]\n\n00:00:01,25 --> 00:00:02,000\n[happy]"
    assert [(beat.start, beat.words) for beat in read(text)] == [(1.25, "happy"), (9.5, "sad")]


def test_a_label_may_hold_brackets_and_arrows():
    words = '[a] --> "b"'
    script = EmotionScript((Beat(STARTLED, 1.0, hold=1.0, words=words),))
    assert read_srt(write_srt(script, FewWords()), FewWords()) == script


@pytest.mark.parametrize("text", ["", "\ufeff\n\n", cue("Just words."), cue("")])
def test_without_a_tag_a_script_is_empty(text):
    assert read(text) == ()


def test_an_empty_script_is_an_empty_file():
    assert write_srt(EmotionScript(()), FewWords()) == ""


def test_starts_and_holds_are_rounded_to_milliseconds_and_the_rest_is_kept():
    script = EmotionScript(
        (
            Beat(HAPPY, 0.00061, transition=0.123456789, hold=1.00049, take=5, words="happy"),
            Beat(PHRASES["sad"], 7261.0004, transition=1e-7, words="sad"),
        )
    )
    assert read_srt(write_srt(script, FewWords()), FewWords()).beats == (
        Beat(HAPPY, 0.001, transition=0.123456789, hold=1.0, take=5, words="happy"),
        Beat(PHRASES["sad"], 7261.0, transition=1e-7, words="sad"),
    )


def test_beats_within_one_millisecond_cannot_be_written():
    script = EmotionScript((Beat(HAPPY, 1.0001), Beat(SURPRISED, 1.0002)))
    with pytest.raises(EmoteBotError, match="same millisecond"):
        write_srt(script, FewWords())


def test_a_beat_after_a_thousand_hours_cannot_be_written():
    with pytest.raises(EmoteBotError, match="reach to"):
        write_srt(EmotionScript((Beat(HAPPY, 3.7e6),)), FewWords())


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("[happy]\n", 1, 1, "the number or the times of a cue were expected"),
        ("1\n00:00:01 --> 00:00:02,000\n", 2, 1, "the times of a cue were expected"),
        ("1\n00:61:01,0 --> 00:00:02,000\n", 2, 1, "the times of a cue were expected"),
        ("1\n-0:00:01,0 --> 00:00:02,000\n", 2, 1, "the times of a cue were expected"),
        ("1\n00:00:02,000 --> 00:00:01,000\n", 2, 1, "does not end before it starts"),
        (cue("Oh! [glad]"), 3, 6, "“glad” is not known"),
        (cue("Oh! [happy glad]"), 3, 12, "“glad” is not known"),
        (cue("Oh! [happy"), 3, 5, "a closing “]” was expected"),
        (cue("Oh! []"), 3, 5, "a feeling was expected"),
        (cue("[happy at 3s]"), 3, 2, "no start was expected"),
        (cue("[3 happy]"), 3, 2, "no start was expected"),
        (cue("[happy for -3s]"), 3, 12, "seconds from 0 was expected"),
        (cue("[happy lively 101%]"), 3, 15, "a liveliness from 0% to 100% was expected"),
        (cue("[happy][sad]", "00:00:01,0 --> 00:00:01,001"), 3, 9, "the beat on line 3"),
        (cue("[happy]") + cue("[sad]"), 6, 2, "the beat on line 3 starts at 1 s too"),
    ],
)
def test_errors_name_line_column_and_what_was_expected(text, line, column, expected):
    with pytest.raises(ScriptError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert expected in str(caught.value)
