# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the eyes look, from the channels that move them."""

import numpy as np
from numpy.typing import NDArray

from ..channels import INDEX
from ..performance.eyelids import DEGREES_AT_FULL

_OUTWARD = {"Left": 1.0, "Right": -1.0}
"""An eye that looks out looks to the character's own side; its left counts as above 0."""


def eye_angles(weights: NDArray[np.floating], side: str) -> NDArray[np.float64]:
    """Return yaw and pitch of an eye in radians, shape (frames, 2): to the left, and down.

    Args:
        weights: shape (frames, 52).
        side: "Left" or "Right", the character's own.
    """
    inward, outward, up, down = (
        weights[:, INDEX[f"eyeLook{way}{side}"]] for way in ("In", "Out", "Up", "Down")
    )
    full = np.radians(DEGREES_AT_FULL)
    return np.stack([(outward - inward) * _OUTWARD[side] * full, (down - up) * full], axis=1)
