# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a face has its eyes and its mouth, found from what its shape keys move."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import EmoteBotError
from .displacements import Displacements, Moved

_SHOWN = 0.1
"""A vertex takes part in a key where it moves by this share of the key's peak."""

_FACE = 0.3
"""Sum of squared shares from which a vertex belongs to the part of a head that moves."""

_EVERYTHING = 0.9
"""A key that moves this share of all vertices scales or turns a head; it is no expression."""

_FEWEST = 40
"""Vertices of an eyeball, at least."""

_MIDDLE = 0.2
"""A key is central where its centre is off the middle by less than this share of the half width."""

_MOUTH_RANGE = (0.8, 4.0)
"""How far the mouth may be below the eyes, in half distances of the eyes."""


@dataclass(frozen=True)
class FaceAlignment:
    """Where the parts of a face are.

    Attributes:
        middle: x of the plane of symmetry, in the units of the positions.
        half: half the distance of the eyes.
        eyes: z of the eyes.
        mouth: z of the line between the lips.
        jaw: how much the jaw takes each vertex with it, 0 to 1, (vertices,); all 0 where no key
            opens it.
        eyeballs: the vertices of the left and of the right eyeball; empty where there are none.
    """

    middle: float
    half: float
    eyes: float
    mouth: float
    jaw: NDArray[np.float32]
    eyeballs: tuple[NDArray[np.intp], ...]

    def coordinates(self, positions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where points are on the face, float32 (points, 2).

        Across, the eyes are at -1 and 1; up, they are at 0 and the mouth is at -1.
        """
        across = (positions[:, 0] - self.middle) / self.half
        up = (positions[:, 2] - self.eyes) / (self.eyes - self.mouth)
        return np.stack((across, up), axis=1)


def align(face: Displacements) -> FaceAlignment:
    """Return where the parts of a face are.

    Eyes are a pair of balls where the face has them, else where most keys of one side meet above
    the mouth. The mouth is where the key that lowers most parts the lips.

    Args:
        face: that looks along -Y.

    Raises:
        EmoteBotError: nothing moves as a face does.
    """
    peaks = face.peaks
    shares = {
        name: (at, np.linalg.norm(by, axis=1) / peak)
        for (name, (at, by)), peak in zip(face.keys.items(), peaks, strict=True)
        if peak > 0 and np.isfinite(peak)
    }
    for name, (_, share) in list(shares.items()):
        if np.count_nonzero(share > _SHOWN) > _EVERYTHING * len(face.positions):
            del shares[name]
    activity = np.zeros(len(face.positions))
    for at, share in shares.values():
        activity[at] += share**2
    active = face.positions[activity > _FACE]
    if len(active) < _FEWEST:
        raise EmoteBotError("No shape key moves a part of a face")
    low, high = np.quantile(active, (0.01, 0.99), axis=0)
    width = float(high[0] - low[0]) / 2
    balls = _eyeballs(face, low, high)
    if balls:
        centres = [_centre(face.positions[ball]) for ball in balls]
        middle = float(centres[0][0] + centres[1][0]) / 2
        half = float(centres[0][0] - centres[1][0]) / 2
        eyes = float(centres[0][2] + centres[1][2]) / 2
    else:
        middle = float(low[0] + high[0]) / 2
    means = {
        name: (share**2) @ face.positions[at] / (share**2).sum()
        for name, (at, share) in shares.items()
    }
    central = [n for n, mean in means.items() if abs(mean[0] - middle) < _MIDDLE * width]
    if not balls:
        half, eyes = _eyes_from_keys(
            np.array([mean for name, mean in means.items() if name not in central]), middle
        )
    jaw = np.zeros(len(face.positions), dtype=np.float32)
    opening = max(central, key=lambda name: _lowering(face.keys[name]), default=None)
    mouth = None
    if opening is not None and _lowering(face.keys[opening]) > 0:
        at, share = shares[opening]
        jaw[at] = share
        mouth = _lip_line(face.positions, jaw, middle, half, eyes)
    if mouth is None:
        jaw[:] = 0
        below = [means[name][2] for name in central if means[name][2] < eyes - half]
        mouth = float(np.median(below)) if below else eyes - 1.8 * half
    return FaceAlignment(middle, half, eyes, mouth, jaw, balls)


def _centre(points: NDArray[np.float32]) -> NDArray[np.float32]:
    centre: NDArray[np.float32] = (points.min(axis=0) + points.max(axis=0)) / 2
    return centre


def _eyeballs(
    face: Displacements, low: NDArray[np.floating], high: NDArray[np.floating]
) -> tuple[NDArray[np.intp], ...]:
    """Return the vertices of all parts that are balls, left and right, in two groups.

    They are two balls of one size, at one height and on both sides of the middle of what moves.
    """
    order = np.argsort(face.islands, kind="stable")
    starts = np.flatnonzero(np.diff(face.islands[order], prepend=-1))
    width = float(high[0] - low[0])
    balls = []
    for at in np.split(order, starts[1:]):
        if len(at) < _FEWEST:
            continue
        points = face.positions[at]
        size = np.ptp(points, axis=0)
        radii = np.linalg.norm(points - _centre(points), axis=1)
        round_ = size.min() > 0.75 * size.max() and radii.std() < 0.12 * radii.mean()
        if round_ and 0.03 * width < radii.mean() < 0.35 * width:
            balls.append((at, _centre(points), float(radii.mean())))
    middle = float(low[0] + high[0]) / 2
    best: tuple[float, NDArray[np.intp], NDArray[np.intp]] | None = None
    for at, centre, radius in balls:
        for other_at, other, other_radius in balls:
            apart = float(centre[0] - other[0])
            level = abs(float(centre[2] - other[2])) < 0.1 * apart
            matching = abs(radius - other_radius) < 0.1 * radius
            between = abs(float(centre[0] + other[0]) / 2 - middle) < 0.2 * width
            if (
                apart > radius
                and level
                and matching
                and between
                and (best is None or radius > best[0])
            ):
                best = radius, at, other_at
    if best is None:
        return ()
    sides = []
    for at in best[1:]:
        centre = _centre(face.positions[at])
        near = [ball for ball, other, _ in balls if np.linalg.norm(other - centre) < best[0]]
        sides.append(np.concatenate(near))
    return tuple(sides)


def _eyes_from_keys(means: NDArray[np.float64], middle: float) -> tuple[float, float]:
    """Return half the distance of the eyes and their height, from the centres of lateral keys.

    Most keys of the upper face are those of the eyes; brows and cheeks surround them.

    Raises:
        EmoteBotError: there are none.
    """
    if not len(means):
        raise EmoteBotError("No shape key moves a part of a face")
    upper = means[means[:, 2] >= (means[:, 2].min() + means[:, 2].max()) / 2]
    half, eyes = np.median(np.abs(upper[:, 0] - middle)), np.median(upper[:, 2])
    return float(half), float(eyes)


def _lowering(moved: Moved) -> float:
    """Return how much a key lowers, all vertices together."""
    return float(np.maximum(-moved[1][:, 2], 0).sum())


def _lip_line(
    positions: NDArray[np.float32],
    jaw: NDArray[np.float32],
    middle: float,
    half: float,
    eyes: float,
) -> float | None:
    """Return the height at which the jaw parts the lips, or None where it does not.

    Of the vertices close to the middle, the foremost at each height count.
    """
    close = np.flatnonzero(
        (np.abs(positions[:, 0] - middle) < 0.25 * half)
        & (positions[:, 2] < eyes - _MOUTH_RANGE[0] * half)
        & (positions[:, 2] > eyes - _MOUTH_RANGE[1] * half)
    )
    if not len(close):
        return None
    steps = ((positions[close, 2] - positions[close, 2].min()) / (0.06 * half)).astype(int)
    depths = np.full(steps.max() + 1, np.inf)
    np.minimum.at(depths, steps, positions[close, 1])
    front = close[positions[close, 1] < depths[steps] + 0.1 * half]
    order = front[np.argsort(positions[front, 2])]
    order = order[int(np.argmax(jaw[order])) :] if len(order) else order  # the neck stays
    with_jaw = jaw[order] > 0.5 * jaw[order].max(initial=0)
    if not with_jaw.any() or with_jaw.all():
        return None
    still_below, moved_above = np.cumsum(~with_jaw), np.cumsum(with_jaw[::-1])[::-1]
    return float(positions[order[int(np.argmin(still_below + moved_above))], 2])
