# SPDX-License-Identifier: GPL-3.0-or-later
from interface_fixtures import add_face, blender, clock, face, five, preferred
from scene_fixtures import bone_face, empty_scene, reference_head

__all__ = [
    "add_face",
    "blender",
    "bone_face",
    "clock",
    "empty_scene",
    "face",
    "five",
    "preferred",
    "reference_head",
]
