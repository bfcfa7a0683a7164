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

from emotebot_blender.character.character import add_character
from emotebot_blender.character.correctives import is_corrective, weight_of
from emotebot_blender.character.head_mesh import build_skin
from emotebot_blender.character.openings import EYE_POINTS, MOUTH_POINTS
from emotebot_blender.character.styles import style_of
from emotebot_blender.core.channels import CHANNELS, mirrored_name

MILLIMETRE = 0.001
UPPER_LID, LOWER_LID = EYE_POINTS // 4, 3 * EYE_POINTS // 4
"""Index of the middle of a lid among the points of a ring around an eye."""
UPPER_LIP, CORNER, LOWER_LIP = 0, MOUTH_POINTS // 2, MOUTH_POINTS - 1
"""Index of the middle of a lip, and of the mouth's corner, on half a ring around the mouth."""

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

    Args:
        style: number of its style.

    Attributes:
        points: neutral positions by part, shape (n, 3).
        displacements: by part and shape key, shape (n, 3).
        faces: indices of the points of each face by part.
        skin: rings that the points of the part "head" belong to.
        unit: metres that a centimetre of the style has become.
        eye_centre, eye_radius: of the left eyeball.
        mouth_level: height of the seam's middle.
    """

    def __init__(self, style: int = 0) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.root = add_character(bpy.context.scene, style=style)
        self.skin = build_skin(style_of(style))
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
        own = self.skin.style
        self.unit = float(np.ptp(self.points["head"][:, 2]) / np.ptp(self.skin.points[:, 2]))
        self.eye_centre = np.array(self.root.data.bones["eye.L"].head_local)
        self.eye_radius = own.eye.radius * self.unit
        self.mouth_level = self.eye_centre[2] + self.unit * (own.mouth.height - own.eye.centre[2])

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
            if corrected and is_corrective(name):
                weight = weight_of(name, weights)
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
        rings = np.minimum(self.skin.eye[:, 0], self.skin.mouth[:, 0])
        return [face for face in self.faces["head"] if rings[list(face)].min() >= 0]

    def lip(self, ring: int, index: int) -> int:
        """Return the index of a point of the left half of the mouth.

        Args:
            ring: around the mouth, 0 the lips' edges.
            index: from the middle of the upper lip over the left corner to that of the lower one.
        """
        return self._point(self.skin.mouth, ring, index)

    def lid(self, index: int) -> int:
        """Return the index of a point of the left lids' edge, counted from the inner corner."""
        return self._point(self.skin.eye, 0, index)

    def _point(self, rings: np.ndarray, ring: int, index: int) -> int:
        found = (rings[:, 0] == ring) & (rings[:, 1] == index) & (self.skin.side >= 0)
        return int(np.flatnonzero(found)[0])
