# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators for recorded faces and performances as files."""

import bpy
import pytest
from interface import tracks, value
from panel_drawing import draw
from recorded_samples import posed

from emotebot_blender.core.exchange.livelink_csv import write_livelink
from emotebot_blender.core.exchange.recording_formats import FORMATS, read_recording
from emotebot_blender.core.messages import Message
from emotebot_blender.ui.operators import performance_file_ops
from emotebot_blender.ui.sequence_panels import SequencePanel


@pytest.fixture
def take(tmp_path):
    """Return a take of Live Link Face of half a second, in which the jaw opens all the way."""
    path = tmp_path / "take 1.csv"
    with path.open("w", newline="") as stream:
        write_livelink(posed("jawOpen", [frame / 30 for frame in range(31)], 60.0), stream)
    return path


def test_every_format_is_offered_under_its_own_name():
    assert [item[0] for item in performance_file_ops.FORMATS] == list(FORMATS)
    for name, title, _ in performance_file_ops.FORMATS:
        assert title.endswith(f"({FORMATS[name].ending})")


def test_a_recording_starts_at_the_playhead(face, take, capfd):
    bpy.context.scene.frame_set(25)
    bpy.ops.emotebot.import_performance(filepath=str(take))
    assert "“take 1.csv” on “Face”: " in capfd.readouterr().out
    assert tracks(face) == {"EmoteBot take 1": 1}
    bpy.context.scene.frame_set(31)
    assert value(face, "jawOpen") == pytest.approx(0.5, abs=0.02)


def test_a_recording_starts_on_a_frame_that_is_given(face, take):
    bpy.context.scene.frame_set(25)
    bpy.ops.emotebot.import_performance(filepath=str(take), frame_start=1, keying="DENSE")
    bpy.context.scene.frame_set(7)
    assert value(face, "jawOpen") == pytest.approx(0.5, abs=1e-4)


def test_one_step_takes_an_import_back(face, take):
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.emotebot.import_performance(filepath=str(take))
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    assert tracks(bpy.data.objects["Face"]) == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "There is no file at"),
        ("bad.csv", "time,jawOpen\n0,wide\n", "line 2, column 2: jawOpen: a number was expected"),
        ("script.json", '{"emotebot_script": 1, "beats": []}', "a script of feelings"),
        ("take.fbx", "", "does not end like a recording"),
    ],
)
def test_a_file_that_is_no_recording_changes_nothing(face, tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(RuntimeError, match=message):
        bpy.ops.emotebot.import_performance(filepath=str(path))
    assert tracks(face) == {}


@pytest.mark.parametrize("name", FORMATS)
def test_a_performance_is_exported_in_every_format(five, tmp_path, name):
    path = tmp_path / f"take{FORMATS[name].ending}"
    bpy.context.scene.frame_set(30)
    bpy.ops.emotebot.export_performance(filepath=str(path), format=name)
    assert path.stat().st_size > 500
    if path.suffix != ".vrma":
        assert read_recording(path).weights.max() > 0.1


def test_an_ending_says_the_format(five, tmp_path):
    path = tmp_path / "take.vrma"
    bpy.ops.emotebot.export_performance(filepath=str(path))
    assert path.read_bytes().startswith(b"glTF")


def test_another_ending_than_that_of_the_format_is_refused(five, tmp_path):
    with pytest.raises(RuntimeError, match=r"must end in \.vrma"):
        bpy.ops.emotebot.export_performance(filepath=str(tmp_path / "take.csv"), format="vrma")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_in_the_file_is_told(five, tmp_path, capfd):
    five.emotebot.beats[1].mute = True
    bpy.ops.emotebot.export_performance(filepath=str(tmp_path / "take.json"), format="arkit")
    reported = capfd.readouterr().out
    assert "left out as muted: 1 beat" in reported
    assert "The turns of the head are not in the file" in reported


def test_without_beats_there_is_nothing_to_export(face):
    assert not bpy.ops.emotebot.export_performance.poll()
    assert bpy.ops.emotebot.import_performance.poll()


def test_the_file_dialog_adds_the_ending_of_the_format(five, tmp_path, monkeypatch):
    """As it does whenever a name is typed or a format chosen there."""
    seen = []

    def act(operator, context):
        for name, path in (("livelink", "a"), ("vrma", "a.csv"), ("mpfb", "b.vrma")):
            operator.format, operator.filepath = name, str(tmp_path / path)
            operator.check(context)
            seen.append(operator.filepath)
        return Message("checked")

    monkeypatch.setattr(performance_file_ops.ExportPerformance, "act", act)
    bpy.ops.emotebot.export_performance()
    assert seen == [str(tmp_path / name) for name in ("a.csv", "a.vrma", "b.json")]


def test_a_beat_that_is_a_recording_is_listed_by_its_file(face, take):
    bpy.ops.emotebot.import_performance(filepath=str(take), as_beat=True)
    drawn = draw(SequencePanel)
    assert ("label", "take 1.csv") in drawn
    assert ("prop", "recording") in drawn
