# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces that Blender's own Rigify generates, posed as Blender evaluates them."""

from collections.abc import Callable

import bpy
import numpy as np
import pytest
from rigify_character import write_rigify_character
from rigify_rigs import generate_rig

from emotebot_blender.character.openings import (
    EYE_POINTS,
    LIP_BORDER,
    MOUTH_POINTS,
    eye_margin,
    mouth_ring,
)
from emotebot_blender.character.style import EMOTEBOT
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.rig.pose import apply_weights

Bones = dict[str, np.ndarray]


@pytest.fixture(scope="module", params=["modular", "super_face"])
def rig_file(request, tmp_path_factory) -> str:
    """Return the path of a generated face rig."""
    path = tmp_path_factory.mktemp("rigify") / f"{request.param}.blend"
    generate_rig(request.param, path)
    return str(path)


@pytest.fixture
def face(rig_file) -> Face:
    """Return the face of that rig; the meta-rig stands beside it."""
    bpy.ops.wm.open_mainfile(filepath=rig_file)
    assert sum(obj.type == "ARMATURE" for obj in bpy.context.scene.objects) == 2
    return find_face(None, bpy.context.scene)


@pytest.fixture
def posed(face) -> Callable[..., Bones]:
    """Return a function that poses and gives bones' heads, in distances between the eyes."""

    def posed(**weights: float) -> Bones:
        values = np.zeros(52, dtype=np.float32)
        for channel, weight in weights.items():
            values[INDEX[channel]] = weight
        apply_weights(face, values)
        bpy.context.view_layer.update()
        bones = face.armature.pose.bones
        rest = face.armature.data.bones
        eyes = (rest[f"ORG-eye.{side}"].head_local for side in "LR")
        unit = (next(eyes) - next(eyes)).length
        return {bone.name: np.array(bone.head) / unit for bone in bones}

    return posed


def distance(bones: Bones, one: str, other: str) -> float:
    return float(np.linalg.norm(bones[one] - bones[other]))


def test_every_channel_has_controls_and_none_is_blocked(face):
    assert face.objects == (face.armature,)
    assert face.maps[0].convention == "Rigify"
    assert face.channels == CHANNELS
    assert face.blocked() == ()


def test_no_weight_leaves_the_rig_at_rest(face, posed):
    rest = {bone.name: bone.head.copy() for bone in face.armature.pose.bones}
    posed(jawOpen=1.0, eyeBlinkLeft=1.0)
    posed()
    for bone in face.armature.pose.bones:
        assert (bone.head - rest[bone.name]).length < 1e-5


def test_the_jaw_opens(posed):
    rest, opened = posed(), posed(jawOpen=1.0)
    face_height = rest["brow.T.L.002"][2] - rest["chin"][2]
    down = (rest["DEF-chin"] - opened["DEF-chin"])[2] / face_height
    assert 0.12 < down < 0.3  # 14 to 34 mm of 115 from chin to brows
    gap = (opened["lip.T"] - opened["lip.B"])[2] - (rest["lip.T"] - rest["lip.B"])[2]
    assert 0.1 < gap / face_height < 0.3


def test_lips_close_over_an_open_jaw(posed):
    rest, closed = posed(), posed(jawOpen=1.0, mouthClose=1.0)
    for upper, lower in (("lip.T", "lip.B"), ("lip.T.L.001", "lip.B.L.001")):
        gap = (closed[upper] - closed[lower]) - (rest[upper] - rest[lower])
        assert np.linalg.norm(gap) < 0.05


@pytest.mark.parametrize("side", "LR")
def test_lids_meet(posed, side):
    channel = f"eyeBlink{'Left' if side == 'L' else 'Right'}"
    rest, shut = posed(), posed(**{channel: 1.0})
    # Lids of the modular face slide on the eye, so that their ends go round it, not straight.
    ends = 0.05 if "lips.L" in rest else 0.2
    for upper, lower, most in (("001", "003", ends), ("002", "002", 0.05), ("003", "001", ends)):
        names = f"lid.T.{side}.{upper}", f"lid.B.{side}.{lower}"
        assert distance(shut, *names) < most * distance(rest, *names)
    other = "R" if side == "L" else "L"
    names = f"lid.T.{other}.002", f"lid.B.{other}.002"
    assert distance(shut, *names) == pytest.approx(distance(rest, *names))


def test_lids_close_evenly(posed):
    rest, half = posed(), posed(eyeBlinkLeft=0.5)
    for upper, lower in (("001", "003"), ("002", "002"), ("003", "001")):
        names = f"lid.T.L.{upper}", f"lid.B.L.{lower}"
        assert distance(half, *names) / distance(rest, *names) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("channel", "bone", "direction"),
    [
        ("browInnerUp", "brow.T.L.003", (0, 0, 1)),
        ("browOuterUpRight", "brow.T.R.001", (0, 0, 1)),
        ("browDownLeft", "brow.T.L.003", (-0.4, 0, -1)),
        ("mouthSmileLeft", "lips.L", (0.8, 0.4, 1)),
        ("mouthSmileRight", "lips.R", (-0.8, 0.4, 1)),
        ("mouthFrownLeft", "lips.L", (0.2, 0.2, -1)),
        ("mouthUpperUpLeft", "lip.T.L.001", (0, 0, 1)),
        ("mouthLowerDownLeft", "lip.B.L.001", (0.2, 0, -1)),
        ("mouthPucker", "lips.L", (-1, -0.9, -0.3)),
        ("mouthRight", "lip.T", (-1, 0, 0)),
        ("cheekPuff", "cheek.B.R.001", (-1, -0.4, 0)),
        ("cheekSquintLeft", "cheek.T.L.001", (0, -0.3, 1)),
        ("noseSneerLeft", "nose.L.001", (0.2, 0.2, 1)),
        ("jawForward", "chin", (0, -1, 0)),
        ("jawLeft", "chin", (1, 0, 0)),
        ("eyeWideLeft", "lid.T.L.002", (0, 0.2, 1)),
        ("eyeLookUpLeft", "eye.L", (0, 0, 1)),
        ("eyeLookInLeft", "eye.L", (-1, 0, 0)),
        ("eyeLookOutRight", "eye.R", (-1, 0, 0)),
        ("tongueOut", "tongue", (0, -1, 0.1)),
    ],
)
def test_where_bones_go(posed, channel, bone, direction):
    rest, shown = posed(), posed(**{channel: 1.0})
    bone = bone if bone in rest else f"lip_end.{bone[-1]}.001"  # corners of the modular mouth
    moved = shown[bone] - rest[bone]
    length = np.linalg.norm(moved)
    assert length > 0.03
    assert moved @ np.array(direction) / length / np.linalg.norm(direction) > 0.95


def test_the_eyes_look_down_by_the_angle(posed):
    rest, shown = posed(), posed(eyeLookDownLeft=1.0)
    center = rest["master_eye.L" if "master_eye.L" in rest else "eye_master.L"]
    line = [bones["eye.L"] - center for bones in (rest, shown)]
    cosine = line[0] @ line[1] / np.linalg.norm(line[0]) / np.linalg.norm(line[1])
    assert np.degrees(np.arccos(cosine)) == pytest.approx(np.degrees(0.45), abs=0.5)


@pytest.fixture(scope="module")
def character_file(tmp_path_factory) -> str:
    """Return the path of the built-in head on the bones of a Rigify face."""
    path = tmp_path_factory.mktemp("rigify") / "character.blend"
    write_rigify_character(path)
    return str(path)


@pytest.fixture
def shown_skin(character_file) -> Callable[..., np.ndarray]:
    """Return a function that poses the character and gives the points of its skin, in centimetres.

    They are those of the style, its origin is between the eyes; subdivision does not count.
    """
    bpy.ops.wm.open_mainfile(filepath=character_file)
    face = find_face(None, bpy.context.scene)
    skin = bpy.data.objects["EmoteBot head"]
    skin.modifiers["Subdivision"].show_viewport = False
    eye = np.array(face.armature.data.bones["ORG-eye.L"].head_local)
    unit = eye[0] / EMOTEBOT.eye_centre[0]

    def shown(**weights: float) -> np.ndarray:
        values = np.zeros(52, dtype=np.float32)
        for channel, weight in weights.items():
            values[INDEX[channel]] = weight
        apply_weights(face, values)
        bpy.context.view_layer.update()
        mesh = skin.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        points = np.empty(len(mesh.vertices) * 3, dtype=np.float32)
        mesh.vertices.foreach_get("co", points)
        return (points.reshape(-1, 3) - eye) / unit + EMOTEBOT.eye_centre

    return shown


def test_the_skin_of_a_character_follows_the_bones(shown_skin):
    rest = shown_skin()

    def moved(x: float, z: float, **weights: float) -> np.ndarray:
        """Return how the front of the skin moves at one place across and up."""
        away = np.linalg.norm(rest[:, [0, 2]] - (x, z), axis=1)
        near = (away < 0.4) & (rest[:, 1] < -5)
        return (shown_skin(**weights) - rest)[near].mean(axis=0)

    corner = mouth_ring(EMOTEBOT, LIP_BORDER)[MOUTH_POINTS // 2]
    assert moved(*corner, mouthSmileLeft=1.0)[[0, 2]] == pytest.approx((0.9, 1.1), abs=0.5)
    chin = next(solid for solid in EMOTEBOT.solids if solid.role == "chin")
    assert moved(0, chin.centre[2], jawOpen=1.0)[2] < -1
    x, z = EMOTEBOT.brow.line[0]
    assert moved(x, z, browDownLeft=1.0)[2] < -0.4
    assert moved(-x, z, browDownLeft=1.0)[2] > -0.2
    assert moved(x, z, browInnerUp=1.0)[2] > 0.4


def test_a_blink_of_a_character_closes(shown_skin):
    rest = shown_skin()
    margin = eye_margin(EMOTEBOT)
    edge = np.linalg.norm(rest[:, None] - margin, axis=2).argmin(axis=0)
    half = EYE_POINTS // 2
    upper, lower = edge[1:half], edge[:half:-1]
    open_by = (margin[1:half] - margin[:half:-1])[:, 2].mean()
    for shown, gap in (({}, open_by), ({"eyeBlinkLeft": 1.0}, 0.0)):
        skin = shown_skin(**shown)
        apart = (skin[upper] - skin[lower])[:, 2].mean()
        assert apart == pytest.approx(gap, abs=0.4)
