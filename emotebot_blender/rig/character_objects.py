# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a whole character, of which a face is a part."""

from bpy.types import Object, Scene

from .face import Face
from .face_grouping import ancestry

_NO_PARTS = ("CAMERA", "LIGHT", "LIGHT_PROBE", "SPEAKER")
"""Types of objects that may hang on a character and are none of it."""


def character_objects(face: Face, scene: Scene) -> tuple[Object, ...]:
    """Return what belongs to the armature of a face, else to its objects, and what these belong to.

    Args:
        face: of the character.
        scene: where it is.
    """
    roots = {face.armature} if face.armature is not None else set(face.objects)
    above = {ancestor for root in (*roots, *face.objects) for ancestor in ancestry(root)}
    return tuple(
        obj
        for obj in scene.objects
        if obj.type not in _NO_PARTS and (obj in above or not roots.isdisjoint(ancestry(obj)))
    )
