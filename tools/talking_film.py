# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a film of the built-in head that talks, by keys on its mouth, and feels at once.

    python tools/talking_film.py talking.mp4                     some five seconds
    python tools/talking_film.py docs/talking.webp               the one in the README
    python tools/talking_film.py FOLDER --size 320               numbered pictures
    python tools/talking_film.py talking.png --frames 18,30,72   a sheet of some frames
    python tools/talking_film.py talking.mp4 --script "angry"    with another feeling

Lip-sync is keyed first, as an animator does it; the feelings go in as a layer.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import bpy
from bpy.types import Object

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from picture_files import write_moving  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.render.film import render_film  # noqa: E402
from emotebot_blender.render.sheet import SheetPicture, render_sheet  # noqa: E402
from emotebot_blender.rig.face import find_face  # noqa: E402
from emotebot_blender.session.performing import perform_script  # noqa: E402
from emotebot_blender.session.sequence_script import read_source  # noqa: E402

SECONDS = 5
RATE = 24

SCRIPT = "surprised for 1.5s, then very happy for 3s"

SYLLABLE = 4
"""Frames from one mouth shape to the next: six a second."""

PHRASES = ((16, "M UH EH OO AH F EH"), (60, "AH EE OH L AH M EH UH AH EE"))
"""Frame on which each phrase begins, and its mouth shapes in their order."""

SHAPES: dict[str, dict[str, float]] = {
    "AH": {"jawOpen": 0.42, "mouthLowerDownLeft": 0.2, "mouthLowerDownRight": 0.2},
    "EH": {"jawOpen": 0.28, "mouthStretchLeft": 0.25, "mouthStretchRight": 0.25},
    "EE": {"jawOpen": 0.14, "mouthStretchLeft": 0.4, "mouthStretchRight": 0.4},
    "OH": {"jawOpen": 0.34, "mouthFunnel": 0.5},
    "OO": {"jawOpen": 0.16, "mouthFunnel": 0.25, "mouthPucker": 0.55},
    "UH": {"jawOpen": 0.24},
    "L": {"jawOpen": 0.18},
    "F": {"jawOpen": 0.08, "mouthRollLower": 0.4},
    "M": {"mouthPressLeft": 0.35, "mouthPressRight": 0.35, "mouthRollLower": 0.15},
}  # fmt: skip
"""Weights of the channels at the middle of each mouth shape."""


def main(arguments: Sequence[str]) -> None:
    """Make the film, or the sheet."""
    parser = argparse.ArgumentParser(prog="talking_film.py", description=__doc__)
    parser.add_argument("output", type=Path, help=".mp4, .webp, .png, or a folder for pictures")
    parser.add_argument("--script", default=SCRIPT, help="what is felt meanwhile")
    parser.add_argument("--size", type=int, default=360, help="pixels of a side")
    parser.add_argument("--samples", type=int, default=8, help="rays a pixel")
    parser.add_argument("--frames", help="of a sheet, with commas between")
    parser.add_argument("--place", choices=("action", "track"), default="action")
    options = parser.parse_args(arguments)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    scene = bpy.context.scene
    scene.render.fps, scene.frame_end = RATE, SECONDS * RATE
    root = add_character(scene)
    face = find_face(root, scene)
    for mesh in face.objects:
        talk(mesh, options.place == "track")
    report = perform_script(face, read_source(options.script, ""), scene, {"seed": 2})
    sys.stderr.write("".join(f"{note}\n" for note in report.notes))
    if options.output.suffix == ".png":
        frames = [int(frame) for frame in options.frames.split(",")]
        pictures = [SheetPicture(frame, spoken_at(frame), str(frame)) for frame in frames]
        render_sheet(face, scene, pictures, options.output, width=options.size)
        return
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        moves = options.output.suffix == ".webp"
        film = Path(temporary) if moves else options.output
        if not film.suffix:
            film.mkdir(exist_ok=True)
        whole = range(1, SECONDS * RATE + 1)
        render_film(face, scene, whole, film, None, options.size, options.samples)
        if moves:
            write_moving(sorted(film.iterdir()), options.output, RATE, options.size)


def talk(mesh: Object, on_track: bool) -> None:
    """Key lip-sync on the shape keys of a mesh.

    Args:
        mesh: that has some of the channels.
        on_track: whether its action is pushed down to an NLA track.
    """
    keys = mesh.data.shape_keys
    for channel in {channel for shape in SHAPES.values() for channel in shape}:
        block = keys.key_blocks.get(channel)
        if block is None:
            continue
        for first, shapes in PHRASES:
            names = ("", *shapes.split(), "")
            for number, name in enumerate(names):
                block.value = SHAPES.get(name, {}).get(channel, 0.0)
                block.keyframe_insert("value", frame=first + SYLLABLE * number)
        block.value = 0.0
    data = keys.animation_data
    if on_track and data is not None:
        track, action = data.nla_tracks.new(), data.action
        strip = track.strips.new("Speech", 1, action)
        strip.frame_start_ui = float(action.frame_range[0])
        data.action = None


def spoken_at(frame: int) -> str:
    """Return the mouth shape that a frame is nearest to, or that it is a pause."""
    for first, shapes in PHRASES:
        names = shapes.split()
        number = round((frame - first) / SYLLABLE) - 1
        if 0 <= number < len(names):
            return names[number]
    return "pause"


if __name__ == "__main__":
    main(sys.argv[1:])
