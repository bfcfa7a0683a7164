# SPDX-License-Identifier: GPL-3.0-or-later
"""The armature of the built-in head: what each bone carries, and where the eyes look."""

import math

import bpy
import numpy as np
import pytest
from bone_posing import aim_at, part, posed, sights, turn
from mathutils import Vector

from emotebot_blender.character.armature import gaze_reach
from emotebot_blender.character.character import add_character
from emotebot_blender.render.framing import frame_face
from emotebot_blender.render.studio import portrait
from emotebot_blender.rig.face import find_face

BONES = {
    *("root", "neck", "head", "jaw", "antenna"),
    *("eye.L", "eye.R", "gaze", "gaze.L", "gaze.R"),
}
MILLIMETRE = 0.001


def test_the_bones_and_what_hangs_on_them(root):
    assert root.type == "ARMATURE"
    assert set(root.data.bones.keys()) == BONES
    for obj in root.children:
        kinds = [modifier.type for modifier in obj.modifiers]
        assert kinds in (["ARMATURE", "SUBSURF"], ["ARMATURE"])
        assert obj.modifiers[0].object == root
        assert obj.parent == root


def test_every_bone_is_in_a_collection_and_has_a_shape(root):
    listed = {bone.name for group in root.data.collections for bone in group.bones}
    assert listed == BONES
    assert all(bone.custom_shape for bone in root.pose.bones)


def test_left_and_right_bones_mirror_exactly(root):
    bones = root.data.bones
    for name in ("eye", "gaze"):
        for end in ("head_local", "tail_local"):
            left = getattr(bones[f"{name}.L"], end)
            right = getattr(bones[f"{name}.R"], end)
            assert tuple(right) == (-left.x, left.y, left.z)
    assert all(bones[name].head_local.x == 0 for name in ("root", "neck", "head", "jaw", "gaze"))


def weights(obj) -> np.ndarray:
    """Weights by vertex and group, shape (vertices, groups)."""
    result = np.zeros((len(obj.data.vertices), len(obj.vertex_groups)))
    for vertex in obj.data.vertices:
        for membership in vertex.groups:
            result[vertex.index, membership.group] = membership.weight
    return result


def test_every_vertex_hangs_on_bones_by_one_in_all(root):
    for obj in root.children:
        assert {group.name for group in obj.vertex_groups} <= BONES
        shares = weights(obj)
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
        assert shares.min() >= 0


def test_weights_mirror_exactly(root):
    skin = part(root, "head")
    shares = weights(skin)
    by_position = {
        tuple(vertex.co): row for vertex, row in zip(skin.data.vertices, shares, strict=True)
    }
    for (x, y, z), row in by_position.items():
        np.testing.assert_array_equal(row, by_position[(-x if x else 0.0, y, z)])


def test_the_jaw_opens_around_its_own_x_axis(root):
    before = {name: posed(root, name) for name in ("head", "teeth upper", "teeth lower", "hood")}
    turn(root, "jaw", 0)
    after = {name: posed(root, name) for name in before}
    fall = (after["head"] - before["head"])[:, 2]
    assert fall.min() < -15 * MILLIMETRE
    assert fall.max() < 1 * MILLIMETRE
    for name in ("teeth upper", "hood"):
        np.testing.assert_allclose(after[name], before[name], atol=1e-6)
    front = before["teeth lower"][:, 1].argmin()
    assert (after["teeth lower"] - before["teeth lower"])[front, 2] < -10 * MILLIMETRE


def test_the_head_turns_on_a_neck_that_stays_in_the_bust(root):
    names = ("head", "bust", "hood", "ears", "eye left", "brows", "teeth lower", "tongue")
    before = {name: posed(root, name) for name in names}
    turn(root, "head", 1, math.radians(40))
    after = {name: posed(root, name) for name in names}
    np.testing.assert_allclose(after["bust"], before["bust"], atol=1e-6)
    foot = before["head"][:, 2] < before["head"][:, 2].min() + 10 * MILLIMETRE
    np.testing.assert_allclose(after["head"][foot], before["head"][foot], atol=1e-6)
    for name in set(names) - {"bust", "head"}:
        assert np.linalg.norm(after[name] - before[name], axis=1).max() > 20 * MILLIMETRE
    nose, turned_nose = (
        points["head"][before["head"][:, 1].argmin()] for points in (before, after)
    )
    assert turned_nose[0] - nose[0] > 30 * MILLIMETRE  # a turn to the character's left


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_an_eye_turns_around_its_own_centre(root, side, sign):
    bone = f"eye.{side[0].upper()}"
    centre = np.array(root.data.bones[bone].head_local)
    before = posed(root, f"eye {side}")
    turn(root, bone, 0, math.radians(10))
    after = posed(root, f"eye {side}")
    np.testing.assert_allclose(
        np.linalg.norm(after - centre, axis=1), np.linalg.norm(before - centre, axis=1), atol=1e-6
    )
    pupil = before[:, 1].argmin()
    assert centre[0] * sign > 0
    assert (after - before)[pupil, 2] > 2 * MILLIMETRE


@pytest.mark.parametrize(
    "position", [(0.0, -0.6, 0.2), (0.15, -0.5, 0.12), (-0.1, -0.4, 0.22), (0.0, -2.0, 0.0)]
)
def test_aimed_eyes_look_at_the_gaze_bones(root, position):
    aim_at(root, position)
    for side, sight in sights(root).items():
        to_target = root.pose.bones[f"gaze.{side}"].head - root.pose.bones[f"eye.{side}"].head
        assert sight.angle(to_target) < math.radians(0.5)


def test_half_an_aim_is_half_the_way(root):
    angles = []
    for amount in (0.0, 0.5, 1.0):
        aim_at(root, (0.15, -0.45, 0.17), amount)
        angles.append(sights(root)["L"].angle(Vector((0, -1, 0))))
    assert angles[0] == pytest.approx(0, abs=1e-4)
    assert angles[1] == pytest.approx(angles[2] / 2, rel=0.05)


@pytest.mark.parametrize("position", [(0.1, 2.0, 0.2), (3.0, 0.3, 0.2), (0.0, -0.05, 3.0)])
def test_eyes_never_turn_inside_out(root, position):
    aim_at(root, position)
    furthest = max(map(gaze_reach, ("Up", "Down", "In", "Out")))
    for sight in sights(root).values():
        assert sight.angle(Vector((0, -1, 0))) < furthest * 1.5


def test_a_gaze_scaled_down_brings_the_lines_of_sight_together(root):
    aim_at(root, (0.0, -0.3, 0.17))
    apart = sights(root)["L"].angle(sights(root)["R"])
    root.pose.bones["gaze"].scale = (0.001,) * 3
    bpy.context.view_layer.update()
    assert sights(root)["L"].angle(sights(root)["R"]) > apart + math.radians(5)


def test_modes_selections_and_other_scenes_are_left_alone(empty_scene):
    mesh = bpy.data.meshes.new("Triangle")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    triangle = bpy.data.objects.new("Triangle", mesh)
    empty_scene.collection.objects.link(triangle)
    bpy.context.view_layer.objects.active = triangle
    triangle.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    scenes = set(bpy.data.scenes)
    other = bpy.data.scenes.new("Other")
    root = add_character(other)
    assert triangle.mode == "EDIT"
    assert bpy.context.view_layer.objects.active == triangle
    assert bpy.context.selected_objects == [triangle]
    assert bpy.context.scene == empty_scene
    assert set(bpy.data.scenes) == {*scenes, other}
    assert root.name in other.objects
    assert root.name not in empty_scene.objects
    assert root.mode == "OBJECT"


def framing(root):
    scene = bpy.context.scene
    return frame_face(find_face(root, scene), bpy.context.view_layer)


@pytest.mark.parametrize("degrees", [-60, 40])
def test_a_portrait_goes_round_with_the_head(root, degrees):
    straight = framing(root)
    turn(root, "head", 1, math.radians(degrees))
    turned = framing(root)
    assert straight.forward.angle(Vector((0, -1, 0))) == pytest.approx(0, abs=1e-3)
    assert math.degrees(turned.forward.angle(Vector((0, -1, 0)))) == pytest.approx(
        abs(degrees), abs=12
    )
    assert turned.forward.x * degrees > 0
    assert turned.height == pytest.approx(straight.height, rel=0.1)


@pytest.mark.parametrize("hide", ["hide_viewport", "hide_render", "hide_set"])
def test_a_hidden_armature_still_poses(root, hide):
    root.hide_set(True) if hide == "hide_set" else setattr(root, hide, True)
    scene = bpy.context.scene
    for axis, degrees in ((1, 40), (0, 0)):
        turn(root, "head", axis, math.radians(degrees))
    shown = framing(root)
    with portrait(find_face(root, scene), scene, 16, 20) as studio:
        seen = frame_face(find_face(root, studio), studio.view_layers[0])
        assert (seen.centre - shown.centre).length < 5 * MILLIMETRE
    assert shown.forward.x > 0.4
