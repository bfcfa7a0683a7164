# SPDX-License-Identifier: GPL-3.0-or-later
from scene_fixtures import add, empty_scene, face, head, linked_head, puppet, reference_head

__all__ = ["add", "empty_scene", "face", "head", "linked_head", "puppet", "reference_head"]
