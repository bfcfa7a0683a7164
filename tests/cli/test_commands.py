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

from emotebot_blender.animation.actions import find_curve, strip_curves
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.script.text_format import read_text

ROOT = Path(__file__).resolve().parents[2]


def shape_keys(name: str = "Face") -> bpy.types.Key:
    return bpy.data.objects[name].data.shape_keys


def shown(channel: str, frames: range) -> list[float]:
    """Return what a shape key of the face shows on each frame."""
    values = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        values.append(shape_keys().key_blocks[channel].value)
    return values


def baked_curve(channel: str) -> bpy.types.FCurve:
    return find_curve(shape_keys(), f'key_blocks["{channel}"].value')


# perform


@pytest.mark.parametrize("options", [(), ("--bake",)])
def test_perform_writes_keys_that_follow_the_performance(options, run, save, tmp_path):
    output = tmp_path / "out.blend"
    line = ("perform", "happy, then sad", "--face", save(), "--output", output, "--seed", 3)
    status, out, err = run(*line, *options)
    assert (status, err) == (0, [])
    assert f"wrote {output}" in out
    bpy.ops.wm.open_mainfile(filepath=str(output))
    script = read_text("happy, then sad", Lexicon.load())
    clip = perform(script, load_networks(), 24.0, 3, liveliness=0.6)
    values = shown("mouthSmileLeft", range(1, 1 + len(clip)))
    expected = clip.weights[:, CHANNELS.index("mouthSmileLeft")]
    np.testing.assert_allclose(values, expected, atol=0.011 if not options else 0.021)


def test_the_file_opens_with_its_beats_and_a_layer(run, save, tmp_path):
    output = tmp_path / "out.blend"
    script = "0 happy 80% in 0.5s for 1s\n2.5 sad take 3"
    assert run("perform", script, "--face", save(), "--output", output, "--seed", 3)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    sequence = bpy.data.objects["Face"].emotebot
    assert [(beat.words, beat.start) for beat in sequence.beats] == [("happy 80%", 0), ("sad", 2.5)]
    assert (sequence.beats[0].transition, sequence.beats[0].hold) == (0.5, 1.0)
    assert (sequence.beats[1].take, sequence.seed, sequence.automatic) == (3, 3, True)
    animation = shape_keys().animation_data
    assert [len(track.strips) for track in animation.nla_tracks] == [1]
    assert animation.action is None


def test_the_file_keeps_how_lively_holds_are(run, save, tmp_path):
    output = tmp_path / "out.blend"
    line = ("perform", "happy lively 30%, then sad", "--face", save(), "--output", output)
    assert run(*line, "--liveliness", 0.9)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    sequence = bpy.data.objects["Face"].emotebot
    assert sequence.liveliness == pytest.approx(0.9)
    kept = [beat.liveliness for beat in sequence.beats if beat.has_liveliness]
    assert kept == [pytest.approx(0.3)]


def test_bake_leaves_no_layer_and_a_sequence_that_rests(run, save, tmp_path):
    output = tmp_path / "out.blend"
    assert run("perform", "happy", "--face", save(), "--output", output, "--bake")[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert list(shape_keys().animation_data.nla_tracks) == []
    sequence = bpy.data.objects["Face"].emotebot
    assert ([beat.words for beat in sequence.beats], sequence.automatic) == (["happy"], False)


def test_the_file_knows_the_words_that_its_beats_need(run, save, tmp_path):
    words, output = tmp_path / "words.json", tmp_path / "out.blend"
    entries = [
        {"expression": {"jawOpen": 0.6}, "words": ["gawp"]},
        {"expression": {"jawOpen": 0.1}, "words": ["unused"]},
        {"emotion": {"fear": 1}, "intensity": 0.4, "words": ["wobblesome"]},
    ]
    words.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    line = ("perform", "gawp, then wobblesome", "--lexicon", words, "--face", save())
    assert run(*line, "--output", output)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert [own.word for own in bpy.context.scene.emotebot.expressions] == ["gawp"]
    beats = bpy.data.objects["Face"].emotebot.beats
    assert [beat.words for beat in beats] == ["gawp", "fear=1 intensity=0.4"]
    assert max(shown("jawOpen", range(1, 48))) == pytest.approx(0.6, abs=0.1)


def test_one_line_says_what_was_done(run, save, tmp_path):
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    summary = run(*line, "--reduce", 0)[1].splitlines()[0]
    assert summary == (
        "“Face”: 2.0 s, 49 frames at 24 a second, 2548 keys on frames 1 to 49, "
        "52 channels on 1 object, in the layer “EmoteBot”"
    )


def test_reduce_0_keys_every_frame(run, save, tmp_path):
    output = tmp_path / "out.blend"
    line = ("perform", "happy", "--face", save(), "--output", output, "--reduce", 0)
    assert run(*line, "--bake")[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert len(baked_curve("jawOpen").keyframe_points) == 49  # 2 s at 24 a second, both ends


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
    strips = [
        strip
        for keys in bpy.data.shape_keys
        for track in keys.animation_data.nla_tracks
        for strip in track.strips
    ]
    paths = {curve.data_path for strip in strips for curve in strip_curves(strip)}
    assert paths == {f'key_blocks["{name}"].value' for name in CHANNELS}
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
    clip = perform(read_text("happy", Lexicon.load()), load_networks(), 10.0, 0, liveliness=0.6)
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
    (content,) = json.loads(run("express", "wobblesome", "--lexicon", words)[1])
    assert (content["emotion"], content["intensity"]) == ({"fear": 1.0}, 0.4)


def test_a_face_of_ones_own_keeps_its_shape_at_another_intensity(run, tmp_path):
    words = tmp_path / "words.json"
    entry = {"expression": {"jawOpen": 0.6}, "words": ["gawp"]}
    words.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    (content,) = json.loads(run("express", "gawp", "--lexicon", words, "--intensity", 0.5)[1])
    assert (content["emotion"], content["intensity"]) == ({"gawp": 1.0}, 0.5)
    assert {name: weight for name, weight in content["channels"].items() if weight} == {
        "jawOpen": 0.3
    }


def test_a_locked_control_is_left_alone_and_reported(run, save, tmp_path):
    bpy.data.objects["Face"].data.shape_keys.key_blocks["jawOpen"].lock_shape = True
    output = tmp_path / "out.blend"
    status, _, err = run("perform", "happy", "--face", save(), "--output", output)
    assert status == 0
    assert err == ["emotebot: “Face: jawOpen” was left alone: locked"]


def test_a_solo_track_is_reported(run, save, tmp_path):
    keys = bpy.data.objects["Face"].data.shape_keys
    track = keys.animation_data_create().nla_tracks.new()
    track.name, track.is_solo = "Mine", True
    output = tmp_path / "out.blend"
    status, _, err = run("perform", "happy", "--face", save(), "--output", output)
    assert status == 0
    assert err == ["emotebot: The layer does not show: the NLA track “Mine” is solo"]


def test_a_pinned_face_is_performed_on_and_reported(run, save, tmp_path):
    bpy.data.objects["Face"].show_only_shape_key = True
    face = save()
    reported = "Does not show: all of Face (pinned to one shape key; unpin it in the object data"
    status, _, err = run("perform", "happy", "--face", face, "--output", tmp_path / "out.blend")
    assert (status, [reported in line for line in err]) == (0, [True])
    assert reported in run("map", face)[1]


def test_a_file_is_replaced_only_by_force(refused, run, save):
    face = save()
    status, sentence = refused("perform", "happy", "--face", face, "--output", face)
    assert (status, "--force" in sentence) == (1, True)
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
    result = run("perform", "happy", "--face", save(), "--output", output, "--quiet")
    assert result == (0, "", [])


# express


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


def test_an_exaggerated_expression_is_the_same_one_on_a_curve(run):
    usual, more = (
        json.loads(run("express", "furious", "--exaggerate", gain)[1])[0]["channels"]
        for gain in (1, 2)
    )
    assert more["noseSneerLeft"] == pytest.approx(1 - (1 - usual["noseSneerLeft"]) ** 2, abs=1e-5)


def test_intensity_0_is_the_neutral_face(run):
    (content,) = json.loads(run("express", "furious", "--intensity", 0)[1])
    assert set(content["channels"].values()) == {0.0}


def test_what_was_found_of_a_face_is_reported(run, save, tmp_path):
    face = bpy.data.objects["Face"]
    for block in face.data.shape_keys.key_blocks[1:]:
        if block.name.startswith("brow"):
            face.shape_key_remove(block)
    _, out, _ = run("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    assert out.startswith("“Face” (47 of 52 channels, no brows): ")


def test_a_second_set_of_shape_keys_is_reported(run, save, tmp_path):
    face = bpy.data.objects["Face"]
    for name in ("jawOpen", "mouthClose", "mouthPucker"):
        face.shape_key_add(name=f"old_{name}")
    said = "“Face” has two sets of controls; used: “jawOpen” and 2 more; left alone: “old_jawOpen”"
    path = save()
    status, out, err = run("perform", "happy", "--face", path, "--output", tmp_path / "out.blend")
    assert (status, any(said in line for line in (out, *err))) == (0, True)
    assert said in run("map", path)[1]


def test_too_little_of_a_face_is_performed_on_only_by_any_face(refused, run, save, tmp_path):
    face = bpy.data.objects["Face"]
    for block in face.data.shape_keys.key_blocks[1:]:
        if block.name != "jawOpen":
            face.shape_key_remove(block)
    path, output = save(), tmp_path / "out.blend"
    line = ("perform", "happy", "--face", path, "--output", output)
    status, sentence = refused(*line)
    assert (status, "(1 of 52 channels, no eyes, brows, cheeks)" in sentence) == (1, True)
    assert "--any-face" in sentence
    assert run(*line, "--any-face")[0] == 0
    assert output.exists()


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
            if list(tmp_path.rglob("*.png")):
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


def test_what_a_slider_cuts_off_is_reported_by_name(run, save, tmp_path):
    shape_keys().key_blocks["mouthSmileLeft"].slider_max = 0.3
    line = ("perform", "happy", "--face", save(), "--output", tmp_path / "out.blend")
    cut = "Cut off at the end of the slider’s range: Face: mouthSmileLeft"
    assert any(cut in reported for reported in run(*line)[2])


def test_map_knows_corrected_channels(run, save):
    from emotebot_blender.cli.blend_files import sequences_known
    from emotebot_blender.core.rig.convention import ControlName, Feed
    from emotebot_blender.rig.map_corrections import correct

    path = save()
    with sequences_known():
        bpy.ops.wm.open_mainfile(filepath=str(path))
        correct(bpy.data.objects["Face"], {"jawOpen": [Feed(ControlName("cheekPuff"))]})
        bpy.ops.wm.save_mainfile()
    content = json.loads(run("map", path, "--json")[1])
    (control,) = content["channels"]["jawOpen"]["controls"]
    assert control["name"] == "cheekPuff"
