# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a performance begins, and how its pictures are rendered."""

import bpy
import pytest

from emotebot_blender.render.images import read_image

SCRIPT = "happy in 0.1s for 0.1s"


def test_a_performance_begins_on_a_frame_of_choice(run, save, tmp_path):
    output, table = tmp_path / "out.blend", tmp_path / "out.csv"
    line = ("perform", SCRIPT, "--face", save(), "--output", output, "--csv", table)
    assert run(*line, "--start", "-20")[0] == 0
    assert table.read_text().splitlines()[1].startswith("-20,0.000000,")
    bpy.ops.wm.open_mainfile(filepath=str(output))
    keys = bpy.data.objects["Face"].data.shape_keys
    (strip,) = (strip for track in keys.animation_data.nla_tracks for strip in track.strips)
    assert (strip.frame_start, bpy.context.scene.frame_start) == (-20, 1)


@pytest.mark.parametrize("engine", ["cycles", "workbench"])
def test_pictures_are_of_the_size_that_is_asked_for(engine, run, save, tmp_path):
    film, sheet = tmp_path / "frames", tmp_path / "sheet.png"
    line = ("perform", SCRIPT, "--face", save(), "--engine", engine, "--size", 32, "--samples", 1)
    assert run(*line, "--render", film, "--frames", "2-3", "--sheet", sheet)[0] == 0
    assert sorted(path.name for path in film.iterdir()) == ["0002.png", "0003.png"]
    assert read_image(film / "0002.png").shape[:2] == (32, 32)
    width = read_image(sheet).shape[1]
    assert 32 < width < 64  # one picture and its margins


def test_a_library_is_not_written_over(refused, save, tmp_path):
    library, face = tmp_path / "library.blend", save()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.data.worlds.new("World of the library").use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(library))
    before = library.read_bytes()
    bpy.ops.wm.open_mainfile(filepath=str(face))
    with bpy.data.libraries.load(str(library), link=True) as (source, linked):
        linked.worlds = source.worlds[:1]
    bpy.context.scene.world = linked.worlds[0]
    bpy.ops.wm.save_mainfile()
    status, sentence = refused("perform", SCRIPT, "--face", face, "--output", library, "--force")
    assert (status, "a linked library" in sentence) == (1, True), sentence
    assert library.read_bytes() == before


def test_a_recording_beside_the_face_is_not_written_over(refused, save, tmp_path):
    face, script = save(), tmp_path / "script.txt"
    take = face.parent / "take.csv"
    take.write_text("frame,time,jawOpen\n1,0,0\n2,0.04,0.5\n", encoding="utf-8")
    before = take.read_bytes()
    script.write_text('0.3 recording "//take.csv"', encoding="utf-8")
    status, sentence = refused("perform", script, "--face", face, "--csv", take)
    assert (status, "recording" in sentence) == (1, True), sentence
    assert take.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--export-format", "arkit"), "--export-format goes with --export"),
        (("--change-rate",), "--change-rate goes with --fps"),
    ],
)
def test_an_option_without_the_one_that_it_belongs_to(options, reason, refused, tmp_path):
    status, sentence = refused("perform", "happy", "--csv", tmp_path / "a.csv", *options)
    assert (status, reason in sentence) == (2, True), sentence


def test_frames_that_are_not_performed(refused, save, tmp_path):
    line = ("perform", SCRIPT, "--face", save(), "--render", tmp_path / "f", "--frames", "900-901")
    status, sentence = refused(*line)
    assert (status, "Frames 900 to 901 are not performed, but 1 to" in sentence) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--size", "15", "a size is a whole number from 16 to 16384, not “15”"),
        ("--samples", "0", "a number of samples is a whole number from 1"),
        ("--frames", "5-", "frames are one, such as 7, or a range, such as 1-48, not “5-”"),
        ("--start", "1.5", "a frame is a whole number"),
        ("--engine", "paint", "invalid choice"),
    ],
)
def test_a_value_that_is_none(option, value, reason, refused, tmp_path):
    status, sentence = refused("perform", "happy", "--csv", tmp_path / "a.csv", option, value)
    assert (status, reason in sentence) == (2, True), sentence
