# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from emotebot_blender.core.rig.matching import guess


def fed(names: list[str]) -> dict[str, dict[str, float]]:
    return {
        channel: {feed.control.name: feed.full for feed in feeds}
        for channel, feeds in guess(names).feeds.items()
    }


def test_both_halves_are_as_good_as_the_whole():
    rig_map = guess(["browInnerUpLeft", "browInnerUp_R", "jawOpen"])
    assert fed(["browInnerUpLeft", "browInnerUp_R", "jawOpen"]) == {
        "browInnerUp": {"browInnerUpLeft": 1, "browInnerUp_R": 1},
        "jawOpen": {"jawOpen": 1},
    }
    assert not rig_map.approximated


def test_a_whole_is_as_good_as_two_halves_of_one_channel():
    names = ["browDown_L", "browDown_R", "browInnerUp", "cheekPuff_L", "cheekPuff_R", "eyeWide_L"]
    assert fed(names)["browInnerUp"] == {"browInnerUp": 1}


def test_the_sides_share_a_whole():
    names = ["mouthSmile", "jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "eyeBlink"]
    rig_map = guess(names)
    assert fed(names) == {
        "jawOpen": {"jawOpen": 1},
        "eyeBlinkLeft": {"eyeBlinkLeft": 1},
        "eyeBlinkRight": {"eyeBlinkRight": 1},
        "mouthSmileLeft": {"mouthSmile": 0.5},
        "mouthSmileRight": {"mouthSmile": 0.5},
    }
    assert rig_map.approximated == {"mouthSmileLeft", "mouthSmileRight"}


@pytest.mark.parametrize("name", ["jaw", "mouth", "eyeLookIn", "eyeLookOut"])
def test_directions_have_no_whole(name):
    assert set(fed([name, "mouthClose"])) == {"mouthClose"}
