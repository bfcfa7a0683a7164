# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the strips of layers lie in the NLA: on which track, on which frames."""

import math

from bpy.types import ID, Action, NlaStrip, NlaTrack

from .curves import copy_keys, scale_frames
from .strip_actions import add_strip
from .strips import LayerStrip, remove_track

_SHORTEST = 1.0
"""Frames of a strip that plays a single key: Blender has none without length."""


def add_layer(
    owner: ID,
    name: str,
    track: NlaTrack | None = None,
    frames: tuple[float, float] = (0.0, 0.0),
    shared: Action | None = None,
) -> LayerStrip:
    """Add a layer without keys; it is one once it has a record.

    Args:
        owner: the ID that is animated.
        name: of the strip, of its action, and of its track where that is new.
        track: where it lies if it has room there; None for a new track above all others.
        frames: first and last frame that it needs on a track that there is.
        shared: the action of other strips of the layer, which has its keys too from 4.4 on; None
            for a new one.
    """
    data = owner.animation_data or owner.animation_data_create()
    start = math.floor(frames[0])
    if track is None or not _has_room(track, start, max(frames[1], start + _SHORTEST)):
        track = data.nla_tracks.new()
        track.name = name
    strip = add_strip(track, name, owner, start=start, shared=shared)
    strip.blend_type = "REPLACE"
    strip.extrapolation = "HOLD"
    strip.use_auto_blend = False
    return LayerStrip(owner, track, strip)


def place_strip(layer: LayerStrip, first: float, last: float) -> LayerStrip:
    """Have a strip play the frames of its action at the same frames of the scene.

    Where another strip on the track is in the way, the layer moves to a new track above it.

    Args:
        layer: whose strip it is.
        first: frame that it begins on.
        last: frame that it ends on.

    Returns:
        The layer where it lies then.
    """
    last = max(last, first + _SHORTEST)
    layer = _with_room(layer, first, last)
    layer.strip.use_animated_time = layer.strip.use_reverse = False
    _place(layer.strip, (first, last), (first, last), 1.0, 1.0)
    return layer


def scale_strip(layer: LayerStrip, factor: float, about: float) -> LayerStrip:
    """Move all that a strip holds of frames away from one, or towards it.

    The keys of its action are the caller's. Where another strip on the track is in the way, the
    layer moves to a new track above it.

    Args:
        layer: whose strip it is.
        factor: by which distances from the frame grow, above 0.
        about: the frame that stays.

    Returns:
        The layer where it lies then.
    """

    def scaled(*frames: float) -> tuple[float, ...]:
        return tuple(about + (frame - about) * factor for frame in frames)

    strip = layer.strip
    ends = scaled(strip.frame_start, strip.frame_end)
    played = scaled(strip.action_frame_start, strip.action_frame_end)
    scale, repeat = strip.scale, strip.repeat
    if ends[1] - ends[0] < _SHORTEST:
        ends = (ends[0], ends[0] + _SHORTEST)
        played = (played[0], played[0] + _SHORTEST / (scale * repeat))
    blends = strip.blend_in * factor, strip.blend_out * factor
    layer = _with_room(layer, *ends)
    strip = layer.strip
    _place(strip, ends, played, scale, repeat)
    strip.blend_in, strip.blend_out = blends
    for curve in strip.fcurves:
        scale_frames(curve, factor, about)
    return layer


def fit_strip(
    layer: LayerStrip, last: float, blend_in: float = 0.0, blend_out: float = 0.0
) -> None:
    """Have a strip end on another frame; what its action has no keys for any more is held.

    Args:
        layer: whose strip it is, with room for it on its track.
        last: frame that it ends on, after its first one.
        blend_in: frames in which it comes in.
        blend_out: frames in which it goes out.
    """
    strip = layer.strip
    strip.blend_in = strip.blend_out = 0.0  # they are held to the length
    first, played = strip.frame_start, strip.action_frame_start
    strip.use_sync_length = False  # else it has the length of its keys once they are edited
    _place(strip, (first, last), (played, played + (last - first) / strip.scale), strip.scale, 1.0)
    strip.blend_in, strip.blend_out = blend_in, blend_out


def fitted_ends(strip: NlaStrip) -> tuple[float, float, float]:
    """Return the frames of its action that a strip plays, and those in which it comes and goes."""
    return (
        float(strip.frame_end - strip.frame_start) / strip.scale,
        float(strip.blend_in),
        float(strip.blend_out),
    )


def raise_layers(layers: list[LayerStrip]) -> None:
    """Move layers of one ID, as they lie, to new tracks above all others.

    Those that share a track stay together; a track that is empty then goes.
    """
    tracks: dict[NlaTrack, NlaTrack] = {}
    for layer in layers:
        if layer.track not in tracks:
            tracks[layer.track] = _new_track(layer.owner, layer.track)
        old = layer.strip
        ends = old.frame_start, old.frame_end
        played = old.action_frame_start, old.action_frame_end
        scale, repeat, blends = old.scale, old.repeat, (old.blend_in, old.blend_out)
        strip = _moved(layer, tracks[layer.track]).strip
        _place(strip, ends, played, scale, repeat)
        strip.blend_in, strip.blend_out = blends
    for track, raised in tracks.items():
        raised.lock = track.lock
        if len(track.strips) == 0:
            is_solo = track.is_solo
            remove_track(layers[0].owner, track)
            if is_solo:  # set to False it would take that from any other track
                raised.is_solo = True


def _with_room(layer: LayerStrip, first: float, last: float) -> LayerStrip:
    """Return the layer where its strip can lie on these frames."""
    if _has_room(layer.track, first, last, layer.strip):
        return layer
    return _moved(layer, _new_track(layer.owner, layer.track, layer.track))


def _has_room(track: NlaTrack, first: float, last: float, strip: NlaStrip | None = None) -> bool:
    """Return whether a strip, new or one of a track, can lie on these frames of the track."""
    others = [other for other in track.strips if other != strip]
    return not any(other.frame_start < last and other.frame_end > first for other in others)


def _place(
    strip: NlaStrip,
    ends: tuple[float, ...],
    played: tuple[float, ...],
    scale: float,
    repeat: float,
) -> None:
    for _ in range(2):  # each end is held on its side of the other one
        strip.action_frame_start, strip.action_frame_end = played
        strip.scale, strip.repeat = scale, repeat
        strip.frame_start_raw, strip.frame_end_raw = ends


def _new_track(owner: ID, like: NlaTrack, below: NlaTrack | None = None) -> NlaTrack:
    """Return a new track with the name of another: right above one, None for above all."""
    track = owner.animation_data.nla_tracks.new(prev=below)
    track.name, track.mute = like.name, like.mute
    return track


def _moved(layer: LayerStrip, track: NlaTrack) -> LayerStrip:
    """Return the layer on another track, where its strip is to be placed still."""
    old = layer.strip
    strip = add_strip(track, old.name, layer.owner, old, math.ceil(old.frame_start))
    strip.blend_type, strip.extrapolation = old.blend_type, old.extrapolation
    strip.mute, strip.use_auto_blend = old.mute, old.use_auto_blend
    _copy_influence(old, strip)
    name = old.name
    layer.track.strips.remove(old)
    strip.name = name  # free by now: strips of all tracks have different ones
    return LayerStrip(layer.owner, track, strip)


def _copy_influence(source: NlaStrip, strip: NlaStrip) -> None:
    """Have a strip count as much as another one, on every frame."""
    strip.use_animated_influence = source.use_animated_influence
    strip.influence = source.influence
    curve, copied = (one.fcurves.find("influence") for one in (source, strip))
    if curve is not None and copied is not None:
        copy_keys(curve, copied)
