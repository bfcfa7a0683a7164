# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from a pose to one feeling, for a feeling that is keyed by itself."""

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, anatomical
from ..clip import Clip
from ..emotions import Feeling
from .emotion_path import EmotionPath
from .exaggeration import exaggerated
from .face_motion import FaceMotion
from .networks import MOTION_RATE, Networks
from .performance import express


def approach(
    networks: Networks,
    weights: NDArray[np.float32],
    feeling: Feeling,
    seconds: float,
    fps: float,
    seed: int = 0,
    take: int | None = None,
    strength: float = 1.0,
    shares: NDArray[np.float32] | None = None,
    exaggeration: float = 1.0,
) -> Clip:
    """Return a transition from where a face is to a feeling, as ``express`` shows it, without eyes.

    Args:
        networks: from ``load_networks``.
        weights: float32, shape (52,), the first frame.
        feeling: what the last frame shows.
        seconds: from the first frame to the last, above 0.
        fps: frames a second; there is one frame more than fit into the time, rounded.
        seed: whole number from 0; of the expression.
        take: seed of its take; None for that of the seed.
        strength: how much of the expression the last frame shows, 0 to 1.
        shares: float32, shape (17,), in the order of ``SHARES``, those of the first frame; None for
            none.
        exaggeration: gain of what the last frame shows, as ``exaggerated`` takes it.

    Raises:
        EmoteBotError: a seed, a rate or a gain that is none.
    """
    target = express(networks, feeling, seed, 1, take, exaggeration)[0] * np.float32(strength)
    arrived = feeling.shares()
    steps = max(round(seconds * MOTION_RATE), 1)
    face = FaceMotion(networks.motion, weights)
    still = np.zeros(networks.motion.sizes["noise"], dtype=np.float32)
    face.set_target(target, arrived[:-1], still, seconds)
    path = np.concatenate([weights[None], face.advance(steps)])
    share = np.linspace(0, 1, steps + 1, dtype=np.float32)[:, None]
    path += share * (target - path[-1])  # the network arrives within its error: close that gap
    way = EmotionPath(shares)
    start = way.shares[None]
    shown = exaggerated(arrived, exaggeration) * np.float32(strength)
    way.set_target(weights, target, shown, seconds)
    both = np.concatenate([path, np.concatenate([start, way.follow(path[1:])])], axis=1)
    positions = np.linspace(0, steps, max(round(seconds * fps), 1) + 1)
    sampled = [np.interp(positions, np.arange(steps + 1), column) for column in both.T]
    moved, shown = np.split(np.stack(sampled, axis=1).astype(np.float32), [len(CHANNELS)], axis=1)
    return Clip(anatomical(moved), fps, shares=shown)
