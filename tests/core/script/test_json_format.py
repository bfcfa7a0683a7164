# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from script_samples import GOLDEN, HAPPY, HOMECOMING, STARTLED, SURPRISED, FewWords

from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.errors import ScriptError
from emotebot_blender.core.script.beats import Beat, EmotionScript
from emotebot_blender.core.script.json_format import read_json, write_json


def read(beats):
    return read_json(json.dumps({"emotebot_script": 1, "beats": beats}), FewWords()).beats


def test_a_golden_script_reads_and_writes():
    golden = (GOLDEN / "homecoming.json").read_text(encoding="utf-8")
    assert read_json(golden, FewWords()) == HOMECOMING
    assert write_json(HOMECOMING) == golden


def test_a_script_without_beats_reads_and_writes():
    written = write_json(EmotionScript(()))
    assert json.loads(written) == {"emotebot_script": 1, "beats": []}
    assert read_json(written, FewWords()) == EmotionScript(())


def test_words_alone_are_enough_and_follow_the_beat_before():
    assert read([{"words": "happy"}, {"words": "surprised!"}]) == (
        Beat(HAPPY, 0.0, words="happy"),
        Beat(SURPRISED, 2.0, words="surprised!"),
    )


def test_an_intensity_beside_words_counts_for_more_than_theirs():
    assert read([{"words": "happy", "intensity": 0.1}])[0].feeling.intensity == 0.1


def test_an_emotion_alone_is_felt_in_full_and_its_amounts_are_proportions():
    mixture = Mixture.of({"fear": 0.75, "anger": 0.25})
    assert read([{"emotion": {"fear": 3, "anger": 1}}]) == (Beat(Feeling(mixture, 1.0)),)


def test_null_is_as_absent_and_beats_are_sorted():
    beats = read([{"start": 4, "words": "sad", "hold": None}, {"start": 1, "words": "happy"}])
    assert [beat.words for beat in beats] == ["happy", "sad"]


def test_shares_with_rounding_errors_stay_as_they_are():
    shares = (0.1000001, 0.2, 0.3, 0.4, *[0.0] * 12)
    script = EmotionScript((Beat(Feeling(Mixture(shares), 0.3)),))
    assert read_json(write_json(script), FewWords()).beats[0].feeling.mixture.shares == shares


PREFIX = '{"emotebot_script": 1, "beats": [\n {"start": 1, "words": "happy"},\n '


@pytest.mark.parametrize(
    ("beat", "column", "expected"),
    [
        ('{"start": "soon", "words": "happy"}', 12, "a number was expected, not “soon”"),
        ('{"start": true, "words": "happy"}', 12, "a number was expected"),
        ('{"start": -1, "words": "happy"}', 2, "start is a number of seconds from 0"),
        ('{"start": NaN, "words": "happy"}', 2, "start is a number of seconds from 0"),
        ('{"start": 2, "hold": Infinity, "words": "happy"}', 2, "hold is a number of seconds"),
        ('{"start": 1' + "0" * 400 + ', "words": "happy"}', 12, "a number was expected"),
        ('{"words": "glad"}', 12, "words: “glad” is not known"),
        ('{"words": 3}', 12, "words: a text was expected"),
        ('{"words": ""}', 2, "a feeling was expected"),
        ("7", 2, "a beat was expected"),
        ('{"words": "happy", "houd": 1}', 29, "one of start, emotion"),
        ('{"words": "happy", "take": 1.5}', 29, "a whole number was expected"),
        ('{"words": "happy", "liveliness": "30%"}', 35, "a number was expected, not “30%”"),
        ('{"words": "happy", "liveliness": 1.5}', 2, "liveliness is a number from 0 to 1"),
        ('{"words": "happy", "intensity": 2}', 2, "intensity is a number from 0 to 1"),
        ('{"emotion": "fear"}', 14, "shares were expected"),
        ('{"emotion": {"joy": 1}}', 14, "“joy” is not one of the 16 emotions"),
        ('{"emotion": {"fear": {}}}', 23, "a number was expected"),
        ('{"emotion": {"fear": -1, "anger": 2}}', 14, "numbers from 0"),
        ('{"emotion": {}}', 14, "at least one emotion"),
        ('{"start": 1, "words": "happy"}', 2, "the beat on line 2 starts at 1 s too"),
        ('{"start": 2, "start": [], "words": "happy"}', 24, "a number was expected"),
    ],
)
def test_errors_lead_to_the_value(beat, column, expected):
    with pytest.raises(ScriptError) as caught:
        read_json(f"{PREFIX}{beat}\n]}}", FewWords())
    assert (caught.value.line, caught.value.column) == (3, column)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("", 1, 1, "JSON was expected"),
        ('{"emotebot_script": 1,\r\n "beats": [}', 2, 12, "JSON was expected"),
        ("[1]", 1, 1, "a script was expected"),
        ('{"beats": []}', 1, 1, "a script was expected"),
        ('{"emotebot_script": 2, "beats": []}', 1, 21, "version 1"),
        ('{"emotebot_script": true, "beats": []}', 1, 21, "version 1"),
        ('{"emotebot_script": 1}', 1, 1, "a list of beats was expected"),
        ('{"emotebot_script": 1, "beats": 3}', 1, 33, "a list of beats was expected"),
        ('{"emotebot_script": 1, "beats": [], "fps": 24}', 1, 44, "not “fps”"),
        ("[" * 200_000, 1, 1, "not nested so deeply"),
        ("9" * 5000, 1, 1, "without numbers of endless length"),
    ],
)
def test_errors_in_the_document_name_line_and_column(text, line, column, expected):
    with pytest.raises(ScriptError) as caught:
        read_json(text, FewWords())
    assert (caught.value.line, caught.value.column) == (line, column)
    assert expected in str(caught.value)


def test_exact_shares_are_reported_as_they_are():
    beat = Beat(STARTLED, 1.5, words="startled")
    written = json.loads(write_json(EmotionScript((beat,))))["beats"]
    assert written == [
        {
            "start": 1.5,
            "emotion": {"surprise": 0.3, "fear": 0.7},
            "intensity": 0.5,
            "words": "startled",
        }
    ]
