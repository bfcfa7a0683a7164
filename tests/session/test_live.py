# SPDX-License-Identifier: GPL-3.0-or-later
"""A live performance, tick by tick; what needs a window, its keys and its clock, is not in here."""

from itertools import pairwise

import bpy
import pytest
from interface import RATE, Clock, value, values

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.session import live


def test_the_face_plays_what_is_triggered(face, clock) -> None:
    live.trigger("happy")
    assert clock.play(1.5) == ""
    assert value(face, "mouthSmileLeft") > 0.2
    live.trigger("sad")
    clock.play(2.0)
    assert value(face, "mouthSmileLeft") < 0.1


def test_the_transition_is_moved_along_not_jumped(face, clock) -> None:
    live.trigger("happy")
    smiles = []
    for _ in range(60):
        clock.play(1 / RATE)
        smiles.append(value(face, "mouthSmileLeft"))
    steps = [second - first for first, second in pairwise(smiles)]
    assert max(smiles) > 0.2
    assert max(steps) < max(smiles) / 4


def test_a_resting_face_blinks(face, clock) -> None:
    lids = []
    for _ in range(20 * RATE):
        clock.play(1 / RATE)
        lids.append(value(face, "eyeBlinkLeft"))
    assert max(lids) > 0.4
    assert sorted(lids)[len(lids) // 2] < 0.2


def test_stopping_gives_back_the_pose(face, clock) -> None:
    live.trigger("surprised")
    clock.play(1.0)
    live.stop()
    assert value(face, "jawOpen") == 0.25
    assert sum(values(face)) == 0.25
    assert not live.is_running()
    assert clock.play(1 / RATE) == "Live has ended"


def test_a_second_face_waits(add_face, face, clock) -> None:
    with pytest.raises(EmoteBotError, match="live already"):
        Clock().start()


def test_an_unknown_word_goes_on_as_before(face, clock) -> None:
    live.trigger("happy")
    with pytest.raises(EmoteBotError, match="hapy"):
        live.trigger("hapy")
    clock.play(1.5)
    assert value(face, "mouthSmileLeft") > 0.2


def test_words_typed_in_the_panel_play_live(face, clock) -> None:
    bpy.context.scene.emotebot.words = "happy"
    assert value(face, "mouthSmileLeft") == 0
    clock.play(1.5)
    assert value(face, "mouthSmileLeft") > 0.2


def test_buttons_trigger(face, clock) -> None:
    bpy.ops.emotebot.trigger(words="happy")
    clock.play(1.5)
    assert value(face, "mouthSmileLeft") > 0.2
    bpy.ops.emotebot.live_stop()
    assert clock.play(1.0) == "Live has stopped"


def test_the_panel_says_what_was_triggered(face, clock) -> None:
    bpy.ops.emotebot.trigger(words="angry")
    assert bpy.context.scene.emotebot.words == "angry"
    live.record(bpy.context.scene)
    bpy.ops.emotebot.trigger(words="happy")
    _, recording = live.end_recording(bpy.context.scene)
    assert [trigger.words for trigger in recording.triggers] == ["angry", "happy"]


def test_region_and_strength_hold_live(face) -> None:
    settings = bpy.context.scene.emotebot
    settings.region = "EYES"
    clock = Clock().start()
    live.trigger("happy")
    clock.play(1.5)
    moved = {block.name for block in face.data.shape_keys.key_blocks if block.value > 0}
    live.stop()
    assert moved
    assert all(name.startswith("eye") for name in moved)


def test_an_animated_face_is_played_on_every_frame(face) -> None:
    bpy.ops.emotebot.beat_add(words="sad", start=0)
    scene = bpy.context.scene
    clock = Clock().start()
    live.trigger("happy")
    clock.play(1.5)
    smile = value(face, "mouthSmileLeft")
    scene.frame_set(60)
    assert value(face, "mouthSmileLeft") == pytest.approx(smile)
    live.stop()
    scene.frame_set(61)
    assert value(face, "mouthSmileLeft") < 0.1


def test_undo_goes_on_with_the_face_of_before(face, clock) -> None:
    name = face.name
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.emotebot.beat_add("EXEC_DEFAULT", True, words="happy", start=0)
    live.trigger("happy")
    clock.play(1.0)
    bpy.ops.ed.undo()
    assert clock.play(0.5) == ""
    face = bpy.data.objects[name]
    assert value(face, "mouthSmileLeft") > 0.1
    live.stop()
    assert value(face, "jawOpen") == 0.25
    assert value(face, "mouthSmileLeft") == 0


def test_a_step_from_the_middle_of_a_performance_is_put_right(face, clock) -> None:
    name = face.name
    live.trigger("happy")
    clock.play(1.5)
    bpy.ops.ed.undo_push(message="in the middle")
    live.stop()
    bpy.data.objects[name].location.x = 1
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    face = bpy.data.objects[name]
    assert face.location.x == 0
    assert value(face, "mouthSmileLeft") == 0
    assert value(face, "jawOpen") == 0.25


def test_a_file_is_saved_with_the_pose_of_before(face, clock, tmp_path) -> None:
    live.trigger("happy")
    clock.play(1.5)
    path = str(tmp_path / "live.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    assert clock.play(0.1) == ""
    assert value(face, "mouthSmileLeft") > 0.2
    bpy.ops.wm.open_mainfile(filepath=path)
    assert not live.is_running()
    assert sum(values(bpy.data.objects["Face"])) == 0.25


def test_another_file_ends_it(face, clock) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert not live.is_running()


def test_another_scene_ends_it(face, clock) -> None:
    other = bpy.data.scenes.new("Other")
    clock.now += 1 / RATE
    assert "another scene" in str(live.tick(other, clock.now, False))
    live.stop()
    assert sum(values(face)) == 0.25


def test_a_face_that_has_gone_ends_it(face, clock) -> None:
    clock.play(0.5)
    bpy.data.objects.remove(face)
    assert "not in the scene" in clock.play(0.5)
    live.stop()


def test_a_shape_key_that_has_gone_ends_it_or_is_left(face, clock) -> None:
    clock.play(0.5)
    face.shape_key_remove(face.data.shape_keys.key_blocks["jawOpen"])
    clock.play(0.5)
    live.stop()
    assert sum(values(face)) == 0


def test_a_mesh_that_has_gone_ends_it(face, clock) -> None:
    clock.play(0.5)
    face.data = bpy.data.meshes.new("Plain")
    bpy.data.batch_remove([mesh for mesh in bpy.data.meshes if mesh.users == 0])
    assert clock.play(0.5) != ""
    live.stop()


def test_a_face_that_is_edited_ends_it(face, clock) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    assert "is being edited" in clock.play(0.5)
    bpy.ops.object.mode_set(mode="OBJECT")


def test_nothing_can_be_triggered_when_no_face_is_live(face) -> None:
    Clock().start()
    live.stop()
    assert not bpy.ops.emotebot.trigger.poll()
    with pytest.raises(EmoteBotError, match="No face is live"):
        live.trigger("happy")


def test_without_a_window_going_live_is_refused(face) -> None:
    assert not bpy.ops.emotebot.live.poll()


def test_what_is_written_while_live_comes_back_to_the_pose_of_before(face, clock) -> None:
    live.trigger("happy")
    clock.play(1.5)
    bpy.ops.emotebot.beat_add(words="sad", start=0)
    live.stop()
    bpy.ops.emotebot.clear()
    assert value(face, "mouthSmileLeft") == 0
    assert value(face, "jawOpen") == 0.25


def test_a_copy_made_while_live_gets_the_pose_of_before(face, clock) -> None:
    live.trigger("happy")
    clock.play(1.5)
    copied = face.copy()
    copied.data = face.data.copy()
    bpy.context.scene.collection.objects.link(copied)
    live.stop()
    assert value(copied, "mouthSmileLeft") == 0
    assert copied.emotebot.held_pose == ""


def test_a_live_face_is_not_baked(face) -> None:
    bpy.ops.emotebot.beat_add(words="sad", start=0)
    Clock().start()
    with pytest.raises(RuntimeError, match="Stop the live performance"):
        bpy.ops.emotebot.bake()
    live.stop()


@pytest.mark.parametrize(
    ("letter", "typed", "taken"),
    [("f", "", True), (" ", "", False), (" ", "so", True), ("", "so", False), ("\t", "so", False)],
)
def test_only_letters_of_a_word_are_taken(letter, typed, taken) -> None:
    from emotebot_blender.ui.operators.live_ops import is_typing

    assert is_typing(letter, typed) is taken


def test_undo_while_live_gives_back_what_was_undone(face) -> None:
    name = face.name
    bpy.ops.ed.undo_push(message="start")
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.75
    bpy.ops.ed.undo_push(message="posed")
    clock = Clock().start()
    clock.play(0.5)
    bpy.ops.ed.undo()
    clock.play(0.5)
    live.stop()
    assert value(bpy.data.objects[name], "jawOpen") == 0


def test_another_name_makes_no_difference(face, clock) -> None:
    live.trigger("happy")
    clock.play(1.0)
    face.name = "Renamed"
    live.stop()
    assert value(face, "mouthSmileLeft") == 0


@pytest.mark.parametrize("attribute", ["mute", "lock_shape"])
def test_keys_locked_or_muted_while_live_come_back(face, clock, attribute) -> None:
    live.trigger("happy")
    clock.play(1.0)
    for block in face.data.shape_keys.key_blocks:
        setattr(block, attribute, True)
    live.stop()
    assert value(face, "mouthSmileLeft") == 0


def test_what_is_not_played_is_not_given_back(face) -> None:
    bpy.context.scene.emotebot.region = "EYES"
    Clock().start()
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.75
    live.stop()
    assert value(face, "jawOpen") == 0.75


def test_a_file_that_cannot_be_opened_gives_the_pose_back(face, clock, tmp_path) -> None:
    live.trigger("happy")
    clock.play(1.0)
    broken = tmp_path / "broken.blend"
    broken.write_bytes(b"no file of Blender's")
    with pytest.raises(RuntimeError):
        bpy.ops.wm.open_mainfile(filepath=str(broken))
    assert not live.is_running()
    assert value(face, "mouthSmileLeft") == 0


def test_other_handlers_of_loading_are_called_too(face, clock) -> None:
    called = []
    bpy.app.handlers.load_pre.append(lambda *_: called.append(True))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert called == [True]


def test_tweaks_of_other_objects_stay(face, clock) -> None:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    camera.keyframe_insert("location", frame=1)
    camera.location.x = 5
    live.stop()
    bpy.context.view_layer.update()
    assert camera.location.x == 5


def test_a_layer_cleared_in_the_middle_leaves_the_pose_from_before_it(face) -> None:
    face.data.shape_keys.key_blocks["browInnerUp"].value = 0.375
    bpy.ops.emotebot.perform(script="happy")
    clock = Clock().start()
    clock.play(0.5)
    bpy.ops.emotebot.clear()
    clock.play(0.5)
    live.stop()
    assert value(face, "browInnerUp") == 0.375
