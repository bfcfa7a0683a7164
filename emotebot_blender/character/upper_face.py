# SPDX-License-Identifier: GPL-3.0-or-later
"""Movements of brows, cheeks and nose: the left one, for ``skin_shapes``."""

import numpy as np

from .sculpting import Surface


def cheek_squint(face: Surface) -> np.ndarray:
    """The cheek rises and pushes the lower lid into an arc."""
    cheek = face.strokes(((3.7, -2.6), (2.3, 1.3), (0, 0.7, 0)))
    return face.slide(cheek) + face.swell((3.8, -2.3), (2.0, 1.0), 0.3)


def brow_down(face: Surface) -> np.ndarray:
    """The brow sinks and draws in; skin swells between the brows."""
    strokes = face.strokes(
        ((1.7, 2.7), (1.5, 1.5), (-0.4, -0.85, 0)), ((4.2, 3.3), (1.8, 1.3), (-0.1, -0.5, 0))
    )
    return (
        face.slide(strokes)
        + face.swell((0.85, 1.6), (0.55, 0.9), 0.16)
        + face.crease((0.45, 1.2), (0.6, 3.1), 0.26, 0.2)
    )


def brow_inner_up(face: Surface) -> np.ndarray:
    """The inner brow's skin rises and folds across the middle of the forehead."""
    # folds that lie across the middle add up with those of the other side
    return (
        face.slide(face.strokes(((1.6, 3.3), (1.7, 1.5), (-0.1, 0.75, 0))))
        + face.crease((-2.4, 5.0), (2.4, 5.0), 0.22, 0.1)
        + face.crease((-2.0, 5.7), (2.0, 5.7), 0.22, 0.08)
        + face.swell((0.0, 5.35), (2.0, 0.3), 0.06)
    )


def brow_outer_up(face: Surface) -> np.ndarray:
    """The outer brow's skin rises."""
    return face.slide(face.strokes(((4.8, 3.4), (1.8, 1.35), (0.1, 0.75, 0))))


def sneer(face: Surface) -> np.ndarray:
    """The wing of the nose and the lip rise, the bridge wrinkles, a fold deepens beside it."""
    lips = face.lips(
        ((0, 0.3, 0.05), (0, 0.5, 0.08), (0, 0.1, 0)), ((0, 0, 0), (0, 0, 0), (0, 0.1, 0))
    )
    nose = face.strokes(
        ((0.8, -2.1), (0.6, 0.6), (0.36, 0.62, 0.2)),
        ((0.6, -1.2), (0.9, 0.5), (0, 0.3, 0)),
        ((0.0, -1.9), (0.6, 0.7), (0, 0.4, 0.1)),
        ((2.1, -2.4), (1.0, 0.9), (0, 0.5, 0)),
    )
    return face.slide(lips + nose) + nose_folds(face)


def nose_folds(face: Surface) -> np.ndarray:
    """Rolls of skin and creases across the side of the bridge, and the fold from wing to mouth."""
    # on the rows of the skin's grid, half a row beside them they would cancel out
    return (
        face.swell((0.55, -0.54), (0.75, 0.27), 0.44)
        + face.swell((0.5, 0.47), (0.65, 0.27), 0.34)
        + face.crease((-0.3, -1.06), (1.4, -1.0), 0.28, 0.26)
        + face.crease((-0.3, -0.04), (1.3, 0.0), 0.28, 0.36)
        + face.crease((-0.3, 0.98), (1.0, 1.0), 0.28, 0.16)
        + face.crease((1.15, -1.6), (2.7, -3.9), 0.42, 0.38)
        + face.swell((2.5, -2.2), (0.9, 0.8), 0.4)
    )
