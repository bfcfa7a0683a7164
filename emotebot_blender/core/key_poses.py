# SPDX-License-Identifier: GPL-3.0-or-later
"""The key poses of a performance: where a face starts to move, shows most and comes to rest."""

import numpy as np
from numpy.typing import NDArray

_STILL = 0.1
"""Share of the tolerance that nothing exceeds from one sample to the next while a pose is held."""

_SHORTEST_REST = 3
"""Samples in a row, all still, that make a held pose."""


def key_poses(values: NDArray[np.floating], tolerance: float) -> tuple[int, ...]:
    """Return the samples, ascending, on which a face holds or passes through a key pose.

    They are both ends of each held pose, and between two of them the sample that is furthest from
    the pose that the face moves away from.

    Args:
        values: shape (n, channels), of channels that move together.
        tolerance: distance in value that is not seen, 0 or more.
    """
    count = len(values)
    if count == 0 or values.shape[1] == 0:
        return ()
    step = np.abs(np.diff(values, axis=0)).max(axis=1)
    still = np.concatenate(([False], step <= _STILL * tolerance, [False]))
    begins = np.flatnonzero(still[1:] & ~still[:-1])
    ends = np.flatnonzero(still[:-1] & ~still[1:])
    long = ends - begins >= _SHORTEST_REST - 1
    poses = {0, count - 1, *begins[long].tolist(), *ends[long].tolist()}
    starts = [0, *ends[long].tolist()]
    stops = [*begins[long].tolist(), count - 1]
    for start, stop in zip(starts, stops, strict=True):
        if stop - start > 1:
            distance = np.abs(values[start : stop + 1] - values[start]).sum(axis=1)
            poses.add(start + int(distance.argmax()))
    return tuple(sorted(poses))
