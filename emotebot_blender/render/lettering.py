# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of text as pixels, set in the fonts that come with Blender.

Blender draws text to a picture without a window in two ways: ``blf`` does so from 4.5 on only, text
objects do so everywhere. Text objects look no further than their own fonts: a line is set in the
font that has its letters, and its emoji in the font for italics.
"""

import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from bpy.types import ID, Object, Scene, TextCurve, VectorFont

from .images import read_image, render_frame, set_quality

_LATIN, _EAST_ASIAN, _EMOJI = "", "Noto Sans CJK Regular.woff2", "NotoEmoji"
"""Files of fonts. Latin is set in the font of every new text object: in that of the interface,
Inter, strokes of k, w and D overlap, and where they do text objects have holes."""

_EAST_ASIAN_RANGES = (
    (0x3000, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
)
_EMOJI_RANGES = ((0x2600, 0x27BF), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAE7))
_SILENT = {0x200D, 0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)}
"""Joiners, variation selectors and skin tones: they shape the emoji before them."""

_LATIN_SCALE = 0.86
"""Its letters are wide."""

_EAST_ASIAN_SCALE = 2.2
"""Blender makes the letters of that font, which has very tall ones too, so much smaller."""

_SAMPLES = 24

_LEAST_SIZE = 0.75
"""A line wider than it may be is set this much smaller at most, then cut."""


@dataclass(frozen=True)
class Line:
    """One line of text.

    Attributes:
        text: its characters.
        x: its middle, in pixels from the left.
        y: its baseline, in pixels from the bottom.
        size: of the letters in pixels.
        width: the most it may take, in pixels.
        grey: in sRGB, 0 black to 1 white.
    """

    text: str
    x: float
    y: float
    size: float
    width: float
    grey: float


def can_show(text: str) -> bool:
    """Return whether the fonts have every character of a text."""
    shown = [_font_of(character) for character in text if ord(character) not in _SILENT]
    return bool(text.strip()) and all(
        name == _LATIN or (name and _font_path(name)) for name in shown
    )


def render_lines(lines: Sequence[Line], width: int, height: int) -> np.ndarray:
    """Return lines of text as a picture.

    Args:
        lines: texts that ``can_show`` accepts.
        width: of the picture in pixels.
        height: of the picture in pixels.

    Returns:
        float32, shape (height, width, 4), grey in the first three and alpha in the last, 0 to 1,
        from the bottom row up.
    """
    scene = bpy.data.scenes.new("EmoteBot lettering")
    temporary: list[ID] = []
    fonts_before = set(bpy.data.fonts)
    try:
        _set_up_camera(scene, width, height, temporary)
        fonts = {name: _load_font(name) for name in (_EAST_ASIAN, _EMOJI)}
        for line in lines:
            _set_line(line, scene, fonts, temporary)
        return _render(scene)
    finally:
        bpy.data.scenes.remove(scene)
        bpy.data.batch_remove(temporary)
        bpy.data.batch_remove(set(bpy.data.fonts) - fonts_before)  # Blender adds its own one too


def _font_of(character: str) -> str | None:
    code = ord(character)
    if unicodedata.category(character) in ("Cn", "Co", "Cs", "Cc"):
        return None
    if any(first <= code <= last for first, last in _EMOJI_RANGES):
        return _EMOJI
    if any(first <= code <= last for first, last in _EAST_ASIAN_RANGES):
        return _EAST_ASIAN
    if code < 0x250 or 0x370 <= code < 0x530 or 0x1E00 <= code < 0x2070 or code == 0x20AC:
        return _LATIN
    return None


def _font_path(name: str) -> Path | None:
    folder = bpy.utils.system_resource("DATAFILES", path="fonts")
    paths = sorted(Path(folder).glob(f"{Path(name).stem}*.woff2")) if folder else []
    return paths[0] if paths else None


def _load_font(name: str) -> VectorFont | None:
    path = _font_path(name)
    return bpy.data.fonts.load(str(path)) if path else None


def _set_up_camera(scene: Scene, width: int, height: int, temporary: list[ID]) -> None:
    """Set a scene up so that a unit is a pixel and the origin the lower left corner.

    Args:
        scene: a temporary scene.
        width: of the picture in pixels.
        height: of the picture in pixels.
        temporary: takes the data blocks that are made.
    """
    data = bpy.data.cameras.new("EmoteBot lettering")
    camera = bpy.data.objects.new("EmoteBot lettering", data)
    temporary += [data, camera]
    data.type = "ORTHO"
    data.ortho_scale = max(width, height)
    camera.location = (width / 2, height / 2, 10)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.view_settings.view_transform = "Standard"
    set_quality(scene, _SAMPLES)
    scene.cycles.use_denoising, scene.cycles.samples = False, _SAMPLES
    scene.cycles.max_bounces = 0
    scene.cycles.filter_width = 1.0
    scene.render.film_transparent = True
    scene.render.image_settings.color_mode = "RGBA"


def _set_line(
    line: Line, scene: Scene, fonts: dict[str, VectorFont | None], temporary: list[ID]
) -> None:
    curve = bpy.data.curves.new("EmoteBot lettering", "FONT")
    obj = bpy.data.objects.new("EmoteBot lettering", curve)
    ink = _ink(line.grey)
    temporary += [curve, obj, ink]
    curve.materials.append(ink)
    text = "".join(character for character in line.text if ord(character) not in _SILENT)
    curve.align_x = "CENTER"
    curve.size = line.size
    if any(_font_of(character) == _EAST_ASIAN for character in text):
        curve.size *= _EAST_ASIAN_SCALE
        curve.font = fonts[_EAST_ASIAN]  # it has Latin letters of its own, in the same scale
        text = "".join(character for character in text if _font_of(character) != _EMOJI)
    else:
        curve.size *= _LATIN_SCALE
    if fonts[_EMOJI] is not None:
        curve.font_italic = fonts[_EMOJI]
    obj.location = (line.x, line.y, 0)
    scene.collection.objects.link(obj)
    _write(curve, text)
    width = _width(obj, scene)
    if width > line.width:
        curve.size *= max(line.width / width, _LEAST_SIZE)
    while text and _width(obj, scene) > line.width:
        text = text[: min(len(text) - 1, int(len(text) * line.width / _width(obj, scene)))]
        _write(curve, text.rstrip() + "…")


def _write(curve: TextCurve, text: str) -> None:
    curve.body = text
    for character, style in zip(text, curve.body_format, strict=True):
        style.use_italic = _font_of(character) == _EMOJI


def _width(obj: Object, scene: Scene) -> float:
    scene.view_layers[0].update()
    return float(obj.dimensions.x)


def _ink(grey: float) -> bpy.types.Material:
    material = bpy.data.materials.new("EmoteBot ink")
    if material.node_tree is None:
        material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    light = tree.nodes.new("ShaderNodeEmission")
    linear = ((grey + 0.055) / 1.055) ** 2.4 if grey > 0.04045 else grey / 12.92
    light.inputs["Color"].default_value = (linear, linear, linear, 1)
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(light.outputs["Emission"], output.inputs["Surface"])
    return material


def _render(scene: Scene) -> np.ndarray:
    """Return the picture of a scene, float32, shape (height, width, 4)."""
    with tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        path = Path(folder) / "lettering.png"
        render_frame(scene, 1, path)
        return read_image(path)
