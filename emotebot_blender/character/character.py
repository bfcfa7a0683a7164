# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the EmoteBot head: a friendly android with all 52 channels as shape keys."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.types import Collection, Material, Object, Scene

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from . import eyes, fittings, mouth, shell
from .armature import bind, build_armature, skin_weights
from .asset import mark_as_asset
from .drivers import LOOKS, drive_aim, drive_correctives, drive_gaze, tie
from .head_mesh import build_head
from .lamp import LAMP, light_lamp
from .materials import TINT, make_materials
from .palettes import (
    GROUPS,
    HEIGHT,
    LARGEST,
    PALETTES,
    SMALLEST,
    Colour,
    finishes,
)
from .part import Part
from .shapes import skin_moves
from .skin_shapes import CORRECTIVES
from .style import Warp, style_of, warped
from .tint import skin_tint

CENTIMETRE = 0.01
FLOOR = -17.0
"""Height of the collar's foot in the head's own centimetres; it stands on the origin."""


@dataclass(frozen=True)
class _Ground:
    """How the head's own centimetres become metres over the floor.

    Attributes:
        warp: of space, that gives the character its proportions; None for EmoteBot's own.
        unit: metres that a centimetre becomes.
        floor: height of the collar's foot, in centimetres, after the warp.
    """

    warp: Warp | None
    unit: float
    floor: float

    def place(self, points: np.ndarray) -> np.ndarray:
        """Return where points of the unwarped head stand, shape (..., 3)."""
        return self.metres(self.warp(points) if self.warp else points)

    def metres(self, points: np.ndarray) -> np.ndarray:
        """Return where points of the warped head stand, shape (..., 3)."""
        places = points * self.unit
        places[..., 2] -= self.floor * self.unit
        return places


def head_parts() -> list[Part]:
    """Return all meshes of the neutral head with their channels."""
    head = build_head()
    skin = Part(
        "head",
        head.surface.points,
        [tuple(face) for face in head.faces.tolist()],
        head.materials.tolist(),
        ("skin", "lips", "rim", "mouth"),
        skin_moves(head.surface),
        skin_tint(head.surface, head.seam),
        skin_weights(head.surface),
    )
    return [
        skin,
        eyes.eye(1),
        eyes.eye(-1),
        eyes.brows(),
        eyes.lashes(),
        mouth.upper_teeth(),
        mouth.lower_teeth(),
        mouth.tongue(),
        shell.shell(),
        fittings.lamp(),
        fittings.ears(),
        fittings.bust(),
    ]


def _styled(size: float, seed: int) -> tuple[list[Part], _Ground]:
    """Return the parts in the proportions of a style, and how they become ``size`` metres high."""
    parts = head_parts()
    unit = CENTIMETRE * size / HEIGHT
    if seed == 0:
        return parts, _Ground(None, unit, FLOOR)
    ears = next(part.points for part in parts if part.name == "ears")
    warp = Warp(style_of(seed), ears[ears[:, 0] > 0].mean(axis=0), FLOOR)
    height = _height(parts)[1]
    parts = [warped(part, warp) for part in parts]
    floor, now = _height(parts)
    return parts, _Ground(warp, unit * height / now, floor)


def _height(parts: list[Part]) -> tuple[float, float]:
    """Return how high the lowest point of all parts stands, and the highest above it."""
    heights = np.concatenate([part.points[:, 2] for part in parts])
    return float(heights.min()), float(np.ptp(heights))


def _add_part(
    part: Part,
    ground: _Ground,
    root: Object,
    materials: dict[str, Material],
    collection: Collection,
) -> Object:
    """Make the object of one part with its shape keys, and hang it on the armature."""
    name = f"{root.name} {part.name}"
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(ground.metres(part.points).tolist(), [], part.faces)
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
    _add_shape_keys(item, part, ground, root)
    subdivision = item.modifiers.new("Subdivision", "SUBSURF")
    subdivision.levels = 0
    subdivision.render_levels = 1
    return item


def _add_shape_keys(item: Object, part: Part, ground: _Ground, root: Object) -> None:
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
            moved = ground.metres(part.points + moves[name])
            key.data.foreach_set("co", moved.astype(np.float32).ravel())
    if moves:
        drive_correctives(item.data.shape_keys)
        drive_gaze(item.data.shape_keys, root)
        tie(item.data.shape_keys, root)


def _hide(control: Object, collection: Collection) -> None:
    """Put what the bones are drawn as where it goes along with the character and is not seen."""
    hidden = bpy.data.collections.new(control.name)
    hidden.hide_viewport = hidden.hide_render = True
    hidden.objects.link(control)
    collection.children.link(hidden)


def _check(
    scene: Scene, name: str, size: float, palette: str, colours: Mapping[str, Colour], style: int
) -> None:
    if not name:
        raise EmoteBotError("A character needs a name")
    if scene.library is not None:
        raise EmoteBotError(
            "The scene “{scene}” is linked: nothing can be added to it", scene=scene.name
        )
    if not (math.isfinite(size) and SMALLEST <= size <= LARGEST):
        raise EmoteBotError(
            "A character is {smallest:g} to {largest:g} m high, not {size:g} m",
            smallest=SMALLEST,
            largest=LARGEST,
            size=size,
        )
    if palette and palette not in PALETTES:
        raise EmoteBotError(
            "There is no palette “{palette}”; there are {names}",
            palette=palette,
            names=tuple(PALETTES),
        )
    for group, colour in colours.items():
        if group not in GROUPS:
            raise EmoteBotError(
                "“{group}” has no colour; {names} have", group=group, names=tuple(GROUPS)
            )
        if len(colour) != 3 or not all(0 <= part <= 1 for part in colour):
            raise EmoteBotError("The colour of “{group}” is three numbers from 0 to 1", group=group)
    if style < 0:
        raise EmoteBotError("A style is a whole number from 0, not {style}", style=style)


def add_character(
    scene: Scene,
    name: str = "EmoteBot",
    size: float = HEIGHT,
    palette: str = "",
    colours: Mapping[str, Colour] | None = None,
    style: int = 0,
    asset: bool = False,
) -> Object:
    """Add the head to ``scene`` and return its armature object, which all its parts hang on.

    It stands on the origin and looks along -Y, in a collection of its own. A name that is taken
    gets a number, as usual in Blender; nothing already in the file is touched.

    Args:
        scene: where it is added; it need not be the open one.
        name: of the armature object; the names of all parts begin with it.
        size: metres from the collar's foot to the crown.
        palette: a name of ``choices.PALETTES``; empty for the one that belongs to the style.
        colours: linear colours of "skin", "shell", "eyes" or "brow" in place of the palette's.
        style: 0 is EmoteBot, every other whole number above it someone else.
        asset: show the collection in the asset browser. Blender keeps an asset in the file even
            when nobody uses it, so a character that is only tried out is better none.

    Raises:
        EmoteBotError: there is no name, the scene is linked, or there is no such size, palette,
            colour or style.
    """
    colours = colours or {}
    _check(scene, name, size, palette, colours, style)
    parts, ground = _styled(size, style)
    root, control = build_armature(name, ground.place, ground.unit)
    drive_aim(root)
    collection = bpy.data.collections.new(root.name)
    scene.collection.children.link(collection)
    collection.objects.link(root)
    _hide(control, collection)
    palette = palette or style_of(style).palette
    materials = make_materials(root.name, finishes(palette, colours))
    items = {part.name: _add_part(part, ground, root, materials, collection) for part in parts}
    light_lamp(items["lamp"], materials[LAMP], items["head"].data.shape_keys)
    if asset:
        mark_as_asset(collection, PALETTES[palette].label, style)
    return root
