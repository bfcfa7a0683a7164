# SPDX-License-Identifier: GPL-3.0-or-later
"""An observer network looks at rendered takes and says which emotion it sees.

Nothing is trained, filtered or chosen by what it says. It gets what such networks were trained on,
a grey crop around the face.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import BASIC_EMOTIONS, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.onnx_graph.onnx_file import read_onnx_file
from emotebot_blender.core.onnx_runner import runtime_session
from emotebot_blender.core.performance.networks import Networks
from emotebot_blender.core.performance.performance import express

from .camera import face_renderer

SIDE = 64
"""Pixels of a side of what the observer sees."""

MARGIN = 1.1
"""How much wider than the landmarks the crop is."""

STRENGTHS = (1.0, 0.5)

NO_FACE = "no face"

MEANING = {
    "angry": "anger",
    "anger": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "happiness": "happiness",
    "sad": "sadness",
    "sadness": "sadness",
    "surprise": "surprise",
    "contempt": "contempt",
    "neutral": "neutral",
}
"""What the names that observers use are called here."""

OPPOSITE = {
    "happiness": ("sadness", "anger", "fear", "disgust"),
    "sadness": ("happiness",),
    "anger": ("happiness",),
    "fear": ("happiness",),
    "disgust": ("happiness",),
}
"""Strong emotions and what nobody may take them for."""


class Observer:
    """A network that names the emotion of a face.

    Args:
        path: an ONNX file with one input, float32, (n, 1, 64, 64), grey from -1 to 1, and an output
            of one number for each class.
        classes: what the numbers stand for.

    Raises:
        EmoteBotError: the file is no such network.
    """

    def __init__(self, path: Path, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        unknown = [name for name in self.classes if name not in MEANING]
        if unknown:
            raise EmoteBotError(
                "“{unknown}” is not the name of an emotion that can be compared", unknown=unknown[0]
            )
        self._session = runtime_session(read_onnx_file(path))
        (self._input,) = (entry.name for entry in self._session.get_inputs()[:1])
        try:
            scores = self._run(np.zeros((1, 1, SIDE, SIDE), dtype=np.float32))
        except Exception as error:
            raise EmoteBotError(
                "{path} does not take grey faces of {side}×{side}", path=path, side=SIDE
            ) from error
        if scores.shape != (1, len(self.classes)):
            raise EmoteBotError(
                "{path} gives {shape} numbers, but there are {count} classes",
                path=path,
                shape=scores.shape[-1],
                count=len(self.classes),
            )

    def name(self, crop: np.ndarray) -> str:
        """Return the emotion seen in a grey crop, uint8, shape (64, 64)."""
        scores = self._run(crop[None, None].astype(np.float32) / 127.5 - 1)
        return MEANING[self.classes[int(scores[0].argmax())]]

    def names(self) -> list[str]:
        """Return what it may say, and that no face was found."""
        return [*(MEANING[name] for name in self.classes), NO_FACE]

    def _run(self, batch: np.ndarray) -> np.ndarray:
        scores: np.ndarray = np.asarray(self._session.run(None, {self._input: batch})[0])
        return scores.reshape(len(batch), -1)


def crop_face(pixels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the grey square around a face's landmarks, uint8, shape (64, 64).

    Args:
        pixels: uint8, shape (height, width, 3), RGB.
        points: the landmarks in pixels, x and y, shape (n, 2).
    """
    import cv2

    low, high = points.min(axis=0), points.max(axis=0)
    centre, side = (low + high) / 2, float((high - low).max()) * MARGIN
    scale = SIDE / side
    matrix = np.array(
        [[scale, 0, SIDE / 2 - centre[0] * scale], [0, scale, SIDE / 2 - centre[1] * scale]]
    )
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    if scale < 1:  # a picture that shrinks this much is blurred first, or it would flicker
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale)
    crop: np.ndarray = cv2.warpAffine(
        grey, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return crop


@dataclass(frozen=True)
class Observations:
    """What the observer named.

    Attributes:
        counts: intensity to emotion requested to emotion named to number of takes.
        seen: the same keys to the crops that it saw; a face that was not found is left out.
    """

    counts: dict[str, dict[str, dict[str, int]]]
    seen: dict[str, dict[str, list[np.ndarray]]]

    def shares(self) -> dict[str, float]:
        """Return the shares that the targets are about; see ``targets.csv``."""
        full, half = self.counts["1"], self.counts["0.5"]

        def share(row: dict[str, int], named: Sequence[str]) -> float:
            return sum(row.get(name, 0) for name in named) / max(sum(row.values()), 1)

        strong = ("happiness", "surprise", "sadness", "fear")
        fierce = ("anger", "disgust")
        return {
            "strong_named": min(share(full[name], [name]) for name in strong),
            "anger_disgust": min(share(full[name], fierce) for name in fierce),
            "half_opposite": max(share(half[name], wrong) for name, wrong in OPPOSITE.items()),
            "right_full": float(np.mean([share(full[n], [n]) for n in (*strong, *fierce)])),
            "right_half": float(np.mean([share(half[n], [n]) for n in (*strong, *fierce)])),
        }


def observe(
    networks: Networks,
    observer: Observer,
    reader: Any,
    head: tuple[Any, Any],
    takes: int,
    progress: Callable[[float], None],
    emotions: Sequence[str] = BASIC_EMOTIONS,
) -> Observations:
    """Return what an observer sees in takes of each emotion, in full and at half intensity.

    A head that comes with a camera and lights is seen as it was set up, else in our studio.

    Args:
        networks: that are observed.
        observer: who observes.
        reader: an open ``FaceReader``, which finds the face on the render.
        head: a face and its scene, from ``camera.open_head``.
        takes: of each emotion, each of another seed.
        progress: called with the share done, 0 to 1.
        emotions: that are asked for.
    """
    counts: dict[str, dict[str, dict[str, int]]] = {}
    seen: dict[str, dict[str, list[np.ndarray]]] = {}
    done, total = 0, len(STRENGTHS) * len(emotions) * takes
    with face_renderer(*head, width=320, height=400, samples=8, own=True) as render:
        for strength in STRENGTHS:
            for emotion in emotions:
                row = counts.setdefault(f"{strength:g}", {}).setdefault(emotion, {})
                crops = seen.setdefault(f"{strength:g}", {}).setdefault(emotion, [])
                feeling = Feeling(Mixture.of({emotion: 1.0}), strength)
                for weights in express(networks, feeling, count=takes):
                    pixels = render(weights)
                    face = reader.find(pixels)
                    named = NO_FACE
                    if face is not None:
                        crops.append(crop_face(pixels, face.points))
                        named = observer.name(crops[-1])
                    row[named] = row.get(named, 0) + 1
                    done += 1
                    progress(done / total)
    return Observations(counts, seen)


def confusion_text(counts: dict[str, dict[str, int]], names: Sequence[str]) -> str:
    """Return a confusion matrix for a terminal."""
    lines = [" " * 12 + "".join(f"{name[:9]:>11s}" for name in names)]
    for requested, row in counts.items():
        lines.append(f"{requested:12s}" + "".join(f"{row.get(name, 0):11d}" for name in names))
    return "\n".join(lines)
