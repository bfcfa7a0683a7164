# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.displacements import Displacements, find_islands, seen_displacements
from emotebot_blender.core.rig.face_alignment import align


def test_islands_are_what_edges_connect():
    edges = np.array([[4, 1], [1, 3], [2, 5]])
    assert find_islands(6, edges).tolist() == [0, 1, 2, 1, 1, 2]
    assert find_islands(3, np.empty((0, 2), dtype=int)).tolist() == [0, 1, 2]


def test_what_rounding_leaves_is_no_displacement():
    rest = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0]], dtype=np.float32)
    shape = rest + np.array([[0, 0, 1e-6], [0, 0.5, 0], [0, 0, 0]], dtype=np.float32)
    at, by = seen_displacements(rest, shape, 2.0)
    assert at.tolist() == [1]
    assert by.tolist() == [[0, 0.5, 0]]


def test_a_mesh_without_positions_is_refused():
    with pytest.raises(EmoteBotError, match="not a number"):
        Displacements(np.full((3, 3), np.nan, dtype=np.float32), np.arange(3), {})


def test_a_cube_with_a_key_has_no_face():
    corners = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T.astype(np.float32)
    moved = np.array([0]), np.array([[0, 0, 1]], dtype=np.float32)
    with pytest.raises(EmoteBotError, match="No shape key moves a part of a face"):
        align(Displacements(corners, np.zeros(8, dtype=int), {"Key 1": moved}))
