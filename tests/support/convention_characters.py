# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters of every naming convention: the built-in head with that convention's controls.

What a control does is the convention read backwards: all that the channels do which it serves. A
control that shows an emotion as a whole does what the channels of that emotion's expression do.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from bpy.types import Key, Object, Scene, ShapeKey
from bpy.utils import escape_identifier
from numpy.typing import NDArray

from emotebot_blender.character.character import add_character
from emotebot_blender.character.correctives import factors_of, weight_of
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import express
from emotebot_blender.core.rig.convention import ControlName, Convention, Feed
from emotebot_blender.rig.face import Face, find_face

Displacement = NDArray[np.float32]
"""Of the vertices of one mesh, shape (vertices, 3)."""

Effect = tuple[float, Mapping[str, float]]
"""The value of a control, and the weights of the channels whose displacements it then shows."""


def add_convention_character(scene: Scene, convention: Convention) -> Face:
    """Add a character with all controls of a convention to a scene, and return its face.

    Shape keys have the convention's names. Properties are custom ones of the head, which drive
    shape keys without telling names.

    Args:
        scene: where it is added.
        convention: whose.
    """
    face = find_face(add_character(scene), scene)
    convert(face, convention)
    return find_face(face.objects[0], scene)


def convert(face: Face, convention: Convention) -> None:
    """Give the built-in head the controls of a convention, in place of its own.

    Args:
        face: of the built-in head.
        convention: whose.
    """
    effects = {control: list(_effects(convention, control)) for control in convention.controls()}
    for obj in face.objects:
        _convert(obj, face.objects[0], effects)


def channel_displacements(obj: Object) -> dict[str, Displacement]:
    """Return what each channel does at full on a mesh of the built-in head, float32 (vertices, 3).

    Correctives of a channel alone are part of it.
    """
    blocks = obj.data.shape_keys.key_blocks
    rest = _positions(blocks[0])
    moved: dict[str, Displacement] = {}
    for block in blocks[1:]:
        first, *others = factors_of(block.name)
        if not others and first in CHANNELS:
            moved[first] = moved.get(first, 0) + _positions(block) - rest
    return {name: moved[name] for name in CHANNELS if name in moved}


def _pair_displacements(obj: Object) -> dict[str, Displacement]:
    """Return what the correctives of more than one channel do on a mesh of the built-in head."""
    blocks = obj.data.shape_keys.key_blocks
    rest = _positions(blocks[0])
    return {
        block.name: _positions(block) - rest
        for block in blocks[1:]
        if len(factors_of(block.name)) > 1
    }


def _effects(convention: Convention, control: ControlName) -> Iterator[Effect]:
    """Yield what a control does: one effect, or for a signed one that of each direction."""
    shown: dict[str, tuple[float, float]] = {}
    halves = False
    for entries in (convention.feeds, convention.approximations):
        for channel, groups in entries.items():
            for group in groups:
                own = next((feed for feed in group if feed.control == control), None)
                if own is not None and channel not in shown:
                    shown[channel] = own.full, _part(own, group)
                    halves = halves or own.half
    if halves:
        for positive in (True, False):
            side = {name: part for name, (full, part) in shown.items() if (full > 0) == positive}
            value = next((full for full, _ in shown.values() if (full > 0) == positive), 0.0)
            if side:
                yield value, side
    elif shown:
        yield 1.0, {name: np.sign(full) * part for name, (full, part) in shown.items()}
    for preset in (preset for own in convention.presets for preset in own):
        if preset.feed.control == control and not shown:
            mixture = Mixture.of(dict.fromkeys(preset.emotions, 1.0))
            share = max(preset.emotions.values())
            weights = express(load_networks(), Feeling(mixture, share))[0]
            yield preset.feed.full, dict(zip(CHANNELS, weights.tolist(), strict=True))


def _part(own: Feed, group: tuple[Feed, ...]) -> float:
    """Return how much of a channel's displacement one control of its group shows at its full."""
    return 1 / max(sum(abs(feed.full) for feed in group), 1.0) if not own.half else 1 / len(group)


def _convert(obj: Object, head: Object, effects: Mapping[ControlName, list[Effect]]) -> None:
    """Give a mesh of the built-in head other shape keys.

    The head has all of a convention's, as the heads of characters have, also where it stays still.

    Args:
        obj: the mesh.
        head: the object that has the properties.
        effects: of all controls.
    """
    channels, pairs = channel_displacements(obj), _pair_displacements(obj)
    rest = _positions(obj.data.shape_keys.key_blocks[0])
    _remove_shape_keys(obj)
    obj.shape_key_add(name="Basis", from_mix=False)
    number = 0
    for control, own in effects.items():
        for value, shown in own:
            moved = sum(
                (weight * channels[name] for name, weight in shown.items() if name in channels),
                start=np.zeros_like(rest),
            )
            weights = {name: max(weight, 0.0) for name, weight in shown.items()}
            moved += sum(weight_of(name, weights) * by for name, by in pairs.items())
            number += 1
            is_property = control.kind == "property"
            if not np.abs(moved).max(initial=0) > 0 and (is_property or obj != head):
                continue
            name = f"Corrective {number}" if is_property else control.name
            block = obj.shape_key_add(name=name, from_mix=False)
            block.value = 0  # 1 in Blender 5
            block.data.foreach_set("co", (rest + moved / (1 if is_property else value)).ravel())
            if is_property:
                _drive(obj.data.shape_keys, name, head, control.name, value)
    if len(obj.data.shape_keys.key_blocks) == 1:
        obj.shape_key_clear()


def _remove_shape_keys(obj: Object) -> None:
    keys = obj.data.shape_keys
    for curve in list(keys.animation_data.drivers) if keys.animation_data else ():
        keys.animation_data.drivers.remove(curve)
    obj.shape_key_clear()


def _drive(keys: Key, name: str, head: Object, control: str, value: float) -> None:
    """Drive a shape key by a property of the head, which it shows in full at that value."""
    if control not in head:
        head[control] = 0.0
        head.id_properties_ui(control).update(min=-1.0, max=1.0, default=0.0)
    driver = keys.key_blocks[name].driver_add("value").driver
    driver.expression = f"a * {1 / value:.6g}"
    variable = driver.variables.new()
    variable.name = "a"
    target = variable.targets[0]
    target.id = head
    target.data_path = f'["{escape_identifier(control)}"]'


def _positions(block: ShapeKey) -> Displacement:
    positions: Displacement = np.empty(len(block.data) * 3, dtype=np.float32)
    block.data.foreach_get("co", positions)
    return positions.reshape(-1, 3)
