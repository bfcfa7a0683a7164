# SPDX-License-Identifier: GPL-3.0-or-later
"""Ready styles that are young: a toddler, a girl, a young man."""

from .distance_field import Ellipsoid
from .style import Brow, Eye, Mouth, Style

PEBBLE = Style(
    name="toy",
    label="Pebble",
    solids=(
        Ellipsoid((0, 0.2, 1.3), (7.7, 7.0, 6.6), power=2.15),
        Ellipsoid((0, -0.7, -2.0), (7.4, 6.2, 4.6), 2.5, power=2.15),
        Ellipsoid((4.0, -3.9, -2.7), (3.0, 2.6, 2.1), 1.8, is_paired=True, role="cheek"),
        Ellipsoid((0, -2.7, -4.2), (4.9, 4.3, 2.7), 2.2, role="jaw"),
        Ellipsoid((0, -5.6, -5.6), (1.4, 1.5, 0.95), 1.5, role="chin"),
        Ellipsoid((0, -6.0, -3.8), (2.2, 1.8, 1.3), 1.8),
        Ellipsoid((0, -7.35, -1.75), (0.78, 0.78, 0.58), 0.9, role="nose"),
        Ellipsoid((0.62, -7.1, -1.95), (0.34, 0.4, 0.3), 0.5, is_paired=True, role="nose"),
        Ellipsoid((0, 1.0, -10.0), (2.7, 2.7, 9.0), 1.6),
    ),
    origin=(0, 0.0, -0.4),
    neck=(0, 1.0, -12.4),
    eye=Eye(
        (3.9, -4.3, 0.0),
        2.57,
        2.93,
        2.3,
        1.7,
        1.78,
        0.05,
        1.68,
        0.9,
        outward=10.0,
        cornea=0.25,
        flick=0.7,
    ),
    mouth=Mouth(-4.05, 1.75, 0.3, 0.28, 0.38, 0.24),
    brow=Brow(
        ((2.15, 2.72), (3.2, 3.05), (4.3, 3.05), (5.1, 2.72)), (0.26, 0.32, 0.3, 0.2), 0.36, 1.0
    ),
    hinge=(0, 0.9, -3.8),
    jaw_degrees=21.5,
    shell="helmet",
    colours={
        "skin": (0.93, 0.68, 0.56),
        "lips": (0.78, 0.42, 0.34),
        "blush": (0.92, 0.30, 0.26),
        "brow": (0.42, 0.19, 0.06),
        "hair": (0.55, 0.27, 0.08),
        "iris": (0.10, 0.22, 0.52),
        "shell": (0.92, 0.60, 0.10),
        "accent": (0.88, 0.84, 0.76),
        "trim": (0.10, 0.45, 0.75),
        "suit": (0.12, 0.36, 0.62),
        "lamp": (1.0, 0.85, 0.45),
    },
)

NOVA = Style(
    name="buns",
    label="Nova",
    solids=(
        Ellipsoid((0, 0.2, 2.0), (7.0, 6.7, 6.5), power=2.1),
        Ellipsoid((0, -0.9, -1.5), (6.5, 6.0, 4.8), 2.5, power=2.1),
        Ellipsoid((3.7, -3.8, -1.9), (2.7, 2.6, 1.9), 1.8, is_paired=True, role="cheek"),
        Ellipsoid((3.3, -5.0, 2.7), (2.5, 1.2, 0.7), 1.5, roll=-8, is_paired=True, role="ridge"),
        Ellipsoid((0, -2.8, -4.6), (4.2, 4.3, 3.1), 2.2, role="jaw"),
        Ellipsoid((0, -5.8, -6.7), (1.4, 1.55, 1.15), 1.5, role="chin"),
        Ellipsoid((0, -6.0, -4.3), (2.2, 1.9, 1.4), 1.8),
        Ellipsoid((0, -6.3, -1.1), (0.62, 0.75, 0.9), 1.2, role="nose"),
        Ellipsoid((0, -7.5, -2.0), (0.85, 0.92, 0.66), 0.8, role="nose"),
        Ellipsoid((0.78, -7.0, -2.2), (0.44, 0.5, 0.38), 0.4, is_paired=True, role="nose"),
        Ellipsoid((0, 1.2, -10.0), (2.25, 2.25, 9.0), 1.6),
    ),
    origin=(0, 0.0, -0.4),
    neck=(0, 1.1, -13.0),
    eye=Eye(
        (3.65, -4.35, 0.0), 2.41, 2.73, 2.2, 1.5, 1.56, 0.5, 1.45, 0.7, outward=11.0, cornea=0.24
    ),
    mouth=Mouth(-4.7, 1.9, 0.24, 0.42, 0.54, 0.32),
    brow=Brow(
        ((1.55, 2.4), (2.95, 2.76), (4.4, 2.9), (5.65, 2.35)), (0.26, 0.34, 0.28, 0.12), 0.42, 0.6
    ),
    hinge=(0, 0.9, -4),
    jaw_degrees=21.5,
    shell="space buns",
    colours={
        "skin": (0.43, 0.20, 0.115),
        "lips": (0.36, 0.085, 0.085),
        "blush": (0.55, 0.11, 0.09),
        "brow": (0.030, 0.014, 0.020),
        "hair": (0.20, 0.030, 0.15),
        "iris": (0.42, 0.20, 0.03),
        "shell": (0.85, 0.62, 0.12),
        "accent": (0.86, 0.60, 0.10),
        "trim": (0.95, 0.86, 0.60),
        "suit": (0.30, 0.05, 0.26),
        "lamp": (1.0, 0.85, 0.45),
    },
)

DASH = Style(
    name="angular",
    label="Dash",
    solids=(
        Ellipsoid((0, 0.7, 2.2), (6.5, 6.9, 6.5), power=2.15),
        Ellipsoid((0, -0.9, -2.0), (6.0, 5.9, 5.1), 2.4, power=2.15),
        Ellipsoid((3.6, -3.6, -1.9), (2.4, 2.4, 1.8), 1.7, is_paired=True, role="cheek"),
        Ellipsoid((3.2, -5.0, 2.5), (2.6, 1.3, 0.8), 1.5, roll=-8, is_paired=True, role="ridge"),
        Ellipsoid((0, -2.4, -5.0), (4.6, 4.5, 3.4), 2.2, power=2.2, role="jaw"),
        Ellipsoid((0, -5.6, -7.3), (1.8, 1.7, 1.3), 1.6, power=2.3, role="chin"),
        Ellipsoid((0, -5.95, -4.8), (2.3, 1.9, 1.6), 1.8),
        Ellipsoid((0, -6.4, -0.9), (0.62, 1.0, 1.4), 1.1, pitch=16, role="nose"),
        Ellipsoid((0, -7.65, -2.35), (0.85, 1.0, 0.7), 0.8, role="nose"),
        Ellipsoid((0.72, -7.1, -2.5), (0.42, 0.5, 0.4), 0.4, is_paired=True, role="nose"),
        Ellipsoid((0, 1.5, -11.0), (2.45, 2.45, 9.0), 1.6),
    ),
    origin=(0, 0.2, -0.6),
    neck=(0, 1.5, -13.8),
    eye=Eye(
        (3.4, -4.35, 0.0),
        2.17,
        2.47,
        1.95,
        1.38,
        1.36,
        0.34,
        1.27,
        0.6,
        outward=10.0,
        cornea=0.21,
        flick=0.4,
    ),
    mouth=Mouth(-5.05, 2.05, 0.26, 0.3, 0.42, 0.26),
    brow=Brow(
        ((1.3, 2.16), (2.7, 2.54), (4.1, 2.6), (5.3, 1.95)), (0.38, 0.44, 0.36, 0.15), 0.32, 0.5
    ),
    hinge=(0, 1.1, -4.3),
    jaw_degrees=19.4,
    shell="swept hair",
    colours={
        "skin": (0.70, 0.39, 0.23),
        "lips": (0.56, 0.235, 0.155),
        "blush": (0.72, 0.20, 0.12),
        "brow": (0.016, 0.014, 0.022),
        "hair": (0.020, 0.026, 0.060),
        "iris": (0.16, 0.30, 0.08),
        "shell": (0.75, 0.76, 0.78),
        "accent": (0.78, 0.76, 0.72),
        "trim": (0.95, 0.60, 0.15),
        "suit": (0.42, 0.035, 0.035),
        "lamp": (1.0, 0.85, 0.45),
    },
)
