# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head as arrays, posed without Blender: what the tests of its movements share.

Shape keys are read from Blender and added up here, correctives weighted by their channels' product
as Blender's drivers do it. Lengths are metres in the character's space.
"""

from collections.abc import Mapping
from functools import cached_property

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree

from emotebot_blender.character import form
from emotebot_blender.character.character import FLOOR, add_character
from emotebot_blender.character.head_mesh import build_head
from emotebot_blender.character.skin_shapes import CORRECTIVES
from emotebot_blender.core.channels import CHANNELS, mirrored_name

MILLIMETRE = 0.001
EYE_LEVEL = -FLOOR / 100
MOUTH_LEVEL = EYE_LEVEL + form.MOUTH_HEIGHT / 100
EYE_CENTRE = form.EYE_CENTRE / 100 + (0, 0, EYE_LEVEL)
EYE_RADIUS = form.EYE_RADIUS / 100

Weights = Mapping[str, float]
"""Channel to weight; channels that are left out are at 0."""


def coordinates(points: bpy.types.bpy_prop_collection) -> np.ndarray:
    """Return vertices or points of a shape key, float32, shape (n, 3)."""
    flat = np.empty(len(points) * 3, dtype=np.float32)
    points.foreach_get("co", flat)
    return flat.reshape(-1, 3)


def both_sides(**weights: float) -> dict[str, float]:
    """Return weights for the channels of the left that are named, and for their mirror images."""
    return {
        side: weight for name, weight in weights.items() for side in (name, mirrored_name(name))
    }


class HeadArrays:
    """The meshes of a new character in an empty file.

    Attributes:
        points: neutral positions by part, shape (n, 3).
        displacements: by part and shape key, shape (n, 3).
        faces: indices of the points of each face by part.
        surface: rings that the points of the part "head" belong to.
    """

    def __init__(self) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.root = add_character(bpy.context.scene)
        self.surface = build_head().surface
        self.points: dict[str, np.ndarray] = {}
        self.displacements: dict[str, dict[str, np.ndarray]] = {}
        self.faces: dict[str, list[tuple[int, ...]]] = {}
        for obj in self.root.children_recursive:
            if obj.type != "MESH":
                continue
            part = obj.name.removeprefix("EmoteBot ")
            keys = obj.data.shape_keys
            points = coordinates(obj.data.vertices)
            self.points[part] = points
            self.displacements[part] = {
                key.name: coordinates(key.data) - points
                for key in (keys.key_blocks if keys else ())
                if key != keys.reference_key
            }
            self.faces[part] = [tuple(polygon.vertices) for polygon in obj.data.polygons]

    def posed(self, part: str, weights: Weights, corrected: bool = True) -> np.ndarray:
        """Return the points of a part in a pose, shape (n, 3).

        Args:
            part: its name.
            weights: of the channels.
            corrected: whether correctives take part.
        """
        points = self.points[part].copy()
        for name, displacement in self.displacements[part].items():
            weight = weights.get(name, 0.0) if name in CHANNELS else 0.0
            if corrected and name in CORRECTIVES:
                weight = float(
                    np.prod([weights.get(channel, 0.0) for channel in CORRECTIVES[name]])
                )
            if weight:
                points += np.float32(weight) * displacement
        return points

    def tree(self, part: str, weights: Weights, faces: list[tuple[int, ...]] | None = None):
        """Return a tree to cast rays at.

        Args:
            part: its name.
            weights: of the channels.
            faces: those that count; None for all of the part.
        """
        return BVHTree.FromPolygons(self.posed(part, weights).tolist(), faces or self.faces[part])

    @cached_property
    def visible(self) -> list[tuple[int, ...]]:
        """The skin's faces that are seen from outside: no rims of lids, no inside of the mouth."""
        rings = np.minimum(self.surface.eye_ring, self.surface.mouth_ring)
        return [face for face in self.faces["head"] if rings[list(face)].min() >= 0]

    def lip(self, ring: int, angle: int) -> int:
        """Return the index of a point around the mouth; angles count from the left corner."""
        surface = self.surface
        matches = (surface.mouth_ring == ring) & (surface.mouth_angle == angle)
        return int(np.flatnonzero(matches)[0])

    def lid(self, angle: int) -> int:
        """Return the index of a point of the left lids' edge, counted from the inner corner."""
        surface = self.surface
        matches = (
            (surface.eye_ring == 0) & (surface.eye_angle == angle) & (surface.points[:, 0] > 0)
        )
        return int(np.flatnonzero(matches)[0])
