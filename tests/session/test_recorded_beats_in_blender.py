# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats that are recordings, on a face in Blender."""

import bpy
import pytest
from interface import tracks, value
from recorded_samples import posed

from emotebot_blender.core.exchange.livelink_csv import write_livelink


@pytest.fixture
def take(tmp_path):
    """Return a take of three seconds whose jaw stays open by .6."""
    path = tmp_path / "take.csv"
    with path.open("w", newline="") as stream:
        write_livelink(posed("jawOpen", [0.6] * 181, 60.0), stream)
    return path


def shown(face, *frames: int) -> list[float]:
    values = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        values.append(value(face, "jawOpen"))
    return values


def test_a_beat_of_a_script_is_a_recording(face, take):
    """At 24 frames a second it starts on frame 49, is there on 61 and gone by 133."""
    bpy.ops.emotebot.perform(script=f'0 neutral\n2 recording "{take}"\n8 neutral', keying="DENSE")
    assert shown(face, 49, 61, 100, 121) == pytest.approx([0, 0.6, 0.6, 0.6], abs=0.02)
    assert shown(face, 134)[0] < 0.1
    assert tracks(face) == {"EmoteBot": 1}


@pytest.mark.filterwarnings("ignore:.*blend relative")
def test_a_recording_may_lie_beside_the_blend_file(face, take, tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.ops.emotebot.beat_add(words="neutral", start=0)
    bpy.context.object.emotebot.beats[0].recording = "//take.csv"
    assert shown(bpy.context.object, 40) == pytest.approx([0.6], abs=0.02)


def test_a_region_and_the_strength_count_for_it_too(face, take):
    bpy.ops.emotebot.perform(script=f'recording "{take}"')
    face.emotebot.strength = 0.5
    assert shown(face, 40) == pytest.approx([0.3], abs=0.02)
    face.emotebot.region = "NO_MOUTH"
    bpy.ops.emotebot.perform_sequence()
    assert shown(face, 40) == [0]


def test_a_recording_that_is_not_there_is_told_and_nothing_is_keyed(face):
    with pytest.raises(RuntimeError, match="There is no file at"):
        bpy.ops.emotebot.perform(script='recording "/none/take.csv"')
    assert tracks(face) == {}


@pytest.mark.parametrize("ending", ["txt", "json", "csv", "srt"])
def test_a_sequence_with_a_recording_goes_through_files(face, take, tmp_path, ending):
    bpy.ops.emotebot.perform(script=f'1 recording "{take}"\n9 happy')
    path = tmp_path / f"sequence.{ending}"
    bpy.ops.emotebot.sequence_export(filepath=str(path))
    face.emotebot.beats.clear()
    bpy.ops.emotebot.sequence_import(filepath=str(path))
    assert [beat.recording for beat in face.emotebot.beats] == [str(take), ""]


def test_the_scene_holds_the_whole_recording(face, take):
    bpy.context.scene.frame_end = 10
    bpy.ops.emotebot.perform(script=f'recording "{take}"')
    assert bpy.context.scene.frame_end >= 73


def test_an_import_may_become_a_beat_at_the_playhead(face, take):
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.context.scene.frame_set(49)
    bpy.ops.emotebot.import_performance(filepath=str(take), as_beat=True)
    assert [(beat.words, beat.start, beat.recording) for beat in face.emotebot.beats] == [
        ("happy", 0, ""),
        ("neutral", 2, str(take)),
    ]
    assert shown(face, 80)[0] == pytest.approx(0.6, abs=0.02)
