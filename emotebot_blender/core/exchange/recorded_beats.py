# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded faces as beats of a script: read, and laid into its performance.

A recording plays from the start of its beat on, to its end, to the end of the beat's hold or to the
next beat, whichever comes first. The face goes over into it within the beat's transition, and out
of it into what is performed within the next beat's, each half a second where it is natural; what is
performed meanwhile is the feeling of the beat.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..input_files import expanded_path
from ..performance.eye_motion import ease
from ..script.beats import DEFAULT_HOLD, NATURAL_TRANSITION, Beat, EmotionScript
from .recorded_face import RecordedFace
from .recording_formats import read_recording

_MOST_KEPT = 4
"""Files that are remembered as they were read, as a sequence is performed at every edit."""


def resolved(script: EmotionScript, source: str) -> EmotionScript:
    """Return a script whose recordings have whole paths.

    Args:
        script: that may name recordings.
        source: what it was read from, a text or the path of a file, in whose folder its paths then
            start; else they start in the working folder. Those that begin with ``//`` start from a
            .blend file, and stay.
    """
    if not any(beat.recording for beat in script.beats):
        return script
    file = expanded_path(source.strip()) if "\n" not in source.strip() else Path()
    folder = (file.parent if os.path.isfile(file) else Path()).absolute()
    beats = (
        replace(beat, recording=str(folder / beat.recording))
        if beat.recording and not beat.recording.startswith("//")
        else beat
        for beat in script.beats
    )
    return EmotionScript(tuple(beats))


def read_recordings(
    script: EmotionScript, path_of: Callable[[str], Path] = Path
) -> dict[str, RecordedFace]:
    """Return the recordings that a script names, by what it calls them.

    Args:
        script: that may name some.
        path_of: gives the path of a file from what a beat calls it.

    Raises:
        EmoteBotError: one cannot be read.
    """
    return {
        beat.recording: _read(path_of(beat.recording)) for beat in script.beats if beat.recording
    }


def lengthened(script: EmotionScript, recordings: Mapping[str, RecordedFace]) -> EmotionScript:
    """Return a script whose last beat lasts for its recording, where it has no hold of its own."""
    if not script.beats or not script.beats[-1].recording or script.beats[-1].hold is not None:
        return script
    last = script.beats[-1]
    hold = _seconds(recordings[last.recording]) - _transition(last)
    return EmotionScript((*script.beats[:-1], replace(last, hold=max(hold, DEFAULT_HOLD))))


def with_recordings(
    clip: Clip, script: EmotionScript, recordings: Mapping[str, RecordedFace]
) -> Clip:
    """Return a performance with the recordings of its beats in it.

    Channels that a recording lacks, and a head of which it says nothing, are as performed.

    Args:
        clip: of the script, at any rate.
        script: ``lengthened``.
        recordings: of the script.

    Raises:
        EmoteBotError: a recording is too long.
    """
    if not recordings:
        return clip
    times = clip.times()
    weights, shares = clip.weights.copy(), clip.shares.copy()
    head = None if clip.head is None else clip.head.copy()
    for index, beat in enumerate(script.beats):
        if not beat.recording:
            continue
        recorded = recordings[beat.recording]
        end, leaving = _end(beat, script.beats[index + 1 : index + 2], recorded)
        share = _share(times, beat.start, _transition(beat), end, leaving)
        frames = np.flatnonzero(share > 0)
        played = _sampled(recorded.clip(), times[frames] - beat.start)
        part = share[frames, None].astype(np.float32)
        has = np.flatnonzero([name in recorded.channels for name in CHANNELS])
        at = np.ix_(frames, has)
        weights[at] += part * (played.weights[:, has] - weights[at])
        shares[frames] += part * (played.shares - shares[frames])
        if head is not None and played.head is not None:
            head[frames] += part * (played.head - head[frames])
    return Clip(weights, clip.fps, clip.start, shares, head)


def _end(beat: Beat, following: tuple[Beat, ...], recorded: RecordedFace) -> tuple[float, float]:
    """Return the second at which a recording gives way, and in how many seconds it does."""
    end, leaving = beat.start + _seconds(recorded), NATURAL_TRANSITION
    if beat.hold is not None:
        end = min(end, beat.start + _transition(beat) + beat.hold)
    if following and following[0].start <= end:
        end, leaving = following[0].start, _transition(following[0])
    return end, leaving


def _share(
    times: NDArray[np.float64], start: float, arriving: float, end: float, leaving: float
) -> NDArray[np.float64]:
    """Return how much a recording counts at some times, 0 to 1, shape (frames,)."""
    into = ease(np.clip((times - start) / arriving, 0, 1))
    out = ease(np.clip((times - end) / leaving, 0, 1))
    return np.asarray(into * (1 - out))


def _sampled(clip: Clip, seconds: NDArray[np.float64]) -> Clip:
    """Return a clip at some seconds from its first frame on, linear between frames."""
    places = np.clip(seconds * clip.fps, 0, max(len(clip) - 1, 0))
    before = places.astype(np.intp)
    after = np.minimum(before + 1, len(clip) - 1)
    part = (places - before).astype(np.float32)[:, None]

    def between(rows: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(rows[before] * (1 - part) + rows[after] * part)

    head = None if clip.head is None else between(clip.head)
    return Clip(between(clip.weights), clip.fps, 0.0, between(clip.shares), head)


def _seconds(recorded: RecordedFace) -> float:
    return float(recorded.seconds[-1] - recorded.seconds[0])


def _transition(beat: Beat) -> float:
    return NATURAL_TRANSITION if beat.transition is None else beat.transition


def _read(path: Path) -> RecordedFace:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return read_recording(path)  # says what is wrong
    return _read_once(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=_MOST_KEPT)
def _read_once(path: Path, _changed: int, _size: int) -> RecordedFace:
    return read_recording(path)
