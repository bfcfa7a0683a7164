# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that look at objects, cameras and each other while they perform."""

import bpy
import numpy as np
import pytest
from bpy.types import Object
from mathutils import Vector

from emotebot_blender.session.gaze import why_unseen

SCRIPT = "0 neutral\n1 sad\n3 happy"
FRAMES = range(12, 100, 3)


@pytest.fixture
def robot(blender) -> Object:
    """Return the head of EmoteBot's own character, which looks along -Y; it is active."""
    return add_robot("EmoteBot")


def add_robot(name: str) -> Object:
    bpy.ops.emotebot.add_character(name=name)
    return bpy.data.objects[f"{name} head"]


def add_target(*location: float) -> Object:
    target = bpy.data.objects.new("Ball", None)
    bpy.context.scene.collection.objects.link(target)
    target.location = location
    return target


def add_camera(name: str, *location: float) -> Object:
    camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    bpy.context.scene.collection.objects.link(camera)
    camera.location = location
    return camera


def perform(**options) -> None:
    bpy.ops.emotebot.perform(script=SCRIPT, keying="DENSE", **options)


def keys_of(head: Object) -> dict[str, float]:
    meshes = [obj for obj in bpy.data.objects if obj.type == "MESH" and obj.data.shape_keys]
    own = [obj for obj in meshes if obj.parent == head.parent]
    return {block.name: block.value for obj in own for block in obj.data.shape_keys.key_blocks}


def missed(head: Object, target: "Object | None", frames=FRAMES) -> np.ndarray:
    """Return the degrees by which the eyes are beside a target, to the left and up, on frames.

    Both as they are in Blender: where the head bone has the middle of the two bones of the eyes,
    and where that looks by the weights of the channels.
    """
    rig, scene, rows = head.parent, bpy.context.scene, []
    middle = (rig.data.bones["eye.L"].head_local + rig.data.bones["eye.R"].head_local) / 2
    bone = rig.pose.bones["head"]
    for frame in frames:
        scene.frame_set(frame)
        keys = keys_of(head)
        yaw = keys["eyeLookOutLeft"] - keys["eyeLookInLeft"]
        up = keys["eyeLookUpLeft"] - keys["eyeLookDownLeft"]
        moved = rig.matrix_world @ bone.matrix @ bone.bone.matrix_local.inverted()
        at = (target or scene.camera).matrix_world.translation
        seen = moved.inverted() @ at - middle
        angles = np.degrees(
            (np.arctan2(seen.x, -seen.y), np.arctan2(seen.z, np.hypot(seen.x, seen.y)))
        )
        rows.append((30 * yaw - angles[0], 30 * up - angles[1]))
    return np.array(rows)


def share_on_target(rows: np.ndarray) -> float:
    return float((np.abs(rows).max(axis=1) < 1.5).mean())


def turned(head: Object, frames=FRAMES) -> np.ndarray:
    """Return the rotation of the head bone on frames, Euler angles in degrees."""
    bone, rows = head.parent.pose.bones["head"], []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        matrix = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
        rows.append(np.degrees(matrix.to_euler()))
    return np.array(rows)


def test_eyes_stay_on_an_object_while_the_head_turns(robot):
    target = add_target(0.3, -1.0, 0.3)
    perform(look_at="Ball")
    assert np.ptp(turned(robot), axis=0).max() > 3
    assert share_on_target(missed(robot, target)) > 0.6
    assert np.abs(np.median(missed(robot, target), axis=0)).max() < 1


def test_eyes_follow_an_object_that_moves_before_a_head_that_the_artist_turns(robot):
    target = add_target(-0.3, -1.0, 0.3)
    target.keyframe_insert("location", frame=1)
    target.location.x = 0.4
    target.keyframe_insert("location", frame=80)
    bone = robot.parent.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    for frame, turn in ((1, 0.0), (40, 0.2), (90, -0.1)):
        bone.rotation_euler.y = turn
        bone.keyframe_insert("rotation_euler", frame=frame)
    robot.parent.location.x = 0.2
    perform(look_at="Ball")
    assert np.ptp(turned(robot)[:, 2]) > 5
    assert share_on_target(missed(robot, target)) > 0.6


def test_what_is_performed_again_is_the_same(robot):
    add_target(0.8, -1.0, 0.3)
    perform(look_at="Ball")
    first = turned(robot)
    bpy.ops.emotebot.perform_sequence()
    np.testing.assert_array_equal(turned(robot), first)


def test_nothing_is_left_behind(robot):
    add_target(0.8, -1.0, 0.3)

    def everything() -> list[list[str]]:
        data = bpy.data
        return [list(part.keys()) for part in (data.objects, data.scenes, data.armatures)]

    before, frame = everything(), bpy.context.scene.frame_current
    perform(look_at="Ball")
    assert everything() == before
    assert bpy.context.scene.frame_current == frame
    actions = len(bpy.data.actions)
    bpy.ops.emotebot.perform_sequence()
    assert len(bpy.data.actions) == actions


def test_the_head_goes_along_to_what_is_far_aside_and_not_where_it_stays(robot):
    target = add_target(1.0, -1.0, 0.2)  # 45 degrees to the left
    perform()
    before = turned(robot)[:, 2].mean()
    perform(look_at="Ball")
    assert turned(robot)[:, 2].mean() - before == pytest.approx(0.75 * 30, abs=2)
    assert share_on_target(missed(robot, target)) > 0.6
    perform(look_at="Ball", head=0.0)
    np.testing.assert_allclose(turned(robot), 0, atol=1e-4)
    assert np.median(missed(robot, target), axis=0)[0] == pytest.approx(30 - 45, abs=2)


def test_the_camera_of_the_scene_is_looked_at_and_markers_switch_it(robot):
    scene = bpy.context.scene
    one, two = add_camera("One", 0.2, -1.0, 0.2), add_camera("Two", -0.2, -1.0, 0.2)
    scene.camera = one
    perform(look_at="CAMERA")
    assert share_on_target(missed(robot, one)) > 0.6
    for name, frame, camera in (("a", 1, one), ("b", 50, two)):
        scene.timeline_markers.new(name, frame=frame).camera = camera
    bpy.ops.emotebot.perform_sequence()
    assert share_on_target(missed(robot, one, range(12, 50, 2))) > 0.6
    assert share_on_target(missed(robot, two, range(56, 100, 2))) > 0.6


def test_a_character_is_looked_at_in_the_eyes(robot):
    other = add_robot("Friend")
    other.parent.location = (0.1, -1.0, 0.1)
    bpy.context.view_layer.objects.active = robot
    between = add_target(0, 0, 0)
    bones = other.parent.data.bones
    middle = (bones["eye.L"].head_local + bones["eye.R"].head_local) / 2
    between.location = other.parent.location + Vector(middle)
    for name in ("Friend head", "Friend"):
        perform(look_at=name)
        assert share_on_target(missed(robot, between)) > 0.6


def test_a_head_of_a_mesh_alone_looks_too(blender, reference_head):
    head = next(obj for obj in reference_head.objects if obj.type == "MESH")
    bpy.context.view_layer.objects.active = head
    add_target(0.1, -1.0, 0.2)
    perform(look_at="Ball")
    keys, rows = head.data.shape_keys.key_blocks, []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        out, into, up, down = (
            keys[f"eyeLook{name}_L"].value for name in ("Out", "In", "Up", "Down")
        )
        rows.append((30 * (out - into), 30 * (up - down)))
    # eyes at (0, -0.09, 0.03)
    wanted = np.degrees((np.arctan2(0.1, 0.91), np.arctan2(0.17, np.hypot(0.1, 0.91))))
    np.testing.assert_allclose(np.median(rows, axis=0), wanted, atol=2)


def test_without_a_target_all_is_as_it_was(robot):
    def played() -> list[dict[str, float]]:
        return [(bpy.context.scene.frame_set(frame), keys_of(robot))[1] for frame in FRAMES]

    perform()
    before = played()
    add_target(0.3, -1.0, 0.3)
    perform(look_at="Ball")
    assert played() != before
    perform(look_at="")
    assert played() == before


def test_a_sequence_follows_what_is_chosen(robot):
    perform()
    target = add_target(0.3, -1.0, 0.3)
    robot.emotebot.look_at = target
    assert share_on_target(missed(robot, target)) > 0.6
    robot.emotebot.look_at = None
    assert share_on_target(missed(robot, target)) < 0.3


def test_an_object_that_is_deleted_is_looked_at_no_more(robot):
    target = add_target(0.3, -1.0, 0.3)
    perform(look_at="Ball")
    bpy.context.scene.collection.objects.unlink(target)
    assert "“Ball” is not in the scene" in str(why_unseen(robot.emotebot, bpy.context.scene))
    assert bpy.ops.emotebot.perform_sequence() == {"FINISHED"}
    bpy.data.objects.remove(target)
    assert robot.emotebot.look_at is None
    assert why_unseen(robot.emotebot, bpy.context.scene) is None
    assert bpy.ops.emotebot.perform_sequence() == {"FINISHED"}


@pytest.mark.parametrize("name", ["EmoteBot", "EmoteBot head", "EmoteBot eye left", "Ball"])
def test_what_is_of_the_face_is_not_looked_at(robot, name):
    add_target(0, 0, 0).parent = robot.parent
    perform()
    robot.emotebot.look_at = bpy.data.objects[name]
    reason = str(why_unseen(robot.emotebot, bpy.context.scene))
    assert f"“{name}” is part of the face or hangs on it" in reason


def test_a_scene_without_a_camera_says_so(robot):
    robot.emotebot.look_at_camera = True
    assert "has no camera" in str(why_unseen(robot.emotebot, bpy.context.scene))
    perform()
    assert share_on_target(missed(robot, add_target(0.4, -1, 0.3))) < 0.3


def test_what_is_out_of_reach_is_reported(robot, capfd):
    add_target(0.0, 1.0, 0.1)
    perform(look_at="Ball")
    assert "“Ball” is out of reach of eyes and head at times, by 1" in capfd.readouterr().out


def test_a_target_of_no_size_and_an_armature_that_is_scaled(robot):
    target = add_target(0.6, -2.0, 0.6)
    target.scale = (0, 0, 0)
    robot.parent.scale = (2, 2, 2)
    perform(look_at="Ball")
    assert share_on_target(missed(robot, target)) > 0.6


def test_a_file_keeps_its_target(robot, tmp_path):
    add_target(0.3, -1.0, 0.3)
    perform(look_at="Ball")
    path = str(tmp_path / "kept.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    robot = bpy.data.objects["EmoteBot head"]
    assert robot.emotebot.look_at == bpy.data.objects["Ball"]
    assert not robot.emotebot.look_at_camera


def test_a_bake_keeps_the_gaze(robot):
    target = add_target(0.3, -1.0, 0.3)
    for _ in range(2):  # what the first one has baked is not taken for the artist's
        perform(look_at="Ball", target="ACTION")
        assert share_on_target(missed(robot, target)) > 0.6
