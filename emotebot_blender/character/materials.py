# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of the built-in head: one Principled shader each, with a colour for solid mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import bpy


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes:
        colour: linear red, green, blue.
        roughness: 0 mirrors, 1 is chalk.
        metallic: 0 or 1.
        specular: strength of reflections, .5 as of plastic.
        coat: strength of a clear lacquer.
        subsurface: how much light wanders under the surface.
        glow: strength of light it gives off.
        tinted: whether the mesh's attribute ``TINT`` multiplies the colour.
        melts: the finish whose colour this one takes on by the share in the attribute's alpha.
    """

    colour: tuple[float, float, float]
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    coat: float = 0.0
    subsurface: float = 0.0
    glow: float = 0.0
    tinted: bool = False
    melts: str = ""


TINT = "Tint"

FINISHES: dict[str, Finish] = {
    "skin": Finish(
        (0.86, 0.555, 0.435), 0.52, specular=0.35, subsurface=0.15, tinted=True, melts="lips"
    ),
    "lips": Finish((0.60, 0.165, 0.16), 0.36, subsurface=0.05, tinted=True, melts="skin"),
    "rim": Finish((0.62, 0.30, 0.25), 0.3, coat=0.4),
    "lashes": Finish((0.030, 0.016, 0.013), 0.6),
    "mouth": Finish((0.16, 0.022, 0.024), 0.55),
    "sclera": Finish((0.86, 0.86, 0.85), 0.35, coat=0.2, tinted=True),
    "iris light": Finish((0.10, 0.55, 0.58), 0.45, coat=0.2, tinted=True),
    "iris": Finish((0.03, 0.30, 0.38), 0.45, coat=0.2, tinted=True),
    "iris dark": Finish((0.006, 0.07, 0.11), 0.45, coat=0.2, tinted=True),
    "pupil": Finish((0.003, 0.003, 0.004), 0.1, specular=0.0),
    "glint": Finish((1.0, 1.0, 1.0), 0.3, glow=1.0),
    "brow": Finish((0.045, 0.022, 0.016), 0.65),
    "teeth": Finish((0.90, 0.88, 0.82), 0.25, coat=0.2, glow=0.3),
    "gum": Finish((0.50, 0.12, 0.12), 0.35),
    "tongue": Finish((0.55, 0.13, 0.13), 0.4, subsurface=0.05),
    "shell": Finish((0.055, 0.23, 0.29), 0.3, coat=0.5),
    "trim": Finish((0.16, 0.50, 0.55), 0.3, coat=0.5),
    "dark": Finish((0.018, 0.022, 0.027), 0.45),
    "glow": Finish((0.25, 0.85, 1.0), 0.4, glow=0.8),
    "glow lamp": Finish((0.25, 0.85, 1.0), 0.4, glow=1.0),
}


def make_materials(
    owner: str, finishes: Mapping[str, Finish] = FINISHES
) -> dict[str, bpy.types.Material]:
    """Return new materials by slot, each called after ``owner`` and its slot."""
    return {
        slot: _make_material(f"{owner} {slot}", finish, finishes)
        for slot, finish in finishes.items()
    }


def _make_material(name: str, finish: Finish, finishes: Mapping[str, Finish]) -> bpy.types.Material:
    """Return a new material called ``name`` (Blender may append a number)."""
    material = bpy.data.materials.new(name)
    if not material.node_tree:
        material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    colour = (*finish.colour, 1.0)
    inputs = shader.inputs
    inputs["Base Color"].default_value = colour
    inputs["Roughness"].default_value = finish.roughness
    inputs["Metallic"].default_value = finish.metallic
    inputs["Specular IOR Level"].default_value = finish.specular
    inputs["Coat Weight"].default_value = finish.coat
    inputs["Coat Roughness"].default_value = 0.06
    inputs["Subsurface Weight"].default_value = finish.subsurface
    inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
    inputs["Subsurface Scale"].default_value = 0.012
    if finish.glow:
        inputs["Emission Color"].default_value = colour
        inputs["Emission Strength"].default_value = finish.glow
    if finish.tinted:
        _tint(
            material.node_tree,
            inputs["Base Color"],
            finishes[finish.melts].colour if finish.melts else None,
        )
    material.diffuse_color = colour
    material.roughness = finish.roughness
    material.metallic = finish.metallic
    return material


def _tint(
    tree: bpy.types.NodeTree,
    socket: bpy.types.NodeSocket,
    other: tuple[float, float, float] | None,
) -> None:
    """Let the mesh's tint multiply the colour of ``socket``, and its alpha lead to ``other``."""
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_name = TINT
    attribute.location = (-950, 200)
    factor = attribute.outputs["Color"]
    own = socket.default_value[:3]
    if other is not None:
        melt = mix(tree, "MIX", (-700, 400))
        socket_of(melt.inputs, "A_Color").default_value = (1.0, 1.0, 1.0, 1.0)
        ratio = (theirs / max(mine, 1e-4) for theirs, mine in zip(other, own, strict=True))
        socket_of(melt.inputs, "B_Color").default_value = (*ratio, 1.0)
        tree.links.new(attribute.outputs["Alpha"], socket_of(melt.inputs, "Factor_Float"))
        melted = mix(tree, "MULTIPLY", (-450, 300))
        tree.links.new(factor, socket_of(melted.inputs, "A_Color"))
        tree.links.new(socket_of(melt.outputs, "Result_Color"), socket_of(melted.inputs, "B_Color"))
        factor = socket_of(melted.outputs, "Result_Color")
    # exporters read the colour off a mix that multiplies a constant
    product = mix(tree, "MULTIPLY", (-250, 200))
    socket_of(product.inputs, "A_Color").default_value = (*own, 1.0)
    tree.links.new(factor, socket_of(product.inputs, "B_Color"))
    tree.links.new(socket_of(product.outputs, "Result_Color"), socket)


def mix(
    tree: bpy.types.NodeTree, blending: str, location: tuple[float, float]
) -> bpy.types.ShaderNodeMix:
    """Return a new node that mixes two colours, fully unless its factor is linked."""
    node = tree.nodes.new("ShaderNodeMix")
    node.data_type = "RGBA"
    node.blend_type = blending
    socket_of(node.inputs, "Factor_Float").default_value = 1.0
    node.location = location
    return node


def socket_of(sockets: Iterable[bpy.types.NodeSocket], identifier: str) -> bpy.types.NodeSocket:
    """Return a socket by its identifier; several of a mix have the same name."""
    return next(socket for socket in sockets if socket.identifier == identifier)
