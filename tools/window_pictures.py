# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts share that take pictures in a real Blender window, alone on its screen."""

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

QUALITY = 85


def take_picture(part: Any, path: Path) -> None:
    """Write the part of the window's picture that an area or a region has.

    Args:
        part: with ``x``, ``y``, ``width`` and ``height`` in pixels.
        path: of a .webp file.
    """
    shot = path.with_suffix(".png")
    subprocess.run(["import", "-window", "root", str(shot)], check=True)
    whole = bpy.data.images.load(str(shot))
    width, height = whole.size
    pixels = np.empty(width * height * 4, np.float32)
    whole.pixels.foreach_get(pixels)
    rows, columns = slice(part.y, part.y + part.height), slice(part.x, part.x + part.width)
    cut = np.ascontiguousarray(pixels.reshape(height, width, 4)[rows, columns])
    picture = bpy.data.images.new(path.stem, cut.shape[1], cut.shape[0])
    picture.pixels.foreach_set(cut.ravel())
    picture.file_format = "WEBP"
    picture.save(filepath=str(path), quality=QUALITY)
    shot.unlink()


def run(steps: Iterator[float]) -> None:
    """Go through steps, each of which yields the seconds to wait before the next one.

    READY is printed at the end; a fault ends Blender with status 1.
    """

    def go_on() -> float | None:
        try:
            return next(steps)
        except StopIteration:
            print("READY", flush=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        return None

    bpy.app.timers.register(go_on, first_interval=2, persistent=True)
