# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters of many meshes, each with some of the names, are one face named after its head.

The names of objects are those of Ready Player Me, Character Creator and VRoid Studio.
"""

from itertools import permutations

import bpy
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX, REGIONS
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_grouping import ranked

LIDS = tuple(name for name in REGIONS["eye"] if "Look" not in name)
LOOKS = tuple(name for name in REGIONS["eye"] if "Look" in name)


@pytest.fixture
def build(add):
    """Return a function that adds meshes under one armature, and returns the armature.

    Each is given by its name, the names of its shape keys and how many vertices it has.
    """

    def build(*meshes: tuple[str, tuple[str, ...], int], skinned: bool = True):
        root = add("ARMATURE" if skinned else "EMPTY", "Character")
        for name, keys, vertices in meshes:
            obj = add("MESH", name, parent=root, armature=root if skinned else None)
            obj.data.clear_geometry()
            obj.data.from_pydata([(0, 0, number) for number in range(vertices)], [], [])
            for key in ("Basis", *keys) if keys else ():
                block = obj.shape_key_add(name=key, from_mix=False)
                block.value = 0  # 1 in Blender 5
                block.data[0].co.x = key != "Basis"
        return root

    return build


def driven(face) -> dict[str, set[str]]:
    """Return for each object the channels that move it."""
    moved: dict[str, set[str]] = {}
    for control in face.controls():
        names = {CHANNELS[index] for index, _ in control.drive.channels}
        moved.setdefault(control.object.name, set()).update(names)
    return moved


READY_PLAYER_ME = (
    ("EyeLeft", CHANNELS, 60),
    ("EyeRight", CHANNELS, 60),
    ("Wolf3D_Head", CHANNELS, 300),
    ("Wolf3D_Teeth", CHANNELS, 90),
    ("Wolf3D_Body", (), 500),
)


@pytest.mark.parametrize("skinned", [True, False])
def test_a_head_among_eyeballs_with_all_names(build, empty_scene, skinned):
    for order in permutations(READY_PLAYER_ME[:4]):
        bpy.data.batch_remove(list(bpy.data.objects))
        root = build(*order, READY_PLAYER_ME[4], skinned=skinned)
        face = find_face(root, empty_scene)
        assert face.name == "Wolf3D_Head"
        assert driven(face) == {name: set(CHANNELS) for name, _, _ in order}


@pytest.mark.parametrize("skinned", [True, False])
def test_eyes_of_two_japanese_names_beside_their_head(build, empty_scene, skinned):
    morphs = ("まばたき", "あ", "い", "う", "笑い", "困る", "上", "下")
    root = build(("瞳", ("目上左", "目上右"), 60), ("顔", morphs, 300), skinned=skinned)
    face = find_face(root, empty_scene)
    assert face.name == "顔"
    assert driven(face)["瞳"] == {"eyeLookUpLeft", "eyeLookUpRight"}


def test_a_body_with_the_face_in_it(build, empty_scene):
    root = build(
        ("CC_Base_EyeOcclusion", (*LIDS, *LOOKS), 120),
        ("CC_Base_Tongue", ("tongueOut", "jawOpen"), 80),
        ("CC_Base_Body", CHANNELS[:-1], 400),
        ("Kevin_Brow", REGIONS["brow"], 900),
        ("Std_Eyelash", (*LIDS, "jawOpen"), 100),
        ("Full_Beard", (*REGIONS["mouth"], *REGIONS["jaw"]), 2000),
        ("Glasses", (), 200),
    )
    face = find_face(root, empty_scene)
    assert face.name == "CC_Base_Body"
    assert set(face.channels) == set(CHANNELS)
    assert driven(face)["Kevin_Brow"] == set(REGIONS["brow"])
    assert driven(face)["CC_Base_Tongue"] == {"tongueOut", "jawOpen"}
    assert "Glasses" not in driven(face)


def test_a_head_with_fewer_names_than_its_teeth(build, empty_scene):
    root = build(("Teeth", CHANNELS, 900), ("Mesh_04", CHANNELS[:-1], 400))
    assert find_face(root, empty_scene).name == "Mesh_04"


def test_a_body_that_moves_along_with_little(build, empty_scene):
    few = ("jawOpen", "mouthClose", "eyeBlinkLeft")
    root = build(("Body", few, 900), ("Face", CHANNELS, 300), ("Hair", (), 800))
    assert find_face(root, empty_scene).name == "Face"


def test_meshes_of_no_telling_names(build, empty_scene):
    root = build(("Mesh_0", CHANNELS, 90), ("Mesh_1", CHANNELS, 300), ("Mesh_2", CHANNELS, 60))
    assert find_face(root, empty_scene).name == "Mesh_1"


def test_a_character_whose_name_has_a_part_in_it(build, empty_scene):
    root = build(("Keyes teeth", CHANNELS, 90), ("Keyes skin", CHANNELS, 300))
    assert find_face(root, empty_scene).name == "Keyes skin"


def test_eyes_of_all_names_beside_two_heads_are_neither_s(build, empty_scene):
    build(("Ada", CHANNELS, 9), ("Bob", CHANNELS, 9), ("Eyes", CHANNELS, 9), skinned=False)
    names = {
        name: find_face(empty_scene.objects[name], empty_scene).name for name in ("Ada", "Bob")
    }
    assert names == {"Ada": "Ada", "Bob": "Bob"}


def test_a_control_of_each_mesh_is_driven_by_its_own_spelling(build, empty_scene):
    root = build(
        ("Head", CHANNELS, 90),
        ("Brows", ("browDown_L", "browDown_R", "browInnerUp_L", "browInnerUp_R"), 30),
    )
    moved = {
        control.name: control.drive.channels
        for control in find_face(root, empty_scene).controls()
        if control.object.name == "Brows"
    }
    assert moved["browDown_L"] == ((INDEX["browDownLeft"], 1.0),)
    assert moved["browInnerUp_R"] == ((INDEX["browInnerUp"], 1.0),)


@pytest.mark.parametrize("brows_first", [False, True])
def test_heads_of_whole_emotions_and_nothing_else_are_faces(build, empty_scene, brows_first):
    wholes = tuple(f"Fcl_ALL_{name}" for name in ("Angry", "Fun", "Joy", "Sorrow", "Surprised"))
    meshes = [("Face", wholes, 50), ("Brows", wholes[:3], 5)]
    root = build(*(reversed(meshes) if brows_first else meshes))
    face = find_face(root, empty_scene)
    assert [obj.name for obj in face.objects] == ["Face", "Brows"]
    assert face.channels == ()
    assert [len(rig_map.presets) for rig_map in face.maps] == [5, 3]


def test_no_object_has_no_order():
    assert ranked([]) == []
