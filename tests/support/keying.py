# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of keys share."""

import bpy
import numpy as np

from emotebot_blender.animation.actions import curves_of, find_curve, strip_curves
from emotebot_blender.animation.baking import BakePlan, write_bake
from emotebot_blender.animation.keyframes import Keying, plan_values
from emotebot_blender.animation.visibility import keyed_values
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.rig.pose import controls_of, mean_weights, solver_of

HEAD = ("eyeBlinkLeft", "eyeBlinkRight", "mouthClose", "jawOpen", "Hair")
DENSE = Keying(None)
RAMP = [0.0, 0.25, 0.5, 0.75, 1.0]


def clip_of(fps: float = 24.0, start: float = 0.0, **channels: list[float]) -> Clip:
    """Return a clip of the channels named, the others at 0."""
    count = max(len(values) for values in channels.values())
    weights = np.zeros((count, len(CHANNELS)), dtype=np.float32)
    for name, values in channels.items():
        weights[:, INDEX[name]] = values
    return Clip(weights, fps, start)


def keyed_weights(face, frame: float, mixing=None) -> np.ndarray:
    """Return the weights that the keys of a face hold at a frame, float32 (52,); unkeyed ones 0."""
    return mean_weights(keyed_values(face, frame, mixing))


def curve_of(mesh, key: str):
    return find_curve(mesh.data.shape_keys, f'key_blocks["{key}"].value')


def keys_of(mesh, key: str) -> list[tuple[float, float]]:
    """Return (frame, value) of each key, rounded to what a float32 holds."""
    points = curve_of(mesh, key).keyframe_points
    return [(round(point.co[0], 3), round(point.co[1], 6)) for point in points]


def key_by_hand(mesh, key: str, *places: tuple[float, float]) -> None:
    """Key a value the way Blender's own interface does."""
    block = mesh.data.shape_keys.key_blocks[key]
    for frame, value in places:
        block.value = value
        assert block.keyframe_insert("value", frame=frame)


def state() -> list:
    """Return all animation in the file, for comparison before and after."""
    states: list = [action.name for action in bpy.data.actions]
    for keys in bpy.data.shape_keys:
        data = keys.animation_data
        states.append(data.action.name if data and data.action else None)
        for block in keys.key_blocks:
            curve = find_curve(keys, block.path_from_id("value"))
            points = curve.keyframe_points if curve else ()
            states.append((block.name, block.value, [tuple(point.co) for point in points]))
    return states


def tracks_of(mesh) -> list:
    """Return all that the NLA of a mesh's shape keys holds, for comparison before and after."""
    data = mesh.data.shape_keys.animation_data
    return [
        (
            track.name,
            (track.mute, track.lock, track.is_solo),
            [
                (
                    strip.name,
                    strip.action.name,
                    (strip.frame_start, strip.frame_end),
                    (strip.action_frame_start, strip.action_frame_end),
                    (strip.scale, strip.repeat, strip.influence, strip.use_animated_influence),
                    (strip.blend_type, strip.extrapolation, strip.blend_in, strip.blend_out),
                    [
                        (curve.data_path, [tuple(point.co) for point in curve.keyframe_points])
                        for curve in strip_curves(strip) or ()
                    ],
                )
                for strip in track.strips
            ],
        )
        for track in (data.nla_tracks if data else ())
    ]


def values_at(mesh, key: str, frames) -> list[float]:
    """Return what a shape key shows on each frame of the current scene."""
    shown = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        shown.append(round(mesh.data.shape_keys.key_blocks[key].value, 5))
    return shown


def strip_by_hand(mesh, name: str, key: str, *places: tuple[float, float]):
    """Push keys of one shape key down to an NLA track of the artist's; return the track."""
    keys = mesh.data.shape_keys
    kept = keys.animation_data and keys.animation_data.action
    assert not kept, "the helper wants no active action"
    key_by_hand(mesh, key, *places)
    data = keys.animation_data
    track = data.nla_tracks.new()
    track.name = name
    strip = track.strips.new(name, int(places[0][0]), data.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = data.action_slot
    data.action = None
    return track


def strip_of(mesh, track: int = 0):
    return mesh.data.shape_keys.animation_data.nla_tracks[track].strips[0]


def strip_curve(mesh, key: str, track: int = 0):
    path = mesh.data.shape_keys.key_blocks[key].path_from_id("value")
    return strip_curves(strip_of(mesh, track)).find(path)


def strip_keys(mesh, key: str, track: int = 0) -> list[tuple[float, float]] | None:
    curve = strip_curve(mesh, key, track)
    return curve and [(point.co[0], round(point.co[1], 5)) for point in curve.keyframe_points]


def all_keys(owner) -> list:
    """Return all that the F-curves of an ID's action hold, for comparison to the bit."""
    attributes = [
        "co", "handle_left", "handle_right", "handle_left_type", "handle_right_type",
        "interpolation", "easing", "type", "back", "amplitude", "period",
        "select_control_point", "select_left_handle", "select_right_handle",
    ]  # fmt: skip

    def plain(value):
        return value if isinstance(value, (str, float, bool)) else tuple(value)

    return [
        (
            (curve.data_path, curve.array_index, curve.extrapolation, curve.mute, curve.lock),
            [modifier.type for modifier in curve.modifiers],
            [
                [plain(getattr(point, name)) for name in attributes]
                for point in curve.keyframe_points
            ],
        )
        for curve in curves_of(owner) or ()
    ]


def bake(
    face, scene, start=1, values=RAMP, channels=("jawOpen",), keying=DENSE, kind="sequence", **also
):
    """Write what a bake of a layer on these frames would, also over earlier bakes."""
    clip = clip_of(jawOpen=values, **also)
    controls = controls_of(face, channels)
    columns = solver_of(controls).values(clip.weights, clip.shares)
    plan = plan_values(face, controls, start + np.arange(len(values), dtype=float), columns, keying)
    return write_bake(BakePlan((kind,), (), (plan,)))
