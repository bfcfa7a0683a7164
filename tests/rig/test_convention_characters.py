# SPDX-License-Identifier: GPL-3.0-or-later
"""A character of every convention: all of its controls are found, and it performs like the head."""

from pathlib import Path

import bpy
import numpy as np
import pytest
from bpy.types import Object
from convention_characters import channel_displacements, convert

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.character.character import add_character
from emotebot_blender.character.tears import TEARS
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance.apex_frames import apex_frames
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.rig.convention import Convention
from emotebot_blender.core.rig.convention_files import conventions
from emotebot_blender.core.script.text_format import read_text
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.rig.shape_keys import shape_key_names

HEAD = "EmoteBot head"
OTHERS = {"EmoteBot eye left", "EmoteBot eye right", f"EmoteBot {TEARS}"}
"""Names of gaze alone, and those of no channel, tell no convention."""

FPS = 12.0


def complete(convention: Convention) -> bool:
    """Return whether a convention has controls of all channels but, at most, the tongue's."""
    return len(convention.feeds) >= len(CHANNELS) - 1


@pytest.fixture(scope="module")
def built_in(tmp_path_factory) -> tuple[Path, dict[str, np.ndarray]]:
    """Return the file of a built-in head, and what each channel does on its skin."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_character(bpy.context.scene)
    path = tmp_path_factory.mktemp("head") / "head.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path, channel_displacements(bpy.data.objects[HEAD])


@pytest.fixture(scope="module")
def clip() -> tuple[Clip, tuple[int, ...]]:
    """Return a performance of three feelings, and the frame on which each shows most."""
    script = read_text("happy, then angry, then surprised", Lexicon.load())
    clip = perform(script, load_networks(), FPS)
    return clip, apex_frames(script, clip)


@pytest.fixture(params=conventions(), ids=lambda convention: convention.name)
def character(request, built_in) -> tuple[Convention, Face]:
    """Return a convention and the face of its character, alone in a file."""
    bpy.ops.wm.open_mainfile(filepath=str(built_in[0]))
    scene = bpy.context.scene
    scene.render.fps = round(FPS)
    convert(find_face(None, scene), request.param)
    return request.param, find_face(bpy.data.objects[HEAD], scene)


def test_every_control_is_found_and_serves_its_own_channels(character):
    convention, face = character
    expected = convention.on({control: control for control in convention.controls()})
    assert face.name == HEAD
    keyed = {obj.name for obj in bpy.context.scene.objects if shape_key_names(obj)}
    if not any(control.kind == "property" for control in convention.controls()):
        assert keyed - {obj.name for obj in face.objects} <= OTHERS
    head, *parts = face.maps
    assert head.convention == convention.name
    assert dict(head.feeds) == dict(expected.feeds)
    assert (head.presets, head.approximated) == (expected.presets, expected.approximated)
    assert not head.doubtful
    assert not face.blocked()
    for part in parts:  # a few names may be those of more than one convention
        for channel, feeds in part.feeds.items():
            groups = (
                *convention.feeds.get(channel, ()),
                *convention.approximations.get(channel, ()),
            )
            assert {feed.control for feed in feeds} <= {
                feed.control for group in groups for feed in group
            }


def test_a_performance_looks_like_that_of_the_head(character, clip, built_in):
    """Where the convention has all channels, the skin moves as the channels' weights say.

    Where it has fewer, and emotions as a whole, it moves in much the same direction, if at all.
    """
    convention, face = character
    (performed, apexes), (_, displacements) = clip, built_in
    head, scene = bpy.data.objects[HEAD], bpy.context.scene
    report = write_layer(face, performed, scene, 1, "Performance", Keying(None))
    assert report.keys > 0
    rest = shown(head, 1)
    for apex in apexes:
        weights = dict(zip(CHANNELS, performed.weights[apex].tolist(), strict=True))
        first = dict(zip(CHANNELS, performed.weights[0].tolist(), strict=True))
        expected = sum((weights[name] - first[name]) * by for name, by in displacements.items())
        moved = shown(head, 1 + apex) - rest
        away = np.linalg.norm(moved - expected) / np.linalg.norm(expected)
        alike = (moved * expected).sum() / np.linalg.norm(moved) / np.linalg.norm(expected)
        if complete(convention):
            assert away < 0.1
        elif np.linalg.norm(moved) > 0.25 * np.linalg.norm(expected):
            assert alike > 0.2  # of visemes alone, which have no closed smile; others more


def shown(obj: Object, frame: int) -> np.ndarray:
    """Return the vertices of a mesh's shape on a frame, shape (vertices, 3), bones left out."""
    bpy.context.scene.frame_set(frame)
    keys = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.shape_keys
    blocks = obj.data.shape_keys.key_blocks
    values = {block.name: block.value for block in (keys or obj.data.shape_keys).key_blocks}
    total = np.zeros((len(blocks[0].data), 3))
    rest = np.empty(total.size, dtype=np.float32)
    blocks[0].data.foreach_get("co", rest)
    for block in blocks[1:]:
        positions = np.empty(total.size, dtype=np.float32)
        block.data.foreach_get("co", positions)
        total += values[block.name] * (positions - rest).reshape(-1, 3)
    return total
