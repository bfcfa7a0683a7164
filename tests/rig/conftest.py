# SPDX-License-Identifier: GPL-3.0-or-later
from scene_fixtures import (
    add,
    bone_face,
    empty_scene,
    face,
    head,
    linked_head,
    reference_head,
    registered,
)

__all__ = [
    "add",
    "bone_face",
    "empty_scene",
    "face",
    "head",
    "linked_head",
    "reference_head",
    "registered",
]
