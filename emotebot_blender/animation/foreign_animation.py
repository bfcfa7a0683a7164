# SPDX-License-Identifier: GPL-3.0-or-later
"""What animates an ID besides EmoteBot, and what of it has changed."""

import zlib
from collections.abc import Collection

import numpy as np
from bpy.types import ID, FCurve, NlaStrip

from ..rig.control import Path
from .actions import read_bakes
from .curves import checksum
from .nla_stack import NlaStack, curves_by_path
from .restoring import blend_type_before
from .strips import is_layer

_MOVES = 1e-3
"""A curve whose keys differ by no more than this stands still."""


class ForeignAnimation(NlaStack):
    """The active action of an ID and the strips on its NLA tracks that are no layer of EmoteBot's.

    An action that layers were baked into does not count: it hides what lies below it and is not
    distinguished from them. One that adds to layers counts as it did before.

    Args:
        owner: the ID.
    """

    def __init__(self, owner: ID) -> None:
        self.is_baked = bool(read_bakes(owner))
        super().__init__(
            owner,
            lambda strip: not is_layer(strip),
            has_action=not self.is_baked,
            blend_type=blend_type_before(owner),
        )

    def moves(self, path: Path) -> bool:
        """Return whether it changes a number over time."""
        return any(_moves(curve) for curve, _ in self.curves(path))

    def last_frame(self, path: Path) -> float:
        """Return the frame after which a number stands still, minus infinity if it always does."""
        ends = [
            curve.range()[1] if strip is None else strip.frame_end
            for curve, strip in self.curves(path)
            if _moves(curve)
        ]
        return float(max(ends, default=-np.inf))

    def signature(self, paths: Collection[Path]) -> int:
        """Return a number that differs once the animation of these paths was changed."""
        curves = [curve for path in paths for curve, _ in self.curves(path)]
        if not curves:
            return 0
        placed = [
            _placement(strip)
            for strip in self.strips()
            if not curves_by_path(strip).keys().isdisjoint(paths)
        ]
        text = repr((placed, round(self.influence, 6), len(curves)))
        return (int(checksum(curves), 16) + zlib.crc32(text.encode())) & 0xFFFFFFFF


def _moves(curve: FCurve) -> bool:
    if len(curve.sampled_points) or any(not modifier.mute for modifier in curve.modifiers):
        return True
    co = np.empty(len(curve.keyframe_points) * 2, dtype=np.float32)
    curve.keyframe_points.foreach_get("co", co)
    return bool(len(co) and np.ptp(co[1::2]) > _MOVES)


def _placement(strip: NlaStrip) -> tuple[object, ...]:
    numbers = (
        strip.frame_start, strip.frame_end, strip.action_frame_start, strip.action_frame_end,
        strip.scale, strip.repeat, strip.influence, strip.blend_in, strip.blend_out,
    )  # fmt: skip
    return (
        *(round(float(number), 4) for number in numbers),
        strip.blend_type,
        strip.extrapolation,
        strip.use_reverse,
        strip.use_animated_influence,
        strip.use_animated_time,
        checksum(strip.fcurves),
    )
