# SPDX-License-Identifier: GPL-3.0-or-later
"""What heads wear beside hoods: shoulders, caps, plates, glasses, buns, pointed ears."""

from collections.abc import Sequence

import numpy as np

from .distance_field import Ellipsoid, Point, cast, normals
from .part import Part, closed_rod, cubic, lathe, merged, mirrored, placed, rod, tube
from .shell import polar

BUST_AROUND, BUST_ROWS, BUST_SIDES = 40, 9, 4


def torso(
    width: float,
    top: float,
    slope: float,
    depth: float,
    axis: float,
    neck: float,
    collar: float,
    yoke: str = "suit",
    light: float = 0.0,
    rim: str = "trim",
) -> Part:
    """Return shoulders that slope from a collar to a rounded lower edge, as a sculptor's bust.

    Args:
        width: half of it, over the shoulders.
        top: height of the collar.
        slope: by how much the shoulders lie below the collar.
        depth: half of the chest's.
        axis: of the neck, in depth.
        neck: radius of the collar.
        collar: thickness of the collar's roll.
        yoke: material above the seam over chest and shoulders.
        light: radius of a lamp on the chest; 0 for none.
        rim: material of the collar.
    """
    shoulder = 0.36 * width
    solids = (
        Ellipsoid((0, axis, top - 1.2), (1.2 * neck, 1.15 * neck, 1.7)),
        Ellipsoid((0, axis, top - slope - 2.6), (0.8 * width, depth, 4.6), 2.4, power=2.2),
        Ellipsoid(
            (width - shoulder, axis + 0.2, top - slope - 0.4),
            (shoulder, 0.72 * depth, shoulder),
            2.2,
            is_paired=True,
        ),
        Ellipsoid((0, axis, top - slope - 4.2), (0.96 * width, 0.92 * depth, 3.0), 1.5, power=2.3),
    )
    middle = top - slope - 1.6
    turn = 2 * np.pi * np.arange(BUST_AROUND) / BUST_AROUND
    start = np.degrees(np.arctan2(0.96 * neck, top - middle))
    angle = np.radians(np.linspace(start, 90, BUST_ROWS))[:, None]
    flat = np.stack([np.sin(turn), -np.cos(turn), 0 * turn], axis=1)
    ways = np.sin(angle)[..., None] * flat + np.cos(angle)[..., None] * (0.0, 0.0, 1.0)
    # the lower edge is higher at the arms than at chest and back
    end = middle - 3.4 + 1.1 * np.sin(turn) ** 2
    share = np.linspace(0, 1, BUST_SIDES + 1)[1:, None]
    origins = np.zeros((BUST_ROWS + BUST_SIDES, BUST_AROUND, 3))
    origins[..., 1] = axis
    origins[:BUST_ROWS, :, 2] = middle
    origins[BUST_ROWS:, :, 2] = middle + share * (end - middle)
    ways = np.concatenate([ways, np.broadcast_to(flat, (BUST_SIDES, *flat.shape))])
    points = cast(origins.reshape(-1, 3), ways.reshape(-1, 3), solids)
    grid = points.reshape(-1, BUST_AROUND, 3)
    seam = BUST_ROWS - 3
    grid[seam] -= 0.12 * normals(grid[seam], solids)
    inward = [
        grid[-1] + share * ((0, axis, 0) - grid[-1]) * (1, 1, 0) - (0, 0, fall)
        for share, fall in ((0.03, 0.28), (0.10, 0.42), (0.5, 0.42))
    ]
    rows = np.concatenate([grid, np.stack(inward)])
    faces = [face[::-1] for face in tube(len(rows), BUST_AROUND)]
    slots = ("suit",) if yoke == "suit" else ("suit", yoke)
    materials = [int(index < seam * BUST_AROUND) * (len(slots) - 1) for index in range(len(faces))]
    materials[-2:] = [0, 0]
    body = Part("bust", rows.reshape(-1, 3), faces, slots, materials)
    roll = np.stack([neck * np.sin(turn), axis - neck * np.cos(turn), np.full(BUST_AROUND, top)], 1)
    parts = [body, closed_rod(roll, collar, rim)]
    if yoke == "suit":
        parts.append(closed_rod(grid[seam], 0.16, "trim", 5))
    if light:
        at = np.array([[0.0, axis, middle + 0.3]])
        front = cast(at, np.array([[0.0, -1.0, 0.0]]), solids)
        parts.append(_button(light, normals(front, solids)[0], front[0]))
    return merged("bust", *parts)


def _button(radius: float, axis: Sequence[float], at: Sequence[float]) -> Part:
    """Return a round light in a ring."""
    ring = ((1.0, -0.2), (1.3, -0.2), (1.3, 0.1), (1.12, 0.22), (1.0, 0.1))
    light = ((1.0, 0.0), (0.96, 0.12), (0.5, 0.3), (0.0, 0.34))
    parts = [
        lathe(slot, [(r * radius, z) for r, z in profile], slot, 16)
        for slot, profile in (("trim", ring), ("lamp", light))
    ]
    return placed(merged("button", *parts), axis, at)


def dome(
    solids: tuple[Ellipsoid, ...],
    origin: Point,
    front: float,
    back: float,
    slot: str,
    rim: str,
    rim_radius: float,
) -> Part:
    """Return a cap with a level rim: rays go from the rim to the top.

    Args:
        solids: its outer form.
        origin: where its rays come from.
        front: degrees above the horizon of its rim at the front.
        back: the same at the back.
        slot: material of the cap.
        rim: material of the roll along its edge.
        rim_radius: of the roll.
    """
    around, rows = 40, 10
    turn = 2 * np.pi * np.arange(around) / around
    edge = np.radians(back + (front - back) * (0.5 + 0.5 * np.cos(turn)))
    height = edge + (np.radians(88.5) - edge) * np.linspace(0, 1, rows)[:, None]
    ways = np.stack(
        [np.cos(height) * np.sin(turn), -np.cos(height) * np.cos(turn), np.sin(height)], axis=-1
    ).reshape(-1, 3)
    outer = cast(np.tile(np.array(origin, float), (len(ways), 1)), ways, solids)
    grid = outer.reshape(rows, around, 3)
    inner = (outer - 0.4 * normals(outer, solids)).reshape(rows, around, 3)[:3][::-1]
    points = np.concatenate([inner, grid])
    faces = tube(rows + 3, around, capped=False)
    faces.append(tuple(range(points.size // 3 - around, points.size // 3)))
    cap = Part("cap", points.reshape(-1, 3), faces, (slot,), [0] * len(faces))
    return merged("cap", cap, closed_rod(grid[0], rim_radius, rim))


def visor(
    solids: tuple[Ellipsoid, ...],
    origin: Point,
    height: float,
    spread: float,
    length: float,
    drop: float,
    slot: str,
) -> Part:
    """Return the peak of a cap.

    Args:
        solids: of the cap.
        origin: of the cap's rays.
        height: degrees above the horizon at which it is fixed.
        spread: degrees to either side.
        length: by which it stands out at its middle.
        drop: how far it falls for each centimetre of its length.
        slot: its material.
    """
    steps, deep = 17, 5
    turn = np.radians(np.linspace(-spread, spread, steps))
    lift = np.radians(height)
    ways = np.stack(
        [np.sin(turn) * np.cos(lift), -np.cos(turn) * np.cos(lift), 0 * turn + np.sin(lift)], 1
    )
    root = cast(np.tile(np.array(origin, float), (steps, 1)), ways, solids)
    reach = length * np.sqrt((1 - (turn / np.radians(spread)) ** 2).clip(0.0))
    rows = []
    for share in np.linspace(-0.12, 1, deep):
        arch = 0.35 * share * np.cos(np.pi / 2 * turn / np.radians(spread))
        out = np.stack([0.25 * np.sin(turn), -1 + 0 * turn, -drop + 0 * turn], axis=1)
        rows.append(root + share * reach[:, None] * out + arch[:, None] * (0.0, 0.0, 1.0))
    top = np.stack(rows)
    thick = np.linspace(0.2, 0.1, deep)[:, None, None] * (0, 0, 1)
    section = np.concatenate([top + thick, (top - thick)[::-1]])
    points = section.transpose(1, 0, 2).reshape(-1, 3)
    faces = tube(steps, 2 * deep)
    return Part("visor", points, faces, (slot,), [0] * len(faces))


def panel(
    solids: tuple[Ellipsoid, ...],
    origin: Point,
    middle: tuple[float, float],
    size: tuple[float, float],
    height: float,
    slot: str,
    power: float = 3.0,
) -> Part:
    """Return a raised plate that follows a form.

    Args:
        solids: the form.
        origin: of the form's rays.
        middle: degrees off the front and around it, as for ``polar``.
        size: half its breadth and height, in degrees.
        height: by which it stands out.
        slot: its material.
        power: of its outline; 2 is an oval, more is boxier.
    """
    around = 24
    turn = 2 * np.pi * np.arange(around) / around
    axis = polar(np.array(middle[0]), np.array(middle[1]))
    side = np.cross(axis, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    up = np.cross(side, axis)
    across = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / power)
    along = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** (2 / power)
    rings = []
    for share, lift in (
        (1.04, -0.15),
        (1.04, 0.5),
        (1.0, 0.9),
        (0.93, 1.0),
        (0.5, 1.0),
        (0.05, 1.0),
    ):
        a, b = (
            np.tan(np.radians(size[0])) * share * across,
            np.tan(np.radians(size[1])) * share * along,
        )
        ways = axis + a[:, None] * side + b[:, None] * up
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        ground = cast(np.tile(np.array(origin, float), (around, 1)), ways, solids)
        rings.append(ground + lift * height * normals(ground, solids))
    faces = tube(len(rings), around)
    return Part("panel", np.concatenate(rings), faces, (slot,), [0] * len(faces))


def glasses(eye: Point, radius: float, front: float, ear: Point, slot: str) -> Part:
    """Return round rims before both eyes, a bridge, and bows to the ears.

    Args:
        eye: middle of the left rim across, in depth and up; ``front`` moves it forwards.
        radius: of a rim.
        front: centimetres from ``eye`` to the rim.
        ear: where the left bow ends.
        slot: its material.
    """
    turn = 2 * np.pi * np.arange(32) / 32
    x, z = radius * np.cos(turn), 0.96 * radius * np.sin(turn)
    lean = np.radians(9.0)
    rim = np.stack([x * np.cos(lean), -front + x * np.sin(lean) - 0.05 * z, z], axis=1) + eye
    rims = closed_rod(rim, 0.16, slot)
    inner, outer = rim[16], rim[2]
    path = [outer, outer + np.array([0.5, 1.2, 0.1]), (ear[0], ear[1] - 2.5, outer[2] + 0.1), ear]
    bow = bar(np.array(path), (0.16, 0.13), slot, 12)
    raised = inner + np.array([0, -0.05, 0.3])
    path = [inner, raised * (0.4, 1, 1), raised * (-0.4, 1, 1), inner * (-1, 1, 1)]
    bridge = bar(np.array(path), (0.15, 0.15), slot, 8)
    return merged("glasses", rims, bow, bridge, mirrored(rims), mirrored(bow))


def bar(path: np.ndarray, radii: tuple[float, float], slot: str, steps: int) -> Part:
    """Return a round bar along the cubic through four points, shape (4, 3)."""
    return rod(
        "rod", cubic(path, np.linspace(0, 1, steps)), np.linspace(*radii, steps).tolist(), slot, 8
    )


def leaf(
    path: np.ndarray, widths: Sequence[float], thickness: float, out: Point, slot: str
) -> Part:
    """Return a flat, pointed form with a hollow on its front: a pointed ear, a fin, a scarf's end.

    Args:
        path: four points that its middle runs through, shape (4, 3).
        widths: half of its breadth at those.
        thickness: half of it.
        out: the way its front looks.
        slot: its material.
    """
    steps, around = 14, 12
    along = np.linspace(0, 1, steps)
    spine = cubic(np.asarray(path, float), along)
    width = np.interp(along, np.linspace(0, 1, 4), widths)
    tangent = np.gradient(spine, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.cross(tangent, out)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    front = np.cross(across, tangent)
    turn = 2 * np.pi * np.arange(around) / around
    wide, high = np.cos(turn), np.sin(turn)
    hollow = np.where(high > 0, -0.75 * high * (1 - wide**2), 0.0)
    thick = thickness * np.interp(along, [0, 0.8, 1], [1, 0.8, 0.3])
    points = (
        spine[:, None]
        + (width[:, None] * wide)[..., None] * across[:, None]
        + (thick[:, None] * (high + hollow))[..., None] * front[:, None]
    )
    faces = [face[::-1] for face in tube(steps, around)]
    return Part("leaf", points.reshape(-1, 3), faces, (slot,), [0] * len(faces))
