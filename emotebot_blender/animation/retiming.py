# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer keeps its seconds when the frames a second of the scene change."""

import math
from dataclasses import replace

import numpy as np

from ..core.errors import EmoteBotError
from ..rig.face import Face
from .curves import checksum, scale_frames
from .keyframes import LAST_FRAME
from .layer_actions import take_own_actions
from .layers import editable_strips
from .placement import fitted_ends, scale_strip
from .strips import LayerStrip, own_layer_strips


def kinds_at_other_rates(face: Face, rate: float) -> tuple[str, ...]:
    """Return the kinds of a face's layers that were written at another rate.

    They come in the order in which ``retime_layer`` finds room for each where it lay before.

    Args:
        face: what the layers are on.
        rate: frames a second, above 0.
    """
    layers = [
        (layer.strip.frame_start, layer.kind, layer.record.fps)
        for owner in face.animated_ids
        for layer in own_layer_strips(owner)
    ]
    others = [layer for layer in layers if not math.isclose(layer[2], rate, rel_tol=1e-6)]
    others.sort(key=lambda layer: layer[0], reverse=any(fps < rate for _, _, fps in others))
    return tuple(dict.fromkeys(kind for _, kind, _ in others))


def retime_layer(face: Face, kind: str, rate: float, about: float) -> bool:
    """Have a layer last as many seconds at another rate as it did at the one it was written at.

    Keys, strip and the keys of the strip's influence move by the same measure: away from a frame,
    or towards it. A layer that was moved, trimmed or stretched in the NLA editor stays so, one
    whose keys were edited counts as edited still.

    Args:
        face: what the layer is on.
        kind: of the layer.
        rate: frames a second from now on, above 0.
        about: the frame of the scene that stays where it is, as where second 0 of a sequence lies.

    Returns:
        Whether anything had to be moved.

    Raises:
        EmoteBotError: there is no such layer, it cannot be changed, an F-curve of it is baked to
            samples, the time of its strip is animated, or it would lie beyond the last frame;
            nothing has been changed then.
    """
    layers = [
        layer
        for layer in editable_strips(face, kind)
        if not math.isclose(layer.record.fps, rate, rel_tol=1e-6)
    ]
    for layer in layers:
        _check(layer, rate / layer.record.fps, about)
    take_own_actions(layers)
    for layer in layers:
        _retime(layer, rate, about)
    return bool(layers)


def _check(layer: LayerStrip, factor: float, about: float) -> None:
    strip = layer.strip
    ends = [strip.frame_start, strip.frame_end, strip.action_frame_start, strip.action_frame_end]
    if not all(abs(about + (end - about) * factor) <= LAST_FRAME for end in ends):
        raise EmoteBotError(
            "The layer “{track}” would lie beyond the last frame that Blender knows, {last_frame}",
            track=layer.track.name,
            last_frame=LAST_FRAME,
        )
    if strip.use_animated_time:
        raise EmoteBotError(
            "The time of the strip on “{track}” is animated; "
            "switch that off in the NLA editor first",
            track=layer.track.name,
        )
    if any(len(curve.sampled_points) for curve in layer.curves or ()):
        raise EmoteBotError(
            "The layer “{track}” has an F-curve baked to samples", track=layer.track.name
        )


def _retime(layer: LayerStrip, rate: float, about: float) -> None:
    record = layer.record
    is_edited = record.written != checksum(layer.curves or ())
    factor = rate / record.fps
    is_fitted = bool(record.fitted) and np.allclose(record.fitted, fitted_ends(layer.strip))
    for curve in layer.curves:
        scale_frames(curve, factor, about)
    written = record.written if is_edited else checksum(layer.curves)
    layer.write_record(replace(record, fps=rate, written=written))
    layer = scale_strip(layer, factor, about)
    if is_fitted:
        layer.write_record(replace(layer.record, fitted=fitted_ends(layer.strip)))
    layer.strip.action.update_tag()
    layer.owner.update_tag()
