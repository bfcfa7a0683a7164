# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone conventions: read, matched by names, and laid along the axes of bones."""

import json

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.bone_convention import (
    bone_conventions,
    match_bones,
    read_bone_convention,
)
from emotebot_blender.core.rig.face_space import RestBone

CONTENT = {
    "name": "Example",
    "source": "made up",
    "required": ["jaw"],
    "landmarks": {"eyes": ["eye.L", "eye.R"], "low": ["chin", "jaw"]},
    "sides": [".L", ".R"],
    "channels": {
        "jawOpen": [{"bone": "jaw", "turn": [0.3, 0, 0], "move": [0, 0, -0.1]}],
        "jawLeft": [{"bone": "jaw", "turn": [0, 0.1, 0]}],
        "cheekPuff": [{"bone": "cheek.L", "move": [0.2, 0, 0]}],
        "eyeBlinkLeft": [{"bone": "lid.L", "toward": "low.L", "share": 0.5}],
        "eyeSquintLeft": [{"bone": "lid.L", "toward": "low.L", "from": "eye.L", "share": 1}],
    },
    "approximations": {"mouthPucker": [{"bone": "cheek.L", "move": [-0.1, 0, 0]}]},
}
HEADS = {
    "eye.L": (1, 0, 0),
    "eye.R": (-1, 0, 0),
    "chin": (0, 0, -2),
    "jaw": (0, 1, 0),
    "cheek.L": (1, 0, -1),
    "cheek.R": (-1, 0, -1),
    "lid.L": (1, 0, 0.4),
    "lid.R": (-1, 0, 0.4),
    "low.L": (1, 0, -0.2),
    "low.R": (-1, 0, -0.2),
}
"""A face that looks along -Y; its unit is 2."""


def convention(tmp_path, **changes):
    path = tmp_path / "example.json"
    path.write_text(json.dumps(CONTENT | changes))
    return read_bone_convention(path)


def bones(axes=None, **heads):
    axes = np.eye(3) if axes is None else axes
    return {
        name: RestBone(np.array(head, dtype=np.float64), axes, axes)
        for name, head in (HEADS | heads).items()
    }


def amounts(rig_map, channel: str) -> dict[str, float]:
    return {str(feed.control): feed.full for feed in rig_map.feeds[channel]}


@pytest.mark.parametrize(("version", "reach"), [({}, -0.2), ({"lip.new": (0, 0, -1)}, -0.4)])
def test_a_bone_without_a_movement_says_of_which_version_a_group_is(tmp_path, version, reach):
    new = [{"bone": "lip.new"}, {"bone": "jaw", "move": [0, 0, -0.2]}]
    old = [{"bone": "jaw", "move": [0, 0, -0.1]}]
    rest = bones(**version)
    rig_map = convention(tmp_path, channels={"jawOpen": {"first_of": [new, old]}}).on(
        {name: name for name in rest}, rest
    )
    assert amounts(rig_map, "jawOpen") == pytest.approx({"jaw location_z": reach})


def test_movements_along_the_axes_of_bones(tmp_path):
    rest = bones()
    rig_map = convention(tmp_path).on({name: name for name in rest}, rest)
    assert amounts(rig_map, "jawOpen") == pytest.approx(
        {"jaw location_z": -0.2, "jaw rotation_x": 0.3}
    )
    assert amounts(rig_map, "jawLeft") == pytest.approx({"jaw rotation_z": 0.1})
    assert amounts(rig_map, "jawRight") == pytest.approx({"jaw rotation_z": -0.1})
    assert amounts(rig_map, "cheekPuff") == pytest.approx(
        {"cheek.L location_x": 0.4, "cheek.R location_x": -0.4}
    )
    assert amounts(rig_map, "eyeBlinkRight") == pytest.approx({"lid.R location_z": -0.3})
    assert amounts(rig_map, "eyeSquintLeft") == pytest.approx({"lid.L location_z": -0.2})
    assert rig_map.approximated == {"mouthPucker"}


def test_a_bone_that_is_rolled_moves_along_its_own_axes(tmp_path):
    # The bone's X points up and its Y to the left.
    rest = bones(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.float64))
    rig_map = convention(tmp_path).on({name: name for name in rest}, rest)
    assert amounts(rig_map, "eyeBlinkLeft") == pytest.approx({"lid.L location_x": -0.3})
    assert amounts(rig_map, "jawOpen") == pytest.approx(
        {"jaw location_x": -0.2, "jaw rotation_y": 0.3}
    )


def test_movements_of_one_bone_add_up(tmp_path):
    moves = [
        {"bone": "jaw", "move": [0, 0, -0.1]},
        {"bone": "jaw", "move": [0, 0.2, -0.1]},
        {"bone": "jaw", "toward": "chin", "share": 0.1},
    ]
    rest = bones()
    made = convention(tmp_path, channels={"jawOpen": moves})
    rig_map = made.on({name: name for name in rest}, rest)
    assert amounts(rig_map, "jawOpen") == pytest.approx(
        {"jaw location_y": -0.5, "jaw location_z": -0.6}
    )


def test_without_eyes_there_is_nothing_to_measure_by(tmp_path):
    rest = bones()
    del rest["eye.R"]
    assert convention(tmp_path).on({name: name for name in rest}, rest).channels == ()


def test_the_parts_that_an_armature_has(tmp_path):
    rest = bones()
    for name in ("chin", "cheek.L", "lid.L"):
        del rest[name]
    rest["jaw"] = RestBone(np.array([0.0, 0, -1]), np.eye(3), np.eye(3))
    rig_map = convention(tmp_path).on({name: f"rig:{name}" for name in rest}, rest)
    assert rig_map.channels == (
        "eyeBlinkRight",
        "eyeSquintRight",
        "jawLeft",
        "jawRight",
        "jawOpen",
        "mouthPucker",
        "cheekPuff",
    )
    assert amounts(rig_map, "cheekPuff") == pytest.approx({"rig:cheek.R location_x": -0.4})


@pytest.mark.parametrize(
    "changes",
    [
        {"sides": [".L"]},
        {"required": None},
        {"landmarks": {}},
        {"channels": {"jawOpen": [{"bone": "jaw", "move": [1, 2]}]}},
        {"channels": {"jawOpen": [{"move": [1, 2, 3]}]}},
        {"channels": {"jawOpen": [{"bone": "jaw", "turn": ["x", 0, 0]}]}},
    ],
)
def test_files_that_are_none(tmp_path, changes):
    with pytest.raises(EmoteBotError, match="is not a naming convention for a face"):
        convention(tmp_path, **changes)


@pytest.mark.parametrize("channels", [{"smirk": [{"bone": "jaw"}]}, {"jawOpen": {"first_of": []}}])
def test_channels_that_are_none(tmp_path, channels):
    with pytest.raises(EmoteBotError):
        convention(tmp_path, channels=channels)


def test_no_file(tmp_path):
    with pytest.raises(EmoteBotError, match="cannot be read"):
        read_bone_convention(tmp_path / "none.json")


@pytest.mark.parametrize("made", bone_conventions(), ids=lambda made: made.name)
def test_the_bones_of_each_convention_are_matched_whatever_their_prefix(made):
    for prefix in ("", "rig:", "My.Rig_"):
        names = tuple(prefix + bone for bone in made.bones())
        found = {match.name: bones for match, bones in match_bones(names)}
        assert found[made.name] == {bone: prefix + bone for bone in made.bones()}
    names = tuple(bone for bone in made.bones() if bone != made.required[-1])
    assert made.name not in {match.name for match, _ in match_bones(names)}


@pytest.mark.parametrize("made", bone_conventions(), ids=lambda made: made.name)
def test_both_sides_of_each_convention_do_the_same(made):
    sides = {"Left": "Right", "Right": "Left"}
    for channel in (*made.feeds, *made.approximations):
        other = channel
        for side, opposite in sides.items():
            if channel.endswith(side):
                other = channel.removesuffix(side) + opposite
        groups = {**made.feeds, **made.approximations}
        assert len(groups[channel]) == len(groups[other])
        for group, opposite_group in zip(groups[channel], groups[other], strict=True):
            assert len(group) == len(opposite_group)
    assert set(made.feeds) <= set(CHANNELS)


def test_bones_of_a_body_are_no_face():
    body = ("Hips", "Spine", "Neck", "head", "Head", "jaw", "eye.L", "eye.R", "Arm.L", "Arm.R")
    assert match_bones(body) == ()
