# SPDX-License-Identifier: GPL-3.0-or-later
"""Exaggeration, liveliness and gaze of a face, in its panel and as options of the operator."""

import bpy
import pytest
from panel_drawing import draw, labels

from emotebot_blender.core.performance.exaggeration import LEAST, MOST
from emotebot_blender.session.runtime import runtime
from emotebot_blender.ui.face_panels import FacePanel


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


def test_perform_looks_at_what_is_named_and_keeps_that_with_the_face(face) -> None:
    scene, sequence = bpy.context.scene, face.emotebot
    ball, camera = (bpy.data.objects.new(name, None) for name in ("Ball", "Eye"))
    scene.collection.objects.link(ball)
    bpy.ops.emotebot.perform(script="happy", look_at="Ball")
    assert (sequence.look_at, sequence.look_at_camera) == (ball, False)
    bpy.ops.emotebot.perform(script="sad")
    assert sequence.look_at == ball
    scene.collection.objects.link(camera)
    scene.camera = camera
    bpy.ops.emotebot.perform(script="happy", look_at="CAMERA")
    assert (sequence.look_at, sequence.look_at_camera) == (None, True)
    bpy.ops.emotebot.perform(script="happy", look_at="")
    assert (sequence.look_at, sequence.look_at_camera) == (None, False)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Bal", "There is no object “Bal” in the scene “Scene”"),
        ("CAMERA", "The scene “Scene” has no camera to look at"),
    ],
)
def test_what_is_not_there_cannot_be_looked_at(face, name, sentence) -> None:
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.emotebot.perform(script="happy", look_at=name)
    assert len(face.emotebot.beats) == 0


def test_the_panel_says_why_nothing_is_looked_at(face) -> None:
    drawn = [entry[1] for entry in draw(FacePanel) if entry[0] == "prop"]
    assert {"look_at", "look_at_camera"} <= set(drawn)
    face.emotebot.look_at_camera = True
    assert "The scene “Scene” has no camera to look at" in labels(draw(FacePanel))
