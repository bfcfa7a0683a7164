# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the film that shows what the built-in characters can do.

    python tools/showreel.py                        docs/showreel.webp, twenty seconds
    python tools/showreel.py FOLDER                 numbered pictures
    python tools/showreel.py reel.png --every 24    a sheet of one frame a second, to look at first

EmoteBot goes through the feelings, then each of the others shows one. The faces are performed by
the shipped networks; turns and nods of the head are keyed here.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from picture_files import write_moving  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.render.film import render_film  # noqa: E402
from emotebot_blender.render.images import read_image, write_image  # noqa: E402
from emotebot_blender.render.sheet import SheetPicture, compose_sheet  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.session.performing import perform_script  # noqa: E402
from emotebot_blender.session.sequence_script import read_source  # noqa: E402

RATE = 24


@dataclass(frozen=True)
class Pose:
    """Where the head has turned to at a time.

    Attributes:
        seconds: from the beginning of the shot.
        nod, turn, tilt: degrees: down, to the character's left, towards its left shoulder.
    """

    seconds: float
    nod: float
    turn: float
    tilt: float


@dataclass(frozen=True)
class Take:
    """A shot of one character.

    Attributes:
        style: number of the character's style.
        seconds: that it lasts.
        script: what the face performs.
        poses: of the head, in order.
        seed: of what the networks perform.
    """

    style: int
    seconds: float
    script: str
    poses: tuple[Pose, ...]
    seed: int = 2


def _short(style: int, script: str, *, nod: float, turn: float, tilt: float) -> Take:
    """Return a shot of a second in which the head goes to one pose and a little further."""
    further = Pose(0.95, 1.3 * nod, 1.15 * turn, 1.3 * tilt)
    return Take(
        style, 0.95, script, (Pose(0, 0, 0.4 * turn, 0), Pose(0.4, nod, turn, tilt), further)
    )


TAKES = (
    Take(
        0,
        13.35,
        "neutral for 0.5s, very happy for 1s, surprised! for 0.9s, very angry for 1s, "
        "very sad for 1.3s, very afraid for 0.8s, utterly disgusted for 1.4s, "
        "contemptuous for 0.8s, very happy for 1.2s",
        (
            Pose(0.0, 2, -16, 0),
            Pose(1.2, -3, 2, 3),
            Pose(1.7, -3, 4, 5),
            Pose(2.7, -2, 9, 5),
            Pose(3.2, -8, 0, 0),
            Pose(4.0, -6, -3, 0),
            Pose(4.6, 8, -7, -3),
            Pose(5.5, 9, 4, -4),
            Pose(6.6, 14, 12, -8),
            Pose(7.3, 15, 16, -9),
            Pose(7.9, -5, -10, 3),
            Pose(8.6, -7, -16, 4),
            Pose(9.2, -4, 12, -7),
            Pose(10.5, -8, 20, -9),
            Pose(11.1, -5, -12, 4),
            Pose(12.0, -5, -14, 5),
            Pose(12.6, -2, 0, 3),
            Pose(13.4, -3, 4, 5),
        ),
        seed=12,
    ),
    _short(1, "very happy", nod=-4, turn=12, tilt=9),
    _short(2, "surprised!", nod=-7, turn=-10, tilt=-3),
    _short(3, "very angry", nod=7, turn=14, tilt=0),
    _short(4, "very happy", nod=3, turn=-14, tilt=-8),
    _short(5, "very disgusted", nod=-5, turn=18, tilt=6),
    _short(6, "very sad", nod=11, turn=-12, tilt=6),
    _short(7, "contemptuous", nod=-6, turn=16, tilt=-8),
)


def main(arguments: Sequence[str]) -> None:
    """Make the film."""
    parser = argparse.ArgumentParser(prog="showreel.py", description=__doc__)
    parser.add_argument(
        "output",
        nargs="?",
        type=Path,
        default=ROOT / "docs" / "showreel.webp",
        help=".webp, .png for a sheet, or a folder for numbered pictures",
    )
    parser.add_argument("--size", type=int, default=300, help="pixels of a side (%(default)s)")
    parser.add_argument("--samples", type=int, default=3, help="rays a pixel (%(default)s)")
    parser.add_argument("--every", type=int, default=1, help="leave out all frames but each n-th")
    options = parser.parse_args(arguments)
    emotebot_blender.register()
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        is_folder = not options.output.suffix
        folder = options.output if is_folder else Path(temporary)
        folder.mkdir(exist_ok=True)
        pictures: list[Path] = []
        for take in TAKES:
            pictures += _shoot(take, folder, len(pictures), options)
            print(f"{len(pictures)} pictures", flush=True)
        if options.output.suffix == ".webp":
            write_moving(pictures, options.output, RATE / options.every, options.size)
        elif options.output.suffix == ".png":
            tiles = [read_image(picture)[..., :3] for picture in pictures]
            titles = [
                SheetPicture(1, str(index * options.every), "") for index in range(len(tiles))
            ]
            write_image(compose_sheet(tiles, titles), options.output)


def _shoot(take: Take, folder: Path, before: int, options: argparse.Namespace) -> list[Path]:
    """Render a shot and return its pictures.

    Args:
        take: what happens in it.
        folder: for the pictures of all shots.
        before: how many pictures there are already.
        options: of the command line.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = RATE
    root = add_character(scene, style=take.style)
    face = find_face(root, scene)
    report = perform_script(face, read_source(take.script, ""), scene, {"seed": take.seed})
    sys.stderr.write("".join(f"{note}\n" for note in report.notes))
    bone = root.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    for pose in take.poses:
        # the bone points up, and its Z axis ahead
        bone.rotation_euler = [math.radians(way) for way in (pose.nod, pose.turn, -pose.tilt)]
        bone.keyframe_insert("rotation_euler", frame=1 + pose.seconds * RATE)
    scene.frame_set(1)
    frames = range(1, 1 + round(take.seconds * RATE), options.every)
    with tempfile.TemporaryDirectory(prefix="emotebot-") as own:
        render_film(face, scene, frames, Path(own), None, options.size, options.samples)
        moved = []
        for index, picture in enumerate(sorted(Path(own).iterdir()), start=before):
            moved.append(folder / f"{index:04d}.png")
            moved[-1].write_bytes(picture.read_bytes())
    return moved


if __name__ == "__main__":
    main(sys.argv[1:])
