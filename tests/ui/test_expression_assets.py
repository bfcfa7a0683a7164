# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions as assets: what the asset browser is given of a face, and how it comes back."""

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from bone_faces import AUTO_RIG_PRO, add_armature, both_sides
from interface import curves_of, new_face, value, values

from emotebot_blender.core.asset_catalogs import CATALOGS
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS
from emotebot_blender.render import face_sheet
from emotebot_blender.session import expression_assets
from emotebot_blender.ui import asset_shelf

make = bpy.ops.emotebot.expressions_to_assets
apply = bpy.ops.emotebot.apply_expression


@pytest.fixture(autouse=True)
def coarse(monkeypatch) -> None:
    """Have the pictures be small and coarse."""
    monkeypatch.setattr(expression_assets, "_PIXELS", 32)
    monkeypatch.setattr(face_sheet, "SAMPLES", 1)


@pytest.fixture
def made(face) -> bpy.types.Object:
    """Return a face whose eight basic emotions are assets."""
    assert make() == {"FINISHED"}
    return face


@pytest.fixture
def library(tmp_path):
    """Yield the folder of an asset library that Blender knows."""
    folders = bpy.context.preferences.filepaths.asset_libraries
    folder = tmp_path / "library"
    folder.mkdir()
    folders.new(name="Faces", directory=str(folder))
    yield folder
    for own in [own for own in folders if own.name == "Faces"]:
        folders.remove(own)


def name_of(emotion: str, face: str = "Face") -> str:
    return f"{emotion.capitalize()}, {face}"


def assets() -> list[str]:
    return sorted(action.name for action in bpy.data.actions if action.asset_data)


def catalog_of(name: str) -> str:
    return bpy.data.actions[name].asset_data.catalog_id


def test_every_basic_emotion_is_an_action_of_one_frame_with_a_picture(made):
    assert assets() == sorted(map(name_of, BASIC_EMOTIONS))
    for action in bpy.data.actions:
        assert tuple(action.frame_range) == (1, 1)
        assert tuple(action.preview.image_size) == (32, 32)
        metadata = action.asset_data
        assert metadata.author == "EmoteBot"
        assert {"EmoteBot", "expression", "Face"} <= {tag.name for tag in metadata.tags}
        assert "of “Face”" in metadata.description


def test_all_sixteen_can_be_had(face):
    make(expressions="ALL")
    assert assets() == sorted(map(name_of, EMOTIONS))


def test_the_face_stands_as_before_and_has_no_keys(face):
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    before = values(face)
    make()
    assert values(face) == before
    assert face.data.shape_keys.animation_data is None


def test_the_curves_are_what_the_button_shows(made):
    bpy.ops.emotebot.pose(words="ecstatic")  # happiness at its strongest
    for curve in curves_of(bpy.data.actions[name_of("happiness")]):
        shown = made.data.shape_keys.path_resolve(curve.data_path)
        assert curve.evaluate(1) == pytest.approx(shown, abs=1e-5)


@pytest.mark.skipif(bpy.app.version < (4, 4), reason="actions have slots from 4.4 on")
def test_blender_assigns_the_slot_of_the_shape_keys(made):
    keys = made.data.shape_keys
    keys.animation_data_create().action = bpy.data.actions[name_of("happiness")]
    assert keys.animation_data.action_slot.name_display == keys.name
    bpy.context.scene.frame_set(1)
    assert value(made, "mouthSmileLeft") > 0.3


def test_applying_shows_it_and_undoing_the_shown_pose_gives_back(made):
    made.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    assert apply(action=name_of("happiness")) == {"FINISHED"}
    assert value(made, "mouthSmileLeft") > 0.3
    bpy.ops.emotebot.clear()
    assert value(made, "mouthSmileLeft") == 0
    assert value(made, "jawOpen") == pytest.approx(0.25)


def test_applying_follows_what_an_artist_has_changed_of_the_asset(made):
    action = bpy.data.actions[name_of("happiness")]
    curve = next(curve for curve in curves_of(action) if "mouthSmileLeft" in curve.data_path)
    curve.keyframe_points[0].co.y = 0.125
    apply(action=action.name)
    assert value(made, "mouthSmileLeft") == pytest.approx(0.125)


def test_another_kind_of_face_shows_it_by_channels(made):
    other = new_face("Other")
    for key in other.data.shape_keys.key_blocks[1:]:
        key.name = key.name.replace("Left", "_L").replace("Right", "_R")
    apply(action=name_of("happiness"))
    assert value(other, "mouthSmile_L") > 0.3
    assert value(made, "mouthSmileLeft") == 0


def test_an_action_without_a_pose_in_channels_gives_the_values_that_it_has(made):
    action = bpy.data.actions[name_of("happiness")]
    del action["emotebot_expression"]
    curves = curves_of(action)
    curves[0].data_path = 'key_blocks["of another head"].value'
    apply(action=action.name)
    assert value(made, "mouthSmileLeft") > 0.3


def test_an_action_for_something_else_is_refused(face):
    action = bpy.data.actions.new("Walk")
    with pytest.raises(RuntimeError, match="“Walk” has nothing for “Face”"):
        apply(action=action.name)


def test_an_action_that_is_not_there_is_named(face):
    with pytest.raises(RuntimeError, match="no action “Gone” in this file"):
        apply(action="Gone")


def test_a_driven_key_and_a_locked_one_are_left_alone(face):
    keys = face.data.shape_keys
    keys.driver_add('key_blocks["jawOpen"].value').driver.expression = "0.5"
    keys.key_blocks["mouthSmileLeft"].lock_shape = True
    make()
    apply(action=name_of("surprise"))
    paths = {curve.data_path for action in bpy.data.actions for curve in curves_of(action)}
    assert 'key_blocks["jawOpen"].value' not in paths
    assert 'key_blocks["browInnerUp"].value' in paths


def test_making_them_again_replaces_what_was_made_and_nothing_else(made):
    own = bpy.data.actions.new(name_of("joy"))
    smile = bpy.data.actions[name_of("happiness")]
    smile.asset_data.author = "Robin"
    smile.asset_data.tags.new("hero")
    count = len(curves_of(smile))
    made.emotebot.exaggeration = 0.5
    made.data.shape_keys.key_blocks["jawOpen"].name = "unknown"
    assert make() == {"FINISHED"}
    assert assets() == sorted(map(name_of, BASIC_EMOTIONS))
    assert bpy.data.actions[name_of("happiness")] == smile
    assert smile.asset_data.author == "Robin"
    assert "hero" in smile.asset_data.tags
    assert len(curves_of(smile)) == count - 1
    assert curves_of(own) == []


def test_an_asset_whose_mark_was_taken_off_is_the_artists(made):
    smile = bpy.data.actions[name_of("happiness")]
    before = [curve.evaluate(1) for curve in curves_of(smile)]
    smile.asset_clear()
    smile.use_fake_user = True
    made.emotebot.exaggeration = 0.5
    make()
    assert [curve.evaluate(1) for curve in curves_of(smile)] == before
    assert name_of("happiness") + ".001" in assets()


def test_an_action_of_bones_is_a_pose_of_blenders_pose_library(blender):
    rig = add_armature("rig", both_sides(AUTO_RIG_PRO), roll=0.5)
    make()
    bpy.ops.emotebot.pose(words="ecstatic")
    shown = {bone.name: bone.matrix_basis.copy() for bone in rig.pose.bones}
    bpy.ops.emotebot.clear()
    assert rig.pose.bones["c_jawbone.x"].matrix_basis != shown["c_jawbone.x"]
    rig.pose.apply_pose_from_action(bpy.data.actions[name_of("happiness", "rig")])
    for bone in rig.pose.bones:
        own, expected = np.array(bone.matrix_basis), np.array(shown[bone.name])
        np.testing.assert_allclose(own, expected, atol=1e-5)


@pytest.mark.skipif(bpy.app.version < (4, 4), reason="actions have slots from 4.4 on")
def test_every_mesh_of_a_character_has_a_slot_of_its_own(made):
    teeth = new_face("Face teeth")
    rig = bpy.data.objects.new("Robot", bpy.data.armatures.new("Robot"))
    bpy.context.scene.collection.objects.link(rig)
    for mesh in (made, teeth):
        mesh.parent = rig
    make()
    (names,) = {tuple(slot.name_display for slot in action.slots) for action in bpy.data.actions}
    assert set(names) == {mesh.data.shape_keys.name for mesh in (made, teeth)}
    apply(action=name_of("happiness"))
    assert value(teeth, "mouthSmileLeft") > 0.3


def test_own_expressions_become_assets_under_their_words(face):
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.5
    bpy.ops.emotebot.expression_save(word="gulp")
    face.data.shape_keys.key_blocks["jawOpen"].value = 0
    make(expressions="OWN")
    assert assets() == ["Gulp, Face"]
    apply(action="Gulp, Face")
    assert value(face, "jawOpen") == pytest.approx(0.5, abs=0.01)


def test_without_own_expressions_none_is_made(face):
    with pytest.raises(RuntimeError, match="Save an expression first"):
        make(expressions="OWN")
    assert assets() == []


def test_nothing_is_made_of_a_face_that_nothing_can_pose(face):
    for key in face.data.shape_keys.key_blocks:
        key.mute = True
    with pytest.raises(RuntimeError, match="muted"):
        make()
    assert not bpy.data.actions


def test_a_file_in_a_library_has_its_catalog(face, library):
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "face.blend"))
    make()
    lines = (library / CATALOGS).read_text(encoding="utf-8").splitlines()
    (entry,) = (line for line in lines if ":EmoteBot/Expressions:" in line)
    assert "VERSION 1" in lines
    assert catalog_of(name_of("happiness")) == entry.split(":")[0]


def test_assets_that_come_into_a_library_take_the_uuid_that_it_has(made, library):
    theirs = "01234567-89ab-cdef-0123-456789abcdef"
    lines = f"VERSION 1\n{theirs}:EmoteBot/Expressions:faces\n"
    (library / CATALOGS).write_text(lines, encoding="utf-8")
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "face.blend"))
    make()
    assert catalog_of(name_of("happiness")) == theirs
    bpy.data.actions[name_of("fear")].asset_data.catalog_id = "1" * 8 + theirs[8:]
    make()
    assert catalog_of(name_of("fear")) == "1" * 8 + theirs[8:]


def test_a_catalog_that_cannot_be_written_costs_no_asset(face, library):
    (library / CATALOGS).mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "face.blend"))
    assert make() == {"FINISHED"}
    assert len(assets()) == 8


def test_the_asset_shelf_applies_what_lies_in_another_file(face, library):
    make()
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "face.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    other = new_face("Other")
    done = apply(
        asset_library_type="CUSTOM",
        asset_library_identifier="Faces",
        relative_asset_identifier=f"face.blend/Action/{name_of('happiness')}",
    )
    assert done == {"FINISHED"}
    assert value(other, "mouthSmileLeft") > 0.3
    assert not bpy.data.actions
    assert not bpy.data.libraries


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"asset_library_identifier": "Gone"}, "no asset library “Gone” any more"),
        ({"relative_asset_identifier": "none.blend/Action/A"}, "There is no file at"),
        ({"relative_asset_identifier": "some.blend/Material/A"}, "Choose an expression"),
    ],
)
def test_what_the_asset_shelf_has_lost_is_said(face, library, given, message):
    place = {
        "asset_library_type": "CUSTOM",
        "asset_library_identifier": "Faces",
        "relative_asset_identifier": "face.blend/Action/A",
    }
    with pytest.raises(RuntimeError, match=message):
        apply(**(place | given))


def test_a_damaged_file_is_no_library(face, library):
    (library / "face.blend").write_bytes(b"BLENDER" + bytes(range(256)))
    with pytest.raises(RuntimeError, match="cannot be read"):
        apply(
            asset_library_type="CUSTOM",
            asset_library_identifier="Faces",
            relative_asset_identifier="face.blend/Action/A",
        )


def test_the_asset_shelf_is_there_for_what_may_be_of_a_face(face):
    shelf = asset_shelf.ExpressionShelf
    assert shelf.poll(bpy.context)
    bpy.ops.object.mode_set(mode="EDIT")
    assert not shelf.poll(bpy.context)
    bpy.ops.object.mode_set(mode="OBJECT")
    lamp = bpy.data.objects.new("Lamp", None)
    bpy.context.scene.collection.objects.link(lamp)
    bpy.context.view_layer.objects.active = lamp
    assert not shelf.poll(bpy.context)
    bpy.context.scene.emotebot.face = face
    assert shelf.poll(bpy.context)


def test_the_asset_shelf_shows_expressions_alone(made):
    own = bpy.data.actions.new("Walk")
    own.asset_mark()
    shown = [
        action.name
        for action in bpy.data.actions
        if asset_shelf.ExpressionShelf.asset_poll(
            SimpleNamespace(id_type="ACTION", metadata=action.asset_data)
        )
    ]
    assert sorted(shown) == sorted(map(name_of, BASIC_EMOTIONS))


def test_a_live_face_is_left_alone(clock):
    assert not make.poll()
    assert not apply.poll()
