# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers keep their seconds at another frame rate, by themselves and as one step to undo."""

import bpy
import pytest
from interface import Clock, curves_of, tracks, value

from emotebot_blender.session import live, recording
from emotebot_blender.session.runtime import runtime


def smile(face, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return value(face, "mouthSmileLeft")


def strips(face) -> list[tuple[float, float]]:
    data = face.data.shape_keys.animation_data
    return [(s.frame_start, s.frame_end) for track in data.nla_tracks for s in track.strips]


def test_a_sequence_follows_without_a_window(five) -> None:
    before, _ = strips(five)[0], bpy.context.scene.frame_set(10)
    bpy.context.scene.render.fps = 30
    bpy.context.view_layer.update()
    (after,) = strips(five)
    assert after[1] - 1 == pytest.approx((before[1] - 1) * 30 / 24, abs=1)
    assert smile(five, 1 + 2 * 30) > 0.2
    assert smile(five, 1 + 5 * 30) < smile(five, 1 + 2 * 30) / 2


def test_a_saved_file_has_followed(five, tmp_path) -> None:
    _, end = strips(five)[0]
    bpy.context.scene.render.fps = 48
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert strips(bpy.data.objects["Face"])[0][1] == pytest.approx(1 + 2 * (end - 1), abs=1)


def test_keyed_feelings_keep_their_seconds(face) -> None:
    scene = bpy.context.scene
    for frame, words in ((25, "happy"), (73, "sad")):
        scene.frame_set(frame)
        bpy.ops.emotebot.key(words=words)
    happy = smile(face, 25)
    scene.render.fps = 48
    assert smile(face, 49) == pytest.approx(happy, abs=0.01)
    assert happy > 0.2
    assert smile(face, 145) < happy / 2
    assert len(tracks(face)) == 1


def test_a_keyed_feeling_over_a_sequence_is_fitted_still(five) -> None:
    scene = bpy.context.scene
    scene.frame_set(60)
    bpy.ops.emotebot.key(words="disgusted")
    scene.render.fps = 48
    scene.frame_set(1)
    (_, (start, end)) = sorted(strips(five))
    assert start < 119 < end  # frame 60 lies 59 frames after the first one
    feeling = sorted(strips(five))[1]
    bpy.ops.emotebot.beat_add(words="happy", start=2.6)  # a beat cuts the hold short
    assert sorted(strips(five))[1] != feeling


def test_keys_edited_by_hand_move_as_they_are(five) -> None:
    (track,) = five.data.shape_keys.animation_data.nla_tracks
    curve = next(
        curve for curve in curves_of(track.strips[0].action) if "mouthSmileLeft" in curve.data_path
    )
    curve.keyframe_points.insert(25, 0.123)
    bpy.context.scene.render.fps = 48
    assert smile(five, 49) == pytest.approx(0.123, abs=1e-4)


def test_a_sequence_that_rests_keeps_its_seconds(five) -> None:
    before = smile(five, 49)
    five.emotebot.automatic = False
    five.emotebot.beats[0].words = "sad"
    bpy.context.scene.render.fps = 48
    assert smile(five, 97) == pytest.approx(before, abs=0.01)


def test_what_cannot_follow_says_why(five) -> None:
    five.data.shape_keys.animation_data.nla_tracks[0].lock = True
    before = strips(five)
    bpy.context.scene.render.fps = 48
    bpy.context.view_layer.update()
    assert strips(five) == before
    problem = str(runtime().problems[five.session_uid])
    assert problem.startswith("The keys do not follow the frame rate: ")
    assert "locked" in problem


def test_one_undo_takes_back_the_rate_and_the_keys(five) -> None:
    name, before = five.name, strips(five)
    bpy.ops.ed.undo_push(message="24")
    bpy.context.scene.render.fps = 30
    bpy.ops.ed.undo_push(message="30")
    bpy.context.view_layer.update()
    after = strips(five)
    assert after != before
    bpy.ops.ed.undo()
    assert strips(bpy.data.objects[name]) == before
    bpy.ops.ed.redo()
    assert strips(bpy.data.objects[name]) == after
    bpy.ops.ed.undo_push(message="another step")
    bpy.ops.ed.undo()
    assert strips(bpy.data.objects[name]) == after


def test_keys_stay_where_that_is_preferred(preferred) -> None:
    from interface import new_face

    face = new_face("Face")
    preferred.rate = "ASK"
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    before = strips(face)
    bpy.context.scene.render.fps = 48
    bpy.context.view_layer.update()
    assert strips(face) == before


def test_a_recording_follows_without_a_window(face) -> None:
    settings, scene = bpy.context.scene.emotebot, bpy.context.scene
    settings.record_beats, settings.record_keys = False, True
    scene.frame_set(1)
    clock = Clock().start()
    live.record(scene)
    live.trigger("happy", take=3)
    clock.play(2.0)
    recording.keep(scene)
    live.stop()
    shown = smile(face, 25)
    scene.render.fps = 48
    assert smile(face, 49) == pytest.approx(shown, abs=0.01)
    assert shown > 0.2


def test_a_face_that_two_scenes_play_keeps_the_rate_of_one(five, tmp_path) -> None:
    before = strips(five)
    other = bpy.data.scenes.new("Another")  # which comes first
    other.collection.objects.link(five)
    other.render.fps = 48
    bpy.context.scene.frame_set(2)
    assert strips(five) == before
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    runtime().may_wait = True  # as in a window
    bpy.context.scene.frame_set(3)
    assert strips(bpy.data.objects["Face"]) == before


@pytest.fixture
def opened(preferred, tmp_path):
    """Return a face of a file whose scene has twice the frame rate of its keys."""
    from interface import new_face

    new_face("Face")
    preferred.rate = "ASK"
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.ops.emotebot.beat_add(words="sad", start=3)
    bpy.context.scene.render.fps = 48
    path = str(tmp_path / "opened.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    preferred.rate = "FOLLOW"
    bpy.ops.wm.open_mainfile(filepath=path)
    return bpy.data.objects["Face"]


def test_opening_and_saving_a_file_leave_its_keys(opened) -> None:
    before = strips(opened)
    bpy.context.view_layer.update()
    bpy.ops.wm.save_mainfile()
    bpy.context.scene.frame_set(10)  # as rendering without a window does
    assert strips(opened) == before


def test_keys_of_an_opened_file_follow_where_a_frame_is_gone_to(opened) -> None:
    (_, end) = strips(opened)[0]
    runtime().may_wait = True  # as in a window
    bpy.context.scene.frame_set(10)
    assert strips(opened)[0][1] == pytest.approx(1 + 2 * (end - 1), abs=1)
    reported = str(runtime().unreported[opened.session_uid])
    assert reported == "The keys were made at 24 frames a second and follow 48 now"


def test_keys_of_an_opened_file_follow_an_operator_which_reports_it(opened, capfd) -> None:
    end = strips(opened)[0][1]
    bpy.ops.emotebot.beat_add(words="angry", start=4)
    assert strips(opened)[0][1] > 1 + 1.5 * (end - 1)
    assert "follow 48 now" in capfd.readouterr().out
    assert not runtime().unreported


def test_keys_of_an_opened_file_follow_an_edit(opened) -> None:
    end = strips(opened)[0][1]
    opened.emotebot.automatic = False
    opened.emotebot.beats[0].intensity = 0.9
    assert strips(opened)[0][1] == pytest.approx(1 + 2 * (end - 1), abs=1)


@pytest.mark.skipif(bpy.app.version < (4, 3, 0), reason="Blender tells of imports from 4.3 on")
def test_keys_of_an_appended_face_follow_once_the_artist_works_on(opened, tmp_path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    runtime().may_wait = True
    scene = bpy.context.scene
    scene.render.fps = 48
    scene.frame_set(2)
    with bpy.data.libraries.load(str(tmp_path / "opened.blend")) as (_, wanted):
        wanted.objects = ["Face"]
    face = wanted.objects[0]
    scene.collection.objects.link(face)
    end = strips(face)[0][1]
    scene.frame_set(3)
    assert strips(face)[0][1] == pytest.approx(1 + 2 * (end - 1), abs=1)
