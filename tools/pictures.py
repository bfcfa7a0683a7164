# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the pictures of the built-in head that the extension and the documents show.

    python tools/pictures.py                    all of them, where they belong in the checkout
    python tools/pictures.py icons channels     some of them
    python tools/pictures.py --output FOLDER    to look at first
    python tools/pictures.py reference --face FILE.blend      the sheet of a face of your own

Every expression comes from the shipped networks; the same checkout makes the same pictures
again, but for a grey level here and there. All but the icons need Pillow.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from picture_files import halved, shrink, write_moving

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own package, wherever this is started

from emotebot_blender.animation.keyframes import Keying  # noqa: E402
from emotebot_blender.animation.layer_writing import write_layer  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.styles import READY_STYLES  # noqa: E402
from emotebot_blender.cli.perform_command import perform  # noqa: E402
from emotebot_blender.cli.perform_options import PerformOptions  # noqa: E402
from emotebot_blender.cli.terminal import Progress, blender_silenced  # noqa: E402
from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from emotebot_blender.core.clip import Clip  # noqa: E402
from emotebot_blender.core.emotions import (  # noqa: E402
    BASIC_EMOTIONS,
    EMOTIONS,
    FURTHER_EMOTIONS,
    Feeling,
    Mixture,
)
from emotebot_blender.core.errors import EmoteBotError  # noqa: E402
from emotebot_blender.core.lexicon.lexicon import Lexicon  # noqa: E402
from emotebot_blender.core.performance.head_motion import Posture  # noqa: E402
from emotebot_blender.core.performance.networks import load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import express  # noqa: E402
from emotebot_blender.render.film import render_film  # noqa: E402
from emotebot_blender.render.images import (  # noqa: E402
    read_image,
    render_frame,
    set_quality,
    write_image,
)
from emotebot_blender.render.sheet import SheetPicture, compose_sheet, render_sheet  # noqa: E402
from emotebot_blender.render.studio import Shot, portrait  # noqa: E402
from emotebot_blender.rig.face import Face, find_face  # noqa: E402

ShareDone = Callable[[float], None]
"""Called with the share done, 0 to 1."""

SEED = 2
"""Of the expressions: of the first few that with the plainest faces."""

ICON_SIZE = 128
ICON_SHOT = Shot(aspect=(1, 1), below=0.64, above=0.76, backdrop=False)
CHANNEL_SHOT = Shot(aspect=(1, 1), below=0.8, above=0.76)
CHANNEL_WIDTH = 180

STYLE_WORDS = (
    "playful",
    "delighted and amazed",
    "curious 80%",
    "very smug",
    "very happy",
    "grumpy",
    "proud",
    "smug",
)
"""What each of the ready styles is seen to feel, by number."""
STYLE_SHOT = Shot(aspect=(11, 12))
STYLE_WIDTH = 280

STRENGTHS = (0.33, 0.66, 1.0)
EMOTION_SHOT = Shot(aspect=(1, 1), below=0.74)
EMOTION_WIDTH = 270

ICON_SEEDS = {"confusion": 39, "thinking": 39, "tiredness": 6}
"""Seeds of the identities whose faces are told apart best at the size of an icon."""

SHEET_SAMPLES = 12

TURN_FRAMES = 60
TURN_RATE = 15
TURN_SIZE = 360
TURN_SAMPLES = 8
TURN_SMILE = 0.5
TURN_GAZE = 0.8
BLINK_AT = 0.86
"""Share of the turn at which the eyes are shut: the head is about to come round."""

BLINK = (0.25, 0.95, 1.0, 0.55, 0.15)

EMOTION_WORDS = "happy, surprised, angry, sad, disgusted, afraid, contemptuous"
FILM_WORDS = "happy, then surprised, then slightly angry"
FILM_RATE = 24
FILM_SIZE = 320


def icons(
    folder: Path, progress: ShareDone, size: int = ICON_SIZE, samples: int = 24
) -> list[Path]:
    """Write a picture of each emotion at its fullest, transparent around the head.

    Args:
        folder: to write into; each picture bears the name of its emotion.
        progress: called after each picture.
        size: pixels of a side.
        samples: a pixel.
    """
    face, scene = new_head()
    weights, turns = held([(name, 1.0) for name in EMOTIONS], ICON_SEEDS)
    show(face, scene, weights, 0.6 * np.array(turns))  # less turned, the corners stay free
    folder.mkdir(parents=True, exist_ok=True)
    written, twice = [], 2 * size  # a picture made smaller is sharper than a small picture
    with (
        tempfile.TemporaryDirectory(prefix="emotebot-") as temporary,
        portrait(face, scene, twice, twice, ICON_SHOT) as studio,
    ):
        set_quality(studio, samples)
        studio.render.image_settings.color_mode = "RGBA"
        for frame, name in enumerate(EMOTIONS, start=1):
            picture = Path(temporary) / "icon.png"
            render_frame(studio, frame, picture)
            write_image(halved(read_image(picture)), folder / f"{name}.png")
            written.append(folder / f"{name}.png")
            progress(frame / len(EMOTIONS))
    return written


def turntable(
    path: Path, progress: ShareDone, frames: int = TURN_FRAMES, size: int = TURN_SIZE
) -> Path:
    """Write the head turning once around, as a moving picture in a loop.

    It smiles when it faces the viewer, keeps an eye on them as it turns away, and blinks as it
    comes round.

    Args:
        path: of the picture.
        progress: called after each frame.
        frames: of one turn.
        size: pixels of a side.
    """
    face, scene = new_head()
    angles = 2 * np.pi * np.arange(frames) / frames
    show(face, scene, turn_weights(expression("happiness", TURN_SMILE), angles))
    root: Any = face.armature
    for frame, angle in enumerate(angles, start=1):
        root.rotation_euler.z = angle
        root.keyframe_insert("rotation_euler", index=2, frame=frame)
    scene.frame_set(1)
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        folder = Path(temporary)
        render_film(face, scene, range(1, frames + 1), folder, progress, size, TURN_SAMPLES)
        return write_moving(sorted(folder.iterdir()), path, TURN_RATE, size)


def turn_weights(smile: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Return the weights of the face in a turn.

    Args:
        smile: weights where the face is seen from the front, shape (52,).
        angles: radians, 0 where the face looks at the viewer, shape (frames,).

    Returns:
        Shape (frames, 52); at half a turn the face is neutral.
    """
    seen = np.maximum(np.cos(angles), 0)
    weights = np.outer(seen**2 * (3 - 2 * seen), smile)
    aside = TURN_GAZE * 2 * np.sin(angles) * seen
    for name, sign in (
        ("eyeLookInLeft", 1),
        ("eyeLookOutRight", 1),
        ("eyeLookOutLeft", -1),
        ("eyeLookInRight", -1),
    ):
        weights[:, INDEX[name]] = np.maximum(sign * aside, 0)
    first = round(BLINK_AT * len(angles)) - len(BLINK) // 2
    for index, shut in enumerate(BLINK, start=first):
        for name in ("eyeBlinkLeft", "eyeBlinkRight"):
            column = weights[:, INDEX[name]]
            column[index % len(angles)] = max(column[index % len(angles)], shut)
    return np.clip(weights, 0, 1)


def channels(path: Path, progress: ShareDone) -> Path:
    """Write a sheet of the 52 channels, each at its full weight, without the antenna.

    ``mouthClose`` means something on an open jaw only: it is shown on one.
    """
    face, scene = new_head()
    for obj in scene.objects:
        obj.hide_render = obj.name.endswith((" antenna", " lamp"))
    weights = np.eye(len(CHANNELS))
    weights[INDEX["mouthClose"], INDEX["jawOpen"]] = 1
    show(face, scene, weights)
    titles = {"mouthClose": "mouthClose + jawOpen"}
    pictures = [
        SheetPicture(frame, titles.get(name, name), "")
        for frame, name in enumerate(CHANNELS, start=1)
    ]
    render_sheet(
        face, scene, pictures, path, progress, CHANNEL_WIDTH, SHEET_SAMPLES, shot=CHANNEL_SHOT
    )
    return shrink(path)


def emotions(path: Path, progress: ShareDone) -> Path:
    """Write a sheet of the emotions at rising strengths, the basic ones above the further ones."""
    face, scene = new_head()
    columns = [
        (name, strength)
        for names in (BASIC_EMOTIONS, FURTHER_EMOTIONS)
        for strength in STRENGTHS
        for name in names
    ]
    show(face, scene, *held(columns, {}))
    pictures = [
        SheetPicture(frame, name, f"{strength:.0%}".replace("%", " %"))
        for frame, (name, strength) in enumerate(columns, start=1)
    ]
    render_sheet(
        face,
        scene,
        pictures,
        path,
        progress,
        EMOTION_WIDTH,
        SHEET_SAMPLES,
        per_row=len(BASIC_EMOTIONS),
        shot=EMOTION_SHOT,
    )
    return shrink(path)


def styles(path: Path, progress: ShareDone) -> Path:
    """Write a sheet of the ready styles."""
    tiles, pictures = [], []
    height = STYLE_WIDTH * STYLE_SHOT.aspect[1] // STYLE_SHOT.aspect[0]
    for style, look in enumerate(READY_STYLES):
        face, scene = new_head(style)
        show(face, scene, [worded(STYLE_WORDS[style])])
        with (
            tempfile.TemporaryDirectory(prefix="emotebot-") as temporary,
            portrait(face, scene, STYLE_WIDTH, height, STYLE_SHOT) as studio,
        ):
            set_quality(studio, SHEET_SAMPLES)
            picture = Path(temporary) / "style.png"
            render_frame(studio, 1, picture)
            tiles.append(read_image(picture)[..., :3])
        pictures.append(SheetPicture(1, look.label, f"style={style}"))
        progress(len(tiles) / len(READY_STYLES))
    write_image(compose_sheet(tiles, pictures), path)
    return shrink(path)


def sheet(path: Path, face: Path | None = None) -> Path:
    """Write the sheet that the command makes, of the built-in head or of a file's face."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    perform(PerformOptions(EMOTION_WORDS, face=face, sheet=path), Progress())
    return shrink(path)


def film(path: Path) -> Path:
    """Write the film that the command makes, as a picture that moves by itself."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with tempfile.TemporaryDirectory(prefix="emotebot-") as temporary:
        folder = Path(temporary)
        perform(PerformOptions(FILM_WORDS, film=folder), Progress())
        return write_moving(sorted(folder.iterdir()), path, FILM_RATE, FILM_SIZE)


def new_head(style: int = 0) -> tuple[Face, Any]:
    """Return the built-in head's face, of a style, in a new file, and its scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    return find_face(add_character(scene, style=style), scene), scene


def expression(emotion: str, intensity: float, seed: int = SEED) -> np.ndarray:
    """Return an emotion's expression, shape (52,), as ``emotebot express`` gives it."""
    return felt(Feeling(Mixture.of({emotion: 1.0}), intensity), seed)


def held(
    columns: Sequence[tuple[str, float]], seeds: Mapping[str, int]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return expressions, each (52,), and turns of the head in degrees, each (3,).

    Args:
        columns: emotions and their intensities.
        seeds: emotion to the seed of its identity; ``SEED`` where it has none.
    """
    feelings = [Feeling(Mixture.of({name: 1.0}), intensity) for name, intensity in columns]
    weights = [expression(*column, seeds.get(column[0], SEED)) for column in columns]
    return weights, [Posture.of(feeling).degrees for feeling in feelings]


def worded(words: str) -> np.ndarray:
    """Return the expression of a feeling in words, shape (52,)."""
    return felt(Lexicon.load().read(words))


def felt(feeling: Feeling, seed: int = SEED) -> np.ndarray:
    """Return the expression of a feeling, shape (52,)."""
    weights: np.ndarray = express(load_networks(), feeling, seed)[0]
    return weights


def show(
    face: Face,
    scene: Any,
    rows: Sequence[np.ndarray] | np.ndarray,
    head: Sequence[np.ndarray] | np.ndarray | None = None,
) -> None:
    """Key one expression a frame, from frame 1 on.

    Args:
        face: what is keyed.
        scene: where it is.
        rows: weights, shape (frames, 52).
        head: turns of the head in degrees, shape (frames, 3); None for none.
    """
    rate = scene.render.fps / scene.render.fps_base
    turned = None if head is None else np.asarray(head, dtype=np.float32)
    clip = Clip(np.asarray(rows, dtype=np.float32), rate, head=turned)
    write_layer(face, clip, scene, 1, "Pictures", Keying(None), head=1.0)
    scene.frame_set(1)


def main(arguments: list[str]) -> int:
    """Make what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="pictures.py", description="Make the pictures of the built-in head."
    )
    names = ("icons", "turntable", "channels", "emotions", "styles", "sheet", "film", "reference")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--output", type=Path, help="folder in place of those in the checkout")
    parser.add_argument("--face", type=Path, metavar="FILE.blend", help="for the sheet “reference”")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in names]
    if unknown:
        parser.error(f"there is no picture “{unknown[0]}”, only {', '.join(names)}")
    chosen = options.names or [name for name in names if name != "reference" or options.face]
    if "reference" in chosen and not options.face:
        parser.error("“reference” needs --face FILE.blend")
    try:
        for name in chosen:
            for path in make(name, options.output, options.face):
                print(f"{path}  {path.stat().st_size / 1000:.0f} kB", flush=True)
    except (EmoteBotError, OSError) as error:
        print(f"pictures.py: {error}", file=sys.stderr)
        return 1
    return 0


def make(name: str, output: Path | None, face: Path | None) -> list[Path]:
    """Make one of the pictures and return the files.

    Args:
        name: as on the command line.
        output: folder for all; None for those in the checkout.
        face: the file for the sheet “reference”.
    """
    docs = output or ROOT / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    with blender_silenced():
        if name == "sheet":
            return [sheet(docs / "builtin_sheet.png")]
        if name == "reference":
            return [sheet(docs / "reference_sheet.png", face)]
        if name == "film":
            return [film(docs / "performance.webp")]
        with Progress().stage(name.capitalize()) as progress:
            if name == "icons":
                package = ROOT / "emotebot_blender" / "data" / "icons"
                return icons(output / "icons" if output else package, progress)
            if name == "turntable":
                return [turntable(docs / "turntable.webp", progress)]
            write = {"channels": channels, "styles": styles, "emotions": emotions}[name]
            return [write(docs / f"{name}.png", progress)]


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # bpy as a module may hang on its way out
