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
    """Write a picture as a PNG file.

    Args:
        pixels: shape (height, width, 3), or 4 with the cover last, 0 to 1, from the bottom row up.
        path: of the file.
    """
    height, width, parts = pixels.shape
    image = bpy.data.images.new(path.stem, width, height, alpha=parts == 4)
    try:
        covered = np.ones((height, width, 4), dtype=np.float32)
        covered[..., :parts] = pixels
        image.pixels.foreach_set(covered.ravel())
        image.file_format = "PNG"
        image.filepath_raw = str(path)
        image.save()
    finally:
        bpy.data.images.remove(image)
