# SPDX-License-Identifier: GPL-3.0-or-later
"""How lids and brows go with where the eyes look up or down.

The upper lid turns with the eye, nearly as far as the eye does (Becker & Fuchs 1988). On some faces
the shapes that turn the eyes take the lid along, on others they leave it. How far it goes here is a
choice of ours between the two; so is what the brows do.
"""

import numpy as np
from numpy.typing import NDArray

from ..channels import INDEX

LID_DOWN = 0.2
"""How far the lids come down as the eyes look ``DEGREES_AT_FULL`` down, as weights of a blink."""

LID_UP = 0.2
"""How far the eyes open wide as they look so far up."""

BROW_UP = 0.25
"""How far the brows go up then."""

BROW_DEGREES = 15.0
"""Degrees up from which on the brows go along."""

DEGREES_AT_FULL = 30.0
"""Turn of the eye at a weight of 1."""

BLINK = np.array([INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]])
WIDE = np.array([INDEX["eyeWideLeft"], INDEX["eyeWideRight"]])
_BROWS = np.array([INDEX[name] for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")])


def follow_gaze(weights: NDArray[np.float32], up: NDArray[np.float64]) -> None:
    """Move the lids and the brows of a face as the eyes look up or down.

    Args:
        weights: float32, shape (frames, 52); changed in place.
        up: degrees that the eyes look up, below 0 down, shape (frames,).
    """
    raised = np.clip(up / DEGREES_AT_FULL, -1, 1).astype(np.float32)[:, None]
    lowered, raised = np.maximum(-raised, 0), np.maximum(raised, 0)
    brows = np.clip((up - BROW_DEGREES) / (DEGREES_AT_FULL - BROW_DEGREES), 0, 1)
    weights[:, BLINK] += (1 - weights[:, BLINK]).clip(0) * LID_DOWN * lowered
    weights[:, WIDE] += (1 - weights[:, WIDE]).clip(0) * LID_UP * raised
    weights[:, _BROWS] += (1 - weights[:, _BROWS]).clip(0) * BROW_UP * brows[:, None]
