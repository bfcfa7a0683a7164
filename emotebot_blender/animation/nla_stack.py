# SPDX-License-Identifier: GPL-3.0-or-later
"""What the animation of an ID gives its controls, NLA and all, without playing the scene.

Strips are played as Blender's ``anim_sys.cc`` does it, by their times, blend types, influences and
what they hold. Muted tracks, strips and F-curves do not count, nor does it which track is solo:
what is written then is for the time when none is.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
from bpy.types import ID, FCurve, NlaStrip
from numpy.typing import NDArray

from ..rig.bones import components
from ..rig.control import Control, Path, path_of
from .actions import curves_of, own_action, strip_curves
from .curves import is_muted


class NlaStack:
    """The strips of an ID and its active action above them, as far as they count.

    Valid until undo, a removal or another file.

    Args:
        owner: the ID.
        has_strip: tells which strips count.
        has_action: whether the active action counts.
        blend_type: that of the active action; None for what it has now.
    """

    def __init__(
        self,
        owner: ID,
        has_strip: Callable[[NlaStrip], bool] = lambda _: True,
        has_action: bool = True,
        blend_type: str | None = None,
    ) -> None:
        data = owner.animation_data
        self._data = data
        curves = curves_of(owner) or () if has_action else ()
        action = own_action(owner)
        self._range = action.curve_frame_range if action is not None else (0.0, 0.0)
        self._action = {path_of(curve): curve for curve in curves if not is_muted(curve)}
        tracks = data.nla_tracks if data is not None and data.use_nla else ()
        counting = [list(filter(has_strip, track.strips)) for track in tracks if not track.mute]
        self._tracks = [strips for strips in counting if strips]
        self._in_strips = {path for strip in self.strips() for path in curves_by_path(strip)}
        self.blend_type = blend_type or (data.action_blend_type if data is not None else "")

    @property
    def paths(self) -> set[Path]:
        """What it animates."""
        return self.action_paths | self.strip_paths

    @property
    def action_paths(self) -> set[Path]:
        """What the active action animates, quaternions as a whole, as the NLA does."""
        return _whole(self._action)

    @property
    def strip_paths(self) -> set[Path]:
        """What strips animate, likewise."""
        return _whole(self._in_strips)

    @property
    def influence(self) -> float:
        """How much the active action counts, 0 to 1."""
        return float(self._data.action_influence)

    def strips(self) -> Iterator[NlaStrip]:
        """Yield the strips that are not muted, the lowest first, those within meta strips too."""
        return (strip for strips in self._tracks for strip in _flat(strips) if not strip.mute)

    def curves(self, path: Path) -> Iterator[tuple[FCurve, NlaStrip | None]]:
        """Yield the F-curves of a number, each with its strip; None for the active action."""
        if path in self._action:
            yield self._action[path], None
        if path in self._in_strips:
            for strip in self.strips():
                curve = curves_by_path(strip).get(path)
                if curve is not None:
                    yield curve, strip

    def values(self, control: Control, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a control would show on each frame, were there nothing else, float64 (n,).

        Args:
            control: one of this ID's.
            frames: shape (n,).
        """
        values = np.full(len(frames), control.rest)
        for strips in self._tracks:
            for rows, strip, at in _played(strips, frames):
                values[rows] = _over(values[rows], strip, at, control, strips)
        curve = self._action.get(control.path)
        if curve is None:
            return values
        rows = self._action_rows(frames)
        keyed = _evaluate(curve, frames[rows])
        values[rows] = _blend(self.blend_type, values[rows], keyed, self.influence, control)
        return values

    def _action_rows(self, frames: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return on which frames the active action counts, bool (n,)."""
        first, last = self._range
        extrapolation = self._data.action_extrapolation if self._tracks else "HOLD"
        before = extrapolation == "HOLD"
        after = extrapolation != "NOTHING"
        rows: NDArray[np.bool_] = (before | (frames >= first)) & (after | (frames <= last))
        return rows


def curves_by_path(strip: NlaStrip) -> dict[Path, FCurve]:
    """Return the F-curves that a strip plays, but muted ones."""
    return {path_of(curve): curve for curve in strip_curves(strip) or () if not is_muted(curve)}


def _whole(paths: Collection[Path]) -> set[Path]:
    return {component for path in paths for component in components(path)}


def _flat(strips: Sequence[NlaStrip]) -> Iterator[NlaStrip]:
    """Yield strips and those within meta strips that are not muted."""
    for strip in strips:
        yield strip
        if strip.type == "META" and not strip.mute:
            yield from _flat(strip.strips)


def _evaluate(curve: FCurve, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    distinct, rows = np.unique(frames, return_inverse=True)
    values = np.array([curve.evaluate(frame) for frame in distinct.tolist()])
    return values[rows] if len(values) else np.zeros(0)


def _played(
    strips: Sequence[NlaStrip], frames: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.bool_], NlaStrip, NDArray[np.float64]]]:
    """Yield for each strip of a track the frames that it counts on, and where it is played then.

    Args:
        strips: of one track, in their order; muted ones take their place, and do nothing in it.
        frames: shape (n,).

    Yields:
        The rows of the frames, bool (n,); the strip; the frames of the scene, held within the
        strip, float64 (rows,).
    """
    taken = np.zeros(len(frames), dtype=np.bool_)
    for number, strip in enumerate(strips):
        first, last = float(strip.frame_start), float(strip.frame_end)
        until = float(strips[number + 1].frame_start) if number + 1 < len(strips) else np.inf
        rows = (frames >= first) & (frames <= last)
        if strip.extrapolation != "NOTHING":
            rows |= (frames > last) & (frames < until)
        if number == 0 and strip.extrapolation == "HOLD":
            rows |= frames < first
        rows &= ~taken
        taken |= rows
        if rows.any() and not strip.mute:
            yield rows, strip, np.clip(frames[rows], first, last)


def _over(
    lower: NDArray[np.float64],
    strip: NlaStrip,
    at: NDArray[np.float64],
    control: Control,
    siblings: Sequence[NlaStrip],
) -> NDArray[np.float64]:
    """Return what a number shows with a strip over what lies below, float64 (n,).

    Args:
        lower: what lies below, shape (n,).
        strip: what is played.
        at: frames of the scene, within the strip, shape (n,).
        control: the number.
        siblings: the strips of its track.
    """
    if strip.type == "META":
        values = lower.copy()
        for rows, child, played in _played(list(strip.strips), at):
            values[rows] = _over(values[rows], child, played, control, list(strip.strips))
        return values
    if strip.type == "TRANSITION":
        return _between(lower, strip, at, control, siblings)
    curve = curves_by_path(strip).get(control.path) if strip.type == "CLIP" else None
    if curve is None:
        return lower
    influence = np.clip(_influence(strip, at), 0, None)
    return _blend(strip.blend_type, lower, _evaluate(curve, _time(strip, at)), influence, control)


def _between(
    lower: NDArray[np.float64],
    strip: NlaStrip,
    at: NDArray[np.float64],
    control: Control,
    siblings: Sequence[NlaStrip],
) -> NDArray[np.float64]:
    """Return the same of a transition strip: from the end of the one before to the next one."""
    number = list(siblings).index(strip)
    if number == 0 or number + 1 == len(siblings):
        return lower
    before, after = siblings[number - 1], siblings[number + 1]
    start = _over(lower, before, np.full(len(at), float(before.frame_end)), control, siblings)
    end = _over(lower, after, np.full(len(at), float(after.frame_start)), control, siblings)
    part = (at - strip.frame_start) / max(strip.frame_end - strip.frame_start, 1e-6)
    return np.asarray(start + (end - start) * part)


def _influence(strip: NlaStrip, at: NDArray[np.float64]) -> NDArray[np.float64]:
    if strip.use_animated_influence:
        curve = strip.fcurves.find("influence")
        if curve is not None and len(curve.keyframe_points):
            return _evaluate(curve, at)
        return np.full(len(at), float(strip.influence))
    influence = np.ones(len(at))
    if strip.blend_in > 0:
        rising = (at - strip.frame_start) / strip.blend_in
        influence = np.where(at <= strip.frame_start + strip.blend_in, rising, influence)
    if strip.blend_out > 0:
        falling = (strip.frame_end - at) / strip.blend_out
        late = at >= strip.frame_end - strip.blend_out
        influence = np.where(late, np.minimum(influence, falling), influence)
    return np.abs(influence)


def _time(strip: NlaStrip, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the frames of its action that a strip plays, float64 (n,)."""
    curve = strip.fcurves.find("strip_time") if strip.use_animated_time else None
    if curve is not None and len(curve.keyframe_points):
        return _evaluate(curve, at)
    first, last = float(strip.action_frame_start), float(strip.action_frame_end)
    length, scale = (last - first) or 1.0, abs(float(strip.scale)) or 1.0
    elapsed = np.fmod(at - strip.frame_start, length * scale) / scale
    if float(strip.repeat).is_integer():
        elapsed = np.where(at == strip.frame_end, length, elapsed)
    return np.asarray(last - elapsed if strip.use_reverse else first + elapsed)


def _blend(
    blend_type: str,
    lower: NDArray[np.float64],
    value: NDArray[np.float64],
    influence: NDArray[np.float64] | float,
    control: Control,
) -> NDArray[np.float64]:
    """Return a value over what lies below, float64 (n,).

    Args:
        blend_type: as Blender has it.
        lower: what lies below, shape (n,).
        value: what is laid over it, shape (n,).
        influence: how much of that, from 0, shape (n,) or one for all.
        control: the number.
    """
    if blend_type == "ADD":
        mixed = lower + value * influence
    elif blend_type == "SUBTRACT":
        mixed = lower - value * influence
    elif blend_type == "MULTIPLY":
        mixed = influence * lower * value + (1 - influence) * lower
    elif blend_type == "COMBINE":
        if control.kind == "bone" and control.data_path.endswith(".scale"):
            mixed = lower * np.power(np.maximum(value, 0), influence)
        else:
            mixed = lower + (value - control.rest) * influence
    else:
        mixed = lower * (1 - influence) + value * influence
    return np.asarray(mixed)
