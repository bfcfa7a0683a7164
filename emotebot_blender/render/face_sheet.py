# SPDX-License-Identifier: GPL-3.0-or-later
"""A face test: every channel of a face at full weight and the emotions, as a labelled sheet.

For each picture the face is posed, copied and given back before anything is rendered.
"""

import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bpy.types import Scene
from numpy.typing import NDArray

from ..core.channels import CHANNELS, INDEX, REGIONS, mirrored_name
from ..core.clip import custom_shares
from ..core.emotions import EMOTIONS, Feeling, Mixture
from ..core.messages import Message
from ..core.performance.exaggeration import exaggerated
from ..core.performance.networks import Networks
from ..core.performance.performance import express
from ..rig.control_values import ControlValues
from ..rig.face import Face
from ..rig.face_coverage import Coverage, coverage_of
from ..rig.face_notes import notes_on_face
from ..rig.pose import FacePoser
from .images import CYCLES, WORKBENCH, read_image, render_frame, set_quality
from .sheet import SheetPicture, compose_sheet, compose_text, stack
from .stills import still_portrait
from .studio import Shot

SHOT = Shot(aspect=(1, 1), below=0.66, above=0.72)
"""Near enough for a brow that rises to be seen."""

SIZE = 160
"""Pixels of a picture, each way."""

SAMPLES = 4
PER_ROW = 10

_ORDER = ("eye", "brow", "cheek", "nose", "jaw", "mouth", "tongue")
"""Regions as a face has them, from above."""

_HEADING_SIZE, _LINE_SIZE = 26.0, 15.0
"""Pixels of letters."""

_IN_LINE = 13
"""Missing channels that a line names."""

Translate = Callable[[Message], str]


@dataclass(frozen=True)
class SheetPose:
    """What one picture of a face test shows.

    Attributes:
        title: name of the channel or emotion.
        note: which controls show it, where they are called otherwise.
        weights: of the channels, shape (52,), 0 to 1.
        shares: in the order of ``SHARES``, shape (17,), 0 to 1.
        block: number of the block that the picture stands in: 0 emotions, 1 channels of one side,
            2 those of both.
    """

    title: str
    note: Message | None
    weights: NDArray[np.float32]
    shares: NDArray[np.float32]
    block: int


def sheet_poses(
    face: Face, networks: Networks, seed: int = 0, exaggeration: float = 1.0
) -> list[SheetPose]:
    """Return what a face test shows: the emotions, then the channels that can be driven.

    ``mouthClose`` means something on an open jaw only, and is shown on one.

    Args:
        face: what is tested.
        networks: the trained networks.
        seed: of the expressions.
        exaggeration: their gain, as ``exaggerated`` takes it.
    """
    poses = []
    for emotion in EMOTIONS:
        feeling = Feeling(Mixture.of({emotion: 1.0}), 1.0)
        weights = express(networks, feeling, seed, exaggeration=exaggeration)[0]
        shares = exaggerated(feeling.shares(), exaggeration)
        poses.append(SheetPose(emotion, None, weights, shares, 0))
    free, states = _free_channels(face), coverage_of(face).states
    for channel in sorted(free, key=_place):
        weights = np.eye(len(CHANNELS), dtype=np.float32)[INDEX[channel]]
        title = channel
        if channel == "mouthClose" and "jawOpen" in free:
            weights[INDEX["jawOpen"]], title = 1, "mouthClose + jawOpen"
        block = 2 if mirrored_name(channel) == channel else 1
        note = _note_on(face, channel, states[channel])
        poses.append(SheetPose(title, note, weights, custom_shares(1)[0], block))
    return poses


def picture_poses(
    face: Face,
    scene: Scene,
    poses: Sequence[SheetPose],
    draft: bool = False,
    size: int | None = None,
) -> Generator[NDArray[np.float32], None, None]:
    """Yield a picture of a face in each pose, float32 (size, size, 3), 0 to 1, bottom row first.

    The scene is as it was whenever a picture is yielded, but for the studio, a scene of its own,
    which goes with the iterator.

    Args:
        face: what is pictured.
        scene: where it is.
        poses: of ``sheet_poses``.
        draft: whether Blender's solid view does, which wants a window, in place of a render.
        size: pixels of a picture, each way; ``SIZE`` if not given.

    Raises:
        EmoteBotError: nothing of the face can be posed, or this Blender cannot render.
    """
    free = [control for control in face.controls() if control.blocked is None]
    poser, values, size = FacePoser(face), ControlValues(free), size or SIZE
    with (
        tempfile.TemporaryDirectory(prefix="emotebot-") as folder,
        still_portrait(face, scene, size, size, SHOT) as (studio, character),
    ):
        set_quality(studio, SAMPLES, WORKBENCH if draft else CYCLES)
        studio.render.image_settings.color_mode = "RGB"
        for pose in poses:
            held = values.read()
            try:
                poser.show(pose.weights, pose.shares)
                character.copy_pose()
            finally:
                values.write(held)
            file = Path(folder) / "picture.png"
            render_frame(studio, scene.frame_current, file)
            yield read_image(file)[..., :3]


def compose_face_sheet(
    face: Face,
    poses: Sequence[SheetPose],
    pictures: Sequence[NDArray[np.float32]],
    translate: Translate = str,
) -> NDArray[np.float32]:
    """Return the sheet of a face test, float32, shape (height, width, 3), from the bottom row up.

    Args:
        face: what was tested.
        poses: of ``sheet_poses``.
        pictures: of ``picture_poses``, one a pose.
        translate: makes a text of a message.
    """
    coverage = coverage_of(face)
    blocks = []
    for block in sorted({pose.block for pose in poses}):
        rows = [row for row, pose in enumerate(poses) if pose.block == block]
        notes = [poses[row].note for row in rows]
        labels = [
            SheetPicture(0, poses[row].title, translate(note) if note else "")
            for row, note in zip(rows, notes, strict=True)
        ]
        blocks.append(compose_sheet([pictures[row] for row in rows], labels, PER_ROW))
    width = max(block.shape[1] for block in blocks)
    heading = compose_text([translate(_heading(face, coverage))], width, _HEADING_SIZE)
    remarks = [translate(remark) for remark in _remarks(face, coverage)]
    below = [compose_text(remarks, width, _LINE_SIZE, quiet=True)] if remarks else []
    return stack([heading, *blocks, *below])


def _free_channels(face: Face) -> set[str]:
    """Return the channels that some control shows which can be driven."""
    return {
        CHANNELS[channel]
        for control in face.controls()
        if control.blocked is None
        for channel, _ in control.drive.channels
    }


def _place(channel: str) -> tuple[int, int, int]:
    """Return what channels on a sheet are sorted by: from above, and left beside right."""
    region = next(row for row, name in enumerate(_ORDER) if channel in REGIONS[name])
    own, other = INDEX[channel], INDEX[mirrored_name(channel)]
    return region, min(own, other), own


def _note_on(face: Face, channel: str, state: str) -> Message | None:
    """Return which controls show a channel if that is not what their names say, else None.

    Args:
        face: of which.
        channel: its name.
        state: of the channel, one of ``STATES``.
    """
    maps = [rig_map for rig_map in face.maps if channel in rig_map.feeds]
    names = dict.fromkeys(str(feed.control) for own in maps for feed in own.feeds[channel])
    if state == "doubtful":
        return Message("doubtful: {controls}", controls=tuple(names))
    if state == "approximated":
        return Message("approximated: {controls}", controls=tuple(names))
    others = tuple(name for name in names if name != channel)
    return Message("{controls}", controls=others) if others else None


def _heading(face: Face, coverage: Coverage) -> Message:
    names = dict.fromkeys(part.convention for part in coverage.objects if part.convention)
    found = Message("{face}: {found}", face=face.name, found=coverage.found)
    return Message("{found} ({naming})", found=found, naming=tuple(names)) if names else found


def _remarks(face: Face, coverage: Coverage) -> list[Message]:
    """Return what a sheet says below its pictures, a line each."""
    missing = sorted(coverage.channels("missing"), key=_place)
    remarks = [
        Message("Missing: {channels}", channels=tuple(missing[first : first + _IN_LINE]))
        for first in range(0, len(missing), _IN_LINE)
    ]
    remarks += [
        Message("{channel}: {reason}", channel=channel, reason=reason)
        for channel, reason in coverage.doubts.items()
    ]
    remarks += [
        Message("Left alone: {control} ({reason})", control=control, reason=reason)
        for control, reason in face.blocked()
    ]
    return [*remarks, *notes_on_face(face)]
