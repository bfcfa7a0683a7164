# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist's animation shows, against what Blender plays."""

import bpy
import numpy as np
import pytest
from keying import clip_of, key_by_hand, strip_by_hand

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.animation.foreign_animation import ForeignAnimation
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer

FRAMES = np.arange(-5, 70)
PATH = ('key_blocks["jawOpen"].value', 0)


@pytest.fixture
def evaluated(face, head, empty_scene):
    """Return a function that gives what is computed for the jaw, and what Blender plays."""

    def evaluate():
        control = next(control for control in face.controls() if control.path == PATH)
        keys = head.data.shape_keys
        played = []
        for frame in FRAMES.tolist():
            empty_scene.frame_set(frame)
            played.append(keys.key_blocks["jawOpen"].value)
        values = ForeignAnimation(keys).values(control, FRAMES.astype(np.float64))
        return np.clip(values, 0, 1), np.array(played)

    return evaluate


def add_strip(head, *places, name="Mine", **settings):
    """Add a strip on a track of its own, on top of what is there; return it."""
    track = strip_by_hand(head, name, "jawOpen", *places)
    strip = track.strips[0]
    for attribute, value in settings.items():
        setattr(strip, attribute, value)
    return strip


def check(values, played):
    assert values == pytest.approx(played, abs=2e-4)
    assert np.ptp(played) > 0.01


RAMP = ((1, 0.0), (11, 0.8), (21, 0.2))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"extrapolation": "HOLD_FORWARD"},
        {"extrapolation": "NOTHING"},
        {"scale": 2.0},
        {"repeat": 2.5},
        {"repeat": 2.0},
        {"use_reverse": True},
        {"scale": 0.5, "repeat": 3.0, "use_reverse": True},
        {"blend_in": 6.0},
        {"blend_out": 8.0, "blend_in": 4.0},
        {"frame_start_ui": 15.0},
        {"action_frame_start": 5.0, "action_frame_end": 15.0},
    ],
    ids=str,
)
def test_one_strip(head, evaluated, settings):
    add_strip(head, *RAMP, **settings)
    check(*evaluated())


@pytest.mark.parametrize("blend_type", ["REPLACE", "ADD", "SUBTRACT", "MULTIPLY", "COMBINE"])
@pytest.mark.parametrize("influence", [1.0, 0.4])
def test_one_strip_over_another(head, evaluated, blend_type, influence):
    add_strip(head, (1, 0.3), (40, 0.7))
    strip = add_strip(head, *RAMP, blend_type=blend_type, frame_start_ui=9.0)
    strip.use_animated_influence = influence < 1
    strip.influence = influence
    check(*evaluated())


def test_an_influence_with_keys(head, evaluated):
    add_strip(head, (1, 0.3), (40, 0.7))
    strip = add_strip(head, *RAMP)
    strip.use_animated_influence = True
    for frame, influence in ((3, 0.2), (18, 0.9)):
        strip.influence = influence
        strip.keyframe_insert("influence", frame=frame)
    check(*evaluated())


def test_a_time_with_keys(head, evaluated):
    strip = add_strip(head, *RAMP)
    strip.use_animated_time = True
    for frame, time in ((1, 1.0), (21, 12.0)):
        strip.strip_time = time
        strip.keyframe_insert("strip_time", frame=frame)
    check(*evaluated())


@pytest.mark.parametrize("extrapolation", ["HOLD", "HOLD_FORWARD", "NOTHING"])
def test_two_strips_on_a_track(head, evaluated, extrapolation):
    first = add_strip(head, *RAMP, extrapolation=extrapolation)
    track = head.data.shape_keys.animation_data.nla_tracks[0]
    second = track.strips.new("Second", 35, first.action)
    if hasattr(second, "action_slot"):
        second.action_slot = first.action_slot
    second.blend_type, second.extrapolation = "REPLACE", extrapolation
    check(*evaluated())


def test_muted_tracks_strips_and_curves_do_not_count(head, evaluated):
    add_strip(head, (1, 0.3), (40, 0.7))
    add_strip(head, *RAMP, mute=True)
    add_strip(head, *RAMP)
    head.data.shape_keys.animation_data.nla_tracks[2].mute = True
    check(*evaluated())


@pytest.mark.parametrize("blend_type", ["REPLACE", "ADD", "COMBINE", "MULTIPLY"])
@pytest.mark.parametrize("extrapolation", ["HOLD", "HOLD_FORWARD", "NOTHING"])
def test_the_active_action_over_a_strip(head, evaluated, blend_type, extrapolation):
    add_strip(head, (1, 0.3), (40, 0.7))
    key_by_hand(head, "jawOpen", (10, 0.9), (25, 0.4))
    data = head.data.shape_keys.animation_data
    data.action_blend_type, data.action_extrapolation = blend_type, extrapolation
    data.action_influence = 0.75
    check(*evaluated())


def test_a_layer_of_emotebots_does_not_count(face, head, empty_scene, evaluated):
    strip_by_hand(head, "Mine", "jawOpen", *RAMP)
    _, played = evaluated()
    write_layer(face, clip_of(jawOpen=[0.0, 0.9]), empty_scene, 1, "A", Keying(None))
    values, shown = evaluated()
    assert values == pytest.approx(played, abs=1e-5)
    assert not np.allclose(shown, played, atol=0.05)


def test_a_still_curve_does_not_move(face, head):
    key_by_hand(head, "jawOpen", (1, 0.5), (9, 0.5))
    foreign = ForeignAnimation(head.data.shape_keys)
    assert foreign.paths == {PATH}
    assert not foreign.moves(PATH)
    key_by_hand(head, "jawOpen", (20, 0.6))
    assert ForeignAnimation(head.data.shape_keys).moves(PATH)


def test_its_signature_follows_keys_and_strips(face, head):
    strip = add_strip(head, *RAMP)

    def signature():
        return ForeignAnimation(head.data.shape_keys).signature([PATH])

    seen = [signature()]
    strip.scale = 1.5
    seen.append(signature())
    strip.fcurves.update()
    bpy.context.view_layer.update()
    assert signature() == seen[-1]
    strip.action.name = "Renamed"
    assert signature() == seen[-1]
    curve = next(iter(strip_curves(strip)))
    curve.keyframe_points[1].co.y = 0.7
    seen.append(signature())
    strip.mute = True
    seen.append(signature())
    assert len(set(seen)) == 4
