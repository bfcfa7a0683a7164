# SPDX-License-Identifier: GPL-3.0-or-later
"""A face as movements see it: where each point lies, and strokes that push it.

A stroke is a push of some centimetres at one place that dies away around it and glides along the
skull. To keep the lips apart, strokes are measured on a face whose mouth stands open:
``Face.height``. Points inside the mouth go where the seam of the lips in front of them goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import form
from .form import smoothstep
from .openings import MOUTH_POINTS, NO_RING

MOUTH = form.MOUTH_HEIGHT
JAW_ANGLE = 17.0
LIDS = {-2: 1.0, -1: 1.0, 0: 1.0, 1: 0.88, 2: 0.6, 3: 0.2, 4: 0.03, 5: 0.0, NO_RING: 0.0}
"""Share of a lid's turn that each ring takes part in."""


@dataclass(frozen=True)
class Surface:
    """Points that channels can move, with what the movements need to know of them.

    Attributes:
        points: float64, shape (n, 3), neutral positions in centimetres.
        slopes: shape (n, 2), how far the skull falls back per centimetre sideways and upwards.
        eye_ring, mouth_ring: int, shape (n,), the ring a point belongs to, 0 at the opening,
            negative inside it, ``NO_RING`` elsewhere.
        eye_angle, mouth_angle: int, shape (n,), the place on the ring.
    """

    points: np.ndarray
    slopes: np.ndarray
    eye_ring: np.ndarray
    eye_angle: np.ndarray
    mouth_ring: np.ndarray
    mouth_angle: np.ndarray

    def __len__(self) -> int:
        return len(self.points)


def free_surface(x: np.ndarray, z: np.ndarray) -> Surface:
    """Return front points of the sculpted head at ``x`` and ``z`` that belong to no ring."""
    theta, row = form.locate(x, z)
    outside, nowhere = np.full(x.shape, NO_RING), np.zeros(x.shape, int)
    return Surface(
        form.sculpted(form.base(theta, row)),
        form.slopes(theta, row),
        outside,
        nowhere,
        outside,
        nowhere,
    )


def jaw_swing(points: np.ndarray, share: np.ndarray | float = 1.0) -> np.ndarray:
    """Return how far points that go with the jaw move when it opens fully."""
    arm = points - form.JAW_HINGE
    return (form.turned(arm, 0, JAW_ANGLE) - arm) * np.asarray(share)[..., None]


class Face:
    """A surface seen by the strokes: every point with its place on the face.

    Points inside the mouth go where the seam of the lips in front of them goes.

    Attributes:
        x, z: place in the face's plane, shape (n,).
        height: ``z`` on a face whose mouth stands open.
        above: 1 over the seam of the lips, -1 under it.
        offset: how far above the seam a point stands.
        across: -1 at the right corner of the mouth, 1 at the left one.
        lip: share of the lips' own movements, 0 to 1.
    """

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        points = surface.points
        anchor = np.arange(len(points))
        inside = surface.mouth_ring < 0
        self.seam = np.zeros(MOUTH_POINTS, int)
        if inside.any():
            on_seam = np.nonzero(surface.mouth_ring == 0)[0]
            self.seam[surface.mouth_angle[on_seam]] = on_seam
            anchor[inside] = self.seam[surface.mouth_angle[inside]]
        self.points = points
        self.anchor = anchor
        self.x, self.z = points[anchor, 0], points[anchor, 2]
        self.slopes = surface.slopes[anchor]
        self.ringed = surface.mouth_ring != NO_RING
        turn = np.sin(2 * np.pi * surface.mouth_angle / MOUTH_POINTS)
        above = np.where(self.ringed, np.sign(np.round(turn, 9)), np.sign(self.z - MOUTH))
        self.across = along = np.clip(self.x / form.MOUTH_HALF_WIDTH, -1, 1)
        gape = np.sqrt(1 - along**2) * np.exp(-(((self.z - MOUTH) / 2.2) ** 2))
        self.above = above
        self.height = self.z + above * 1.3 * gape
        line = MOUTH + form.CORNER_RISE * along**2
        self.offset = self.z - np.where(
            self.ringed, points[self.seam, 2][surface.mouth_angle], line
        )
        under = smoothstep(0.6, 1.1, np.abs(self.slopes[:, 1])) * smoothstep(-6.3, -7.3, self.z)
        self.front = smoothstep(0.5, -3.5, points[anchor, 1]) * (1 - 0.9 * under)
        self.calm = 1 - np.vectorize(LIDS.get)(surface.eye_ring).astype(float)
        ring = surface.mouth_ring
        self.lip = np.where(
            self.ringed, np.interp(ring, [0, 4, 5, 6, 7], [1, 1, 0.7, 0.35, 0.1]), 0
        )
        self.depth = np.interp(ring, [-7, -3, 0], [0.1, 0.7, 1.0])

    def hill(self, at: tuple[float, float], radii: tuple[float, float]) -> np.ndarray:
        """Return the weights of a stroke around ``at``, shape (n,)."""
        weight = form.bump(self.x, self.height, at, radii)
        return weight * self.front * self.calm * self.depth

    def crease(self, start: tuple[float, float], end: tuple[float, float],
               radius: float) -> np.ndarray:  # fmt: skip
        """Return the weights of a fold along a line that fades towards its ends, shape (n,)."""
        (x, z), (across, up) = start, np.subtract(end, start)
        along = ((self.x - x) * across + (self.z - z) * up) / (across**2 + up**2)
        near = np.clip(along, 0, 1)
        distance = np.hypot(self.x - x - near * across, self.z - z - near * up)
        weight = np.exp(-((distance / radius) ** 2)) * (1 - (2 * near - 1) ** 4)
        return weight * self.front * self.calm * self.depth

    def push(self, weight: np.ndarray, move: tuple[float, float, float],
             glide: float = 1.0) -> np.ndarray:  # fmt: skip
        """Return ``weight`` times ``move``, following the skull's curve by ``glide``."""
        result = weight[:, None] * np.asarray(move, float)
        result[:, 1] += glide * weight * (self.slopes @ np.array([move[0], move[2]]))
        return result

    def swell(self, at: tuple[float, float], radii: tuple[float, float],
              height: float) -> np.ndarray:  # fmt: skip
        """Return a swelling around ``at``, straight out of the skull, of ``height`` centimetres.

        It fades before the side of the head, which would be drawn out to an edge.
        """
        out = np.stack([self.slopes[:, 0], -np.ones(len(self.x)), self.slopes[:, 1]], axis=1)
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        ahead = smoothstep(6.2, 4.4, np.abs(self.x))
        return height * (self.hill(at, radii) * ahead)[:, None] * out

    def strokes(self, *strokes: tuple[tuple[float, float], tuple[float, float],
                                      tuple[float, float, float]]) -> np.ndarray:  # fmt: skip
        """Return the sum of strokes (at, radii, move)."""
        result = np.zeros_like(self.points)
        for at, radii, move in strokes:
            result += self.push(self.hill(at, radii), move)
        return result

    def sealed(self, moves: np.ndarray, lead: float = 0.5) -> np.ndarray:
        """Return moves that keep the lips together; ``lead`` is the lower lip's say, 0 to 1."""
        if not self.ringed.any():
            return moves
        on_seam = moves[self.seam]
        twins = np.roll(on_seam[::-1], 1, axis=0)
        upper = np.sin(2 * np.pi * np.arange(MOUTH_POINTS) / MOUTH_POINTS) >= 0
        say = np.where(upper, 1 - lead, lead)[:, None]
        wanted = on_seam * say + twins * (1 - say)
        mend = (wanted - on_seam)[self.surface.mouth_angle]
        fade = np.interp(self.surface.mouth_ring, [0, 4, 5, 6, 7], [1, 0.92, 0.62, 0.28, 0])
        return moves + mend * (fade * self.ringed)[:, None]

    def kept_off_eyes(self, moves: np.ndarray) -> np.ndarray:
        """Return moves that bring no skin closer to the eyeball than it is."""
        result = moves.copy()
        for side in (1, -1):
            centre = form.EYE_CENTRE * (side, 1, 1)
            before = np.linalg.norm(self.points - centre, axis=1)
            arm = self.points + result - centre
            after = np.linalg.norm(arm, axis=1)
            near = smoothstep(1.8, 1.3, before / form.EYE_RADIUS)
            result += (near * np.maximum(before / after - 1, 0))[:, None] * arm
        return result

    def both(self, move: Callable[["Face"], np.ndarray]) -> np.ndarray:
        """Return a movement of the left together with its mirror image."""
        return move(self) + self.mirrored(move)

    def mirrored(self, move: Callable[["Face"], np.ndarray]) -> np.ndarray:
        """Return the mirror image of a movement."""
        return move(self._image) * (-1, 1, 1)

    @cached_property
    def _image(self) -> "Face":
        surface = self.surface
        return Face(
            Surface(
                surface.points * (-1, 1, 1),
                surface.slopes * (-1, 1),
                surface.eye_ring,
                surface.eye_angle,
                surface.mouth_ring,
                (MOUTH_POINTS // 2 - surface.mouth_angle) % MOUTH_POINTS,
            )
        )

    def jaw(self) -> np.ndarray:
        """Return how far each point goes with the jaw, 0 to 1, shape (n,)."""
        line = MOUTH + 0.1 + 0.42 * np.maximum(np.abs(self.x) - 2.0, 0)
        reach = 1.5 + 0.28 * np.abs(self.x)
        below = smoothstep(-1, 1, (line - self.height) / reach)
        y, z = self.points[self.anchor, 1], self.z
        return below * smoothstep(1.5, -3.0, y) * smoothstep(-12.6, -9.6, z)
