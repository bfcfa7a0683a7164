# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys that do not what they are called."""

import bpy
import pytest
from key_sizes import scale_keys

from emotebot_blender.character.character import add_character
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_checks import checks_on_face


@pytest.fixture
def android(empty_scene):
    """Return the skin of EmoteBot's own head."""
    root = add_character(empty_scene)
    bpy.context.view_layer.update()
    return bpy.data.objects[f"{root.name} head"]


def swap(android, one, other):
    blocks = android.data.shape_keys.key_blocks
    first, second = blocks[one], blocks[other]
    first.name = "first"
    second.name = one
    first.name = other


def reported(android):
    return [str(note) for note in checks_on_face(find_face(android, bpy.context.scene))]


@pytest.mark.parametrize("style", [0, 3])
def test_nothing_is_wrong_with_emotebots_heads(empty_scene, style):
    root = add_character(empty_scene, style=style)
    bpy.context.view_layer.update()
    assert checks_on_face(find_face(root, empty_scene)) == ()


def test_nothing_is_wrong_with_the_reference_head(reference_head):
    assert checks_on_face(find_face(None, reference_head)) == ()


def test_sides_that_are_swapped(android):
    swap(android, "mouthSmileLeft", "mouthSmileRight")
    notes = reported(android)
    assert len(notes) == 2
    assert all("other side" in note for note in notes)


def test_a_key_that_moves_another_part(android):
    swap(android, "browInnerUp", "mouthShrugUpper")
    # the mesh of the brows still has the true one
    assert reported(android) == ["“mouthShrugUpper” moves the brows, which is not mouthShrugUpper"]


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (-1, "“mouthFrownLeft” does the opposite of mouthFrownLeft"),
        (0.05, "“mouthFrownLeft” goes 5 % as far as mouthFrownLeft does on EmoteBot's own head"),
        (8, "“mouthFrownLeft” goes 800 % as far as mouthFrownLeft does on EmoteBot's own head"),
    ],
)
def test_a_key_that_goes_the_wrong_way_or_not_as_far(android, factor, expected):
    scale_keys(["mouthFrownLeft"], factor)
    assert reported(android) == [expected]


@pytest.mark.parametrize("factor", [0.5, 2])
def test_sides_that_go_clearly_apart_are_reported_once(android, factor):
    scale_keys(["mouthFrownLeft"], factor)
    weaker, stronger = ("Left", "Right") if factor < 1 else ("Right", "Left")
    (note,) = reported(android)
    assert note.startswith(f"“mouthFrown{weaker}” goes 50 % as far as that of the other side does")
    assert note.endswith(f"mouthFrown{stronger}")


def test_what_is_no_face_is_not_checked(head, empty_scene):
    assert checks_on_face(find_face(head, empty_scene)) == ()
