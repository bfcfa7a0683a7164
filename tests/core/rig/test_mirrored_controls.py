# SPDX-License-Identifier: GPL-3.0-or-later
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.rig.convention import AXES, ControlName, Feed
from emotebot_blender.core.rig.mirrored_controls import mirrored_feed


@given(st.sampled_from(AXES), st.floats(0.1, 1))
def test_twice_mirrored_moves_as_before(axis, full):
    feed = Feed(ControlName("lip.L", "bone", axis), full)
    assert mirrored_feed(mirrored_feed(feed)) == feed


def test_bones_turn_as_blender_pastes_poses_flipped():
    turned = [
        axis for axis in AXES if mirrored_feed(Feed(ControlName("jaw", "bone", axis), 0.1)).full < 0
    ]
    assert turned == ["location_x", "rotation_y", "rotation_z"]


def test_a_slider_of_both_sides_goes_the_other_way():
    jaw = ControlName("jaw", "property")
    slider = Feed(jaw, 0.5, half=True, offset=0.1)
    assert mirrored_feed(slider) == Feed(jaw, -0.5, half=True, offset=-0.1)
    left = Feed(ControlName("smile_l", "property"), 0.5)
    assert mirrored_feed(left) == Feed(ControlName("smile_r", "property"), 0.5)
