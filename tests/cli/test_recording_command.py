# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded faces in place of scripts, and performances for other programs, by the command."""

import csv

import bpy
import numpy as np
import pytest
from glb_reading import ReadGlb
from recorded_samples import posed

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.exchange.livelink_csv import write_livelink
from emotebot_blender.core.exchange.recording_formats import FORMATS, read_recording

RISING = [frame / 60 for frame in range(61)]


@pytest.fixture
def take(tmp_path):
    """Return a take of Live Link Face of one second, in which the jaw opens and the head turns."""
    head = np.zeros((61, 3), dtype=np.float32)
    head[:, 1] = 60 * np.array(RISING)
    path = tmp_path / "take.csv"
    with path.open("w", newline="") as stream:
        write_livelink(posed("jawOpen", RISING, 60.0, head=head), stream)
    return path


def test_a_recording_is_written_in_another_format_without_a_face(run, take, tmp_path):
    out = tmp_path / "take.vrma"
    status, said, (note,) = run("perform", "--recording", take, "--export", out)
    assert status == 0
    assert "Preset expressions alone" in note
    assert said.splitlines() == ["1.0 s, 61 frames at 60 a second", f"wrote {out}"]
    times, values = ReadGlb(out.read_bytes()).track("aa", "translation")
    assert times[-1] == pytest.approx(1)
    assert values[:, 0] == pytest.approx(RISING, abs=1e-6)


def test_a_recording_is_performed_on_a_face(run, save, take, tmp_path):
    out = tmp_path / "out.blend"
    status, said, err = run(
        "perform", "--recording", take, "--face", save(), "--output", out, "--reduce", 0
    )
    assert (status, err) == (0, [])
    assert "1.0 s, 25 frames at 24 a second" in said
    bpy.ops.wm.open_mainfile(filepath=str(out))
    keys = bpy.data.objects["Face"].data.shape_keys
    bpy.context.scene.frame_set(13)
    assert keys.key_blocks["jawOpen"].value == pytest.approx(0.5, abs=1e-4)
    assert [track.name for track in keys.animation_data.nla_tracks] == ["EmoteBot take"]


def test_a_recording_takes_another_rate(run, take, tmp_path):
    out = tmp_path / "take.json"
    assert run("perform", "--recording", take, "--export", out, "--fps", 30)[0] == 0
    clip = read_recording(out).clip()
    assert (clip.fps, len(clip)) == (30, 31)
    assert clip.weights[:, INDEX["jawOpen"]] == pytest.approx(RISING[::2], abs=1e-5)
    assert clip.head[:, 1] == pytest.approx(60 * np.array(RISING[::2]), abs=1e-3)


def test_a_head_that_stays_still_stays_so_in_another_format(run, take, tmp_path):
    out = tmp_path / "take.json"
    assert run("perform", "--recording", take, "--export", out, "--head", 0)[0] == 0
    assert np.abs(read_recording(out).clip().head).max() == 0


def test_a_table_of_a_recording_begins_on_a_frame_of_choice(run, take, tmp_path):
    table = tmp_path / "out.csv"
    assert run("perform", "--recording", take, "--csv", table, "--start", 101)[0] == 0
    assert table.read_text().splitlines()[1].startswith("101,0.000000,")


def test_a_model_takes_its_place_with_the_other_outputs(refused, save, take, tmp_path):
    model, film = tmp_path / "model.glb", tmp_path / "film"
    line = ("perform", "--recording", take, "--face", save(), "--export-model", model)
    assert refused(*line, "--render", film, "--frames", "900-901")[0] == 1
    assert not model.exists()


@pytest.mark.parametrize("name", FORMATS)
def test_a_script_is_exported_in_every_format(run, tmp_path, name):
    out = tmp_path / f"out{FORMATS[name].ending}"
    line = ("perform", "happy for 1s", "--export", out, "--export-format", name)
    status, said, _ = run(*line)
    assert status == 0
    assert f"wrote {out}" in said
    assert out.stat().st_size > 500


def test_what_is_not_in_a_file_is_told(run, tmp_path):
    line = ("perform", "sad", "--export", tmp_path / "a.json", "--export-format", "arkit")
    assert run(*line)[2] == ["emotebot: The turns of the head are not in the file"]
    assert run(*line, "--head", 0)[2] == []


def test_an_export_and_a_table_are_of_one_performance(run, save, tmp_path):
    line = ("perform", "happy, then sad", "--face", save(), "--csv", tmp_path / "table.csv")
    assert run(*line, "--export", tmp_path / "all.json")[0] == 0
    with (tmp_path / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    clip = read_recording(tmp_path / "all.json").clip()
    table = [[float(row[name]) for name in CHANNELS] for row in rows]
    assert clip.weights == pytest.approx(np.array(table), abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--export", "OUT/a.txt"), "does not end like a recording"),
        (("--export", "OUT/a.csv", "--export-format", "vrma"), "must end in .vrma"),
        (("--export", "OUT/a.json", "--seed", 3), "leave out --seed"),
        (("--export", "OUT/a.json", "--sheet", "OUT/a.png"), "leave out --sheet"),
        (("--export", "OUT/take.csv"), "is the recording itself"),
        (("--output", "OUT/none/a.blend"), "There is no folder"),
    ],
)
def test_what_makes_no_sense_with_a_recording_is_refused(refused, take, arguments, message):
    line = [str(argument).replace("OUT", str(take.parent)) for argument in arguments]
    status, said = refused("perform", "--recording", take, *line)
    assert status == 1
    assert message in said


def test_a_faulty_recording_is_refused_with_its_place(refused, tmp_path):
    (tmp_path / "bad.csv").write_text("time,jawOpen\n0,1\n0.1,wide\n")
    line = ("perform", "--recording", tmp_path / "bad.csv", "--export", tmp_path / "a.json")
    assert "line 3, column 2: jawOpen: a number was expected, not “wide”" in refused(*line)[1]


@pytest.mark.parametrize(
    "arguments", [(), ("happy", "--recording", "take.csv")], ids=["neither", "both"]
)
def test_a_script_or_a_recording_is_performed(refused, arguments):
    status, said = refused("perform", *arguments, "--export", "a.json")
    assert status == 2
    assert "give a SCRIPT, or --recording FILE" in said


def test_a_beat_of_a_script_is_a_recording_beside_it(run, take, tmp_path):
    """It starts at 1 s and is there at 1.5 s, where its jaw is half open."""
    (tmp_path / "scene.txt").write_text('0 happy\n1 recording "take.csv"\n')
    out = tmp_path / "out.json"
    assert run("perform", tmp_path / "scene.txt", "--export", out, "--fps", 60)[0] == 0
    clip = read_recording(out).clip()
    assert clip.weights[[90, 120], INDEX["jawOpen"]] == pytest.approx([0.5, 1], abs=0.01)
    assert len(clip) == 181  # the last beat lasts as long as any


def test_nothing_is_written_over_a_recording_of_a_script(refused, take, tmp_path):
    (tmp_path / "scene.txt").write_text('recording "take.csv"')
    status, said = refused("perform", tmp_path / "scene.txt", "--csv", take)
    assert status == 1
    assert "is a recording itself" in said
