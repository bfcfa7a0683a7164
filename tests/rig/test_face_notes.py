# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a face is reported not to show, or not in full."""

from dataclasses import replace

import bpy
import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.rig import shape_keys
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_coverage import coverage_of
from emotebot_blender.rig.face_notes import (
    notes_on_lacking,
    notes_on_missing,
    notes_on_ranges,
    notes_on_repeated,
    notes_on_unseen,
    unseen_controls,
)

BROWS_OF_SOMEONE = ("Down_L", "Down_R", "OuterUp_L", "OuterUp_R")
BROW = ("eyeBlinkLeft", "eyeBlinkRight", "mouthClose", "jawOpen")


@pytest.fixture
def head(add):
    """Return a head of four channels, each of which moves its first vertex."""
    return add("MESH", "Head", BROW)


def unseen(obj) -> dict[str, str]:
    controls = find_face(obj, bpy.context.scene).controls()
    return {str(control): str(reason) for control, reason in unseen_controls(controls)}


def flatten(obj, name: str) -> None:
    """Make a shape key equal to the one that it starts from."""
    block = obj.data.shape_keys.key_blocks[name]
    for point, rest in zip(block.data, block.relative_key.data, strict=True):
        point.co = rest.co


def test_a_face_that_moves_is_passed_over(head):
    assert unseen(head) == {}
    assert notes_on_unseen(find_face(head, bpy.context.scene).controls()) == ()


def test_a_shape_key_equal_to_its_basis(head):
    flatten(head, "jawOpen")
    assert unseen(head) == {"Head: jawOpen": "equal to “Basis”"}
    (note,) = notes_on_unseen(find_face(head, bpy.context.scene).controls())
    assert str(note) == "Does not show: Head: jawOpen (equal to “Basis”)"


def test_several_are_named(head):
    flatten(head, "jawOpen")
    blocks = head.data.shape_keys.key_blocks
    blocks["mouthClose"].relative_key = blocks["mouthClose"]
    (note,) = notes_on_unseen(find_face(head, bpy.context.scene).controls())
    assert str(note) == (
        "Does not show: Head: jawOpen (equal to “Basis”), Head: mouthClose (relative to itself)"
    )


def test_a_shape_key_that_is_flattened_after_it_was_seen_to_move(head):
    assert unseen(head) == {}
    flatten(head, "jawOpen")
    assert unseen(head) == {"Head: jawOpen": "equal to “Basis”"}


def test_rounding_is_no_movement(head):
    flatten(head, "jawOpen")
    head.data.shape_keys.key_blocks["jawOpen"].data[0].co.x += 1e-8
    assert unseen(head) == {"Head: jawOpen": "equal to “Basis”"}


def test_a_shape_key_relative_to_itself(head):
    block = head.data.shape_keys.key_blocks["jawOpen"]
    block.relative_key = block
    assert unseen(head) == {"Head: jawOpen": "relative to itself"}


def test_a_shape_key_equal_to_another_that_it_is_relative_to(head):
    blocks = head.data.shape_keys.key_blocks
    blocks["jawOpen"].relative_key = blocks["mouthClose"]
    assert unseen(head) == {"Head: jawOpen": "equal to “mouthClose”"}


def test_a_pinned_shape_key(head):
    head.show_only_shape_key = True
    assert unseen(head) == {
        "all of Head": "pinned to one shape key; unpin it in the object data properties"
    }


def test_a_modifier_that_replaces_what_shape_keys_give(head):
    cache = head.modifiers.new("Cloth of the day", "MESH_CACHE")
    assert unseen(head) == {"all of Head": "replaced by the modifier “Cloth of the day”"}
    cache.show_viewport = False
    assert unseen(head) == {}


def test_an_object_that_is_disabled_in_viewports(head):
    head.hide_viewport = True
    assert unseen(head) == {"all of Head": "disabled in viewports"}


@pytest.mark.parametrize(
    ("weight", "reported"),
    [(0.0, {"Head: jawOpen": "limited to the empty vertex group “Chin”"}), (0.5, {})],
)
def test_a_vertex_group_without_the_vertices_that_move(head, weight, reported):
    head.vertex_groups.new(name="Neck").add([0, 1, 2], 1.0, "REPLACE")
    head.vertex_groups.new(name="Chin").add([0], weight, "REPLACE")
    head.data.shape_keys.key_blocks["jawOpen"].vertex_group = "Chin"
    assert unseen(head) == reported


def test_the_name_of_no_vertex_group_limits_nothing(head):
    head.data.shape_keys.key_blocks["jawOpen"].vertex_group = "Chin"
    head.vertex_groups.clear()
    assert unseen(head) == {}


def test_what_another_mesh_shows_is_passed_over(head, add):
    lashes = add("MESH", "Lashes", BROW, parent=head)
    for name in BROW[1:]:
        flatten(lashes, name)
    assert unseen(head) == {}
    flatten(head, "jawOpen")
    assert unseen(head) == {
        "Head: jawOpen": "equal to “Basis”",
        "Lashes: jawOpen": "equal to “Basis”",
    }


def test_what_is_left_alone_is_reported_as_that_alone(head):
    flatten(head, "jawOpen")
    head.data.shape_keys.key_blocks["jawOpen"].mute = True
    assert unseen(head) == {}


def test_three_are_named_and_the_others_are_counted(head):
    for name in BROW:
        flatten(head, name)
    head.data.shape_keys.key_blocks["jawOpen"].relative_key = head.data.shape_keys.key_blocks[
        "jawOpen"
    ]
    (note,) = notes_on_unseen(find_face(head, bpy.context.scene).controls())
    assert str(note).endswith("jawOpen (relative to itself) and 1 more")


@pytest.mark.parametrize(
    ("low", "high", "note"),
    [
        (0.0, 0.3, "The range of Head: jawOpen ends at 0.3"),
        (-1.0, 0.0, "The range of Head: jawOpen ends at 0"),
        (0.0, 1.0, None),
        (-1.0, 2.0, None),
    ],
)
def test_a_range_that_ends_before_the_full_value(head, low, high, note):
    block = head.data.shape_keys.key_blocks["jawOpen"]
    block.slider_min, block.slider_max = low, high
    notes = notes_on_ranges(find_face(head, bpy.context.scene).controls())
    assert [str(reported) for reported in notes] == ([note] if note else [])


def test_a_range_that_ends_before_the_value_of_a_neutral_face(head):
    (jaw,) = (
        control
        for control in find_face(head, bpy.context.scene).controls()
        if control.name == "jawOpen"
    )
    low = replace(jaw, drive=replace(jaw.drive, offset=-0.25))
    assert [str(note) for note in notes_on_ranges([low])] == [
        "The range of Head: jawOpen ends at 0"
    ]


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (BROW, "Nothing moves the brows, cheeks; shape keys named like “browDownLeft” would"),
        (("eyeBlinkLeft", "browInnerUp", "cheekPuff", "tongueOut"), None),
        (("jawOpen", "browInnerUp", "noseSneerLeft"), "Nothing moves the eyes; "),
    ],
)
def test_parts_of_a_face_that_nothing_moves(add, names, note):
    face = find_face(add("MESH", "Part", names), bpy.context.scene)
    notes = [str(reported) for reported in notes_on_missing(coverage_of(face))]
    assert len(notes) == (note is not None)
    assert all(reported.startswith(note) for reported in notes)


def test_a_part_that_stays_where_others_move_is_named(add):
    head = add("MESH", "Head", [name for name in CHANNELS if name.startswith(("brow", "mouth"))])
    add("MESH", "Brows", [f"Brow{name}" for name in BROWS_OF_SOMEONE], parent=head)
    add("MESH", "Teeth", ["jawOpen", "mouthClose"], parent=head)
    notes = notes_on_lacking(coverage_of(find_face(head, bpy.context.scene)))
    assert [str(note) for note in notes] == [
        "“Brows” does not move with browInnerUp, as other objects do"
    ]


def test_all_vertices_of_a_shape_key_are_read_once(head, monkeypatch):
    controls = find_face(head, bpy.context.scene).controls()
    assert unseen_controls(controls) == ()
    monkeypatch.setattr(shape_keys, "_positions", None)
    assert unseen_controls(controls) == ()


def test_two_sets_of_shape_keys_are_named(add):
    head = add("MESH", "Head", [f"{affix}_{name}" for affix in "ab" for name in BROW])
    (note,) = notes_on_repeated(find_face(head, bpy.context.scene))
    assert str(note) == (
        "“Head” has two sets of controls; used: “a_eyeBlinkLeft” and 3 more; "
        "left alone: “b_eyeBlinkLeft” and 3 more"
    )


def test_one_set_beside_a_single_key_is_not_two(add):
    head = add("MESH", "Head", [*BROW, "b_jawOpen"])
    assert notes_on_repeated(find_face(head, bpy.context.scene)) == ()
