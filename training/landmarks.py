# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the channels of real faces with MediaPipe's Face Landmarker.

The landmarker's model file is not part of the project; its user brings it. It gives 51 of the 52
channels (no ``tongueOut``), never moves some of them, and gives every person another neutral face.
"""

from collections.abc import Mapping, Sequence
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
"""Channels that stay at 0 whatever the face does: nothing may be learned from them."""

GAZE: tuple[str, ...] = tuple(name for name in CHANNELS if name.startswith("eyeLook"))
"""Channels of the eyeballs, which belong to the moment and not to the expression."""

SEEN: tuple[str, ...] = tuple(name for name in CHANNELS if name not in UNSEEN + GAZE)
"""The channels that a measured expression consists of, in the order of ``CHANNELS``."""


class FaceReader:
    """Reads the channels of faces from pictures and films; used in a ``with`` statement.

    Args:
        model: path of ``face_landmarker.task``.
        video: whether the pictures follow one another in time and share a face.

    Raises:
        EmoteBotError: there is no model file.
    """

    def __init__(self, model: Path, video: bool = False) -> None:
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import vision

        if not Path(model).is_file():
            raise EmoteBotError(f"There is no face landmarker at {model}")
        self._video = video
        mode = vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE
        self._landmarker: Any = vision.FaceLandmarker.create_from_options(
            vision.FaceLandmarkerOptions(
                base_options=tasks.BaseOptions(model_asset_path=str(model)),
                running_mode=mode,
                output_face_blendshapes=True,
                num_faces=1,
            )
        )

    def __enter__(self) -> "FaceReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._landmarker.close()

    def read(self, pixels: np.ndarray, seconds: float = 0.0) -> np.ndarray | None:
        """Return the channels of the face in a picture, or None where no face is found.

        Args:
            pixels: uint8, shape (height, width, 3), RGB.
            seconds: time of the picture in its film; rises from call to call.

        Returns:
            float32, shape (52,), 0 to 1.
        """
        import mediapipe

        image = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(pixels)
        )
        if self._video:
            found = self._landmarker.detect_for_video(image, round(seconds * 1000))
        else:
            found = self._landmarker.detect(image)
        if not found.face_blendshapes:
            return None
        weights = np.zeros(len(CHANNELS), dtype=np.float32)
        for category in found.face_blendshapes[0]:
            if category.category_name in INDEX:
                weights[INDEX[category.category_name]] = category.score
        return weights


def read_photograph(reader: FaceReader, path: Path) -> np.ndarray | None:
    """Return the channels of the face on a photograph, float32, shape (52,), or None."""
    import cv2

    pixels = cv2.imread(str(path))
    if pixels is None:
        raise EmoteBotError(f"{path} is not a picture that can be read")
    return reader.read(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))


def read_film(reader: FaceReader, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the channels of a face through a film.

    Args:
        reader: opened with ``video=True``, one for each film.
        path: any film that OpenCV reads.

    Returns:
        Seconds, shape (frames,), and weights, float32, shape (frames, 52); frames without a face
        are left out.
    """
    import cv2

    film = cv2.VideoCapture(str(path))
    if not film.isOpened():
        raise EmoteBotError(f"{path} is not a film that can be read")
    fps = film.get(cv2.CAP_PROP_FPS) or 30.0
    times: list[float] = []
    rows: list[np.ndarray] = []
    frame = 0
    while True:
        good, pixels = film.read()
        if not good:
            break
        weights = reader.read(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), frame / fps)
        if weights is not None:
            times.append(frame / fps)
            rows.append(weights)
        frame += 1
    film.release()
    return np.array(times), np.array(rows, dtype=np.float32).reshape(-1, len(CHANNELS))


def subtract_neutral(weights: np.ndarray, neutral: np.ndarray) -> np.ndarray:
    """Return what a face does beyond its own neutral face.

    What is left of each channel's way is stretched over the whole of it, so that a channel at its
    end stays there whatever the neutral face was.

    Args:
        weights: shape (..., 52), 0 to 1, as measured.
        neutral: shape (52,), the same person's neutral face, as measured.

    Returns:
        float32, shape (..., 52), 0 to 1; gaze and the channels nobody saw are 0.
    """
    room = np.maximum(1 - neutral, 0.05)
    moved: np.ndarray = np.clip((weights - neutral) / room, 0, 1).astype(np.float32)
    moved[..., [INDEX[name] for name in GAZE + UNSEEN]] = 0
    return moved


def mirrored(weights: np.ndarray) -> np.ndarray:
    """Return the rows followed by their mirror images, shape (2 n, 52)."""
    return np.concatenate([weights, weights[:, MIRROR]])


def tabulated(entries: Sequence[Mapping[str, str]]) -> np.ndarray:
    """Return the weights in the columns ``SEEN`` of a table's rows, float32, shape (n, 52)."""
    weights = np.zeros((len(entries), len(CHANNELS)), dtype=np.float32)
    weights[:, [INDEX[name] for name in SEEN]] = [
        [float(entry[name]) for name in SEEN] for entry in entries
    ]
    return weights
