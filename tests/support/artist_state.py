# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is the artist's, read to the bit: of the face that EmoteBot acts on, and of its twin."""

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np
from artist import (
    TWIN,
    Pair,
    active_curves,
    active_pairs,
    is_shared,
    made_tracks,
    pairs,
    strip_curves,
    tracks_of,
)
from bpy.types import FCurve, Key, NlaStrip

State = dict[tuple[Any, ...], Any]
"""Where something stands, and what it is."""

_OF_KEYS = {
    "co": 2, "handle_left": 2, "handle_right": 2, "handle_left_type": 1, "handle_right_type": 1,
    "interpolation": 1, "easing": 1, "type": 1, "back": 1, "amplitude": 1, "period": 1,
    "select_control_point": 1, "select_left_handle": 1, "select_right_handle": 1,
}  # fmt: skip
_INTEGERS = ("handle_left_type", "handle_right_type", "interpolation", "easing", "type")

_OF_CURVES = (
    "array_index",
    "extrapolation",
    "mute",
    "lock",
    "hide",
    "color_mode",
    "auto_smoothing",
)
_OF_STRIPS = (
    "name", "frame_start", "frame_end", "action_frame_start", "action_frame_end", "scale", "repeat",
    "blend_type", "blend_in", "blend_out", "use_auto_blend", "extrapolation", "influence",
    "use_animated_influence", "use_animated_time", "use_reverse", "use_sync_length", "mute",
)  # fmt: skip
_OF_TRACKS = ("name", "mute", "lock", "is_solo")
_OF_ANIMATION = ("use_nla", "action_blend_type", "action_extrapolation", "action_influence")


def keys_state(curve: FCurve) -> State:
    """Return all that the keys of a curve hold."""
    points = curve.keyframe_points
    state: State = {}
    for name, length in _OF_KEYS.items():
        values = np.empty(len(points) * length, dtype=np.int32 if name in _INTEGERS else np.float32)
        if name.startswith("select"):
            values = np.empty(len(points), dtype=np.bool_)
        points.foreach_get(name, values)
        state[(name,)] = values.tolist()
    return state


def curve_state(curve: FCurve) -> State:
    """Return the settings of a curve but its keys."""
    state: State = {(name,): getattr(curve, name) for name in _OF_CURVES}
    state[("group",)] = curve.group and curve.group.name
    for number, modifier in enumerate(curve.modifiers):
        for prop in modifier.bl_rna.properties:
            if prop.type in ("INT", "FLOAT", "BOOLEAN", "ENUM") and not getattr(
                prop, "is_array", False
            ):
                name = prop.identifier
                state["modifier", number, name] = getattr(modifier, name)
    return state


def active_state(keys: Key) -> State:
    """Return the active action of shape keys and how it counts."""
    data = keys.animation_data
    if data is None:
        return {("action",): None}
    state: State = {(name,): getattr(data, name) for name in _OF_ANIMATION}
    state[("action",)] = data.action and data.action.name.removesuffix(TWIN)
    state[("user",)] = data.action and data.action.use_fake_user
    return state | _curves_state(active_curves(keys))


def own_action_state(pair: Pair, keys: Key) -> State:
    """Return the same of the artist's; an action of several users has a name for each of them."""
    state = active_state(keys)
    data = pair.twin.animation_data
    if data is not None and is_shared(data.action):
        state[("action",)] = None
    return state


def strips_state(pair: Pair, keys: Key) -> State:
    """Return the artist's NLA tracks and all that is in them."""
    state: State = {}
    for number, track in enumerate(tracks_of(pair, keys)):
        state |= {("track", number, name): getattr(track, name) for name in _OF_TRACKS}
        for index, strip in enumerate(track.strips):
            own = _strip_state(strip)
            state |= {("track", number, "strip", index, *where): own[where] for where in own}
    return state


def values_state(keys: Key) -> State:
    """Return the name, the value and the settings of each shape key."""
    names = ("name", "value", "slider_min", "slider_max", "mute", "vertex_group")
    state: State = {
        ("block", number, name): getattr(block, name)
        for number, block in enumerate(keys.key_blocks)
        for name in names
    }
    return state


def moved_by_emotebot(pair: Pair) -> set[str]:
    """Return the data paths that anything animates which is not the artist's."""
    paths = {
        curve.data_path
        for track in made_tracks(pair)
        for strip in track.strips
        for curve in strip_curves(strip)
    }
    own = {curve.data_path for curve in active_curves(pair.twin)}
    return paths | {c.data_path for c in active_curves(pair.real) if c.data_path not in own}


def everything() -> State:
    """Return all that anybody has made in the file, for comparison before and after."""
    state: State = {("actions",): sorted((a.name, a.users) for a in bpy.data.actions)}
    for pair in pairs():
        keys = pair.real
        found = active_state(keys) | values_state(keys)
        for number, track in enumerate(
            keys.animation_data.nla_tracks if keys.animation_data else ()
        ):
            found |= {("any", number, name): getattr(track, name) for name in _OF_TRACKS}
            for index, strip in enumerate(track.strips):
                own = _strip_state(strip)
                found |= {("any", number, index, *where): own[where] for where in own}
        state |= {(pair.name, *where): value for where, value in found.items()}
    for obj in bpy.context.scene.objects:
        if obj.is_property_set("emotebot"):
            beats = [(beat.words, beat.start, beat.mute) for beat in obj.emotebot.beats]
            if beats:
                state[obj.name, "beats"] = beats
    return state


def shown(frames: Iterable[int]) -> State:
    """Return for each frame what each mesh of the active face shows, and its twin."""
    scene = bpy.context.scene
    current = scene.frame_current
    state: State = {}
    for frame in frames:
        scene.frame_set(frame)
        for pair in active_pairs():
            state[pair.name, frame] = [
                [block.value for block in keys.key_blocks] for keys in (pair.real, pair.twin)
            ]
    scene.frame_set(current)
    return state


def differences(found: State, expected: State) -> list[str]:
    """Return where two states differ, a line each; nothing that is only in what was found."""
    absent = "nothing"
    return [
        f"{where}: {found.get(where, absent)!r} and not {expected[where]!r}"
        for where in expected
        if found.get(where, absent) != expected[where]
    ]


def _strip_state(strip: NlaStrip) -> State:
    state: State = {(name,): getattr(strip, name) for name in _OF_STRIPS}
    if not strip.use_animated_influence:
        del state[("influence",)]  # what Blender reckoned from the blending last
    state[("action",)] = strip.action and strip.action.name.removesuffix(TWIN)
    state |= {
        ("of strip", curve.data_path, *where): value
        for curve in strip.fcurves
        for where, value in keys_state(curve).items()
    }
    return state | _curves_state(strip_curves(strip))


def _curves_state(curves: Any) -> State:
    state: State = {("curves",): sorted(curve.data_path for curve in curves)}
    for curve in curves:
        own = curve_state(curve) | keys_state(curve)
        state |= {("curve", curve.data_path, *where): value for where, value in own.items()}
    return state
