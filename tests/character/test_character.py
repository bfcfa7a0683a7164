# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head: all channels there, each doing its own thing at its own place."""

import itertools
import json

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

from headpose import EYE_LEVEL, MILLIMETRE, Head  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.drivers import GAZE_KEYS  # noqa: E402
from emotebot_blender.character.materials import FINISHES  # noqa: E402
from emotebot_blender.character.skin_shapes import CORRECTIVES, mirrored_corrective  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402

# Where a region's channels may move anything: lowest and highest point over the eyes, in metres.
REACH = {
    "eye": (-0.04, 0.05),
    "brow": (-0.03, 0.08),
    "cheek": (-0.11, 0.04),
    "nose": (-0.09, 0.06),
    "mouth": (-0.12, 0.03),
    "jaw": (-0.13, 0.01),
    "tongue": (-0.13, 0.01),
}


@pytest.fixture(scope="module")
def robot() -> Head:
    return Head()


def test_the_shape_keys_are_the_channels_and_what_is_driven_by_them(robot):
    names = {name for moves in robot.moves.values() for name in moves}
    assert names == {*CHANNELS, *CORRECTIVES, *GAZE_KEYS}


def test_a_part_with_a_corrective_has_the_channels_that_drive_it(robot):
    for moves in robot.moves.values():
        for name in moves.keys() & CORRECTIVES.keys():
            assert set(CORRECTIVES[name]) <= moves.keys()


def test_no_corrective_could_be_taken_for_a_channel():
    assert not CORRECTIVES.keys() & set(CHANNELS)
    assert {channel for channels in CORRECTIVES.values() for channel in channels} <= set(CHANNELS)


def test_the_head_begins_neutral(robot):
    meshes = [item.data for item in robot.root.children_recursive if item.type == "MESH"]
    keys = [mesh.shape_keys for mesh in meshes if mesh.shape_keys]
    assert {block.value for each in keys for block in each.key_blocks[1:]} == {0.0}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_moves_its_own_region_visibly(robot, channel):
    moved = [
        (robot.places[part], np.linalg.norm(moves[channel], axis=1))
        for part, moves in robot.moves.items()
        if channel in moves
    ]
    assert max(distance.max() for _, distance in moved) > 2 * MILLIMETRE
    assert max(distance.max() for _, distance in moved) < 60 * MILLIMETRE
    low, high = next(reach for region, reach in REACH.items() if channel.startswith(region))
    for places, distance in moved:
        heights = places[distance > 0.5 * MILLIMETRE, 2] - EYE_LEVEL
        assert np.all(heights > low)
        assert np.all(heights < high)


@pytest.mark.parametrize(
    "channel",
    [name for name in CHANNELS if name.endswith("Left") and name not in ("mouthLeft", "jawLeft")],
)
def test_a_channel_of_the_left_leaves_the_right_alone(robot, channel):
    for part, moves in robot.moves.items():
        if channel in moves:
            far = robot.places[part][:, 0] < -20 * MILLIMETRE
            assert np.abs(moves[channel][far]).max(initial=0) < 0.5 * MILLIMETRE


@pytest.mark.parametrize("part", ["head", "brows", "lashes", "teeth lower"])
def test_left_and_right_mirror_exactly(robot, part):
    places, moves = robot.places[part], robot.moves[part]
    number = {tuple(place): index for index, place in enumerate(places.tolist())}
    other = np.array([number[-x if x else 0.0, y, z] for x, y, z in places.tolist()])
    for channel, move in moves.items():
        twin = moves[mirrored_corrective(channel)][other] * np.float32([-1, 1, 1])
        np.testing.assert_allclose(move, twin, atol=1e-7)


def test_a_second_character_gets_names_of_its_own_and_leaves_the_first_alone():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    first = add_character(scene, "Robo")
    before = {item.name: item.data.name for item in first.children}
    second = add_character(scene, "Robo")
    assert second.name != first.name
    assert {item.name: item.data.name for item in first.children} == before
    assert len(second.children) == len(first.children)
    shared = {item.data.name for item in first.children} & {
        item.data.name for item in second.children
    }
    assert not shared
    for a, b in itertools.pairwise((first, second)):
        ours = {slot.material.name for item in a.children for slot in item.material_slots}
        theirs = {slot.material.name for item in b.children for slot in item.material_slots}
        assert ours.isdisjoint(theirs)
    for item in second.children:
        if item.data.shape_keys:
            names = [key.name for key in item.data.shape_keys.key_blocks[1:]]
            assert set(names) <= {*CHANNELS, *CORRECTIVES, *GAZE_KEYS}


def test_the_face_is_found_from_every_part():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    root = add_character(scene)
    for start in (root, *root.children):
        face = find_face(start, scene)
        assert set(face.channels) == set(CHANNELS)


def test_its_colours_and_channels_go_into_gltf(tmp_path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_character(bpy.context.scene)
    bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
    bpy.ops.export_scene.gltf(
        filepath=str(tmp_path / "head.gltf"), export_format="GLTF_SEPARATE", export_yup=True
    )
    written = json.loads((tmp_path / "head.gltf").read_text())
    colours = {
        material["name"]: material["pbrMetallicRoughness"].get("baseColorFactor")
        for material in written["materials"]
    }
    for slot in ("skin", "lips", "iris", "sclera"):
        assert colours[f"EmoteBot {slot}"][:3] == pytest.approx(FINISHES[slot].colour, abs=1e-6)
    skin = next(mesh for mesh in written["meshes"] if mesh["name"] == "EmoteBot head")
    assert set(skin["extras"]["targetNames"]) >= set(CHANNELS)
