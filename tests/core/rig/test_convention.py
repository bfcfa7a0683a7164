# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, mirrored_name
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import FOLDER, RigMap, conventions, guess, read_convention

FILES = sorted(FOLDER.glob("*.json"))


def names_of(convention: str, shared) -> list[str]:
    return json.loads((shared / "names" / convention).read_text(encoding="utf-8"))["names"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryConvention:
    def test_mirrors(self, path):
        controls = read_convention(path).controls
        assert {mirrored_name(channel) for channel in controls} == set(controls)
        for channel, pairs in controls.items():
            gains = sorted(gain for _, gain in pairs)
            assert gains == sorted(gain for _, gain in controls[mirrored_name(channel)])

    def test_is_guessed_from_its_own_names(self, path):
        convention = read_convention(path)
        assert guess(convention.sources()) == convention

    def test_names_differ_by_more_than_separators(self, path):
        controls = read_convention(path).sources()
        plain = {"".join(filter(str.isalnum, name)).casefold() for name in controls}
        assert len(plain) == len(controls)

    def test_says_where_it_was_read(self, path):
        assert json.loads(path.read_text(encoding="utf-8"))["source"]


def test_arkit_covers_all_channels_under_their_own_names(shared):
    found = guess(names_of("arkit52.json", shared))
    assert found.convention == "ARKit"
    assert found.controls == {name: ((name, 1.0),) for name in CHANNELS}


def test_ict_splits_two_channels_and_has_no_tongue(shared):
    names = names_of("ict_facekit.json", shared)
    found = guess(names)
    assert found.convention == "ICT FaceKit"
    assert set(found.sources()) == set(names)
    assert set(CHANNELS) - set(found.channels) == {"tongueOut"}
    assert found.controls["browInnerUp"] == (("browInnerUp_L", 1.0), ("browInnerUp_R", 1.0))
    assert found.controls["cheekPuff"] == (("cheekPuff_L", 1.0), ("cheekPuff_R", 1.0))
    assert found.controls["mouthSmileRight"] == (("mouthSmile_R", 1.0),)


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
    assert guess([name, "Smile", "vrc.v_aa"]).controls == {channel: ((name, 1.0),)}


@pytest.mark.parametrize(
    "names", [[], ["Smile", "aa"], ["jawOpener"], ["myjawOpen"], ["jawOpen.001"], ["open"], ["_."]]
)
def test_nothing_fits(names):
    found = guess(names)
    assert not found.controls
    assert found.convention == ""


def test_exact_spelling_decides_between_twins():
    assert guess(["JAWOPEN", "jawOpen"]).controls["jawOpen"] == (("jawOpen", 1.0),)


def test_twins_without_exact_spelling_are_left_alone():
    assert guess(["JawOpen", "jaw_open", "mouthClose"]).channels == ("mouthClose",)


def test_only_one_prefix_counts():
    found = guess(["old_jawOpen", "new_jawOpen", "new_mouthClose"])
    assert found.sources() == {
        "new_jawOpen": (("jawOpen", 1.0),),
        "new_mouthClose": (("mouthClose", 1.0),),
    }


def test_half_of_a_split_channel_is_enough():
    assert guess(["cheekPuff_L"]).controls == {"cheekPuff": (("cheekPuff_L", 1.0),)}


@given(st.sets(st.sampled_from(CHANNELS)), st.sampled_from(["", "Head.", "a_b-"]))
def test_covers_exactly_what_is_there(channels, prefix):
    assert set(guess(prefix + name for name in channels).channels) == channels


def test_sources_add_up_what_shares_a_control():
    shared_smile = RigMap("x", {"mouthSmileRight": (("S", 0.5),), "mouthSmileLeft": (("S", 0.25),)})
    assert shared_smile.channels == ("mouthSmileLeft", "mouthSmileRight")
    assert shared_smile.sources() == {"S": (("mouthSmileLeft", 0.25), ("mouthSmileRight", 0.5))}


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"smile": (("a", 1.0),)}, "not one of the 52"),
        ({"jawOpen": ()}, "has no control"),
        ({"jawOpen": (("a", 0.0),)}, "gain of “a”"),
        ({"jawOpen": (("a", float("nan")),)}, "gain of “a”"),
    ],
)
def test_a_map_that_makes_no_sense(controls, message):
    with pytest.raises(EmoteBotError, match=message):
        RigMap("x", controls)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"name": "x", "controls": {"jawOpen": "a"}}'])
def test_a_file_that_is_no_convention(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EmoteBotError, match=r"broken\.json is not a naming convention"):
        read_convention(path)


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(EmoteBotError, match="cannot be read"):
        read_convention(tmp_path / "none.json")


def test_every_file_is_a_convention_with_a_name_of_its_own():
    assert len({convention.convention for convention in conventions()}) == len(FILES) >= 2
