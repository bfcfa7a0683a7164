# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells one style from another: solids, proportions, curves and colours, in centimetres."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .distance_field import Ellipsoid

Colour = tuple[float, float, float]
"""Linear red, green and blue, 0 to 1."""


def luminance(colour: Colour) -> float:
    """Return the relative luminance of linear red, green and blue (ITU-R BT.709)."""
    return float(np.dot(colour, (0.2126, 0.7152, 0.0722)))


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
        cornea: how far the eyeball stands out over the iris.
        flick: how far the lid's line stands out at its outer end, 1 for that of the hooded child.
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
    cornea: float = 0.0
    flick: float = 1.0


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
class Style:
    """A head.

    Attributes:
        name: of the style.
        label: name that users see.
        solids: skull, cheeks, nose, chin and neck.
        origin: where the rays that find the skin come from.
        neck: where they come from at the lower end of the neck.
        eye, mouth, brow: the features.
        hinge: middle of the jaw's axis.
        jaw_degrees: by which the jaw swings at full weight.
        shell: name of the builder of hood or hair.
        colours: linear red, green and blue by name.
        stretch: factors across, in depth and up by which what it wears is scaled with the head.
    """

    name: str
    label: str
    solids: tuple[Ellipsoid, ...]
    origin: tuple[float, float, float]
    neck: tuple[float, float, float]
    eye: Eye
    mouth: Mouth
    brow: Brow
    hinge: tuple[float, float, float]
    jaw_degrees: float
    shell: str
    colours: Mapping[str, Colour]
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @property
    def eye_centre(self) -> np.ndarray:
        """Centre of the left eyeball, shape (3,)."""
        return np.array(self.eye.centre)

    @property
    def lidded_solids(self) -> tuple[Ellipsoid, ...]:
        """The solids with the lids' bulges over closed eyes."""
        radius = self.eye.lid
        return (*self.solids, Ellipsoid(self.eye.centre, (radius,) * 3, 0.9, is_paired=True))


EMOTEBOT = Style(
    name="hooded",
    label="EmoteBot",
    solids=(
        Ellipsoid((0, 0.0, 2.1), (7.3, 6.75, 6.7), power=2.12),
        Ellipsoid((0, -0.9, -1.6), (6.75, 6.0, 4.9), 2.5, power=2.1),
        Ellipsoid((3.7, -3.7, -2.0), (2.9, 2.7, 2.1), 1.8, is_paired=True, role="cheek"),
        Ellipsoid((3.4, -5.0, 2.7), (2.7, 1.3, 0.8), 1.5, roll=-6, is_paired=True, role="ridge"),
        Ellipsoid((0, -2.7, -4.5), (4.7, 4.5, 3.1), 2.2, role="jaw"),
        Ellipsoid((0, -5.7, -6.4), (1.7, 1.75, 1.25), 1.6, role="chin"),
        Ellipsoid((0, -5.95, -4.2), (2.4, 2.0, 1.4), 1.8),
        Ellipsoid((0, -6.35, -1.2), (0.6, 0.8, 0.9), 1.2, role="nose"),
        Ellipsoid((0, -7.65, -2.0), (0.9, 1.05, 0.75), 0.8, role="nose"),
        Ellipsoid((0.72, -7.15, -2.2), (0.42, 0.5, 0.4), 0.4, is_paired=True, role="nose"),
        Ellipsoid((0, 1.2, -10.0), (2.5, 2.5, 9.0), 1.6),
    ),
    origin=(0, 0.0, -0.4),
    neck=(0, 1.1, -13.0),
    eye=Eye(
        (3.7, -4.4, 0.0),
        2.46,
        2.78,
        2.15,
        1.5,
        1.62,
        0.2,
        1.5,
        0.74,
        outward=11.0,
        cornea=0.24,
        flick=0.6,
    ),
    mouth=Mouth(-4.6, 2.08, 0.26, 0.34, 0.44, 0.28),
    brow=Brow(
        ((1.42, 2.26), (2.95, 2.7), (4.45, 2.68), (5.8, 1.98)),
        (0.36, 0.43, 0.36, 0.17),
        0.32,
        0.7,
    ),
    hinge=(0, 0.9, -4.0),
    jaw_degrees=21.5,
    shell="hood",
    colours={
        "skin": (0.90, 0.57, 0.42),
        "lips": (0.69, 0.30, 0.235),
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
