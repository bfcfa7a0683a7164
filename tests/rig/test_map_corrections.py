# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections that stay with their object: stored, renamed, lost, linked."""

from dataclasses import replace

import bpy
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_notes import notes_on_face
from emotebot_blender.rig.map_corrections import (
    clear_corrections,
    correct,
    corrections_of,
    forget_correction,
    notes_on_corrections,
    store_names,
)
from emotebot_blender.rig.object_maps import map_of

pytestmark = pytest.mark.usefixtures("registered")

HAIR = Feed(ControlName("Hair"), 0.5)


def feeds(obj, channel):
    return map_of(obj).feeds.get(channel, ())


def test_a_mouth_that_was_taken_off_is_left_alone_and_not_missed(head, empty_scene):
    from emotebot_blender.rig.face_coverage import coverage_of
    from emotebot_blender.rig.face_notes import notes_on_missing

    mouth = {"jawOpen": (), "mouthClose": ()}
    assert "mouth" not in str(notes_on_missing(coverage_of(find_face(head, empty_scene))))
    correct(head, mouth)
    coverage = coverage_of(find_face(head, empty_scene))
    assert coverage.channels("covered") == ("eyeBlinkLeft", "eyeBlinkRight")
    assert (coverage.taken_off, coverage.is_enough) == (tuple(mouth), True)
    (note,) = notes_on_missing(coverage)
    assert str(note).startswith("Nothing moves the brows, cheeks;")


def test_a_channel_that_moves_another_control_is_not_taken_off(head, empty_scene):
    from emotebot_blender.rig.face_coverage import coverage_of

    correct(head, {"jawOpen": [HAIR], "mouthClose": (), "eyeBlinkLeft": ()})
    correct(head, {"eyeBlinkLeft": [HAIR]})
    assert coverage_of(find_face(head, empty_scene)).taken_off == ("mouthClose",)


def test_a_correction_counts_in_place_of_the_name(head):
    correct(head, {"jawOpen": [HAIR]})
    assert feeds(head, "jawOpen") == (HAIR,)
    correct(head, {"mouthSmileLeft": [Feed(ControlName("jawOpen"))]})
    assert feeds(head, "jawOpen") == (HAIR,), "an earlier correction stays"
    assert feeds(head, "mouthSmileLeft") == (Feed(ControlName("jawOpen")),)


def test_a_corrected_channel_moves_the_chosen_key(head, empty_scene):
    import numpy as np

    from emotebot_blender.core.channels import INDEX
    from emotebot_blender.rig.pose import apply_weights

    correct(head, {"jawOpen": [HAIR]})
    weights = np.zeros(52)
    weights[INDEX["jawOpen"]] = 0.8
    apply_weights(find_face(head, empty_scene), weights)
    blocks = head.data.shape_keys.key_blocks
    assert blocks["Hair"].value == pytest.approx(0.4)
    assert blocks["jawOpen"].value == 0


def test_an_offset_shifts_what_is_posed_and_is_read_back(head, empty_scene):
    import numpy as np

    from emotebot_blender.core.channels import INDEX
    from emotebot_blender.rig.pose import apply_weights, read_weights

    correct(head, {"jawOpen": [Feed(ControlName("Hair"), 0.5, offset=0.25)]})
    face, weights = find_face(head, empty_scene), np.zeros(52)
    for weight, shown in ((0.0, 0.25), (0.5, 0.5), (1.0, 0.75)):
        weights[INDEX["jawOpen"]] = weight
        apply_weights(face, weights)
        assert head.data.shape_keys.key_blocks["Hair"].value == pytest.approx(shown)
        assert read_weights(face)[INDEX["jawOpen"]] == pytest.approx(weight)
    assert all(control.rest == 0 for control in face.controls())


def test_a_bone_that_turns_by_a_quaternion_has_an_offset(bone_face, empty_scene):
    import numpy as np

    from emotebot_blender.rig.pose import apply_weights

    rig = bone_face.objects[0]
    rig.pose.bones["jaw"].rotation_mode = "QUATERNION"
    jaw = ControlName("jaw", "bone", "rotation_x")
    correct(rig, {"jawOpen": [Feed(jaw, 0.3, offset=-0.2)]})
    apply_weights(find_face(rig, empty_scene), np.zeros(52))
    assert rig.pose.bones["jaw"].rotation_quaternion.to_euler().x == pytest.approx(-0.2)


def test_a_channel_is_taken_off_and_given_back(head):
    correct(head, {"jawOpen": ()})
    assert "jawOpen" not in map_of(head).channels
    assert forget_correction(head, "jawOpen")
    assert "jawOpen" in map_of(head).channels
    assert not forget_correction(head, "jawOpen")
    assert head.emotebot_map == ""


def test_all_corrections_are_cleared(head):
    found = map_of(head)
    correct(head, {"jawOpen": [HAIR], "cheekPuff": [HAIR]})
    assert clear_corrections(head)
    assert map_of(head) == found
    assert not clear_corrections(head)


def test_a_mesh_that_no_name_fits_becomes_a_face(add, empty_scene):
    mesh = add("MESH", "Blob", ["Key 1", "Key 2"])
    correct(mesh, {"jawOpen": [Feed(ControlName("Key 2"))]})
    assert find_face(mesh, empty_scene).channels == ("jawOpen",)


def test_bones_and_properties_are_corrected(bone_face):
    rig = bone_face.objects[0]
    jaw, look = ControlName("jaw", "bone", "rotation_x"), ControlName("look", "property")
    size = ControlName("delta_scale[2]", "property")
    chosen = {"jawOpen": (Feed(jaw, 0.3), Feed(size, 0.1)), "eyeLookUpLeft": (Feed(look, -1),)}
    correct(rig, chosen)
    assert {name: feeds(rig, name) for name in chosen} == chosen
    rig.pose.bones["jaw"].name = "Kiefer"
    assert feeds(rig, "jawOpen")[0] == Feed(ControlName("Kiefer", "bone", "rotation_x"), 0.3)


def test_corrections_follow_renamed_keys(head):
    correct(head, {"jawOpen": [replace(HAIR, offset=-0.1)]})
    blocks = head.data.shape_keys.key_blocks
    blocks["Hair"].name = "Haare"
    assert feeds(head, "jawOpen") == (Feed(ControlName("Haare"), 0.5, offset=-0.1),)
    correct(head, {"jawOpen": [Feed(ControlName("Haare"), 0.5)]})
    head.shape_key_remove(blocks["eyeBlinkLeft"])
    store_names(head)
    head.shape_key_add(name="New")
    store_names(head)
    blocks["Haare"].name = "Cheveux"
    assert feeds(head, "jawOpen") == (Feed(ControlName("Cheveux"), 0.5),)
    blocks["Cheveux"].name = "Pelo"
    assert feeds(head, "jawOpen") == (Feed(ControlName("Pelo"), 0.5),)
    assert notes_on_corrections(head) == ()


def test_a_control_that_is_gone_is_reported(head, empty_scene):
    correct(head, {"jawOpen": [HAIR]})
    head.shape_key_remove(head.data.shape_keys.key_blocks["Hair"])
    assert [str(note) for note in notes_on_corrections(head)] == [
        "jawOpen: “Hair”, which was chosen for it, is no longer there"
    ]
    assert set(notes_on_corrections(head)) <= set(notes_on_face(find_face(head, empty_scene)))
    assert feeds(head, "jawOpen") == (Feed(ControlName("jawOpen")),)
    assert "jawOpen" in map_of(head).doubtful


def test_damaged_corrections_are_reported_and_cleared(head):
    found = map_of(head)
    correct(head, {"jawOpen": [HAIR]})
    head.emotebot_map = head.emotebot_map[:-3]
    assert map_of(head) == found
    assert [str(note) for note in notes_on_corrections(head)] == [
        "Head: The corrections were damaged; clear them"
    ]
    with pytest.raises(EmoteBotError, match="damaged"):
        correct(head, {"cheekPuff": [HAIR]})
    assert clear_corrections(head)
    assert notes_on_corrections(head) == ()


def test_controls_that_are_not_there_are_refused(head):
    with pytest.raises(EmoteBotError, match=r"^“Head” has no control “Bart”$"):
        correct(head, {"jawOpen": [HAIR, Feed(ControlName("Bart"))]})
    with pytest.raises(EmoteBotError, match=r"^“Head” has no control “jaw rotation_x”$"):
        correct(head, {"jawOpen": [Feed(ControlName("jaw", "bone", "rotation_x"))]})
    assert head.emotebot_map == ""


def test_a_linked_character_is_refused(linked_head):
    linked, _ = linked_head
    with pytest.raises(
        EmoteBotError, match=r"^The channels of “Head” cannot be corrected: it is linked from"
    ):
        correct(linked, {"jawOpen": ()})


def test_an_override_keeps_its_corrections(linked_head, tmp_path):
    linked, _ = linked_head
    override = linked.override_create(remap_local_usages=True)
    chosen = Feed(ControlName("mouthClose"), 0.7)
    correct(override, {"jawOpen": [chosen]})
    path = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    again = next(obj for obj in bpy.data.objects if obj.library is None)
    assert feeds(again, "jawOpen") == (chosen,)


def test_a_copied_object_and_a_saved_file_have_the_corrections(head, empty_scene, tmp_path):
    correct(head, {"jawOpen": [HAIR]})
    path = str(tmp_path / "character.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=path)
    again = bpy.data.objects["Head"]
    assert feeds(again, "jawOpen") == (HAIR,)
    assert corrections_of(again.copy()).feeds == {"jawOpen": (HAIR,)}
