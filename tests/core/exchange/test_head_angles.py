# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of a head, compared with rotations about three axes that are multiplied."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.exchange.head_angles import quaternions_of, turns_of, yaw_pitch_roll

ANGLES = st.tuples(*(st.floats(-50, 50),) * 3)


def about(axis: int, radians: float) -> np.ndarray:
    """Return a rotation about x, y or z as a matrix, as every textbook has it."""
    matrix = np.eye(3)
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrix[first, first] = matrix[second, second] = np.cos(radians)
    matrix[second, first] = np.sin(radians)
    matrix[first, second] = -np.sin(radians)
    return matrix


def matrix_of(quaternion: np.ndarray) -> np.ndarray:
    """Return the rotation of x, y, z, w as a matrix (glTF 2.0 has it so)."""
    x, y, z, w = quaternion
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


@pytest.mark.parametrize(
    ("turn", "towards"),
    [
        ((30, 0, 0), "what is in front goes down"),
        ((0, 30, 0), "what is in front goes to the character's left"),
        ((0, 0, 30), "what is above goes to the character's left"),
    ],
)
def test_a_turn_goes_where_its_docstring_says(turn, towards):
    """The face looks along z, its left is x, up is y."""
    (quaternion,) = quaternions_of(np.array([turn]))
    front, above = matrix_of(quaternion) @ (0, 0, 1), matrix_of(quaternion) @ (0, 1, 0)
    moved = front if "front" in towards else above
    axis, sign = (1, -1) if towards.endswith("down") else (0, 1)
    assert moved[axis] * sign == pytest.approx(0.5)  # the sine of 30 degrees


@given(ANGLES)
def test_yaw_pitch_and_roll_follow_one_another(turn):
    (angles,) = yaw_pitch_roll(np.array([turn]))
    yaw, pitch, roll = angles.tolist()
    expected = about(1, yaw) @ about(0, pitch) @ about(2, roll)
    assert matrix_of(quaternions_of(np.array([turn]))[0]) == pytest.approx(expected, abs=1e-9)


@given(ANGLES)
def test_a_turn_comes_back_from_its_angles(turn):
    assert turns_of(yaw_pitch_roll(np.array([turn])))[0] == pytest.approx(turn, abs=1e-4)


def test_a_small_turn_has_its_own_angles():
    (angles,) = yaw_pitch_roll(np.array([[0.3, 0.2, 0.1]]))
    assert np.degrees(angles) == pytest.approx([0.2, 0.3, -0.1], abs=1e-3)
