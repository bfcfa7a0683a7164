# SPDX-License-Identifier: GPL-3.0-or-later
"""Gains that bring a faint or an exaggerated part of a face to what is usual."""

import bpy
import numpy as np
import pytest

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.key_recognition import recognise_shape_keys
from emotebot_blender.rig.map_corrections import correct
from emotebot_blender.rig.object_maps import map_of


@pytest.fixture(autouse=True)
def registered():
    """Register what files remember."""
    from emotebot_blender.session import registration

    registration.register(bpy.context.preferences)
    yield
    registration.unregister()


@pytest.fixture
def android(empty_scene):
    """Return the skin of EmoteBot's own head."""
    root = add_character(empty_scene)
    bpy.context.view_layer.update()
    return bpy.data.objects[f"{root.name} head"]


def scale_mouth(factor):
    """Have the channels of the mouth go so many times as far on all meshes."""
    for key in bpy.data.shape_keys:
        for block in key.key_blocks[1:]:
            if block.name in MIX_GROUPS["MOUTH"]:
                rest, shape = np.empty((2, 3 * len(block.points)), dtype=np.float32)
                block.relative_key.points.foreach_get("co", rest)
                block.points.foreach_get("co", shape)
                block.points.foreach_set("co", rest + factor * (shape - rest))


@pytest.mark.parametrize(("factor", "gain"), [(0.1, 2.0), (4.0, 0.5)])
def test_a_mouth_that_goes_too_far_or_hardly_has_a_gain(android, empty_scene, factor, gain):
    scale_mouth(factor)
    assert recognise_shape_keys(android, empty_scene).gains == {"MOUTH": pytest.approx(gain)}
    feeds = map_of(android).feeds
    assert feeds["mouthSmileLeft"][0].full == pytest.approx(gain)
    assert feeds["browInnerUp"][0].full == 1
    correct(android, {"mouthSmileLeft": [Feed(ControlName("mouthSmileLeft"), 1.2)]})
    assert map_of(android).feeds["mouthSmileLeft"][0].full == 1.2


def test_heads_made_with_care_keep_their_gains(android, empty_scene):
    assert recognise_shape_keys(android, empty_scene).gains == {}
    assert all(feed.full == 1 for own in map_of(android).feeds.values() for feed in own)


def test_the_reference_head_keeps_its_gains(reference_head):
    head = find_face(None, reference_head).objects[0]
    before = map_of(head).feeds
    assert recognise_shape_keys(head, reference_head).gains == {}
    assert map_of(head).feeds == before
