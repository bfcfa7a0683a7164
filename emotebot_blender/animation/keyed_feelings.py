# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyed feelings: one feeling at a frame, each a strip of its own above what else is played.

Where a layer is played below, a feeling stays for a while and goes away again, so that the layer
goes on; else it stays. Which of it holds changes with the layers and with other feelings, so that
the strips are fitted anew whenever those do.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from bpy.types import Scene

from ..core.clip import Clip
from ..core.messages import Message
from ..core.script.beats import DEFAULT_HOLD
from ..rig.control import path_of
from ..rig.face import Face
from .actions import is_tweaked
from .curves import checksum
from .evaluation import notes_on_stretching
from .key_report import KeyReport
from .keyframes import Keying, KeyPlan, plan_clip
from .layers import free_kind, layer_kinds, write_strip
from .mixing import Mixing
from .placement import add_layer, fit_strip, fitted_ends
from .restoring import clear_strip
from .strips import FEELING, LayerStrip, check_layer, keyed_feelings
from .visibility import notes_on

TRACK = "EmoteBot Feelings"
"""Name of the tracks that keyed feelings lie on."""

_SAME_FRAME = 0.01
"""Frames closer than this are one."""

_SAME_VALUE = 0.02
"""A feeling that begins within this of where another one stays goes on from it."""


@dataclass(frozen=True)
class FeelingTimes:
    """When a keyed feeling is seen, in frames of the scene.

    Attributes:
        start: where the face sets out to it.
        arrival: where it is there.
        release: where it begins to go away; None where it stays.
        end: where it has gone; None where it stays.
    """

    start: float
    arrival: float
    release: float | None = None
    end: float | None = None


def write_keyed_feeling(
    face: Face,
    clip: Clip,
    scene: Scene,
    frame_start: float,
    name: str,
    keying: Keying,
    channels: Collection[str] | None = None,
    release: float = 0.0,
    set_outs: Sequence[float] = (),
) -> KeyReport:
    """Write a clip that leads into a feeling as a strip of its own.

    Keyed feelings share the topmost NLA track with any; where the strip has no room there, it lies
    on a new track above all others. It takes the place of a feeling that arrives on the same frame,
    where that moves no other controls and was not edited by hand. All feelings are fitted then.

    Args:
        face: what is driven.
        clip: from the pose before it to the feeling, one frame or more.
        scene: gives the frames a second.
        frame_start: where second 0 of the clip lies.
        name: of the strip.
        keying: how the clip's values become keys.
        channels: those to drive; None for all that the face covers.
        release: seconds in which it goes away again.
        set_outs: as ``fit_feelings`` takes them.

    Raises:
        EmoteBotError: nothing on the face can be keyed, a strip cannot be changed, or an argument
            makes no sense; nothing has been changed then.
    """
    mixing = Mixing(face, None, leaves_speech=True)
    plan = plan_clip(face, clip, scene, frame_start, keying, channels, lambda _: None, mixing)
    same = [
        layer
        for owner in plan.owners
        for layer in keyed_feelings(owner)
        if abs(_arrival(layer) - plan.frames[1]) < _SAME_FRAME and _covers(plan, layer)
    ]
    edited = [layer for layer in same if layer.record.written != checksum(layer.curves or ())]
    same = [layer for layer in same if layer not in edited]
    for owner in plan.owners:
        check_layer(owner, None)
    for layer in same:
        check_layer(layer.owner, layer)

    for layer in same:
        clear_strip(layer)
    for layer in _fittable(face):
        _fit(layer, FeelingTimes(layer.strip.frame_start, _arrival(layer)), False)  # makes room
    kind = free_kind(face, FEELING)
    rate = scene.render.fps / scene.render.fps_base
    written = []
    for owner in plan.owners:
        feelings = keyed_feelings(owner)
        track = feelings[-1].track if feelings and not feelings[-1].track.lock else None
        layer = add_layer(owner, name, track, plan.frames)
        if track is None or layer.track != track:
            layer.track.name = TRACK
        layer = write_strip(layer, {}, plan, kind, rate)
        layer.write_record(replace(layer.record, release=release))
        layer.strip.extrapolation = "HOLD_FORWARD"
        written.append(layer)
    fit_feelings(face, rate, set_outs)
    kept = () if not edited else (Message("What was edited by hand on this frame lies below"),)
    stretching = notes_on_stretching(scene, plan.performed[1])
    return plan.report((*notes_on(face, written), *kept, *stretching), written[0].track.name)


def fit_feelings(face: Face, rate: float, set_outs: Sequence[float] = ()) -> None:
    """Have keyed feelings stay for as long as what is played around them lets them.

    Over another layer a feeling is held ``DEFAULT_HOLD`` seconds, at most until a beat of that
    layer sets out, and goes away in its own time; one that the next feeling begins with is held
    until then. Without another layer it is held on. Strips that cannot be changed stay, as do those
    that were trimmed or blended by hand.

    Args:
        face: what the feelings are on.
        rate: frames a second.
        set_outs: frames at which beats of the layer set out.
    """
    plays_on = any(not kind.startswith(FEELING) for kind in layer_kinds(face, linked=True))
    by_kind: dict[str, list[LayerStrip]] = {}
    for layer in _fittable(face):
        by_kind.setdefault(layer.kind, []).append(layer)
    feelings = sorted(by_kind.values(), key=lambda strips: strips[0].strip.frame_start)
    before = -math.inf
    for strips, following in zip_longest(feelings, feelings[1:]):
        times = FeelingTimes(strips[0].strip.frame_start, max(map(_arrival, strips)))
        if plays_on:
            times = _passing(times, strips, following, rate, set_outs)
        for layer in strips:
            _fit(layer, times, goes_on=abs(times.start - before) < _SAME_FRAME)
        before = times.end if times.end is not None and times.end == times.release else -math.inf


def feeling_times(face: Face) -> tuple[FeelingTimes, ...]:
    """Return when each keyed feeling of a face is seen, once, in their order."""
    layers = [layer for owner in face.animated_ids for layer in keyed_feelings(owner)]
    times = {_times(layer) for layer in layers}
    return tuple(sorted(times, key=lambda one: (one.start, one.arrival)))


def _times(layer: LayerStrip) -> FeelingTimes:
    strip, arrival = layer.strip, _arrival(layer)
    start, end = float(strip.frame_start), float(strip.frame_end)
    if strip.extrapolation != "NOTHING":
        return FeelingTimes(start, arrival)
    return FeelingTimes(start, arrival, round(end - strip.blend_out, 3), end)


def _passing(
    times: FeelingTimes,
    strips: list[LayerStrip],
    following: list[LayerStrip] | None,
    rate: float,
    set_outs: Sequence[float],
) -> FeelingTimes:
    """Return when a feeling is seen that is to go away again.

    Args:
        times: where it starts and arrives.
        strips: of the feeling.
        following: strips of the next one, None after the last.
        rate: frames a second.
        set_outs: frames at which beats of the layer below set out.
    """
    arrival, seconds = times.arrival, strips[0].record.release
    release = arrival + DEFAULT_HOLD * rate
    release = min([release, *(frame for frame in set_outs if frame > arrival + _SAME_FRAME)])
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
        fit_strip(layer, max(times.arrival, times.start + 1))
        layer.strip.extrapolation = "HOLD_FORWARD"
    else:
        # the layer below may have changed since the start of the feeling was taken from it
        blend_in = 0.0 if goes_on else (times.arrival - times.start) / 2
        fit_strip(layer, times.end, blend_in, times.end - times.release)
        layer.strip.extrapolation = "NOTHING"
    record = replace(layer.record, fitted=fitted_ends(layer.strip))
    if record != layer.record:
        layer.write_record(record)


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
    return not fitted or np.allclose(fitted, fitted_ends(strip), atol=_SAME_FRAME)


def _arrival(layer: LayerStrip) -> float:
    """Return the frame of the scene at which a strip plays the last key of its action."""
    strip = layer.strip
    ends = [curve.range()[1] for curve in layer.curves or () if len(curve.keyframe_points)]
    if not ends:
        return float(strip.frame_end)
    return float(strip.frame_start + (max(ends) - strip.action_frame_start) * strip.scale)


def _goes_on(strips: list[LayerStrip], following: list[LayerStrip]) -> bool:
    """Return whether a feeling begins as another one stays."""
    starts = {layer.owner: layer for layer in following}
    differences = [
        abs(curve.evaluate(curve.range()[1]) - begun.evaluate(begun.range()[0]))
        for layer in strips
        if layer.owner in starts
        for curve in layer.curves
        if (begun := starts[layer.owner].curves.find(curve.data_path, index=curve.array_index))
    ]
    return bool(differences) and float(np.max(differences)) < _SAME_VALUE


def _covers(plan: KeyPlan, layer: LayerStrip) -> bool:
    """Return whether a plan keys all that a layer does."""
    planned = {control.path for control, _ in plan.keys_of(layer.owner)}
    return planned.issuperset(map(path_of, layer.curves or ()))
