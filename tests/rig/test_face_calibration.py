# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faces are measured for gains, and which of their channels have one."""

import bpy
import pytest
from key_sizes import scale_keys

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_calibration import (
    as_measured,
    gains_on,
    wants_calibration,
    why_not_calibrated,
)
from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.rig.recognised_keys import RecognisedChannel, keep_recognised, record_of

pytestmark = pytest.mark.usefixtures("registered")

MOUTH = MIX_GROUPS["MOUTH"]

HALF_AGAIN = pytest.approx(2 / 1.3, abs=0.001)
"""Gain of a channel that goes half as far as the least that is known, to 1.3 times less than it."""


@pytest.fixture
def android(empty_scene):
    """Return the skin of EmoteBot's own head, whose mouth goes half as far."""
    root = add_character(empty_scene)
    bpy.context.view_layer.update()
    scale_keys(MOUTH, 0.5)
    return bpy.data.objects[f"{root.name} head"]


def measured(obj) -> dict[str, float]:
    face, _ = as_measured(find_face(obj, bpy.context.scene))
    return gains_on(face)


def test_the_reference_head_has_no_gain(reference_head):
    face, done = as_measured(find_face(None, reference_head))
    assert (gains_on(face), done) == ({}, None)
    assert not wants_calibration(face), "it was measured"


def test_a_faint_reference_head_has_gains_on_both_keys_of_a_channel(reference_head):
    scale_keys(["browInnerUp_L", "browInnerUp_R"], 0.3)
    face, _ = as_measured(find_face(None, reference_head))
    assert gains_on(face) == {"browInnerUp": 2.0}
    assert [feed.full for feed in face.maps[0].feeds["browInnerUp"]] == [2.0, 2.0]


def test_a_face_has_its_gains_on_all_of_its_meshes(android):
    face, _ = as_measured(find_face(android, bpy.context.scene))
    fulls = {
        rig_map.feeds["jawOpen"][0].full for rig_map in face.maps if "jawOpen" in rig_map.feeds
    }
    assert list(fulls) == [HALF_AGAIN]


def test_sides_that_differ_clearly_have_no_gain(android):
    scale_keys(["mouthSmileLeft"], 0.5)
    gains = measured(android)
    assert gains.keys() & {"mouthSmileLeft", "mouthSmileRight"} == set()
    assert "mouthFrownLeft" in gains


def test_a_key_that_is_not_what_it_is_called_has_no_gain(android):
    scale_keys(["mouthFrownLeft", "mouthFrownRight"], -1)
    gains = measured(android)
    assert gains.keys() & {"mouthFrownLeft", "mouthFrownRight"} == set()
    assert "mouthSmileLeft" in gains


def test_a_key_of_several_channels_has_no_gain(android):
    for obj in find_face(android, bpy.context.scene).objects:
        for block in obj.data.shape_keys.key_blocks:
            block.name = block.name.replace("mouthSmileLeft", "Key 1")
            if block.name == "mouthSmileRight":
                block.name = "Key 2"
    both = RecognisedChannel(("Key 1", "Key 2"), 1.0)
    keep_recognised(android, {"mouthSmileLeft": both, "mouthSmileRight": both})
    assert map_of(android).feeds["mouthSmileLeft"] == map_of(android).feeds["mouthSmileRight"]
    gains = measured(android)
    assert gains.keys() & {"mouthSmileLeft", "mouthSmileRight"} == set()
    assert "mouthFrownLeft" in gains


def test_what_stands_in_for_a_channel_has_no_gain(empty_scene, android):
    keys = android.data.shape_keys.key_blocks
    for obj in find_face(android, empty_scene).objects:
        for block in obj.data.shape_keys.key_blocks:
            block.name = {"mouthSmileLeft": "mouthSmile"}.get(block.name, block.name)
    for obj in find_face(android, empty_scene).objects:
        blocks = obj.data.shape_keys.key_blocks
        if "mouthSmileRight" in blocks:
            blocks["mouthSmileRight"].name = "other"
    assert "mouthSmile" in keys
    assert "mouthSmileLeft" in map_of(android).approximated
    assert "mouthSmileLeft" not in measured(android)


def test_a_driven_key_has_no_gain(android):
    for obj in find_face(android, bpy.context.scene).objects:
        block = obj.data.shape_keys.key_blocks.get("mouthFunnel")
        if block is not None:
            block.driver_add("value")
    gains = measured(android)
    assert "mouthFunnel" not in gains
    assert "mouthPucker" in gains


def test_a_face_by_any_axes_is_measured(android):
    gains = measured(android)
    assert len(gains) == 25
    assert gains["mouthSmileLeft"] == gains["mouthSmileRight"]
    assert gains["mouthClose"] == gains["jawOpen"]


def test_a_key_goes_as_far_as_its_vertex_group_lets_it(android):
    group = android.vertex_groups.new(name="Half")
    group.add(range(len(android.data.vertices)), 0.5, "REPLACE")
    for side in ("Left", "Right"):
        android.data.shape_keys.key_blocks[f"mouthSmile{side}"].vertex_group = "Half"
    gains = measured(android)
    assert gains["mouthSmileLeft"] == 2.0, "a quarter of what it was"
    assert gains["mouthPressLeft"] == HALF_AGAIN


def test_a_linked_face_is_not_measured(linked_head):
    head, scene = linked_head
    face = find_face(head, scene)
    assert as_measured(face) == (face, None)
    assert "linked" in str(why_not_calibrated(face))


def test_a_key_that_is_new_is_measured(android):
    for obj in find_face(android, bpy.context.scene).objects:
        block = obj.data.shape_keys.key_blocks.get("mouthSmileLeft")
        if block is not None:
            block.name = "none of it"
    assert "mouthSmileLeft" not in measured(android)
    for obj in find_face(android, bpy.context.scene).objects:
        block = obj.data.shape_keys.key_blocks.get("none of it")
        if block is not None:
            obj.shape_key_add(name="one more", from_mix=False)
            block.name = "mouthSmileLeft"
    assert measured(android)["mouthSmileLeft"] == HALF_AGAIN


def test_gains_of_parts_as_they_were_stored_at_first_are_measured_anew(android):
    android.emotebot_recognition = (
        '{"members": [], "peaks": {}, "channels": {}, "gains": {"MOUTH": 2.0}}'
    )
    assert record_of(android).gains == {}
    assert measured(android)["mouthSmileLeft"] == HALF_AGAIN


@pytest.mark.parametrize("damage", ['"gains": {"no channel": 2}', '"gains": {"jawOpen": -1}'])
def test_damaged_gains_count_for_nothing(android, damage):
    android.emotebot_recognition = (
        f'{{"members": [], "peaks": {{}}, "channels": {{}}, {damage}, "calibration": "measured"}}'
    )
    assert record_of(android).calibration == ""
