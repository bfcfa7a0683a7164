# SPDX-License-Identifier: GPL-3.0-or-later
"""CREMA-D: actors speak a sentence in six emotions, and a crowd says what it sees.

Cao et al. 2014; database ODbL 1.0, contents DbCL 1.0. ``AAAA_SSS_EEE_LL.flv`` (actor, sentence,
intended emotion, level) beside the crowd's votes, ``tabulatedVotes.csv``.

    python -m training.sources.crema_d CLIPS tabulatedVotes.csv face_landmarker.task

measures the clips anew and writes the table that training reads.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import EMOTIONS, Mixture
from emotebot_blender.core.errors import EmoteBotError

from ..landmarks import SEEN, FaceReader, read_film, subtract_neutral, tabulated

TABLE = Path(__file__).resolve().parent.parent / "data" / "crema_d_apexes.csv"
LETTERS = {
    "A": "anger",
    "D": "disgust",
    "F": "fear",
    "H": "happiness",
    "N": "neutral",
    "S": "sadness",
}
APEX_SHARE = 0.2
"""Share of a clip's frames, those with the strongest expression, that count as its apex."""
TELLING = (
    "brow",
    "eyeSquint",
    "eyeWide",
    "mouthSmile",
    "mouthFrown",
    "mouthUpperUp",
    "mouthStretch",
)
"""Beginnings of the names of channels that tell the expression rather than the sentence."""


@dataclass(frozen=True)
class Apexes:
    """Measured frames around the strongest expression of each clip.

    Attributes:
        clips: name of each row's clip, n of them.
        emotion: float32, shape (n, 8), shares of the crowd's votes on the silent picture.
        intensity: float32, shape (n,), 0 to 1, the crowd's mean level.
        weights: float32, shape (n, 52), beyond the actor's neutral face.
    """

    clips: tuple[str, ...]
    emotion: np.ndarray
    intensity: np.ndarray
    weights: np.ndarray


def read_votes(path: Path) -> dict[str, tuple[Mixture, float]]:
    """Return clip name to what the crowd saw on its silent picture: a mixture and a level, 0 to 1.

    Args:
        path: ``tabulatedVotes.csv``, whose first column begins with 2 for the silent picture.
    """
    votes: dict[str, tuple[Mixture, float]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for entry in csv.DictReader(file):
            if not entry[""].startswith("2"):
                continue
            counts = {name: float(entry[letter]) for letter, name in LETTERS.items()}
            votes[entry["fileName"]] = Mixture.of(counts), float(entry["meanEmoResp"]) / 100
    return votes


def strongest(weights: np.ndarray, share: float = APEX_SHARE) -> np.ndarray:
    """Return the frames of the strongest expression, in order of time.

    Speech opens and closes the mouth in every clip alike, so strength is counted on the upper
    face, the corners of the mouth and the upper lip.

    Args:
        weights: shape (frames, 52), beyond the neutral face.
        share: share of the frames to return, at least one.
    """
    told = [name for name in SEEN if name.startswith(TELLING)]
    strength = weights[:, [INDEX[name] for name in told]].sum(axis=1)
    count = max(1, round(share * len(weights)))
    return np.sort(np.argsort(-strength, kind="stable")[:count])


def measure(folder: Path, votes: Path, model: Path) -> Apexes:
    """Measure the apexes of the clips in a folder.

    An actor's neutral face is the median over his neutral clip; clips of an actor without one are
    left out.

    Raises:
        EmoteBotError: no clip with a face, a neutral clip and votes.
    """
    seen = read_votes(votes)
    films: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("*.flv")):
        with FaceReader(model, video=True) as reader:
            films[path.stem] = read_film(reader, path)[1]
    neutrals = {
        name[:4]: np.median(weights, axis=0)
        for name, weights in films.items()
        if "_NEU_" in name and len(weights)
    }
    clips: list[str] = []
    emotion: list[np.ndarray] = []
    intensity: list[float] = []
    rows: list[np.ndarray] = []
    for name, weights in films.items():
        if not len(weights) or name[:4] not in neutrals or name not in seen:
            continue
        moved = subtract_neutral(weights, neutrals[name[:4]])
        mixture, level = seen[name]
        for row in moved[strongest(moved)]:
            clips.append(name)
            emotion.append(mixture.vector())
            intensity.append(level)
            rows.append(row)
    if not clips:
        raise EmoteBotError(f"There is no clip with a face, a neutral clip and votes in {folder}")
    return Apexes(
        tuple(clips),
        np.array(emotion, dtype=np.float32),
        np.array(intensity, dtype=np.float32),
        np.array(rows, dtype=np.float32),
    )


def write(apexes: Apexes, path: Path = TABLE) -> None:
    """Write apexes as CSV: clip, votes, level and the measured channels to four decimals."""
    columns = [INDEX[name] for name in SEEN]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["clip", *EMOTIONS, "intensity", *SEEN])
        for clip, emotion, intensity, row in zip(
            apexes.clips, apexes.emotion, apexes.intensity, apexes.weights, strict=True
        ):
            numbers = [*emotion, intensity, *row[columns]]
            writer.writerow([clip, *(f"{value:.4f}" for value in numbers)])


def read(path: Path = TABLE) -> Apexes:
    """Read apexes from the table that ``write`` wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    emotion = np.array([[float(entry[name]) for name in EMOTIONS] for entry in entries])
    return Apexes(
        tuple(entry["clip"] for entry in entries),
        (emotion / emotion.sum(axis=1, keepdims=True)).astype(np.float32),
        np.array([float(entry["intensity"]) for entry in entries], dtype=np.float32),
        tabulated(entries),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the apexes of CREMA-D clips")
    parser.add_argument("clips", type=Path)
    parser.add_argument("votes", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.clips, arguments.votes, arguments.model)
    write(found)
    print(f"{len(found.clips)} frames written to {TABLE}")
