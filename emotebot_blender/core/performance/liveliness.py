# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a held feeling moves: 0 holds still, 1 is the liveliest."""

from ..errors import EmoteBotError

DEFAULT_LIVELINESS = 0.6
"""What characters and the command hold feelings with; a performer holds still unless asked."""


def check_liveliness(value: float) -> None:
    """Check how lively holds are to be.

    Raises:
        EmoteBotError: it is not from 0 to 1.
    """
    if not 0 <= value <= 1:
        raise EmoteBotError("Liveliness is a number from 0 to 1, not {value:g}", value=value)
