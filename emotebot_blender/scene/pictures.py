# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as arrays, read and written by Blender."""

from pathlib import Path

import bpy
import numpy as np


def read_picture(path: Path) -> np.ndarray:
    """Return a picture, float32, shape (height, width, 4), 0 to 1, from the bottom row up."""
    image = bpy.data.images.load(str(path))
    try:
        width, height = image.size
        pixels = np.empty(height * width * 4, dtype=np.float32)
        image.pixels.foreach_get(pixels)
        return pixels.reshape(height, width, 4)
    finally:
        bpy.data.images.remove(image)


def write_picture(pixels: np.ndarray, path: Path) -> None:
    """Write a picture as an opaque PNG file.

    Args:
        pixels: float32, shape (height, width, 3), 0 to 1, from the bottom row up.
        path: of the file.
    """
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(path.stem, width, height, alpha=False)
    try:
        opaque = np.ones((height, width, 4), dtype=np.float32)
        opaque[..., :3] = pixels
        image.pixels.foreach_set(opaque.ravel())
        image.file_format = "PNG"
        image.filepath_raw = str(path)
        image.save()
    finally:
        bpy.data.images.remove(image)
