# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys made to go further, or less far, and how far they show."""

from collections.abc import Collection

import bpy
import numpy as np
from bpy.types import Object

from emotebot_blender.character.correctives import factors_of


def scale_keys(names: Collection[str], factor: float) -> None:
    """Have these channels go so many times as far on all meshes of the file.

    Args:
        names: of shape keys; correctives of these alone go with them.
        factor: by which they are scaled.
    """
    for keys in bpy.data.shape_keys:
        for block in keys.key_blocks[1:]:
            if block.name in names or set(factors_of(block.name)) <= set(names):
                rest, steps = _rest_and_steps(block)
                block.points.foreach_set("co", rest + factor * steps)


def shown(head: Object, name: str) -> float:
    """Return how far a shape key moves the vertex that it moves most, at the value it has now."""
    block = head.data.shape_keys.key_blocks[name]
    _, steps = _rest_and_steps(block)
    return block.value * float(np.linalg.norm(steps.reshape(-1, 3), axis=1).max())


def _rest_and_steps(block):
    rest, shape = np.empty((2, 3 * len(block.points)), dtype=np.float32)
    block.relative_key.points.foreach_get("co", rest)
    block.points.foreach_get("co", shape)
    return rest, shape - rest
