# SPDX-License-Identifier: GPL-3.0-or-later
"""The light at the antenna's tip: it glows with the emotion that the face shows.

Each mood is a property of the lamp's object, driven by shape keys of its own head, so that copies
that share the material still glow each for itself. What the moods do to colour and strength is
nodes of the material, for artists to change. The colour of solid mode follows the first lamp.
"""

from dataclasses import dataclass

from bpy.types import Key, Material, NodeSocket, Object

from .drivers import follow_key
from .materials import mix, socket_of
from .palettes import linear

LAMP = "glow lamp"
"""The lamp's material."""


@dataclass(frozen=True)
class _Mood:
    """What a mood does to the light.

    Attributes:
        expression: 0 to 1, of the shape keys, which are called a, b, c and so on.
        channels: the shape keys.
        colour: linear, what the light turns to.
        power: by how much of itself the light grows.
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
"""From the weakest to the strongest: a later mood paints over an earlier one."""


def light_lamp(lamp: Object, material: Material, head: Key) -> None:
    """Let the light of a character follow the shape keys of its head.

    Args:
        lamp: the object that gives off the light.
        material: its light.
        head: what shows the emotion.
    """
    _feel(lamp, head)
    _follow_in_solid_mode(material, lamp)
    _paint(material)


def _feel(lamp: Object, head: Key) -> None:
    """Give the lamp's object its moods."""
    for name, mood in _MOODS.items():
        lamp[name] = 0.0
        driver = lamp.driver_add(f'["{name}"]').driver
        driver.type = "SCRIPTED"
        for letter, channel in zip("abcde", mood.channels, strict=False):
            follow_key(driver, letter, head, channel)
        driver.expression = mood.expression


def _paint(material: Material) -> None:
    """Let the moods of the object that has the material change its light."""
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    lit, power = shader.inputs["Emission Color"], shader.inputs["Emission Strength"]
    calm, still = tuple(lit.default_value), float(power.default_value)
    colour: NodeSocket | None = None
    strength: NodeSocket | None = None
    for place, (name, mood) in enumerate(_MOODS.items()):
        value = tree.nodes.new("ShaderNodeAttribute")
        value.attribute_type, value.attribute_name = "OBJECT", name
        value.label = name
        value.location = (-1200, 300 - 300 * place)
        turn = mix(tree, "MIX", (-1000 + 200 * place, 300))
        socket_of(turn.inputs, "A_Color").default_value = calm
        socket_of(turn.inputs, "B_Color").default_value = (*mood.colour, 1.0)
        grow = tree.nodes.new("ShaderNodeMath")
        grow.operation = "MULTIPLY_ADD"
        grow.location = (-1000 + 200 * place, 0)
        grow.inputs[1].default_value = mood.power * still
        grow.inputs[2].default_value = still
        tree.links.new(value.outputs["Fac"], socket_of(turn.inputs, "Factor_Float"))
        tree.links.new(value.outputs["Fac"], grow.inputs[0])
        if colour and strength:
            tree.links.new(colour, socket_of(turn.inputs, "A_Color"))
            tree.links.new(strength, grow.inputs[2])
        colour, strength = socket_of(turn.outputs, "Result_Color"), grow.outputs[0]
    tree.links.new(colour, lit)
    tree.links.new(strength, power)


def _follow_in_solid_mode(material: Material, lamp: Object) -> None:
    """Let the colour of the viewport be that of the light."""
    calm = tuple(material.diffuse_color)
    for part in range(3):
        driver = material.driver_add("diffuse_color", part).driver
        driver.type = "SCRIPTED"
        expression = f"{calm[part]:.4f}"
        for letter, (name, mood) in zip("abcd", _MOODS.items(), strict=True):
            variable = driver.variables.new()
            variable.name = letter
            variable.targets[0].id = lamp
            variable.targets[0].data_path = f'["{name}"]'
            expression = f"lerp({expression}, {mood.colour[part]:.4f}, {letter})"
        driver.expression = expression
