# SPDX-License-Identifier: GPL-3.0-or-later
"""What the subcommand ``perform`` does with a recorded face in place of a script."""

from contextlib import ExitStack
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import EmoteBotError
from ..core.exchange.recording_formats import read_recording
from ..core.messages import Message
from . import blend_files
from .model_export import export_model
from .output_files import replacing
from .perform_command import first_frame, prepared_face
from .perform_options import PerformOptions, PerformResult, check_inputs_stay, check_outputs
from .performance_pictures import filmed_frames, write_film
from .terminal import Progress

if TYPE_CHECKING:
    from ..core.clip import Clip
    from ..core.exchange.recorded_face import RecordedFace

_OF_SCRIPTS = {
    "seed": "--seed",
    "exaggeration": "--exaggerate",
    "liveliness": "--liveliness",
    "look_at": "--look-at",
    "bake": "--bake",
    "sheet": "--sheet",
    "lexicon": "--lexicon",
    "models": "--models",
}
"""Options that say how a script is performed, by their names in ``PerformOptions``."""


def perform_recording(options: PerformOptions, path: Path, progress: Progress) -> PerformResult:
    """Make of a recorded face what the options say; whatever can be checked beforehand is.

    Args:
        options: without a script.
        path: of the recording.
        progress: shows what is done.

    Raises:
        EmoteBotError: what was handed in has a fault, or a file cannot be written; no file has
            been written then.
    """
    _check(options, path)
    recorded = read_recording(path)
    if options.needs_blender:
        with blend_files.sequences_known():
            result = _perform_in_blender(options, recorded, path, progress)
        return replace(result, read=blend_files.libraries())
    clip = _clip(recorded, options, options.fps)
    start = blend_files.FIRST_FRAME if options.start is None else options.start
    with ExitStack() as outputs:
        notes = options.clip_files.write(clip, outputs, start + round(clip.start * clip.fps))
    return PerformResult(
        len(clip), clip.fps, None, None, options.outputs, notes=(*recorded.notes, *notes)
    )


def _clip(recorded: "RecordedFace", options: PerformOptions, fps: float | None) -> "Clip":
    """Return the performance that the options want of a recording; None for its own rate."""
    clip = recorded.clip()
    if fps:
        clip = clip.resampled(fps)
    return clip if clip.head is None else replace(clip, head=clip.head * np.float32(options.head))


def _check(options: PerformOptions, path: Path) -> None:
    """Check that all that the options say can be made of a recording and written.

    Raises:
        EmoteBotError: it cannot.
    """
    usual = {each.name: each.default for each in fields(PerformOptions)}
    wrong = [
        option for name, option in _OF_SCRIPTS.items() if getattr(options, name) != usual[name]
    ]
    if wrong:
        raise EmoteBotError(
            "A recording is performed as it is; leave out {options}", options=tuple(wrong)
        )
    check_inputs_stay(options, [(Message("the recording"), path)])
    check_outputs(options)


def _perform_in_blender(
    options: PerformOptions, recorded: "RecordedFace", path: Path, progress: Progress
) -> PerformResult:
    from ..animation.keyframes import Keying
    from ..rig.face_coverage import name_with_coverage
    from ..session.recorded_faces import perform_recording as perform_on
    from ..session.sequence import sequence_of
    from ..session.timeline import frame_rate

    face, scene, calibrated, notes = prepared_face(options)
    sequence, first = sequence_of(face), first_frame(options, scene)
    sequence.head = options.head
    if options.whole is not None:
        sequence.detail, sequence.whole_share = "BLEND", options.whole
    with progress.stage("Performing") as show:
        keys = perform_on(face, recorded, scene, first, path.stem, Keying(options.tolerance))
        show(1.0)
    begin, end = (round(frame) for frame in keys.frames)
    performed = range(begin, end + 1)
    filmed_frames(options, performed)  # before anything is written
    with ExitStack() as outputs:  # they take their places together, once all are written
        if options.output:
            blend_files.save_copy(outputs.enter_context(replacing(options.output)))
        if options.model:
            notes += export_model(face, outputs.enter_context(replacing(options.model)))
        clip = _clip(recorded, options, frame_rate(scene))
        notes += options.clip_files.write(clip, outputs, begin)
        write_film(face, scene, performed, options, outputs, progress)
    name = str(name_with_coverage(face))
    rate = frame_rate(scene)
    return PerformResult(end - begin + 1, rate, name, keys, options.outputs, calibrated, notes)
