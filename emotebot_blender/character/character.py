# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head, put together: an android with all 52 channels as shape keys."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Collection, Material, Object, Scene

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..render.images import read_image
from . import eyes, fittings, mouth, shell
from .armature import bind, build_armature, skin_weights
from .drivers import GAZE_KEYS, depend_on, drive_aim, drive_correctives, drive_gaze
from .head_mesh import build_head
from .lamp import LAMP, light_lamp
from .materials import TINT, make_materials, skin_tint
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
from .skin_shapes import CORRECTIVES, skin_displacements
from .style import Warp, style_of, warped

CENTIMETRE = 0.01
FLOOR = -17.0
"""Height of the collar's foot in the head's own centimetres; it stands on the origin."""

PREVIEW = Path(__file__).resolve().parents[1] / "data" / "icons" / "neutral.png"
"""The picture of a character in the asset browser: the neutral face."""


@dataclass(frozen=True)
class _Scaling:
    """How the head's own centimetres become metres of the character over the floor.

    Attributes:
        warp: of space, that gives the character its proportions; None for EmoteBot's own.
        unit: metres that a centimetre becomes.
        floor: height of the collar's foot, in centimetres, after the warp.
    """

    warp: Warp | None
    unit: float
    floor: float

    def warp_to_metres(self, points: np.ndarray) -> np.ndarray:
        """Return points of the unwarped head, centimetres, shape (..., 3), in metres."""
        return self.to_metres(self.warp(points) if self.warp else points)

    def to_metres(self, points: np.ndarray) -> np.ndarray:
        """Return points of the warped head, centimetres, shape (..., 3), in metres."""
        metres = points * self.unit
        metres[..., 2] -= self.floor * self.unit
        return metres


def head_parts() -> list[Part]:
    """Return all meshes of the neutral head with their channels and correctives."""
    head = build_head()
    skin = Part(
        "head",
        head.surface.points,
        [tuple(face) for face in head.faces.tolist()],
        head.materials.tolist(),
        ("skin", "lips", "rim", "mouth"),
        skin_displacements(head.surface),
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
        fittings.collar(),
    ]


def _styled(size: float, style: int) -> tuple[list[Part], _Scaling]:
    """Return the parts in the proportions of a style, and how they become ``size`` metres high."""
    parts = head_parts()
    unit = CENTIMETRE * size / HEIGHT
    if style == 0:
        return parts, _Scaling(None, unit, FLOOR)
    ears = next(part.points for part in parts if part.name == "ears")
    warp = Warp(style_of(style), ears[ears[:, 0] > 0].mean(axis=0), FLOOR)
    height = _extent(parts)[1]
    parts = [warped(part, warp) for part in parts]
    floor, warped_height = _extent(parts)
    return parts, _Scaling(warp, unit * height / warped_height, floor)


def _extent(parts: list[Part]) -> tuple[float, float]:
    """Return the lowest z of all parts and the height above it, in centimetres."""
    heights = np.concatenate([part.points[:, 2] for part in parts])
    return float(heights.min()), float(np.ptp(heights))


def _add_part(
    part: Part,
    scaling: _Scaling,
    root: Object,
    materials: dict[str, Material],
    collection: Collection,
) -> Object:
    """Return a new object of one part with its shape keys, bound to the armature.

    Args:
        part: its mesh.
        scaling: of the character.
        root: the armature object.
        materials: by slot.
        collection: which the object joins.
    """
    name = f"{root.name} {part.name}"
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(scaling.to_metres(part.points).tolist(), [], part.faces)
    for slot in part.slots:
        mesh.materials.append(materials[slot])
    mesh.polygons.foreach_set("material_index", np.asarray(part.materials, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(part.faces), dtype=bool))
    if part.tint is not None:
        tint = mesh.attributes.new(TINT, "FLOAT_COLOR", "POINT")
        tint.data.foreach_set("color", part.tint.astype(np.float32).ravel())
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    collection.objects.link(obj)
    bind(obj, root, part)
    _add_shape_keys(obj, part, scaling, root)
    subdivision = obj.modifiers.new("Subdivision", "SUBSURF")
    subdivision.levels = 0
    subdivision.render_levels = 1
    return obj


def _add_shape_keys(obj: Object, part: Part, scaling: _Scaling, root: Object) -> None:
    """Add the channels, then what is driven: correctives, and lids that follow bones.

    Args:
        obj: without shape keys.
        part: what it was made from.
        scaling: of the character.
        root: the armature object.
    """
    displacements = dict(part.displacements)
    if not part.name.startswith("eye"):  # an eyeball turns with its bone
        displacements |= {
            key: displacements[name] for key, name in GAZE_KEYS.items() if name in displacements
        }
    if displacements:
        obj.shape_key_add(name="Basis", from_mix=False)
    for name in (*CHANNELS, *CORRECTIVES, *GAZE_KEYS):
        if name in displacements:
            key = obj.shape_key_add(name=name, from_mix=False)
            key.value = 0.0  # Blender 5 begins with 1
            moved = scaling.to_metres(part.points + displacements[name])
            key.data.foreach_set("co", moved.astype(np.float32).ravel())
    if displacements:
        drive_correctives(obj.data.shape_keys)
        drive_gaze(obj.data.shape_keys, root)
        depend_on(obj.data.shape_keys, root)


def _hide(bone_shape: Object, collection: Collection) -> None:
    """Put the custom shape of the bones into a hidden collection within the character's."""
    hidden = bpy.data.collections.new(bone_shape.name)
    hidden.hide_viewport = hidden.hide_render = True
    hidden.objects.link(bone_shape)
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
        if len(colour) != 3 or not all(0 <= value <= 1 for value in colour):
            raise EmoteBotError("The colour of “{group}” is three numbers from 0 to 1", group=group)
    if style < 0:
        raise EmoteBotError("A style is a whole number from 0, not {style}", style=style)


def mark_as_asset(
    collection: Collection, palette: str, style: int, preview: Path = PREVIEW
) -> None:
    """Show a character's collection in the asset browser.

    Everything of the character is in its collection, so that appending or linking that brings all.
    Marking sets the fake user: Blender keeps the collection in the file although nobody uses it.

    Args:
        collection: of the character.
        palette: the label of its palette.
        style: the number of its style.
        preview: a square picture; none where there is no such file.
    """
    collection.asset_mark()
    metadata = collection.asset_data
    metadata.description = str(
        Message(
            "An android's head with the 52 ARKit channels as shape keys, an armature with neck, "
            "head, jaw and eyes, and a gaze to aim; palette {palette}, style {style}",
            palette=palette,
            style=style,
        )
    )
    metadata.author = "EmoteBot"
    metadata.license = "GPL-3.0-or-later"
    for tag in ("character", "face", "head", "ARKit", "EmoteBot"):
        metadata.tags.new(tag, skip_if_exists=True)
    if preview.is_file():
        pixels = read_image(preview)
        image = collection.preview_ensure()
        image.image_size = (pixels.shape[1], pixels.shape[0])
        image.image_pixels_float.foreach_set(pixels.ravel())


def add_character(
    scene: Scene,
    name: str = "EmoteBot",
    size: float = HEIGHT,
    palette: str = "",
    colours: Mapping[str, Colour] | None = None,
    style: int = 0,
    asset: bool = False,
) -> Object:
    """Add the head to a scene and return its armature object, the parent of all its parts.

    It stands on the origin and looks along -Y, in a collection of its own. A name that is taken
    gets a number, as usual in Blender; nothing already in the file is touched.

    Args:
        scene: where it is added; it need not be the open one.
        name: of the armature object; the names of all parts begin with it.
        size: metres from the collar's foot to the crown.
        palette: a name of ``PALETTES``; empty for the one that belongs to the style.
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
    parts, scaling = _styled(size, style)
    root, bone_shape = build_armature(name, scaling.warp_to_metres, scaling.unit)
    drive_aim(root)
    collection = bpy.data.collections.new(root.name)
    scene.collection.children.link(collection)
    collection.objects.link(root)
    _hide(bone_shape, collection)
    palette = palette or style_of(style).palette
    materials = make_materials(root.name, finishes(palette, colours))
    objects = {part.name: _add_part(part, scaling, root, materials, collection) for part in parts}
    light_lamp(objects["lamp"], materials[LAMP], objects["head"].data.shape_keys)
    if asset:
        mark_as_asset(collection, PALETTES[palette].label, style)
    return root
