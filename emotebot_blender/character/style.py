# SPDX-License-Identifier: GPL-3.0-or-later
"""The proportions of a character: a style, drawn from its number, and the warp that applies it.

A style is a smooth one-to-one warp of space, a composition of simple maps, each with a positive
determinant everywhere. Applied to a part at rest and in every channel, it keeps what lies over
something over it: lids clear of the eyeballs, lips apart. Around an eyeball it only translates and
scales, so that eyes stay round. Left and right are warped alike. Points are float64, shape (..., 3)
or (n, 3), in centimetres.
"""

import random
from dataclasses import dataclass, replace

import numpy as np

from . import form
from .form import smoothstep
from .palettes import PALETTES
from .part import Part


@dataclass(frozen=True)
class Style:
    """Proportions, each 0 for EmoteBot's own, and from -1 to 1 for all others.

    Attributes:
        palette: the name of the palette that belongs to them.
    """

    palette: str = "EMOTEBOT"
    eye_size: float = 0.0
    eye_spacing: float = 0.0
    breadth: float = 0.0
    cranium_height: float = 0.0
    cranium_width: float = 0.0
    face_length: float = 0.0
    jaw_width: float = 0.0
    nose: float = 0.0
    chin: float = 0.0
    neck_length: float = 0.0
    neck_width: float = 0.0
    collar: float = 0.0
    ears: float = 0.0


def style_of(number: int) -> Style:
    """Return the style of a number: 0 is EmoteBot's own, any other a random one."""
    if number == 0:
        return Style()
    generator = random.Random(f"EmoteBot {number}")
    names = [name for name in Style.__dataclass_fields__ if name != "palette"]
    palette = list(PALETTES)[int(generator.random() * len(PALETTES))]
    return Style(palette, **{name: generator.uniform(-1, 1) for name in names})


class Warp:
    """The warp of space that gives a style's proportions.

    Args:
        style: the proportions.
        ear: centre of the left ear, centimetres, shape (3,).
        floor: height of the collar's foot in centimetres.
    """

    def __init__(self, style: Style, ear: np.ndarray, floor: float) -> None:
        self.style, self.ear, self.floor = style, ear, floor

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return points (..., 3) in the style's proportions."""
        side = np.where(points[..., 0] < 0, -1.0, 1.0)
        left = np.stack([np.abs(points[..., 0]), points[..., 1], points[..., 2]], axis=-1)
        for warp in (self._ears, self._front, self._widths, self._heights, self._eyes):
            left = warp(left)
        left[..., 0] *= side
        return left

    def _eyes(self, points: np.ndarray) -> np.ndarray:
        """Scale and translate the eyeball and what lies on it; nothing goes over the middle."""
        centre, radius = form.EYE_CENTRE, form.EYE_RADIUS
        end = 0.98 * centre[0]
        ease = min((end - 1.12 * radius) / 0.9, 1.0)
        arm = points - centre
        distance = np.linalg.norm(arm, axis=-1, keepdims=True)
        hold = smoothstep(end, 1.12 * radius, distance)
        push = 0.08 * ease * self.style.eye_size * arm
        push[..., 0] += 0.16 * ease * self.style.eye_spacing
        return points + hold * push

    def _ears(self, points: np.ndarray) -> np.ndarray:
        """Scale what lies around the ear, as far as the eye."""
        reach = min(float(np.linalg.norm(self.ear - form.EYE_CENTRE)) - form.EYE_RADIUS, 4.8)
        arm = points - self.ear
        distance = np.linalg.norm(arm, axis=-1, keepdims=True)
        return points + 0.2 * self.style.ears * smoothstep(reach, 2.4, distance) * arm

    def _front(self, points: np.ndarray) -> np.ndarray:
        """Push the nose and the chin forward or back."""
        x, y, z = np.moveaxis(points, -1, 0)
        nose = _hill(x / 1.5) * _hill((z - 0.5 * form.MOUTH_HEIGHT) / 1.2)
        chin = _hill(x / 4.5) * _hill((z - form.MOUTH_HEIGHT + 3.0) / 3.0)
        push = 0.6 * self.style.nose * nose + 0.7 * self.style.chin * chin
        result = points.copy()
        result[..., 1] -= push * smoothstep(-2.0, -7.0, y)
        return result

    def _widths(self, points: np.ndarray) -> np.ndarray:
        """Widen the skull, the jaw, the sides of the head, the neck and the collar."""
        style, mouth = self.style, form.MOUTH_HEIGHT
        x, y, z = np.moveaxis(points, -1, 0)
        lid, neck = 1.15 * form.EYE_RADIUS, mouth - 4.0
        skull = 0.12 * style.cranium_width * smoothstep(lid, lid + 5.0, z)
        jaw = smoothstep(-lid, mouth - 2.0, z) * smoothstep(neck - 3.0, neck, z)
        round_neck = smoothstep(neck, neck - 3.0, z) * smoothstep(self.floor, self.floor + 3.0, z)
        foot = smoothstep(neck - 3.0, self.floor, z)
        girth = 0.2 * style.neck_width * round_neck + 0.14 * style.collar * foot
        eye_end = form.EYE_CENTRE[0] + 1.05 * form.EYE_RADIUS
        aside = 0.45 * style.breadth * smoothstep(eye_end, eye_end + 2.2, x)
        aside *= smoothstep(neck - 2.0, neck + 2.0, z)
        result = points.copy()
        result[..., 0] = (x + aside) * (1 + skull + 0.17 * style.jaw_width * jaw + girth)
        result[..., 1] = y + (y - form.JAW_HINGE[1]) * girth
        return result

    def _heights(self, points: np.ndarray) -> np.ndarray:
        """Lengthen the skull above the eyes, the face below them, and the neck."""
        style, mouth = self.style, form.MOUTH_HEIGHT
        z = points[..., 2]
        lid, neck = 1.15 * form.EYE_RADIUS, mouth - 4.0
        result = points.copy()
        result[..., 2] += style.cranium_height * smoothstep(lid, 11.0, z)
        result[..., 2] -= 0.95 * style.face_length * smoothstep(-lid, neck, z)
        result[..., 2] -= 0.9 * style.neck_length * smoothstep(neck, self.floor + 3.0, z)
        return result


def _hill(distance: np.ndarray) -> np.ndarray:
    """Return a bump of height 1 at 0 that ends smoothly at -1 and 1, in the shape given."""
    return np.clip(1 - distance**2, 0, None) ** 2


def warped(part: Part, warp: Warp) -> Part:
    """Return a part in a style's proportions, at rest and in every channel."""
    points = warp(part.points)
    displacements = {}
    for name, displacement in part.displacements.items():
        moved = np.any(displacement != 0, axis=1)
        displacements[name] = np.zeros_like(points)
        displacements[name][moved] = warp((part.points + displacement)[moved]) - points[moved]
    return replace(part, points=points, displacements=displacements)
