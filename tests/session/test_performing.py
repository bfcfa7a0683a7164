# SPDX-License-Identifier: GPL-3.0-or-later
"""One road from a script to keys: a sequence, its layer, its bake."""

import bpy
import numpy as np
import pytest
from interface import beats_of, curves_of, tracks
from keying import all_keys, key_by_hand, tracks_of

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance import performance
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.script.script_files import read_script
from emotebot_blender.session import baked_performances, live, performing
from emotebot_blender.session.runtime import runtime
from emotebot_blender.ui.shown import face_of

TEXT = """0.3333 slightly happy in 0.4s for 1.2s
2 fear=0.7 surprise=0.3 intensity=0.5 take 7 lively 35%"""


@pytest.fixture(scope="module")
def script():
    return read_script(TEXT, Lexicon.load())


def keys_of(obj, channel: str) -> list[float]:
    """Return the values of a channel's keys on the face's only track."""
    (track,) = obj.data.shape_keys.animation_data.nla_tracks
    (curve,) = (c for c in curves_of(track.strips[0].action) if f'"{channel}"' in c.data_path)
    return [point.co.y for point in curve.keyframe_points]


def test_a_script_becomes_a_sequence_and_the_very_keys_of_its_performance(face, script) -> None:
    scene, networks = bpy.context.scene, load_networks()
    options = {"seed": 5, "keying": "DENSE", "liveliness": 0.7}
    performing.perform_script(face_of(bpy.context), script, scene, options, networks)
    assert beats_of(face) == [
        ("slightly happy", 0.3333),
        ("fear=0.7 surprise=0.3 intensity=0.5", 2),
    ]
    clip = performance.perform(script, networks, 24.0, 5, liveliness=0.7)
    for channel in ("mouthSmileLeft", "eyeBlinkLeft"):
        keys = np.float32(keys_of(face, channel))
        assert np.array_equal(keys, clip.weights[:, INDEX[channel]])


def test_progress_is_shown_to_its_end(face, script) -> None:
    shown: list[float] = []
    performing.perform_script(
        face_of(bpy.context), script, bpy.context.scene, {}, progress=shown.append
    )
    assert shown == sorted(shown)
    assert shown[-1] == 1
    shown.clear()
    baked_performances.perform_and_bake(
        face_of(bpy.context), script, bpy.context.scene, {}, progress=shown.append
    )
    assert shown == sorted(shown)
    assert shown[-1] == 1


def test_options_that_fail_leave_the_sequence_as_it_was(face, script) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    for block in face.data.shape_keys.key_blocks:
        block.lock_shape = True
    with pytest.raises(EmoteBotError, match="locked"):
        performing.perform_script(face_of(bpy.context), script, bpy.context.scene, {"seed": 9})
    assert (beats_of(face), face.emotebot.seed) == ([("happy", 0)], 0)


@pytest.mark.parametrize(
    "function", [performing.perform_script, baked_performances.perform_and_bake]
)
def test_a_performance_that_is_interrupted_leaves_the_sequence_as_it_was(
    face, script, function
) -> None:
    def interrupt(_done: float) -> None:
        raise KeyboardInterrupt

    bpy.ops.emotebot.beat_add(words="happy", start=0)
    layer = tracks_of(face)
    with pytest.raises(KeyboardInterrupt):
        function(face_of(bpy.context), script, bpy.context.scene, {"seed": 9}, progress=interrupt)
    assert (beats_of(face), face.emotebot.seed) == ([("happy", 0)], 0)
    assert face.emotebot.keying == "REDUCED"
    assert tracks_of(face) == layer


def test_a_bake_leaves_the_sequence_at_rest(face, script) -> None:
    scene = bpy.context.scene
    performing.perform_script(face_of(bpy.context), script, scene, {})
    performing.bake(face_of(bpy.context), scene, Keying(None))
    assert tracks(face) == {}
    assert not face.emotebot.automatic


def kept_on(face) -> tuple:
    keys = face.data.shape_keys
    stored = list(keys.animation_data.action.keys())
    return all_keys(keys), stored, tracks_of(face), beats_of(face)


def lock_a_curve(face) -> None:
    curves_of(face.data.shape_keys.animation_data.action)[0].lock = True


def switch_the_nla_off(face) -> None:
    face.data.shape_keys.animation_data.use_nla = False


def add_a_solo_track(face) -> None:
    face.data.shape_keys.animation_data.nla_tracks.new().is_solo = True


def add_to_what_lies_below(face) -> None:
    face.data.shape_keys.animation_data.action_blend_type = "ADD"


def go_live(_face) -> None:
    live.start(face_of(bpy.context), bpy.context.scene, 0.0)


@pytest.mark.parametrize(
    ("hinder", "message"),
    [
        (lock_a_curve, "on a locked F-curve"),
        (switch_the_nla_off, "the NLA is switched off"),
        (add_a_solo_track, "is solo"),
        (add_to_what_lies_below, "does not replace what lies below"),
        (go_live, "Stop the live performance first"),
    ],
)
def test_a_bake_that_is_refused_leaves_the_face_as_it_was(face, script, hinder, message) -> None:
    scene = bpy.context.scene
    key_by_hand(face, "jawOpen", (1, 0.0), (20, 0.5))
    baked_performances.perform_and_bake(face_of(bpy.context), script, scene, {})
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    hinder(face)
    before = kept_on(face)
    with pytest.raises(EmoteBotError, match=message):
        baked_performances.perform_and_bake(face_of(bpy.context), script, scene, {"seed": 9})
    after = kept_on(face)
    live.stop()
    assert after == before
    assert face.emotebot.seed == 0


def test_only_some_sequences_remember_how_they_were_performed(add_face) -> None:
    for number in range(10):
        add_face(f"Face {number}")
        bpy.ops.emotebot.beat_add(words="happy", start=0)
    assert len(runtime().performers) == 8


def test_the_scene_grows_as_far_as_stretched_time_shows_it(face, script) -> None:
    scene = bpy.context.scene
    scene.frame_end = 10
    scene.render.frame_map_old, scene.render.frame_map_new = 100, 200
    report = performing.perform_script(face_of(bpy.context), script, scene, {})
    assert scene.frame_end == 2 * report.frames[1]
