# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of an expression goes to each part of a face, frame by frame beside lip-sync."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..core.channels import CHANNELS, INDEX, MIX_GROUPS
from ..core.clip import Clip
from ..core.speech import EDGE, PARTING, PAUSE, closure_envelope, speaking_envelope
from ..rig.control import Control
from .foreign_animation import ForeignAnimation

Speech = tuple[Control, ForeignAnimation]
"""A control of the mouth that lip-sync moves, and what animates its ID."""

_AT_REST = 0.01
"""Weights below this are none."""


@dataclass(frozen=True)
class Mix:
    """How the parts of a face go with other animation; the default is what suits most.

    Attributes:
        ways: part of the face, of ``MIX_GROUPS``, to "ADD", "REPLACE" or, as where it is left out,
            "AUTO": the mouth adds where there is lip-sync, all else replaces.
        shares: part of the face to how much of the expression goes to it, 0 to 1; 1 where it is
            left out.
        speaking: how much goes to the mouth while lip-sync moves it, 0 to 1.
    """

    ways: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    speaking: float = 1 / 3


class MixShares:
    """How much of an expression goes to each channel.

    Args:
        mix: how the parts of the face go with other animation; None for all of it everywhere.
        speech: what the mouth's part is added to; none where it replaces or nothing speaks.
    """

    def __init__(self, mix: Mix | None, speech: Collection[Speech]) -> None:
        self._mix, self._speech = mix, speech

    def weights(
        self, frames: NDArray[np.float64], rate: float, weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return weights by the share of each part of the face, float32 (n, 52).

        Args:
            frames: of the scene, whole ones apart, shape (n,).
            rate: frames a second.
            weights: of the channels, shape (n, 52).
        """
        if self._mix is None:
            return weights
        return (weights * self._of(frames, rate)).astype(np.float32)

    def unmixed(
        self, frame: float, rate: float, weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the weights that a frame's shares make these of, float32 (52,), at most 1.

        Args:
            frame: of the scene.
            rate: frames a second.
            weights: that show there without other animation, shape (52,).
        """
        shares = self._of(np.array([frame]), rate)[0]
        full = np.divide(weights, shares, out=np.zeros(len(CHANNELS)), where=shares > _AT_REST)
        return np.clip(full, 0, 1).astype(np.float32)

    def held(self, frames: NDArray[np.float64], clip: Clip) -> tuple[NDArray[np.float64], Clip]:
        """Return frames and a clip that hold the last face for as long as lip-sync goes on.

        What a layer holds after its end would be at full in the phrases that follow.

        Args:
            frames: of the scene, whole ones apart, shape (n,).
            clip: what is shown on them.
        """
        columns = [INDEX[name] for name in MIX_GROUPS["MOUTH"]]
        if not self._speech or clip.weights[-1, columns].max() < _AT_REST:
            return frames, clip
        ends = [foreign.last_frame(control.path) for control, foreign in self._speech]
        last = max(ends) + (PAUSE + EDGE) * clip.fps
        count = int(np.ceil(last - frames[-1])) if last > frames[-1] else 0
        if count <= 0:
            return frames, clip
        frames = np.concatenate([frames, frames[-1] + 1 + np.arange(count)])
        rows = np.minimum(np.arange(len(frames)), len(clip) - 1)
        head = None if clip.head is None else clip.head[rows]
        held = replace(clip, weights=clip.weights[rows], shares=clip.shares[rows], head=head)
        return frames, held

    def _of(self, frames: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
        """Return how much of an expression goes to each channel on each frame, float64 (n, 52)."""
        shares = np.ones((len(frames), len(CHANNELS)))
        if self._mix is None:
            return shares
        for group, names in MIX_GROUPS.items():
            share = np.float64(self._mix.shares.get(group, 1.0))
            columns = [INDEX[name] for name in names]
            shares[:, columns] = share
            if group == "MOUTH" and self._speech:
                speaking, closing = self._envelopes(frames, rate)
                shares[:, columns] = share + (self._mix.speaking - share) * speaking
                shares[:, [INDEX[name] for name in PARTING]] *= 1 - closing
        return shares

    def _envelopes(
        self, frames: NDArray[np.float64], rate: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how much lip-sync speaks and how much it closes the lips, float64 (n, 1) each."""
        margin = int(np.ceil((PAUSE + EDGE) * rate))
        around = np.arange(frames[0] - margin, frames[-1] + margin + 0.5)
        spoken = np.zeros((len(around), len(CHANNELS)))
        for control, foreign in self._speech:
            channel, full = max(control.drive.channels, key=lambda driven: abs(driven[1]))
            values = foreign.values(control, around)
            weights = (values - control.rest) / (full or 1.0)
            is_more = np.abs(weights) > np.abs(spoken[:, channel])
            spoken[is_more, channel] = weights[is_more]
        envelopes = speaking_envelope(spoken, rate), closure_envelope(spoken, rate)
        within = slice(margin, margin + len(frames))
        return envelopes[0][within, None], envelopes[1][within, None]
