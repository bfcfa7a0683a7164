# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head as a whole: every channel is there and displacements its own region."""

import itertools
import json

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

from headpose import MILLIMETRE  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.correctives import (  # noqa: E402
    factors_of,
    is_corrective,
    key_name,
    mirrored_corrective,
)
from emotebot_blender.character.materials import FINISHES  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.errors import EmoteBotError  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402

# Where a region's channels may move anything: lowest and highest point over the eyes, in metres.
REACH = {
    "eye": (-0.04, 0.05),
    "brow": (-0.03, 0.08),
    "cheek": (-0.11, 0.04),
    "nose": (-0.09, 0.06),
    "mouth": (-0.12, 0.05),  # contempt's dimple takes lids and brow along
    "jaw": (-0.14, 0.01),
    "tongue": (-0.13, 0.01),
}


def test_the_shape_keys_are_the_channels_and_what_is_driven(arrays):
    names = {name for displacements in arrays.displacements.values() for name in displacements}
    driven = {curve.data_path.split('"')[1] for curve in driven_keys(arrays.root)}
    assert names - driven == set(CHANNELS)


def driven_keys(root):
    """The drivers of shape keys' values of a character."""
    for obj in root.children:
        keys = obj.data.shape_keys
        for curve in keys.animation_data.drivers if keys else ():
            if curve.data_path.endswith("value"):
                yield curve


def test_a_part_with_a_corrective_has_the_channels_that_drive_it(arrays):
    for displacements in arrays.displacements.values():
        for name in filter(is_corrective, displacements):
            assert set(factors_of(name)) <= displacements.keys()


def test_no_corrective_could_be_taken_for_a_channel(arrays):
    names = {name for displacements in arrays.displacements.values() for name in displacements}
    correctives = set(filter(is_corrective, names))
    assert len(correctives) > 20
    assert not correctives & set(CHANNELS)


def test_the_head_begins_neutral(arrays):
    meshes = [obj.data for obj in arrays.root.children_recursive if obj.type == "MESH"]
    keys = [mesh.shape_keys for mesh in meshes if mesh.shape_keys]
    assert {block.value for key in keys for block in key.key_blocks[1:]} == {0.0}


WHOLE = ("mouth", "jaw", "mouthDimple")
"""Channels of a side that move both."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_moves_its_own_region_visibly(arrays, channel):
    moved = [
        (arrays.points[part], np.linalg.norm(displacements[channel], axis=1))
        for part, displacements in arrays.displacements.items()
        if channel in displacements
    ]
    assert max(distance.max() for _, distance in moved) > 2 * MILLIMETRE
    assert max(distance.max() for _, distance in moved) < 100 * MILLIMETRE
    low, high = next(reach for region, reach in REACH.items() if channel.startswith(region))
    for points, distance in moved:
        heights = points[distance > 0.5 * MILLIMETRE, 2] - arrays.eye_centre[2]
        assert np.all(heights > low)
        assert np.all(heights < high)


@pytest.mark.parametrize(
    "channel",
    [
        name
        for name in CHANNELS
        if name.endswith("Left") and name not in ("mouthLeft", "jawLeft", "mouthDimpleLeft")
    ],
)
def test_a_channel_of_the_left_leaves_the_right_alone(arrays, channel):
    for part, displacements in arrays.displacements.items():
        if channel in displacements:
            far = arrays.points[part][:, 0] < -20 * MILLIMETRE
            assert np.abs(displacements[channel][far]).max(initial=0) < 0.5 * MILLIMETRE


@pytest.mark.parametrize("part", ["head", "brows", "lashes", "tongue"])
def test_left_and_right_mirror_exactly(arrays, part):
    points, displacements = arrays.points[part], arrays.displacements[part]
    index_at = {tuple(point): index for index, point in enumerate(points.tolist())}
    opposite = np.array([index_at[-x if x else 0.0, y, z] for x, y, z in points.tolist()])
    for channel, displacement in displacements.items():
        other = displacements[key_name(mirrored_corrective(channel))]
        mirrored = other[opposite] * np.float32([-1, 1, 1])
        np.testing.assert_allclose(displacement, mirrored, atol=1e-7)


def test_a_second_character_gets_names_of_its_own_and_leaves_the_first_alone():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    first = add_character(scene, "Robo")
    before = {obj.name: obj.data.name for obj in first.children}
    second = add_character(scene, "Robo")
    assert second.name != first.name
    assert {obj.name: obj.data.name for obj in first.children} == before
    assert len(second.children) == len(first.children)
    shared = {obj.data.name for obj in first.children} & {obj.data.name for obj in second.children}
    assert not shared
    for a, b in itertools.pairwise((first, second)):
        ours = {slot.material.name for obj in a.children for slot in obj.material_slots}
        theirs = {slot.material.name for obj in b.children for slot in obj.material_slots}
        assert ours.isdisjoint(theirs)
    for obj in second.children:
        if obj.data.shape_keys:
            names = [key.name for key in obj.data.shape_keys.key_blocks[1:]]
            assert not any(name[-4:-3] == "." for name in names)


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
    targets = [mesh.get("extras", {}).get("targetNames", ()) for mesh in written["meshes"]]
    assert {name for names in targets for name in names} >= set(CHANNELS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "0.01 to 100 m high, not 0 m"),
        ({"size": float("nan")}, "m high"),
        ({"palette": "PLAID"}, "no palette “PLAID”"),
        ({"colours": {"hair": (0, 0, 0)}}, "“hair” has no colour"),
        ({"colours": {"skin": (0, 2, 0)}}, "three numbers from 0 to 1"),
        ({"style": -1}, "from 0, not -1"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(empty_scene, arguments, message):
    with pytest.raises(EmoteBotError, match=message):
        add_character(empty_scene, **arguments)
    assert not bpy.data.objects
    assert not bpy.data.collections
