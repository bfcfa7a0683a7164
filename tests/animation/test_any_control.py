# SPDX-License-Identifier: GPL-3.0-or-later
"""Axes of bones and properties are keyed, layered, retimed, baked and cleared as shape keys are."""

import bpy
import numpy as np
import pytest
from keying import DENSE, RAMP, all_keys, clip_of, keyed_weights

from emotebot_blender.animation.actions import find_curve
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, find_layer
from emotebot_blender.animation.retiming import retime_layer
from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.control_values import ControlValues
from emotebot_blender.rig.face import find_face

PATHS = (
    ('pose.bones["jaw"].rotation_euler', 0, 0.4, 0.0),
    ('pose.bones["jaw"].location', 1, -0.02, 0.0),
    ('pose.bones["tongue"].rotation_quaternion', 3, np.tan(0.15), 0.0),
    ('pose.bones["lip"].scale', 0, -0.5, 1.0),
    ('["look"]', 0, 1.0, 0.0),
    ("delta_scale", 2, 0.5, 1.0),
)
"""Data path, index, value over rest at full, and rest value of what the clip moves."""


@pytest.fixture
def clip():
    return clip_of(
        jawOpen=RAMP, tongueOut=RAMP, mouthPucker=RAMP, eyeLookUpLeft=RAMP, cheekPuff=RAMP
    )


@pytest.fixture
def rig(bone_face):
    return bone_face.armature


def values(face) -> list[float]:
    return ControlValues(face.controls()).read().tolist()


def shown(rig, frame: float) -> list[float]:
    """Return what each of ``PATHS`` shows."""
    bpy.context.scene.frame_set(int(frame))
    numbers = [(rig.path_resolve(path), index) for path, index, *_ in PATHS]
    return [value[index] if hasattr(value, "__getitem__") else value for value, index in numbers]


def at(weight: float) -> list:
    return pytest.approx([rest + full * weight for *_, full, rest in PATHS], abs=1e-5)


def test_a_layer_moves_them_and_goes_again(bone_face, rig, empty_scene, clip):
    rig.pose.bones["jaw"].rotation_euler[0] = 0.125
    rig["look"] = 0.5
    before = values(bone_face)
    report = write_layer(bone_face, clip, empty_scene, 10, "A", DENSE)
    assert (report.curves, report.keys, report.frames) == (10, 50, (10, 14))
    assert [shown(rig, frame) for frame in (10, 12, 14)] == [at(0), at(0.5), at(1)]
    assert find_layer(bone_face).edited is False
    assert keyed_weights(bone_face, 12)[INDEX["jawOpen"]] == pytest.approx(0.5)
    assert clear_layer(bone_face)
    assert values(bone_face) == before


def test_half_a_strength_lies_between_the_rest_and_the_clip(bone_face, rig, empty_scene, clip):
    write_layer(bone_face, clip, empty_scene, 1, "A", DENSE, strength=0.5)
    assert shown(rig, 5) == at(0.5)


def test_a_layer_is_retimed(bone_face, rig, empty_scene, clip):
    write_layer(bone_face, clip, empty_scene, 1, "A", DENSE)
    assert retime_layer(bone_face, "sequence", 48, 1)
    assert [shown(rig, frame) for frame in (1, 5, 9)] == [at(0), at(0.5), at(1)]


def test_a_keyed_feeling(bone_face, rig, empty_scene, clip):
    write_keyed_feeling(bone_face, clip, empty_scene, 10, "Happy", DENSE)
    assert [shown(rig, frame) for frame in (5, 12, 30)] == [at(0), at(0.5), at(1)]


def test_a_bake_and_back(bone_face, rig, empty_scene, clip):
    jaw = rig.pose.bones["jaw"]
    for frame, value in ((0, 0.5), (3, 0.25), (9, 0.125)):
        jaw.rotation_euler[0] = value
        assert jaw.keyframe_insert("rotation_euler", index=0, frame=frame)
    rig["look"] = 0.5
    empty_scene.frame_set(0)
    keys, before = all_keys(rig), values(bone_face)
    write_layer(bone_face, clip, empty_scene, 1, "A", DENSE)
    report = bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
    assert (report.curves, report.keys) == (9, 45)  # the jaw's keys by hand hide the layer
    assert shown(rig, 4)[1:] == [pytest.approx(rest + full * 0.75) for *_, full, rest in PATHS][1:]
    assert [key for key in all_keys(rig) if key[0][:2] == PATHS[0][:2]] == keys
    assert clear_bakes(bone_face) == 45
    assert all_keys(rig) == keys
    empty_scene.frame_set(0)
    assert values(bone_face) == before


def test_after_saving_and_with_a_bone_renamed(bone_face, rig, empty_scene, clip, tmp_path):
    rig.pose.bones["lip"].scale[0] = 0.75
    write_layer(bone_face, clip, empty_scene, 1, "A", DENSE)
    bake_layers(bone_face, empty_scene, ["sequence"], DENSE)
    rig.data.bones["lip"].name = "upper lip"
    assert find_curve(rig, 'pose.bones["upper lip"].scale') is not None
    clear_bakes(bone_face)
    assert find_curve(rig, 'pose.bones["upper lip"].scale') is None
    assert rig.pose.bones["upper lip"].scale[0] == 0.75


def test_a_locked_axis_is_left_alone(bone_face, rig, empty_scene, clip):
    rig.pose.bones["jaw"].lock_location = (False, True, False)
    report = write_layer(bone_face, clip, empty_scene, 1, "A", DENSE)
    assert report.skipped == (("Robot: jaw location y", Message("locked")),)
    assert shown(rig, 5)[:2] == [pytest.approx(0.4), 0]


def test_beside_shape_keys(bone_face, rig, empty_scene, clip, head):
    """One performance on two IDs, each with a strip of its own."""
    own = find_face(head, empty_scene)
    face = type(own)("Both", (head, rig), rig, (*own.maps, *bone_face.maps))
    report = write_layer(face, clip, empty_scene, 1, "A", DENSE)
    assert report.curves == 4 + 10
    assert shown(rig, 3) == at(0.5)
    assert head.data.shape_keys.key_blocks["jawOpen"].value == 0.5
    bake_layers(face, empty_scene, ["sequence"], DENSE)
    assert shown(rig, 5) == at(1)
    assert clear_bakes(face) == 14 * 5
    assert bpy.data.actions.keys() == []
