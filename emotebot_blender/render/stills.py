# SPDX-License-Identifier: GPL-3.0-or-later
"""A portrait of a character as it stands at a moment, posed by hand or by its animation.

To render a character, Blender plays its animation, and what was posed without keys is gone. So its
meshes are copied as they stand, and the copies rendered, which nothing animates.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from bpy.types import Object, Scene

from ..rig.face import Face
from .framing import frame_face, view_layer_of
from .studio import Shot, character_objects, empty_studio, furnished

_WITH_SURFACES = {"MESH", "CURVE", "SURFACE", "META", "FONT"}
"""Objects that Blender makes meshes of."""


class StillCharacter:
    """Copies of a character's surfaces in a studio.

    Args:
        face: of the character.
        scene: where it is.
        studio: a temporary scene, which has the copies.
    """

    def __init__(self, face: Face, scene: Scene, studio: Scene) -> None:
        self._layer, self._studio = view_layer_of(scene), studio
        self._originals = [
            obj
            for obj in character_objects(face, scene)
            if obj.type in _WITH_SURFACES and not obj.hide_render
        ]
        self._copies: dict[Object, Object] = {}

    def copy_pose(self) -> None:
        """Have the copies stand as the character does now."""
        self._layer.update()
        graph = self._layer.depsgraph
        for obj in self._originals:
            evaluated = obj.evaluated_get(graph)
            mesh = bpy.data.meshes.new_from_object(
                evaluated, preserve_all_data_layers=True, depsgraph=graph
            )
            copy = self._copies.get(obj)
            if copy is None:
                copy = self._copies[obj] = bpy.data.objects.new("EmoteBot still", mesh)
                self._studio.collection.objects.link(copy)
                _take_materials(copy, obj)
            else:
                former, copy.data = copy.data, mesh
                bpy.data.meshes.remove(former)
            copy.matrix_world = evaluated.matrix_world

    def remove(self) -> None:
        """Take the copies away."""
        copies = list(self._copies.values())
        bpy.data.batch_remove([*copies, *(copy.data for copy in copies)])


@contextmanager
def still_portrait(
    face: Face, scene: Scene, width: int, height: int, shot: Shot
) -> Iterator[tuple[Scene, StillCharacter]]:
    """Yield a studio for portraits of a character as it stands, and its copy there.

    The frame of the scene is not set, so that all keeps the pose that it has.

    Args:
        face: of the character.
        scene: where it is.
        width: of the picture in pixels.
        height: of the picture in pixels.
        shot: what it shows, with ``above`` given.
    """
    framing = frame_face(face, view_layer_of(scene))
    with empty_studio() as studio, furnished(studio, framing, width, height, shot):
        character = StillCharacter(face, scene, studio)
        try:
            yield studio, character
        finally:
            character.remove()


def _take_materials(copy: Object, obj: Object) -> None:
    for own, slot in zip(copy.material_slots, obj.material_slots, strict=False):
        own.link = "OBJECT"
        own.material = slot.material
