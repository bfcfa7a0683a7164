# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the pictures that Blender's extension site asks for, of the built-in head.

    python tools/site_pictures.py                    both, in docs/site/
    python tools/site_pictures.py --output FOLDER    to look at first

The icon is transparent around the head; the featured picture shows four feelings side by side and
bears no writing. Sizes are those that docs/extension-site.md names. Needs Pillow.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
from picture_files import shrink
from pictures import ROOT, SHEET_SAMPLES, expression, icons, new_head, show

from emotebot_blender.cli.terminal import blender_silenced
from emotebot_blender.render.images import read_image, render_frame, set_quality, write_image
from emotebot_blender.render.studio import Shot, portrait

ICON_SIDE = 256
FEATURED_WIDTH, FEATURED_HEIGHT = 1920, 1080
FEELINGS = ("happiness", "surprise", "anger", "sadness")


def icon(path: Path) -> Path:
    """Write the icon, a happy head, and return its path."""
    with tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        icons(Path(folder), lambda _: None, ICON_SIDE)
        return Path(shutil.move(Path(folder) / f"{FEELINGS[0]}.png", path))


def featured(path: Path) -> Path:
    """Write the featured picture, four feelings side by side, and return its path."""
    face, scene = new_head()
    show(face, scene, [expression(name, 1.0) for name in FEELINGS])
    width = FEATURED_WIDTH // len(FEELINGS)
    shot = Shot(aspect=(width, FEATURED_HEIGHT))
    frames = range(1, len(FEELINGS) + 1)
    with (
        tempfile.TemporaryDirectory(prefix="emotebot-") as folder,
        portrait(face, scene, width, FEATURED_HEIGHT, shot, frames) as studio,
    ):
        set_quality(studio, SHEET_SAMPLES)
        pictures = [Path(folder) / f"{frame}.png" for frame in frames]
        for frame, picture in zip(frames, pictures, strict=True):
            render_frame(studio, frame, picture)
        write_image(np.concatenate([read_image(each) for each in pictures], axis=1), path)
    return shrink(path)


def main() -> None:
    """Make both pictures."""
    parser = argparse.ArgumentParser(description="Make the pictures for Blender's extension site.")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "site", help="folder")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    with blender_silenced():
        written = [icon(folder / "icon.png"), featured(folder / "featured.png")]
    print(*written, sep="\n")


if __name__ == "__main__":
    main()
