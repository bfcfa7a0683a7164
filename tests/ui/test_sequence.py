# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats of a sequence: edited, brought in and out, performed on a layer."""

import bpy
import pytest
from interface import beats_of, curves_of, tracks, value

from emotebot_blender.core.script.beats import Beat
from emotebot_blender.session.events import FrameRateChanged
from emotebot_blender.session.runtime import runtime
from emotebot_blender.session.sequence_script import script_of


def test_the_last_message_carries_the_warning(five, capfd) -> None:
    (track,) = five.data.shape_keys.animation_data.nla_tracks
    curves_of(track.strips[0].action)[0].keyframe_points.insert(25, 0.123)
    capfd.readouterr()
    bpy.ops.emotebot.beat_add(words="happy", start=6.5)
    (reported,) = [line for line in capfd.readouterr().out.splitlines() if line.strip()]
    assert reported.startswith("Warning: “happy” arrives at frame")
    assert "edited by hand" in reported


def test_a_beat_before_the_sequence_is_refused(face) -> None:
    bpy.context.scene.frame_set(-3)
    with pytest.raises(RuntimeError, match="begins on frame 1"):
        bpy.ops.emotebot.beat_add(words="happy")
    assert beats_of(face) == []


def test_an_unknown_word_makes_no_beat(face) -> None:
    with pytest.raises(RuntimeError, match="hapy"):
        bpy.ops.emotebot.beat_add(words="hapy", start=1)
    assert beats_of(face) == []
    assert tracks(face) == {}


def test_beats_are_performed_on_a_track_named_after_the_sequence(five) -> None:
    assert tracks(five) == {"EmoteBot": 1}
    five.emotebot.name = "Interview"
    assert tracks(five) == {"Interview": 1}
    scene = bpy.context.scene
    assert scene.frame_end >= 1 + 14 * 24
    scene.frame_set(1 + 2 * 24)
    smile = value(five, "mouthSmileLeft")
    scene.frame_set(1 + 5 * 24)
    assert smile > 0.2
    assert value(five, "mouthSmileLeft") < smile / 2


def test_the_active_action_stays_as_it_is(face) -> None:
    block = face.data.shape_keys.key_blocks["jawOpen"]
    for frame, number in ((1, 0.5), (100, 0.25)):
        block.value = number
        block.keyframe_insert("value", frame=frame)
    action = face.data.shape_keys.animation_data.action
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    assert face.data.shape_keys.animation_data.action == action
    bpy.context.scene.frame_set(1)
    assert value(face, "jawOpen") == pytest.approx(0.5)


def test_an_edited_beat_is_performed_at_once(five) -> None:
    scene = bpy.context.scene
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") > 0.2
    five.emotebot.beats[0].words = "sad"
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") < 0.1
    assert value(five, "mouthFrownLeft") > 0.1


def test_an_edited_beat_waits_where_that_is_wished(five) -> None:
    five.emotebot.automatic = False
    five.emotebot.beats[0].words = "sad"
    scene = bpy.context.scene
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") > 0.2
    bpy.ops.emotebot.perform_sequence()
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") < 0.1


def test_a_muted_beat_is_left_out(five) -> None:
    five.emotebot.beats[0].mute = True
    bpy.context.scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") < 0.1


def test_no_beats_leave_no_layer(five) -> None:
    for _ in range(5):
        bpy.ops.emotebot.beat_remove()
    assert tracks(five) == {}
    assert bpy.ops.emotebot.beat_remove.poll() is False


def test_moving_exchanges_two_starts(five) -> None:
    bpy.ops.emotebot.beat_move(index=1, direction="UP")
    assert beats_of(five)[:2] == [("sad", 0.0), ("happy", 3.0)]
    with pytest.raises(RuntimeError, match="no beat to change places"):
        bpy.ops.emotebot.beat_move(index=1, direction="UP")


def test_a_duplicate_stands_half_way_to_the_next(five) -> None:
    bpy.ops.emotebot.beat_duplicate(index=0)
    assert beats_of(five)[:3] == [("happy", 0.0), ("happy", 1.5), ("sad", 3.0)]


def test_sliding_takes_the_following_along(five) -> None:
    bpy.ops.emotebot.beat_slide(index=3, offset=1.5, following=True)
    assert [start for _, start in beats_of(five)] == [0, 3, 6, 10.5, 13.5]
    bpy.ops.emotebot.beat_slide(index=0, offset=-5)
    assert beats_of(five)[0] == ("happy", 0.0)


def test_times_are_reported_in_what_the_artist_counts_in(five, capfd) -> None:
    bpy.ops.emotebot.beat_slide(index=1, offset=1.0)
    assert "“sad” at 4.00 s\n" in capfd.readouterr().out
    bpy.context.scene.emotebot.time_unit = "FRAMES"
    bpy.ops.emotebot.beat_slide(index=1, offset=1.0)
    assert "“sad” at frame 121\n" in capfd.readouterr().out


def test_a_missing_beat_is_named(five) -> None:
    with pytest.raises(RuntimeError, match="no beat 7: there are 5"):
        bpy.ops.emotebot.beat_remove(index=7)


def test_two_beats_at_one_time_are_performed_one_after_the_other(five) -> None:
    five.emotebot.beats[1].start = 0.0
    script = script_of(five.emotebot)
    assert [beat.start for beat in script.beats[:2]] == pytest.approx([0, 1 / 60])
    assert isinstance(script.beats[0], Beat)


def test_frame_rates_keep_beats_at_their_seconds(five) -> None:
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 60, 2.0  # 30 frames a second
    runtime().events.emit(FrameRateChanged())  # which Blender calls where there is a window
    scene.frame_set(1 + 2 * 30)
    smile = value(five, "mouthSmileLeft")
    scene.frame_set(1 + 5 * 30)
    assert smile > 0.2
    assert value(five, "mouthSmileLeft") < smile / 2
    assert five.emotebot.beats[1].start == 3.0


def test_each_character_has_a_sequence_of_its_own(add_face) -> None:
    first, second = add_face("First"), add_face("Second")
    for face, words in ((first, "happy"), (second, "sad")):
        bpy.context.view_layer.objects.active = face
        bpy.ops.emotebot.beat_add(words=words, start=0)
    assert [beats_of(face) for face in (first, second)] == [[("happy", 0.0)], [("sad", 0.0)]]
    bpy.context.scene.frame_set(1 + 2 * 24)
    assert value(first, "mouthSmileLeft") > 0.2 > value(second, "mouthSmileLeft")


def test_the_face_to_stay_with_is_acted_on(add_face) -> None:
    first, second = add_face("First"), add_face("Second")
    bpy.context.scene.emotebot.face = first
    bpy.context.view_layer.objects.active = second
    bpy.ops.emotebot.pose(words="happy")
    assert value(first, "mouthSmileLeft") > 0.2
    assert value(second, "mouthSmileLeft") == 0


def test_a_sequence_is_one_step_to_undo(face) -> None:
    name = face.name
    bpy.ops.ed.undo_push(message="start")
    for number, words in enumerate(("happy", "sad")):
        bpy.ops.emotebot.beat_add("EXEC_DEFAULT", True, words=words, start=number * 3.0)
    bpy.ops.ed.undo()
    assert beats_of(bpy.data.objects[name]) == [("happy", 0.0)]
    assert tracks(bpy.data.objects[name]) == {"EmoteBot": 1}
    bpy.ops.ed.undo()
    assert beats_of(bpy.data.objects[name]) == []
    assert tracks(bpy.data.objects[name]) == {}
    bpy.ops.ed.redo()
    assert beats_of(bpy.data.objects[name]) == [("happy", 0.0)]


def test_saved_files_reopen_with_everything(five, tmp_path) -> None:
    five.emotebot.beats[2].mute = True
    five.emotebot.region = "NO_MOUTH"
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=path)
    opened = bpy.data.objects["Face"]
    assert [words for words, _ in beats_of(opened)] == [
        "happy",
        "sad",
        "angry",
        "afraid",
        "surprised",
    ]
    assert opened.emotebot.beats[2].mute
    assert opened.emotebot.region == "NO_MOUTH"
    assert tracks(opened) == {"EmoteBot": 1}
    opened.emotebot.beats[0].words = "sad"
    assert tracks(opened) == {"EmoteBot": 1}


def test_what_a_newer_version_says_is_kept(five, tmp_path) -> None:
    five.emotebot.format = 99
    before = _strip_keys(five)
    five.emotebot.beats[0].words = "sad"
    assert _strip_keys(five) == before
    path = str(tmp_path / "newer.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert bpy.data.objects["Face"].emotebot.format == 99
    assert bpy.data.objects["Face"].emotebot.beats[0].words == "sad"


def _strip_keys(face) -> list[tuple]:
    from emotebot_blender.animation.layers import find_layer
    from emotebot_blender.rig.face import find_face

    layer = find_layer(find_face(face, bpy.context.scene), "sequence")
    return [layer.frames, layer.edited]


def test_strength_and_region_stay_editable(five) -> None:
    scene = bpy.context.scene
    scene.frame_set(1 + 2 * 24)
    whole = value(five, "mouthSmileLeft")
    five.emotebot.strength = 0.5
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") == pytest.approx(whole / 2, abs=0.01)
    five.emotebot.region = "EYES"
    scene.frame_set(1 + 2 * 24)
    assert find_channels(five) == {c for c in find_channels(five) if c.startswith("eye")}


def find_channels(face) -> set[str]:
    """Return the channels that the strip of the only track animates."""
    (track,) = face.data.shape_keys.animation_data.nla_tracks
    return {curve.data_path.split('"')[1] for curve in curves_of(track.strips[0].action)}


def test_bake_keeps_the_motion_and_clear_takes_it_away(five) -> None:
    scene = bpy.context.scene
    scene.frame_set(1 + 2 * 24)
    before = value(five, "mouthSmileLeft")
    bpy.ops.emotebot.bake(keying="DENSE")
    assert tracks(five) == {}
    scene.frame_set(1 + 2 * 24)
    assert value(five, "mouthSmileLeft") == pytest.approx(before, abs=0.001)
    bpy.ops.emotebot.perform_sequence()
    assert tracks(five) == {"EmoteBot": 1}
    bpy.ops.emotebot.clear()
    assert tracks(five) == {}


def test_clearing_tells_that_beats_stay(five, capfd) -> None:
    bpy.ops.emotebot.clear()
    assert "Cleared on “Face”: 1 layer; 5 beats stay\n" in capfd.readouterr().out
    bpy.ops.emotebot.clear(beats=True)
    assert "stay" not in capfd.readouterr().out


def test_nothing_to_clear_is_said(face) -> None:
    with pytest.raises(RuntimeError, match="left nothing"):
        bpy.ops.emotebot.clear()


def test_perform_fills_the_sequence(face) -> None:
    bpy.ops.emotebot.perform(script="0.5 happy\n3.5 surprised 80% in 0.3s", seed=7)
    assert beats_of(face) == [("happy", 0.5), ("surprised 80%", 3.5)]
    assert face.emotebot.seed == 7
    assert tracks(face) == {"EmoteBot": 1}


@pytest.mark.parametrize("frame", [500_001, -600_000])
def test_a_first_frame_that_blender_cannot_count_from_is_refused(five, frame) -> None:
    before = beats_of(five)
    with pytest.raises(RuntimeError, match=f"from -500000 to 500000, not {frame}"):
        bpy.ops.emotebot.perform(script="happy", frame_start=frame)
    assert (beats_of(five), five.emotebot.frame_start) == (before, 1)


def test_perform_on_a_locked_face_leaves_the_sequence_alone(five) -> None:
    before = beats_of(five)
    for block in five.data.shape_keys.key_blocks:
        block.lock_shape = True
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.perform(script="happy")
    assert beats_of(five) == before


@pytest.mark.parametrize("start", [float("nan"), float("inf"), 2e8])
def test_a_time_that_makes_no_sense_is_refused(face, start) -> None:
    with pytest.raises(RuntimeError, match="from 0 to 43200 s"):
        bpy.ops.emotebot.beat_add(words="happy", start=start)
    assert beats_of(face) == []


def test_a_slide_by_no_number_is_refused(five) -> None:
    before = beats_of(five)
    with pytest.raises(RuntimeError, match="not nan"):
        bpy.ops.emotebot.beat_slide(index=0, offset=float("nan"))
    assert beats_of(five) == before


def test_a_sequence_begins_where_its_scene_did(face) -> None:
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1001, 1100
    scene.frame_set(1025)
    bpy.ops.emotebot.beat_add(words="happy", at="START")
    assert beats_of(face) == [("happy", 1.0)]


def test_perform_leaves_what_it_is_not_given_as_it_is_set(five) -> None:
    five.emotebot.keying, five.emotebot.frame_start = "DENSE", 11
    bpy.ops.emotebot.perform(script="happy, then sad")
    assert (five.emotebot.keying, five.emotebot.frame_start) == ("DENSE", 11)
    bpy.ops.emotebot.perform(script="happy, then sad", keying="STEPPED", frame_start=21)
    assert (five.emotebot.keying, five.emotebot.frame_start) == ("STEPPED", 21)


def test_a_hidden_face_is_baked_all_the_same(five) -> None:
    five.hide_viewport = True
    bpy.ops.emotebot.bake()
    assert tracks(five) == {}


def test_what_cannot_be_performed_is_reported_to_a_script(five, capfd) -> None:
    five.data.shape_keys.animation_data.nla_tracks[0].lock = True
    bpy.ops.emotebot.beat_remove(index=0)
    assert "“EmoteBot” is locked" in capfd.readouterr().out


def test_a_deleted_face_to_stay_with_is_passed_over(add_face) -> None:
    first, second = add_face("First"), add_face("Second")
    bpy.context.scene.emotebot.face = first
    bpy.context.scene.collection.objects.unlink(first)
    bpy.context.view_layer.objects.active = second
    bpy.ops.emotebot.pose(words="happy")
    assert value(second, "mouthSmileLeft") > 0.2


def smile(face, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return value(face, "mouthSmileLeft")


def test_a_script_that_is_baked_is_the_sequence_and_rests(face) -> None:
    bpy.ops.emotebot.perform(script="0 happy in 0.5s for 2s", target="ACTION")
    assert beats_of(face) == [("happy", 0.0)]
    assert tracks(face) == {}
    assert not face.emotebot.automatic
    assert smile(face, 1 + 24) > 0.2


def test_a_script_takes_the_place_of_one_that_was_baked(face) -> None:
    block = face.data.shape_keys.key_blocks["jawOpen"]
    block.value = 0.25
    block.keyframe_insert("value", frame=30)
    for words in ("happy", "sad"):
        bpy.ops.emotebot.perform(script=f"0 {words} in 0.5s for 2s", target="ACTION")
    assert beats_of(face) == [("sad", 0.0)]
    assert smile(face, 1 + 24) < 0.1
    bpy.ops.emotebot.clear()
    (curve,) = curves_of(face.data.shape_keys.animation_data.action)
    assert [tuple(point.co) for point in curve.keyframe_points] == [(30, 0.25)]


def test_clearing_is_all_or_nothing(five) -> None:
    bpy.context.scene.frame_set(60)
    bpy.ops.emotebot.key(words="happy")
    five.data.shape_keys.animation_data.nla_tracks[0].lock = True
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.clear()
    assert len(five.data.shape_keys.animation_data.nla_tracks) == 2
