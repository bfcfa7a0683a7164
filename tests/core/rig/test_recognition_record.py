# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept with an object of its shape keys: written, read again, and damaged."""

import json

import pytest
from hostile_input import SPECIMENS, mangled, refusal_of
from hypothesis import given, settings
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, RigMap
from emotebot_blender.core.rig.recognition_record import (
    CALIBRATIONS,
    RecognisedChannel,
    RecognitionRecord,
    read_record,
    record_text,
)

names = st.text(max_size=8)
channels = st.sampled_from(CHANNELS)
metres = st.floats(-1e6, 1e6)
recognised = st.builds(
    RecognisedChannel, st.lists(names, min_size=1, max_size=2).map(tuple), st.floats(0, 1)
)
measured = st.dictionaries(channels, st.floats(1e-6, 1e6), max_size=3)
records = st.builds(
    RecognitionRecord,
    st.lists(names, max_size=5).map(tuple),
    st.dictionaries(names, st.tuples(st.integers(0, 10**6), metres, metres, metres), max_size=3),
    st.dictionaries(channels, recognised, max_size=3),
    measured,
    st.sampled_from(CALIBRATIONS[1:]),
)

SOUND = RecognitionRecord(
    ("Basis", "Key 1", "Key 2"),
    {"Key 1": (7, 0.0, 0.01, -0.02)},
    {"jawOpen": RecognisedChannel(("Key 1",), 0.9)},
    {"jawOpen": 1.5},
    "measured",
)


@given(records)
def test_a_record_is_read_as_it_was_written(record):
    assert read_record(record_text(record)) == record


def test_an_empty_text_is_an_empty_record():
    assert read_record("") == RecognitionRecord()


@pytest.mark.parametrize(
    "change",
    [
        {"channels": {"jawOpen": {"keys": ["Key 1"], "confidence": float("nan")}}},
        {"channels": {"jawOpen": {"keys": ["Key 1"], "confidence": 7}}},
        {"channels": {"jawOpen": {"keys": ["Key 1"], "confidence": 10**400}}},
        {"channels": {"smile": {"keys": ["Key 1"], "confidence": 1}}},
        {"peaks": {"Key 1": [float("inf"), 0, 0, 0]}},
        {"peaks": {"Key 1": [7, 0, 0, float("nan")]}},
        {"peaks": {"Key 1": [7, 0, 0, 10**400]}},
        {"peaks": {"Key 1": []}},
        {"gains": {"jawOpen": 0}},
        {"gains": {"jawOpen": float("nan")}},
        {"calibration": "perhaps"},
        {"members": 5},
    ],
)
def test_a_damaged_record_is_named(change):
    content = json.loads(record_text(SOUND)) | change
    with pytest.raises(EmoteBotError, match="was damaged; recognise them again"):
        read_record(json.dumps(content))


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_what_strangers_hand_in_is_refused(specimen):
    text = SPECIMENS[specimen].decode("utf-8", "surrogateescape")
    refusal = refusal_of(lambda: read_record(text), len(text))
    assert (refusal is None) == (text == "")


@settings(max_examples=200, deadline=None)
@given(mangled(record_text(SOUND).encode()))
def test_what_is_read_of_a_damaged_record_can_be_applied(content):
    text = content.decode("utf-8", "surrogateescape")

    def read_and_apply() -> None:
        record = read_record(text)
        applied = record.scaled(record.applied(RigMap("", {}), ()), ())
        assert set(applied.feeds) <= set(CHANNELS)

    refusal_of(read_and_apply, len(text))


def test_a_record_that_is_applied_moves_its_channels():
    applied = SOUND.applied(RigMap("", {}), ())
    assert [feed.control for feed in applied.feeds["jawOpen"]] == [ControlName("Key 1")]
