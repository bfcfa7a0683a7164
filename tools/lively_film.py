# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a film of one performance twice: held still on the left, alive on the right.

    python tools/lively_film.py docs/lively.webp --rate 12 --size 220 --samples 3
                                                                       the one of the documents
    python tools/lively_film.py lively.webp --script "sad for 9s"      of another script
    python tools/lively_film.py lively.webp --face FILE.blend          on the face of a file
    python tools/lively_film.py FOLDER                                 numbered pictures

On the left liveliness and head are 0, on the right they are as they are by default; seed and
everything else are the same.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from picture_files import write_moving  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.render.film import render_film  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.session.performing import perform_script  # noqa: E402
from emotebot_blender.session.sequence_script import read_source  # noqa: E402

RATE = 24

SCRIPT = (
    "happy for 3.5s, then surprised for 1.5s, then sad for 4s, then furious for 3s, "
    "then afraid 80% for 6s"
)
SECONDS = 20

SIDES: tuple[dict[str, Any], ...] = ({"liveliness": 0.0, "head": 0.0}, {})
"""Settings of the performances from left to right."""


def main(arguments: Sequence[str]) -> None:
    """Make the film."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", type=Path, help=".webp, or a folder for pictures")
    parser.add_argument("--script", default=SCRIPT, help="what is felt")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that are shown")
    parser.add_argument("--face", type=Path, help=".blend file (default: the built-in head)")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--rate", type=int, default=RATE, help="pictures a second")
    parser.add_argument("--size", type=int, default=240, help="pixels of a face's side")
    parser.add_argument("--samples", type=int, default=6, help="rays a pixel")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        folders = [Path(temporary) / str(number) for number in range(len(SIDES))]
        for folder, settings in zip(folders, SIDES, strict=True):
            folder.mkdir()
            render_side(options, settings, folder)
        moves = options.output.suffix == ".webp"
        joined = Path(temporary) / "joined" if moves else options.output
        joined.mkdir(parents=True, exist_ok=True)
        pictures = [
            join(pair, joined / pair[0].name)
            for pair in zip(*(sorted(folder.iterdir()) for folder in folders), strict=True)
        ]
        if moves:
            write_moving(pictures, options.output, options.rate, len(SIDES) * options.size)


def render_side(options: argparse.Namespace, settings: dict[str, Any], folder: Path) -> None:
    """Perform with settings of the sequence and render into an empty folder."""
    if options.face:
        bpy.ops.wm.open_mainfile(filepath=str(options.face.resolve()), load_ui=False)
    else:
        bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start = RATE, 1
    scene.frame_end = round(options.seconds * RATE)
    face = find_face(None if options.face else add_character(scene), scene)
    report = perform_script(
        face, read_source(options.script, ""), scene, {"seed": options.seed, **settings}
    )
    sys.stderr.write("".join(f"{note}\n" for note in report.notes))
    frames = range(1, scene.frame_end + 1, max(RATE // options.rate, 1))
    render_film(face, scene, frames, folder, None, options.size, options.samples)
    emotebot_blender.unregister()


def join(pictures: Sequence[Path], path: Path) -> Path:
    """Write pictures of one height side by side and return the path."""
    from PIL import Image

    opened = [Image.open(picture).convert("RGB") for picture in pictures]
    whole = Image.new("RGB", (sum(each.width for each in opened), opened[0].height))
    left = 0
    for each in opened:
        whole.paste(each, (left, 0))
        left += each.width
    whole.save(path)
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
