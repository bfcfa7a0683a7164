# SPDX-License-Identifier: GPL-3.0-or-later
"""Teeth and tongue: plain rows above and below, and a soft shape between them."""

import numpy as np

from .distance_field import cast
from .lower_face import JAW_LEAD
from .part import Part, sheet, tube
from .sculpting import turned
from .style import Style


def _row(
    name: str, edge: float, root: float, front: float, width: float, rise: float = 0.3
) -> Part:
    """Return a row of teeth in one piece: a rounded band on an ellipse.

    Args:
        name: of the part.
        edge: height of its free end.
        root: height of its other end.
        front: depth of its middle.
        width: half-width of the ellipse.
        rise: of the edge towards the back.
    """
    turn = np.linspace(-1.4, 1.4, 31)
    length = 1.35 * width
    profile = ((0.42, 0.9), (0.30, 0.2), (0.16, 0.0), (0.0, 0.22), (0.0, 0.5), (0.22, 1.0))
    rows = []
    for deep, share in profile:
        x = (width - deep) * np.sin(turn)
        y = front + deep + length * (1 - np.cos(turn))
        # the row climbs towards the back, as a smile does
        climb = rise * (1 - np.cos(turn))
        rows.append(np.stack([x, y, edge + climb + share * (root - edge - climb)], axis=1))
    faces = sheet(len(rows), len(turn))
    faces = [face[::-1] for face in faces]
    shade = np.tile(1 - 0.3 * (1 - np.cos(turn)), len(rows))[:, None].repeat(3, axis=1)
    tint = shade.clip(0.5)
    return Part(name, np.concatenate(rows), faces, ("teeth",), [0] * len(faces), tint=tint)


def teeth_and_tongue(style: Style) -> tuple[Part, Part, Part]:
    """Return the upper and the lower row of teeth, and the tongue."""
    mouth = style.mouth
    start = np.array([[0.0, 0.0, mouth.height]])
    lip = cast(start, np.array([[0.0, -1.0, 0.0]]), style.solids, 12.0)[0, 1]
    width = 1.2 * mouth.half_width
    upper = _row("teeth upper", mouth.height - 0.38, mouth.height + 1.7, lip + 0.82, width)
    lower = _row("teeth lower", mouth.height - 0.4, mouth.height - 1.4, lip + 1.0, 0.9 * width, 0.0)
    lower.faces = [face[::-1] for face in lower.faces]
    lower.displacements = _with_jaw(lower.points, style)
    return upper, lower, _tongue(style, lip, 0.62 * width)


def _with_jaw(points: np.ndarray, style: Style) -> dict[str, np.ndarray]:
    """Return what points (n, 3) that are fixed to the jaw do in its channels."""
    arm = points - np.array(style.hinge)
    swing = turned(arm, 0, style.jaw_degrees) - arm

    def shifted(*move: float) -> np.ndarray:
        return np.tile(move, (len(points), 1))

    return {
        "jawOpen": (1 + JAW_LEAD) * swing,
        "jawOpen+jawOpen": -JAW_LEAD * swing,
        "jawForward": shifted(0.0, -0.7, -0.5),
        "jawForward+jawForward": shifted(0.0, 0.0, 0.4),
        "jawLeft": shifted(0.9, 0.0, 0.0),
        "jawRight": shifted(-0.9, 0.0, 0.0),
    }


def _tongue(style: Style, lip: float, half_width: float) -> Part:
    """Return the tongue: it goes with the jaw, and out between the lips.

    Args:
        style: whose tongue it is.
        lip: depth of the lips.
        half_width: of the tongue.
    """
    around, steps = 16, 14
    along = np.linspace(0, 1, steps)[:, None]
    turn = 2 * np.pi * np.arange(around) / around
    wide = half_width * np.sqrt(np.clip(1 - (1 - along / 0.4).clip(0) ** 2, 0.02, 1))
    high = 0.42 * np.sqrt(np.clip(1 - (1 - along / 0.25).clip(0) ** 2, 0.02, 1))
    across, up = np.round([np.cos(turn), np.sin(turn)], 12)  # both sides the same to the bit
    groove = 0.3 * np.exp(-((across / 0.3) ** 2)) * (up > 0)
    middle = style.mouth.height - 1.05 + 0.5 * along
    points = np.stack(
        [
            wide * across,
            np.broadcast_to(lip + 1.0 + 3.2 * along, (steps, around)),
            middle + high * (up - groove),
        ],
        axis=-1,
    ).reshape(-1, 3)
    # out over the lower lip, thinner and narrower, its tip hanging; it rises before it comes
    share = np.repeat(1 - along[:, 0], around)
    flat = points[:, 2] - np.repeat(middle[:, 0], around)

    def out(forwards: float, heights: tuple[float, ...], thinner: float) -> np.ndarray:
        rise = np.interp(1 - share, [0, 0.27, 0.6, 1], heights)
        return np.stack(
            [-0.4 * points[:, 0] * share, -forwards * share, rise - thinner * flat * share], axis=1
        )

    half, full = out(1.0, (0.35, 0.2, 0.08, 0), 0.45), out(2.9, (-0.35, 0.25, 0.1, 0), 0.55)
    faces = [face[::-1] for face in tube(steps, around)]
    moves = {
        **_with_jaw(points, style),
        "tongueOut": 4 * half - full,
        "tongueOut+tongueOut": 2 * full - 4 * half,
    }
    return Part("tongue", points, faces, ("tongue",), [0] * len(faces), moves)
