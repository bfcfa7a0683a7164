# SPDX-License-Identifier: GPL-3.0-or-later
"""The light at the antenna's tip: it glows with the emotion that the face shows.

Each mood is a custom property of the lamp's object, driven by shape keys of its own head, so that
copies that share the material glow each for itself. What the moods do to colour and strength is
nodes of the material, for artists to change. The colour of solid mode follows the first lamp.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bpy.types import Key, Material, NodeSocket, NodeTree, Object

from .driving import DriverInput, both_sides, drive, drive_new_property
from .materials import attribute_node, mix, socket_of


def _linear(code: str) -> tuple[float, float, float]:
    """Return the linear colour of an sRGB colour in six hexadecimal digits (IEC 61966-2-1)."""
    encoded = (int(code[index : index + 2], 16) / 255 for index in (0, 2, 4))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in encoded
    )
    return red, green, blue


@dataclass(frozen=True)
class _Mood:
    """What a mood does to the light.

    Attributes:
        expression: of its driver, 0 to 1; the channels are its variables a, b, c and so on.
        channels: names of shape keys.
        colour: linear red, green, blue that the light turns to.
        power: share of its own strength that the light gains.
    """

    expression: str
    channels: tuple[str, ...]
    colour: tuple[float, float, float]
    power: float


_MOODS = {
    "startled": _Mood(
        "clamp((a + b) * 0.6 - 0.3 - (c + d) * 0.5)",
        both_sides("eyeWide", "mouthStretch"),
        _linear("f4fbff"),
        0.5,
    ),
    "afraid": _Mood(
        "clamp((a + b) * 0.7 - 0.3)",
        both_sides("mouthStretch"),
        _linear("8f5cff"),
        0.1,
    ),
    "low": _Mood(
        "clamp((a + b) * 0.6 - (c + d) * 0.5)",
        both_sides("mouthFrown", "noseSneer"),
        _linear("2f7bff"),
        -0.2,
    ),
    "glad": _Mood(
        "clamp((a + b) * 0.75 - (c + d) * 0.6)",
        both_sides("mouthSmile", "mouthDimple"),
        _linear("ffab1a"),
        0.2,
    ),
    "disgusted": _Mood(
        "clamp((a + b) * c * 1.6)",
        (*both_sides("mouthUpperUp"), "mouthShrugLower"),
        _linear("5fc822"),
        0.0,
    ),
    "cross": _Mood(
        "clamp((a + b) * 0.55 - c * 0.6 - d * 0.6)",
        (*both_sides("browDown"), "browInnerUp", "mouthShrugLower"),
        _linear("ff2414"),
        0.3,
    ),
}
"""From the weakest to the strongest: a later mood covers an earlier one."""

PULSE = "pulse"
"""Name of the lamp's property by which its strength pulses: -1 for none to 1 for twice its own."""

_SURFACE = 0.25
"""Brightness of the lamp's own surface, as a share of that of its light."""


def light_lamps(lamp: Object, others: Iterable[Object], material: Material, head: Key) -> None:
    """Drive the light of a character by the shape keys of its head.

    Args:
        lamp: the object that gives off the light.
        others: objects that have the material on some of their faces.
        material: of the light.
        head: the shape keys that show the emotion.
    """
    for obj in (lamp, *others):
        for name, mood in _MOODS.items():
            drive_new_property(
                obj, name, mood.expression, DriverInput.of_keys(head, *mood.channels)
            )
    _drive_solid_colour(material, lamp)
    _add_mood_nodes(material)


def _add_mood_nodes(material: Material) -> None:
    """Add nodes that change the light by the moods of the object that has the material."""
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    colour_input, strength_input = (
        shader.inputs["Emission Color"],
        shader.inputs["Emission Strength"],
    )
    neutral, neutral_power = tuple(colour_input.default_value), float(strength_input.default_value)
    colour: NodeSocket | None = None
    strength: NodeSocket | None = None
    for index, (name, mood) in enumerate(_MOODS.items()):
        mood_value = attribute_node(tree, "OBJECT", name, (-1200, 300 - 300 * index))
        mood_value.label = name
        blend = mix(tree, "MIX", (-1000 + 200 * index, 300))
        socket_of(blend.inputs, "A_Color").default_value = neutral
        socket_of(blend.inputs, "B_Color").default_value = (*mood.colour, 1.0)
        grow = tree.nodes.new("ShaderNodeMath")
        grow.operation = "MULTIPLY_ADD"
        grow.location = (-1000 + 200 * index, 0)
        grow.inputs[1].default_value = mood.power * neutral_power
        grow.inputs[2].default_value = neutral_power
        tree.links.new(mood_value.outputs["Fac"], socket_of(blend.inputs, "Factor_Float"))
        tree.links.new(mood_value.outputs["Fac"], grow.inputs[0])
        if colour and strength:
            tree.links.new(colour, socket_of(blend.inputs, "A_Color"))
            tree.links.new(strength, grow.inputs[2])
        colour, strength = socket_of(blend.outputs, "Result_Color"), grow.outputs[0]
    tree.links.new(colour, colour_input)
    tree.links.new(_pulsing(tree, strength), strength_input)
    # the surface is dark, so that light that falls on it does not wash the colour out
    surface = mix(tree, "MULTIPLY", (-1000 + 200 * len(_MOODS), 600))
    socket_of(surface.inputs, "B_Color").default_value = (*(_SURFACE,) * 3, 1.0)
    tree.links.new(colour, socket_of(surface.inputs, "A_Color"))
    tree.links.new(socket_of(surface.outputs, "Result_Color"), shader.inputs["Base Color"])


def _pulsing(tree: NodeTree, strength: NodeSocket) -> NodeSocket:
    """Return a strength that pulses as the object's property ``PULSE`` says.

    Args:
        tree: of the material.
        strength: what it is without.
    """
    pulse = attribute_node(tree, "OBJECT", PULSE, (-200, -300))
    product = tree.nodes.new("ShaderNodeMath")
    product.operation = "MULTIPLY_ADD"
    for node in (pulse, product):
        node.label = PULSE
    tree.links.new(pulse.outputs["Fac"], product.inputs[0])
    tree.links.new(strength, product.inputs[1])
    tree.links.new(strength, product.inputs[2])
    return product.outputs[0]


def _drive_solid_colour(material: Material, lamp: Object) -> None:
    """Drive the colour of the viewport's solid mode by the moods."""
    moods = [DriverInput(lamp, f'["{name}"]') for name in _MOODS]
    for component, neutral in enumerate(tuple(material.diffuse_color)[:3]):
        expression = f"{neutral:.4f}"
        for variable, mood in zip("abcdef", _MOODS.values(), strict=True):
            expression = f"lerp({expression}, {mood.colour[component]:.4f}, {variable})"
        drive(material, "diffuse_color", expression, moods, index=component)
