# SPDX-License-Identifier: GPL-3.0-or-later
"""A design as objects in a Blender scene, and how they are posed."""

from dataclasses import dataclass

import bpy
import numpy as np

from .eyes import blush_of, brows, eyes, lid_lines, skin_tint
from .face import Face
from .materials import make_materials
from .mouthparts import teeth_and_tongue
from .movements import displacements, posed
from .part import Part
from .proportions import Design
from .shell import SHELLS
from .skin import build_skin

UNIT = 0.01
"""Metres in a centimetre."""


def build_parts(design: Design) -> list[Part]:
    """Return all parts of a design."""
    skin = build_skin(design)
    face = Face(skin)
    inside = (skin.mouth[skin.faces, 0] <= -2).all(axis=1)
    head = Part(
        "head",
        skin.points,
        [tuple(quad) for quad in skin.faces.tolist()],
        ("skin", "mouth"),
        inside.astype(int).tolist(),
        displacements(face),
        skin_tint(face),
        blush_of(face),
    )
    return [
        head,
        *eyes(design),
        lid_lines(design),
        brows(design),
        teeth_and_tongue(design),
        *SHELLS[design.shell](design),
    ]


@dataclass
class Character:
    """A design in a scene.

    Attributes:
        parts: with the object of each.
        lamp: material of the lamp.
        skin: material of the skin.
    """

    parts: list[tuple[Part, bpy.types.Object]]
    lamp: bpy.types.Material
    skin: bpy.types.Material

    def pose(self, weights: dict[str, float]) -> None:
        """Show weights of channels."""
        for part, obj in self.parts:
            if part.moves:
                points = posed(part.points, part.moves, weights) * UNIT
                obj.data.vertices.foreach_set("co", points.astype(np.float32).ravel())
                obj.data.update()
        self.skin.node_tree.nodes["Blush"].outputs[0].default_value = blush_at(weights)


def blush_at(weights: dict[str, float]) -> float:
    """Return how much the cheeks glow: with a smile more, with fear not at all, 0 to 1."""

    def mean(name: str) -> float:
        return 0.5 * (weights.get(f"{name}Left", 0.0) + weights.get(f"{name}Right", 0.0))

    glow = 0.3 + 0.35 * mean("mouthSmile") * mean("cheekSquint") + 0.1 * mean("browDown")
    return float(np.clip(glow - 0.4 * mean("eyeWide") * mean("mouthStretch"), 0.0, 1.0))


def add_character(scene: bpy.types.Scene, design: Design) -> Character:
    """Add a design to a scene, at rest."""
    materials = make_materials(design)
    placed = []
    for part in build_parts(design):
        mesh = bpy.data.meshes.new(part.name)
        mesh.from_pydata((part.points * UNIT).tolist(), [], part.faces)
        mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
        for slot in part.slots:
            mesh.materials.append(materials[slot])
        mesh.polygons.foreach_set("material_index", np.asarray(part.materials, np.int32))
        if part.tint is not None:
            colour = np.column_stack([part.tint, np.ones(len(part.points))])
            layer = mesh.color_attributes.new("Tint", "FLOAT_COLOR", "POINT")
            layer.data.foreach_set("color", colour.astype(np.float32).ravel())
        if part.blush is not None:
            mesh.attributes.new("Blush", "FLOAT", "POINT").data.foreach_set(
                "value", part.blush.astype(np.float32)
            )
        obj = bpy.data.objects.new(part.name, mesh)
        scene.collection.objects.link(obj)
        if part.smooth:
            subdivision = obj.modifiers.new("Smooth", "SUBSURF")
            subdivision.levels, subdivision.render_levels = 0, part.smooth
        placed.append((part, obj))
    return Character(placed, materials["lamp"], materials["skin"])
