# SPDX-License-Identifier: GPL-3.0-or-later
"""How faces go from one feeling to the next: what leaves, what arrives, and when.

    python benchmarks/changes.py

For each change, all feelings at full intensity, the face at rest on the first: seconds after which
the parts of the face have made 10, 50 and 90 % of their way, medians over seeds; then what is left
of the old mouth when the new brows are half there, and by how many frames of 24 a second the new
mouth and jaw are half there later than the brows; and the largest change of any channel's speed in
a 60th of a second. Blinks and gaze are left out. It needs no Blender.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own packages, wherever this is started

from emotebot_blender.core.channels import CHANNELS, REGIONS  # noqa: E402
from emotebot_blender.core.emotions import Feeling, Mixture  # noqa: E402
from emotebot_blender.core.performance.networks import MOTION_RATE, Networks, load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import Performer  # noqa: E402

CHANGES = (
    ("happiness", "surprise"),
    ("sadness", "surprise"),
    ("anger", "surprise"),
    ("happiness", "anger"),
    ("happiness", "sadness"),
    ("anger", "happiness"),
    ("disgust", "happiness"),
    ("surprise", "happiness"),
)
SEEDS = range(40)
STEPS = 240
FPS = 24
LEVELS = (0.1, 0.5, 0.9)
SEEN = 0.05
"""Least way of a channel that counts, in weights; the least in all of a part that has brows, a
mouth or a jaw is six times that."""

PARTS = {
    "old brows": ("brow", -1),
    "old mouth": ("mouth", -1),
    "new brows": ("brow", 1),
    "new mouth": ("mouth", 1),
    "new jaw": ("jaw", 1),
}


def main() -> None:
    """Print the figures."""
    networks = load_networks()
    for before, after in CHANGES:
        paths = [way(networks, before, after, seed) for seed in SEEDS]
        jolts = [np.abs(np.diff(path[:, timed()], n=2, axis=0)).max() for path in paths]
        print(
            f"{before} > {after}: largest change of speed {np.median(jolts) * MOTION_RATE:.2f}, "
            f"worst {max(jolts) * MOTION_RATE:.2f}"
        )
        shares = [{part: progress(path, *PARTS[part]) for part in PARTS} for path in paths]
        for part in PARTS:
            moved = [share for row in shares if (share := row[part]) is not None]
            if moved:
                times = np.median([[reached(share, x) for x in LEVELS] for share in moved], axis=0)
                seconds = "  ".join(f"{time / MOTION_RATE:.2f}" for time in times)
                print(f"  {part}  {seconds} s  ({len(moved)} of {len(SEEDS)} seeds)")
        print_beside_brows(shares)


def print_beside_brows(shares: Sequence[dict[str, NDArray[np.float64] | None]]) -> None:
    """Print how old mouths leave and new ones arrive beside the brows."""
    left: list[float] = []
    behind: dict[str, list[float]] = {"new mouth": [], "new jaw": []}
    for row in shares:
        if (brows := row["new brows"]) is None:
            continue
        half = reached(brows, 0.5)
        if (old := row["old mouth"]) is not None:
            left.append(1 - float(np.interp(half, np.arange(len(old)), old)))
        for part, frames in behind.items():
            if (new := row[part]) is not None:
                frames.append((reached(new, 0.5) - half) * FPS / MOTION_RATE)
    if left:
        print(f"  left of the old mouth: {spread([100 * share for share in left], '.0f')} %")
    for part, frames in behind.items():
        if frames:
            print(f"  {part} after the brows: {spread(frames, '.1f')} frames")


def way(networks: Networks, before: str, after: str, seed: int) -> NDArray[np.float64]:
    """Return the way of a face from one emotion to another, shape (``STEPS`` + 1, 52).

    Args:
        networks: those that perform.
        before: an emotion, shown at full until the face rests.
        after: the other one, at full as well.
        seed: whose way it is.
    """
    performer = Performer(networks, seed)
    path: list[NDArray[np.float32]] = []
    for name in (before, after):
        performer.set_target(Feeling(Mixture.of({name: 1.0}), 1.0))
        moved = performer.advance(STEPS)
        path = [*path[-1:], *moved]
    return np.array(path, dtype=np.float64)


def timed() -> NDArray[np.bool_]:
    """Return the channels that neither blinks nor gaze move, bool, shape (52,)."""
    return np.array([not name.startswith(("eyeLook", "eyeBlink", "eyeWide")) for name in CHANNELS])


def progress(path: NDArray[np.float64], region: str, sign: int) -> NDArray[np.float64] | None:
    """Return the share of its way that a part of the face has made at each step.

    Args:
        path: shape (steps, 52).
        region: of ``REGIONS``.
        sign: 1 for what rises, -1 for what falls.

    Returns:
        Shape (steps,), None where it hardly moves.
    """
    ways = (path[-1] - path[0]) * sign
    part = timed() & (ways > SEEN) & np.array([name in REGIONS[region] for name in CHANNELS])
    if ways[part].sum() < 6 * SEEN:
        return None
    done: NDArray[np.float64] = (path - path[0])[:, part].sum(axis=1) * sign / ways[part].sum()
    return done


def reached(share: NDArray[np.float64], level: float) -> float:
    """Return the step at which a share first reaches a level, between steps in proportion."""
    after = int(np.argmax(share >= level))
    if after == 0:
        return 0.0
    return after - float((share[after] - level) / (share[after] - share[after - 1]))


def spread(values: Sequence[float], form: str) -> str:
    """Return the median, the ninth decile and the most of some values in words."""
    middle, often, most = (format(np.quantile(values, share), form) for share in (0.5, 0.9, 1.0))
    return f"{middle}, nine in ten up to {often}, most {most}"


if __name__ == "__main__":
    main()
