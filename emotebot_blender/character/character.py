# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head, put together: an android with all 52 channels as shape keys."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Collection, Material, Object, Scene

from ..core.channels import INDEX
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..render.images import read_image, set_preview
from .armature import bind, build_armature, skin_weights
from .brows import brows
from .correctives import factors_of, is_corrective, key_name
from .details import add_details
from .drivers import drive_aim, drive_keys, gaze_key
from .eyes import eyes, lid_lines
from .head_mesh import build_skin
from .lamp import light_lamps
from .materials import FINISHES, LAMP, LIPS, SKIN, TINT, make_materials
from .mouth import teeth_and_tongue
from .openings import LIP_BORDER
from .outfits import outfit
from .palettes import GROUPS, HEIGHT, LARGEST, PALETTES, SMALLEST, Palette, recoloured
from .part import LEAST_DISPLACEMENT, Part
from .sculpting import Surface
from .skin_colours import skin_masks, skin_tint
from .skin_shapes import skin_displacements
from .style import Colour, Style
from .styles import style_of
from .tears import tears

LICENCE = "CC0-1.0"
"""Of the character itself, whoever builds it and for whatever; the code has another."""

PREVIEW = Path(__file__).resolve().parents[1] / "data" / "icons" / "neutral.png"
"""The picture of a character in the asset browser: the neutral face."""


@dataclass(frozen=True)
class _Scaling:
    """How a style's own centimetres become metres of the character over the floor.

    Attributes:
        unit: metres that a centimetre becomes.
        floor: height of the bust's foot, in centimetres.
    """

    unit: float
    floor: float

    def to_metres(self, points: np.ndarray) -> np.ndarray:
        """Return points in centimetres, shape (..., 3), in metres."""
        metres = points * self.unit
        metres[..., 2] -= self.floor * self.unit
        return metres


def head_parts(style: Style, colours: Mapping[str, Colour]) -> list[Part]:
    """Return all meshes of a style's neutral head with their channels and correctives.

    Args:
        style: of the character.
        colours: by name, as in a ``Palette``.
    """
    skin = build_skin(style)
    face = Surface(skin)
    ring = skin.mouth[skin.faces, 0]
    is_inside, is_lip = (ring <= -2).all(axis=1), (ring <= LIP_BORDER).all(axis=1)
    head = Part(
        "head",
        skin.points,
        [tuple(quad) for quad in skin.faces.tolist()],
        (SKIN, "mouth", LIPS),
        np.where(is_inside, 1, np.where(is_lip, 2, 0)).tolist(),
        skin_displacements(face),
        skin_tint(face, colours),
        skin_masks(face),
        skin_weights(face),
    )
    return [
        head,
        *eyes(style),
        lid_lines(style),
        brows(style),
        *teeth_and_tongue(style),
        tears(style),
        *outfit(style),
    ]


def _scaling(parts: list[Part], size: float) -> _Scaling:
    """Return how parts become ``size`` metres high."""
    heights = np.concatenate([part.points[:, 2] for part in parts])
    return _Scaling(size / float(np.ptp(heights)), float(heights.min()))


def _with_factors(displacements: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return displacements without those that do nothing, and with those that weigh correctives."""
    result = {
        name: displacement
        for name, displacement in displacements.items()
        if np.abs(displacement).max() > LEAST_DISPLACEMENT
    }
    for name in [name for name in result if is_corrective(name)]:
        for factor in factors_of(name):
            result.setdefault(factor, np.zeros_like(result[name]))
    return result


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
    tint = part.tint
    if tint is None and any(FINISHES[slot].is_tinted for slot in part.slots):
        tint = np.ones_like(part.points)
    if tint is not None:
        attribute = mesh.attributes.new(TINT, "FLOAT_COLOR", "POINT")
        opaque = np.column_stack([tint, np.ones(len(tint))])
        attribute.data.foreach_set("color", opaque.astype(np.float32).ravel())
    for mask_name, mask in part.masks.items():
        attribute = mesh.attributes.new(mask_name, "FLOAT", "POINT")
        attribute.data.foreach_set("value", mask.astype(np.float32))
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    collection.objects.link(obj)
    bind(obj, root, part)
    _add_shape_keys(obj, part, scaling, root)
    if part.is_subdivided:
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
    displacements = _with_factors(part.displacements)
    if not displacements:
        return
    if not part.name.startswith("eye"):  # an eyeball turns with its bone
        displacements |= {
            gaze_key(name): displacement
            for name, displacement in displacements.items()
            if "eyeLook" in name
        }
    obj.shape_key_add(name="Basis", from_mix=False)
    for name in sorted(displacements, key=lambda name: INDEX.get(name, len(INDEX))):
        key = obj.shape_key_add(name=key_name(name), from_mix=False)
        key.value = 0.0  # Blender 5 begins with 1
        moved = scaling.to_metres(part.points + displacements[name])
        key.data.foreach_set("co", moved.astype(np.float32).ravel())
    drive_keys(obj.data.shape_keys, root)


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
            "head, jaw, eyes and antenna, and a gaze to aim; palette {palette}, style {style}",
            palette=palette,
            style=style,
        )
    )
    metadata.author = "EmoteBot"
    metadata.license = LICENCE
    for tag in ("character", "face", "head", "ARKit", "EmoteBot"):
        metadata.tags.new(tag, skip_if_exists=True)
    if preview.is_file():
        set_preview(collection, read_image(preview))


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
        size: metres from the bust's foot to the top.
        palette: a name of ``PALETTES``; empty for the one that belongs to the style.
        colours: linear colours of "skin", "shell", "eyes" or "brow" in place of the palette's.
        style: 0 is EmoteBot, every other whole number above it someone else.
        asset: show the collection in the asset browser. Blender keeps an asset in the file even
            when nobody uses it, so a character that is only tried out is better none.

    Raises:
        EmoteBotError: there is no name, the scene is linked, or there is no such size, palette,
            colour or style.
    """
    own = colours or {}
    _check(scene, name, size, palette, own, style)
    look = style_of(style)
    chosen = PALETTES[palette] if palette else Palette(look.label, look.colours)
    colours = recoloured(chosen.colours, own)
    parts = head_parts(look, colours)
    scaling = _scaling(parts, size)
    root, bone_shape = build_armature(
        name, look, {part.name: part for part in parts}, scaling.to_metres, scaling.unit
    )
    drive_aim(root)
    collection = bpy.data.collections.new(root.name)
    scene.collection.children.link(collection)
    collection.objects.link(root)
    _hide(bone_shape, collection)
    materials = make_materials(root.name, colours)
    objects = {part.name: _add_part(part, scaling, root, materials, collection) for part in parts}
    lamp, light = objects["lamp"], materials[LAMP]
    others = [obj for obj in objects.values() if obj != lamp and light.name in obj.data.materials]
    light_lamps(lamp, others, light, objects["head"].data.shape_keys)
    add_details(root, objects)
    if asset:
        mark_as_asset(collection, chosen.label, style)
    return root
