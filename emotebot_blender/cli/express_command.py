# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``emotebot express`` gives."""

from typing import Any

from ..core.channels import CHANNELS
from ..core.emotions import Feeling
from ..core.lexicon.lexicon import amounts
from ..core.performance import performance
from ..core.performance.networks import Networks


def expressions(
    words: str,
    feeling: Feeling,
    networks: Networks,
    seed: int,
    count: int,
    exaggeration: float = 1.0,
) -> list[dict[str, Any]]:
    """Return expressions of a feeling as plain objects, ready for JSON.

    Args:
        words: what the expressions are called.
        feeling: what is felt.
        networks: the trained networks.
        seed: of the first; the others follow it.
        count: how many, from 1.
        exaggeration: their gain, as ``exaggerated`` takes it.
    """
    rows = performance.express(networks, feeling, seed, count, exaggeration=exaggeration)
    return [
        {
            "name": words if count == 1 else f"{words} {index + 1}",
            "emotion": amounts(feeling),
            "intensity": feeling.intensity,
            "seed": seed + index,
            "channels": {
                name: round(float(value), 6) for name, value in zip(CHANNELS, row, strict=True)
            },
        }
        for index, row in enumerate(rows)
    ]
