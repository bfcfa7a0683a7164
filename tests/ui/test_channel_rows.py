# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels that are corrected in the table, as an artist does it."""

import math

import bpy
import pytest
from interface import curves_of, new_face, value

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.session.channel_rows import ChannelRow, channel_rows
from emotebot_blender.session.shown_channels import shown_rows
from emotebot_blender.ui.channel_fields import fields_of


def moved(obj, channel) -> dict[str, float]:
    """Return the names of what a channel moves of an object, and by how much."""
    return {str(feed.control): feed.full for feed in map_of(obj).feeds.get(channel, ())}


def choose_row(channel: str):
    """Choose a channel in the table; return the fields."""
    fields = fields_of(bpy.context.scene)
    fields.channel_name = channel
    return fields


def make_active(obj, key: str) -> None:
    obj.active_shape_key_index = obj.data.shape_keys.key_blocks.find(key)


@pytest.fixture
def rig(blender):
    """Return an armature that no name fits, with bones of both sides."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name in ("corner_A.L", "corner_A.R", "middle"):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = (0, 0, 0), (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    for bone in rig.pose.bones:
        bone.rotation_mode = "QUATERNION" if bone.name == "middle" else "XYZ"
    return rig


def select(rig, *names: str) -> None:
    for bone in rig.pose.bones:
        chosen = bone if hasattr(bone, "select") else bone.bone
        chosen.select = bone.name in names


def test_the_active_key_is_picked_for_the_channel_that_is_chosen(face):
    choose_row("mouthSmileLeft")
    make_active(face, "cheekPuff")
    assert bpy.ops.emotebot.channel_pick_key() == {"FINISHED"}
    assert moved(face, "mouthSmileLeft") == {"cheekPuff": 1}
    make_active(face, "jawOpen")
    bpy.ops.emotebot.channel_pick_key(add=True, gain=0.5)
    assert moved(face, "mouthSmileLeft") == {"cheekPuff": 1, "jawOpen": 0.5}


def test_a_named_channel_is_corrected_in_a_script(face):
    bpy.ops.emotebot.channel_choose(
        channel="jawOpen", object="Face", control="mouthPucker", gain=0.7
    )
    assert moved(face, "jawOpen") == {"mouthPucker": pytest.approx(0.7)}
    with pytest.raises(RuntimeError, match="There is no channel “smile”"):
        bpy.ops.emotebot.channel_choose(channel="smile", object="Face", control="mouthPucker")
    with pytest.raises(RuntimeError, match="“Face” has no control “lips”"):
        bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="lips")
    with pytest.raises(RuntimeError, match="must be a number other than 0"):
        bpy.ops.emotebot.channel_choose(
            channel="jawOpen", object="Face", control="mouthPucker", gain=0
        )


def test_a_mesh_without_known_names_gets_its_first_channel(blender):
    face = new_face("Blob")
    for index, block in enumerate(face.data.shape_keys.key_blocks):
        block.name = f"Key {index}"
    assert {row.state for row in shown_rows(bpy.context.scene, face)} == {"missing"}
    choose_row("jawOpen")
    make_active(face, "Key 7")
    bpy.ops.emotebot.channel_pick_key()
    assert moved(face, "jawOpen") == {"Key 7": 1}
    assert find_face(face, bpy.context.scene).channels == ("jawOpen",)


def test_what_cannot_be_picked_is_reported(face):
    face.active_shape_key_index = 0
    with pytest.raises(RuntimeError, match="Choose a shape key of “Face” first, other"):
        bpy.ops.emotebot.channel_pick_key()
    with pytest.raises(RuntimeError, match="Pose bones of “Face” as the channel should move them"):
        bpy.ops.emotebot.channel_pick_pose()
    bpy.context.view_layer.objects.active = None
    with pytest.raises(RuntimeError, match="Select a mesh or an armature first"):
        bpy.ops.emotebot.channel_pick_key()


def test_the_pose_of_selected_bones_is_picked_and_taken_back(rig):
    left, right, middle = rig.pose.bones
    left.location = 0.01, 0, -0.02
    left.rotation_euler = 0, 0.3, 0
    middle.rotation_quaternion = math.cos(0.25), math.sin(0.25), 0, 0
    middle.scale = 1, 1.5, 1
    right.location = 5, 5, 5
    select(rig, "corner_A.L", "middle")
    choose_row("mouthSmileLeft")
    bpy.ops.emotebot.channel_pick_pose()
    assert moved(rig, "mouthSmileLeft") == pytest.approx(
        {
            "corner_A.L location_x": 0.01,
            "corner_A.L location_z": -0.02,
            "corner_A.L rotation_y": 0.3,
            "middle rotation_x": 0.5,
            "middle scale_y": 0.5,
        }
    )
    assert (*left.location, *left.rotation_euler, *middle.scale) == (0, 0, 0, 0, 0, 0, 1, 1, 1)
    assert tuple(right.location) == (5, 5, 5)


def test_a_picked_pose_is_what_the_channel_shows(rig):
    import numpy as np

    from emotebot_blender.core.channels import INDEX
    from emotebot_blender.rig.pose import apply_weights

    middle = rig.pose.bones["middle"]
    middle.rotation_quaternion = -0.8, -0.36, -0.48, 0.0
    bpy.context.view_layer.update()
    posed = middle.matrix.copy()
    select(rig, "middle")
    bpy.ops.emotebot.channel_pick_pose(channel="jawOpen")
    bpy.context.view_layer.update()
    assert np.abs(np.array(middle.matrix) - np.array(posed)).max() > 0.1
    weights = np.zeros(52)
    weights[INDEX["jawOpen"]] = 1
    apply_weights(find_face(rig, bpy.context.scene), weights)
    bpy.context.view_layer.update()
    np.testing.assert_allclose(np.array(middle.matrix), np.array(posed), atol=1e-5)


def test_bones_are_mirrored(rig):
    left = rig.pose.bones["corner_A.L"]
    left.location = 0.01, 0.02, -0.02
    left.rotation_euler = 0.1, 0.3, 0.2
    select(rig, "corner_A.L")
    bpy.ops.emotebot.channel_pick_pose(channel="mouthSmileLeft", keep_pose=True)
    assert left.location[0] == pytest.approx(0.01)
    bpy.ops.emotebot.channel_mirror(channel="mouthSmileLeft")
    assert moved(rig, "mouthSmileRight") == pytest.approx(
        {
            "corner_A.R location_x": -0.01,
            "corner_A.R location_y": 0.02,
            "corner_A.R location_z": -0.02,
            "corner_A.R rotation_x": 0.1,
            "corner_A.R rotation_y": -0.3,
            "corner_A.R rotation_z": -0.2,
        }
    )


def test_shape_keys_are_mirrored(face):
    bpy.ops.emotebot.channel_choose(
        channel="mouthSmileLeft", object="Face", control="mouthDimpleLeft", gain=0.6
    )
    bpy.ops.emotebot.channel_mirror(channel="mouthSmileLeft")
    assert moved(face, "mouthSmileRight") == {"mouthDimpleRight": pytest.approx(0.6)}


def test_what_cannot_be_mirrored_is_reported_and_changes_nothing(face):
    bpy.ops.emotebot.channel_choose(channel="jawLeft", object="Face", control="jawOpen")
    before = face.emotebot_map
    for channel, problem in (
        ("jawOpen", "“jawOpen” has no other side"),
        ("happiness", "“happiness” has no other side"),
        ("jawLeft", "“jawOpen” names no side"),
    ):
        with pytest.raises(RuntimeError, match=problem):
            bpy.ops.emotebot.channel_mirror(channel=channel)
    assert face.emotebot_map == before


def test_a_control_is_removed_and_the_channel_reset(face):
    bpy.ops.emotebot.channel_remove(channel="jawOpen", index=0)
    assert moved(face, "jawOpen") == {}
    with pytest.raises(RuntimeError, match=r"“mouthClose” moves 1 control$"):
        bpy.ops.emotebot.channel_remove(channel="mouthClose", index=1)
    with pytest.raises(RuntimeError, match="“jawOpen” moves 0 controls"):
        bpy.ops.emotebot.channel_remove(channel="jawOpen", index=0)
    bpy.ops.emotebot.channel_reset(channel="jawOpen")
    assert moved(face, "jawOpen") == {"jawOpen": 1}
    with pytest.raises(RuntimeError, match="“jawOpen” was not corrected"):
        bpy.ops.emotebot.channel_reset(channel="jawOpen")


def test_all_corrections_are_cleared(face):
    for channel in CHANNELS[:3]:
        bpy.ops.emotebot.channel_remove(channel=channel)
    bpy.ops.emotebot.channels_clear()
    assert len(map_of(face).channels) == 52
    with pytest.raises(RuntimeError, match="No channel of the face was corrected"):
        bpy.ops.emotebot.channels_clear()


def test_fields_show_and_set_the_controls_of_the_channel(face):
    fields = choose_row("mouthSmileLeft")
    assert (fields.control_0, fields.gain_0) == ("mouthSmileLeft", 1)
    assert (fields.control_1, fields.gain_1) == ("", 0)
    fields.gain_0 = 1.25
    fields.control_0 = "mouthDimpleLeft"
    assert moved(face, "mouthSmileLeft") == {"mouthDimpleLeft": 1.25}
    fields.gain_0 = 0
    fields.control_0 = "no such key"
    fields.control_0 = ""
    assert (fields.control_0, fields.gain_0) == ("mouthDimpleLeft", 1.25)
    choose_row("jawOpen")
    assert fields.control_0 == "jawOpen"


def test_fields_set_the_offset_of_a_control(face):
    fields = choose_row("mouthSmileLeft")
    assert (fields.offset_0, fields.offset_1) == (0, 0)
    fields.offset_0 = -0.125
    fields.gain_0 = 1.25
    fields.control_0 = "mouthDimpleLeft"
    (feed,) = map_of(face).feeds["mouthSmileLeft"]
    assert (feed.control.name, feed.full, feed.offset) == ("mouthDimpleLeft", 1.25, -0.125)
    assert fields.offset_0 == -0.125


def test_a_field_sets_the_axis_of_a_bone(rig):
    bpy.ops.emotebot.channel_choose(
        channel="jawOpen", object="Rig", control="middle", kind="bone", axis="rotation_x", gain=0.5
    )
    fields = choose_row("jawOpen")
    assert fields.axis_0 == "rotation_x"
    fields.axis_0 = "location_z"
    assert moved(rig, "jawOpen") == {"middle location_z": 0.5}
    assert fields.axis_0 == "location_z"


def test_a_picked_pose_is_what_is_seen(rig):
    bone = rig.pose.bones["corner_A.L"]
    bpy.ops.emotebot.channel_choose(
        channel="jawOpen", object="Rig", control="corner_A.L", kind="bone", axis="location_x"
    )
    choose_row("jawOpen")
    bone.location[0] = 0.125
    bpy.context.window_manager.emotebot_preview = 0.5
    bone.location[1] = 0.25
    select(rig, "corner_A.L")
    bpy.ops.emotebot.channel_pick_pose(keep_pose=True)
    assert moved(rig, "jawOpen") == {
        "corner_A.L location_x": 0.5,
        "corner_A.L location_y": 0.25,
    }
    assert tuple(bone.location) == (0.125, 0.25, 0)


def test_fields_of_a_linked_object_set_nothing(face, tmp_path):
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = ["Face"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    bpy.context.view_layer.objects.active = wanted.objects[0]
    wanted.objects[0].active_shape_key_index = 3
    choose_row("jawOpen").gain_0 = 2
    assert fields_of(bpy.context.scene).gain_0 == 1
    with pytest.raises(RuntimeError, match="cannot be corrected: it is linked"):
        bpy.ops.emotebot.channel_pick_key()
    with pytest.raises(RuntimeError, match="cannot be corrected: it is linked"):
        bpy.ops.emotebot.channel_remove(channel="jawOpen")


def test_corrections_are_undone(face):
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="cheekPuff")
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert moved(bpy.data.objects["Face"], "jawOpen") == {"jawOpen": 1}
    bpy.ops.ed.redo()
    assert moved(bpy.data.objects["Face"], "jawOpen") == {"cheekPuff": 1}


def test_the_layer_follows_a_correction(face):
    bpy.ops.emotebot.beat_add(words="surprised", start=0)
    bpy.context.scene.frame_set(60)
    opened = value(face, "jawOpen")
    assert opened > 0.1
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="tongueOut")
    bpy.context.scene.frame_set(61)
    bpy.context.scene.frame_set(60)
    assert value(face, "tongueOut") == pytest.approx(opened, abs=0.02)
    face.data.shape_keys.key_blocks["jawOpen"].value = 0
    bpy.context.scene.frame_set(61)
    assert value(face, "jawOpen") == 0, "nothing animates it any more"


@pytest.mark.parametrize("is_baked", [False, True])
def test_an_offset_is_performed_and_cleared(face, is_baked):
    bpy.ops.emotebot.beat_add(words="surprised", start=0)
    bpy.context.scene.frame_set(60)
    opened = value(face, "jawOpen")
    bpy.ops.emotebot.clear()
    bpy.context.scene.frame_set(61)
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.3
    bpy.ops.emotebot.channel_choose(
        channel="jawOpen", object="Face", control="jawOpen", offset=0.25
    )
    bpy.ops.emotebot.perform_sequence()
    if is_baked:
        bpy.ops.emotebot.bake()
    bpy.context.scene.frame_set(60)
    assert value(face, "jawOpen") == pytest.approx(opened + 0.25, abs=0.02)
    bpy.ops.emotebot.clear()
    bpy.context.scene.frame_set(61)
    assert value(face, "jawOpen") == pytest.approx(0.3)


def test_a_bake_follows_a_correction(face):
    bpy.ops.emotebot.beat_add(words="surprised", start=0)
    bpy.ops.emotebot.bake()
    bpy.context.scene.frame_set(60)
    opened = value(face, "jawOpen")
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="tongueOut")
    bpy.ops.emotebot.clear(layers=False)
    bpy.ops.emotebot.perform_sequence()
    bpy.ops.emotebot.bake()
    bpy.context.scene.frame_set(60)
    assert value(face, "tongueOut") == pytest.approx(opened, abs=0.02)
    animated = curves_of(face.data.shape_keys.animation_data.action)
    assert not [curve for curve in animated if "jawOpen" in curve.data_path]


def test_a_shown_feeling_is_put_back_before_its_controls_change(face):
    bpy.ops.emotebot.pose(words="surprised")
    assert value(face, "jawOpen") > 0
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="tongueOut")
    assert value(face, "jawOpen") == 0
    assert not face.emotebot.shown_pose


def test_the_table_has_what_is_shown(face):
    bpy.ops.emotebot.channel_remove(channel="jawOpen")
    rows = shown_rows(bpy.context.scene, face)
    assert [row.name for row in rows if row.is_in("MISSING")] == ["jawOpen"]
    assert [row.name for row in rows if row.is_in("CORRECTED")] == ["jawOpen"]
    assert [row.name for row in rows if row.is_in("TO_CHECK")] == []
    assert len([row for row in rows if row.is_in("ALL")]) == 68


def test_a_channel_is_in_the_best_state_that_it_has_on_any_object(face, add_face):
    other = add_face("Lashes")
    other.parent = face
    keys = other.data.shape_keys.key_blocks
    for key in [key for key in keys if key.name.startswith("jaw")]:
        other.shape_key_remove(key)
    keys["tongueOut"].name = "JAWOPEN"
    keys["mouthClose"].name = "jaw_open"  # either could be it: doubtful there
    assert "jawOpen" in map_of(other).doubtful
    assert "jawOpen" in map_of(face).feeds
    row = next(row for row in channel_rows((face, other)) if row.name == "jawOpen")
    assert (row.state, row.doubt) == ("covered", None)
    row = next(row for row in channel_rows((other,)) if row.name == "jawOpen")
    assert (row.state, row.doubt) == ("missing", map_of(other).doubtful["jawOpen"])


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [("covered", False), ("approximated", True), ("doubtful", True), ("missing", False)],
)
def test_what_is_not_sure_is_to_be_checked(state, is_shown):
    assert ChannelRow("jawOpen", state, (), ()).is_in("TO_CHECK") == is_shown
