# SPDX-License-Identifier: GPL-3.0-or-later
import os

import bpy
import pytest

from emotebot_blender.cli import command
from emotebot_blender.core.performance.networks import FOLDER


def test_a_missing_file(refused, tmp_path):
    output = tmp_path / "out.blend"
    status, said = refused("perform", "happy", "--face", tmp_path / "no.blend", "--output", output)
    assert (status, "no .blend file" in said) == (1, True)


@pytest.mark.parametrize("content", [b"", b"not a blend", b"BLENDER-v405" + bytes(100)])
def test_a_corrupt_file(content, refused, tmp_path):
    face = tmp_path / "face.blend"
    face.write_bytes(content)
    for line in (
        ("perform", "happy", "--face", face, "--output", tmp_path / "o.blend"),
        ("map", face),
    ):
        status, said = refused(*line)
        assert (status, "face.blend" in said) == (1, True)


def test_a_file_cut_short(refused, save, tmp_path):
    face = save()
    face.write_bytes(face.read_bytes()[:5000])
    status, said = refused("map", face)
    assert (status, "face.blend" in said) == (1, True)


def test_no_face_in_the_file(refused, save, tmp_path):
    bpy.data.objects.remove(bpy.data.objects["Face"])
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, said = refused(*line)
    assert (status, "has no face" in said) == (1, True)


def test_a_face_with_no_known_channel(refused, save, tmp_path):
    for number, key in enumerate(bpy.data.objects["Face"].data.shape_keys.key_blocks[1:]):
        key.name = f"Shape {number}"
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, said = refused(*line)
    assert (status, "no shape key named after a channel" in said) == (1, True)


def test_an_object_that_is_not_there(refused, save):
    status, said = refused("map", save(), "--object", "Nobody")
    assert (status, "“Nobody”" in said) == (1, True)


@pytest.mark.parametrize(("attribute", "word"), [("lock_shape", "locked"), ("mute", "muted")])
def test_shape_keys_that_cannot_be_driven(attribute, word, refused, save, tmp_path):
    for key in bpy.data.objects["Face"].data.shape_keys.key_blocks:
        setattr(key, attribute, True)
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, said = refused(*line)
    assert (status, word in said) == (1, True)


def test_a_linked_face(refused, save, tmp_path):
    library, face = save("library.blend"), tmp_path / "face.blend"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(library), link=True) as (_, wanted):
        wanted.objects = ["Face"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(face), copy=True)
    line = ("perform", "happy", "--face", face, "--output", tmp_path / "out.blend")
    status, said = refused(*line)
    assert (status, "linked" in said) == (1, True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "There is no file"),
        (b"not a network", "not an ONNX network"),
        (b"", "not an ONNX network"),
        ((FOLDER / "motion.onnx").read_bytes(), "a network for motion"),
    ],
)
def test_a_missing_corrupt_or_foreign_network(content, reason, refused, tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    if content is not None:
        (models / "expression.onnx").write_bytes(content)
    status, said = refused("perform", "happy", "--models", models, "--csv", tmp_path / "out.csv")
    assert (status, reason in said) == (1, True)


@pytest.mark.parametrize("option", ["--face", "--output", "--sheet", "--csv", "--render"])
def test_a_name_that_is_too_long(option, refused, tmp_path):
    endings = {"--sheet": "png", "--csv": "csv", "--render": "mp4"}
    ending = f".{endings.get(option, 'blend')}"
    name = f"{'x' * 300}{ending}"
    more = ("--csv", tmp_path / "out.csv") if option == "--face" else ()
    status, said = refused("perform", "happy", option, tmp_path / name, *more)
    assert (status, f"…{'x' * (59 - len(ending))}{ending}" in said) == (1, True)


def test_the_word_list_is_not_written_over(refused, tmp_path):
    own = tmp_path / "own.json"
    own.write_text('{"entries": []}')
    status, said = refused("express", "happy", "--lexicon", own, "--json", own)
    assert (status, "word list itself" in said) == (1, True)


@pytest.mark.parametrize("option", ["--output", "--sheet", "--csv", "--render"])
def test_a_folder_that_cannot_be_written(option, refused, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    ending = {"--output": "blend", "--sheet": "png", "--csv": "csv", "--render": "mp4"}[option]
    status, said = refused("perform", "happy", option, blocked / f"out.{ending}")
    assert (status, "no folder" in said) == (1, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_the_right_to_write(refused, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(0o500)
    status, said = refused("perform", "happy", "--csv", closed / "out.csv")
    assert (status, "Permission denied" in said) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--fps", "0", "frames a second"),
        ("--fps", "nan", "frames a second"),
        ("--fps", "fast", "frames a second"),
        ("--seed", "seven", "a seed is a whole number"),
        ("--seed", "-1", "a seed is a whole number"),
        ("--seed", "1.5", "a seed is a whole number"),
        ("--reduce", "-0.1", "a tolerance"),
    ],
)
def test_a_number_that_is_none(option, value, word, refused, tmp_path):
    status, said = refused("perform", "happy", "--csv", tmp_path / "out.csv", f"{option}={value}")
    assert (status, word in said) == (2, True)


def test_words_that_mean_nothing(refused, tmp_path):
    status, said = refused("perform", "happpy", "--csv", tmp_path / "out.csv")
    assert (status, "happy" in said.removeprefix("emotebot: line 1, column 1: “happpy”")) == (
        1,
        True,
    )


@pytest.mark.parametrize("line", [(), ("perform",), ("perform", "happy"), ("dance",)])
def test_wrong_usage(line, refused):
    assert refused(*line)[0] == 2


def test_the_script_itself_is_not_overwritten(refused, tmp_path):
    script = tmp_path / "script.csv"
    script.write_text("start,feeling\n0,happy\n", encoding="utf-8")
    assert refused("perform", script, "--csv", script)[0] == 1


def test_a_bug_shows_its_traceback(monkeypatch):
    monkeypatch.setattr("emotebot_blender.core.performance.performance.express", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        command.main(["express", "happy"])
