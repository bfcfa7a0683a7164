# SPDX-License-Identifier: GPL-3.0-or-later
"""Teeth and tongue: one plain row above and a soft shape below."""

import numpy as np

from .face import turned
from .field import cast
from .movements import JAW_LEAD
from .part import Part, merged, sheet, tube
from .proportions import Design


def _row(name: str, edge: float, root: float, front: float, width: float) -> Part:
    """Return a row of teeth in one piece: a rounded band on an ellipse.

    Args:
        name: of the part.
        edge: height of its lower end.
        root: height of its upper end.
        front: depth of its middle.
        width: half-width of the ellipse.
    """
    turn = np.linspace(-1.4, 1.4, 31)
    length = 1.35 * width
    profile = ((0.42, 0.9), (0.30, 0.2), (0.16, 0.0), (0.0, 0.22), (-0.04, 0.6), (0.0, 1.0))
    rows = []
    for deep, share in profile:
        x = (width - deep) * np.sin(turn)
        y = front + deep + length * (1 - np.cos(turn))
        # the row climbs towards the back, as a smile does
        climb = 0.3 * (1 - np.cos(turn))
        rows.append(np.stack([x, y, edge + climb + share * (root - edge - climb)], axis=1))
    faces = sheet(len(rows), len(turn))
    faces = [face[::-1] for face in faces]
    shade = np.tile(1 - 0.55 * (1 - np.cos(turn)), len(rows))[:, None].repeat(3, axis=1)
    return Part(
        name, np.concatenate(rows), faces, ("teeth",), [0] * len(faces), tint=shade.clip(0.25)
    )


def teeth_and_tongue(design: Design) -> Part:
    """Return the inside of the mouth."""
    mouth = design.mouth
    start = np.array([[0.0, 0.0, mouth.height]])
    lip = cast(start, np.array([[0.0, -1.0, 0.0]]), design.clay, 12.0)[0, 1]
    width = 1.2 * mouth.half_width
    teeth = _row("teeth", mouth.height - 0.38, mouth.height + 1.7, lip + 0.72, width)
    return merged("mouth", teeth, _tongue(design, lip, 0.62 * width))


def _tongue(design: Design, lip: float, half_width: float) -> Part:
    """Return the tongue: it goes with the jaw, and out between the lips.

    Args:
        design: whose tongue it is.
        lip: depth of the lips.
        half_width: of the tongue.
    """
    around, steps = 16, 14
    along = np.linspace(0, 1, steps)[:, None]
    turn = 2 * np.pi * np.arange(around) / around
    wide = half_width * np.sqrt(np.clip(1 - (1 - along / 0.4).clip(0) ** 2, 0.02, 1))
    high = 0.42 * np.sqrt(np.clip(1 - (1 - along / 0.25).clip(0) ** 2, 0.02, 1))
    across, up = np.cos(turn), np.sin(turn)
    groove = 0.3 * np.exp(-((across / 0.3) ** 2)) * (up > 0)
    middle = design.mouth.height - 1.05 + 0.5 * along
    points = np.stack(
        [
            wide * across,
            np.broadcast_to(lip + 1.0 + 3.2 * along, (steps, around)),
            middle + high * (up - groove),
        ],
        axis=-1,
    ).reshape(-1, 3)
    arm = points - np.array(design.hinge)
    swing = turned(arm, 0, design.jaw_degrees) - arm
    # out over the lower lip, thinner and narrower, its tip hanging
    share = np.repeat(1 - along[:, 0], around)
    flat = points[:, 2] - np.repeat(middle[:, 0], around)
    rise = 1.0 * np.sin(np.pi * np.clip(1.35 * share, 0, 1)) - 0.25 * share
    out = np.stack([-0.25 * points[:, 0] * share, -2.9 * share, rise - 0.4 * flat * share], axis=1)
    faces = tube(steps, around)
    moves = {
        "jawOpen": (1 + JAW_LEAD) * swing,
        "jawOpen+jawOpen": -JAW_LEAD * swing,
        "tongueOut": out,
    }
    return Part("tongue", points, faces, ("tongue",), [0] * len(faces), moves)
