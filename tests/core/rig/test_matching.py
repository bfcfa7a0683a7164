# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.rig.convention import (
    KINDS,
    ControlName,
    Convention,
    Feed,
    RigMap,
)
from emotebot_blender.core.rig.convention_files import conventions
from emotebot_blender.core.rig.matching import NameIndex, guess


def names_of(convention: str, shared) -> list[str]:
    return json.loads((shared / "names" / convention).read_text(encoding="utf-8"))["names"]


def keys_fed(rig_map: RigMap) -> dict[str, dict[str, float]]:
    """Return the shape keys of each channel and their values at full."""
    return {
        channel: {feed.control.name: feed.full for feed in feeds}
        for channel, feeds in rig_map.feeds.items()
    }


def shape_keys(rig_map: RigMap) -> set[str]:
    return {control.name for control in rig_map.drives}


@pytest.mark.parametrize("convention", conventions(), ids=lambda convention: convention.name)
def test_every_convention_is_guessed_from_its_own_names(convention):
    names: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for control in convention.controls():
        names[control.kind].add(control.name)
    rig_map = guess(*(sorted(names[kind]) for kind in KINDS))
    assert rig_map == convention.on({name: name for name in convention.controls()})


@pytest.mark.parametrize("convention", conventions(), ids=lambda convention: convention.name)
@settings(max_examples=25)
@given(st.data())
def test_no_name_moves_what_its_convention_does_not_let_it_move(convention, data):
    """Whichever of its names a mesh has, and whichever convention these are taken for."""
    moves: dict[ControlName, set[str]] = {}
    for entries in (convention.feeds, convention.approximations):
        for channel, groups in entries.items():
            for feed in (feed for group in groups for feed in group):
                moves.setdefault(feed.control, set()).add(channel)
    shows = {
        preset.feed.control: preset.emotions for group in convention.presets for preset in group
    }
    known = sorted(convention.controls(), key=str)
    chosen = data.draw(st.sets(st.sampled_from(known), max_size=len(known)))
    names = {
        kind: sorted({control.name for control in chosen if control.kind == kind}) for kind in KINDS
    }
    rig_map = guess(*names.values())
    for channel, feeds in rig_map.feeds.items():
        assert all(channel in moves[feed.control] for feed in feeds)
    assert all(preset.emotions == shows[preset.feed.control] for preset in rig_map.presets)


def test_two_thousand_names():
    names = [f"Body_{part}_{index}" for index in range(650) for part in ("Smile", "Open", "L")]
    names += [*CHANNELS, "mouthSmileLeft_old", "Smile"]
    assert len(names) > 2000
    assert keys_fed(guess(names)) == {name: {name: 1.0} for name in CHANNELS}


def test_arkit_covers_all_channels_under_their_own_names(shared):
    rig_map = guess(names_of("arkit52.json", shared))
    assert rig_map.convention == "ARKit"
    assert keys_fed(rig_map) == {name: {name: 1.0} for name in CHANNELS}


def test_ict_splits_two_channels_and_has_no_tongue(shared):
    names = names_of("ict_facekit.json", shared)
    rig_map = guess(names)
    assert rig_map.convention == "ICT FaceKit"
    assert shape_keys(rig_map) == set(names)
    assert set(CHANNELS) - set(rig_map.channels) == {"tongueOut"}
    fed = keys_fed(rig_map)
    assert fed["browInnerUp"] == {"browInnerUp_L": 1.0, "browInnerUp_R": 1.0}
    assert fed["cheekPuff"] == {"cheekPuff_L": 1.0, "cheekPuff_R": 1.0}
    assert fed["mouthSmileRight"] == {"mouthSmile_R": 1.0}


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("jawOpen", "jawOpen"),
        ("JawOpen", "jawOpen"),
        ("jaw_open", "jawOpen"),
        ("ARKit_jawOpen", "jawOpen"),
        ("!ex-browDownLeft", "browDownLeft"),
        ("Head.browDown_L", "browDownLeft"),
        ("CTRL:Face.eye blink right", "eyeBlinkRight"),
    ],
)
def test_case_separators_and_prefix_make_no_difference(name, channel):
    assert keys_fed(guess([name, "Smile", "vrc.v_aa"])) == {channel: {name: 1.0}}


@pytest.mark.parametrize(
    "names", [[], ["Smile", "aa"], ["jawOpener"], ["myjawOpen"], ["jawOpen_old"], ["open"], ["_."]]
)
def test_nothing_fits(names):
    rig_map = guess(names)
    assert not rig_map.feeds
    assert rig_map.convention == ""


def test_exact_spelling_decides_between_twins():
    assert keys_fed(guess(["JAWOPEN", "jawOpen"])) == {"jawOpen": {"jawOpen": 1.0}}


@pytest.mark.parametrize("affixed", ["Teeth_{}", "{}_Teeth", "Teeth.001_{}"])
def test_parts_with_affixes_are_called_after_the_spelling(affixed):
    names = [affixed.format(name) for name in ("jawOpen", "jawForward", "jawLeft", "jawRight")]
    assert guess(names).convention == "ARKit"


def test_twins_without_exact_spelling_are_left_alone():
    rig_map = guess(["JAWOPEN", "jaw_open", "mouthClose"])
    assert rig_map.channels == ("mouthClose",)
    assert str(rig_map.doubtful["jawOpen"]) == "“JAWOPEN” and “jaw_open” could both be it"


def test_only_one_prefix_counts():
    rig_map = guess(["old_jawOpen", "new_jawOpen", "new_mouthClose"])
    assert keys_fed(rig_map) == {
        "jawOpen": {"new_jawOpen": 1.0},
        "mouthClose": {"new_mouthClose": 1.0},
    }


def test_of_two_whole_sets_one_counts_and_the_other_is_named():
    rig_map = guess([affix + name for name in CHANNELS for affix in ("b_", "a_")])
    assert keys_fed(rig_map) == {name: {f"a_{name}": 1.0} for name in CHANNELS}
    assert rig_map.repeated == {name: (f"a_{name}", f"b_{name}") for name in CHANNELS}
    assert not rig_map.doubtful


def test_a_set_goes_before_a_smaller_one_and_before_that_with_an_affix():
    rig_map = guess([*CHANNELS, *(f"{name}_old" for name in CHANNELS[:5])])
    assert rig_map.repeated == {name: (name, f"{name}_old") for name in CHANNELS[:5]}


def test_single_names_of_another_affix_are_no_set():
    assert not guess([*CHANNELS, "jawOpen_old", "mouthClose_old"]).repeated


def test_correctives_of_two_channels_are_no_set():
    pairs = [f"{name}+eyeSquintLeft" for name in ("eyeBlinkLeft", "noseSneerLeft", "browDownLeft")]
    assert not guess([*CHANNELS, *pairs]).repeated


def test_half_of_a_split_channel_is_enough():
    assert keys_fed(guess(["cheekPuff_L"])) == {"cheekPuff": {"cheekPuff_L": 1.0}}


@given(st.sets(st.sampled_from(CHANNELS)), st.sampled_from(["", "Head.", "a_b-"]))
def test_covers_exactly_what_is_there(channels, prefix):
    assert set(guess(prefix + name for name in channels).channels) == channels


def test_each_kind_of_control_has_a_prefix_of_its_own():
    mixed = Convention(
        "Mixed",
        "made up",
        {
            "jawOpen": ((Feed(ControlName("chin", "bone", "rotation_x")),),),
            "cheekPuff": ((Feed(ControlName("puffed", "property")),),),
            "mouthClose": ((Feed(ControlName("shut")),),),
        },
    )
    names = {
        "shape_key": ["Face.Shut"],
        "bone": ["rig-chin", "neck"],
        "property": ["Puffed", "Face.unknown"],
    }
    rig_map = NameIndex([mixed]).best_map(names)
    assert rig_map.feeds == {
        "jawOpen": (Feed(ControlName("rig-chin", "bone", "rotation_x")),),
        "mouthClose": (Feed(ControlName("Face.Shut")),),
        "cheekPuff": (Feed(ControlName("Puffed", "property")),),
    }
