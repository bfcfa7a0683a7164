# SPDX-License-Identifier: GPL-3.0-or-later
"""The directions and the size of a face among bones."""

import math

import numpy as np
import pytest

from emotebot_blender.core.rig.face_space import along, measure_face


def vector(x: float, y: float, z: float) -> np.ndarray:
    return np.array([x, y, z], dtype=np.float64)


def test_a_face_that_looks_along_minus_y():
    space = measure_face(vector(0.03, -0.08, 1.7), vector(-0.03, -0.08, 1.7), vector(0, -0.1, 1.6))
    assert space.size == pytest.approx(0.06)
    assert space.left == pytest.approx((1, 0, 0))
    assert space.forward == pytest.approx((0, -1, 0))
    assert space.up == pytest.approx((0, 0, 1))


def test_a_face_that_looks_along_plus_x_with_y_up():
    space = measure_face(vector(1, 9, -2), vector(1, 9, 2), vector(0, 3, 0))
    assert space.size == pytest.approx(4)
    assert space.left == pytest.approx((0, 0, -1))
    assert space.up == pytest.approx((0, 1, 0))
    assert space.forward == pytest.approx((1, 0, 0))


def test_a_chin_behind_the_eyes_does_not_tilt_the_face_but_a_bowed_head_does():
    eyes = vector(1, 0, 0), vector(-1, 0, 0)
    upright = measure_face(*eyes, vector(0, math.sin(0.3), -math.cos(0.3)))
    assert upright.up == pytest.approx((0, 0, 1))
    bowed = measure_face(*eyes, vector(0, math.sin(0.7), -math.cos(0.7)))
    assert bowed.up == pytest.approx((0, -math.sin(0.7), math.cos(0.7)))


@pytest.mark.parametrize(
    ("right", "low"), [((1, 0, 0), (0, 0, -1)), ((-1, 0, 0), (0, 0, 0)), ((-1, 0, 0), (5, 0, 0))]
)
def test_points_in_a_line_are_no_face(right, low):
    assert measure_face(vector(1, 0, 0), vector(*right), vector(*low)) is None


def test_moves_turns_and_aims_of_a_face_that_looks_along_minus_y():
    space = measure_face(vector(1, 0, 0), vector(-1, 0, 0), vector(0, 0, -1))
    assert space.shift((0.5, 0.25, -1)) == pytest.approx((1, -0.5, -2))
    front, top = vector(0, -1, 0), vector(0, 0, 1)
    down, left, tilted = (space.rotation(turn) for turn in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    assert np.cross(down, front) == pytest.approx((0, 0, -1))
    assert np.cross(left, front) == pytest.approx((1, 0, 0))
    assert np.cross(tilted, top) == pytest.approx((1, 0, 0))
    assert space.aim(3, 0, math.pi / 4) == pytest.approx((3, 0, 0))
    assert space.aim(3, math.pi / 4, 0) == pytest.approx((0, 0, -3))


def test_the_parts_of_a_vector_along_turned_axes():
    turned = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], dtype=np.float64)
    assert along(turned, vector(1, 2, 3)) == pytest.approx((2, -1, 3))
