# SPDX-License-Identifier: GPL-3.0-or-later
"""Known weights through a render and MediaPipe's Face Landmarker: does each channel come back?

A channel and its mirror image are posed together at rising weights. The gain is what is read at
weight 1 less what is read at rest, the rank correlation is Spearman's between weights and readings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX, mirrored_name
from emotebot_blender.core.errors import EmoteBotError

from .camera import face_renderer

LEVELS = (0.25, 0.5, 0.75, 1.0)

ShareProgress = Callable[[float], None]


@dataclass(frozen=True)
class Response:
    """How one channel comes back: its gain, and the rank correlation of weights and readings."""

    gain: float
    rank: float


def responses(
    face: Any, scene: Any, reader: Any, progress: ShareProgress, names: Sequence[str] = CHANNELS
) -> dict[str, Response]:
    """Return how each channel that a face has comes back.

    Args:
        face: the face, from ``camera.open_head``.
        scene: where it is.
        reader: an open ``FaceReader``.
        progress: called with the share done, 0 to 1.
        names: the channels that are wanted.

    Raises:
        EmoteBotError: no face is found at rest.
    """
    groups = [group for group in posed_together() if set(group) & set(face.channels) & set(names)]
    measured = {}
    with face_renderer(face, scene) as render:
        rest = reader.read(render(np.zeros(len(CHANNELS))))
        if rest is None:
            raise EmoteBotError("The landmarker finds no face on this head at rest")
        for done, group in enumerate(groups, start=1):
            readings = [rest]
            for level in LEVELS:
                weights = np.zeros(len(CHANNELS))
                weights[[INDEX[name] for name in group]] = level
                read = reader.read(render(weights))
                readings.append(np.full(len(CHANNELS), np.nan) if read is None else read)
            for name in group:
                column = np.array(readings)[:, INDEX[name]]
                rank = rank_correlation(np.array((0.0, *LEVELS)), column)
                measured[name] = Response(float(column[-1] - column[0]), rank)
            progress(done / len(groups))
    return measured


def posed_together() -> list[tuple[str, ...]]:
    """Return the channels in the groups that are posed together.

    Those are a channel and its mirror image; but eyes that both look inwards would squint, so of
    each gaze to the side the two channels go together that look the same way.
    """
    groups: list[tuple[str, ...]] = []
    for name in CHANNELS:
        if any(name in group for group in groups):
            continue
        partner = mirrored_name(name)
        if name.startswith(("eyeLookIn", "eyeLookOut")):
            other = "Out" if "In" in name else "In"
            partner = f"eyeLook{other}Right"
        groups.append(
            (name,) if partner == name or not is_simultaneous_pair(name) else (name, partner)
        )
    return groups


def is_simultaneous_pair(name: str) -> bool:
    """Return whether a channel has a mirror image that can be shown at the same time."""
    return name not in ("jawLeft", "jawRight", "mouthLeft", "mouthRight")


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Spearman's rank correlation; equal values share their ranks, 0 if all are equal.

    It is 0 too where a face was not found and ``other`` holds what is not a number.
    """
    from scipy import stats

    if np.isnan(other).any() or np.ptp(other) == 0:
        return 0.0
    return float(stats.spearmanr(one, other).statistic)
