# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that exports for engines, and what the dialogs of Blender's exporters say."""

from types import SimpleNamespace

import bpy
import pytest
from exports import import_alone, largest_difference, shown_values

from emotebot_blender.ui.export_notices import losses

FBX, GLTF, USD = "EXPORT_SCENE_OT_fbx", "EXPORT_SCENE_OT_gltf", "WM_OT_usd_export"
OPERATORS = {
    FBX: bpy.ops.export_scene.fbx,
    GLTF: bpy.ops.export_scene.gltf,
    USD: bpy.ops.wm.usd_export,
}


def said(kind: str, has_modifiers: bool = False, actions: int = 1, **changed: object) -> list[str]:
    """Return what is said of an exporter of Blender's with its default settings, but for some."""
    properties = OPERATORS[kind].get_rna_type().properties
    settings = {one.identifier: getattr(one, "default", None) for one in properties}
    exporter = SimpleNamespace(bl_idname=kind, **{**settings, **changed})
    return [str(message) for message, _ in losses(exporter, has_modifiers, actions)]


def test_a_face_is_exported_and_the_report_says_which_frames(face, tmp_path, capfd) -> None:
    scene = bpy.context.scene
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.ops.emotebot.perform_sequence()
    scene.frame_start, scene.frame_end = 1, 12
    before = shown_values(1, 12)
    capfd.readouterr()
    assert bpy.ops.emotebot.export_model(filepath=str(tmp_path / "face.glb")) == {"FINISHED"}
    assert "written to “face.glb”, frames 1 to 12" in capfd.readouterr().out
    import_alone(tmp_path / "face.glb", scene.render.fps)
    assert largest_difference(before, shown_values(1, 12)) < 1e-5


def test_a_folder_that_is_not_there(face, tmp_path) -> None:
    with pytest.raises(RuntimeError, match="There is no folder"):
        bpy.ops.emotebot.export_model(filepath=str(tmp_path / "nowhere" / "face.fbx"))


def test_fbx_with_its_defaults() -> None:
    assert said(FBX) == ["Shape keys stand still with NLA Strips or All Actions"]


def test_fbx_with_what_keeps_the_animation() -> None:
    right = {"bake_anim_use_nla_strips": False, "bake_anim_use_all_actions": False}
    assert said(FBX, **right) == []
    assert said(FBX, has_modifiers=True, **right) == ["Shape keys are lost with Apply Modifiers"]


def test_gltf_with_its_defaults() -> None:
    assert said(GLTF, has_modifiers=True) == []


def test_gltf_of_an_action_for_each_mesh() -> None:
    assert len(said(GLTF, actions=4)) == 1
    assert said(GLTF, actions=4, export_animation_mode="ACTIVE_ACTIONS") == []


def test_usd_with_its_defaults() -> None:
    assert said(USD) == ["Without Animation the face stays still"]
    assert said(USD, export_animation=True) == []
