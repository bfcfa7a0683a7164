# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import TextError
from emotebot_blender.core.exchange import recorded_json
from emotebot_blender.core.exchange.recorded_json import JsonRecording, channel_index


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("eyeBlinkLeft", "eyeBlinkLeft"),
        ("EyeBlinkLeft", "eyeBlinkLeft"),
        ("eyeBlink_L", "eyeBlinkLeft"),
        ("jawRight", "jawRight"),
        ("mouthSmile_R", "mouthSmileRight"),
        ("tongueOut", "tongueOut"),
    ],
)
def test_channels_are_known_in_both_of_apples_spellings(name, channel):
    assert channel_index(name) == INDEX[channel]


def test_another_name_is_no_channel():
    assert channel_index("viseme_aa") is None


def test_a_document_with_too_many_values_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(recorded_json, "_MOST_VALUES", 10)
    JsonRecording('{"a": [1, 2, 3, 4, 5]}')
    with pytest.raises(TextError, match="no more than 10 values"):
        JsonRecording('{"a": [[[[[[[[[[[]]]]]]]]]]]}')


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("[]", 1, 1), ("3", 1, 1), ('{"a": 1,\n}', 2, 1), ("", 1, 1), ("[" * 100_000, 1, 1)],
)
def test_what_is_no_object_is_refused(text, line, column):
    with pytest.raises(TextError) as caught:
        JsonRecording(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("value", ["true", '"1"', "null", "1e9", "NaN", "-Infinity", "[1]"])
def test_a_number_is_a_finite_one(value):
    document = JsonRecording(f'{{"a":\n {value}}}')
    with pytest.raises(TextError, match="a number was expected") as caught:
        document.number(document.content["a"], "a")
    assert (caught.value.line, caught.value.column) == (2, 2)
