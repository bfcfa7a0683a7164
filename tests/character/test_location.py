# SPDX-License-Identifier: GPL-3.0-or-later
"""How high a new character is and where it stands among boxes worked out by hand."""

import bpy
import numpy as np
import pytest

from emotebot_blender.character.location import bodies, fitting_height, free_location
from emotebot_blender.character.palettes import HEIGHT, LARGEST

CUBE = np.array([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]])
HEAD = np.array([[-0.5, -0.5, 0.0], [0.5, 0.5, 1.0]])
"""A head of 1 m that stands on its place."""


def test_nothing_there_is_life_size() -> None:
    assert fitting_height([]) == HEIGHT


def test_a_mesh_without_vertices_is_no_size() -> None:
    assert fitting_height([CUBE * 0]) == HEIGHT
    assert fitting_height([CUBE * 0, CUBE]) == 2.0


def test_as_large_as_the_cube_of_a_new_file() -> None:
    assert fitting_height([CUBE]) == 2.0


def test_neither_a_backdrop_nor_a_screw_counts_for_much() -> None:
    assert fitting_height([CUBE, CUBE * 50, CUBE / 100]) == 2.0


def test_never_higher_than_a_character_may_be() -> None:
    assert fitting_height([CUBE * 1e6]) == LARGEST


def test_a_free_place_is_taken() -> None:
    assert free_location((5, 0, 0), HEAD, [CUBE]).tolist() == [5, 0, 0]


def test_beside_a_cube_a_tenth_of_the_height_apart() -> None:
    # The cube ends at 1, the gap is .1, the head is .5 to its left.
    assert free_location((0, 0, 0), HEAD, [CUBE]) == pytest.approx([1.6, 0, 0])


def test_beside_all_that_stands_in_a_row() -> None:
    row = [CUBE + np.array([2.5 * number, 0, 0]) for number in (2, 0, 1)]
    assert free_location((0, 0, 0), HEAD, row) == pytest.approx([6.6, 0, 0])


def test_it_stands_on_a_floor() -> None:
    floor = np.array([[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0]])
    assert free_location((0, 0, 0), HEAD, [floor]).tolist() == [0, 0, 0]


def test_it_stands_in_a_landscape() -> None:
    assert free_location((0, 0, 0), HEAD, [CUBE * 20]).tolist() == [0, 0, 0]


def test_parts_under_one_parent_are_one_body(empty_scene) -> None:
    parent = bpy.data.objects.new("Figure", None)
    for x in (0.0, 4.0):
        bpy.ops.mesh.primitive_cube_add(location=(x, 0, 0))
        bpy.context.object.parent = parent
    bpy.context.view_layer.update()
    (box,) = bodies(bpy.context.visible_objects)
    assert box.tolist() == [[-1, -1, -1], [5, 1, 1]]


def test_lamps_and_cameras_are_in_nobodys_way(empty_scene) -> None:
    bpy.ops.object.light_add()
    bpy.ops.object.camera_add()
    assert bodies(bpy.context.visible_objects) == []


def test_what_is_nowhere_is_passed_over(empty_scene) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.location.x = float("nan")
    bpy.context.view_layer.update()
    assert bodies(bpy.context.visible_objects) == []
