# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sets once for all files, with EmoteBot enabled as the add-on that it is."""

import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import bpy
import pytest
from interface import new_face
from panel_drawing import Layout

from emotebot_blender.core import onnx_runner
from emotebot_blender.core.performance.networks import FOLDER
from emotebot_blender.session import preferences, translation
from emotebot_blender.session.events import FrameRateChanged
from emotebot_blender.session.loaded_networks import networks_problem, runner_problem
from emotebot_blender.session.runtime import runtime
from emotebot_blender.ui import addon_preferences


def test_new_sequences_are_as_preferred(preferred) -> None:
    preferred.strength, preferred.keying, preferred.step = 0.5, "STEPPED", 3
    face = new_face("Face")
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    sequence = face.emotebot
    assert (sequence.strength, sequence.keying, sequence.step) == (0.5, "STEPPED", 3)
    preferred.strength = 1.0
    bpy.ops.emotebot.beat_add(words="sad", start=3)
    assert sequence.strength == 0.5


def test_what_was_set_of_a_sequence_before_its_first_beat_stays(preferred) -> None:
    preferred.strength, preferred.step = 0.5, 3
    face = new_face("Face")
    face.emotebot.strength = 0.75
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    assert (face.emotebot.strength, face.emotebot.step) == (0.75, 3)


def test_networks_of_the_users_own_are_played(preferred, tmp_path) -> None:
    for path in FOLDER.glob("*.onnx"):
        shutil.copy(path, tmp_path)
    preferred.models = str(tmp_path)
    assert networks_problem() is None
    new_face("Face")
    assert bpy.ops.emotebot.pose(words="happy") == {"FINISHED"}


def test_networks_are_checked_before_they_are_used(preferred, tmp_path) -> None:
    preferred.models = str(tmp_path)
    assert "expression.onnx" in str(networks_problem())
    new_face("Face")
    with pytest.raises(RuntimeError, match=r"expression\.onnx"):
        bpy.ops.emotebot.pose(words="happy")
    (tmp_path / "expression.onnx").write_bytes(b"no network")
    (tmp_path / "motion.onnx").write_bytes(b"no network")
    preferred.models = str(tmp_path)
    assert "expression.onnx" in str(networks_problem())
    preferred.models = ""
    assert networks_problem() is None
    assert bpy.ops.emotebot.pose(words="happy") == {"FINISHED"}


def test_an_onnxruntime_that_cannot_be_loaded_is_told(preferred, monkeypatch) -> None:
    monkeypatch.setattr(onnx_runner, "_problems", [])
    monkeypatch.delenv(onnx_runner.CHOICE, raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))  # an empty rest
    assert runner_problem() is None
    new_face("Face")
    assert bpy.ops.emotebot.pose(words="happy") == {"FINISHED"}
    layout = Layout()
    shown = SimpleNamespace(
        layout=layout, keying="EVERY_FRAME", shortcuts=False, bl_rna=preferred.bl_rna
    )
    addon_preferences.Preferences.draw(shown, bpy.context)
    ((_, sentence),) = (each for each in layout.drawn if "NumPy" in str(each[1]))
    assert sentence.startswith("onnxruntime cannot be loaded, so networks run in NumPy")


def test_a_word_list_is_read(preferred, tmp_path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        '{"entries": [{"emotion": {"anger": 1}, "intensity": 1, "words": ["zorblax"]}]}'
    )
    face = new_face("Face")
    with pytest.raises(RuntimeError, match="zorblax"):
        bpy.ops.emotebot.pose(words="zorblax")
    preferred.word_list = str(path)
    bpy.ops.emotebot.pose(words="zorblax")
    assert face.data.shape_keys.key_blocks["browDownLeft"].value > 0.1


def test_keys_stay_on_their_frames_where_that_is_wished(preferred) -> None:
    face = new_face("Face")
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    length = strip.frame_end - strip.frame_start
    scene = bpy.context.scene
    preferred.rate = "ASK"
    scene.render.fps = 48
    runtime().events.emit(FrameRateChanged())
    assert strip.frame_end - strip.frame_start == length
    preferred.rate = "FOLLOW"
    runtime().events.emit(FrameRateChanged())
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    assert strip.frame_end - strip.frame_start == pytest.approx(2 * length, abs=1)


def test_a_language_can_be_chosen(preferred) -> None:
    preferred.language = "de"
    assert translation.language() == "de"
    preferred.language = preferences.AS_BLENDER
    assert translation.language() == "en"


def test_every_language_has_texts() -> None:
    known = {language for language, _, _ in addon_preferences.LANGUAGES}
    files = {path.stem for path in Path(translation.FOLDER).glob("*.json")}
    assert known == files | {"en", preferences.AS_BLENDER}


def test_the_defaults_hold_without_an_add_on(blender) -> None:
    assert preferences.choices() == preferences.Choices()
