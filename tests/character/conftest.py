# SPDX-License-Identifier: GPL-3.0-or-later
import bpy
import pytest
from headpose import HeadArrays
from scene_fixtures import add, empty_scene, face, head, linked_head, reference_head

from emotebot_blender.character.character import add_character

__all__ = ["add", "empty_scene", "face", "head", "linked_head", "reference_head"]


@pytest.fixture(scope="module")
def arrays() -> HeadArrays:
    """Return a new character as arrays."""
    return HeadArrays()


@pytest.fixture
def root(empty_scene) -> bpy.types.Object:
    """Return the armature object of a new character in an empty file."""
    return add_character(empty_scene)
