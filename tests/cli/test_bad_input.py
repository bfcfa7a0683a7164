# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys
from pathlib import Path

import bpy
import pytest

from emotebot_blender.cli import command
from emotebot_blender.core.performance.networks import FOLDER

ROOT = Path(__file__).resolve().parents[2]


def test_a_missing_file(refused, tmp_path):
    output = tmp_path / "out.blend"
    status, sentence = refused(
        "perform", "happy", "--face", tmp_path / "no.blend", "--output", output
    )
    assert (status, "no .blend file" in sentence) == (1, True)


@pytest.mark.parametrize("content", [b"", b"not a blend", b"BLENDER-v405" + bytes(100)])
def test_a_corrupt_file(content, refused, tmp_path):
    face = tmp_path / "face.blend"
    face.write_bytes(content)
    for line in (
        ("perform", "happy", "--face", face, "--output", tmp_path / "o.blend"),
        ("map", face),
    ):
        status, sentence = refused(*line)
        assert (status, "face.blend" in sentence) == (1, True)


@pytest.mark.parametrize(
    ("name", "importer"),
    [
        ("hero.glb", "import_scene.gltf"),
        ("Hero.FBX", "import_scene.fbx"),
        ("hero.obj", "wm.obj_import"),
        ("hero.usdc", "wm.usd_import"),
        ("hero.vrm", "import_scene.vrm"),
    ],
)
def test_a_file_to_be_imported(name, importer, refused, tmp_path):
    folder = tmp_path.joinpath(*["a folder of a long name"] * 4)
    folder.mkdir(parents=True)
    face = folder / name
    face.write_bytes(b"glTF")
    imported = face.with_suffix(".blend")
    for target in (imported, face.with_suffix(".imported.blend")):
        status, sentence = refused("map", face)
        assert status == 1
        assert sentence.endswith(
            f"blender -b --python-expr \"import bpy; bpy.ops.{importer}(filepath='{face}'); "
            f"bpy.ops.wm.save_as_mainfile(filepath='{target}')\""
        )
        assert ("VRM add-on" in sentence) == name.endswith(".vrm")
        imported.write_bytes(b"mine")


def test_a_face_in_another_scene(refused, save, tmp_path):
    bpy.context.window.scene = bpy.data.scenes.new("Stage")
    face = save()
    status, sentence = refused("map", face)
    reported = "“Stage” has no face, but the scene “Scene” has “Face”: switch to that one"
    assert (status, sentence) == (1, f"emotebot: {reported}")
    status, sentence = refused("map", face, "--object", "Face")
    reported = "There is no object “Face” in the scene “Stage”, but in “Scene”: switch to that one"
    assert (status, sentence) == (1, f"emotebot: {reported}")


def test_a_file_cut_short(refused, save, tmp_path):
    face = save()
    face.write_bytes(face.read_bytes()[:5000])
    status, sentence = refused("map", face)
    assert (status, "face.blend" in sentence) == (1, True)


def test_no_face_in_the_file(refused, save, tmp_path):
    bpy.data.objects.remove(bpy.data.objects["Face"])
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, sentence = refused(*line)
    assert (status, "has no face" in sentence) == (1, True)


def test_a_face_with_no_known_channel(refused, save, tmp_path):
    for number, key in enumerate(bpy.data.objects["Face"].data.shape_keys.key_blocks[1:]):
        key.name = f"Shape {number}"
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, sentence = refused(*line)
    assert (status, "no shape key of “Face” has a name" in sentence) == (1, True)


def test_an_object_that_is_not_there(refused, save):
    status, sentence = refused("map", save(), "--object", "Nobody")
    assert (status, "“Nobody”" in sentence) == (1, True)


@pytest.mark.parametrize(("attribute", "word"), [("lock_shape", "locked"), ("mute", "muted")])
def test_shape_keys_that_cannot_be_driven(attribute, word, refused, save, tmp_path):
    for key in bpy.data.objects["Face"].data.shape_keys.key_blocks:
        setattr(key, attribute, True)
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    status, sentence = refused(*line)
    assert (status, word in sentence) == (1, True)


def test_a_linked_face(refused, save, tmp_path):
    library, face = save("library.blend"), tmp_path / "face.blend"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(library), link=True) as (_, loaded):
        loaded.objects = ["Face"]
    bpy.context.scene.collection.objects.link(loaded.objects[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(face), copy=True)
    line = ("perform", "happy", "--face", face, "--output", tmp_path / "out.blend")
    status, sentence = refused(*line)
    assert (status, "linked" in sentence) == (1, True)


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
    status, sentence = refused(
        "perform", "happy", "--models", models, "--csv", tmp_path / "out.csv"
    )
    assert (status, reason in sentence) == (1, True)


@pytest.mark.parametrize("option", ["--face", "--output", "--sheet", "--csv", "--render"])
def test_a_name_that_is_too_long(option, refused, tmp_path):
    endings = {"--sheet": "png", "--csv": "csv", "--render": "mp4"}
    ending = f".{endings.get(option, 'blend')}"
    name = f"{'x' * 300}{ending}"
    more = ("--csv", tmp_path / "out.csv") if option == "--face" else ()
    status, sentence = refused("perform", "happy", option, tmp_path / name, *more)
    assert (status, f"…{'x' * (59 - len(ending))}{ending}" in sentence) == (1, True)


def test_the_word_list_is_not_written_over(refused, tmp_path):
    own = tmp_path / "own.json"
    own.write_text('{"entries": []}')
    status, sentence = refused("express", "happy", "--lexicon", own, "--json", own)
    assert (status, "word list itself" in sentence) == (1, True)


@pytest.mark.parametrize("option", ["--output", "--sheet", "--csv", "--render"])
def test_a_folder_that_cannot_be_written(option, refused, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    ending = {"--output": "blend", "--sheet": "png", "--csv": "csv", "--render": "mp4"}[option]
    status, sentence = refused("perform", "happy", option, blocked / f"out.{ending}")
    assert (status, "no folder" in sentence) == (1, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_the_right_to_write(refused, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(0o500)
    status, sentence = refused("perform", "happy", "--csv", closed / "out.csv")
    assert (status, "Permission denied" in sentence) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--fps", "0", "frames a second"),
        ("--fps", "nan", "frames a second"),
        ("--fps", "fast", "frames a second"),
        ("--seed", "seven", "a seed is a whole number"),
        ("--seed", "-1", "a seed is a whole number"),
        ("--seed", "1.5", "a seed is a whole number"),
        ("--exaggerate", "0.4", "from 0.5 to 2"),
        ("--exaggerate", "nan", "from 0.5 to 2"),
        ("--exaggerate", "much", "from 0.5 to 2"),
        ("--liveliness", "-0.1", "liveliness is a number from 0 to 1"),
        ("--liveliness", "1.1", "liveliness is a number from 0 to 1"),
        ("--liveliness", "nan", "liveliness is a number from 0 to 1"),
        ("--liveliness", "30%", "liveliness is a number from 0 to 1"),
        ("--reduce", "-0.1", "a tolerance"),
    ],
)
def test_a_number_that_is_none(option, value, word, refused, tmp_path):
    status, sentence = refused(
        "perform", "happy", "--csv", tmp_path / "out.csv", f"{option}={value}"
    )
    assert (status, word in sentence) == (2, True)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Nobody", "no object “Nobody”"), ("CAMERA", "no camera to look at")],
)
def test_something_to_look_at_that_is_not_there(name, sentence, refused, save, tmp_path):
    line = ("perform", "happy", "--face", save(), "--csv", tmp_path / "out.csv")
    status, complaint = refused(*line, "--look-at", name)
    assert (status, sentence in complaint) == (1, True)


def test_words_that_mean_nothing(refused, tmp_path):
    status, sentence = refused("perform", "happpy", "--csv", tmp_path / "out.csv")
    assert (status, "happy" in sentence.removeprefix("emotebot: line 1, column 1: “happpy”")) == (
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
    monkeypatch.setattr(
        "emotebot_blender.core.performance.performance.express", lambda *_, **__: 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        command.main(["express", "happy"])


def test_the_script_in_the_home_folder_is_not_overwritten(refused, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    script = tmp_path / "script.csv"
    script.write_text("start,feeling\n0,happy\n", encoding="utf-8")
    status, sentence = refused("perform", "~/script.csv", "--csv", script)
    assert (status, "the script itself" in sentence) == (1, True)


def test_the_word_list_is_not_overwritten_by_a_table(refused, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text('{"entries": [{"emotion": {"fear": 1}, "words": ["zork"]}]}')
    status, sentence = refused("perform", "zork", "--lexicon", own, "--csv", own)
    assert (status, "the word list itself" in sentence) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="links want special rights there")
@pytest.mark.parametrize(
    ("option", "name", "noun"),
    [("--face", "face.blend", "the file with the face"), ("--models", "", "a network")],
)
def test_what_is_read_is_not_overwritten_through_a_link(
    option, name, noun, refused, save, tmp_path
):
    save()
    for model in FOLDER.glob("*.onnx"):
        (tmp_path / model.name).write_bytes(model.read_bytes())
    link = tmp_path / "out.csv"
    link.symlink_to(tmp_path / (name or "motion.onnx"))
    status, sentence = refused("perform", "happy", option, tmp_path / name, "--csv", link)
    assert (status, f"{noun} itself" in sentence) == (1, True)


def test_the_home_folder_of_nobody(refused, tmp_path):
    status, sentence = refused("perform", "~nosuchuser/x.txt", "--csv", tmp_path / "out.csv")
    assert (status, "~nosuchuser" in sentence) == (1, True)


def test_a_word_list_with_a_number_of_5000_digits(refused, tmp_path):
    own = tmp_path / "own.json"
    number = "9" * 5000
    own.write_text(
        f'{{"entries": [{{"emotion": {{"fear": 1}}, "intensity": {number}, "words": ["zork"]}}]}}'
    )
    status, sentence = refused("perform", "zork", "--lexicon", own, "--csv", tmp_path / "out.csv")
    assert (status, len(sentence) < 300) == (1, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize(
    ("line", "name"),
    [
        (("perform", "{path}", "--csv", "{out}"), "script.txt"),
        (("perform", "happy", "--lexicon", "{path}", "--csv", "{out}"), "own.json"),
        (("perform", "happy", "--face", "{path}", "--csv", "{out}"), "face.blend"),
        (("perform", "happy", "--models", "{folder}", "--csv", "{out}"), "motion.onnx"),
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero"])
def test_an_input_that_is_no_file_and_never_ends(kind, line, name, refused, tmp_path):
    path = tmp_path / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(kind)
    (tmp_path / "expression.onnx").write_bytes((FOLDER / "expression.onnx").read_bytes())
    arguments = [part.format(path=path, folder=tmp_path, out=tmp_path / "o.csv") for part in line]
    status, sentence = refused(*arguments)
    assert (status, name in sentence) == (1, True)


@pytest.mark.parametrize("count", ["000000001000000000", "0", "100001", "9" * 5000, "-1", "²"])
def test_a_count_that_is_none(count, refused):
    status, sentence = refused("express", "happy", f"--count={count}")
    assert (status, "a count is a whole number from 1 to 100000" in sentence) == (2, True)
    assert len(sentence) < 200


@pytest.mark.parametrize(
    "line", [("map", "face.blend", "--object", "a\udcff"), ("character", "--name", "a\udcff")]
)
def test_a_name_that_is_no_utf_8(line, refused, tmp_path):
    more = ("--output", tmp_path / "out.blend") if line[0] == "character" else ()
    status, sentence = refused(*line, *more)
    assert (status, "a name is text in UTF-8" in sentence) == (2, True)


def test_a_folder_of_networks_that_may_not_be_read(tmp_path):
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("takes on another user, as root of Linux may")
    (tmp_path / "models").mkdir(0o700)
    code = (
        "import os, sys\n"
        "from emotebot_blender.cli import command\n"
        "command.main(['express', 'happy'])\n"  # for what is imported on the way
        "os.setuid(65534)\n"
        "sys.exit(command.main(['express', 'happy', '--models', sys.argv[1]]))"
    )
    line = [sys.executable, "-c", code, str(tmp_path / "models")]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT)
    err = done.stderr.splitlines()
    assert (done.returncode, len(err), "models" in err[0]) == (1, 1, True)


def test_a_long_argument_is_not_quoted_at_length(refused, tmp_path):
    for line in (
        ("perform", "happy", "--csv", tmp_path / "o.csv", "x" * 5000),
        ("perform", "happy", "--csv", tmp_path / "o.csv", "--seed", "x" * 5000),
        ("perform", "y" * 5000, "--csv", tmp_path / "o.csv"),
        ("x" * 5000,),
    ):
        assert len(refused(*line)[1]) < 300


def test_an_onnxruntime_that_cannot_be_loaded_is_told(tmp_path):
    (tmp_path / "onnxruntime.py").write_text("raise ImportError('DLL load failed')")
    done = subprocess.run(
        [sys.executable, "-m", "emotebot_blender", "express", "happy"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "EMOTEBOT_RUNNER": ""},
    )
    assert '"mouthSmileLeft"' in done.stdout
    assert done.stderr == (
        "emotebot: onnxruntime cannot be loaded, so networks run in NumPy: DLL load failed\n"
    )
