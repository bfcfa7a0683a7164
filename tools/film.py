# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the pictures and the film of the documents from the screenshots of ``tools/tour.py``.

    python tools/film.py FOLDER

Writes docs/tour/*.webp, a picture a step; where there is a film, docs/panel.webp. Needs Pillow.
"""

import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

DOCS = Path(__file__).resolve().parent.parent / "docs"

STEP_WIDTH, STEP_QUALITY = 1200, 80
FILM_WIDTH, FILM_QUALITY = 760, 62
FILM_FRAMES, FILM_SECONDS = 230, 23.0

PANEL = (0, 28, 1316, 1165)
"""The part of the window that the film shows: the viewport with the sidebar, the timeline."""

STILL = 0.15
"""Mean difference of two pictures, in grey levels, up to which the second shows nothing new."""


def main(folder: Path) -> None:
    """Write the pictures and the film."""
    steps = DOCS / "tour"
    steps.mkdir(exist_ok=True)
    for path in sorted(folder.glob("[0-9]*.png")):
        scaled(Image.open(path).convert("RGB"), STEP_WIDTH).save(
            steps / f"{path.stem}.webp", quality=STEP_QUALITY, method=6
        )
    begin = (folder / "01_open.png").stat().st_mtime
    taken = [path for path in folder.glob("film_*.jpg") if path.stat().st_mtime > begin]
    if not taken:
        return
    frames = without_pauses(sorted(taken))
    chosen = [frames[len(frames) * index // FILM_FRAMES] for index in range(FILM_FRAMES)]
    first, *others = [scaled(cut(path), FILM_WIDTH) for path in chosen]
    first.save(
        DOCS / "panel.webp",
        save_all=True,
        append_images=others,
        duration=round(1000 * FILM_SECONDS / FILM_FRAMES),
        loop=0,
        quality=FILM_QUALITY,
        method=4,
    )


def without_pauses(paths: list[Path]) -> list[Path]:
    """Return the pictures that differ from the one before, without the pauses between the steps."""
    kept: list[Path] = []
    previous: Image.Image | None = None
    for path in paths:
        try:
            small = cut(path).resize((330, 285)).convert("L")
        except OSError:
            continue  # half written when the window closed
        if previous is None or difference(previous, small) > STILL:
            kept.append(path)
            previous = small
    return kept


def difference(first: Image.Image, second: Image.Image) -> float:
    """Return the mean difference of two pictures of grey levels."""
    return float(ImageStat.Stat(ImageChops.difference(first, second)).mean[0])


def cut(path: Path) -> Image.Image:
    """Return the part of a picture that the film shows."""
    return Image.open(path).convert("RGB").crop(PANEL)


def scaled(picture: Image.Image, width: int) -> Image.Image:
    """Return a picture of a width."""
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
