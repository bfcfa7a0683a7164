# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a layer edited by hand, and kept on a layer above."""

from dataclasses import replace

import bpy
import lip_sync
import pytest
from interface import new_face, tracks, values
from keying import key_by_hand, tracks_of

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.session import baked_performances
from emotebot_blender.session.runtime import runtime
from emotebot_blender.session.sequence_script import read_source
from emotebot_blender.ui.shown import face_of, summary_of

FRAMES = range(1, 150, 4)
SMILE = 'key_blocks["mouthSmileLeft"].value'
LEFT_OUT = 'key_blocks["mouthClose"].value'


@pytest.fixture
def performed(face):
    bpy.ops.emotebot.perform(script="0 happy\n3 sad", keying="REDUCED")
    return face


def data_of(face):
    return face.data.shape_keys.animation_data


def shown(face) -> list[list[float]]:
    rows = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        rows.append(values(face))
    return rows


def lift(face, by: float = 0.25, path: str = SMILE) -> None:
    """Lift all keys of a curve that the animation editors show."""
    curve = strip_curves(data_of(face).nla_tracks[0].strips[0]).find(path)
    for point in curve.keyframe_points:
        for name in ("co", "handle_left", "handle_right"):
            x, y = getattr(point, name)
            setattr(point, name, (x, y + by))


def edit(face, by: float = 0.25) -> None:
    bpy.ops.emotebot.edit_keys()
    lift(face, by)
    bpy.ops.emotebot.edit_keys()


def near(rows):
    return [pytest.approx(row, abs=0.004) for row in rows]


def test_the_editors_show_the_keys_until_it_is_pressed_again(performed) -> None:
    key_by_hand(performed, "jawOpen", (1, 0.25), (5, 0.25))
    own, before = data_of(performed).action, tracks_of(performed)
    bpy.ops.emotebot.edit_keys()
    data = data_of(performed)
    assert data.use_tweak_mode
    assert data.action == data.nla_tracks[0].strips[0].action
    assert summary_of(bpy.context).editing
    bpy.ops.emotebot.edit_keys()
    assert (data.use_tweak_mode, data.action) == (False, own)
    assert not summary_of(bpy.context).editing
    assert tracks_of(performed) == before


def test_nothing_else_is_reported_of_the_layer_meanwhile(performed) -> None:
    key_by_hand(performed, "jawOpen", (1, 0.25), (5, 0.25))
    bpy.ops.emotebot.perform_sequence()
    runtime().summary = None
    before = summary_of(bpy.context)
    assert before.layer.hidden == ("Face: jawOpen",)
    bpy.ops.emotebot.edit_keys()
    assert summary_of(bpy.context) == replace(before, editing=True)


def test_what_has_the_keys_is_selected_and_the_active_object_stays(performed) -> None:
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(rig)
    performed.parent = rig
    performed.select_set(False)
    bpy.context.view_layer.objects.active = rig
    for press in (bpy.ops.emotebot.edit_keys, bpy.ops.emotebot.select_keys):
        performed.select_set(False)
        press()
        assert performed.select_get()
        assert bpy.context.view_layer.objects.active == rig


def test_what_is_hidden_is_reported(performed, capsys) -> None:
    performed.hide_set(True)
    bpy.ops.emotebot.select_keys()
    assert "shows their keys: Face" in capsys.readouterr().out


def test_all_meshes_of_a_face_are_edited(performed) -> None:
    teeth = new_face("Teeth")
    for obj in (performed, teeth):
        obj.modifiers.new("Armature", "ARMATURE").object = rig_in_scene()
    bpy.ops.emotebot.perform(script="happy")
    bpy.ops.emotebot.edit_keys()
    assert data_of(performed).use_tweak_mode
    assert data_of(teeth).use_tweak_mode


def rig_in_scene():
    rig = bpy.data.objects.get("Rig") or bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    if rig.name not in bpy.context.scene.objects:
        bpy.context.scene.collection.objects.link(rig)
    return rig


@pytest.mark.parametrize(
    "press",
    [
        lambda: bpy.ops.emotebot.perform_sequence(),
        lambda: bpy.ops.emotebot.bake(),
        lambda: bpy.ops.emotebot.clear(),
        lambda: bpy.ops.emotebot.key(words="happy"),
    ],
)
def test_meanwhile_the_others_say_what_to_press(performed, press) -> None:
    bpy.ops.emotebot.edit_keys()
    before = tracks_of(performed)
    with pytest.raises(RuntimeError, match="press Done Editing"):
        press()
    assert tracks_of(performed) == before


def test_without_a_sequence_the_feeling_at_the_playhead_is_edited(face) -> None:
    for frame in (30, 60):
        bpy.context.scene.frame_set(frame)
        bpy.ops.emotebot.key(words="happy")
    bpy.context.scene.frame_set(30)
    bpy.ops.emotebot.edit_keys()
    assert data_of(face).action == data_of(face).nla_tracks[0].strips[0].action


def test_edits_are_kept_above_and_look_as_they_did(performed) -> None:
    before = shown(performed)
    edit(performed)
    edited = shown(performed)
    assert edited != before
    bpy.ops.emotebot.keep_edits()
    assert tracks(performed) == {"EmoteBot": 1, "EmoteBot Edits": 1}
    assert shown(performed) == near(edited)
    layers = data_of(performed).nla_tracks
    assert [curve.data_path for curve in strip_curves(layers[1].strips[0])] == [SMILE]
    layers[1].mute = True
    assert shown(performed) == before
    assert not summary_of(bpy.context).layer.edited


def test_edits_are_kept_while_they_are_made(performed) -> None:
    bpy.ops.emotebot.edit_keys()
    lift(performed, 0.25)
    bpy.ops.emotebot.keep_edits()
    assert not data_of(performed).use_tweak_mode
    assert tracks(performed) == {"EmoteBot": 1, "EmoteBot Edits": 1}


def test_the_sequence_is_performed_on_below_edits(performed) -> None:
    edit(performed)
    performed.emotebot.beats[0].start = 1.0  # waits, as the keys were edited
    bpy.ops.emotebot.keep_edits()
    performed.emotebot.beats[0].words = "angry"
    with_edits = shown(performed)
    data_of(performed).nla_tracks[1].mute = True
    alone = shown(performed)
    smile = performed.data.shape_keys.key_blocks.find("mouthSmileLeft")
    for row, base in zip(with_edits, alone, strict=True):
        assert row[smile] == pytest.approx(base[smile] + 0.25, abs=0.004)
        row[smile] = base[smile]
        assert row == base


def test_edits_are_added_to_edits(performed) -> None:
    performed.emotebot.liveliness = 0  # so that nothing is cut off at 1
    for by in (0.0625, 0.0625):
        edit(performed, by)
        bpy.ops.emotebot.keep_edits()
    assert tracks(performed) == {"EmoteBot": 1, "EmoteBot Edits": 1}
    both = shown(performed)
    data_of(performed).nla_tracks[1].mute = True
    smile = performed.data.shape_keys.key_blocks.find("mouthSmileLeft")
    lifted = [row[smile] - base[smile] for row, base in zip(both, shown(performed), strict=True)]
    assert lifted == pytest.approx([0.125] * len(lifted), abs=0.004)


def test_edits_made_in_the_nla_editor_are_kept_as_well(performed) -> None:
    curve = strip_curves(data_of(performed).nla_tracks[0].strips[0]).find(SMILE)
    for point in curve.keyframe_points:
        point.co.y = 0.75
        point.interpolation = "LINEAR"
    edited = shown(performed)
    bpy.ops.emotebot.keep_edits()
    assert shown(performed) == near(edited)


@pytest.fixture
def keyed_where_left_out(face):
    """Return a face that speaks, with keys by hand where the performance needed none."""
    lip_sync.add_lip_sync(face, "TRACK")
    bpy.ops.emotebot.perform(script="0 happy", keying="REDUCED")
    assert LEFT_OUT not in added_paths(face)
    bpy.ops.emotebot.edit_keys(over_speech=True)
    key_by_hand(face, "mouthClose", (30, 0.5), (60, 0.5))
    bpy.ops.emotebot.edit_keys()
    return face


def added_paths(face) -> list[str]:
    """Return what the strip moves that adds to lip-sync."""
    strips = [track.strips[0] for track in data_of(face).nla_tracks]
    strip = next(strip for strip in strips if strip.blend_type == "COMBINE")
    return [curve.data_path for curve in strip_curves(strip)]


def test_keys_set_where_nothing_was_added_are_kept_above(keyed_where_left_out) -> None:
    face = keyed_where_left_out
    edited = shown(face)
    bpy.ops.emotebot.keep_edits()
    assert LEFT_OUT not in added_paths(face)
    assert [*tracks(face)][-1] == "EmoteBot Edits"
    assert shown(face) == near(edited)


def test_keys_set_where_nothing_was_added_are_performed_over(keyed_where_left_out) -> None:
    bpy.ops.emotebot.perform_sequence()
    assert LEFT_OUT not in added_paths(keyed_where_left_out)


def test_keys_set_where_nothing_was_added_outlast_a_bake_that_fails(keyed_where_left_out) -> None:
    def interrupt(done: float) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    before, script = tracks_of(keyed_where_left_out), read_source("0 sad", "")
    with pytest.raises(KeyboardInterrupt):
        baked_performances.perform_and_bake(
            face_of(bpy.context), script, bpy.context.scene, {}, progress=interrupt
        )
    assert tracks_of(keyed_where_left_out) == before


def test_keys_set_outside_the_region_stay_once_it_is_the_whole_face(performed) -> None:
    performed.emotebot.region = "UPPER"
    bpy.ops.emotebot.edit_keys()
    key_by_hand(performed, "jawRight", (1, 0.5), (60, 0.5))
    bpy.ops.emotebot.edit_keys()
    edited = shown(performed)
    bpy.ops.emotebot.keep_edits()
    assert shown(performed) == near(edited)
    jaw = performed.data.shape_keys.key_blocks.find("jawRight")
    performed.emotebot.region = "WHOLE"
    with_edits = [row[jaw] for row in shown(performed)]
    data_of(performed).nla_tracks["EmoteBot Edits"].mute = True
    alone = [row[jaw] for row in shown(performed)]
    assert with_edits == pytest.approx([value + 0.5 for value in alone], abs=0.004)


def test_edits_lie_below_feelings(performed) -> None:
    bpy.context.scene.frame_set(30)
    bpy.ops.emotebot.key(words="disgusted")
    edit(performed)
    bpy.ops.emotebot.keep_edits()
    assert [*tracks(performed)] == ["EmoteBot", "EmoteBot Edits", "EmoteBot Feelings"]


def test_the_strength_of_the_sequence_is_that_of_its_edits(performed) -> None:
    performed.emotebot.strength = 0.5
    edit(performed)
    edited = shown(performed)
    bpy.ops.emotebot.keep_edits()
    assert shown(performed) == near(edited)
    performed.emotebot.strength = 0.0
    assert max(map(max, shown(performed))) == 0


def test_clear_takes_edits_as_well(performed) -> None:
    edit(performed)
    bpy.ops.emotebot.keep_edits()
    bpy.ops.emotebot.clear()
    assert tracks(performed) == {}
    assert max(values(performed)) == 0


def test_a_bake_holds_edits_as_well(performed) -> None:
    edit(performed)
    bpy.ops.emotebot.keep_edits()
    before = shown(performed)
    bpy.ops.emotebot.bake(keying="DENSE")
    assert tracks(performed) == {}
    assert shown(performed) == before


def test_without_edits_there_is_nothing_to_keep(performed) -> None:
    with pytest.raises(RuntimeError, match="No keys of the sequence were edited"):
        bpy.ops.emotebot.keep_edits()


def test_a_locked_layer_of_edits_is_left_as_it_is(performed) -> None:
    edit(performed)
    bpy.ops.emotebot.keep_edits()
    edit(performed)
    data_of(performed).nla_tracks[1].lock = True
    before = tracks_of(performed)
    with pytest.raises(RuntimeError, match="“EmoteBot Edits” is locked"):
        bpy.ops.emotebot.keep_edits()
    assert tracks_of(performed) == before


def test_without_a_beat_to_perform_edits_stay_where_they_are(performed) -> None:
    edit(performed)
    for beat in performed.emotebot.beats:
        beat.mute = True
    before = tracks_of(performed)
    with pytest.raises(RuntimeError, match="Every beat is muted"):
        bpy.ops.emotebot.keep_edits()
    assert tracks_of(performed) == before
    bpy.ops.emotebot.edit_keys()
    assert data_of(performed).use_tweak_mode


def test_a_feeling_that_was_edited_is_not_replaced(face) -> None:
    bpy.context.scene.frame_set(30)
    bpy.ops.emotebot.key(words="happy")
    edit(face)
    edited = tracks_of(face)[0][2][0][-1]
    for words in ("sad", "angry"):
        bpy.ops.emotebot.key(words=words)
    assert [len(track[2]) for track in tracks_of(face)] == [1, 1]
    assert tracks_of(face)[0][2][0][-1] == edited
