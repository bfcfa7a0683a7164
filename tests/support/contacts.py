# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the built-in head passes through what in a pose.

What counts is what can be seen: skin through itself, teeth, tongue and eyeballs through skin, lids
and lashes in the eyeball, lids that cross, brows under the skin, hair against brows and skin, the
chin in the collar. What is built into each other at rest does not.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from headpose import HeadArrays, Weights
from mathutils.bvhtree import BVHTree

from emotebot_blender.character.openings import EYE_POINTS, NONE

BROW_AROUND = 12
"""Points of a section of a brow."""
CROSSING = 0.02
"""Centimetres by which lids may overlap where they meet."""
LID_RINGS = 3
LIP_RINGS = 5
"""Rings that belong to lids, and to lips."""
BALL = 750
"""Corners of an eye's mesh, from its beginning, that are no highlight."""
CAP = 20
"""Corners from which a face is a cap."""
COLLAR = -8.7
"""Height in a style's centimetres over which skin at rest is clear of the collar."""

Faces = list[tuple[int, ...]]


class Contacts:
    """What touches on a character.

    Args:
        arrays: its meshes.
    """

    def __init__(self, arrays: HeadArrays) -> None:
        self.arrays = arrays
        self.hair = [name for name in ("hair", "curls") if name in arrays.points]

    def found(self, weights: Weights) -> dict[str, int]:
        """Return how many faces or points pass through what in a pose, by kind, none left out."""
        arrays, visible = self.arrays, self.arrays.visible
        result: Counter[str] = Counter()
        skin = arrays.tree("head", weights, visible)
        for a, b in skin.overlap(skin):
            if a < b and not set(visible[a]) & set(visible[b]):
                names = sorted({self._region(visible[a]), self._region(visible[b])})
                result[f"skin of {' and '.join(names)}"] += 1
        for name in ("teeth upper", "teeth lower", "tongue"):
            result[f"{name} through skin"] += len(skin.overlap(arrays.tree(name, weights)))
        for name in ("eye left", "eye right"):
            ball = [face for face in arrays.faces[name] if len(face) < CAP and max(face) < BALL]
            result[f"{name} through skin"] += len(skin.overlap(arrays.tree(name, weights, ball)))
        result += self._lids(weights) + self._brows(weights, skin)
        for name in self.hair:
            hair = arrays.tree(name, weights)
            result["brow through hair"] += len(arrays.tree("brows", weights).overlap(hair))
            touched = {b for _, b in skin.overlap(hair)} - self._hair_at_rest[name]
            result["hair through skin"] += len(touched)
        touched = {a for a, _ in skin.overlap(arrays.tree("bust", weights))} - self._collar_at_rest
        result["jaw through collar"] += sum(self._is_above_collar(visible[a]) for a in touched)
        return dict(+result)

    @cached_property
    def _hair_at_rest(self) -> dict[str, set[int]]:
        """Faces of hair that touch the skin at rest, by part."""
        skin = self.arrays.tree("head", {}, self.arrays.visible)
        return {
            name: {b for _, b in skin.overlap(self.arrays.tree(name, {}))} for name in self.hair
        }

    @cached_property
    def _collar_at_rest(self) -> set[int]:
        """Faces of the skin that touch the bust at rest."""
        skin = self.arrays.tree("head", {}, self.arrays.visible)
        return {a for a, _ in skin.overlap(self.arrays.tree("bust", {}))}

    def _is_above_collar(self, face: Sequence[int]) -> bool:
        return bool(self.arrays.skin.points[list(face), 2].min() > COLLAR)

    def _region(self, face: Sequence[int]) -> str:
        """Return the name of the skin's region that a face belongs to."""
        skin, index = self.arrays.skin, list(face)
        if (skin.eye[index, 0] != NONE).any():
            return "lids"
        if (skin.mouth[index, 0] <= LIP_RINGS).any():
            return "lips"
        return "face"

    def _lids(self, weights: Weights) -> Counter[str]:
        """Return what of the lids is in the eyeball or crosses."""
        arrays = self.arrays
        result: Counter[str] = Counter()
        ring, index = arrays.skin.eye.T
        posed = {name: arrays.posed(name, weights) for name in ("head", "lashes")}
        posed["lids"] = posed["head"][(ring >= 0) & (ring <= LID_RINGS)]
        half = EYE_POINTS // 2
        for side in (1, -1):
            centre = arrays.eye_centre * (side, 1, 1)
            for name in ("lids", "lashes"):
                away = np.linalg.norm(posed[name] - centre, axis=1)
                result[f"{name} in eyeball"] += int((away < arrays.eye_radius).sum())
            edge = np.flatnonzero((ring == 0) & (arrays.skin.side == side))
            heights = posed["head"][edge[np.argsort(index[edge])], 2]
            upper, lower = heights[1:half], heights[:half:-1]
            result["lids crossed"] += int((upper < lower - CROSSING * arrays.unit).sum())
        return result

    def _brows(self, weights: Weights, skin: BVHTree) -> Counter[str]:
        """Return how many sections of the brows have their foremost point under the skin."""
        sections = self.arrays.posed("brows", weights).reshape(-1, BROW_AROUND, 3)
        foremost = np.take_along_axis(sections, sections[..., 1:2].argmin(axis=1)[:, None], axis=1)
        hidden = [skin.ray_cast(point, (0, -1, 0))[0] for point in foremost[:, 0].tolist()]
        return Counter({"brow under skin": sum(point is not None for point in hidden)})
