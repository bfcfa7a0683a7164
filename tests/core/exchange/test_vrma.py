# SPDX-License-Identifier: GPL-3.0-or-later
"""VRM animations, held to the rules of VRMC_vrm_animation 1.0 and to those of VRM's humanoid."""

import json

import numpy as np
import pytest
from glb_reading import ReadGlb
from hypothesis import given, settings
from recorded_samples import clips, posed, turned

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.exchange.vrma import write_perfect_sync, write_vrma

REQUIRED_BONES = {
    *("hips", "spine", "head"),
    *("leftUpperLeg", "leftLowerLeg", "leftFoot", "leftUpperArm", "leftLowerArm", "leftHand"),
    *("rightUpperLeg", "rightLowerLeg", "rightFoot", "rightUpperArm", "rightLowerArm", "rightHand"),
}
"""Those that VRM 1.0's humanoid.md calls required."""

WRITERS = {"vrma": write_vrma, "perfect-sync": write_perfect_sync}


def read(clip: Clip, write=write_vrma) -> ReadGlb:
    return ReadGlb(write(clip, "take"))


def extension(file: ReadGlb) -> dict:
    return file.document["extensions"]["VRMC_vrm_animation"]


def felt(emotion: str, amount: float = 1.0) -> Clip:
    """Return a clip of one frame that shows a share of an emotion and no channel."""
    shares = np.zeros((1, len(SHARES)), dtype=np.float32)
    shares[0, SHARES.index(emotion)] = amount
    return Clip(np.zeros((1, len(CHANNELS)), dtype=np.float32), 24, shares=shares)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@settings(deadline=None, max_examples=25)
@given(clip=clips())
def test_every_file_keeps_the_rules(write, clip):
    file = read(clip, write)
    said, nodes = extension(file), file.document["nodes"]
    assert said["specVersion"] == "1.0"
    assert file.document["extensionsUsed"] == ["VRMC_vrm_animation"]
    bones = {name: bone["node"] for name, bone in said["humanoid"]["humanBones"].items()}
    assert set(bones) >= REQUIRED_BONES
    assert not {"leftEye", "rightEye"} & set(bones)
    assert all("scale" not in node for node in nodes)
    (animation,) = file.document["animations"]
    moved = {(c["target"]["node"], c["target"]["path"]) for c in animation["channels"]}
    assert len(moved) == len(animation["channels"])
    assert not {(node, "translation") for node in bones.values()} & moved
    for kind, expressions in said["expressions"].items():
        assert not {"lookUp", "lookDown", "lookLeft", "lookRight"} & set(expressions)
        assert kind in ("preset", "custom")
        for name in expressions:
            _, values = file.track(name, "translation")
            assert values.min() >= 0
            assert values.max() <= 1
    for node, path in moved:
        times, values = file.track(nodes[node]["name"], path)
        assert times[0] == 0
        assert (np.diff(times) > 0).all()
        assert len(times) == len(values)
        if path == "rotation":
            assert np.linalg.norm(values, axis=1) == pytest.approx(1, abs=1e-6)


def test_bones_stand_under_one_another_as_the_humanoid_has_it():
    file = read(posed())
    nodes = file.document["nodes"]
    parents = {child: index for index, n in enumerate(nodes) for child in n.get("children", ())}
    bones = {n: b["node"] for n, b in extension(file)["humanoid"]["humanBones"].items()}
    above = {
        "spine": "hips",
        "chest": "spine",
        "neck": "chest",
        "head": "neck",
        **{f"{side}UpperArm": "chest" for side in ("left", "right")},
        **{f"{side}LowerArm": f"{side}UpperArm" for side in ("left", "right")},
        **{f"{side}Hand": f"{side}LowerArm" for side in ("left", "right")},
        **{f"{side}UpperLeg": "hips" for side in ("left", "right")},
        **{f"{side}LowerLeg": f"{side}UpperLeg" for side in ("left", "right")},
        **{f"{side}Foot": f"{side}LowerLeg" for side in ("left", "right")},
    }
    assert {name: parents[bones[name]] for name in above} == {
        name: bones[parent] for name, parent in above.items()
    }
    assert bones["hips"] not in parents


def test_it_stands_as_a_t():
    """Arms straight to the sides, the left one to +x, legs straight down; it looks along +z."""
    nodes = {
        node["name"]: np.array(node["translation"]) for node in read(posed()).document["nodes"]
    }
    for side, sign in (("left", 1), ("right", -1)):
        for bone in ("LowerArm", "Hand"):
            assert np.sign(nodes[side + bone]).tolist() == [sign, 0, 0]
        for bone in ("LowerLeg", "Foot"):
            assert np.sign(nodes[side + bone]).tolist() == [0, -1, 0]


@pytest.mark.parametrize(
    ("emotion", "preset"),
    [("happiness", "happy"), ("anger", "angry"), ("sadness", "sad"), ("surprise", "surprised")],
)
def test_emotions_are_shown_by_presets(emotion, preset):
    file = read(felt(emotion, 0.5))
    presets = extension(file)["expressions"]["preset"]
    strengths = {name: float(file.track(name, "translation")[1][0, 0]) for name in presets}
    assert strengths.pop(preset) == pytest.approx(0.5)
    assert set(strengths.values()) == {0}


@pytest.mark.parametrize(
    ("channel", "preset"),
    [("eyeBlinkLeft", "blinkLeft"), ("eyeBlinkRight", "blinkRight"), ("jawOpen", "aa")],
)
def test_blinks_and_an_open_jaw_are_presets(channel, preset):
    _, values = read(posed(channel, [0, 0.5])).track(preset, "translation")
    assert values == pytest.approx(np.array([[0, 0, 0], [0.5, 0, 0]]))


def test_channels_keep_their_names_for_perfect_sync(shared):
    names = json.loads((shared / "names" / "vrm_presets.json").read_text())
    file = read(posed("browInnerUp", [0, 0.25]), write_perfect_sync)
    custom = extension(file)["expressions"]["custom"]
    assert set(custom) == set(CHANNELS)
    assert not set(custom) & set(names["vrm1"])
    assert file.track("browInnerUp", "translation")[1][:, 0].tolist() == [0, 0.25]
    assert "lookAt" not in extension(file)  # the channels move the eyes


def test_neck_and_head_share_a_turn():
    """To the left about y: 8 and 12 of 20 degrees, whose halves' sines a quaternion holds."""
    file = read(turned((0, 20, 0)))
    for bone, degrees in (("neck", 8), ("head", 12)):
        (quaternion,) = file.track(bone, "rotation")[1]
        assert quaternion == pytest.approx(
            [0, np.sin(np.radians(degrees / 2)), 0, np.cos(np.radians(degrees / 2))]
        )


def test_both_eyes_give_the_gaze():
    """Both 15 degrees to the left: one outward, the other inward by half of 30."""
    clip = posed("eyeLookOutLeft", [0.5])
    clip.weights[:, CHANNELS.index("eyeLookInRight")] = 0.5
    (quaternion,) = read(clip).track("lookAt", "rotation")[1]
    assert quaternion == pytest.approx([0, np.sin(np.radians(7.5)), 0, np.cos(np.radians(7.5))])


def test_without_a_word_on_the_head_it_is_left_alone():
    (animation,) = read(posed()).document["animations"]
    nodes = read(posed()).document["nodes"]
    turned_nodes = {nodes[channel["target"]["node"]]["name"] for channel in animation["channels"]}
    assert not {"neck", "head"} & turned_nodes
