# SPDX-License-Identifier: GPL-3.0-or-later
"""Movements of mouth and jaw, those of one side the left one, for ``skin_shapes``."""

import numpy as np

from .distance_field import smoothstep
from .sculpting import CANONICAL_MOUTH, Surface, turned
from .upper_face import nose_folds

CANONICAL_WIDTH = 2.08
"""Half-width of the mouth of the face that strokes are written for."""

JAW_LEAD, LIPS_LEAD = 0.7, 6.0
"""Share of the jaw's movement that it makes early: half its weight gives more than half the way;
and the same of its lips, which are round before the jaw is down and widen again as it drops."""


def smile(face: Surface) -> np.ndarray:
    """The corner is drawn out and up, the cheek gathers over a fold."""
    width, height = CANONICAL_WIDTH, CANONICAL_MOUTH
    lips = face.lips(
        ((0, 0.05, 0), (0.42, 0.26, -0.02), (1.15, 1.12, -0.1)),
        ((0, -0.42, 0), (0.42, -0.04, -0.02), (1.15, 1.12, -0.1)),
    )
    cheek = face.strokes(((3.9, -3.1), (2.0, 1.5), (0.1, 0.45, 0)))
    return (
        face.slide(lips + cheek)
        + face.swell((3.9, -3.0), (1.9, 1.5), 0.5)
        + face.crease((1.4, -2.9), (width + 1.6, height + 1.0), 0.6, 0.08)
    )


def disgust_mouth(face: Surface, lift: float) -> np.ndarray:
    """The lips hang from beside the nose; the lower lip pushes out, and up by a lift."""
    corner = (0.45, -0.6, -0.1)
    return face.slide(
        face.lips(
            ((0, 0.3, 0.3), (0.1, 0.3, 0.25), corner),
            ((0, lift, 0.9), (0.1, 1.3 * lift, 0.7), corner),
        )
    )


def disgust(face: Surface) -> np.ndarray:
    """The wings of the nose rise with the lip and fold the bridge, the mouth shuts from below."""
    nose = face.strokes(
        ((0.8, -2.1), (0.6, 0.6), (0.3, 0.3, 0.15)), ((2.3, -2.3), (1.2, 0.9), (0, 0.6, 0))
    )
    return disgust_mouth(face, 1.6) + face.slide(nose) + 0.8 * nose_folds(face)


def frown(face: Surface) -> np.ndarray:
    """The corner is drawn down, the middle of the lip arches up, the chin bulges."""
    lips = face.lips(((0, 0.34, 0.05), (0.05, -0.04, 0), (0.16, -1.0, 0)))
    return face.slide(lips) + face.swell((0.9, CANONICAL_MOUTH - 1.6), (1.0, 0.7), 0.14)


def stretch(face: Surface) -> np.ndarray:
    """The corner is drawn out and down; the mouth becomes a wide, trembling line."""
    lips = face.lips(((0, 0.16, 0), (0.55, -0.1, -0.05), (1.6, -1.0, -0.2)))
    neck = face.strokes(((3.4, CANONICAL_MOUTH - 1.6), (1.2, 1.4), (0.15, -0.25, 0)))
    fold = face.crease((3.7, CANONICAL_MOUTH + 0.4), (3.6, CANONICAL_MOUTH - 2.2), 0.4, 0.2)
    return face.slide(lips + neck) + face.thin(0.2) * face.side_weight[:, None] + fold


def dimple(face: Surface) -> np.ndarray:
    """The corner is pressed and drawn back into the cheek, behind a deep fold."""
    lips = face.lips(((0.2, 0, 0), (0.5, 0.16, -0.05), (1.15, 0.5, -0.6)))
    lips += face.mirrored(face.lips(((0, 0, 0), (0, -0.14, 0), (0.1, -0.42, 0))))
    shift = 0.35 * face.unit * face.reach[:, None] * np.array([1.0, 0.0, 0.0])
    width, height = CANONICAL_WIDTH, CANONICAL_MOUTH
    cheek = face.strokes(((width + 1.7, height + 0.6), (1.1, 1.3), (0.4, 0.1, 0)))
    return (
        face.slide(lips + cheek + shift)
        + face.thin(0.45) * face.side_weight[:, None]
        + face.swell((width + 2.3, height + 0.5), (1.05, 1.4), 0.26)
        + face.crease((width + 1.0, height + 1.5), (width + 1.1, height - 1.0), 0.62, 0.13)
    )


def press(face: Surface) -> np.ndarray:
    """The lips are pressed thin, and the skin swells above and below."""
    lips = face.lips(((0, 0, -0.12), (0.05, 0, -0.12), (0.3, -0.12, -0.25)))
    width, height = CANONICAL_WIDTH, CANONICAL_MOUTH
    return (
        lips
        + face.thin(0.5) * face.side_weight[:, None]
        + face.swell((width + 1.0, height - 0.1), (0.6, 0.8), 0.22)
        + face.swell((0.8, height + 0.85), (1.1, 0.35), 0.1)
        + face.swell((0.8, height - 1.1), (1.1, 0.4), 0.16)
    )


def upper_up(face: Surface) -> np.ndarray:
    """The upper lip bares the teeth."""
    still = ((0, 0, 0), (0, 0, 0), (0.25, 0.12, 0))
    return face.slide(face.lips(((0, 0.92, 0), (0.1, 0.9, 0), (0.25, 0.12, 0)), still))


def lower_down(face: Surface) -> np.ndarray:
    """The lower lip bares the teeth."""
    still = ((0, 0, 0), (0, 0, 0), (0.3, -0.12, 0))
    lips = face.lips(still, ((0, -1.0, 0.05), (0.1, -1.0, 0.05), (0.3, -0.15, 0)))
    return face.slide(lips) + face.uncover(0.9) * face.side_weight[:, None]


def jaw_open(face: Surface) -> np.ndarray:
    """The jaw swings down, the lips part further, and the edge of the lower one turns out."""
    lips = face.lips(
        ((0, 0.5, 0.1), (0, 0.3, 0.05), (0, -0.4, 0)),
        ((0, -0.7, 0.1), (0, -0.58, 0.05), (0, -0.4, 0)),
        sided=False,
    )
    return face.swing_jaw(face.style.jaw_degrees) + lips + face.uncover(0.9)


def round_lips(face: Surface) -> np.ndarray:
    """The corners of an open mouth come in and down."""
    return face.lips(((0, 0, 0), (-0.12, 0, 0), (-0.38, -0.1, 0)), sided=False)


def jaw_early(face: Surface) -> np.ndarray:
    """The jaw and its lips on the way that they begin on, which goes too far."""
    return jaw_open(face) + jaw_late(face) + round_lips(face)


def jaw_late(face: Surface) -> np.ndarray:
    """What of that the square of the weight takes back."""
    return JAW_LEAD * jaw_open(face) + LIPS_LEAD * round_lips(face)


def jaw_forward(face: Surface) -> np.ndarray:
    """The jaw and the lower lip come forwards, the upper lip follows a little."""
    jaw = face.jaw_share()[:, None] * np.array([0.0, -1.1, -0.08])
    lips = face.lips(
        ((0, -0.08, 0.3), (0, -0.06, 0.2), (0, 0, 0)),
        ((0, -0.08, 0.3), (0, -0.14, 0.25), (0, -0.1, 0.15)),
        sided=False,
    )
    return jaw + lips + face.uncover(0.95)


def jaw_forward_bow(face: Surface) -> np.ndarray:
    """The lower lip passes under the upper one: the jaw sinks on its way forwards."""
    return face.jaw_share()[:, None] * np.array([0.0, 0.0, 0.95]) - face.uncover(0.95)


def jaw_aside(face: Surface) -> np.ndarray:
    """The jaw moves to the left, the upper lip follows halfway."""
    share = np.maximum(face.jaw_share(), 0.62 * face.reach)
    # cheeks blend into it more gently than into a jaw that drops
    gentle = (share + smoothstep(-2.0, -6.5, face.canonical_z) * face.front) / 2
    share = np.where(face.inside, share, gentle + face.lip * (share - gentle))
    # what lies beside the rim of a hood stays
    share = share * np.where(face.inside, 1.0, smoothstep(-1.0, -7.0, face.points[:, 1]))
    return share[:, None] * np.array([1.5, 0.0, 0.0])


def meet(face: Surface) -> np.ndarray:
    """The lips meet before an open jaw, nearer to the upper one."""
    arm = face.points - np.array(face.style.hinge)
    swing = turned(arm, 0, face.style.jaw_degrees) - arm
    on_lips = np.where(face.inside, face.depth, face.lip)[:, None]
    parted = jaw_open(face) - face.swing_jaw(face.style.jaw_degrees)
    return (swing * (0.36 - face.jaw_share())[:, None] - parted) * on_lips


def gathered(face: Surface) -> np.ndarray:
    """Return the share of skin around lips that reach forwards, shape (n, 1): less than usual."""
    return np.where(face.inside, 1.0, face.reach)[:, None]


def close(face: Surface) -> np.ndarray:
    """The lips close as fast as the jaw begins to open them."""
    return (1 + JAW_LEAD) * meet(face) - 0.7 * (1 + LIPS_LEAD) * round_lips(face)


def close_late(face: Surface) -> np.ndarray:
    """What the lips close less for, as the jaw opens more slowly."""
    return -JAW_LEAD * meet(face) + 0.7 * LIPS_LEAD * round_lips(face)


def pucker(face: Surface) -> np.ndarray:
    """The lips gather, thicken and reach forwards."""
    lips = face.lips(
        ((0, 0.05, 1.0), (-0.52, 0, 0.85), (-0.98, -0.1, 0.5)),
        ((0, 0, 1.0), (-0.52, -0.05, 0.75), (-0.98, -0.15, 0.4)),
        sided=False,
    )
    fold = face.crease((1.9, CANONICAL_MOUTH + 1.1), (2.0, CANONICAL_MOUTH - 1.1), 0.45, 0.16)
    full = 0.22 * face.unit * (face.lip * face.openness**2)[:, None] * face.skin.normals
    return (
        lips * gathered(face)
        + face.thin(-0.6) * face.openness[:, None] ** 2
        + full
        + face.both(fold)
    )


def funnel(face: Surface) -> np.ndarray:
    """The lips part into a ring and reach forwards."""
    lips = face.lips(
        ((0, 0.62, 0.95), (-0.42, 0.5, 0.8), (-1.0, -0.05, 0.4)),
        ((0, -0.72, 0.95), (-0.42, -0.6, 0.8), (-1.0, -0.05, 0.4)),
        sided=False,
    )
    return lips * gathered(face) + face.uncover(0.8)


def shrug_lower(face: Surface) -> np.ndarray:
    """The chin rises and pushes the lower lip up and out."""
    lips = face.lips(
        ((0, 0.55, 0.15), (0, 0.32, 0.08), (0, -0.3, 0)),
        ((0, 0.55, 0.5), (0, 0.32, 0.32), (0, -0.3, 0)),
        sided=False,
    )
    chin = CANONICAL_MOUTH - 1.9
    rise = face.strokes(((0, chin), (1.9, 1.0), (0, 0.5, 0.1)))
    fold = face.crease((-1.6, CANONICAL_MOUTH - 0.95), (1.6, CANONICAL_MOUTH - 0.95), 0.35, 0.16)
    return face.slide(lips + rise) + face.swell((0, chin), (1.4, 0.8), 0.26) + fold


def shrug_upper(face: Surface) -> np.ndarray:
    """The upper lip is pushed up and out."""
    lips = face.lips(
        ((0, 0.5, 0.5), (0, 0.3, 0.3), (0, -0.05, 0)),
        ((0, 0.5, 0.25), (0, 0.3, 0.12), (0, -0.05, 0)),
        sided=False,
    )
    return face.slide(lips) + face.thin(-0.2, lower=False)


def puff(face: Surface) -> np.ndarray:
    """The cheeks fill with air."""
    fill = face.inflate((CANONICAL_WIDTH + 2.3, CANONICAL_MOUTH + 0.4), 2.9, 1.65)
    lips = face.lips(((0, 0, 0.15), (-0.3, 0, 0.12), (-0.75, 0, 0.05)), sided=False)
    return face.both(fill) + lips + face.thin(0.15)


def tongue_lips(face: Surface) -> np.ndarray:
    """The lips make way for the tongue."""
    lips = face.lips(
        ((0, 0.4, 0.1), (-0.1, 0.3, 0.05), (-0.25, -0.1, 0)),
        ((0, -1.35, 0.1), (-0.1, -1.2, 0.1), (-0.25, -0.1, 0)),
        sided=False,
    )
    return lips + face.uncover(0.95)


def roll(face: Surface, upper: bool) -> np.ndarray:
    """One lip is drawn in between the teeth, the skin above or below it swells."""
    corner = (0.05, -0.1, -0.05)
    if upper:
        knots = ((0, 0, -0.3), (0, 0, -0.25), corner), ((0, -0.1, -0.2), (0, -0.1, -0.17), corner)
    else:
        knots = ((0, 0, 0), (0, 0, 0), corner), ((0, 0.12, -0.4), (0, 0.1, -0.3), corner)
    lips = face.lips(*knots, sided=False)
    if not upper:
        # what lies inside stays off the teeth
        lips[:, 1] *= np.where(face.skin.mouth[:, 0] <= 0, 0.3, 1.0)
    fold = face.swell((0, CANONICAL_MOUTH + (1.0 if upper else -1.2)), (1.6, 0.45), 0.22)
    return lips + face.thin(0.6, upper=upper, lower=not upper) + fold


def sideways(face: Surface) -> np.ndarray:
    """The whole mouth moves to the left."""
    # far beyond the lips, or the skin before them would fold
    wide = face.falloff((0, CANONICAL_MOUTH), (4.4, 1.8))
    share = face.reach + (1 - face.reach) * np.where(face.inside, 0.0, wide)
    share = share * np.where(face.inside, 1.0, smoothstep(-2.2, -3.7, face.canonical_z))
    moves = 2.1 * face.unit * share[:, None] * np.array([1.0, 0.0, 0.0])
    fold = face.swell((CANONICAL_WIDTH + 2.2, CANONICAL_MOUTH + 0.4), (1.0, 1.0), 0.3)
    return face.slide(moves + face.lips(((0, 0, 0), (0, 0.05, 0), (-0.3, 0.3, 0)))) + fold
