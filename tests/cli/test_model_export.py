# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances come back from glTF, FBX and USD as they were, on every mesh and on every frame."""

import json
import struct
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from convention_characters import convert
from exports import (
    Shown,
    bone_turns,
    import_alone,
    keyed_meshes,
    largest_difference,
    shown_values,
)

from emotebot_blender.animation.actions import HAS_SLOTS
from emotebot_blender.character.character import add_character
from emotebot_blender.cli.model_export import export_model
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.rig.convention_files import conventions
from emotebot_blender.core.script.text_format import read_text
from emotebot_blender.rig.face import find_face
from emotebot_blender.session import registration
from emotebot_blender.session.baked_performances import perform_and_bake
from emotebot_blender.session.performing import perform_script

FPS, FIRST, LAST = 12, 1, 30

TOLERANCES = {".glb": 1e-5, ".fbx": 1e-4, ".usdc": 1e-5}
"""How far a value may be off after the way there and back, of a range of 0 to 1."""

LATER = {".fbx": 1}
"""Frames by which Blender imports the animation of a format later than it was exported."""

CHARACTERS = ("EmoteBot", "Ready Player Me", "VRM 1.0", "reference head")


@pytest.fixture(scope="module", autouse=True)
def registered():
    registration.register(bpy.context.preferences)
    yield
    registration.unregister()


@pytest.fixture(scope="module")
def performed(request, tmp_path_factory):
    """Return a function that opens a character that has performed on a layer, or with its bake."""
    made: dict[tuple[str, bool], Path] = {}

    def performed(name: str, baked: bool = False) -> None:
        if (name, baked) not in made:
            face = _face(name, request)
            script = read_text("happy, then sad", Lexicon.load())
            write = perform_and_bake if baked else perform_script
            write(face, script, bpy.context.scene, {})
            bpy.context.scene.frame_start, bpy.context.scene.frame_end = FIRST, LAST
            path = tmp_path_factory.mktemp("performed") / "performed.blend"
            bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
            made[name, baked] = path
        bpy.ops.wm.open_mainfile(filepath=str(made[name, baked]))

    return performed


def _face(name: str, request):
    if name == "reference head":
        shared = request.getfixturevalue("shared")
        bpy.ops.wm.open_mainfile(filepath=str(shared / "rigs" / "reference_head.blend"))
    else:
        bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = FPS
    if name == "reference head":
        return find_face(None, scene)
    face = find_face(add_character(scene), scene)
    if name != "EmoteBot":
        convert(face, next(one for one in conventions() if one.name == name))
    return find_face(None, scene)


def export(path: Path) -> tuple[str, ...]:
    face = find_face(None, bpy.context.scene)
    return tuple(str(note) for note in export_model(face, path))


def moving(values: Shown) -> set[str]:
    """Return the meshes of which something moves."""
    return {
        mesh for mesh, keys in values.items() if any(np.ptp(own) > 1e-3 for own in keys.values())
    }


@pytest.mark.parametrize("ending", [".glb", ".fbx", ".usdc"])
@pytest.mark.parametrize("name", CHARACTERS)
def test_every_mesh_shows_the_same_on_every_frame(performed, tmp_path, name, ending):
    performed(name)
    before = shown_values(FIRST, LAST)
    assert moving(before)
    export(tmp_path / f"face{ending}")
    import_alone(tmp_path / f"face{ending}", FPS)
    later = LATER.get(ending, 0)
    after = shown_values(FIRST + later, LAST + later)
    assert largest_difference(before, after, by_order=ending == ".usdc") < TOLERANCES[ending]


@pytest.mark.parametrize("ending", [".glb", ".fbx", ".usdc"])
def test_the_head_turns_by_the_same(performed, tmp_path, ending):
    performed("EmoteBot")
    before = bone_turns("head", FIRST, LAST)
    assert before.max() > 1
    export(tmp_path / f"face{ending}")
    import_alone(tmp_path / f"face{ending}", FPS)
    later = LATER.get(ending, 0)
    after = bone_turns("head", FIRST + later, LAST + later)
    np.testing.assert_allclose(after, before, atol=0.1)


@pytest.mark.parametrize("baked", [False, True], ids=["layer", "bake"])
@pytest.mark.parametrize("name", ["Ready Player Me", "VRM 1.0", "reference head"])
def test_blenders_own_gltf_export_by_its_defaults(performed, tmp_path, name, baked):
    if baked and not HAS_SLOTS and name != "reference head":
        pytest.skip("an action for each mesh before Blender 4.4, which glTF takes for animations")
    performed(name, baked)
    before = shown_values(FIRST, LAST)
    path = tmp_path / "face.glb"
    bpy.ops.export_scene.gltf(filepath=str(path))
    assert len(animations_in(path)) == 1
    import_alone(path, FPS)
    assert largest_difference(before, shown_values(FIRST, LAST)) < TOLERANCES[".glb"]


def animations_in(path: Path) -> list[dict]:
    """Return the animations of a binary glTF file (glTF 2.0, 4.4: its JSON is the first chunk)."""
    return chunk_of(path).get("animations", [])


def chunk_of(path: Path) -> dict:
    content = path.read_bytes()
    (length,) = struct.unpack_from("<I", content, 12)
    return json.loads(content[20 : 20 + length])


def test_blenders_own_fbx_export_without_strips_and_actions(performed, tmp_path):
    performed("reference head")
    before, path = shown_values(FIRST, LAST), tmp_path / "face.fbx"
    bpy.ops.export_scene.fbx(
        filepath=str(path), bake_anim_use_nla_strips=False, bake_anim_use_all_actions=False
    )
    import_alone(path, FPS)
    assert largest_difference(before, shown_values(FIRST + 1, LAST + 1)) < 5e-3


@pytest.mark.parametrize("ending", [".glb", ".fbx", ".usdc"])
def test_the_file_is_as_it_was(performed, tmp_path, ending):
    performed("Ready Player Me")
    scene = bpy.context.scene
    scene.frame_set(7, subframe=0.5)
    bpy.data.objects["EmoteBot brows"].select_set(True)
    bpy.context.view_layer.objects.active = bpy.data.objects["EmoteBot lashes"]
    before = state()
    export(tmp_path / f"face{ending}")
    assert state() == before


def state() -> SimpleNamespace:
    """Return what an export may leave changed."""
    scene, layer = bpy.context.scene, bpy.context.view_layer
    owners = [*(obj.data.shape_keys for obj in keyed_meshes()), *scene.objects]
    return SimpleNamespace(
        frame=(scene.frame_current, scene.frame_subframe, scene.frame_start, scene.frame_end),
        properties=sorted(scene.keys()),
        selected=sorted(obj.name for obj in layer.objects if obj.select_get()),
        active=layer.objects.active,
        hidden=[obj.hide_viewport for obj in scene.objects],
        names=[sorted(block.name for block in kind) for kind in _kinds()],
        animation=[
            (data.action, data.use_nla, [(t.name, t.mute, t.is_solo) for t in data.nla_tracks])
            for owner in owners
            if (data := owner.animation_data)
        ],
        values=[[b.value for b in obj.data.shape_keys.key_blocks] for obj in keyed_meshes()],
    )


def _kinds() -> list:
    return [
        kind
        for name in dir(bpy.data)
        if isinstance(kind := getattr(bpy.data, name), bpy.types.bpy_prop_collection)
    ]


def test_what_is_lost_is_said(performed, tmp_path):
    performed("EmoteBot")
    scene = bpy.context.scene
    scene.frame_end = 20
    bpy.data.objects["EmoteBot teeth lower"].hide_set(True)
    notes = export(tmp_path / "face.glb")
    assert "Left out, as they are hidden: EmoteBot teeth lower" in notes
    assert any(note.startswith("Without modifiers") for note in notes)
    assert any("the file ends with the scene on 20" in note for note in notes)


@pytest.mark.parametrize(("deforming", "there"), [(False, True), (True, False)])
def test_bones_that_deform_nothing(performed, tmp_path, deforming, there):
    performed("EmoteBot")
    bpy.data.armatures["EmoteBot"].bones["gaze"].use_deform = False
    for side in ("gaze.L", "gaze.R"):
        bpy.data.armatures["EmoteBot"].bones[side].use_deform = False
    path = tmp_path / "face.glb"
    export_model(find_face(None, bpy.context.scene), path, deforming)
    names = {node["name"] for node in chunk_of(path)["nodes"]}
    assert ("gaze" in names) == there


def test_usd_says_that_it_numbers_shape_keys(performed, tmp_path):
    performed("Ready Player Me")
    assert any("USD numbers the shape keys" in note for note in export(tmp_path / "face.usdc"))


@pytest.mark.parametrize("name", ["face.obj", "face", "face.gltf"])
def test_another_ending_is_refused(performed, tmp_path, name):
    performed("reference head")
    with pytest.raises(EmoteBotError, match=r"must end in \.glb"):
        export(tmp_path / name)
    assert not [*tmp_path.iterdir()]


def test_edit_mode_is_refused(performed, tmp_path):
    performed("reference head")
    bpy.context.view_layer.objects.active = keyed_meshes()[0]
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(EmoteBotError, match="Switch to Object Mode first"):
        export(tmp_path / "face.glb")


def test_the_command_writes_one(run, tmp_path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    path = tmp_path / "head.glb"
    status, out, err = run("perform", "happy", "--export-model", path)
    assert status == 0, err
    assert f"wrote {path}" in out
    (animation,) = animations_in(path)
    assert len(animation["channels"]) > 10
    import_alone(path, 24)
    assert moving(shown_values(1, 40))


def test_the_command_refuses_another_ending(refused, tmp_path):
    status, line = refused("perform", "happy", "--export-model", tmp_path / "head.obj")
    assert status != 0
    assert "must end in .glb" in line
