# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyeballs, lines of the lids, and brows."""

import numpy as np

from .distance_field import smoothstep
from .openings import EYE_POINTS, eye_margin
from .part import Part, merged, mirrored, tube
from .sculpting import probe, turned
from .skin_shapes import skin_displacements
from .style import Style, luminance

GAZE = {"Up": (0, -20.0), "Down": (0, 22.0), "In": (2, -26.0), "Out": (2, 28.0)}
AROUND = 36
PUPIL_RINGS, IRIS_RINGS = 3, 9
"""Rings of the eyeball from its middle that belong to the pupil, and to pupil and iris."""
IRIS_SHRUNK = 0.86
CORNEA_REACH = 1.14
"""Radius of the cornea, in radii of the iris."""
PARTED = 1.5
"""Degrees by which each eye looks outwards."""
GLINT_LIFT, GLINT_GAZE = 0.035, 0.3
"""Centimetres of the highlights before the eyeball, and their share of its turn sideways."""
GLINT_SLOPE = 0.75
"""Where between the eye's middle and its rest a highlight's way touches the eyeball."""
RECEDES = {"eyeBlinkLeft": 0.1, "cheekSquintLeft+mouthSmileLeft": 0.14}
"""Centimetres by which the eyeball goes back, so that closed lids lie clear of the cornea."""
GLINTS = ((-0.38, 0.42, 0.29), (0.40, -0.42, 0.11))
"""Across, up and radius of the highlights, in radii of the iris."""
GLINT_RINGS, GLINT_AROUND = 3, 20
THICKNESS = ((0.06, 0.3), (1.6, 1.0))
"""Luminances of skin, and how thick the lids' lines are on it."""
LAUGH_SHRINKS = 0.2
"""Share of their size that highlights lose in a laugh, beside what its narrow opening takes."""


def eye_front(style: Style, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return how far before the eyeball's centre its surface lies at x and z, same shape."""
    eye = style.eye
    square = x**2 + z**2
    over = (1 - square / (CORNEA_REACH * eye.iris) ** 2).clip(0)
    return np.sqrt((eye.radius**2 - square).clip(0)) + eye.cornea * over**2


def eyeball(style: Style) -> Part:
    """Return the left eyeball without highlights: a ball on which the cornea stands out."""
    eye = style.eye
    edge = np.degrees(np.arcsin(eye.iris / eye.radius))
    turn = 2 * np.pi * np.arange(AROUND) / AROUND
    circle = np.stack([np.cos(turn), np.zeros(AROUND), np.sin(turn)], axis=1)
    rings, zones, tints = [], [], []
    below = 0.5 - 0.5 * np.sin(turn)
    for share in (0.03, 0.6, 0.97):
        rings.append(circle * share * eye.pupil)
        zones.append("pupil")
        tints.append(np.ones(AROUND))
    for share, light in (
        (0.0, 0.6),
        (0.15, 1.0),
        (0.5, 1.2),
        (0.8, 1.0),
        (0.92, 0.55),
        (1.0, 0.3),
    ):
        rings.append(circle * (eye.pupil + share * (eye.iris - eye.pupil)))
        zones.append("iris")
        tints.append(light * (0.5 + 1.4 * below**1.2))
    for degrees in np.concatenate([[edge + 0.5], np.linspace(edge + 2.5, 176, 12)]):
        angle = np.radians(degrees)
        rings.append(eye.radius * (circle * np.sin(angle) + (0, -np.cos(angle), 0)))
        zones.append("sclera")
        shade = np.interp(degrees, [edge, edge + 5, 70, 100], [0.62, 1.0, 1.0, 0.8])
        tints.append(shade - 0.13 * smoothstep(0.25, 1.0, np.sin(angle) * np.sin(turn)))
    points = np.concatenate(rings)

    painted = IRIS_RINGS * AROUND
    ahead = points[:, 1] <= 0
    ahead &= np.hypot(points[:, 0], points[:, 2]) < CORNEA_REACH * eye.iris
    points[ahead, 1] = -eye_front(style, points[ahead, 0], points[ahead, 2])
    slots = ("pupil", "iris", "sclera", "glint")
    faces = [face[::-1] for face in tube(len(rings), AROUND)]
    materials = [slots.index(zone) for zone in zones[1:] for _ in range(AROUND)] + [0, 2]
    # a wide open eye has a small iris and a smaller pupil
    small = points.copy()
    small[:painted, [0, 2]] *= IRIS_SHRUNK
    small[: PUPIL_RINGS * AROUND, [0, 2]] *= IRIS_SHRUNK
    small[:painted, 1] = -eye_front(style, small[:painted, 0], small[:painted, 2])
    # drawn eyes part a little, so that the far one still looks at whom the near one looks at
    points, small = turned(points, 2, PARTED), turned(small, 2, PARTED)
    moves = {
        f"eyeLook{way}Left": turned(points, axis, degrees) - points
        for way, (axis, degrees) in GAZE.items()
    }
    moves["eyeWideLeft"] = small - points
    for name, back in RECEDES.items():
        moves[name] = np.tile([0.0, back, 0.0], (len(points), 1))
    grey = np.concatenate(tints)
    tint = np.repeat(grey[:, None], 3, axis=1)
    return Part(
        "eye left",
        points + style.eye_centre,
        faces,
        slots,
        materials,
        moves,
        tint,
        is_subdivided=False,
    )


def glints(style: Style, side: int) -> Part:
    """Return the highlights of the left eye (side 1) or the right one (-1), towards the light.

    They keep their place between the lids and their share of the opening, so that no lid cuts them.
    """
    iris, half = style.eye.iris, EYE_POINTS // 2
    centre = style.eye_centre * (side, 1, 1)
    margin = eye_margin(style)
    # the upper and the lower lid over and under each highlight, then their mirror images
    own = margin[1:half, 0] - style.eye_centre[0]
    upper = [1 + int(np.abs(own - side * x * iris).argmin()) for x, _, _ in GLINTS]
    index = np.array([end for up in upper for end in (up, EYE_POINTS - up)])
    both = np.concatenate([margin[index], margin[index] * (-1, 1, 1)])
    count = len(index)
    swap = np.roll(np.arange(2 * count), count)
    ring = np.stack([np.zeros(2 * count, int), np.tile(index, 2)], axis=1)
    lids = probe(style, both, swap, np.repeat([1, -1], count), ring)
    turn = 2 * np.pi * np.arange(GLINT_AROUND) / GLINT_AROUND
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    disc = np.concatenate([share * circle for share in np.linspace(0.02, 1, GLINT_RINGS)])

    def seated(flat: np.ndarray, axis: int = 2, degrees: float = 0.0) -> np.ndarray:
        points = np.stack([flat[:, 0], np.full(len(flat), -style.eye.radius), flat[:, 1]], axis=1)
        for _ in range(8):
            own = turned(turned(points, axis, -degrees), 2, -side * PARTED)
            points[:, 1] -= eye_front(style, own[:, 0], own[:, 2]) + own[:, 1]
        return points - (0, GLINT_LIFT, 0)

    starts = [iris * (np.array([x, z]) + size * disc) for x, z, size in GLINTS]
    rest = np.concatenate([seated(flat) for flat in starts])
    # a straight way on which nothing sinks into the eyeball, whatever else moves
    near = rest[:, [0, 2]] * GLINT_SLOPE
    step = 1e-3 * np.eye(2)
    slope = [(seated(near + way) - seated(near - way))[:, 1] / 2e-3 for way in step]
    end = "Left" if side > 0 else "Right"
    opened = margin[index[::2], 2] - margin[index[1::2], 2]
    moves = {}
    for name, move in skin_displacements(lids).items():
        up, down = (move[:count] if side > 0 else move[count:])[:, 2].reshape(-1, 2).T
        if max(np.abs(up).max(), np.abs(down).max()) < 0.1:
            continue
        sizes = 1 + (up - down) / opened
        if name == f"cheekSquint{end}+mouthSmile{end}":
            sizes = sizes - LAUGH_SHRINKS
        there = []
        for which, (x, z, _) in enumerate(GLINTS):
            middle = iris * np.array([x, z])
            share = (middle[1] - margin[index[2 * which + 1], 2]) / opened[which]
            shift = np.array([0.0, share * up[which] + (1 - share) * down[which]])
            there.append(middle + shift + sizes[which] * (starts[which] - middle))
        across, rise = (np.concatenate(there) - rest[:, [0, 2]]).T
        moves[name] = np.stack([across, slope[0] * across + slope[1] * rise, rise], axis=1)
    for way, (axis, degrees) in GAZE.items():
        name, degrees = f"eyeLook{way}{end}", degrees * (side if axis == 2 else 1)
        aside = turned(rest, axis, GLINT_GAZE * degrees * (axis == 2))
        aside = aside + moves.get(name, np.zeros_like(rest))
        moves[name] = seated(aside[:, [0, 2]], axis, degrees) - rest
    for own_name, back in (*RECEDES.items(), ("eyeBlinkLeft+eyeBlinkLeft+eyeBlinkLeft", 0.5)):
        name = own_name.replace("Left", end)
        moves[name] = moves.get(name, np.zeros_like(rest)) + np.array([0.0, back, 0.0])
    faces = [face[::-1] for face in tube(GLINT_RINGS, GLINT_AROUND)][:-1]
    faces += [tuple(i + len(disc) for i in face) for face in faces]
    return Part(
        "eye", rest + centre, faces, ("glint",), [0] * len(faces), moves, is_subdivided=False
    )


def eyes(style: Style) -> tuple[Part, Part]:
    """Return both eyeballs; their highlights are on the same side, that of the light."""
    left = eyeball(style)
    right = mirrored(left)
    return merged("eye left", left, glints(style, 1)), merged("eye right", right, glints(style, -1))


def lid_lines(style: Style) -> Part:
    """Return the dark lines of both upper lids, which thicken outwards to a small flick.

    They are thicker on dark skin, on which they stand out least.
    """
    half = EYE_POINTS // 2
    index = np.arange(1, half)
    margin = eye_margin(style)[index] - style.eye_centre
    arm = margin / np.linalg.norm(margin, axis=1, keepdims=True)
    up = np.cross(np.gradient(margin, axis=0), arm)
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    up *= np.sign(up[len(up) // 2, 2])
    along = np.linspace(0, 1, len(index))
    size = np.interp(along, [0, 0.25, 0.75, 1], [0.25, 0.75, 1.0, 0.75])[:, None]
    size *= np.interp(luminance(style.colours["skin"]), *THICKNESS)
    out = np.stack([smoothstep(0.7, 1.0, along), 0 * along, 0.35 * smoothstep(0.7, 1, along)], 1)
    out *= style.eye.flick
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
    points = sections.reshape(-1, 3) + style.eye_centre
    eye = np.stack([np.zeros(count, int), np.repeat(index, around)], axis=1)
    # both sides at once, so that movements of the left and of the right reach the right ones
    both = np.concatenate([points, points * (-1, 1, 1)])
    swap = np.roll(np.arange(2 * count), count)
    face = probe(style, both, swap, np.repeat([1, -1], count), np.concatenate([eye, eye]))
    faces = [face_[::-1] for face_ in tube(len(index), around)]
    faces += [tuple(i + count for i in face_[::-1]) for face_ in faces]
    moves = skin_displacements(face)
    # a laughing eye is a bold arc
    bold = 0.7 * (sections - margin[:, None]).reshape(-1, 3)
    for start, side in ((0, "Left"), (count, "Right")):
        laugh = moves[f"cheekSquint{side}+mouthSmile{side}"]
        laugh[start : start + count] += bold * ((-1) ** (start > 0), 1, 1)
    return Part("lashes", both, faces, ("lash",), [0] * len(faces), moves)
