# SPDX-License-Identifier: GPL-3.0-or-later
"""Armatures with the names of each bone convention."""

import bpy
import numpy as np
import pytest
from bone_faces import AUTO_RIG_PRO, add_armature, both_sides
from mathutils import Vector

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import apply_weights

GAZE = tuple(name for name in CHANNELS if name.startswith("eyeLook"))
JAW = ("jawForward", "jawLeft", "jawRight", "jawOpen")

BODIES = [
    ("Hips", "Head", "LeftEye", "RightEye", ()),
    ("mixamorig:Hips", "mixamorig:Head", "mixamorig:LeftEye", "mixamorig:RightEye", ()),
    ("J_Bip_C_Hips", "J_Bip_C_Head", "J_Adj_L_FaceEye", "J_Adj_R_FaceEye", ()),
    ("センター", "頭", "左目", "右目", ()),
    ("CC_Base_Hip", "CC_Base_Head", "CC_Base_L_Eye", "CC_Base_R_Eye", ("CC_Base_JawRoot",)),
    ("hip", "head", "lEye", "rEye", ("lowerJaw",)),
    ("hip", "head", "l_eye", "r_eye", ("lowerjaw",)),
    ("pelvis", "head", "FACIAL_L_Eye", "FACIAL_R_Eye", ("FACIAL_C_Jaw",)),
]
"""Hips, head, eyes and jaw of bodies that have shape keys for the rest of the face."""


def pose(rig, **weights: float) -> None:
    values = np.zeros(52, dtype=np.float32)
    for channel, weight in weights.items():
        values[INDEX[channel]] = weight
    apply_weights(find_face(rig, bpy.context.scene), values)
    bpy.context.view_layer.update()


@pytest.fixture(params=BODIES, ids=lambda names: names[2])
def body(request, add):
    """Return an armature with a head of shape keys, and the names of an eye and the jaw."""
    hips, head, left, right, jaw = request.param
    places = [(0, 0, 1), (0, 0, 1.6), (0.03, -0.08, 1.7), (-0.03, -0.08, 1.7), (0, -0.01, 1.66)]
    names = (hips, head, left, right, *jaw)
    rig = add_armature("Body", dict(zip(names, places, strict=False)), roll=0.7)
    add("MESH", "Face", ["eyeBlinkLeft", "browInnerUp", "mouthSmileLeft"], armature=rig)
    return rig, left, jaw


def test_eyes_and_jaw(body, empty_scene):
    rig, left, jaw = body
    face = find_face(rig, empty_scene)
    bones = set(face.channels) - {"eyeBlinkLeft", "browInnerUp", "mouthSmileLeft"}
    assert bones == {*GAZE, *(JAW if jaw else ())}
    before = rig.pose.bones[left].matrix.to_3x3()
    pose(rig, eyeLookUpLeft=1.0)
    turned = rig.pose.bones[left].matrix.to_3x3() @ before.inverted()
    seen = turned @ Vector((0, -1, 0))
    assert seen.z > 0.3
    assert abs(seen.x) < 0.03
    if jaw:
        before = rig.pose.bones[jaw[0]].matrix.to_3x3()
        pose(rig, jawOpen=1.0)
        turned = rig.pose.bones[jaw[0]].matrix.to_3x3() @ before.inverted()
        assert (turned @ Vector((0, -1, 0))).z < -0.25


@pytest.fixture
def auto_rig_pro(empty_scene):
    """Return an armature with the controls of an Auto-Rig Pro face."""
    return add_armature("rig", both_sides(AUTO_RIG_PRO), roll=0.5)


def test_auto_rig_pro(auto_rig_pro, empty_scene):
    rig = auto_rig_pro
    face = find_face(None, empty_scene)
    assert face.objects == (rig,)
    assert set(CHANNELS) - set(face.channels) == {"noseSneerLeft", "noseSneerRight"}
    lid, corner = (rig.pose.bones[name] for name in ("c_eyelid_top.l", "c_lips_smile.r"))
    start = corner.head.copy()
    pose(rig, eyeBlinkLeft=1.0, mouthSmileRight=1.0)
    assert (lid.head - rig.pose.bones["c_eyelid_bot.l"].head).length < 1e-4
    # .13 to the right, .07 back and .17 up, of 6 cm between the eyes
    assert (corner.head - start - Vector((-0.0078, 0.0042, 0.0102))).length < 1e-4


def test_mhx_moves_the_mouth(add, empty_scene):
    heads = {
        "eye.L": (0.03, -0.08, 1.7),
        "LipCorner.L": (0.025, -0.09, 1.62),
        "LipUpperInner.L": (0.01, -0.1, 1.627),
        "LipLowerInner.L": (0.01, -0.1, 1.613),
        "LipUpperMiddle": (0, -0.1, 1.628),
        "LipLowerMiddle": (0, -0.1, 1.612),
    }
    rig = add_armature("Figure", both_sides(heads))
    add("MESH", "Face", ["eyeBlinkLeft", "browInnerUp", "jawOpen"], armature=rig)
    face = find_face(rig, empty_scene)
    assert sum(name.startswith("mouth") for name in face.channels) == 20
    start = rig.pose.bones["LipCorner.L"].head.copy()
    pose(rig, mouthFrownLeft=1.0)
    assert rig.pose.bones["LipCorner.L"].head.z - start.z == pytest.approx(-0.17 * 0.06, abs=1e-4)
