# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of the built-in head, and the tints that vary their colour over a surface.

Each is one Principled shader, with a colour for solid mode. A tint has four numbers a point: linear
factors of red, green and blue, and the share by which the colour blends into that of the
neighbouring material.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import bpy
import numpy as np

from . import form
from .form import bump, smoothstep
from .openings import LIP_BORDER
from .sculpting import Surface


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes:
        colour: linear red, green, blue, 0 to 1.
        roughness: 0 to 1.
        metallic: 0 or 1.
        specular: strength of reflections, .5 as of plastic.
        coat: strength of a clear lacquer.
        subsurface: share of light that is scattered under the surface.
        glow: strength of emission.
        tinted: whether the mesh's attribute ``TINT`` multiplies the colour.
        blends_into: slot of the finish whose colour this one takes on by the share in the
            attribute's alpha; empty for none.
    """

    colour: tuple[float, float, float]
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    coat: float = 0.0
    subsurface: float = 0.0
    glow: float = 0.0
    tinted: bool = False
    blends_into: str = ""


TINT = "Tint"
"""Name of the colour attribute of a mesh that holds its tint."""

WARMTH = np.array([0.05, 0.34, 0.32])
"""Share of red, green and blue that blood under the skin takes away."""

FINISHES: dict[str, Finish] = {
    "skin": Finish(
        (0.86, 0.555, 0.435), 0.52, specular=0.35, subsurface=0.15, tinted=True, blends_into="lips"
    ),
    "lips": Finish((0.60, 0.165, 0.16), 0.36, subsurface=0.05, tinted=True, blends_into="skin"),
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
    """Return a new material.

    Args:
        name: of the material; Blender may append a number.
        finish: how it looks.
        finishes: by slot, among them those that it blends into.
    """
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
            finishes[finish.blends_into].colour if finish.blends_into else None,
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
    """Add nodes by which the mesh's tint changes a colour.

    Args:
        tree: of the material.
        socket: the shader's input of the colour.
        other: linear colour that the tint's alpha blends into; None for none.
    """
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_name = TINT
    attribute.location = (-950, 200)
    factor = attribute.outputs["Color"]
    own = socket.default_value[:3]
    if other is not None:
        blend = mix(tree, "MIX", (-700, 400))
        socket_of(blend.inputs, "A_Color").default_value = (1.0, 1.0, 1.0, 1.0)
        ratio = (after / max(before, 1e-4) for after, before in zip(other, own, strict=True))
        socket_of(blend.inputs, "B_Color").default_value = (*ratio, 1.0)
        tree.links.new(attribute.outputs["Alpha"], socket_of(blend.inputs, "Factor_Float"))
        blended = mix(tree, "MULTIPLY", (-450, 300))
        tree.links.new(factor, socket_of(blended.inputs, "A_Color"))
        tree.links.new(
            socket_of(blend.outputs, "Result_Color"), socket_of(blended.inputs, "B_Color")
        )
        factor = socket_of(blended.outputs, "Result_Color")
    # exporters read the colour off a mix that multiplies a constant
    product = mix(tree, "MULTIPLY", (-250, 200))
    socket_of(product.inputs, "A_Color").default_value = (*own, 1.0)
    tree.links.new(factor, socket_of(product.inputs, "B_Color"))
    tree.links.new(socket_of(product.outputs, "Result_Color"), socket)


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


def skin_tint(surface: Surface, groove: np.ndarray) -> np.ndarray:
    """Return the tint of the skin: warm cheeks, nose, lids and chin, soft borders of the lips.

    Args:
        surface: the skin, n points.
        groove: 1 at the bottom of the groove around the face plate, 0 outside it, shape (n,).

    Returns:
        Red, green and blue factors and the share of blending, shape (n, 4).
    """
    x, z = np.abs(surface.points[:, 0]), surface.points[:, 2]
    front = smoothstep(-1.0, -5.0, surface.points[:, 1])
    warm = 0.7 * bump(x, z, (4.5, -2.7), (1.6, 1.1)) + 0.45 * bump(x, z, (0.0, -2.7), (0.9, 0.6))
    warm += 0.2 * bump(x, z, (0.0, -8.3), (1.3, 0.8)) + 0.3 * bump(x, z, (3.4, 1.5), (1.9, 0.7))
    nostril = 0.45 * bump(x, z, (0.55, -3.22), (0.2, 0.13)) * front
    ring = surface.mouth_ring
    steps = np.arange(-1, 4) + LIP_BORDER - 1
    blending = np.interp(ring, steps, [0.0, 0.12, 0.5, 0.1, 0.0])
    # the seam of the lips is deeper in colour
    seam = np.interp(ring, [0, 2], [0.3, 0.0]) * (np.abs(ring) <= 2)
    colour = 1 - (warm * front)[:, None] * WARMTH - (seam + nostril + 0.72 * groove)[:, None]
    return np.column_stack([colour, blending])


def eye_tint(ball: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return the tint of an eyeball: an iris lit from above through the cornea, shaded whites.

    Args:
        ball: points around the eye's centre in centimetres, shape (n, 3).
        turn: radians around the axis of the eye, shape (n,).

    Returns:
        Red, green and blue factors and the share of blending, 0, shape (n, 4).
    """
    off_axis = np.degrees(np.arccos(np.clip(-ball[:, 1] / form.EYE_RADIUS, -1, 1)))
    below = 0.5 - 0.5 * np.sin(turn)
    streaks = 0.1 * np.sin(7 * turn + 1) + 0.08 * np.sin(11 * turn + 2.2) + 0.06 * np.sin(17 * turn)
    iris = (0.45 + 1.25 * below**1.3) * (1 + streaks)
    white = np.interp(off_axis, [33, 39, 60, 90], [0.8, 1.0, 0.97, 0.85])
    white -= 0.16 * smoothstep(0.3, 1.0, ball[:, 2] / form.EYE_RADIUS * 2)
    grey = np.where(off_axis > 32.9, white, iris)
    colour = grey[:, None] * np.where(
        (off_axis > 32.9)[:, None], (1.0, 0.985, 0.98), (1.0, 1.0, 1.0)
    )
    return np.column_stack([colour, np.zeros(len(ball))])
