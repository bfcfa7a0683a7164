# SPDX-License-Identifier: GPL-3.0-or-later
"""NLA strips that are EmoteBot's layers.

Tracks and strips hold no custom properties and their names are the user's, so a layer is known by a
record on the action that its strip plays. Strips within a meta strip are not looked at for layers.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.types import ID, Key, NlaStrip, NlaTrack

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.control import Path, driven_paths, followed, renamed_paths
from ..rig.control_values import members, write_values
from ..rig.rna_properties import read_value
from .actions import (
    add_strip,
    check_action,
    check_local,
    find_curve,
    strip_curves,
)
from .bake_store import values_before_bakes
from .curves import scale_frames

_RECORD = "emotebot_layer"
"""Custom property of an action: what ``LayerRecord`` holds, as JSON."""

_SHORTEST = 1.0
"""Frames of a strip that plays a single key: Blender has none without length."""


@dataclass(frozen=True)
class LayerRecord:
    """What EmoteBot remembers of a layer.

    Attributes:
        kind: which of EmoteBot's layers it is.
        fps: frames a second at which it was written.
        previous: path of each number that was written to its value before that.
        written: checksum of the keys as written.
    """

    kind: str
    fps: float
    previous: Mapping[Path, float]
    written: str


@dataclass(frozen=True)
class LayerStrip:
    """A layer on one ID; valid until undo, a removal or another file."""

    owner: ID
    track: NlaTrack
    strip: NlaStrip

    @property
    def curves(self) -> Any:
        """The F-curves that the strip plays, a collection of Blender's."""
        return strip_curves(self.strip)

    @property
    def record(self) -> LayerRecord:
        """What is remembered of the layer, by the paths that numbers have now."""
        held = json.loads(self.strip.action[_RECORD])
        renamed = renamed_paths(held["members"], members(self.owner))
        previous = {
            (followed(data_path, renamed), index): value
            for data_path, index, value in held["previous"]
        }
        return LayerRecord(held["kind"], held["fps"], previous, held["written"])

    @property
    def kind(self) -> str:
        """Which of EmoteBot's layers it is."""
        return str(json.loads(self.strip.action[_RECORD])["kind"])

    def write_record(self, record: LayerRecord) -> None:
        """Remember what makes the strip of an action a layer."""
        self.strip.action[_RECORD] = json.dumps(
            {
                "kind": record.kind,
                "fps": record.fps,
                "previous": [[*path, value] for path, value in record.previous.items()],
                "members": members(self.owner),
                "written": record.written,
            }
        )

    @property
    def is_muted(self) -> bool:
        """Whether the track or the strip is muted."""
        return bool(self.track.mute or self.strip.mute)

    @property
    def silenced(self) -> Message | None:
        """Why none of it shows, a clause; None if it does."""
        data = self.owner.animation_data
        if not data.use_nla:
            return Message("the NLA is switched off")
        if self.is_muted:
            return Message("the NLA track “{track}” is muted", track=self.track.name)
        solo = next((track for track in data.nla_tracks if track.is_solo), None)
        if solo is not None and solo != self.track:
            return Message("the NLA track “{track}” is solo", track=solo.name)
        return None

    @property
    def strength(self) -> float:
        """How much it counts at this moment, 0 to 1."""
        return float(self.strip.influence) if self.strip.use_animated_influence else 1.0

    @property
    def has_animated_strength(self) -> bool:
        """Whether the user has keyed the strength."""
        curve = self.strip.fcurves.find("influence")
        return bool(
            self.strip.use_animated_influence and curve is not None and len(curve.keyframe_points)
        )


def layer_strips(owner: ID, kind: str | None = None) -> list[LayerStrip]:
    """Return the layers of a data-block, all or of one kind, the lowest first."""
    data = owner.animation_data
    layers = [
        LayerStrip(owner, track, strip)
        for track in (data.nla_tracks if data else ())
        for strip in track.strips
        if strip.action is not None and _RECORD in strip.action
    ]
    return [layer for layer in layers if kind in (None, layer.kind)]


def own_layer_strips(owner: ID, kind: str | None = None) -> list[LayerStrip]:
    """Return the same, without those that a library override has from its library."""
    return [layer for layer in layer_strips(owner, kind) if not _is_of_library(layer)]


def layer_strip(owner: ID, kind: str) -> LayerStrip | None:
    """Return the layer of a kind: the lowest one, as a copy that the user made lies above it."""
    return next(iter(own_layer_strips(owner, kind)), None)


def mute_linked(owners: Iterable[ID], kind: str) -> None:
    """Mute the layers of a kind that library overrides have from their library."""
    for layer in (layer for owner in owners for layer in layer_strips(owner, kind)):
        if _is_of_library(layer):
            layer.strip.mute = True


def check_layer(owner: ID, layer: LayerStrip | None) -> None:
    """Check that a layer can be added to a data-block or, where it has one, be changed.

    Raises:
        EmoteBotError: the data-block or the action is linked, a strip is being tweaked, or the
            track is locked.
    """
    check_local(owner)
    if layer is None:
        return
    check_action(layer.strip.action)
    if layer.track.lock:
        raise EmoteBotError(
            "The NLA track “{track}” is locked; unlock it first", track=layer.track.name
        )


def add_layer(
    owner: ID,
    name: str,
    track: NlaTrack | None = None,
    frames: tuple[float, float] = (0.0, 0.0),
) -> LayerStrip:
    """Add a layer without keys; it is one once it has a record.

    Args:
        owner: the ID that is animated.
        name: of the strip, of its action, and of its track where that is new.
        track: where it lies if it has room there; None for a new track above all others.
        frames: first and last frame that it needs on a track that there is.
    """
    data = owner.animation_data or owner.animation_data_create()
    if track is None or not _has_room(track, math.floor(frames[0]), frames[1]):
        track = data.nla_tracks.new()
        track.name = name
    strip = add_strip(track, name, owner, start=frames[0])
    strip.blend_type = "REPLACE"
    strip.extrapolation = "HOLD"
    strip.use_auto_blend = False
    return LayerStrip(owner, track, strip)


def name_layer(layer: LayerStrip, name: str) -> None:
    """Give the track, the strip and the action of a layer a name."""
    layer.track.name = name
    layer.strip.name = name
    layer.strip.action.name = name


def place_strip(layer: LayerStrip, first: float, last: float) -> LayerStrip:
    """Have a strip play the frames of its action at the same frames of the scene.

    Where another strip on the track is in the way, the layer moves to a new track above it.
    """
    last = max(last, first + _SHORTEST)
    layer = _with_room(layer, first, last)
    layer.strip.use_animated_time = layer.strip.use_reverse = False
    _place(layer.strip, (first, last), (first, last), 1.0, 1.0)
    return layer


def scale_strip(layer: LayerStrip, factor: float, about: float) -> LayerStrip:
    """Move all that a strip holds of frames away from one, or towards it, by a factor above 0.

    The keys of its action are the caller's. Where another strip on the track is in the way, the
    layer moves to a new track above it.
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
    for track in tracks:
        if len(track.strips) == 0:
            _remove_track(layers[0].owner, track)


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


def set_influence(layer: LayerStrip, strength: float) -> None:
    """Have a strip count for a part, 0 to 1, on every frame.

    A full strip is left to Blender's own ways, so that its blending in and out works.
    """
    strip = layer.strip
    if strength == 1 and not strip.use_animated_influence:
        return
    strip.use_animated_influence = strength < 1
    curve = strip.fcurves.find("influence")
    if curve is not None:  # Blender keys it on its own, and then no slider moves it
        curve.keyframe_points.clear()
    strip.influence = strength


def remove_curves(layer: LayerStrip, paths: Iterable[Path]) -> None:
    """Remove the curves of some numbers from a layer."""
    for data_path, index in paths:
        curve = layer.curves.find(data_path, index=index)
        if curve is not None:
            layer.curves.remove(curve)


def clear_strip(layer: LayerStrip) -> None:
    """Take a layer off its controls, which have their values back where nothing moves them.

    Its track goes if that is empty then, its action if nothing uses it.
    """
    action, track, owner = layer.strip.action, layer.track, layer.owner
    previous = layer.record.previous
    track.strips.remove(layer.strip)
    if len(track.strips) == 0:
        _remove_track(owner, track)
    if action.users == 0 and action.is_editable:
        bpy.data.actions.remove(action)
    owner.update_tag()
    give_back(owner, previous)


def values_before(owner: ID, paths: Iterable[Path]) -> dict[Path, float]:
    """Return the values of numbers before EmoteBot animated them, in whatever way; else their own.

    What a number shows under a layer is no value to come back to.
    """
    known = values_before_bakes(owner)
    for layer in layer_strips(owner):
        known = {**layer.record.previous, **known}
    values = {}
    for path in paths:
        value = known.get(path, read_value(owner, path))
        if value is not None:
            values[path] = value
    return values


def give_back(owner: ID, values: Mapping[Path, float]) -> None:
    """Give numbers of an ID their values back where nothing animates them.

    Args:
        owner: the ID.
        values: path of a number to its value; paths that lead nowhere are passed over.
    """
    animated = driven_paths(owner)
    for strip in _all_strips(owner):
        animated |= {(curve.data_path, curve.array_index) for curve in strip_curves(strip) or ()}
    free = {
        path: value
        for path, value in values.items()
        if path not in animated and find_curve(owner, *path) is None
    }
    write_values(owner, free)


def _is_of_library(layer: LayerStrip) -> bool:
    owner = layer.owner
    holder = owner.user if isinstance(owner, Key) else owner  # a mesh is overridden with its keys
    is_override = holder.override_library is not None and holder.is_editable
    return is_override and not layer.strip.action.is_editable


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
    if layer.strength < 1:
        set_influence(LayerStrip(layer.owner, track, strip), layer.strength)
    name = old.name
    layer.track.strips.remove(old)
    strip.name = name  # free by now: strips of all tracks have different ones
    return LayerStrip(layer.owner, track, strip)


def _remove_track(owner: ID, track: NlaTrack) -> None:
    if track.is_solo:
        track.is_solo = False  # else all others stay silent for good
    owner.animation_data.nla_tracks.remove(track)


def _all_strips(owner: ID) -> Iterator[NlaStrip]:
    """Yield every strip of a data-block, also those within meta strips."""
    data = owner.animation_data
    waiting = [strip for track in (data.nla_tracks if data else ()) for strip in track.strips]
    while waiting:
        strip = waiting.pop()
        yield strip
        waiting += getattr(strip, "strips", ())
