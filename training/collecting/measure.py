# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the items of a data set, one after the other or in several processes at once."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import util
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError

from ..faces.landmarks import LARGEST_SIDE, FaceReader
from ..faces.quality import Thresholds, drop_reason
from ..processes import deferred_interrupts, start_worker
from ..sources.damaged_files import describe_damage
from ..sources.item import (
    ChannelFile,
    EncodedFrames,
    FrameFiles,
    ImageArray,
    ImageFile,
    Item,
    VideoFile,
)

SMALLEST_SIDE = 192
"""Pixels of the shorter side below which pictures are enlarged before a face is looked for."""

_PROBE_EVERY = 15
"""Of so many frames of a film one is searched for several faces."""

_MOST_FPS = 1000.0
"""Frames a second at most that a file is believed to have: a damaged one gives any number, and the
landmarker counts in milliseconds."""

_MARGIN = 0.6
"""Margin around the largest face of a film with several, in widths of the face."""


@dataclass(frozen=True)
class Measurement:
    """What was measured on an item, m good frames.

    Attributes:
        name: of the item.
        seconds: float64, shape (m,), time of each good frame; 0 for a picture.
        weights: float32, shape (m, 52), as measured, with the neutral face in them.
        frames: number of its frames.
        dropped: reason to the number of frames that were dropped for it.
        fault: why it could not be read, or None.
    """

    name: str
    seconds: np.ndarray
    weights: np.ndarray
    frames: int
    dropped: dict[str, int] = field(default_factory=dict)
    fault: str | None = None

    def reason(self) -> str | None:
        """Return why the item has no good frame, None where it has one."""
        if len(self.weights):
            return None
        if self.fault is not None:
            return "unreadable"
        return max(self.dropped, key=lambda reason: self.dropped[reason], default="no frames")


class Measurer:
    """Measures items with one landmarker for pictures; used in one process.

    Args:
        model: path of ``face_landmarker.task``; None where no item has pictures.
        thresholds: what is dropped.
    """

    def __init__(self, model: Path | None, thresholds: Thresholds) -> None:
        self._model = model
        self._thresholds = thresholds
        self._reader = FaceReader(model) if model else None

    def close(self) -> None:
        """Let go of the landmarker."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def measure(self, item: Item) -> Measurement:
        """Return what is measured on an item; a file that cannot be read is a fault of it."""
        import cv2

        try:
            match item.material:
                case ChannelFile(path, reader):
                    seconds, weights = reader(path)
                    _check_recording(seconds, weights)
                    return Measurement(item.name, seconds, weights, len(seconds))
                case ImageFile() | ImageArray():
                    return self._still(item)
                case _:
                    return self._film(item)
        except (EmoteBotError, OSError, MemoryError, RuntimeError, ValueError, cv2.error) as error:
            # MediaPipe raises the fourth and the fifth for pictures that it cannot take.
            empty = np.zeros((0, len(CHANNELS)), dtype=np.float32)
            return Measurement(item.name, np.zeros(0), empty, 0, fault=str(describe_damage(error)))

    def _still(self, item: Item) -> Measurement:
        assert self._reader is not None
        ((_, pixels),) = frames_of(item)
        pixels, scale = enlarged(pixels)
        face = self._reader.find(pixels)
        reason = drop_reason(pixels, face, scale, self._thresholds)
        rows = [face.weights] if face is not None and reason is None else []
        return _measured(item.name, [0.0] * len(rows), rows, 1, Counter([reason] if reason else []))

    def _film(self, item: Item) -> Measurement:
        assert self._model is not None
        window = self._window(item)
        seconds: list[float] = []
        rows: list[np.ndarray] = []
        dropped: Counter[str] = Counter()
        frames = 0
        with FaceReader(self._model, video=True) as reader:
            for time, picture in frames_of(item):
                frames += 1
                pixels, scale = enlarged(picture[window])
                face = reader.find(pixels, time)
                reason = drop_reason(pixels, face, scale, self._thresholds)
                if face is None or reason is not None:
                    dropped[reason or "no face"] += 1
                    continue
                seconds.append(time)
                rows.append(face.weights)
        return _measured(item.name, seconds, rows, frames, dropped)

    def _window(self, item: Item) -> tuple[slice, slice]:
        """Return the part of a film's frames, rows and columns, in which the largest face moves.

        The landmarker follows and smooths a single face; of several it would smooth none.
        """
        assert self._reader is not None
        boxes: list[np.ndarray] = []
        several = False
        for frame, (_, pixels) in enumerate(frames_of(item)):
            if frame % _PROBE_EVERY:
                continue
            faces = self._reader.find_all(pixels)
            several |= len(faces) > 1
            if faces:
                points = faces[0].points
                boxes.append(np.concatenate([points.min(axis=0), points.max(axis=0)]))
        if not several:
            return slice(None), slice(None)
        left, top = np.min(boxes, axis=0)[:2]
        right, bottom = np.max(boxes, axis=0)[2:]
        margin = _MARGIN * float(np.median([box[2] - box[0] for box in boxes]))
        return (
            slice(max(0, int(top - margin)), int(bottom + margin)),
            slice(max(0, int(left - margin)), int(right + margin)),
        )


def frames_of(item: Item) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the frames of an item with pictures: seconds and RGB pixels, uint8, shape (h, w, 3).

    Raises:
        EmoteBotError: a file cannot be read.
    """
    import cv2

    match item.material:
        case ImageFile(path):
            yield 0.0, read_image(path)
        case ImageArray(pixels):
            yield 0.0, pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        case FrameFiles(paths, fps):
            for frame, path in enumerate(paths):
                yield frame / fps, read_image(path)
        case EncodedFrames(jpegs, seconds):
            for time, jpeg in zip(seconds, jpegs, strict=True):
                coded = np.frombuffer(jpeg, dtype=np.uint8)
                yield time, cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        case VideoFile(path):
            yield from read_video(path)


def read_image(path: Path) -> np.ndarray:
    """Return an image file's pixels, uint8, shape (height, width, 3), RGB.

    Raises:
        EmoteBotError: it is no image.
        OSError: it cannot be opened.
    """
    import cv2

    coded = np.fromfile(path, dtype=np.uint8)  # imread knows no letters beyond ASCII on Windows
    pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR) if len(coded) else None
    if pixels is None:
        raise EmoteBotError("not a picture")
    converted: np.ndarray = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return converted


def read_video(path: Path) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the seconds and RGB pixels, uint8, shape (height, width, 3), of a video's frames.

    Raises:
        EmoteBotError: it is no video.
    """
    import cv2

    film = cv2.VideoCapture(str(path))
    try:
        if not film.isOpened():
            raise EmoteBotError("not a film")
        fps = film.get(cv2.CAP_PROP_FPS)
        if not 0 < fps <= _MOST_FPS:
            fps = 30.0
        frame = 0
        while True:
            good, pixels = film.read()
            if not good:
                return
            yield frame / fps, cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
            frame += 1
    finally:
        film.release()


def enlarged(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a picture that is large enough to look for faces in, and how many times larger it is.

    Args:
        pixels: uint8, shape (height, width, 3).
    """
    import cv2

    scale = SMALLEST_SIDE / max(1, min(pixels.shape[:2]))
    if scale <= 1 or max(pixels.shape) * scale > LARGEST_SIDE:
        return pixels, 1.0
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), scale


def _check_recording(seconds: np.ndarray, weights: np.ndarray) -> None:
    """Refuse a recording with values that are no numbers, or whose time does not pass."""
    if seconds.shape != weights.shape[:1] or weights.shape[1:] != (len(CHANNELS),):
        raise EmoteBotError("it has not one time and {count} channels a frame", count=len(CHANNELS))
    if not (np.isfinite(weights).all() and np.isfinite(seconds).all()):
        raise EmoteBotError("a value is no number")
    steps = np.diff(seconds)
    if len(steps) and not (steps.min() >= 0 and np.median(steps) > 0):
        raise EmoteBotError("its time stands still or runs backwards")


def _measured(
    name: str, seconds: list[float], rows: list[np.ndarray], frames: int, dropped: Counter[str]
) -> Measurement:
    weights = np.array(rows, dtype=np.float32).reshape(-1, len(CHANNELS))
    return Measurement(name, np.array(seconds), weights, frames, dict(dropped))


def measure_all(
    items: Iterable[Item], model: Path | None, thresholds: Thresholds, workers: int
) -> Iterator[Measurement]:
    """Yield what is measured on each item, in any order.

    Args:
        items: to measure.
        model: path of ``face_landmarker.task``; None where no item has pictures.
        thresholds: what is dropped.
        workers: how many processes; 1 measures in this one.

    Raises:
        EmoteBotError: a process died, as when memory runs out.
    """
    if workers <= 1:
        measurer = Measurer(model, thresholds)
        try:
            for item in items:
                yield measurer.measure(item)
        finally:
            measurer.close()
        return
    waiting = iter(items)
    # Fresh processes: a forked one would share the threads' locks of libraries in this one.
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker, (model, thresholds)
    ) as pool:
        running: set[Future[Measurement]] = set()
        try:
            while True:
                with deferred_interrupts():  # the first call starts the processes
                    for item in waiting:
                        running.add(pool.submit(_measure, item))
                        if len(running) >= 4 * workers:
                            break
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool as error:
            raise EmoteBotError(
                "A measuring process died, perhaps for want of memory: call again, with fewer "
                "--workers, and it goes on"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


_measurer: Measurer | None = None
"""The measurer of this worker process."""


def _start_worker(model: Path | None, thresholds: Thresholds) -> None:
    global _measurer
    import cv2

    cv2.setNumThreads(1)  # there is a process for each core already
    start_worker()
    _measurer = Measurer(model, thresholds)
    util.Finalize(_measurer, _measurer.close, exitpriority=10)


def _measure(item: Item) -> Measurement:
    assert _measurer is not None
    return _measurer.measure(item)
