# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the page of faces that work out of the box: a picture and figures per convention.

    python tools/convention_pages.py [--output FOLDER] [NAME ...]

A character of each naming convention is made of the built-in head, as the tests do, and all that
the page says is what EmoteBot finds of it. Names make only their pictures again; "same" is the
picture of one script on several faces. "same" wants the head of ``../shared`` beside the checkout.
Needs Pillow, which comes with the requirements for tests.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]  # the checkout's own, wherever started

from convention_characters import add_convention_character  # noqa: E402
from rigify_character import write_rigify_character  # noqa: E402

from emotebot_blender.animation.keyframes import Keying  # noqa: E402
from emotebot_blender.animation.layer_writing import write_layer  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.cli.blend_files import sequences_known  # noqa: E402
from emotebot_blender.cli.terminal import blender_silenced  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.lexicon.lexicon import Lexicon  # noqa: E402
from emotebot_blender.core.performance.apex_frames import apex_frames  # noqa: E402
from emotebot_blender.core.performance.networks import load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import perform  # noqa: E402
from emotebot_blender.core.rig.bone_convention import bone_conventions  # noqa: E402
from emotebot_blender.core.rig.convention import Convention  # noqa: E402
from emotebot_blender.core.rig.convention_files import (  # noqa: E402
    FOLDER,
    conventions,
    read_convention,
)
from emotebot_blender.core.script.text_format import read_text  # noqa: E402
from emotebot_blender.render.face_sheet import picture_poses, sheet_poses  # noqa: E402
from emotebot_blender.render.images import (  # noqa: E402
    read_image,
    render_frame,
    set_quality,
    write_image,
)
from emotebot_blender.render.sheet import SheetPicture, compose_sheet, stack  # noqa: E402
from emotebot_blender.render.studio import Shot, portrait  # noqa: E402
from emotebot_blender.rig.face import Face, find_face  # noqa: E402
from emotebot_blender.rig.face_coverage import coverage_of  # noqa: E402
from emotebot_blender.rig.key_recognition import recognise_shape_keys  # noqa: E402

SHOWN = ("neutral", "happiness", "anger", "surprise")
SEED = 2
QUALITY = 70

REFERENCE = ROOT.parent / "shared" / "rigs" / "reference_head.blend"
SCRIPT = "happy, then angry, then surprised"
SAME_FPS = 24.0
SAME_SIZE = 220
SAME_SAMPLES = 8
SAME_SHOT = Shot(aspect=(1, 1), below=0.72, above=0.9)

_HEAD = """# Faces that work out of the box

<!-- Written by tools/convention_pages.py: change that. -->

EmoteBot knows the controls of these faces by their names, whatever their case, prefixes, suffixes
and separators. Each picture shows the built-in head with the shape keys, or properties, of that
convention, made of the convention read backwards: neutral, happy, angry and surprised at full
strength, driven through the controls named. What is missing there, the convention has no control
for; on your character `emotebot map FILE.blend --sheet OUT.png`, or *Test Face* beside its name in
the panel, shows the same of its own face.

"""

_BONES = """## Bones

These are known by the names of their bones, which are located, rotated and scaled in the size of
the face; tests pose rigs of them. A part of the channels is that of eyes and jaws which stand
beside shape keys. Where a jaw deforms the face, it opens the mouth in place of a vowel such as
VRM's "A" or MikuMikuDance's あ, which would stand in for it: a mesh has weights for the jaw, for a
bone below it or for one that follows it, or hangs on it. Lip-sync keeps the vowel.

| bones | channels |
|---|---|
"""

_RIGIFY = """
![Rigify: neutral, happy, angry, surprised](faces/rigify.webp)

The built-in head without its shape keys, on a face rig that Rigify generated: its bones are fitted
to the head, and Blender's automatic weights bind the skin, but for the edges of the lids.
"""

_UNKNOWN = """
## Names that say nothing

Shape keys called by numbers, or in a language that EmoteBot does not know, are recognised by what
they do, compared with the built-in head: *Recognise Shape Keys* in the panel, `emotebot map
--recognise`, and `emotebot perform` by itself where names say next to nothing. Matches that are not
sure are marked as doubtful: more of them on faces that lack many channels, where what looks like a
channel may be something else. One key for both sides, a smile or a blink, is moved by both
channels, by half each, and counts as approximated. What is wrong or missing is put right once,
channel by channel, in the panel.

## Channels that go too far, or hardly

Before a face first moves, EmoteBot measures how far its shape keys go, compared with two heads made
with care, and gives channels beyond these a gain of .5 to 2: a faint smile shows, a caricature is
toned down. Blinks, gaze and tongue have none. The gains stand in the panel *Channels*, where they
are changed, cleared or measured anew, and in `emotebot map`; `emotebot perform --no-calibration`
leaves them out.
"""


def page(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Write the page and the pictures on it; yield each file.

    Args:
        folder: for ``faces.md`` and the folder ``faces`` of pictures.
        names: of the conventions whose pictures are made, all where empty.
    """
    rows, sections = [], []
    for path in sorted(FOLDER.glob("*.json")):
        convention = read_convention(path)
        face, scene = _new_character(convention)
        coverage = coverage_of(face)
        counts = [len(coverage.channels(state)) for state in ("covered", "approximated", "missing")]
        emotions = ", ".join(coverage.emotions) or "–"
        anchor = convention.name.lower().replace(".", "").replace("+", "-1").replace(" ", "-")
        rows.append(
            f"| [{convention.name}](#{anchor}) | {' | '.join(map(str, counts))} | {emotions} |"
        )
        picture = folder / "faces" / f"{path.stem}.webp"
        if not names or convention.name in names or path.stem in names:
            _write_webp(_row_of(face, scene), picture)
            yield picture
        sections.append(_section(convention, coverage, picture.name))
    if not names or "Rigify" in names:
        _write_webp(_row_of(*_rigify_head()), folder / "faces" / "rigify.webp")
        yield folder / "faces" / "rigify.webp"
    table = [
        "| convention | channels covered | approximated | missing | emotions as a whole |",
        "|---|---|---|---|---|",
        *rows,
    ]
    bones = [f"| {one.name} | {len(one.feeds)} of {len(CHANNELS)} |" for one in bone_conventions()]
    text = _HEAD + "\n".join(table) + "\n\n" + "\n".join(sections) + "\n"
    text += _BONES + "\n".join(bones) + "\n" + _RIGIFY + _UNKNOWN
    (folder / "faces.md").write_text(text, encoding="utf-8")
    yield folder / "faces.md"


def same_script(path: Path) -> Path:
    """Write a picture of one script on several faces, a row each, and return its path."""
    script = read_text(SCRIPT, Lexicon.load())
    clip = perform(script, load_networks(), SAME_FPS, SEED)
    frames = [1, *(1 + apex for apex in apex_frames(script, clip))]
    by_name = {one.name: one for one in conventions()}
    rows = []
    for title in ("ARKit", "VRM 1.0", "MikuMikuDance", "Rigify", "names shuffled"):
        if title == "names shuffled":
            face, scene = _shuffled_head()
        elif title == "Rigify":
            face, scene = _rigify_head()
        else:
            face, scene = _new_character(by_name[title])
        scene.render.fps = round(SAME_FPS)
        write_layer(face, clip, scene, 1, "Performance", Keying(None))
        labels = [title, *(beat.words for beat in script.beats)]
        pictures = [
            SheetPicture(frame, label, "") for frame, label in zip(frames, labels, strict=True)
        ]
        with (
            tempfile.TemporaryDirectory(prefix="emotebot-") as folder,
            portrait(face, scene, SAME_SIZE, SAME_SIZE, SAME_SHOT) as studio,
        ):
            set_quality(studio, SAME_SAMPLES)
            tiles = []
            for frame in frames:
                render_frame(studio, frame, Path(folder) / "face.png")
                tiles.append(read_image(Path(folder) / "face.png")[..., :3])
        rows.append(compose_sheet(tiles, pictures))
    _write_webp(stack(rows), path)
    return path


def _section(convention: Convention, coverage: Any, picture: str) -> str:
    lines = [
        f"## {convention.name}",
        f"![{convention.name}: neutral, happy, angry, surprised](faces/{picture})",
        f"Found: {coverage.found}.",
    ]
    for state in ("approximated", "missing"):
        channels = coverage.channels(state)
        if channels:
            lines.append(f"{state.capitalize()}: {', '.join(f'`{name}`' for name in channels)}.")
    lines.append(f"<sub>Names: {convention.source}.</sub>")
    return "\n\n".join(lines) + "\n"


def _row_of(face: Face, scene: Any) -> np.ndarray:
    poses = {pose.title: pose for pose in sheet_poses(face, load_networks(), SEED)}
    tiles = list(picture_poses(face, scene, [poses[title] for title in SHOWN]))
    return compose_sheet(tiles, [SheetPicture(0, title, "") for title in SHOWN])


def _new_character(convention: Convention) -> tuple[Face, Any]:
    """Return the face of a convention's character in a new file, and its scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    if convention.name == "ARKit":
        return find_face(add_character(scene), scene), scene
    return add_convention_character(scene, convention), scene


def _rigify_head() -> tuple[Face, Any]:
    """Return the face of the built-in head on the bones of a Rigify face, and its scene."""
    with tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        write_rigify_character(Path(folder) / "rigify.blend")
        bpy.ops.wm.open_mainfile(filepath=str(Path(folder) / "rigify.blend"))
    scene = bpy.context.scene
    return find_face(None, scene), scene


def _shuffled_head() -> tuple[Face, Any]:
    """Return the reference head, its shape keys called by numbers and recognised, and its scene."""
    bpy.ops.wm.open_mainfile(filepath=str(REFERENCE))
    scene = bpy.context.scene
    head = find_face(None, scene).objects[0]
    blocks = list(head.data.shape_keys.key_blocks)[1:]
    numbers = list(range(len(blocks)))
    random.Random(0).shuffle(numbers)
    for block, number in zip(blocks, numbers, strict=True):
        block.name = f"Key {number}"
    recognise_shape_keys(head, scene)
    return find_face(head, scene), scene


def _write_webp(pixels: np.ndarray, path: Path) -> None:
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        write_image(pixels, Path(folder) / "picture.png")
        with Image.open(Path(folder) / "picture.png") as picture:
            picture.convert("RGB").save(path, quality=QUALITY, method=6)


def main(arguments: list[str]) -> int:
    """Make what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="convention_pages.py", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="conventions, or “same”")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="in place of docs")
    options = parser.parse_args(arguments)
    (options.output / "faces").mkdir(parents=True, exist_ok=True)
    with sequences_known():
        if not options.names or "same" in options.names:
            with blender_silenced():
                path = same_script(options.output / "same_script.webp")
            print(path, flush=True)
        if options.names == ["same"]:
            return 0
        pages = page(options.output, options.names)
        while True:
            with blender_silenced():
                written = next(pages, None)
            if written is None:
                return 0
            print(written, written.stat().st_size, flush=True)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # bpy as a module may hang on its way out
