# SPDX-License-Identifier: GPL-3.0-or-later
"""Points of the skin with their coordinates on the face, and the strokes that displace them.

A stroke is a displacement of some centimetres at one point that falls off around it and follows the
curve of the skull. To keep the lips apart, strokes are measured on a face whose mouth stands open:
``FaceSurface.height``. Points inside the mouth follow the seam of the lips in front of them.
Lengths are centimetres in the axes of ``form``; displacements have the shape (n, 3).
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
"""Degrees that the jaw opens at full weight."""
LIDS = {-2: 1.0, -1: 1.0, 0: 1.0, 1: 0.88, 2: 0.6, 3: 0.2, 4: 0.03, 5: 0.0, NO_RING: 0.0}
"""Share of a lid's rotation that each ring of an eye follows."""


@dataclass(frozen=True)
class Surface:
    """Points that channels displace, and where they lie on the face.

    Attributes:
        points: float64, shape (n, 3), neutral positions in centimetres.
        slopes: float64, shape (n, 2), centimetres that the skull falls back per centimetre
            sideways and upwards.
        eye_ring, mouth_ring: int, shape (n,), the ring that a point belongs to, 0 at the opening,
            negative inside it, ``NO_RING`` elsewhere.
        eye_angle, mouth_angle: int, shape (n,), the index of a point on its ring.
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
    """Return points of the sculpted front that belong to no ring.

    Args:
        x: centimetres across, shape (n,).
        z: centimetres up, shape (n,).
    """
    theta, row = form.locate(x, z)
    no_ring, no_angle = np.full(x.shape, NO_RING), np.zeros(x.shape, int)
    return Surface(
        form.sculpted(form.base(theta, row)),
        form.slopes(theta, row),
        no_ring,
        no_angle,
        no_ring,
        no_angle,
    )


def jaw_swing(points: np.ndarray, share: np.ndarray | float = 1.0) -> np.ndarray:
    """Return the displacement of points that go with the jaw when it opens fully.

    Args:
        points: shape (n, 3).
        share: how far they go with it, 0 to 1, one for all or shape (n,).

    Returns:
        Shape (n, 3).
    """
    arm = points - form.JAW_HINGE
    return (form.turned(arm, 0, JAW_ANGLE) - arm) * np.asarray(share)[..., None]


class FaceSurface:
    """A surface with the coordinates that strokes are measured in.

    Args:
        surface: its points.

    Attributes:
        surface: the same.
        points: its points, shape (n, 3).
        seam: index of the point of the lips' seam at each angle, shape (MOUTH_POINTS,); zeros
            where nothing lies inside the mouth.
        anchor: index of the point whose coordinates count for each point, shape (n,): of the seam
            for those inside the mouth, its own for all others.
        x, z: coordinates in the face's plane, shape (n,).
        height: ``z`` on a face whose mouth stands open, shape (n,).
        slopes: of the skull, shape (n, 2), as in ``Surface``.
        on_mouth_ring: bool, shape (n,).
        above: 1 over the seam of the lips, -1 under it, shape (n,).
        offset: how far above the seam a point stands, shape (n,).
        across: -1 at the right corner of the mouth, 1 at the left one, shape (n,).
        lip: share of the lips' own movements, 0 to 1, shape (n,).
        front, off_lids, depth: shares of a stroke that reach the sides and the underside of the
            head, the lids, and the inside of the mouth, 0 to 1, shape (n,).
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
        self.on_mouth_ring = surface.mouth_ring != NO_RING
        turn = np.sin(2 * np.pi * surface.mouth_angle / MOUTH_POINTS)
        above = np.where(self.on_mouth_ring, np.sign(np.round(turn, 9)), np.sign(self.z - MOUTH))
        self.across = across = np.clip(self.x / form.MOUTH_HALF_WIDTH, -1, 1)
        gape = np.sqrt(1 - across**2) * np.exp(-(((self.z - MOUTH) / 2.2) ** 2))
        self.above = above
        self.height = self.z + above * 1.3 * gape
        seam_z = MOUTH + form.CORNER_RISE * across**2
        self.offset = self.z - np.where(
            self.on_mouth_ring, points[self.seam, 2][surface.mouth_angle], seam_z
        )
        under = smoothstep(0.6, 1.1, np.abs(self.slopes[:, 1])) * smoothstep(-6.3, -7.3, self.z)
        self.front = smoothstep(0.5, -3.5, points[anchor, 1]) * (1 - 0.9 * under)
        self.off_lids = 1 - np.vectorize(LIDS.get)(surface.eye_ring).astype(float)
        ring = surface.mouth_ring
        self.lip = np.where(
            self.on_mouth_ring, np.interp(ring, [0, 4, 5, 6, 7], [1, 1, 0.7, 0.35, 0.1]), 0
        )
        self.depth = np.interp(ring, [-7, -3, 0], [0.1, 0.7, 1.0])

    def hill(self, at: tuple[float, float], radii: tuple[float, float]) -> np.ndarray:
        """Return the weights of a stroke, 0 to 1, shape (n,).

        Args:
            at: its centre, across and up.
            radii: where it has fallen to 1/e, across and up.
        """
        weight = form.bump(self.x, self.height, at, radii)
        return weight * self.front * self.off_lids * self.depth

    def crease(self, start: tuple[float, float], end: tuple[float, float],
               radius: float) -> np.ndarray:  # fmt: skip
        """Return the weights of a fold that fades towards its ends, 0 to 1, shape (n,).

        Args:
            start: one end of the fold, across and up.
            end: the other.
            radius: half its width, where it has fallen to 1/e.
        """
        (x, z), (across, up) = start, np.subtract(end, start)
        along = ((self.x - x) * across + (self.z - z) * up) / (across**2 + up**2)
        near = np.clip(along, 0, 1)
        distance = np.hypot(self.x - x - near * across, self.z - z - near * up)
        weight = np.exp(-((distance / radius) ** 2)) * (1 - (2 * near - 1) ** 4)
        return weight * self.front * self.off_lids * self.depth

    def push(self, weight: np.ndarray, move: tuple[float, float, float],
             glide: float = 1.0) -> np.ndarray:  # fmt: skip
        """Return a displacement that follows the curve of the skull, shape (n, 3).

        Args:
            weight: shape (n,).
            move: centimetres along the axes at weight 1.
            glide: share of the skull's slope that is followed, 0 to 1.
        """
        result = weight[:, None] * np.asarray(move, float)
        result[:, 1] += glide * weight * (self.slopes @ np.array([move[0], move[2]]))
        return result

    def swell(self, at: tuple[float, float], radii: tuple[float, float],
              height: float) -> np.ndarray:  # fmt: skip
        """Return a displacement straight out of the skull, shape (n, 3).

        It fades before the side of the head, which would be drawn out to an edge.

        Args:
            at: the centre of the swelling, across and up.
            radii: where it has fallen to 1/e, across and up.
            height: centimetres.
        """
        out = np.stack([self.slopes[:, 0], -np.ones(len(self.x)), self.slopes[:, 1]], axis=1)
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        ahead = smoothstep(6.2, 4.4, np.abs(self.x))
        return height * (self.hill(at, radii) * ahead)[:, None] * out

    def strokes(self, *strokes: tuple[tuple[float, float], tuple[float, float],
                                      tuple[float, float, float]]) -> np.ndarray:  # fmt: skip
        """Return the sum, shape (n, 3), of strokes (at, radii, move) of ``hill`` and ``push``."""
        result = np.zeros_like(self.points)
        for at, radii, move in strokes:
            result += self.push(self.hill(at, radii), move)
        return result

    def sealed(self, moves: np.ndarray, lead: float = 0.5) -> np.ndarray:
        """Return displacements changed so that the lips stay together, shape (n, 3).

        Args:
            moves: shape (n, 3).
            lead: weight of the lower lip in where the two meet, 0 to 1.
        """
        if not self.on_mouth_ring.any():
            return moves
        on_seam = moves[self.seam]
        opposite = np.roll(on_seam[::-1], 1, axis=0)
        upper = np.sin(2 * np.pi * np.arange(MOUTH_POINTS) / MOUTH_POINTS) >= 0
        weight = np.where(upper, 1 - lead, lead)[:, None]
        meeting = on_seam * weight + opposite * (1 - weight)
        correction = (meeting - on_seam)[self.surface.mouth_angle]
        fade = np.interp(self.surface.mouth_ring, [0, 4, 5, 6, 7], [1, 0.92, 0.62, 0.28, 0])
        return moves + correction * (fade * self.on_mouth_ring)[:, None]

    def kept_off_eyes(self, moves: np.ndarray) -> np.ndarray:
        """Return displacements (n, 3) changed so that no skin comes closer to an eyeball."""
        result = moves.copy()
        for side in (1, -1):
            centre = form.EYE_CENTRE * (side, 1, 1)
            before = np.linalg.norm(self.points - centre, axis=1)
            arm = self.points + result - centre
            after = np.linalg.norm(arm, axis=1)
            near = smoothstep(1.8, 1.3, before / form.EYE_RADIUS)
            result += (near * np.maximum(before / after - 1, 0))[:, None] * arm
        return result

    def both(self, movement: Callable[["FaceSurface"], np.ndarray]) -> np.ndarray:
        """Return the displacement, shape (n, 3), of a movement of the left on both sides."""
        return movement(self) + self.mirrored(movement)

    def mirrored(self, movement: Callable[["FaceSurface"], np.ndarray]) -> np.ndarray:
        """Return the displacement of a movement's mirror image, shape (n, 3)."""
        return movement(self._image) * (-1, 1, 1)

    @cached_property
    def _image(self) -> "FaceSurface":
        surface = self.surface
        return FaceSurface(
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
        edge = MOUTH + 0.1 + 0.42 * np.maximum(np.abs(self.x) - 2.0, 0)
        reach = 1.5 + 0.28 * np.abs(self.x)
        below = smoothstep(-1, 1, (edge - self.height) / reach)
        y, z = self.points[self.anchor, 1], self.z
        return below * smoothstep(1.5, -3.0, y) * smoothstep(-12.6, -9.6, z)
