# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys that one NLA strip alone plays, frame by frame: their values in bulk.

Such a shape key shows what its F-curve holds, by the influence of the strip. Blender samples that
many times faster than it evaluates the NLA.
"""

from collections import Counter
from collections.abc import Sequence

import bpy
import numpy as np
from bpy.types import ID, Key, NlaStrip
from numpy.typing import NDArray

from ..rig.control import Control, Path, path_of
from ..rig.control_values import by_owner
from .actions import copied_curves, curves_of, strip_curves
from .curves import is_muted


def plain_values(
    controls: Sequence[Control], first: int, last: int
) -> dict[Control, NDArray[np.float32]]:
    """Return what shape keys show that one strip alone plays, float32 (frames,), others left out.

    Args:
        controls: any.
        first: frame of the animation, a whole one.
        last: the last one.
    """
    values: dict[Control, NDArray[np.float32]] = {}
    for owner, own in by_owner(controls).items():
        played: dict[NlaStrip, list[Control]] = {}
        strips = _strips_alone(owner, first, last)
        for control in own:
            if control.kind == "shape_key" and control.path in strips:
                played.setdefault(strips[control.path], []).append(control)
        for strip, of_strip in played.items():
            values |= _sampled(strip, of_strip, first, last)
    return values


def _strips_alone(owner: ID, first: int, last: int) -> dict[Path, NlaStrip]:
    """Return the numbers that one strip alone plays, as it is, on some frames."""
    data = owner.animation_data
    if not isinstance(owner, Key) or data is None or not data.use_nla or data.use_tweak_mode:
        return {}
    if any(track.is_solo for track in data.nla_tracks):
        return {}
    tracks = [track for track in data.nla_tracks if not track.mute]
    strips = [strip for track in tracks for strip in track.strips if not strip.mute]
    if any(strip.type != "CLIP" for strip in strips):
        return {}
    alone = {strip for track in tracks if len(track.strips) == 1 for strip in track.strips}
    times = Counter(path_of(curve) for curve in curves_of(owner) or ())
    paths = {strip: [path_of(curve) for curve in strip_curves(strip) or ()] for strip in strips}
    times.update(path for of_strip in paths.values() for path in of_strip)
    return {
        path: strip
        for strip in strips
        if strip in alone and _is_plain(strip, first, last)
        for path in paths[strip]
        if times[path] == 1
    }


def _is_plain(strip: NlaStrip, first: int, last: int) -> bool:
    """Return whether a strip, the only one on its track, plays its action frame by frame."""
    ends = float(strip.frame_start), float(strip.frame_end)
    within = ends[0] <= first and last <= ends[1]
    return bool(
        strip.blend_type == "REPLACE"
        and not (strip.use_animated_time or strip.use_reverse)
        and _has_plain_influence(strip)
        and (strip.blend_in, strip.blend_out, strip.scale, strip.repeat) == (0, 0, 1, 1)
        and ends == (strip.action_frame_start, strip.action_frame_end)
        and all(end.is_integer() for end in ends)
        and (within or strip.extrapolation == "HOLD")
    )


def _has_plain_influence(strip: NlaStrip) -> bool:
    """Return whether the influence of a strip is a number, or keys and nothing else."""
    curve = strip.fcurves.find("influence") if strip.use_animated_influence else None
    return curve is None or not (is_muted(curve) or len(curve.modifiers))


def _influences(strip: NlaStrip, frames: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how much a strip counts on frames of its own, float32 (n,)."""
    curve = strip.fcurves.find("influence") if strip.use_animated_influence else None
    if curve is None or not len(curve.keyframe_points):
        influence = strip.influence if strip.use_animated_influence else 1.0
        return np.full(len(frames), influence, dtype=np.float32)
    influences = [curve.evaluate(frame) for frame in frames.tolist()]
    return np.clip(np.array(influences, dtype=np.float32), 0, 1)


def _sampled(
    strip: NlaStrip, controls: list[Control], first: int, last: int
) -> dict[Control, NDArray[np.float32]]:
    """Return what a strip gives controls on each frame, float32 (frames,), from a copy of it."""
    start, end = int(strip.frame_start), int(strip.frame_end)
    rows = np.clip(np.arange(first, last + 1), start, end) - start
    influences = _influences(strip, rows + start)
    values = {}
    copied, curves = copied_curves(strip)
    try:
        for control in controls:
            curve = curves.find(control.data_path, index=control.index)
            if is_muted(curve) or not len(curve.keyframe_points):
                continue
            curve.convert_to_samples(start, end + 1)
            co = np.empty((end - start + 1, 2), dtype=np.float32)
            curve.sampled_points.foreach_get("co", co.ravel())
            values[control] = np.clip(co[rows, 1] * influences, control.low, control.high)
    finally:
        bpy.data.actions.remove(copied)
    return values
