# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells one design from another: clay, proportions, curves and colours, in centimetres."""

from dataclasses import dataclass, field

import numpy as np

from .field import Blob


@dataclass(frozen=True)
class Eye:
    """The left eye and its lids.

    Attributes:
        centre: of the eyeball.
        radius: of the eyeball.
        lid: radius of the sphere that the lids lie on.
        half_width: from the eye's middle to a corner of the lids.
        upper, lower: from the eye's middle to the highest and lowest point of the lids at rest.
        tilt: how far the outer corner stands above the inner one.
        iris: radius of the iris as seen from the front.
        pupil: radius of the pupil.
        outward: degrees by which the opening looks outwards.
        squareness: 2 is an oval opening, more is boxier.
    """

    centre: tuple[float, float, float]
    radius: float
    lid: float
    half_width: float
    upper: float
    lower: float
    tilt: float
    iris: float
    pupil: float
    outward: float = 5.0
    squareness: float = 2.0


@dataclass(frozen=True)
class Mouth:
    """The mouth at rest.

    Attributes:
        height: of the middle of the seam.
        half_width: from the middle to a corner.
        rise: of the corners above the middle.
        upper, lower: heights of the lips.
        fullness: how far lips stand out.
    """

    height: float
    half_width: float
    rise: float
    upper: float
    lower: float
    fullness: float


@dataclass(frozen=True)
class Brow:
    """The left brow: its line and its breadth.

    Attributes:
        line: across and up of the inner end, two points between and the outer end.
        breadth: half the height at the same four places.
        thickness: how far it stands off the skin.
        roundness: of its ends, 0 pointed to 1 blunt.
    """

    line: tuple[tuple[float, float], ...]
    breadth: tuple[float, float, float, float]
    thickness: float
    roundness: float


@dataclass(frozen=True)
class Design:
    """A head.

    Attributes:
        name: of the design.
        clay: skull, cheeks, nose, chin and neck.
        origin: where the rays that find the skin come from.
        neck: where they come from at the lower end of the neck.
        eye, mouth, brow: the features.
        hinge: middle of the jaw's axis.
        jaw_degrees: by which the jaw swings at full weight.
        shell: name of the builder of hood or hair.
        colours: linear red, green and blue by name.
        extent: half-width of the face's plane, which strokes are measured against.
    """

    name: str
    clay: tuple[Blob, ...]
    origin: tuple[float, float, float]
    neck: tuple[float, float, float]
    eye: Eye
    mouth: Mouth
    brow: Brow
    hinge: tuple[float, float, float]
    jaw_degrees: float
    shell: str
    colours: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    extent: float = 7.0

    @property
    def eye_centre(self) -> np.ndarray:
        """Centre of the left eyeball, shape (3,)."""
        return np.array(self.eye.centre)

    @property
    def lidded_clay(self) -> tuple[Blob, ...]:
        """The clay with the lids' bulges over closed eyes."""
        radius = self.eye.lid
        return (*self.clay, Blob(self.eye.centre, (radius,) * 3, 0.9, is_paired=True))


PIP = Design(
    name="hooded",
    clay=(
        Blob((0, 0.0, 2.1), (7.3, 6.75, 6.7), power=2.12),
        Blob((0, -0.9, -1.6), (6.75, 6.0, 4.9), 2.5, power=2.1),
        Blob((3.7, -3.7, -2.0), (2.9, 2.7, 2.1), 1.8, is_paired=True),
        Blob((3.4, -5.0, 2.7), (2.7, 1.3, 0.8), 1.5, roll=-6, is_paired=True),
        Blob((0, -2.7, -4.5), (4.7, 4.5, 3.1), 2.2),
        Blob((0, -5.7, -6.4), (1.7, 1.75, 1.25), 1.6),
        Blob((0, -5.95, -4.2), (2.4, 2.0, 1.4), 1.8),
        Blob((0, -6.35, -1.2), (0.6, 0.8, 0.9), 1.2),
        Blob((0, -7.65, -2.0), (0.9, 1.05, 0.75), 0.8),
        Blob((0.72, -7.15, -2.2), (0.42, 0.5, 0.4), 0.4, is_paired=True),
        Blob((0, 1.2, -10.0), (2.5, 2.5, 9.0), 1.6),
    ),
    origin=(0, 0.0, -0.4),
    neck=(0, 1.1, -13.0),
    eye=Eye((3.7, -4.4, 0.0), 2.55, 2.72, 2.15, 1.74, 1.74, 0.2, 1.5, 0.74, outward=11.0),
    mouth=Mouth(-4.6, 2.08, 0.26, 0.34, 0.44, 0.28),
    brow=Brow(
        ((1.5, 2.65), (2.95, 3.2), (4.45, 3.25), (5.75, 2.6)), (0.36, 0.43, 0.36, 0.17), 0.32, 0.7
    ),
    hinge=(0, 0.4, -2.2),
    jaw_degrees=31.0,
    shell="hood",
    colours={
        "skin": (0.90, 0.57, 0.42),
        "lips": (0.72, 0.37, 0.265),
        "blush": (0.85, 0.26, 0.20),
        "brow": (0.040, 0.020, 0.014),
        "hair": (0.105, 0.043, 0.022),
        "iris": (0.02, 0.27, 0.30),
        "shell": (0.80, 0.77, 0.70),
        "accent": (0.03, 0.33, 0.33),
        "trim": (0.45, 0.85, 0.80),
        "suit": (0.03, 0.28, 0.29),
        "lamp": (1.0, 0.85, 0.45),
    },
)

TOY = Design(
    name="toy",
    clay=(
        Blob((0, 0.6, 0.6), (8.3, 7.6, 7.7), power=2.6),
        Blob((0, -0.4, -2.4), (8.1, 6.9, 4.7), 2.5, power=2.5),
        Blob((0, -7.35, -1.9), (0.62, 0.62, 0.5), 0.7),
        Blob((0, -6.0, -4.2), (2.2, 1.6, 1.4), 1.6),
        Blob((0, 0.8, -9.0), (4.2, 4.2, 5.0), 1.2),
    ),
    origin=(0, 0.3, -0.4),
    neck=(0, 0.8, -9.6),
    eye=Eye((4.15, -4.05, -0.3), 2.9, 3.12, 2.35, 2.05, 2.0, 0.0, 1.72, 0.95, outward=6.0),
    mouth=Mouth(-4.2, 1.45, 0.3, 0.26, 0.32, 0.16),
    brow=Brow(
        ((2.3, 3.3), (3.5, 3.75), (4.8, 3.75), (6.0, 3.25)), (0.42, 0.46, 0.42, 0.34), 0.34, 1.0
    ),
    hinge=(0, 0.8, -2.0),
    jaw_degrees=24.0,
    shell="helmet",
    colours={
        "skin": (0.90, 0.74, 0.62),
        "lips": (0.55, 0.28, 0.24),
        "blush": (0.90, 0.35, 0.30),
        "brow": (0.11, 0.055, 0.16),
        "iris": (0.10, 0.05, 0.30),
        "shell": (0.86, 0.85, 0.82),
        "accent": (0.85, 0.27, 0.08),
        "trim": (0.95, 0.62, 0.25),
        "suit": (0.16, 0.12, 0.30),
        "lamp": (1.0, 0.85, 0.45),
    },
)

ELDER = Design(
    name="angular",
    clay=(
        Blob((0, 1.2, 2.5), (6.5, 7.3, 6.4), power=2.3),
        Blob((0, -1.3, -2.6), (5.7, 5.6, 5.2), 2.2, power=2.4),
        Blob((4.2, -3.2, -2.2), (1.9, 2.2, 1.4), 1.5, roll=-20, is_paired=True),
        Blob((4.4, -0.6, -5.9), (1.5, 3.0, 1.8), 1.8, roll=-12, is_paired=True),
        Blob((0, -5.4, -8.3), (2.3, 1.7, 1.5), 1.8, power=2.6),
        Blob((0, -5.6, -5.6), (2.4, 1.8, 1.9), 1.6),
        Blob((0, -6.1, 1.9), (4.8, 1.2, 0.9), 1.6, power=2.4),
        Blob((0, -6.6, -0.9), (0.75, 1.4, 2.3), 0.9, pitch=24),
        Blob((0, -7.55, -2.5), (1.0, 1.0, 0.75), 0.7),
        Blob((0, 2.0, -11.0), (2.6, 2.6, 9.0), 1.5),
    ),
    origin=(0, 0.4, -1.0),
    neck=(0, 2.0, -14.5),
    eye=Eye((3.0, -4.35, 0.0), 1.95, 2.14, 1.75, 1.12, 1.08, 0.42, 1.12, 0.5, outward=5.0),
    mouth=Mouth(-5.7, 2.05, 0.12, 0.34, 0.46, 0.2),
    brow=Brow(
        ((1.1, 2.0), (2.6, 2.75), (4.1, 2.9), (5.4, 2.05)), (0.42, 0.42, 0.34, 0.16), 0.3, 0.4
    ),
    hinge=(0, 0.8, -3.0),
    jaw_degrees=24.0,
    shell="hair",
    colours={
        "skin": (0.44, 0.22, 0.13),
        "lips": (0.30, 0.10, 0.075),
        "blush": (0.50, 0.15, 0.10),
        "brow": (0.020, 0.012, 0.010),
        "hair": (0.028, 0.018, 0.016),
        "iris": (0.28, 0.13, 0.03),
        "shell": (0.60, 0.60, 0.58),
        "accent": (0.60, 0.60, 0.58),
        "trim": (0.10, 0.50, 0.65),
        "suit": (0.25, 0.05, 0.045),
        "lamp": (1.0, 0.85, 0.45),
    },
)

DESIGNS = {design.name: design for design in (PIP, TOY, ELDER)}
