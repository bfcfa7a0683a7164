# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the channels of real faces with MediaPipe's Face Landmarker.

The landmarker's model file is not part of the project; its user brings it. It gives 51 of the 52
channels (no ``tongueOut``), never moves some of them, and reads a face at rest as other weights for
every person.
"""

import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX, MIRROR
from emotebot_blender.core.errors import EmoteBotError

UNSEEN: tuple[str, ...] = (
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
)
"""Channels that the landmarker leaves at 0 whatever the face does: nothing is learned from them."""

GAZE: tuple[str, ...] = tuple(name for name in CHANNELS if name.startswith("eyeLook"))
"""Channels of the eyeballs: where a person looks is no part of an expression."""

SEEN: tuple[str, ...] = tuple(name for name in CHANNELS if name not in UNSEEN + GAZE)
"""The channels that a measured expression consists of, in the order of ``CHANNELS``."""

WEAKLY_MEASURED = (
    "eyeWide",
    "mouthDimple",
    "mouthFrown",
    "mouthFunnel",
    "mouthPress",
    "mouthRoll",
    "mouthShrugUpper",
)
"""Beginnings of the names of channels that the landmarker moves less than faces do: the 99th
percentile of their weights over thousands of real faces is .17 to .45."""


LARGEST_SIDE = 2**15 - 2
"""Pixels of width and height beyond which MediaPipe ends the whole process."""

MOST_FACES = 5
"""Faces looked for on a picture; the largest of them is measured."""


@dataclass(frozen=True)
class DetectedFace:
    """A face that was found on a picture.

    Attributes:
        weights: float32, shape (52,), 0 to 1.
        points: float32, shape (478, 2), x and y of the landmarks in pixels of the picture.
        yaw, pitch, roll: degrees that the head is turned aside, up or down, and tilted; see
            ``head_angles``.
    """

    weights: np.ndarray
    points: np.ndarray
    yaw: float
    pitch: float
    roll: float


class FaceReader:
    """Reads faces from pictures and films; used in a ``with`` statement.

    Args:
        model: path of ``face_landmarker.task``.
        video: whether the pictures follow one another in time and share a face.

    Raises:
        EmoteBotError: there is no model file, or it is something else.
    """

    def __init__(self, model: Path, video: bool = False) -> None:
        from mediapipe import Image, ImageFormat
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import vision

        if not Path(model).is_file():
            raise EmoteBotError("There is no face landmarker at {model}", model=model)
        self._video = video
        options = vision.FaceLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
            num_faces=1 if video else MOST_FACES,  # it follows and smooths a single face alone
        )
        with _silence():
            try:
                self._landmarker: Any = vision.FaceLandmarker.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                raise EmoteBotError(
                    "{model} is not MediaPipe's face landmarker", model=model
                ) from error
            if not video:  # the first picture makes it talk, and a film's time begins but once
                blank = np.zeros((64, 64, 3), dtype=np.uint8)
                self._landmarker.detect(Image(image_format=ImageFormat.SRGB, data=blank))

    def __enter__(self) -> "FaceReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the landmarker, which holds threads of its own."""
        self._landmarker.close()

    def find(self, pixels: np.ndarray, seconds: float = 0.0) -> DetectedFace | None:
        """Return the largest face on a picture, or None where no face is found.

        Args:
            pixels: uint8, shape (height, width, 3), RGB.
            seconds: time of the picture in its film; rises from call to call.

        Raises:
            EmoteBotError: the picture is too large.
        """
        return next(iter(self.find_all(pixels, seconds)), None)

    def find_all(self, pixels: np.ndarray, seconds: float = 0.0) -> list[DetectedFace]:
        """Return the faces on a picture, the largest first; of a frame of a film, at most one.

        Args:
            pixels: as for ``find``.
            seconds: as for ``find``.

        Raises:
            EmoteBotError: the picture is too large.
        """
        import mediapipe

        height, width = pixels.shape[:2]
        if max(height, width) > LARGEST_SIDE:
            raise EmoteBotError(
                "a picture of {width} × {height} pixels is too large", width=width, height=height
            )
        image = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(pixels)
        )
        if self._video:
            result = self._landmarker.detect_for_video(image, round(seconds * 1000))
        else:
            result = self._landmarker.detect(image)
        size = np.array([pixels.shape[1], pixels.shape[0]], dtype=np.float32)
        faces = []
        for points, categories, matrix in zip(
            result.face_landmarks,
            result.face_blendshapes,
            result.facial_transformation_matrixes,
            strict=True,
        ):
            weights = np.zeros(len(CHANNELS), dtype=np.float32)
            for category in categories:
                if category.category_name in INDEX:
                    weights[INDEX[category.category_name]] = category.score
            outline = np.array([(point.x, point.y) for point in points], dtype=np.float32) * size
            faces.append(DetectedFace(weights, outline, *head_angles(np.array(matrix))))
        return sorted(faces, key=lambda face: -float(np.ptp(face.points, axis=0).prod()))

    def read(self, pixels: np.ndarray, seconds: float = 0.0) -> np.ndarray | None:
        """Return the channels of the largest face, float32, shape (52,), or None without a face.

        Args:
            pixels: as for ``find``.
            seconds: as for ``find``.

        Raises:
            EmoteBotError: the picture is too large.
        """
        face = self.find(pixels, seconds)
        return None if face is None else face.weights


@contextmanager
def _silence() -> Iterator[None]:
    """Keep MediaPipe's own messages off the terminal; no setting of it does."""
    sys.stderr.flush()
    terminal = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(null)


def head_angles(matrix: np.ndarray) -> tuple[float, float, float]:
    """Return the yaw, pitch and roll of a head in degrees, 0 for one that faces the camera.

    The angles of the rotation R = Ry(yaw) Rx(pitch) Rz(roll) around the upright axis, the one from
    ear to ear and the one towards the camera, in this order.

    Args:
        matrix: shape (4, 4), facial transformation matrix of MediaPipe, from the face to the
            camera; its columns may be scaled.
    """
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    yaw = math.degrees(math.atan2(axes[0, 2], axes[2, 2]))
    pitch = math.degrees(math.asin(float(np.clip(-axes[1, 2], -1, 1))))
    roll = math.degrees(math.atan2(axes[1, 0], axes[1, 1]))
    return yaw, pitch, roll


def subtract_neutral(
    weights: np.ndarray, neutral: np.ndarray, measured: Sequence[str] = SEEN
) -> np.ndarray:
    """Return what a face does beyond its own neutral face, (w - n) / (1 - n) in each channel.

    So a channel at 1 stays at 1 whatever the neutral face was. The divisor is .05 at least.

    Args:
        weights: shape (..., 52), 0 to 1, as measured.
        neutral: shape (52,), the same person's neutral face, as measured.
        measured: the channels to keep.

    Returns:
        float32, shape (..., 52), 0 to 1; all other channels are 0.
    """
    remaining = np.maximum(1 - neutral, 0.05)
    return masked(np.clip((weights - neutral) / remaining, 0, 1), measured)


def masked(weights: np.ndarray, measured: Sequence[str]) -> np.ndarray:
    """Return weights with every channel 0 but the measured ones, float32, shape (..., 52).

    Args:
        weights: shape (..., 52).
        measured: names of channels.
    """
    kept = np.zeros(weights.shape, dtype=np.float32)
    columns = [INDEX[name] for name in measured]
    kept[..., columns] = weights[..., columns]
    return kept


def with_mirror_images(weights: np.ndarray) -> np.ndarray:
    """Return rows followed by their mirror images, shape (n, 52) to (2 n, 52)."""
    return np.concatenate([weights, weights[:, MIRROR]])
