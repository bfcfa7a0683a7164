# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist has put right in a map, without Blender."""

import math
from dataclasses import replace

import pytest
from hostile_input import SPECIMENS, mangled, refusal_of
from hypothesis import given, settings
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message
from emotebot_blender.core.rig.convention import AXES, ControlName, Feed, Preset, RigMap
from emotebot_blender.core.rig.corrections import (
    CORRECTABLE,
    Corrections,
    corrections_text,
    read_corrections,
)

SMILE, OPEN, WIDE = (Feed(ControlName(name)) for name in ("Key 7", "open", "wide"))

names = st.text(min_size=1, max_size=8)
controls = st.one_of(
    st.builds(ControlName, names, st.sampled_from(["shape_key", "property"])),
    st.builds(ControlName, names, st.just("bone"), st.sampled_from(AXES)),
)
gains = st.one_of(st.floats(1e-9, 1e6), st.floats(-1e6, -1e-9))
offsets = st.floats(-1e6, 1e6)
feeds = st.lists(st.builds(Feed, controls, gains, st.booleans(), offsets), max_size=3).map(tuple)
members = st.dictionaries(st.just("bone"), st.lists(names, max_size=4).map(tuple))


@given(
    st.builds(
        Corrections, st.dictionaries(st.sampled_from(CORRECTABLE), feeds, max_size=4), members
    )
)
def test_what_is_written_is_read_again(corrections):
    assert read_corrections(corrections_text(corrections)) == corrections


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"channels": {"jawOpen": [7]}, "members": {}}', '{"channels": 1}', "null"],
)
def test_damaged_texts_are_named(text):
    with pytest.raises(EmoteBotError, match=r"^The corrections were damaged; clear them$"):
        read_corrections(text)


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_what_strangers_hand_in_is_refused(specimen):
    text = SPECIMENS[specimen].decode("utf-8", "surrogateescape")
    refusal = refusal_of(lambda: read_corrections(text), len(text))
    assert (refusal is None) == (text == "")


@settings(max_examples=200, deadline=None)
@given(mangled(corrections_text(Corrections({"jawOpen": (OPEN, WIDE)}, {"bone": ("a",)})).encode()))
def test_what_is_read_of_damaged_corrections_can_be_applied(content):
    text = content.decode("utf-8", "surrogateescape")
    refusal_of(lambda: read_corrections(text).applied(RigMap("", {})), len(text))


def test_unknown_channels_are_named():
    with pytest.raises(EmoteBotError, match="“smile” is not one of the 52 channels nor an emotion"):
        Corrections({"smile": (SMILE,)})


def test_a_channel_has_the_chosen_controls_and_no_others():
    found = RigMap(
        "ARKit",
        {"mouthSmileLeft": (OPEN, WIDE), "jawOpen": (OPEN,), "cheekPuff": (WIDE,)},
        approximated=frozenset(["mouthSmileLeft", "jawOpen"]),
        doubtful={"mouthSmileLeft": Message("on the right"), "cheekPuff": Message("faint")},
    )
    corrected = Corrections({"mouthSmileLeft": (SMILE,), "cheekPuff": ()}).applied(found)
    assert corrected.feeds == {"mouthSmileLeft": (SMILE,), "jawOpen": (OPEN,)}
    assert corrected.approximated == {"jawOpen"}
    assert corrected.doubtful == {}


def test_a_channel_that_names_did_not_show_has_one():
    corrected = Corrections({"mouthSmileLeft": (SMILE,)}).applied(RigMap("", {}))
    assert corrected.channels == ("mouthSmileLeft",)


def test_a_channel_whose_control_is_gone_keeps_what_was_found_and_is_doubtful():
    found = RigMap("ARKit", {"jawOpen": (OPEN,)})
    corrected = Corrections({"jawOpen": (SMILE,)}).applied(found, {SMILE.control})
    assert corrected.feeds == {"jawOpen": (OPEN,)}
    assert str(corrected.doubtful["jawOpen"]).startswith("“Key 7”")


def test_what_is_left_of_several_controls_counts():
    corrected = Corrections({"jawOpen": (SMILE, OPEN)}).applied(RigMap("", {}), {SMILE.control})
    assert corrected.feeds == {"jawOpen": (OPEN,)}


def test_an_emotion_has_the_chosen_controls():
    joy, fun = Feed(ControlName("joy")), Feed(ControlName("fun"), 0.5)
    happy, sad = Preset(joy, {"happiness": 1.0}), Preset(Feed(ControlName("sad")), {"sadness": 1.0})
    corrected = Corrections({"happiness": (fun,)}).applied(RigMap("VRM", {}, (happy, sad)))
    assert corrected.presets == (sad, Preset(fun, {"happiness": 1.0}))
    assert Corrections({"sadness": ()}).applied(RigMap("VRM", {}, (happy, sad))).presets == (happy,)


def test_a_preset_keeps_what_else_is_known_of_it():
    joy = ControlName("joy")
    happy = Preset(Feed(joy), {"happiness": 1.0, "surprise": 0.2}, ("MOUTH",), {"blink": 1.0})
    corrected = Corrections({"happiness": (Feed(joy, 0.5),)}).applied(RigMap("VRM", {}, (happy,)))
    assert corrected.presets == (replace(happy, feed=Feed(joy, 0.5)),)


def test_a_control_may_show_two_emotions():
    joy = Feed(ControlName("joy"))
    corrected = Corrections({"happiness": (joy,), "surprise": (joy,)}).applied(RigMap("", {}))
    assert corrected.presets == (Preset(joy, {"happiness": 1.0, "surprise": 1.0}),)


def test_renamed_controls_are_followed():
    turn = Feed(ControlName("jaw", "bone", "rotation_x"), math.pi / 8)
    before = Corrections({"jawOpen": (Feed(ControlName("jaw")), turn), "cheekPuff": ()})
    after = before.followed({("bone", "jaw"): "Kiefer"})
    assert after.feeds == {
        "jawOpen": (
            Feed(ControlName("jaw")),
            Feed(ControlName("Kiefer", "bone", "rotation_x"), math.pi / 8),
        ),
        "cheekPuff": (),
    }


def test_every_channel_and_emotion_can_be_corrected():
    assert CORRECTABLE[:52] == CHANNELS
    assert set(CORRECTABLE[52:]) >= {"happiness", "sadness", "anger", "fear"}


def test_what_was_chosen_is_no_more_one_of_two_sets():
    names = ("jawOpen", "mouthClose")
    found = RigMap(
        "ARKit",
        {name: (Feed(ControlName(f"a_{name}")),) for name in names},
        repeated={name: (f"a_{name}", f"b_{name}") for name in names},
    )
    chosen = Corrections({"jawOpen": (Feed(ControlName("b_jawOpen")),)}).applied(found)
    assert chosen.repeated == {"mouthClose": ("a_mouthClose", "b_mouthClose")}
    assert chosen.feeds["jawOpen"] == (Feed(ControlName("b_jawOpen")),)
