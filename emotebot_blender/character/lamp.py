# SPDX-License-Identifier: GPL-3.0-or-later
"""The light at the antenna's tip: it glows with the emotion that the face shows.

Each mood is a custom property of the lamp's object, driven by shape keys of its own head, so that
copies that share the material glow each for itself. What the moods do to colour and strength is
nodes of the material, for artists to change. The colour of solid mode follows the first lamp.
"""

from dataclasses import dataclass

from bpy.types import Key, Material, NodeSocket, Object

from .drivers import add_key_variable
from .materials import mix, socket_of
from .palettes import linear

LAMP = "glow lamp"
"""Slot of the lamp's material."""


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
        "0.8 * clamp((a + b) * 0.35 + c * 0.4)",
        ("eyeWideLeft", "eyeWideRight", "jawOpen"),
        linear("e8fbff"),
        1.4,
    ),
    "low": _Mood(
        "0.9 * clamp((a + b) * 0.8 + c * 0.5 - (d + e) * 0.6)",
        ("mouthFrownLeft", "mouthFrownRight", "browInnerUp", "eyeWideLeft", "eyeWideRight"),
        linear("1f3cff"),
        -0.4,
    ),
    "glad": _Mood(
        "clamp((a + b) * 0.75)",
        ("mouthSmileLeft", "mouthSmileRight"),
        linear("ff9420"),
        0.1,
    ),
    "cross": _Mood(
        "clamp((a + b) * 0.55 + (c + d) * 0.4 - e * 0.6)",
        ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight", "browInnerUp"),
        linear("ff1408"),
        0.2,
    ),
}
"""From the weakest to the strongest: a later mood covers an earlier one."""


def light_lamp(lamp: Object, material: Material, head: Key) -> None:
    """Drive the light of a character by the shape keys of its head.

    Args:
        lamp: the object that gives off the light.
        material: of the light.
        head: the shape keys that show the emotion.
    """
    _add_moods(lamp, head)
    _drive_solid_colour(material, lamp)
    _add_mood_nodes(material)


def _add_moods(lamp: Object, head: Key) -> None:
    """Give the lamp's object a driven property for each mood."""
    for name, mood in _MOODS.items():
        lamp[name] = 0.0
        driver = lamp.driver_add(f'["{name}"]').driver
        driver.type = "SCRIPTED"
        for variable, channel in zip("abcde", mood.channels, strict=False):
            add_key_variable(driver, variable, head, channel)
        driver.expression = mood.expression


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
        mood_value = tree.nodes.new("ShaderNodeAttribute")
        mood_value.attribute_type, mood_value.attribute_name = "OBJECT", name
        mood_value.label = name
        mood_value.location = (-1200, 300 - 300 * index)
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
    tree.links.new(strength, strength_input)


def _drive_solid_colour(material: Material, lamp: Object) -> None:
    """Drive the colour of the viewport's solid mode by the moods."""
    neutral = tuple(material.diffuse_color)
    for component in range(3):
        driver = material.driver_add("diffuse_color", component).driver
        driver.type = "SCRIPTED"
        expression = f"{neutral[component]:.4f}"
        for variable_name, (name, mood) in zip("abcd", _MOODS.items(), strict=True):
            variable = driver.variables.new()
            variable.name = variable_name
            variable.targets[0].id = lamp
            variable.targets[0].data_path = f'["{name}"]'
            expression = f"lerp({expression}, {mood.colour[component]:.4f}, {variable_name})"
        driver.expression = expression
