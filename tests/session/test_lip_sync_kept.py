# SPDX-License-Identifier: GPL-3.0-or-later
"""Lip-sync on the reference head is as it was once all is cleared, whatever was done meanwhile."""

import bpy
import lip_sync
import numpy as np
import pytest
from keying import all_keys, key_by_hand, tracks_of

from emotebot_blender.animation.layers import find_layer, layer_kinds, rename_layer
from emotebot_blender.cli import command
from emotebot_blender.rig.face import find_face
from emotebot_blender.session import baked_performances, clearing, performing
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.session.sequence_script import read_source

FORTY = dict.fromkeys(lip_sync.CHANNELS, 40)
FRAMES = range(1, 190)


@pytest.fixture
def head(blender, reference_head):
    """Return the reference head, the active object, with EmoteBot registered."""
    head = bpy.data.objects["ICT_Head"]
    bpy.context.view_layer.objects.active = head
    return head


def face_of(head):
    return find_face(head, bpy.context.scene)


def perform(head, script="happy for 6s", write=performing.perform_script):
    return write(face_of(head), read_source(script, ""), bpy.context.scene, {})


def key(head, words, frame):
    bpy.context.view_layer.objects.active = head
    bpy.context.scene.frame_set(frame)
    assert bpy.ops.emotebot.key(words=words) == {"FINISHED"}


def artists(head):
    """Return the artist's own animation of a head, to the bit."""
    keys = head.data.shape_keys
    return keys.animation_data.action_blend_type, all_keys(keys), tracks_of(head)


def jaw(head):
    """Return what the jaw shows on each of ``FRAMES``."""
    shown = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        shown.append(head.data.shape_keys.key_blocks["jawOpen"].value)
    return shown


def shown(head):
    """Return what jaw and smile show on frames of a phrase and of a pause."""
    values: dict[str, list[float]] = {"jawOpen": [], "mouthSmile_L": []}
    for frame in (22, 34, 49, 70, 94):
        bpy.context.scene.frame_set(frame)
        for name, so_far in values.items():
            so_far.append(head.data.shape_keys.key_blocks[name].value)
    return values


def check_as_before(head, before):
    assert artists(head) == before
    assert jaw(head) == pytest.approx(lip_sync.spoken_values("jawOpen", FRAMES), abs=1e-6)


def clear(head):
    clearing.clear(face_of(head), True, True, False)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_a_feeling_keyed_within_speech(head, place):
    lip_sync.add_lip_sync(head, place)
    before = artists(head)
    key(head, "happy", 30)
    assert np.corrcoef(jaw(head), lip_sync.spoken_values("jawOpen", FRAMES))[0, 1] > 0.95
    clear(head)
    check_as_before(head, before)


@pytest.mark.parametrize("place", lip_sync.PLACES)
@pytest.mark.parametrize("first", ["key", "perform"])
def test_a_keyed_feeling_and_a_sequence_in_both_orders(head, place, first):
    lip_sync.add_lip_sync(head, place)
    before = artists(head)
    steps = {
        "key": lambda: key(head, "sad", 70),
        "perform": lambda: perform(head),
    }
    for step in sorted(steps, key=lambda name: name != first):
        steps[step]()
    spoken = lip_sync.spoken_values("jawOpen", FRAMES)
    assert np.corrcoef(jaw(head), spoken)[0, 1] > 0.85
    clear(head)
    check_as_before(head, before)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_a_bake_at_once_and_another_one(head, place):
    lip_sync.add_lip_sync(head, place)
    before = artists(head)
    report = perform(head, write=baked_performances.perform_and_bake)
    assert any("Lip-sync keeps the mouth" in str(note) for note in report.notes)
    once = shown(head)
    perform(head, "sad for 3s", write=baked_performances.perform_and_bake)
    perform(head, write=baked_performances.perform_and_bake)
    for name, values in shown(head).items():
        assert values == pytest.approx(once[name], abs=0.03)
    clear(head)
    check_as_before(head, before)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_performed_again_while_speech_is_edited(head, place):
    lip_sync.add_lip_sync(head, place)
    perform(head)
    key_by_hand(head, "browInnerUp_L", (20, 0.4), (60, 0.1)) if place != "TRACK" else None
    perform(head, "angry for 2s, then sad")
    sequence_of(face_of(head)).mix_mouth = "REPLACE"
    sequence_of(face_of(head)).mix_mouth = "AUTO"
    clear(head)
    if place != "TRACK":
        assert lip_sync.standing_keys(head) == FORTY
        assert len(all_keys(head.data.shape_keys)) == 4
    assert head.data.shape_keys.animation_data.action_blend_type == "REPLACE"
    assert jaw(head) == pytest.approx(lip_sync.spoken_values("jawOpen", FRAMES), abs=1e-6)


def test_undone(head):
    lip_sync.add_lip_sync(head)
    before = artists(head)
    bpy.ops.ed.undo_push(message="before")
    perform(head)
    bpy.ops.ed.undo_push(message="performed")
    assert artists(head) != before
    bpy.ops.ed.undo()
    check_as_before(bpy.data.objects["ICT_Head"], before)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_renamed(head, place):
    lip_sync.add_lip_sync(head, place)
    perform(head)
    rename_layer(face_of(head), "sequence", "Shot")
    data = head.data.shape_keys.animation_data
    names = [track.name for track in data.nla_tracks if track.name != "Speech"]
    assert all(name.startswith("Shot") for name in names)
    assert len(set(names)) == len(names)
    assert find_layer(face_of(head)).name == "Shot"
    head.data.shape_keys.key_blocks["jawOpen"].name = "JawOpen"
    clear(head)
    assert data.action_blend_type == "REPLACE"
    assert layer_kinds(face_of(head)) == ()


def test_pushed_down_while_it_adds(head):
    lip_sync.add_lip_sync(head)
    perform(head)
    shown = jaw(head)
    strip = lip_sync.push_down(head)
    strip.blend_type = "COMBINE"  # as Blender's operator has it from the action
    face = face_of(head)
    assert find_layer(face).outdated
    performing.perform_sequence(face, bpy.context.scene)
    assert jaw(head) == pytest.approx(shown, abs=0.02)
    clear(head)
    assert jaw(head) == pytest.approx(lip_sync.spoken_values("jawOpen", FRAMES), abs=1e-6)


def test_the_command_makes_a_layer_and_keeps_the_keys(head, tmp_path, capfd):
    lip_sync.add_lip_sync(head)
    before = artists(head)
    paths = [str(tmp_path / name) for name in ("talk.blend", "out.blend")]
    bpy.ops.wm.save_as_mainfile(filepath=paths[0])
    line = ["perform", "happy for 6s", "--face", paths[0], "--output", paths[1]]
    assert command.main(line) == 0
    reported = capfd.readouterr()
    assert "Lip-sync keeps the mouth" in reported.out + reported.err
    bpy.ops.wm.open_mainfile(filepath=paths[1])
    head = bpy.data.objects["ICT_Head"]
    assert layer_kinds(face_of(head)) == ("sequence",)
    assert artists(head)[1] == before[1]
    clear(head)
    check_as_before(head, before)
