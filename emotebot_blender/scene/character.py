# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the EmoteBot head: a friendly android with all 52 channels as shape keys."""

import bpy
import numpy as np

from ..core.channels import CHANNELS
from . import headeyes, headmouth, headshell
from .headcorrectives import CORRECTIVES
from .headdrivers import LOOKS, drive_aim, drive_correctives, drive_gaze
from .headmaterials import TINT, make_materials
from .headmesh import build_head
from .headpart import Part
from .headrig import bind, build_armature, skin_weights
from .headshapes import skin_moves
from .headtint import skin_tint

CENTIMETRE = 0.01
FLOOR = -17.0
"""Height of the collar's foot in the head's own centimetres; it stands on the origin."""


def _parts() -> list[Part]:
    """Return all meshes of the neutral head with their channels."""
    head = build_head()
    skin = Part(
        "head",
        head.surface.points,
        [tuple(face) for face in head.faces.tolist()],
        head.materials.tolist(),
        ("skin", "lips", "rim", "mouth"),
        skin_moves(head.surface),
        skin_tint(head.surface),
        skin_weights(head.surface),
    )
    return [
        skin,
        headeyes.eye(1),
        headeyes.eye(-1),
        headeyes.brows(),
        headeyes.lashes(),
        headmouth.upper_teeth(),
        headmouth.lower_teeth(),
        headmouth.tongue(),
        headshell.shell(),
        headshell.lamp(),
        headshell.ears(),
        headshell.bust(),
    ]


def _in_metres(points: np.ndarray) -> np.ndarray:
    """Return points of the head, in its own centimetres, as metres over the floor."""
    places = points * CENTIMETRE
    places[..., 2] -= FLOOR * CENTIMETRE
    return places


def _add_part(
    part: Part,
    root: bpy.types.Object,
    materials: dict[str, bpy.types.Material],
    collection: bpy.types.Collection,
) -> None:
    """Make the object of one part with its shape keys, and hang it on the armature."""
    name = f"{root.name} {part.name}"
    mesh = bpy.data.meshes.new(name)
    places = _in_metres(part.points)
    mesh.from_pydata(places.tolist(), [], part.faces)
    for slot in part.slots:
        mesh.materials.append(materials[slot])
    mesh.polygons.foreach_set("material_index", np.asarray(part.materials, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(part.faces), dtype=bool))
    if part.tint is not None:
        tint = mesh.attributes.new(TINT, "FLOAT_COLOR", "POINT")
        tint.data.foreach_set("color", part.tint.astype(np.float32).ravel())
    mesh.update()
    item = bpy.data.objects.new(name, mesh)
    collection.objects.link(item)
    bind(item, root, part)
    _add_shape_keys(item, part, root)
    subdivision = item.modifiers.new("Subdivision", "SUBSURF")
    subdivision.levels = 0
    subdivision.render_levels = 1


def _add_shape_keys(item: bpy.types.Object, part: Part, root: bpy.types.Object) -> None:
    """Give an object its channels, then what is driven: correctives and lids that follow bones."""
    moves = dict(part.moves)
    if not part.name.startswith("eye"):  # an eyeball turns with its bone
        moves |= {name: moves[look] for name, look in LOOKS.items() if look in moves}
    if moves:
        item.shape_key_add(name="Basis", from_mix=False)
    for name in (*CHANNELS, *CORRECTIVES, *LOOKS):
        if name in moves:
            key = item.shape_key_add(name=name, from_mix=False)
            key.value = 0.0  # Blender 5 begins with 1
            moved = _in_metres(part.points + moves[name])
            key.data.foreach_set("co", moved.astype(np.float32).ravel())
    if moves:
        drive_correctives(item.data.shape_keys)
        drive_gaze(item.data.shape_keys, root)


def add_character(scene: bpy.types.Scene, name: str = "EmoteBot") -> bpy.types.Object:
    """Add the head to ``scene`` and return its armature object, which all its parts hang on.

    It stands on the origin, looks along -Y and is as large as a person's, in metres. A name that
    is taken gets a number, as usual in Blender; nothing already in the file is touched.
    """
    root = build_armature(name, _in_metres, CENTIMETRE)
    drive_aim(root)
    collection = bpy.data.collections.new(root.name)
    scene.collection.children.link(collection)
    collection.objects.link(root)
    materials = make_materials(root.name)
    for part in _parts():
        _add_part(part, root, materials, collection)
    return root
