# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of a character that performs: how much it turns, edited, baked, at another rate."""

import bpy
import numpy as np
import pytest
from necked import add_neck, lowered

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.rig.face import Face
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.ui.shown import face_of

FRAMES = range(1, 90, 6)
SCRIPT = "0 sad\n3 happy"


@pytest.fixture
def rig(face):
    """Return the armature of a face that hangs on it."""
    return add_neck(face)


def perform(**options) -> None:
    bpy.ops.emotebot.perform(script=SCRIPT, **options)


def shown(rig) -> np.ndarray:
    """Degrees by which the head is lowered on some frames."""
    return np.array([lowered(rig, frame) for frame in FRAMES])


def shown_face(face) -> list[float]:
    rows = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        rows += [key.value for key in face.data.shape_keys.key_blocks]
    return rows


def test_sadness_lowers_the_head(rig):
    perform()
    assert lowered(rig, 60) > 5


def test_no_head_is_the_face_alone_as_it_moves_with_one(face, rig):
    perform()
    with_head = shown_face(face)
    perform(head=0.0)
    assert shown_face(face) == with_head
    assert not rig.animation_data.nla_tracks
    np.testing.assert_array_equal(shown(rig), 0)


def test_half_a_head_turns_half_as_far(rig):
    perform(keying="DENSE")
    whole = shown(rig)
    perform(keying="DENSE", head=0.5)
    np.testing.assert_allclose(shown(rig), whole / 2, atol=0.2)


def test_the_head_follows_its_setting(rig):
    perform()
    sequence_of(face_of(bpy.context)).head = 0.0
    bpy.ops.emotebot.perform_sequence()
    np.testing.assert_array_equal(shown(rig), 0)


def test_a_clear_takes_the_head_along(rig):
    perform()
    bpy.ops.emotebot.clear()
    np.testing.assert_array_equal(shown(rig), 0)
    assert not rig.animation_data.nla_tracks


def test_a_bake_shows_the_same_and_another_one_takes_its_place(rig):
    perform(keying="DENSE")
    layered = shown(rig)
    for _ in range(2):
        perform(keying="DENSE", target="ACTION")
        np.testing.assert_allclose(shown(rig), layered, atol=0.02)
        assert not rig.animation_data.nla_tracks
    bpy.ops.emotebot.clear()
    np.testing.assert_array_equal(shown(rig), 0)


def test_edited_turns_are_kept_on_the_layer_of_edits(rig):
    perform(keying="DENSE")
    before = shown(rig)
    bpy.ops.emotebot.edit_keys()
    (track,) = rig.animation_data.nla_tracks
    curve = strip_curves(track.strips[0]).find('pose.bones["head"].rotation_quaternion', index=1)
    for point in curve.keyframe_points:
        point.co.y += 0.05
    curve.update()
    bpy.ops.emotebot.edit_keys()
    edited = shown(rig)
    assert (edited > before + 3).all()
    bpy.ops.emotebot.keep_edits()
    np.testing.assert_allclose(shown(rig), edited, atol=0.5)
    assert len(rig.animation_data.nla_tracks) == 2


def test_the_head_keeps_its_seconds_at_another_rate(rig):
    perform(keying="DENSE")
    at_two_seconds = lowered(rig, 49)
    bpy.context.scene.render.fps = 48
    bpy.ops.emotebot.perform_sequence()
    assert lowered(rig, 97) == pytest.approx(at_two_seconds, abs=0.1)


def test_the_objects_with_keys_have_the_armature_among_them(rig):
    from emotebot_blender.session.key_editing import keyed_objects

    face: Face = face_of(bpy.context)
    perform()
    assert rig in keyed_objects(face)
