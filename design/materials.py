# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of a design: one Principled shader each, and a colour for solid mode."""

from dataclasses import dataclass

import bpy

from .proportions import Design


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes:
        colour: name of a colour of the design, or linear red, green and blue.
        roughness, specular, coat, subsurface, glow: of the shader.
        tinted: whether the mesh's attribute "Tint" multiplies the colour.
    """

    colour: str | tuple[float, float, float]
    roughness: float = 0.5
    specular: float = 0.5
    coat: float = 0.0
    subsurface: float = 0.0
    glow: float = 0.0
    tinted: bool = False


FINISHES = {
    "skin": Finish("skin", 0.5, specular=0.35, subsurface=0.25, tinted=True),
    "mouth": Finish((0.12, 0.016, 0.018), 0.55),
    "brow": Finish("brow", 0.6),
    "hair": Finish("hair", 0.42, coat=0.1),
    "lash": Finish((0.016, 0.009, 0.008), 0.6, specular=0.2),
    "sclera": Finish((0.88, 0.88, 0.87), 0.25, coat=0.4, tinted=True),
    "iris": Finish("iris", 0.3, coat=0.6, tinted=True),
    "pupil": Finish((0.004, 0.004, 0.006), 0.6, specular=0.0),
    "glint": Finish((1.0, 1.0, 1.0), 0.3, glow=1.3),
    "teeth": Finish((0.92, 0.90, 0.86), 0.35, coat=0.2, glow=0.12, tinted=True),
    "tongue": Finish((0.62, 0.16, 0.16), 0.4, subsurface=0.1),
    "shell": Finish("shell", 0.32, coat=0.35),
    "accent": Finish("accent", 0.35, coat=0.3),
    "trim": Finish("trim", 0.35, coat=0.3),
    "suit": Finish("suit", 0.65),
    "lamp": Finish("lamp", 0.3, glow=0.9),
}


def make_materials(design: Design) -> dict[str, bpy.types.Material]:
    """Return new materials by slot."""
    return {
        slot: _make(slot, finish, design)
        for slot, finish in FINISHES.items()
        if not isinstance(finish.colour, str) or finish.colour in design.colours
    }


def _make(slot: str, finish: Finish, design: Design) -> bpy.types.Material:
    colour = design.colours[finish.colour] if isinstance(finish.colour, str) else finish.colour
    material = bpy.data.materials.new(slot)
    material.use_nodes = True
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    inputs = shader.inputs
    inputs["Base Color"].default_value = (*colour, 1.0)
    inputs["Roughness"].default_value = finish.roughness
    inputs["Specular IOR Level"].default_value = finish.specular
    inputs["Coat Weight"].default_value = finish.coat
    inputs["Coat Roughness"].default_value = 0.08
    inputs["Subsurface Weight"].default_value = finish.subsurface
    inputs["Subsurface Radius"].default_value = (1.0, 0.4, 0.25)
    inputs["Subsurface Scale"].default_value = 0.008
    inputs["Emission Color"].default_value = (*colour, 1.0)
    inputs["Emission Strength"].default_value = finish.glow
    if finish.tinted:
        attribute = tree.nodes.new("ShaderNodeAttribute")
        attribute.attribute_name = "Tint"
        product = tree.nodes.new("ShaderNodeMix")
        product.data_type, product.blend_type = "RGBA", "MULTIPLY"
        product.inputs[0].default_value = 1.0
        product.inputs[6].default_value = (*colour, 1.0)
        tree.links.new(attribute.outputs["Color"], product.inputs[7])
        tree.links.new(product.outputs[2], inputs["Base Color"])
    if slot == "skin":
        _blush(tree, product.outputs[2], inputs["Base Color"], design.colours["blush"])
    material.diffuse_color = (*colour, 1.0)
    material.roughness = finish.roughness
    return material


def _blush(
    tree: bpy.types.NodeTree,
    own: bpy.types.NodeSocket,
    shader: bpy.types.NodeSocket,
    colour: tuple[float, float, float],
) -> None:
    """Let a value called "Blush" mix a colour over what the mesh's attribute marks."""
    amount = tree.nodes.new("ShaderNodeValue")
    amount.name = "Blush"
    amount.outputs[0].default_value = 0.25
    mask = tree.nodes.new("ShaderNodeAttribute")
    mask.attribute_name = "Blush"
    share = tree.nodes.new("ShaderNodeMath")
    share.operation, share.use_clamp = "MULTIPLY", True
    mixed = tree.nodes.new("ShaderNodeMix")
    mixed.data_type = "RGBA"
    mixed.inputs[7].default_value = (*colour, 1.0)
    tree.links.new(amount.outputs[0], share.inputs[0])
    tree.links.new(mask.outputs["Fac"], share.inputs[1])
    tree.links.new(share.outputs[0], mixed.inputs[0])
    tree.links.new(own, mixed.inputs[6])
    tree.links.new(mixed.outputs[2], shader)
