# SPDX-License-Identifier: GPL-3.0-or-later
"""Sequences from and to timeline markers, text data-blocks and files."""

import bpy
import pytest
from interface import beats_of

from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.session.sequence_script import script_of


def test_markers_become_beats_and_beats_markers(face) -> None:
    scene = bpy.context.scene
    for name, frame, is_selected in (
        ("happy 80%", 25, True),
        ("cut", 30, True),
        ("sad", 49, False),
        ("angry", 73, True),
    ):
        marker = scene.timeline_markers.new(name, frame=frame)
        marker.select = is_selected
    bpy.ops.emotebot.beats_from_markers()
    assert beats_of(face) == [("happy 80%", 1.0), ("angry", 3.0)]
    face.emotebot.beats[1].intensity = 0.5
    scene.timeline_markers.clear()
    for _ in range(2):
        bpy.ops.emotebot.beats_to_markers()
    assert [(m.name, m.frame) for m in scene.timeline_markers] == [
        ("happy 80%", 25),
        ("angry 50%", 73),
    ]


def test_a_marker_that_was_moved_is_imported_again_as_the_same_beat(face) -> None:
    scene = bpy.context.scene
    moved = scene.timeline_markers.new("happy", frame=25)
    scene.timeline_markers.new("sad", frame=49)
    bpy.ops.emotebot.beats_from_markers()
    beat = face.emotebot.beats[0]
    beat.has_hold, beat.hold = True, 0.5
    moved.frame = 37
    bpy.ops.emotebot.beats_from_markers()
    assert beats_of(face) == [("happy", 1.5), ("sad", 2.0)]
    assert face.emotebot.beats[0].hold == 0.5
    moved.name = "calm"
    bpy.ops.emotebot.beats_from_markers()
    assert beats_of(face) == [("calm", 1.5), ("sad", 2.0)]


def test_a_marker_that_was_moved_and_renamed_is_imported_again_as_the_same_beat(face) -> None:
    scene = bpy.context.scene
    changed = scene.timeline_markers.new("happy", frame=25)
    scene.timeline_markers.new("sad", frame=49)
    bpy.ops.emotebot.beats_from_markers()
    changed.frame, changed.name = 61, "calm"
    bpy.ops.emotebot.beats_from_markers()
    assert beats_of(face) == [("sad", 2.0), ("calm", 2.5)]


def test_a_beat_whose_marker_has_gone_stays_and_is_reported_once(face, capfd) -> None:
    scene = bpy.context.scene
    for name, frame in (("happy", 25), ("sad", 49), ("angry", 73)):
        scene.timeline_markers.new(name, frame=frame)
    bpy.ops.emotebot.beats_from_markers()
    for name in ("sad", "angry"):
        scene.timeline_markers.remove(scene.timeline_markers[name])
    capfd.readouterr()
    bpy.ops.emotebot.beats_from_markers()
    reported = "1 beat from markers; still there without a marker: “sad” and 1 more"
    assert reported in capfd.readouterr().out
    assert beats_of(face) == [("happy", 1.0), ("sad", 2.0), ("angry", 3.0)]
    bpy.ops.emotebot.beats_from_markers()
    assert "still there" not in capfd.readouterr().out


def test_a_beat_that_was_moved_moves_its_marker(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=1)
    bpy.ops.emotebot.beats_to_markers()
    face.emotebot.beats[0].start = 2
    bpy.ops.emotebot.beats_to_markers()
    assert [(m.name, m.frame) for m in bpy.context.scene.timeline_markers] == [("happy", 49)]


def test_without_chosen_markers_the_operator_says_so(face) -> None:
    with pytest.raises(RuntimeError, match="Select markers"):
        bpy.ops.emotebot.beats_from_markers()


@pytest.mark.parametrize("ending", ["txt", "json", "csv", "srt"])
def test_a_sequence_goes_through_files_and_texts(five, tmp_path, ending) -> None:
    five.emotebot.beats[1].intensity = 0.5
    with_hold = five.emotebot.beats[2]
    with_hold.has_hold, with_hold.hold = True, 0.75
    with_hold.has_transition, with_hold.transition = True, 0.25
    with_hold.has_take, with_hold.take = True, 7
    with_hold.has_liveliness, with_hold.liveliness = True, 0.3
    wanted = script_of(five.emotebot)
    path = tmp_path / f"sequence.{ending}"
    bpy.ops.emotebot.sequence_export(filepath=str(path))
    bpy.ops.emotebot.beats_to_text(text=f"Interview.{ending}")
    five.emotebot.beats.clear()
    bpy.ops.emotebot.sequence_import(filepath=str(path))
    assert _without_words(script_of(five.emotebot)) == _without_words(wanted)
    five.emotebot.beats.clear()
    bpy.ops.emotebot.beats_from_text(text=f"Interview.{ending}")
    assert _without_words(script_of(five.emotebot)) == _without_words(wanted)


def _without_words(script) -> list[tuple]:
    return [(b.feeling, b.start, b.transition, b.hold, b.take, b.liveliness) for b in script.beats]


def test_exact_feelings_of_a_file_stay_exact(face, tmp_path) -> None:
    path = tmp_path / "exact.json"
    path.write_text(
        '{"emotebot_script": 1, "beats": [{"start": 0.5, "words": "a label",'
        ' "emotion": {"fear": 0.7, "surprise": 0.3}, "intensity": 0.5}]}'
    )
    bpy.ops.emotebot.sequence_import(filepath=str(path))
    (beat,) = script_of(face.emotebot).beats
    wanted = Lexicon.load().read("fear=0.7 surprise=0.3 intensity=0.5")
    assert (beat.feeling, beat.start) == (wanted, 0.5)


def test_a_faulty_file_leaves_the_sequence_alone(five, tmp_path) -> None:
    path = tmp_path / "faulty.txt"
    path.write_text("0 happy\n1 hapy\n")
    before = beats_of(five)
    with pytest.raises(RuntimeError, match="line 2, column 3"):
        bpy.ops.emotebot.sequence_import(filepath=str(path))
    assert beats_of(five) == before


def test_a_take_beyond_blenders_numbers_is_refused(five, tmp_path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("0 happy take 4000000000\n")
    with pytest.raises(RuntimeError, match="4000000000 is larger"):
        bpy.ops.emotebot.sequence_import(filepath=str(path))
    assert len(five.emotebot.beats) == 5


@pytest.mark.parametrize("path", ["", "happy", "nowhere.txt"])
def test_a_file_that_is_not_there_is_not_imported(five, path) -> None:
    with pytest.raises(RuntimeError, match="There is no file"):
        bpy.ops.emotebot.sequence_import(filepath=path)
    assert len(five.emotebot.beats) == 5


def test_muted_beats_that_a_file_leaves_out_are_reported(five, tmp_path, capfd) -> None:
    five.emotebot.beats[0].mute = True
    bpy.ops.emotebot.sequence_export(filepath=str(tmp_path / "muted.txt"))
    assert "left out as muted: 1 beat" in capfd.readouterr().out
