# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.key_poses import key_poses


def test_a_movement_between_two_rests_has_its_set_out_and_its_arrival():
    frames = np.arange(40.0)
    values = np.stack((np.clip((frames - 10) / 8, 0, 0.5), np.full(40, 0.2)), axis=1)
    assert key_poses(values, 0.01) == (0, 10, 14, 39)


def test_where_a_face_shows_most_before_it_settles_is_a_pose():
    values = np.concatenate((np.zeros(6), [0.3, 0.7, 0.9, 0.8, 0.7, 0.65], np.full(9, 0.6)))
    assert key_poses(values[:, None], 0.01) == (0, 5, 8, 12, 20)


def test_what_returns_has_its_release():
    held = np.concatenate((np.zeros(5), np.linspace(0, 1, 6), np.ones(10), np.linspace(1, 0, 6)))
    assert key_poses(np.append(held, np.zeros(6))[:, None], 0.01) == (0, 5, 10, 21, 26, 32)


def test_a_tremor_below_the_tolerance_is_a_rest():
    values = 0.5 + 0.0004 * (np.arange(30) % 2)
    assert key_poses(values[:, None], 0.01) == (0, 29)


@pytest.mark.parametrize("shape", [(0, 3), (5, 0)])
def test_without_samples_or_channels_there_is_none(shape):
    assert key_poses(np.zeros(shape), 0.01) == ()


def test_one_sample_is_one_pose():
    assert key_poses(np.zeros((1, 2)), 0.01) == (0,)
