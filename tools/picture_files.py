# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pictures of the documents are written: small files. Needs Pillow."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

QUALITY = 70
"""Of the moving pictures, 0 to 100."""


def shrink(path: Path) -> Path:
    """Write a sheet again with its 256 commonest colours, dithered, and return its path."""
    from PIL import Image

    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=3)
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)
    return path


def write_moving(pictures: Sequence[Path], path: Path, rate: float, size: int) -> Path:
    """Write pictures as a moving picture in a loop, and return its path.

    Args:
        pictures: the files, in order.
        path: of the result, a .webp.
        rate: pictures a second.
        size: pixels of the longer side.
    """
    from PIL import Image

    frames = []
    for picture in pictures:
        with Image.open(picture) as opened:
            scale = size / max(opened.size)
            pixels = [math.ceil(side * scale) for side in opened.size]
            frames.append(opened.convert("RGB").resize(pixels, Image.Resampling.LANCZOS))
    times = [round(1000 * index / rate) for index in range(len(frames) + 1)]
    frames[0].save(
        path,
        save_all=True,
        append_images=frames[1:],
        duration=np.diff(times).tolist(),
        loop=0,
        quality=QUALITY,
        method=6,
        kmin=0,
        kmax=1,  # each picture whole: what is kept of the last one shows as blotches
    )
    return path


def halved(pixels: np.ndarray) -> np.ndarray:
    """Return an image at half its size, shape (height / 2, width / 2, 4), averaged by alpha.

    Args:
        pixels: shape (height, width, 4), even sides, 0 to 1; colours not multiplied by alpha.
    """
    height, width, _ = pixels.shape
    weighted = pixels * np.where(np.arange(4) < 3, pixels[..., 3:], 1)
    small: np.ndarray = weighted.reshape(height // 2, 2, width // 2, 2, 4).mean(axis=(1, 3))
    small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
    return small
