# SPDX-License-Identifier: GPL-3.0-or-later
"""How much more, or less, a character shows than a realistic face would."""

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError

LEAST, MOST = 0.5, 2.0
"""Gains that a character can have."""


def check_exaggeration(gain: float) -> None:
    """Check a character's gain.

    Raises:
        EmoteBotError: it is not from ``LEAST`` to ``MOST``.
    """
    if not LEAST <= gain <= MOST:
        raise EmoteBotError(
            "Exaggeration is a number from {least:g} to {most:g}, not {gain:g}",
            least=LEAST,
            most=MOST,
            gain=gain,
        )


def exaggerated(values: NDArray[np.float32], gain: float) -> NDArray[np.float32]:
    """Return weights or shares as a character with a gain shows them.

    Slight ones are multiplied by the gain. Above 1 the curve ``1 - (1 - value) ** gain`` flattens
    towards 1, so that strong ones keep their order and what differs between them; below 1 all are
    multiplied alike.

    Args:
        values: any shape, 0 to 1.
        gain: ``LEAST`` to ``MOST``; 1 leaves them as they are.

    Returns:
        The same shape, 0 to 1.
    """
    if gain <= 1:
        return values * np.float32(gain)
    curved: NDArray[np.float32] = 1 - (1 - values) ** np.float32(gain)
    return curved
