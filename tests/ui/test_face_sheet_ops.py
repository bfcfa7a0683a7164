# SPDX-License-Identifier: GPL-3.0-or-later
"""The button that tests a face: an image more, and nothing else is different."""

import bpy
import pytest
from interface import values

from emotebot_blender.render import face_sheet

NAME = "EmoteBot Face Test"


@pytest.fixture
def few(monkeypatch, face) -> None:
    """Have the pictures be small and coarse, and the face have two channels."""
    monkeypatch.setattr(face_sheet, "SIZE", 48)
    monkeypatch.setattr(face_sheet, "SAMPLES", 1)
    for key in face.data.shape_keys.key_blocks:
        key.name = key.name if key.name in ("Basis", "jawOpen", "eyeBlinkLeft") else "Other"


def test_a_face_test_is_an_image_that_a_file_carries(face, few):
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    before = values(face)
    for _ in range(2):  # the second takes the place of the first
        assert bpy.ops.emotebot.test_face() == {"FINISHED"}
    assert [image.name for image in bpy.data.images if image.source != "VIEWER"] == [NAME]
    image = bpy.data.images[NAME]
    assert image.packed_file is not None
    assert not image.is_dirty
    assert image.size[0] > 8 * 48
    assert values(face) == before
    assert face.data.shape_keys.animation_data is None
    assert [scene.name for scene in bpy.data.scenes] == ["Scene"]


def test_a_face_that_nothing_can_pose_makes_no_image(face, few):
    for key in face.data.shape_keys.key_blocks:
        key.mute = True
    with pytest.raises(RuntimeError, match="muted"):
        bpy.ops.emotebot.test_face()
    assert not bpy.data.images


def test_a_live_face_is_not_tested(clock):
    assert not bpy.ops.emotebot.test_face.poll()
