# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as accidents leave them."""

import random


def damaged(data: bytes, seed: int) -> bytes:
    """Return a file cut short, with bytes changed, or with a part overwritten."""
    rng = random.Random(seed)
    spoilt = bytearray(data)
    match seed % 3:
        case 0:
            del spoilt[rng.randrange(len(spoilt)) :]
        case 1:
            for _ in range(20):
                spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        case 2:
            at = rng.randrange(len(spoilt))
            spoilt[at : at + 200] = rng.randbytes(200)
    return bytes(spoilt)
