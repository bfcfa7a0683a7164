# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of a live face: it turns, on top of what the artist has, and comes back to the bit."""

import bpy
import numpy as np
import pytest
from bpy.types import Object
from interface import RATE, Clock, value
from live_heads import lower_bone, lowered, neck_degrees, play_sad, rotations, turn
from necked import add_neck

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.session import live
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.ui.shown import face_of

POSED = {"neck": (0.9, 0.1, 0.2, 0.3), "head": (0.75, 0.25, -0.5, 0.125)}
"""Quaternions that are not even normalised: what the artist has set."""


@pytest.fixture
def rig(face):
    """Return the armature of the face that hangs on it; nothing is live any more in the end."""
    yield add_neck(face)
    live.stop()


def pose(rig: Object) -> None:
    for name, rotation in POSED.items():
        rig.pose.bones[name].rotation_quaternion = rotation


def test_sadness_lowers_the_head_and_stopping_raises_it(rig):
    before = rotations(rig)
    play_sad()
    assert turn() > 3
    assert lowered(rig) == pytest.approx(turn(), abs=0.6)  # yaw and roll play a part in it
    live.stop()
    assert rotations(rig) == before


def test_the_built_in_characters_head_turns_and_comes_back(blender):
    bpy.ops.emotebot.add_character()
    rig = face_of(bpy.context).armature
    before = rotations(rig)
    play_sad()
    moved = {name for name, rotation in rotations(rig).items() if rotation != before[name]}
    assert {"neck", "head"} <= moved
    live.stop()
    bpy.context.view_layer.update()
    assert rotations(rig) == before


def test_the_turn_is_added_to_a_pose_that_comes_back_to_the_bit(rig):
    lower_bone(rig, 20)
    play_sad()
    assert lowered(rig) == pytest.approx(20 + turn(), abs=0.6)
    live.stop()
    pose(rig)
    before = rotations(rig)
    play_sad(1.0)
    assert rotations(rig) != before
    live.stop()
    assert rotations(rig) == before


@pytest.mark.parametrize("mode", ["XYZ", "ZXY"])
def test_a_head_of_euler_angles_turns_and_comes_back(rig, mode):
    head = rig.pose.bones["head"]
    head.rotation_mode = mode
    head.rotation_euler = (0.3, -0.2, 0.1)
    before = tuple(head.rotation_euler)
    base = lowered(rig)
    play_sad()
    assert lowered(rig) - base == pytest.approx(turn(), abs=1.5)
    live.stop()
    assert tuple(head.rotation_euler) == before


def test_no_head_leaves_it_alone(rig):
    sequence_of(face_of(bpy.context)).head = 0.0
    pose(rig)
    before = rotations(rig)
    play_sad()
    assert turn() > 3
    assert rotations(rig) == before
    assert not rig.is_property_set("emotebot")


def test_head_and_strength_say_how_far_it_turns(rig):
    sequence_of(face_of(bpy.context)).head = 0.5
    bpy.context.scene.emotebot.strength = 0.5
    play_sad()
    assert lowered(rig) == pytest.approx(turn() / 4, abs=0.3)


def test_the_slider_counts_while_live(rig):
    before = rotations(rig)
    clock = play_sad()
    sequence_of(face_of(bpy.context)).head = 0.0
    clock.play(0.1)
    assert rotations(rig) == before
    sequence_of(face_of(bpy.context)).head = 1.0
    clock.play(0.1)
    assert lowered(rig) == pytest.approx(turn(), abs=0.6)


def test_the_turn_is_added_to_a_keyed_neck_on_every_frame(rig):
    for frame, degrees in ((1, 0), (41, 40)):
        lower_bone(rig, degrees, "neck")
        rig.pose.bones["neck"].keyframe_insert("rotation_quaternion", frame=frame)
    scene = bpy.context.scene
    scene.frame_set(1)
    clock = play_sad()
    for frame in (11, 12, 13, 31, 5):
        scene.frame_set(frame)
        base = neck_degrees(rig, frame)
        for _ in range(5):
            clock.play(1 / RATE)
            assert lowered(rig) == pytest.approx(base + turn(), abs=0.6)
    live.stop()
    bpy.context.view_layer.update()
    assert lowered(rig) == pytest.approx(neck_degrees(rig, 5), abs=1e-3)


def test_a_frame_that_changes_adds_nothing_to_a_head_without_keys(rig):
    lower_bone(rig, 10)
    clock = play_sad()
    for frame in range(2, 30):
        bpy.context.scene.frame_set(frame)
        clock.play(1 / RATE)
    assert lowered(rig) == pytest.approx(10 + turn(), abs=0.6)


def test_blocked_bones_stay(rig):
    rig.pose.bones["neck"].lock_rotation = (True, True, True)
    rig.pose.bones["neck"].lock_rotation_w = True
    before = rotations(rig)
    play_sad()
    assert rotations(rig)["neck"] == before["neck"]
    assert lowered(rig) == pytest.approx(turn(), abs=0.6)  # the head does all of it
    live.stop()
    driver = rig.pose.bones["head"].driver_add("rotation_quaternion", 1)
    driver.driver.expression = "0"
    play_sad()
    assert rotations(rig) == before


def test_a_file_is_saved_with_the_head_of_before(rig, tmp_path):
    pose(rig)
    before = rotations(rig)
    clock = play_sad()
    path = str(tmp_path / "live.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    clock.play(0.1)
    assert rotations(rig) != before
    bpy.ops.wm.open_mainfile(filepath=path)
    assert rotations(bpy.data.objects["Rig"]) == before


def test_a_step_from_the_middle_of_a_performance_is_put_right(rig):
    pose(rig)
    before = rotations(rig)
    play_sad()
    bpy.ops.ed.undo_push(message="in the middle")
    live.stop()
    bpy.data.objects["Rig"].location.x = 1
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert bpy.data.objects["Rig"].location.x == 0
    assert rotations(bpy.data.objects["Rig"]) == before


def test_undo_goes_on_with_the_head_of_before(rig):
    pose(rig)
    before = rotations(rig)
    bpy.ops.ed.undo_push(message="start")
    bpy.data.objects["Rig"].location.x = 1
    bpy.ops.ed.undo_push(message="moved")
    clock = play_sad()
    bpy.ops.ed.undo()
    assert clock.play(0.5) == ""
    assert rotations(bpy.data.objects["Rig"]) != before
    live.stop()
    assert rotations(bpy.data.objects["Rig"]) == before


def set_mode(rig: Object, mode: str) -> None:
    active = bpy.context.view_layer.objects.active
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode=mode)
    bpy.context.view_layer.objects.active = active


@pytest.mark.parametrize("begins_before", [True, False])
def test_an_armature_that_is_edited_keeps_still_and_ends_nothing(rig, begins_before):
    pose(rig)
    before = rotations(rig)
    if begins_before:
        clock = play_sad()
        set_mode(rig, "EDIT")
    else:
        set_mode(rig, "EDIT")
        clock = play_sad()
    shown = rotations(rig)
    assert clock.play(0.5) == ""
    assert rotations(rig) == shown
    set_mode(rig, "OBJECT")
    assert clock.play(0.5) == ""
    assert rotations(rig) != before
    live.stop()
    assert rotations(rig) == before


def test_bones_that_are_renamed_or_removed_end_nothing(rig):
    pose(rig)
    before = rotations(rig)
    clock = play_sad()
    rig.data.bones["head"].name = "Head"
    assert clock.play(0.5) == ""
    assert rotations(rig)["Head"] != before["head"]
    set_mode(rig, "EDIT")
    bpy.context.view_layer.objects.active = rig
    rig.data.edit_bones.remove(rig.data.edit_bones["neck"])
    set_mode(rig, "OBJECT")
    assert clock.play(0.5) == ""
    live.stop()
    assert rotations(rig) == {"Head": before["head"]}


def test_another_rotation_mode_is_followed_and_given_back(rig):
    lower_bone(rig, 15)
    clock = play_sad()
    head = rig.pose.bones["head"]
    head.rotation_mode = "XYZ"
    assert clock.play(0.5) == ""
    assert lowered(rig) == pytest.approx(15 + turn(), abs=0.6)
    live.stop()
    assert head.rotation_euler.x == pytest.approx(np.radians(15))


def test_an_armature_that_has_gone_ends_it(rig):
    clock = play_sad()
    bpy.data.objects.remove(rig)
    assert "has gone" in clock.play(0.5)


def test_keys_that_the_artist_inserts_hold_no_turn(rig):
    lower_bone(rig, 10)
    before = rotations(rig)
    play_sad()
    assert rotations(rig) != before
    live.put_head_back()
    assert rotations(rig) == before
    rig.pose.bones["head"].keyframe_insert("rotation_quaternion")
    live.stop()
    bpy.context.view_layer.update()
    assert rotations(rig) == before


def tick(clock: Clock, is_posed: bool) -> None:
    clock.now += 1 / RATE
    assert live.tick(bpy.context.scene, clock.now, False, is_posed) is None


def test_a_head_that_is_being_posed_waits_and_keeps_its_pose(rig):
    clock = play_sad()
    live.put_head_back()
    lower_bone(rig, 15)
    tick(clock, True)
    assert lowered(rig) == pytest.approx(15, abs=1e-3)
    bpy.context.scene.frame_set(7)
    assert lowered(rig) == pytest.approx(15, abs=1e-3)
    lower_bone(rig, 25)
    live.put_head_back()  # as at the press that ends it
    tick(clock, False)
    assert lowered(rig) == pytest.approx(25 + turn(), abs=0.6)
    live.stop()
    assert lowered(rig) == pytest.approx(25, abs=1e-3)


def test_a_face_without_bones_has_no_head_and_plays(face):
    play_sad(1.0)
    live.put_head_back()
    live.stop()
    assert value(face, "mouthFrownLeft") == 0


def test_no_head_is_put_back_when_none_is_live(blender):
    live.put_head_back()
    with pytest.raises(EmoteBotError):
        live.trigger("sad")
