# SPDX-License-Identifier: GPL-3.0-or-later
"""The armature of the built-in head: what each bone carries, and where the eyes look."""

import math

import bpy
import numpy as np
import pytest
from mathutils import Vector

from emotebot_blender.character.armature import GAZE_AIM, gaze_reach
from emotebot_blender.character.character import add_character
from emotebot_blender.character.skin_shapes import CORRECTIVES
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.render.framing import frame_face
from emotebot_blender.render.studio import portrait
from emotebot_blender.rig.face import find_face

BONES = {"root", "neck", "head", "jaw", "eye.L", "eye.R", "gaze", "gaze.L", "gaze.R"}
MILLIMETRE = 0.001
TURN = math.radians(15)


@pytest.fixture
def scene():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


@pytest.fixture
def root(scene):
    return add_character(scene)


@pytest.fixture(scope="module")
def rigged():
    """Return a character that every test leaves as it was."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return add_character(bpy.context.scene)


def part(root, name: str):
    return next(obj for obj in root.children if obj.name == f"{root.name} {name}")


def posed(root, name: str) -> np.ndarray:
    """Return the vertices of a part as evaluated, in the world, metres, shape (n, 3)."""
    graph = bpy.context.evaluated_depsgraph_get()
    obj = part(root, name).evaluated_get(graph)
    flat = np.empty(len(obj.data.vertices) * 3, dtype=np.float32)
    obj.data.vertices.foreach_get("co", flat)
    matrix = np.array(obj.matrix_world)
    return flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def turn(root, bone: str, axis: int, angle: float = TURN) -> None:
    root.pose.bones[bone].rotation_mode = "XYZ"
    root.pose.bones[bone].rotation_euler[axis] = angle
    bpy.context.view_layer.update()


def aim_at(root, position: tuple[float, float, float], amount: float = 1.0) -> None:
    """Move the bone "gaze" to a position in the armature's space and aim the eyes at it."""
    bone = root.pose.bones["gaze"]
    rest = bone.bone.matrix_local
    bone.location = rest.to_3x3().inverted() @ (Vector(position) - rest.translation)
    root[GAZE_AIM] = amount
    root.update_tag()
    bpy.context.view_layer.update()


def moved(root, name: str, change) -> np.ndarray:
    """Return the displacement of each vertex of a part by a change, metres, shape (n, 3)."""
    before = posed(root, name)
    change()
    return posed(root, name) - before


def test_the_bones_and_what_hangs_on_them(root):
    assert root.type == "ARMATURE"
    assert set(root.data.bones.keys()) == BONES
    for obj in root.children:
        kinds = [modifier.type for modifier in obj.modifiers]
        assert kinds == ["ARMATURE", "SUBSURF"]
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
    before = {name: posed(root, name) for name in ("head", "teeth upper", "teeth lower", "shell")}
    turn(root, "jaw", 0)
    after = {name: posed(root, name) for name in before}
    fall = (after["head"] - before["head"])[:, 2]
    assert fall.min() < -15 * MILLIMETRE
    assert fall.max() < 1 * MILLIMETRE
    for name in ("teeth upper", "shell"):
        np.testing.assert_allclose(after[name], before[name], atol=1e-6)
    front = before["teeth lower"][:, 1].argmin()
    assert (after["teeth lower"] - before["teeth lower"])[front, 2] < -10 * MILLIMETRE


def test_the_head_turns_on_a_neck_that_stays_in_its_collar(root):
    names = ("head", "collar", "shell", "ears", "eye left", "brows", "teeth lower", "tongue")
    before = {name: posed(root, name) for name in names}
    turn(root, "head", 1, math.radians(40))
    after = {name: posed(root, name) for name in names}
    np.testing.assert_allclose(after["collar"], before["collar"], atol=1e-6)
    foot = before["head"][:, 2] < before["head"][:, 2].min() + 10 * MILLIMETRE
    np.testing.assert_allclose(after["head"][foot], before["head"][foot], atol=1e-6)
    for name in set(names) - {"collar", "head"}:
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


def sights(root) -> dict[str, Vector]:
    """Unit vectors along which the eyes look, by side."""
    return {
        side: (root.pose.bones[f"eye.{side}"].matrix.to_3x3() @ Vector((0, 1, 0))) for side in "LR"
    }


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


@pytest.mark.parametrize("direction", ["Up", "Down", "In", "Out"])
@pytest.mark.parametrize("side", ["Left", "Right"])
def test_lids_follow_a_bone_as_they_follow_the_channel(root, direction, side):
    keys = part(root, "head").data.shape_keys.key_blocks
    block = keys[f"eyeLook{direction}{side}"]
    by_channel = moved(root, "head", lambda: (setattr(block, "value", 1.0), update()))
    block.value = 0.0
    update()
    axis, sign = {"Up": (0, 1), "Down": (0, -1), "In": (2, -1), "Out": (2, 1)}[direction]
    if side == "Right" and axis == 2:
        sign = -sign
    by_bone = moved(
        root, "head", lambda: turn(root, f"eye.{side[0]}", axis, sign * gaze_reach(direction))
    )
    np.testing.assert_allclose(by_bone, by_channel, atol=1e-5)


def update() -> None:
    bpy.context.view_layer.update()


def settle(keys) -> None:
    """Update what is driven, twice: once a driven value was still 0 after one update.

    That was on Blender 5.2.3; it never came again, and its cause is not known.
    """
    for _ in range(2):
        keys.id_data.update_tag()
        update()


def drivers(root):
    blocks = [root, *(obj.data.shape_keys for obj in root.children if obj.data.shape_keys)]
    return [
        curve.driver
        for block in blocks
        if block.animation_data
        for curve in block.animation_data.drivers
    ]


def test_drivers_need_no_scripts(root):
    update()
    assert len(drivers(root)) > 10
    for driver in drivers(root):
        assert driver.is_valid
        assert driver.type != "SCRIPTED" or driver.is_simple_expression


def test_what_is_driven_is_no_channel_and_stands_in_no_ones_way(root, scene):
    face = find_face(root, scene)
    assert face.channels == CHANNELS
    assert face.armature == root
    assert {control.shape_key for control in face.controls()} == set(CHANNELS)
    assert face.blocked() == ()


def test_a_saved_character_is_still_driven(root, tmp_path):
    path = str(tmp_path / "character.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=False)
    root = bpy.data.objects["EmoteBot"]
    aim_at(root, (0.0, -0.45, 0.6))
    keys = part(root, "head").data.shape_keys.key_blocks
    assert keys["gazeUpLeft"].value == pytest.approx(1, abs=1e-3)
    assert sights(root)["L"].z > 0.3


def test_modes_selections_and_other_scenes_are_left_alone(scene):
    mesh = bpy.data.meshes.new("Triangle")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    triangle = bpy.data.objects.new("Triangle", mesh)
    scene.collection.objects.link(triangle)
    bpy.context.view_layer.objects.active = triangle
    triangle.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    scenes = set(bpy.data.scenes)
    other = bpy.data.scenes.new("Other")
    root = add_character(other)
    assert triangle.mode == "EDIT"
    assert bpy.context.view_layer.objects.active == triangle
    assert bpy.context.selected_objects == [triangle]
    assert bpy.context.scene == scene
    assert set(bpy.data.scenes) == {*scenes, other}
    assert root.name in other.objects
    assert root.name not in scene.objects
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


def test_a_pose_can_be_keyed_beside_a_performance(root, scene):
    bone = root.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    for frame, angle in ((1, 0.0), (11, 0.4)):
        bone.rotation_euler.y = angle
        bone.keyframe_insert("rotation_euler", frame=frame)
    keys = part(root, "head").data.shape_keys
    name, channels = next(iter(CORRECTIVES.items()))
    for frame, weight in ((1, 0.0), (11, 1.0)):
        for channel in channels:
            keys.key_blocks[channel].value = weight
            keys.key_blocks[channel].keyframe_insert("value", frame=frame)
    for frame, weight, angle in ((11, 1.0, 0.4), (1, 0.0, 0.0)):
        scene.frame_set(frame)
        assert bone.rotation_euler.y == pytest.approx(angle)
        assert keys.key_blocks[channels[0]].value == weight
        assert keys.key_blocks[name].value == pytest.approx(weight)


def test_lids_blink_over_aimed_eyes_as_over_eyes_that_look(root):
    """What mends a blink over the channel eyeLookDown mends it over the bone."""
    keys = part(root, "head").data.shape_keys.key_blocks
    keys["eyeBlinkLeft"].value = keys["eyeLookDownLeft"].value = 1.0
    update()
    by_channel = posed(root, "head")
    keys["eyeLookDownLeft"].value = 0.0
    turn(root, "eye.L", 0, -gaze_reach("Down"))
    np.testing.assert_allclose(posed(root, "head"), by_channel, atol=1e-5)


@pytest.mark.parametrize(("name", "channels"), CORRECTIVES.items(), ids=list(CORRECTIVES))
def test_a_corrective_is_the_product_of_its_channels(rigged, name, channels):
    keys = part(rigged, "head").data.shape_keys.key_blocks
    if name not in keys:
        pytest.skip("another part's")
    weights = {channel: 0.4 + 0.2 * index for index, channel in enumerate(dict.fromkeys(channels))}
    for channel, weight in weights.items():
        keys[channel].value = weight
    settle(keys)
    value = keys[name].value
    for channel in weights:
        keys[channel].value = 0.0
    settle(keys)
    assert value == pytest.approx(math.prod(weights[channel] for channel in channels), abs=1e-5)
    assert keys[name].value == 0
