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

from .camera import looking

LEVELS = (0.25, 0.5, 0.75, 1.0)

Told = Callable[[float], None]


@dataclass(frozen=True)
class Response:
    """How one channel comes back: its gain, and the rank correlation of weights and readings."""

    gain: float
    rank: float


def responses(
    face: Any, scene: Any, reader: Any, told: Told, names: Sequence[str] = CHANNELS
) -> dict[str, Response]:
    """Return how each channel that a face has comes back.

    Args:
        face: the face, from ``camera.open_head``.
        scene: where it is.
        reader: an open ``FaceReader``.
        told: told the share done.
        names: the channels that are wanted.

    Raises:
        EmoteBotError: no face is found at rest.
    """
    groups = [group for group in together() if set(group) & set(face.channels) & set(names)]
    found = {}
    with looking(face, scene) as look:
        rest = reader.read(look(np.zeros(len(CHANNELS))))
        if rest is None:
            raise EmoteBotError("The landmarker finds no face on this head at rest")
        for done, group in enumerate(groups, start=1):
            readings = [rest]
            for level in LEVELS:
                weights = np.zeros(len(CHANNELS))
                weights[[INDEX[name] for name in group]] = level
                read = reader.read(look(weights))
                readings.append(np.full(len(CHANNELS), np.nan) if read is None else read)
            for name in group:
                column = np.array(readings)[:, INDEX[name]]
                rank = rank_correlation(np.array((0.0, *LEVELS)), column)
                found[name] = Response(float(column[-1] - column[0]), rank)
            told(done / len(groups))
    return found


def together() -> list[tuple[str, ...]]:
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
            way = {"In": "Out", "Out": "In"}["In" if "In" in name else "Out"]
            partner = f"eyeLook{way}Right"
        groups.append((name,) if partner == name or not is_pair(name) else (name, partner))
    return groups


def is_pair(name: str) -> bool:
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
