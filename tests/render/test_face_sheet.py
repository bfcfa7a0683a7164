# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of a face test, and what they leave behind: nothing."""

import bpy
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.render import face_sheet
from emotebot_blender.render.face_sheet import (
    compose_face_sheet,
    picture_poses,
    sheet_poses,
)
from emotebot_blender.rig.face import find_face


@pytest.fixture(autouse=True)
def small(monkeypatch) -> None:
    """Have the pictures be small and coarse."""
    monkeypatch.setattr(face_sheet, "SIZE", 32)
    monkeypatch.setattr(face_sheet, "SAMPLES", 1)


def poses_of(face) -> list:
    return sheet_poses(face, load_networks())


def named(poses, *titles: str) -> list:
    return [pose for title in titles for pose in poses if pose.title == title]


def test_emotions_come_first_then_what_the_face_covers(talker, empty_scene):
    poses = poses_of(find_face(talker, empty_scene))
    assert [pose.title for pose in poses] == [
        *EMOTIONS,
        "eyeBlinkLeft",
        "jawOpen",
        "mouthSmileLeft",
    ]
    happy, jaw = named(poses, "happiness", "jawOpen")
    assert happy.weights[INDEX["mouthSmileLeft"]] > 0.2
    assert jaw.weights.tolist() == [float(name == "jawOpen") for name in CHANNELS]


def test_lips_close_on_an_open_jaw(add, empty_scene):
    head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose", "jawOpen"])
    (close,) = named(poses_of(find_face(head, empty_scene)), "mouthClose + jawOpen")
    assert close.weights[[INDEX["mouthClose"], INDEX["jawOpen"]]].tolist() == [1, 1]


def test_what_cannot_be_driven_is_left_out_and_named(add, empty_scene, monkeypatch):
    head = add("MESH", "Head", ["eyeBlinkLeft", "mouthPucker", "jawOpen"])
    head.data.shape_keys.key_blocks["mouthPucker"].mute = True
    face = find_face(head, empty_scene)
    poses = poses_of(face)
    assert not named(poses, "mouthPucker")
    reported = []

    def compose_text(texts, *_, **__):
        reported.extend(texts)
        return np.ones((2, 2, 3))

    monkeypatch.setattr(face_sheet, "compose_text", compose_text)
    compose_face_sheet(face, poses, [np.zeros((32, 32, 3), dtype=np.float32)] * len(poses))
    assert reported[0] == "Head: 3 of 52 channels, 1 left alone, no brows, cheeks (ARKit)"
    missing = [line.removeprefix("Missing: ") for line in reported if line.startswith("Missing: ")]
    assert len(", ".join(missing).split(", ")) == 49
    assert "Left alone: Head: mouthPucker (muted)" in reported


def test_pictures_show_each_pose_and_leave_all_as_it_was(talker, empty_scene, contents):
    """On frame 2 the jaw is half open by its animation, and the artist has moved it by hand."""
    empty_scene.frame_set(2)
    keys = talker.data.shape_keys.key_blocks
    keys["jawOpen"].value, keys["mouthSmileLeft"].value = 0.123, 0.321
    before = contents(), len(bpy.data.meshes), len(bpy.data.collections), len(bpy.data.actions)
    face = find_face(talker, empty_scene)
    poses = poses_of(face)
    chosen = named(poses, "neutral", "jawOpen", "neutral")
    pictures = []
    for picture in picture_poses(face, empty_scene, chosen):
        pictures.append(picture)
        assert keys["jawOpen"].value == np.float32(0.123)
        assert keys["mouthSmileLeft"].value == np.float32(0.321)
    neutral, jaw, again = pictures
    assert neutral.shape == (32, 32, 3)
    np.testing.assert_allclose(neutral, again, atol=0.02)
    assert np.abs(jaw - neutral).max() > 0.1  # its front is twice as wide
    assert empty_scene.frame_current == 2
    assert before == (
        contents(),
        len(bpy.data.meshes),
        len(bpy.data.collections),
        len(bpy.data.actions),
    )


def test_a_test_that_is_stopped_leaves_nothing(talker, empty_scene, contents):
    before = contents(), len(bpy.data.meshes), len(bpy.data.collections)
    face = find_face(talker, empty_scene)
    taking = picture_poses(face, empty_scene, poses_of(face))
    next(taking)
    taking.close()
    assert before == (contents(), len(bpy.data.meshes), len(bpy.data.collections))


def test_a_face_that_nothing_can_pose_is_refused(talker, empty_scene):
    for key in talker.data.shape_keys.key_blocks:
        key.mute = True
    face = find_face(talker, empty_scene)
    with pytest.raises(EmoteBotError, match="muted"):
        next(picture_poses(face, empty_scene, poses_of(face)))
