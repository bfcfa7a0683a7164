# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that is moved: strokes on its skin, curves of its lips, turns of its lids and jaw.

A movement takes a ``Surface`` and returns the displacement of each of its n points in centimetres
at full weight, shape (n, 3). Movements of one side are written for the left.
"""

from collections.abc import Sequence

import numpy as np

from .distance_field import cast, normals, slide, smooth_min, smoothstep
from .head_mesh import Skin, upper_share
from .openings import (
    EYE_POINTS,
    EYE_RINGS,
    LIP_BORDER,
    MOUTH_POINTS,
    MOUTH_RINGS,
    NONE,
    eye_margin,
    mouth_ring,
)
from .style import Style

Knots = Sequence[tuple[float, float, float]]
"""Outwards, up and forwards at the middle of a lip, halfway, and at the corner of the mouth."""

UPPER_LID_SHARES = (1.0, 0.94, 0.78, 0.53, 0.25, 0.04, 0.0)
LOWER_LID_SHARES = (1.0, 0.92, 0.68, 0.41, 0.17, 0.02, 0.0)
"""How far each ring of a lid goes with its margin."""


def turned(arm: np.ndarray, axis: int, degrees: np.ndarray | float) -> np.ndarray:
    """Return points (n, 3) turned around x (0) or z (2) by one angle or angles (n,)."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    a, b = {0: (1, 2), 2: (0, 1)}[axis]
    result = arm.copy()
    result[:, a] = arm[:, a] * cosine - arm[:, b] * sine
    result[:, b] = arm[:, a] * sine + arm[:, b] * cosine
    return result


CANONICAL_EYE, CANONICAL_MOUTH, CANONICAL_BROW = 3.75, -4.55, 3.4
"""Across of the eye, and heights of mouth and brow, of the face that strokes are written for."""


def canonical_height(style: Style, z: np.ndarray) -> np.ndarray:
    """Return heights of a style's face on the face that strokes are written for, shape (n,)."""
    brow = np.mean([knot[1] for knot in style.brow.line[:3]])
    level = z - style.eye_centre[2]
    up, down = (
        CANONICAL_BROW / (brow - style.eye_centre[2]),
        CANONICAL_MOUTH / (style.mouth.height - style.eye_centre[2]),
    )
    return np.where(level > 0, level * up, level * down)


class Lids:
    """The aperture of the left eye, in degrees above the eye's axis at each point of its ring.

    Args:
        style: whose eye it is.

    Attributes:
        across: -1 at the inner corner, 1 at the outer one, shape (EYE_POINTS,).
        rest: degrees of the margin at rest, shape (EYE_POINTS,).
        is_upper: shape (EYE_POINTS,).
    """

    def __init__(self, style: Style) -> None:
        self.style = style
        self.arm = eye_margin(style) - style.eye_centre
        turn = 2 * np.pi * np.arange(EYE_POINTS) / EYE_POINTS
        self.across = -np.cos(turn)
        self.is_upper = np.sin(turn) > 1e-9
        self.openness = np.abs(np.sin(turn))
        self.reach = np.hypot(self.arm[:, 1], self.arm[:, 2])
        self.rest = np.degrees(np.arctan2(self.arm[:, 2], -self.arm[:, 1]))

    def at(
        self, upper: np.ndarray | float | None = None, lower: np.ndarray | float | None = None
    ) -> np.ndarray:
        """Return by how many degrees each point of the margin turns for lids at given heights.

        Heights are shares of the aperture's own: 1 is where the upper lid rests, -1 where the lower
        one does, 0 the line between the corners. None leaves a lid where it is.
        """
        eye = self.style.eye
        degrees = np.zeros(EYE_POINTS)
        base = 0.5 * eye.tilt * self.across
        for lid, height, rest in (
            (self.is_upper, upper, eye.upper),
            (~self.is_upper, lower, eye.lower),
        ):
            if height is not None:
                aim = base + np.asarray(height) * rest * self.openness ** (2 / eye.squareness)
                angle = np.degrees(np.arcsin(np.clip(aim / self.reach, -0.97, 0.97)))
                degrees = np.where(lid, angle - self.rest, degrees)
        degrees[[0, EYE_POINTS // 2]] = 0.0
        return degrees


class Surface:
    """A skin, or another surface that goes with it, and the coordinates movements are measured in.

    Args:
        skin: its points.

    Attributes:
        x, z: of the point, inside the mouth of the seam's point, shape (n,).
        canonical_x, canonical_z: the same on the face that strokes are written for, shape (n,).
        unit: centimetres of this face in one of that face.
        across: -1 at the right corner of the mouth, 1 at the left one, shape (n,).
        above_seam: height over the line between the lips, shape (n,).
        upper: 1 on the upper lip's side, 0 on the lower's, shape (n,).
        reach: share of the lips' movements, 0 to 1, shape (n,).
        depth: share of strokes inside the mouth, shape (n,).
        openness: of the rings around the mouth, 0 at its corners to 1 in the middle, shape (n,).
    """

    def __init__(self, skin: Skin) -> None:
        self.skin = skin
        self.style = style = skin.style
        self.points = points = skin.points
        self.lids = Lids(style)
        ring, index = skin.mouth.T
        inside = ring < 0
        seam = mouth_ring(style, 0)[np.where(inside, index, 0)]
        sign = np.where(skin.side == 0, 1, skin.side)
        self.x = np.where(inside, seam[:, 0] * sign, points[:, 0])
        self.z = np.where(inside, seam[:, 1], points[:, 2])
        self.inside = inside
        self.seam_of = self._seam_points()
        self.unit = style.eye_centre[0] / CANONICAL_EYE
        self.canonical_x = self.x / self.unit
        self.canonical_z = canonical_height(style, self.z)
        width = style.mouth.half_width
        self.across = np.clip(self.x / width, -1, 1)
        self.above_seam = self.z - style.mouth.height - style.mouth.rise * abs(self.across) ** 2.2
        turn = np.pi * index / (MOUTH_POINTS - 1)
        self.upper = upper_share(skin)
        self.openness = np.where(ring == NONE, 0.0, np.abs(np.cos(turn)) ** 0.6)
        self.depth = np.interp(ring, [-7, -3, 0], [0.0, 0.75, 1.0])
        self.front = smoothstep(0.5, -3.0, points[:, 1]) * smoothstep(-10.5, -8.0, points[:, 2])
        self.front = np.where(inside, 1.0, self.front) * self.depth
        shares = np.interp(skin.eye[:, 0], range(EYE_RINGS + 1), UPPER_LID_SHARES)
        self.off_lids = np.where(skin.eye[:, 0] == NONE, 1.0, 1 - shares)
        self.off_lids[skin.eye[:, 0] < 0] = 0.0
        self.reach = self._mouth_reach()
        lip = np.interp(ring, range(MOUTH_RINGS + 1), [1, 1, 1, 1, 1, 0.7, 0.4, 0.15, 0])
        self.lip = np.where(ring == NONE, 0.0, np.where(inside, 0.0, lip))
        self.side_weight = smoothstep(-0.6, 0.6, self.across)

    def _seam_points(self) -> np.ndarray:
        """Return the index of the lips' edge that each point inside the mouth belongs to."""
        ring, index = self.skin.mouth.T
        key = index * 3 + self.skin.side + 1
        edge = np.nonzero(ring == 0)[0]
        order = edge[np.argsort(key[edge])]
        if not len(order):
            return np.zeros(0, int)
        return order[np.searchsorted(key[order], key[self.inside])]

    def _mouth_reach(self) -> np.ndarray:
        """Return the share of the lips' movements that each point takes."""
        border = mouth_ring(self.style, LIP_BORDER)
        border = np.concatenate([border, border * (-1, 1)])
        flat = np.stack([self.x, self.z], axis=1)
        near = ((flat[:, None] - border[None]) ** 2).sum(axis=2)
        away = np.sqrt(near.min(axis=1))
        reach = np.exp(-((away / 1.75) ** 2))
        reach = np.where((self.skin.mouth[:, 0] <= LIP_BORDER), 1.0, reach)
        nose = np.exp(-((self.canonical_x / 1.1) ** 2) - ((self.canonical_z + 2.1) / 0.9) ** 2)
        reach = reach * (1 - 0.85 * nose) * smoothstep(0, -3, self.points[:, 1])
        return np.where(self.inside, self.depth, reach)

    def falloff(self, at: tuple[float, float], radii: tuple[float, float]) -> np.ndarray:
        """Return the weights of a stroke in the face's plane, 1 at its middle, shape (n,)."""
        across = (self.canonical_x - at[0]) / radii[0]
        up = (self.canonical_z - at[1]) / radii[1]
        return np.exp(-(across**2) - up**2) * self.front * self.off_lids

    def strokes(
        self, *strokes: tuple[tuple[float, float], tuple[float, float], tuple[float, float, float]]
    ) -> np.ndarray:
        """Return the sum of strokes: middle, radii, and the move (outwards, up, forwards)."""
        result = np.zeros_like(self.points)
        for at, radii, (out, up, forward) in strokes:
            result += self.falloff(at, radii)[:, None] * (out, -forward, up) * self.unit
        return result

    def swell(
        self, at: tuple[float, float], radii: tuple[float, float], height: float
    ) -> np.ndarray:
        """Return a displacement straight out of the skin."""
        return (height * self.unit * self.falloff(at, radii))[:, None] * self.skin.normals

    def inflate(self, at: tuple[float, float], radius: float, height: float) -> np.ndarray:
        """Return skin pushed out by a ball under it, blended into what is around it.

        Args:
            at: middle on the face's plane, below the eyes.
            radius: of the ball.
            height: of the ball over the skin.
        """
        eye = self.style.eye_centre[2]
        level = at[1] / CANONICAL_MOUTH * (self.style.mouth.height - eye)
        start = np.array([[at[0] * self.unit, 0.0, eye + level]])
        top = cast(start, np.array([[0.0, -1.0, 0.0]]), self.style.solids, 12.0)
        radius, height = radius * self.unit, height * self.unit
        arm = self.points - (top - (radius - height) * normals(top, self.style.solids))
        away = np.linalg.norm(arm, axis=1)
        push = radius - away - smooth_min(radius - away, np.zeros(len(away)), height)
        share = push * self.front * self.off_lids * (1 - self.lip) * ~self.inside
        return arm * (share / away)[:, None]

    def crease(
        self, start: tuple[float, float], end: tuple[float, float], radius: float, depth: float
    ) -> np.ndarray:
        """Return a fold pressed into the skin along a line that fades towards its ends."""
        (x, z), (across, up) = start, np.subtract(end, start)
        from_x, from_z = self.canonical_x - x, self.canonical_z - z
        along = np.clip((from_x * across + from_z * up) / (across**2 + up**2), 0, 1)
        away = np.hypot(from_x - along * across, from_z - along * up)
        weight = np.exp(-((away / radius) ** 2)) * (1 - (2 * along - 1) ** 4)
        return (
            -(depth * self.unit * weight * self.front * self.off_lids)[:, None] * self.skin.normals
        )

    def lips(self, upper: Knots, lower: Knots | None = None, sided: bool = True) -> np.ndarray:
        """Return what both lips do, with the skin around them.

        Args:
            upper: of the upper lip; the lower does the same if it is not given.
            lower: of the lower lip.
            sided: whether only the left half moves.
        """
        places = np.abs(self.across)
        moves = []
        for knots in (upper, lower or upper):
            middle, half, corner = np.array(knots, float)
            # through three knots without a kink where the halves of the lip meet
            square = places[:, None] ** 2
            bend = (16 * half - 15 * middle - corner) / 3
            moves.append(middle + bend * square + (corner - middle - bend) * square**2)
        share = self.upper[:, None]
        move = share * moves[0] + (1 - share) * moves[1]
        move[:, 0] *= np.sign(self.x) * np.minimum(1, places / 0.15)
        weight = self.unit * self.reach * (self.side_weight if sided else 1.0)
        return weight[:, None] * move[:, [0, 2, 1]] * (1, -1, 1)

    def thin(self, share: float, upper: bool = True, lower: bool = True) -> np.ndarray:
        """Return lips that lose a share of their height and fullness, or gain it if below 0."""
        lip = self.lip * np.where(self.upper > 0.5, float(upper), float(lower))
        result = np.zeros_like(self.points)
        above = np.clip(self.above_seam, -0.8, 0.8)
        # what of the lower lip lies hidden behind the upper one stays there
        height = np.where(self.upper > 0.5, np.maximum(above, 0), np.minimum(above, 0))
        result[:, 2] = -share * lip * height
        profile = np.interp(self.skin.mouth[:, 0], range(6), [0.5, 0.6, 0.9, 0.7, 0.1, 0.0])
        sunk = share * lip * self.style.mouth.fullness * profile * self.openness
        return result - sunk[:, None] * self.skin.normals

    def uncover(self, share: float) -> np.ndarray:
        """Return the edge of the lower lip, hidden behind the upper one, turned down and out."""
        hidden = np.maximum(self.above_seam, 0) * (self.upper < 0.5) * (self.skin.mouth[:, 0] <= 0)
        way = np.array([0.0, -0.6, -1.0]) * share
        return (hidden * self.depth)[:, None] * way

    def slide(self, moves: np.ndarray) -> np.ndarray:
        """Return displacements that follow the solids; the mouth's inside follows its lips."""
        outside = ~self.inside & (self.skin.eye[:, 0] >= 0)
        result = moves.copy()
        result[outside] = slide(self.points[outside], moves[outside], self.style.solids)
        led = (result - moves)[self.seam_of]
        result[self.inside] += self.depth[self.inside, None] * led
        return result

    def turn_lids(self, degrees: np.ndarray) -> np.ndarray:
        """Return the left lids turned around the eyeball, each ring by its share.

        Args:
            degrees: upwards, at each point of the margin, shape (EYE_POINTS,).
        """
        ring, index = self.skin.eye.T
        on_lid = (ring != NONE) & (self.skin.side > 0)
        index = np.where(on_lid, index, 0)
        upper = self.lids.is_upper[index]
        rings = np.clip(ring, 0, EYE_RINGS)
        shares = np.where(
            upper, np.array(UPPER_LID_SHARES)[rings], np.array(LOWER_LID_SHARES)[rings]
        )
        own = np.where(on_lid, degrees[index] * shares, 0.0)
        arm = self.points - self.style.eye_centre
        result = turned(arm, 0, -own)
        # what is drawn over the eye lies on the lids' sphere
        size = np.linalg.norm(result, axis=1)
        closing = np.clip(-own * np.where(upper, 1, -1) / 30, 0, 1) * ((ring > 0) & (ring < 5))
        seat = np.minimum(size, self.style.eye.lid * 1.02)
        result *= (1 + (seat / size.clip(1e-6) - 1) * closing)[:, None]
        return result - arm

    def jaw_share(self) -> np.ndarray:
        """Return how far each point goes with the jaw, 0 to 1, shape (n,)."""
        mouth = self.style.mouth
        edge = mouth.height - 0.1 + 0.32 * np.maximum(np.abs(self.x) - mouth.half_width, 0)
        free = smoothstep(1.2, -1.5, self.z - edge)
        # between a parabola and a circle, so that an open mouth is round
        curve = 0.7 * self.across**2 + 0.3 * (1 - np.sqrt(1 - self.across**2))
        lip = np.where(self.upper > 0.5, 0.42 * curve, 1 - 0.58 * curve)
        lip = np.where(self.upper == 0.5, 0.42, lip)
        on_ring = np.interp(
            self.skin.mouth[:, 0], range(MOUTH_RINGS + 1), [1, 1, 1, 1, 1, 0.75, 0.45, 0.2, 0]
        )
        on_ring = np.where(self.skin.mouth[:, 0] == NONE, 0.0, on_ring)
        share = on_ring * lip + (1 - on_ring) * free
        y, z = self.points[:, 1], self.points[:, 2]
        # under the chin the skin stretches from the neck forwards
        under = smoothstep(-6.4, -7.6, z)
        solid = (1 - under) * smoothstep(2.0, -2.5, y) + under * smoothstep(-2.0, -5.6, y)
        solid *= smoothstep(-10.8, -8.2, z)
        deep = np.interp(self.skin.mouth[:, 0], [-7, -4, 0], [0.3, 0.9, 1])
        return np.where(self.inside, lip * deep, share * solid)

    def swing_jaw(self, degrees: float) -> np.ndarray:
        """Return the jaw turned around its hinge."""
        arm = self.points - np.array(self.style.hinge)
        return (turned(arm, 0, degrees) - arm) * self.jaw_share()[:, None]

    def mirrored(self, moves: np.ndarray) -> np.ndarray:
        """Return the mirror image of a displacement of this face's points."""
        return moves[self.skin.mirror] * (-1, 1, 1)

    def both(self, moves: np.ndarray) -> np.ndarray:
        """Return a displacement of the left on both sides."""
        return moves + self.mirrored(moves)


def probe(
    style: Style,
    points: np.ndarray,
    mirror: np.ndarray,
    side: np.ndarray,
    eye: np.ndarray | None = None,
) -> Surface:
    """Return a face for points that go with the skin: n points that belong to no mouth.

    Args:
        style: of the face.
        points: shape (n, 3).
        mirror: as that of a skin.
        side: as that of a skin.
        eye: ring and index of each point, or None.
    """
    none = np.tile([NONE, 0], (len(points), 1))
    skin = Skin(
        style,
        points,
        np.zeros_like(points),
        np.zeros((0, 4), int),
        mirror,
        side,
        none if eye is None else eye,
        none,
    )
    return Surface(skin)
