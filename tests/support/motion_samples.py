# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces for tests of how a face moves."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from emotebot_blender.core.channels import CHANNELS, INDEX


def face_weights(amounts: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the weights of a face, float32, shape (52,).

    Args:
        amounts: channel, or the name that its left and right halves share, to its weight.
    """
    weights = np.zeros(len(CHANNELS), dtype=np.float32)
    for stem, amount in amounts.items():
        for channel in (stem, stem + "Left", stem + "Right"):
            if channel in INDEX:
                weights[INDEX[channel]] = amount
    return weights
