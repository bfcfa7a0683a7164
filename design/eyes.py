# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyeballs, lines of the lids, and brows."""

import numpy as np

from .face import CANON_EYE, Face, probe, turned
from .field import cast, slide, smoothstep
from .movements import LEADS, displacements
from .openings import EYE_POINTS, NONE, eye_margin
from .part import Part, cubic, merged, mirrored, tube
from .proportions import Design

GAZE = {"Up": (0, -20.0), "Down": (0, 22.0), "In": (2, -26.0), "Out": (2, 28.0)}
AROUND = 40
PUPIL_RINGS, IRIS_RINGS = 3, 10
"""Rings of the eyeball from its middle that belong to the pupil, and to pupil and iris."""
IRIS_SHRUNK = 0.86
PUPIL_DEPTH = 0.05
"""How far the pupil lies behind the ball, in radii: the iris is painted on the ball so that it is
seen from the side, and sinks towards the pupil so that there is depth from ahead."""


def eyeball(design: Design) -> Part:
    """Return the left eyeball: a ball with a dimple for the pupil, and two highlights."""
    eye = design.eye
    edge = np.degrees(np.arcsin(eye.iris / eye.radius))
    turn = 2 * np.pi * np.arange(AROUND) / AROUND
    circle = np.stack([np.cos(turn), np.zeros(AROUND), np.sin(turn)], axis=1)
    rings, zones, tints = [], [], []
    below = 0.5 - 0.5 * np.sin(turn)

    def ring(radius: float, deep: float) -> np.ndarray:
        return circle * radius + (0, deep * eye.radius - np.sqrt(eye.radius**2 - radius**2), 0)

    for share in (0.03, 0.6, 0.97):
        rings.append(ring(share * eye.pupil, PUPIL_DEPTH))
        zones.append("pupil")
        tints.append(np.ones(AROUND))
    for share, light in (
        (0.0, 0.75),
        (0.2, 1.05),
        (0.5, 1.15),
        (0.78, 0.95),
        (0.9, 0.5),
        (1.0, 0.3),
    ):
        radius = eye.pupil + share * (eye.iris - eye.pupil)
        rings.append(ring(radius, PUPIL_DEPTH * (1 - smoothstep(0.0, 0.6, share))))
        zones.append("iris")
        tints.append(light * (0.5 + 1.3 * below**1.2))
    for degrees in np.concatenate([[edge + 0.5], np.linspace(edge + 2.5, 176, 12)]):
        angle = np.radians(degrees)
        rings.append(eye.radius * (circle * np.sin(angle) + (0, -np.cos(angle), 0)))
        zones.append("sclera")
        shade = np.interp(degrees, [edge, edge + 5, 70, 100], [0.62, 1.0, 1.0, 0.8])
        tints.append(shade - 0.13 * smoothstep(0.25, 1.0, np.sin(angle) * np.sin(turn)))
    points = np.concatenate(rings)
    slots = ("pupil", "iris", "sclera", "glint")
    faces = [face[::-1] for face in tube(len(rings), AROUND)]
    materials = [slots.index(zone) for zone in zones[1:] for _ in range(AROUND)] + [0, 2]
    lights = []
    for x, z, size in ((-0.40, 0.46, 0.30), (0.42, -0.42, 0.13)):
        disc = circle[::2] * size * eye.iris
        middle = np.array([x * eye.iris, 0, z * eye.iris])
        disc = disc + middle
        disc[:, 1] = -np.sqrt(eye.radius**2 - disc[:, 0] ** 2 - disc[:, 2] ** 2) - 0.07
        start = len(points) + sum(map(len, lights))
        faces.append(tuple(range(start, start + len(disc))))
        materials.append(3)
        lights.append(disc)
    body = len(points)
    points = np.concatenate([points, *lights])
    tint = np.ones((len(points), 3))
    tint[:body] = np.concatenate(tints)[:, None]
    share = np.where(np.arange(len(points)) < body, 1.0, 0.45)
    # drawn eyes part a little, so that the far one still looks at whom the near one looks at
    points[:body] = turned(points[:body], 2, 1.0)
    moves = {
        f"eyeLook{way}Left": turned(points, axis, degrees * share) - points
        for way, (axis, degrees) in GAZE.items()
    }
    # an eye torn open has a small iris and a smaller pupil
    small = points.copy()
    small[: IRIS_RINGS * AROUND, [0, 2]] *= IRIS_SHRUNK
    small[: PUPIL_RINGS * AROUND, [0, 2]] *= IRIS_SHRUNK
    moves["eyeWideLeft"] = (small - points) * (1, 0, 1)
    return Part("eye", points + design.eye_centre, faces, slots, materials, moves, tint, smooth=0)


def eyes(design: Design) -> tuple[Part, Part]:
    """Return both eyeballs; their highlights are on the same side, that of the light."""
    left = eyeball(design)
    right = mirrored(left)
    glints = len(left.points) - 2 * (AROUND // 2)
    shift = design.eye_centre * (2, 0, 0)
    right.points[glints:] = left.points[glints:] - shift
    discs = [tuple(face) for face in left.faces[-2:]]
    right.faces[-2:] = discs
    return left, right


def lid_lines(design: Design) -> Part:
    """Return the dark lines of both upper lids, which thicken outwards to a small flick."""
    half = EYE_POINTS // 2
    index = np.arange(1, half)
    margin = eye_margin(design)[index] - design.eye_centre
    arm = margin / np.linalg.norm(margin, axis=1, keepdims=True)
    up = np.cross(np.gradient(margin, axis=0), arm)
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    up *= np.sign(up[len(up) // 2, 2])
    along = np.linspace(0, 1, len(index))
    size = np.interp(along, [0, 0.25, 0.75, 1], [0.25, 0.75, 1.0, 0.75])[:, None]
    out = np.stack([smoothstep(0.7, 1.0, along), 0 * along, 0.35 * smoothstep(0.7, 1, along)], 1)
    sections = np.stack(
        [
            margin - 0.06 * arm - 0.02 * up,
            margin + 0.08 * arm - 0.04 * size * up,
            margin + 0.2 * size * arm + 0.08 * size * up + 0.34 * out,
            margin + 0.10 * arm + 0.26 * size * up + 0.1 * out,
            margin - 0.04 * arm + 0.17 * size * up,
        ],
        axis=1,
    )
    around = sections.shape[1]
    count = len(index) * around
    points = sections.reshape(-1, 3) + design.eye_centre
    eye = np.stack([np.zeros(count, int), np.repeat(index, around)], axis=1)
    # both sides at once, so that movements of the left and of the right reach the right ones
    both = np.concatenate([points, points * (-1, 1, 1)])
    swap = np.roll(np.arange(2 * count), count)
    face = probe(design, both, swap, np.repeat([1, -1], count), np.concatenate([eye, eye]))
    faces = [face_[::-1] for face_ in tube(len(index), around)]
    faces += [tuple(i + count for i in face_[::-1]) for face_ in faces]
    moves = displacements(face)
    # a laughing eye is a bold arc
    bold = 0.7 * (sections - margin[:, None]).reshape(-1, 3)
    for start, side in ((0, "Left"), (count, "Right")):
        moves[f"cheekSquint{side}"][start : start + count] += bold * ((-1) ** (start > 0), 1, 1)
    return Part("lid lines", both, faces, ("lash",), [0] * len(faces), moves)


BROW_MOVES = {
    "browDownLeft": ((-0.5, -1.45), (-0.4, -1.15), (-0.25, -0.55), (-0.1, -0.15)),
    "browInnerUp": ((-0.15, 1.25), (0.0, 0.8), (0.0, -0.05), (0.0, -0.5)),
    "browOuterUpLeft": ((0.0, 0.3), (0.05, 0.95), (0.1, 1.4), (0.15, 1.05)),
    "noseSneerLeft": ((-0.12, -0.35), (-0.05, -0.2), (0.0, 0.0), (0.0, 0.0)),
    "eyeSquintLeft": ((0.0, -0.1), (0.0, -0.2), (0.0, -0.2), (0.0, -0.1)),
    "cheekSquintLeft": ((0.0, 0.05), (0.0, 0.12), (0.0, 0.12), (0.0, 0.0)),
    "eyeWideLeft": ((0.0, 0.15), (0.0, 0.2), (0.0, 0.2), (0.0, 0.15)),
    "mouthDimpleLeft": ((0.0, 0.1), (0.0, 0.25), (0.0, 0.4), (0.0, 0.25)),
    "mouthShrugLower+mouthUpperUpLeft": ((0.2, 1.3), (0.1, 0.6), (0.0, -0.3), (0.0, -0.5)),
    "browDownLeft+browInnerUp": ((-1.4, 1.7), (-0.8, 0.4), (0.0, -1.6), (0.0, -1.6)),
    "browDownLeft+browOuterUpLeft": ((0.0, 0.0), (0.0, -0.3), (0.0, -1.3), (0.0, -1.4)),
    "browDownLeft+noseSneerLeft": ((0.1, 0.2), (0.05, 0.1), (0.0, 0.0), (0.0, 0.0)),
}
"""Across and up: what the brow's ends and the two points between do in each channel."""


def brows(design: Design) -> Part:
    """Return both brows: thick bars that lie on the forehead and glide over it."""
    brow = design.brow
    steps, around = 18, 12
    along = np.linspace(0, 1, steps)
    line = cubic(np.array(brow.line), along)
    breadth = np.interp(along, [0, 1 / 3, 2 / 3, 1], brow.breadth)
    ends = np.minimum(along, 1 - along) / 0.09
    blunt = np.sqrt(1 - (1 - np.clip(ends, 0, 1)) ** 2)
    breadth = breadth * np.maximum(blunt, 0.02)
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    turn = 2 * np.pi * np.arange(around) / around
    flat = line[:, None] + (breadth[:, None] * np.cos(turn))[..., None] * across[:, None]
    flat = flat.reshape(-1, 2)
    start = np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], axis=1)
    ground = cast(start, np.tile([0.0, -1.0, 0.0], (len(flat), 1)), design.lidded_clay, 12.0)
    normal = ground - (design.eye_centre * (0.6, 0, 1) + (0, 2.0, -1.0))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    height = (
        brow.thickness * (0.45 + np.sin(turn)) * np.repeat(blunt, around).reshape(steps, around)
    )
    points = ground + height.reshape(-1, 1) * normal
    unit = design.eye_centre[0] / CANON_EYE
    moves = {}
    for name, knots in BROW_MOVES.items():
        plane = np.repeat(cubic(np.array(knots), along), around, axis=0) * unit
        move = np.stack([plane[:, 0], np.zeros(len(plane)), plane[:, 1]], axis=1)
        moves[name] = slide(points, move, design.lidded_clay)
    for channel, lead in LEADS.items():
        name = f"{channel}Left"
        moves[f"{name}+{name}"] = -lead * moves[name]
        moves[name] = (1 + lead) * moves[name]
    faces = tube(steps, around)
    left = Part("brow", points, faces, ("brow",), [0] * len(faces), moves)
    return merged("brows", left, mirrored(left))


def blush_of(face: Face) -> np.ndarray:
    """Return the share of the blush on the skin: the apples of the cheeks, shape (n,)."""
    return (
        face.off_lids
        * np.exp(-(((np.abs(face.canon_x) - 4.4) / 1.45) ** 2) - ((face.canon_z + 2.9) / 1.1) ** 2)
        * (face.points[:, 1] < 0)
    )


def skin_tint(face: Face) -> np.ndarray:
    """Return factors of the skin's colour: warm cheeks and nose, lips a shade darker, (n, 3)."""
    design = face.design
    skin, lips = np.array(design.colours["skin"]), np.array(design.colours["lips"])
    blush = np.array(design.colours["blush"])
    x, z = np.abs(face.canon_x), face.canon_z
    front = smoothstep(-1.0, -4.0, face.points[:, 1])
    warm = 0.10 * blush_of(face) + 0.30 * np.exp(-((x / 0.9) ** 2) - ((z + 2.0) / 0.7) ** 2) * front
    ring = face.skin.mouth[:, 0]
    lip = np.interp(ring, [-2, 0, 3, 4, 5], [1.0, 1.0, 0.75, 0.35, 0.0]) * (ring != NONE)
    colour = skin + warm[:, None] * (blush - skin)
    colour = colour + lip[:, None] * (lips - colour)
    wet = np.interp(ring, [-2, 0, 1], [1.0, 0.6, 0.0]) * (ring != NONE)
    colour = colour + wet[:, None] * (0.55 * lips - colour)
    rim = (face.skin.eye[:, 0] < 0)[:, None]
    colour = np.where(rim, 0.3 * lips + 0.55 * skin, colour)
    return colour / skin
