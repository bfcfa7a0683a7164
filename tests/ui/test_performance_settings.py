# SPDX-License-Identifier: GPL-3.0-or-later
"""Exaggeration and liveliness of a face, in its panel and as options of the operator."""

import bpy
import pytest

from emotebot_blender.core.performance.exaggeration import LEAST, MOST
from emotebot_blender.session.runtime import runtime


def test_perform_exaggerates_as_asked_and_keeps_that_with_the_face(face) -> None:
    def fullest_sneer() -> float:
        scene = bpy.context.scene
        frames = range(1, 40)
        key = face.data.shape_keys.key_blocks["noseSneerLeft"]
        return max((scene.frame_set(frame), key.value)[1] for frame in frames)

    bpy.ops.emotebot.perform(script="angry 50%")
    usual = fullest_sneer()
    bpy.ops.emotebot.perform(script="angry 50%", exaggeration=1.8)
    assert face.emotebot.exaggeration == pytest.approx(1.8)
    assert fullest_sneer() > 1.3 * usual
    face.emotebot.exaggeration = 1
    assert fullest_sneer() == pytest.approx(usual, abs=1e-6)


def test_exaggeration_has_the_bounds_of_the_core(face) -> None:
    operator = bpy.ops.emotebot.perform.get_rna_type().properties["exaggeration"]
    settings = face.emotebot.bl_rna.properties["exaggeration"]
    for gain in (operator, settings):
        assert (gain.hard_min, gain.hard_max) == (LEAST, MOST)


def test_perform_holds_as_lively_as_asked_and_keeps_that_with_the_face(face) -> None:
    bpy.ops.emotebot.perform(script="happy lively 30%, then sad", liveliness=0.8)
    assert face.emotebot.liveliness == pytest.approx(0.8)
    kept = [(beat.has_liveliness, round(beat.liveliness, 6)) for beat in face.emotebot.beats]
    assert kept == [(True, 0.3), (False, 0.6)]


def test_the_performance_follows_the_liveliness(face) -> None:
    bpy.ops.emotebot.perform(script="happy")
    (performer,) = runtime().performers.values()
    assert performer.liveliness == 0.6
    face.emotebot.liveliness = 0.1
    (performer,) = runtime().performers.values()
    assert performer.liveliness == 0.1


def test_liveliness_is_a_share_and_where_it_was_never_set_the_usual_one(face) -> None:
    operator = bpy.ops.emotebot.perform.get_rna_type().properties["liveliness"]
    settings = face.emotebot.bl_rna.properties["liveliness"]
    for share in (operator, settings):
        assert (share.hard_min, share.hard_max) == (0, 1)
        assert share.default == pytest.approx(0.6)


def test_a_duplicate_is_held_as_lively(face) -> None:
    bpy.ops.emotebot.perform(script="happy lively 30%")
    bpy.ops.emotebot.beat_duplicate(index=0)
    copied = face.emotebot.beats[1]
    assert (copied.has_liveliness, copied.liveliness) == (True, pytest.approx(0.3))
