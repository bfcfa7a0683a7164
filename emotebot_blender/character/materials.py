# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of the built-in character: one Principled shader each, and a colour for solid mode.

A mesh's tint varies the colour of its tinted materials over the surface. Skin besides takes on
colours that go with the expression, where the mesh's masks are, as far as the object's driven
properties of the same names say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import bpy

from .style import Colour


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes:
        colour: linear red, green, blue, 0 to 1.
        roughness: 0 to 1.
        specular: strength of reflections, .5 as of plastic.
        coat: strength of a clear lacquer.
        transmission: share of light that goes through.
        subsurface: share of light that is scattered under the surface.
        sheen: strength of the soft light at the edges of skin and hair.
        glow: strength of emission.
        is_tinted: whether the mesh's attribute ``TINT`` multiplies the colour.
        is_skin: whether colours go with the expression.
    """

    colour: Colour
    roughness: float = 0.5
    specular: float = 0.5
    coat: float = 0.0
    transmission: float = 0.0
    subsurface: float = 0.0
    sheen: float = 0.0
    glow: float = 0.0
    is_tinted: bool = False
    is_skin: bool = False


TINT = "Tint"
"""Name of the colour attribute of a mesh that holds its tint."""

BLUSH, PALLOR, FURROW, WRINKLE = "blush", "pallor", "furrow", "wrinkle"
"""Names of the masks of a mesh and of the object's properties that say how much of each shows."""

_PALE, _FURROWED = (0.96, 1.16, 1.33), (0.61, 0.42, 0.36)
"""Factors of the skin's colour where it is pale, and in folds between brows and across the nose."""

LAMP = "lamp"
"""Slot of the lamp's material."""

LASH, _LASH_SHADE = "lash", 0.04
"""Slot of the lids' lines, and their light as a share of the square of the skin's."""

SKIN, LIPS = "skin", "lips"
"""Slots of the skin; that of the lips differs in solid mode alone, as the tint colours them."""

_SKIN = Finish(
    (0.90, 0.57, 0.42), 0.52, specular=0.3, subsurface=0.6, sheen=0.12, is_tinted=True, is_skin=True
)

FINISHES: dict[str, Finish] = {
    SKIN: _SKIN,
    LIPS: _SKIN,
    "mouth": Finish((0.12, 0.016, 0.018), 0.55),
    "brow": Finish((0.040, 0.020, 0.014), 0.65, specular=0.25, sheen=0.1),
    "hair": Finish((0.105, 0.043, 0.022), 0.5, specular=0.4, sheen=0.15),
    LASH: Finish((0.032, 0.013, 0.007), 0.6, specular=0.2),
    "sclera": Finish((0.88, 0.88, 0.87), 0.25, coat=0.3, is_tinted=True),
    "iris": Finish((0.02, 0.27, 0.30), 0.4, specular=0.25, coat=0.12, is_tinted=True),
    "pupil": Finish((0.004, 0.004, 0.006), 0.6, specular=0.0),
    "glint": Finish((1.0, 1.0, 1.0), 0.3, glow=1.3),
    "teeth": Finish((0.95, 0.93, 0.88), 0.35, coat=0.15, glow=0.35, is_tinted=True),
    "tongue": Finish((0.62, 0.16, 0.16), 0.4, subsurface=0.1),
    "tear": Finish((0.55, 0.82, 1.0), 0.05, specular=0.8, transmission=0.35, glow=0.08),
    "shell": Finish((0.80, 0.77, 0.70), 0.32, coat=0.35),
    "accent": Finish((0.03, 0.33, 0.33), 0.35, coat=0.3),
    "trim": Finish((0.45, 0.85, 0.80), 0.35, coat=0.3),
    "suit": Finish((0.03, 0.28, 0.29), 0.65),
    LAMP: Finish((1.0, 0.78, 0.36), 0.3, glow=0.7),
}
"""By slot, in EmoteBot's own colours."""


def finishes(colours: Mapping[str, Colour]) -> dict[str, Finish]:
    """Return the finishes of a character, by slot, in colours by name."""
    result = {
        slot: replace(finish, colour=colours[slot]) if slot in colours else finish
        for slot, finish in FINISHES.items()
    }
    red, green, blue = (_LASH_SHADE * value**2 for value in colours[SKIN])
    lash = replace(result[LASH], colour=(red, green, blue))
    return result | {LIPS: result[SKIN], LASH: lash}


def make_materials(owner: str, colours: Mapping[str, Colour]) -> dict[str, bpy.types.Material]:
    """Return new materials by slot.

    Args:
        owner: the name of each begins with it.
        colours: by name, as a style has them.
    """
    own = finishes(colours)
    materials = {
        slot: _make_material(f"{owner} {slot}", finish, colours["blush"])
        for slot, finish in own.items()
    }
    materials[LIPS].diffuse_color = (*colours[LIPS], 1.0)
    return materials


def _make_material(name: str, finish: Finish, blush: Colour) -> bpy.types.Material:
    """Return a new material.

    Args:
        name: of the material; Blender may append a number.
        finish: how it looks.
        blush: linear colour of blushing skin.
    """
    material = bpy.data.materials.new(name)
    if not material.node_tree:
        material.use_nodes = True
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    colour = (*finish.colour, 1.0)
    inputs = shader.inputs
    inputs["Base Color"].default_value = colour
    inputs["Roughness"].default_value = finish.roughness
    inputs["Specular IOR Level"].default_value = finish.specular
    inputs["Coat Weight"].default_value = finish.coat
    inputs["Coat Roughness"].default_value = 0.08
    inputs["Transmission Weight"].default_value = finish.transmission
    shader.subsurface_method = "BURLEY"  # half the time of a random walk, and cleaner
    inputs["Subsurface Weight"].default_value = finish.subsurface
    inputs["Subsurface Radius"].default_value = (1.0, 0.4, 0.25)
    inputs["Subsurface Scale"].default_value = 0.007
    inputs["Sheen Weight"].default_value = finish.sheen
    inputs["Sheen Roughness"].default_value = 0.4
    if finish.glow:
        inputs["Emission Color"].default_value = colour
        inputs["Emission Strength"].default_value = finish.glow
    if finish.is_tinted:
        _tint(tree, inputs["Base Color"], blush if finish.is_skin else None)
    material.diffuse_color = colour
    material.roughness = finish.roughness
    return material


def _tint(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, blush: Colour | None) -> None:
    """Add nodes by which the mesh's tint, and its masks if it is skin, change a colour.

    Args:
        tree: of the material.
        socket: the shader's input of the colour.
        blush: linear colour that skin blushes in; None for what is no skin.
    """
    factor = attribute_node(tree, "GEOMETRY", TINT, (-950, 200)).outputs["Color"]
    own = socket.default_value[:3]
    if blush is not None:
        red = tuple(after / max(before, 1e-4) for after, before in zip(blush, own, strict=True))
        for name, over in (
            (PALLOR, _PALE),
            (FURROW, _FURROWED),
            (WRINKLE, _FURROWED),
            (BLUSH, red),
        ):
            factor = _masked(tree, factor, name, over)
    # exporters read the colour off a mix that multiplies a constant
    product = mix(tree, "MULTIPLY", (-250, 200))
    socket_of(product.inputs, "A_Color").default_value = (*own, 1.0)
    tree.links.new(factor, socket_of(product.inputs, "B_Color"))
    tree.links.new(socket_of(product.outputs, "Result_Color"), socket)


def _masked(
    tree: bpy.types.NodeTree, below: bpy.types.NodeSocket, name: str, over: tuple[float, ...]
) -> bpy.types.NodeSocket:
    """Return a factor that is another where the mask is, as far as the object's property says.

    Args:
        tree: of the material.
        below: the factor elsewhere.
        name: of the mask and of the property.
        over: red, green and blue of the other.
    """
    mask = attribute_node(tree, "GEOMETRY", name, (-1150, 700))
    amount = attribute_node(tree, "OBJECT", name, (-1150, 500))
    share = tree.nodes.new("ShaderNodeMath")
    share.operation, share.use_clamp = "MULTIPLY", True
    share.location = (-950, 600)
    tree.links.new(mask.outputs["Fac"], share.inputs[0])
    tree.links.new(amount.outputs["Fac"], share.inputs[1])
    blend = mix(tree, "MIX", (-700, 400))
    socket_of(blend.inputs, "B_Color").default_value = (*over, 1.0)
    tree.links.new(share.outputs[0], socket_of(blend.inputs, "Factor_Float"))
    tree.links.new(below, socket_of(blend.inputs, "A_Color"))
    return socket_of(blend.outputs, "Result_Color")


def attribute_node(
    tree: bpy.types.NodeTree, kind: str, name: str, location: tuple[float, float]
) -> bpy.types.Node:
    """Return a new node that reads an attribute of the mesh ("GEOMETRY") or of the "OBJECT"."""
    node = tree.nodes.new("ShaderNodeAttribute")
    node.attribute_type, node.attribute_name, node.location = kind, name, location
    return node


def mix(
    tree: bpy.types.NodeTree, blending: str, location: tuple[float, float]
) -> bpy.types.ShaderNodeMix:
    """Return a new node that mixes two colours, fully unless its factor is linked.

    Args:
        tree: where it is added.
        blending: Blender's name of the blending mode.
        location: in the node editor.
    """
    node = tree.nodes.new("ShaderNodeMix")
    node.data_type = "RGBA"
    node.blend_type = blending
    socket_of(node.inputs, "Factor_Float").default_value = 1.0
    node.location = location
    return node


def socket_of(sockets: Iterable[bpy.types.NodeSocket], identifier: str) -> bpy.types.NodeSocket:
    """Return a socket by its identifier; several of a mix have the same name."""
    return next(socket for socket in sockets if socket.identifier == identifier)
