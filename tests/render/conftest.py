# SPDX-License-Identifier: GPL-3.0-or-later
"""A face made of a block, a camera, and what the file holds."""

import math
from collections.abc import Callable

import bpy
import pytest
from scene_fixtures import add, empty_scene, face, head, linked_head, reference_head

__all__ = ["add", "empty_scene", "face", "head", "linked_head", "reference_head"]

KINDS = ("scenes", "objects", "cameras", "lights", "worlds", "materials", "curves", "fonts")
AHEAD, BACK = (math.pi / 2, 0, 0), (math.pi / 2, 0, math.pi)
"""Rotations of a camera that looks along +Y and along -Y."""


@pytest.fixture
def talker(empty_scene) -> bpy.types.Object:
    """A block, 20 cm wide, that looks along -Y; jawOpen widens its front. Far below lies a body."""
    data = bpy.data.meshes.new("Block")
    corners = [(x, y, z) for x in (-0.1, 0.1) for y in (-0.1, 0.1) for z in (1.0, 1.2)]
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    data.from_pydata([*corners, (0, 0, -3)], [], sides)
    block = bpy.data.objects.new("Block", data)
    empty_scene.collection.objects.link(block)
    block.shape_key_add(name="Basis", from_mix=False)
    for name, reach in (("jawOpen", 0.6), ("mouthSmileLeft", 0.1), ("eyeBlinkLeft", 0.1)):
        key = block.shape_key_add(name=name, from_mix=False)
        for index, (x, y, _) in enumerate(corners):
            if y < 0:
                key.data[index].co.x = x * (1 + reach)
        key.value = 0
    jaw = data.shape_keys.key_blocks["jawOpen"]
    for frame, value in ((1, 0.0), (3, 1.0)):
        jaw.value = value
        jaw.keyframe_insert("value", frame=frame)
    empty_scene.frame_set(1)
    return block


@pytest.fixture
def camera(empty_scene) -> bpy.types.Object:
    """The scene's camera, two metres before the block, which it looks at."""
    data = bpy.data.cameras.new("Mine")
    camera = bpy.data.objects.new("Mine", data)
    camera.location, camera.rotation_euler = (0, -2, 1.1), AHEAD
    empty_scene.collection.objects.link(camera)
    empty_scene.camera = camera
    return camera


@pytest.fixture
def contents() -> Callable[[], dict[str, list[str]]]:
    """Return a function that lists the data blocks of the file by kind."""
    return lambda: {kind: sorted(block.name for block in getattr(bpy.data, kind)) for kind in KINDS}
