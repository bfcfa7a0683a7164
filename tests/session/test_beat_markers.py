# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats shown as markers, linked both ways; frames at 24 a second from frame 1."""

import bpy
import pytest
from interface import beats_of, curves_of, value

from emotebot_blender.session.runtime import runtime

FIVE = [("happy", 1), ("sad", 73), ("angry", 145), ("afraid", 217), ("surprised", 289)]


@pytest.fixture
def shown(five):
    """Return the face with five beats, shown as markers beside one of the artist's."""
    bpy.context.scene.timeline_markers.new("cut", frame=50)
    five.emotebot.markers = True
    return five


def markers() -> list[tuple[str, int]]:
    """Return name and frame of each marker but the artist's, which has to be as it was."""
    found = [(marker.name, marker.frame) for marker in bpy.context.scene.timeline_markers]
    found.remove(("cut", 50))
    return sorted(found, key=lambda marker: marker[1])


def marker(name: str):
    return next(m for m in bpy.context.scene.timeline_markers if m.name == name)


def update() -> None:
    """Have the scene evaluated; a window that draws the timeline notices changes sooner."""
    bpy.context.scene.frame_set(bpy.context.scene.frame_current)


def test_each_beat_has_a_marker_while_that_is_wished(shown) -> None:
    assert markers() == FIVE
    shown.emotebot.markers = False
    assert markers() == []


def test_a_moved_marker_moves_its_beat_and_the_face(shown) -> None:
    marker("sad").frame = 97
    update()
    assert beats_of(shown)[1] == ("sad", 4.0)
    bpy.context.scene.frame_set(1 + 85)
    assert value(shown, "mouthSmileLeft") > 0.2  # happy still, where it was sad before


def test_a_renamed_marker_renames_its_beat(shown) -> None:
    marker("sad").name = "calm 50%"
    update()
    assert beats_of(shown)[1] == ("calm 50%", 3.0)
    assert markers()[1] == ("calm 50%", 73)


def test_a_deleted_marker_removes_its_beat(shown) -> None:
    bpy.context.scene.timeline_markers.remove(marker("sad"))
    update()
    assert [words for words, _ in beats_of(shown)] == ["happy", "angry", "afraid", "surprised"]


def test_what_was_removed_with_its_marker_is_reported(shown, capfd) -> None:
    for name in ("sad", "afraid"):
        bpy.context.scene.timeline_markers.remove(marker(name))
    update()
    reported = "Taken out with the marker: “sad” and 1 more (Undo brings it back)"
    assert str(runtime().unreported[shown.session_uid]) == reported
    bpy.ops.emotebot.beat_slide(index=0, offset=0.1)
    assert reported in capfd.readouterr().out
    assert not runtime().unreported


def test_an_undo_of_what_was_removed_says_no_more_of_it(shown) -> None:
    bpy.ops.ed.undo_push(message="before")
    bpy.context.scene.timeline_markers.remove(marker("sad"))
    bpy.ops.ed.undo_push(message="marker")
    update()
    assert runtime().unreported
    bpy.ops.ed.undo()
    assert not runtime().unreported


def test_beats_that_are_removed_by_a_button_are_reported_by_that_alone(shown) -> None:
    bpy.ops.emotebot.beat_remove(index=1)
    assert not runtime().unreported


def test_markers_follow_edited_beats(shown) -> None:
    beat = shown.emotebot.beats[1]
    beat.start, beat.words, beat.intensity = 4.0, "calm", 0.5
    assert markers()[1] == ("calm 50%", 97)
    beat.mute = True
    assert ("calm 50%", 97) not in markers()
    beat.mute = False
    bpy.ops.emotebot.beat_remove(index=0)
    bpy.ops.emotebot.beat_slide(index=0, offset=1.0, following=True)
    bpy.ops.emotebot.beat_add(words="contempt", start=2.0)
    assert markers()[:3] == [("contempt", 49), ("calm 50%", 121), ("angry", 169)]


def test_markers_of_one_name_keep_their_beats(shown) -> None:
    for beat in shown.emotebot.beats:
        beat.words = "happy"
    shown.emotebot.beats[1].has_hold, shown.emotebot.beats[1].hold = True, 0.7
    second = next(m for m in bpy.context.scene.timeline_markers if m.frame == 73)
    second.frame = 180  # past the next one
    update()
    held = next(beat for beat in shown.emotebot.beats if beat.has_hold)
    assert held.start_frame == pytest.approx(180)
    assert [frame for _, frame in markers()] == [1, 145, 180, 217, 289]


def test_markers_that_move_together_keep_their_order(shown, tmp_path) -> None:
    for beat in shown.emotebot.beats:
        beat.words = "happy"
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    for one in bpy.context.scene.timeline_markers:
        one.frame += 10 * (one.name != "cut")
    bpy.ops.wm.save_as_mainfile(filepath=path)  # where nothing is evaluated
    assert [start for _, start in beats_of(bpy.data.objects["Face"])] == pytest.approx(
        [10 / 24 + 3 * number for number in range(5)], abs=1e-3
    )


def test_another_frame_rate_moves_the_markers(shown) -> None:
    bpy.context.scene.render.fps = 48
    update()
    assert markers() == [(name, 1 + 2 * (frame - 1)) for name, frame in FIVE]
    assert [start for _, start in beats_of(shown)] == [0, 3, 6, 9, 12]


def test_a_marker_before_the_sequence_comes_back_to_its_start(shown) -> None:
    marker("sad").frame = -20
    update()
    assert ("sad", 1) in markers()
    assert sorted(beats_of(shown))[2:4] == [("happy", 0.0), ("sad", 0.0)]


def keys(face) -> list[tuple[float, float]]:
    """Return the keys of the smile on the layer."""
    (track,) = face.data.shape_keys.animation_data.nla_tracks
    curves = curves_of(track.strips[0].action)
    curve = next(curve for curve in curves if "mouthSmileLeft" in curve.data_path)
    return [tuple(point.co) for point in curve.keyframe_points]


def test_one_undo_takes_back_the_keys_as_well(shown) -> None:
    name, before = shown.name, keys(shown)
    bpy.ops.ed.undo_push(message="before")
    marker("sad").frame = 97
    bpy.ops.ed.undo_push(message="marker")
    update()
    after = keys(bpy.data.objects[name])
    assert after != before
    bpy.ops.ed.undo()
    assert keys(bpy.data.objects[name]) == before
    bpy.ops.ed.redo()
    assert keys(bpy.data.objects[name]) == after


@pytest.mark.parametrize("change", ["move", "rename", "delete"])
def test_one_undo_takes_back_marker_and_beat(shown, change) -> None:
    name, before = shown.name, beats_of(shown)
    shown.emotebot.beats[1].has_hold, shown.emotebot.beats[1].hold = True, 0.7
    bpy.ops.ed.undo_push(message="before")
    one = marker("sad")
    if change == "move":
        one.frame = 97
    elif change == "rename":
        one.name = "calm"
    else:
        bpy.context.scene.timeline_markers.remove(one)
    bpy.ops.ed.undo_push(message="marker")
    update()  # as Blender does after the step was made
    after, shown_after = beats_of(bpy.data.objects[name]), markers()
    assert after != before
    bpy.ops.ed.undo()
    assert (beats_of(bpy.data.objects[name]), markers()) == (before, FIVE)
    held = [beat.words for beat in bpy.data.objects[name].emotebot.beats if beat.has_hold]
    assert held == ["sad"]
    bpy.ops.ed.redo()
    assert (beats_of(bpy.data.objects[name]), markers()) == (after, shown_after)
    bpy.ops.ed.undo_push(message="another")
    bpy.ops.ed.undo()
    assert (beats_of(bpy.data.objects[name]), markers()) == (after, shown_after)


def test_undoing_an_edit_of_a_beat_takes_back_its_marker(shown) -> None:
    name = shown.name
    bpy.ops.ed.undo_push(message="before")
    shown.emotebot.beats[1].start = 4.0
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert beats_of(bpy.data.objects[name])[1] == ("sad", 3.0)
    assert markers() == FIVE


def test_a_saved_file_keeps_its_links(shown, tmp_path) -> None:
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    marker("sad").frame = 97
    update()
    assert beats_of(bpy.data.objects["Face"])[1] == ("sad", 4.0)
    assert len(markers()) == 5


def test_performing_follows_first(shown) -> None:
    marker("sad").frame = 97
    bpy.ops.emotebot.perform_sequence()
    assert beats_of(shown)[1] == ("sad", 4.0)


def test_the_artists_markers_and_cameras_stay(shown) -> None:
    scene = bpy.context.scene
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    own = scene.timeline_markers.new("sad", frame=400)
    bound = scene.timeline_markers.new("happy", frame=500)
    bound.camera = camera
    update()
    scene.timeline_markers.remove(next(m for m in scene.timeline_markers if m.frame == 73))
    update()
    assert [words for words, _ in beats_of(shown)] == ["happy", "angry", "afraid", "surprised"]
    shown.emotebot.markers = False
    assert (own.name, own.frame) == ("sad", 400)
    assert (bound.name, bound.frame, bound.camera) == ("happy", 500, camera)
    assert len(scene.timeline_markers) == 3


def test_a_marker_that_is_bound_to_a_camera_is_the_artists_from_then_on(shown) -> None:
    scene = bpy.context.scene
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    bound = marker("sad")
    bound.camera = camera
    update()
    assert len(beats_of(shown)) == 5
    bpy.ops.emotebot.clear(beats=True)
    assert [(m.name, m.frame) for m in scene.timeline_markers if m.name != "cut"] == [("sad", 73)]


def test_a_duplicated_face_has_markers_of_its_own(shown) -> None:
    scene = bpy.context.scene
    copy = shown.copy()
    copy.data = shown.data.copy()
    scene.collection.objects.link(copy)
    update()
    assert len(markers()) == 10
    names = [name for name, _ in markers()]
    assert names[:2] == [f"happy ({shown.name})", f"happy ({copy.name})"]
    marker(f"sad ({copy.name})").frame = 97
    marker(f"angry ({copy.name})").name = f"calm ({copy.name})"
    update()
    assert beats_of(copy)[1:3] == [("sad", 4.0), ("calm", 6.0)]
    assert beats_of(shown)[1:3] == [("sad", 3.0), ("angry", 6.0)]
    bpy.data.objects.remove(copy)
    update()
    assert markers() == FIVE


def test_a_script_gives_new_markers(shown) -> None:
    bpy.ops.emotebot.perform(script="0 calm\n2 sad")
    assert markers() == [("calm", 1), ("sad", 49)]


def test_a_sequence_shown_after_others_were_imported_takes_their_markers(face) -> None:
    scene = bpy.context.scene
    scene.timeline_markers.new("cut", frame=50).select = False
    scene.timeline_markers.new("happy", frame=25)
    bpy.ops.emotebot.beats_from_markers()
    face.emotebot.markers = True
    assert markers() == [("happy", 25)]
    face.emotebot.markers = False
    assert markers() == [("happy", 25)]  # it is the artist's
