# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import bpy
import numpy as np
import pytest

from emotebot_blender.animation.actions import find_curve
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.script.text_format import read_text

ROOT = Path(__file__).resolve().parents[2]


def curve_of(channel: str, name: str = "Face"):
    keys = bpy.data.objects[name].data.shape_keys
    return find_curve(keys, f'key_blocks["{channel}"].value')


# perform


def test_perform_writes_keys_that_follow_the_performance(run, save, tmp_path):
    output = tmp_path / "out.blend"
    status, out, err = run(
        "perform", "happy, then sad", "--face", save(), "--output", output, "--seed", 3
    )
    assert (status, err) == (0, [])
    assert f"wrote {output}" in out
    bpy.ops.wm.open_mainfile(filepath=str(output))
    clip = perform(read_text("happy, then sad", Lexicon.load()), load_networks(), 24.0, 3)
    curve = curve_of("mouthSmileLeft")
    keyed = [curve.evaluate(1 + place) for place in range(len(clip))]
    np.testing.assert_allclose(keyed, clip.weights[:, CHANNELS.index("mouthSmileLeft")], atol=0.011)


def test_reduce_0_keys_every_frame(run, save, tmp_path):
    output = tmp_path / "out.blend"
    assert run("perform", "happy", "--face", save(), "--output", output, "--reduce", 0)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert len(curve_of("jawOpen").keyframe_points) == 49  # 2 s at 24 a second, both ends


def test_fps_sets_the_rate_of_the_file_and_leaves_its_seconds(run, save, tmp_path):
    output = tmp_path / "out.blend"
    status, out, _ = run("perform", "happy", "--face", save(), "--output", output, "--fps", 50)
    assert (status, "2.0 s, 101 frames at 50 a second" in out) == (0, True)
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert bpy.context.scene.render.fps / bpy.context.scene.render.fps_base == 50


def test_without_fps_the_file_keeps_its_own(run, save, tmp_path):
    bpy.context.scene.render.fps = 30
    status, out, _ = run("perform", "happy", "--face", save(), "--csv", tmp_path / "out.csv")
    assert (status, "61 frames at 30 a second" in out) == (0, True)


def test_without_a_face_the_built_in_head_performs(run, tmp_path):
    output = tmp_path / "out.blend"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert run("perform", "happy", "--output", output)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    keyed = {
        name
        for mesh in bpy.data.objects
        if mesh.type == "MESH" and mesh.data.shape_keys
        for name in mesh.data.shape_keys.key_blocks.keys()  # noqa: SIM118 - not a dictionary
        if curve_of(name, mesh.name)
    }
    assert keyed == set(CHANNELS)
    assert bpy.context.scene.frame_end == 49


def test_the_output_holds_nothing_that_only_pictures_need(run, save, tmp_path):
    face, output = save(), tmp_path / "out.blend"
    with bpy.data.libraries.load(str(face)) as (before, _):
        objects = list(before.objects)
    run("perform", "happy", "--face", face, "--output", output, "--sheet", tmp_path / "s.png")
    with bpy.data.libraries.load(str(output)) as (after, _):
        assert list(after.objects) == objects
        assert len(after.scenes) == 1
    assert (tmp_path / "s.png").read_bytes().startswith(b"\x89PNG")


def test_a_table_has_frame_time_and_every_channel(run, tmp_path):
    table = tmp_path / "out.csv"
    assert run("perform", "happy", "--csv", table, "--fps", 10)[0] == 0
    rows = list(csv.reader(table.open(encoding="utf-8")))
    assert rows[0] == ["frame", "time", *CHANNELS]
    clip = perform(read_text("happy", Lexicon.load()), load_networks(), 10.0, 0)
    assert [row[:2] for row in rows[1:3]] == [["1", "0.000000"], ["2", "0.100000"]]
    weights = np.array([row[2:] for row in rows[1:]], dtype=float)
    np.testing.assert_allclose(weights, clip.weights, atol=1e-6)


def test_a_script_may_be_a_file(run, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("happy, then sad", encoding="utf-8")
    run("perform", script, "--csv", tmp_path / "file.csv")
    run("perform", "happy, then sad", "--csv", tmp_path / "text.csv")
    assert (tmp_path / "file.csv").read_bytes() == (tmp_path / "text.csv").read_bytes()


def test_words_of_ones_own(run, tmp_path):
    words = tmp_path / "words.json"
    entry = {"emotion": {"fear": 1}, "intensity": 0.4, "words": ["wobblesome"]}
    words.write_text(json.dumps({"language": "en", "entries": [entry]}), encoding="utf-8")
    (found,) = json.loads(run("express", "wobblesome", "--lexicon", words)[1])
    assert (found["emotion"], found["intensity"]) == ({"fear": 1.0}, 0.4)


def test_a_face_of_ones_own_keeps_its_shape_at_another_intensity(run, tmp_path):
    words = tmp_path / "words.json"
    entry = {"expression": {"jawOpen": 0.6}, "words": ["gawp"]}
    words.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    (found,) = json.loads(run("express", "gawp", "--lexicon", words, "--intensity", 0.5)[1])
    assert (found["emotion"], found["intensity"]) == ({"gawp": 1.0}, 0.5)
    assert {name: weight for name, weight in found["channels"].items() if weight} == {
        "jawOpen": 0.3
    }


def test_a_locked_control_is_left_alone_and_told(run, save, tmp_path):
    bpy.data.objects["Face"].data.shape_keys.key_blocks["jawOpen"].lock_shape = True
    output = tmp_path / "out.blend"
    status, _, err = run("perform", "happy", "--face", save(), "--output", output)
    assert status == 0
    assert err == ["emotebot: “Face: jawOpen” was left alone: locked"]


def test_a_file_is_replaced_only_by_force(refused, run, save):
    face = save()
    status, said = refused("perform", "happy", "--face", face, "--output", face)
    assert (status, "--force" in said) == (1, True)
    before = face.read_bytes()
    assert run("perform", "happy", "--face", face, "--output", face, "--force")[0] == 0
    assert face.read_bytes() != before


def test_a_failed_write_leaves_the_old_file(run, save, tmp_path, monkeypatch):
    table = tmp_path / "out.csv"
    table.write_text("mine")

    def stop(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", stop)
    status, _, err = run("perform", "happy", "--csv", table)
    assert (status, len(err), "No space left" in err[0]) == (1, 1, True)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out.csv"]
    assert table.read_text() == "mine"


def test_quiet_says_nothing(run, save, tmp_path):
    output = tmp_path / "out.blend"
    said = run("perform", "happy", "--face", save(), "--output", output, "--quiet")
    assert said == (0, "", [])


# express and map


def test_express_gives_each_expression_as_an_object(run):
    status, out, err = run("express", "70% fear 30% surprise", "--seed", 5, "--count", 2)
    assert (status, err) == (0, [])
    first, second = json.loads(out)
    assert first["name"] == "70% fear 30% surprise 1"
    assert first["emotion"] == {"surprise": pytest.approx(0.3), "fear": pytest.approx(0.7)}
    assert (first["seed"], second["seed"]) == (5, 6)
    assert tuple(first["channels"]) == CHANNELS
    assert first["channels"] != second["channels"]


def test_each_expression_is_what_its_seed_gives_alone(run):
    many = json.loads(run("express", "happy", "--seed", 5, "--count", 2)[1])
    alone = json.loads(run("express", "happy", "--seed", 6)[1])
    assert alone[0]["channels"] == many[1]["channels"]


def test_intensity_0_is_the_neutral_face(run):
    (found,) = json.loads(run("express", "furious", "--intensity", 0)[1])
    assert set(found["channels"].values()) == {0.0}


def test_map_lists_the_channels_and_their_controls(run, save):
    status, out, err = run("map", save(), "--json")
    assert (status, err) == (0, [])
    found = json.loads(out)
    assert found["face"] == "Face"
    assert found["channels"]["jawOpen"] == ["Face: jawOpen"]
    assert (len(found["channels"]), found["missing"]) == (52, [])


def test_map_shows_a_table(run, save):
    out = run("map", save())[1].splitlines()
    assert out[0].split() == ["Face", "Face"]
    assert "Channels".ljust(23) + "52 of 52" in out


def test_core_commands_need_no_blender(tmp_path):
    code = (
        "import sys; sys.modules['bpy'] = None\n"
        "from emotebot_blender.cli.command import main\n"
        "table = sys.argv[1]\n"
        "sys.exit(main(['express', 'happy']) or main(['perform', 'happy', '--csv', table]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.csv")], cwd=ROOT, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a console sends no such signal there")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing(number, status, tmp_path):
    command = [sys.executable, "-m", "emotebot_blender", "perform", "happy"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--render", tmp_path / "film.mp4"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
    ) as running:
        for _ in range(600):
            time.sleep(0.1)
            if list(tmp_path.glob("emotebot-*/*.png")):
                break
        running.send_signal(number)
        err = running.communicate(timeout=120)[1].decode()
    assert running.returncode == status
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir() if "film" in path.name] == []
    assert list(tmp_path.glob("emotebot-*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_has_seen_enough_is_no_fault():
    command = [sys.executable, "-m", "emotebot_blender", "express", "happy", "--count", "300"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
