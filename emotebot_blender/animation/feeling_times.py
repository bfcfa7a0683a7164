# SPDX-License-Identifier: GPL-3.0-or-later
"""How long keyed feelings are seen, each by a strip of its own.

Where a layer is played below, a feeling stays for a while and goes away again, so that the layer
goes on; else it stays. Which of it holds changes with the layers and with other feelings, so that
the strips are fitted anew whenever those do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from bpy.types import NlaStrip

from ..core.script.beats import DEFAULT_HOLD
from ..rig.face import Face
from .actions import is_tweaked
from .layers import layer_kinds
from .placement import fit_strip, fitted_ends
from .strips import FEELING, LayerStrip, keyed_feelings

SAME_FRAME = 0.01
"""Frames closer than this are one."""

_SAME_VALUE = 0.02
"""A feeling that begins within this of where another one stays goes on from it."""


@dataclass(frozen=True)
class FeelingTimes:
    """When a keyed feeling is seen, in frames of the scene.

    Attributes:
        start: where the face starts to change to it.
        arrival: where it is there.
        release: where it begins to go away; None where it stays.
        end: where it has gone; None where it stays.
    """

    start: float
    arrival: float
    release: float | None = None
    end: float | None = None


def fit_feelings(face: Face, rate: float, starts: Sequence[float] = ()) -> None:
    """Have keyed feelings stay for as long as what is played around them lets them.

    Over another layer a feeling is held ``DEFAULT_HOLD`` seconds, at most until a beat of that
    layer starts, and goes away in its own time; one that the next feeling begins with is held
    until then. Without another layer it is held on. Strips that cannot be changed stay, as do those
    that were trimmed or blended by hand.

    Args:
        face: what the feelings are on.
        rate: frames a second.
        starts: frames at which beats of the layer start.
    """
    plays_on = any(not kind.startswith(FEELING) for kind in layer_kinds(face, linked=True))
    by_kind: dict[str, list[LayerStrip]] = {}
    for layer in _fittable(face):
        by_kind.setdefault(layer.kind, []).append(layer)
    feelings = sorted(by_kind.values(), key=lambda strips: strips[0].strip.frame_start)
    before = -math.inf
    for strips, following in zip_longest(feelings, feelings[1:]):
        times = FeelingTimes(strips[0].strip.frame_start, max(map(arrival_of, strips)))
        if plays_on:
            times = _passing(times, strips, following, rate, starts)
        for layer in strips:
            _fit(layer, times, goes_on=abs(times.start - before) < SAME_FRAME)
        before = times.end if times.end is not None and times.end == times.release else -math.inf


def make_room(face: Face) -> None:
    """Have the strips of keyed feelings end where they arrive, until they are fitted again."""
    for layer in _fittable(face):
        _end_on(layer, arrival_of(layer))


def feeling_times(face: Face) -> tuple[FeelingTimes, ...]:
    """Return when each keyed feeling of a face is seen, once, in their order."""
    layers = [layer for owner in face.animated_ids for layer in keyed_feelings(owner)]
    times = {_times(layer) for layer in layers}
    return tuple(sorted(times, key=lambda one: (one.start, one.arrival)))


def _times(layer: LayerStrip) -> FeelingTimes:
    strip, arrival = layer.strip, arrival_of(layer)
    start, end = float(strip.frame_start), float(strip.frame_end)
    if strip.extrapolation != "NOTHING":
        return FeelingTimes(start, arrival)
    return FeelingTimes(start, arrival, round(end - strip.blend_out, 3), end)


def _passing(
    times: FeelingTimes,
    strips: list[LayerStrip],
    following: list[LayerStrip] | None,
    rate: float,
    starts: Sequence[float],
) -> FeelingTimes:
    """Return when a feeling is seen that is to go away again.

    Args:
        times: where it starts and arrives.
        strips: of the feeling.
        following: strips of the next one, None after the last.
        rate: frames a second.
        starts: frames at which beats of the layer below start.
    """
    arrival, seconds = times.arrival, strips[0].record.release
    release = arrival + DEFAULT_HOLD * rate
    release = min([release, *(frame for frame in starts if frame > arrival + SAME_FRAME)])
    end = release + max(round(seconds * rate), 1)
    if following is not None:
        next_start = max(float(following[0].strip.frame_start), arrival + 1)
        if next_start <= release and _goes_on(strips, following):
            release = end = next_start
        elif next_start < end:
            release = max(min(release, next_start - (end - release)), arrival)
            end = next_start
    return replace(times, release=release, end=end)


def _fit(layer: LayerStrip, times: FeelingTimes, goes_on: bool) -> None:
    """Have the strip of a feeling play when it is to be seen.

    Args:
        layer: the strip.
        times: when it is seen.
        goes_on: whether another feeling is held until it starts.
    """
    if times.release is None or times.end is None:
        _end_on(layer, max(times.arrival, _held_until(layer)))
    else:
        # the layer below may have changed since the start of the feeling was taken from it
        blend_in = 0.0 if goes_on else (times.arrival - times.start) / 2
        fit_strip(layer, times.end, blend_in, times.end - times.release)
        layer.strip.extrapolation = "NOTHING"
        _remember(layer)


def _end_on(layer: LayerStrip, frame: float) -> None:
    """Have the strip of a feeling end on a frame, and hold what it shows there."""
    fit_strip(layer, max(frame, layer.strip.frame_start + 1))
    layer.strip.extrapolation = "HOLD_FORWARD"
    _remember(layer)


def _remember(layer: LayerStrip) -> None:
    """Remember how a strip was fitted, so that it is known whether it was changed by hand."""
    record = replace(layer.record, fitted=fitted_ends(layer.strip))
    if record != layer.record:
        layer.write_record(record)


def arrival_of(layer: LayerStrip) -> float:
    """Return the frame of the scene at which the feeling of a strip is there.

    It is that of the last key of its action, if its keys do not go on while it is held.
    """
    ranges, record = _key_ranges(layer), layer.record
    if not ranges:
        return float(layer.strip.frame_end)
    arrival = max(end for _, end in ranges)
    if record.arrival is not None:
        since = round(record.arrival * record.fps, 4)
        arrival = min(arrival, min(start for start, _ in ranges) + since)
    return _shown_on(layer.strip, arrival)


def _fittable(face: Face) -> list[LayerStrip]:
    """Return the strips of feelings that may be changed and play as they were fitted."""
    return [
        layer
        for owner in face.animated_ids
        if owner.is_editable and not is_tweaked(owner)
        for layer in keyed_feelings(owner)
        if not layer.track.lock and _is_as_fitted(layer)
    ]


def _is_as_fitted(layer: LayerStrip) -> bool:
    strip, fitted = layer.strip, layer.record.fitted
    if strip.use_animated_time or strip.use_reverse or strip.repeat != 1:
        return False
    return not fitted or np.allclose(fitted, fitted_ends(strip), atol=SAME_FRAME)


def _held_until(layer: LayerStrip) -> float:
    """Return the frame until which a strip that stays has keys, at most where the next one is."""
    strip, ranges = layer.strip, _key_ranges(layer)
    others = [float(other.frame_start) for other in layer.track.strips]
    following = [start for start in others if start > strip.frame_start]
    return min([_shown_on(strip, max(end for _, end in ranges)), *following]) if ranges else 0.0


def _key_ranges(layer: LayerStrip) -> list[tuple[float, float]]:
    """Return the first and the last frame of the keys of each curve."""
    curves = [curve for curve in layer.curves or () if len(curve.keyframe_points)]
    return [(float(first), float(last)) for first, last in (curve.range() for curve in curves)]


def _shown_on(strip: NlaStrip, frame: float) -> float:
    """Return the frame of the scene at which a strip plays a frame of its action."""
    return float(strip.frame_start + (frame - strip.action_frame_start) * strip.scale)


def _goes_on(strips: list[LayerStrip], following: list[LayerStrip]) -> bool:
    """Return whether a feeling begins as another one stays."""
    starts = {layer.owner: layer for layer in following}
    differences = []
    for layer in (layer for layer in strips if layer.owner in starts):
        start = max(float(starts[layer.owner].strip.frame_start), arrival_of(layer))
        since = (start - layer.strip.frame_start) / layer.strip.scale
        for curve in layer.curves:
            begun = starts[layer.owner].curves.find(curve.data_path, index=curve.array_index)
            if begun is not None:
                shown = curve.evaluate(layer.strip.action_frame_start + since)
                differences.append(abs(shown - begun.evaluate(begun.range()[0])))
    return bool(differences) and float(np.max(differences)) < _SAME_VALUE
