# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of long clips are fitted in stretches, of which those that an edit leaves are remembered."""

import numpy as np
import pytest

from emotebot_blender.animation import fitted_keys
from emotebot_blender.animation.actions import temporary_curve
from emotebot_blender.animation.auto_handles import find_auto_handles
from emotebot_blender.animation.curves import fill
from emotebot_blender.animation.fitted_keys import SHORTEST_STRETCH, fit_keys
from emotebot_blender.animation.key_attributes import bezier_keys
from emotebot_blender.core.key_poses import key_poses
from emotebot_blender.core.reduce import ColumnGroup, reduce_channels

TOLERANCE = 0.01


def moves(count: int, seed: int = 1) -> np.ndarray:
    """Return four channels that ease to another value every 40 frames or so, and hold it."""
    chance = np.random.default_rng(seed)
    begins = np.cumsum(chance.integers(30, 60, count // 30))
    part = np.clip((np.arange(count)[:, None] - begins) / 15, 0, 1)
    ease = part**2 * (3 - 2 * part)
    goals = chance.random((len(begins) + 1, 4))
    return (goals[0] + ease @ np.diff(goals, axis=0)).astype(np.float32)


def groups_of(values: np.ndarray) -> list[ColumnGroup]:
    """Return the first three channels as a region, the last one on frames of its own."""
    return [ColumnGroup((0, 1, 2), key_poses(values[:, :3], TOLERANCE)), ColumnGroup((3,))]


def fitted(values: np.ndarray, first: float = 1.0):
    return fit_keys(first + np.arange(float(len(values))), values, TOLERANCE, groups_of(values))


@pytest.fixture(autouse=True)
def fits(monkeypatch):
    """Return the lengths of the stretches that are fitted from now on; none is remembered yet."""
    lengths: list[int] = []

    def counted(frames, *arguments):
        lengths.append(len(frames))
        return reduce_channels(frames, *arguments)

    monkeypatch.setattr(fitted_keys, "reduce_channels", counted)
    monkeypatch.setattr(fitted_keys, "remembered", {})
    return lengths


def test_a_long_clip_is_within_the_tolerance_across_its_stretches(fits):
    values = moves(6 * SHORTEST_STRETCH)
    frames = np.arange(float(len(values)))
    for (keys, is_auto), samples in zip(fitted(values, 0.0), values.T, strict=True):
        assert (np.diff(keys.co[:, 0]) > 0).all()
        with temporary_curve() as curve:
            fill(curve, bezier_keys(keys, is_auto))
            shown = np.array([curve.evaluate(frame) for frame in frames])
        assert np.abs(shown - samples).max() <= TOLERANCE
    assert len(fits) >= 4


def test_a_cut_costs_few_keys():
    values = moves(6 * SHORTEST_STRETCH)
    alone = reduce_channels(np.arange(float(len(values))), values, TOLERANCE)
    keys = sum(len(curve) for curve, _ in fitted(values))
    assert keys <= 4 / 3 * sum(map(len, alone))


def test_what_is_held_across_cuts_has_no_keys_there(fits):
    values = moves(6 * SHORTEST_STRETCH)
    values[:, 1], values[100:, 2] = 0.25, 0.5
    _, (still, _), (held, _), _ = fitted(values)
    assert still.co.tolist() == [[1, 0.25], [len(values), 0.25]]
    assert held.co[held.co[:, 0] > 200].tolist() == [[len(values), 0.5]]
    assert len(fits) >= 4


def test_a_short_clip_is_one_stretch(fits):
    values = moves(SHORTEST_STRETCH)
    frames, groups = 1 + np.arange(float(len(values))), groups_of(values)
    whole = reduce_channels(frames, values, TOLERANCE, groups)
    expected = find_auto_handles(whole, frames, values, TOLERANCE)
    for (keys, is_auto), (other, other_auto) in zip(fitted(values), expected, strict=True):
        assert (keys.handle_left == other.handle_left).all()
        assert (keys.handle_right == other.handle_right).all()
        assert (is_auto == other_auto).all()
    assert fits == [SHORTEST_STRETCH]


def test_an_edit_at_the_end_leaves_the_keys_before_it_and_fits_little(fits):
    values = moves(6 * SHORTEST_STRETCH)
    before = fitted(values)
    edited = values.copy()
    edited[-100:] *= 0.75
    fits.clear()
    after = fitted(edited)
    assert sum(fits) < 3 * SHORTEST_STRETCH
    for (keys, _), (other, _) in zip(before, after, strict=True):
        early = keys.co[:, 0] < 3 * SHORTEST_STRETCH
        assert early.any()
        for name in ("co", "handle_left", "handle_right"):
            points = getattr(keys, name)[early]
            assert (points == getattr(other, name)[: len(points)]).all()


def test_what_is_remembered_is_what_would_be_found(fits):
    values = moves(3 * SHORTEST_STRETCH)
    found = fitted(values)
    fits.clear()
    again = fitted(values)
    assert fits == []
    for (keys, is_auto), (other, other_auto) in zip(found, again, strict=True):
        assert (keys.co == other.co).all()
        assert (keys.handle_right == other.handle_right).all()
        assert (is_auto == other_auto).all()


@pytest.mark.parametrize("change", ["time", "tolerance", "groups"])
def test_nothing_is_taken_for_what_it_is_not(fits, change):
    values = moves(SHORTEST_STRETCH)
    fitted(values)
    fits.clear()
    frames, tolerance, groups = 1 + np.arange(float(SHORTEST_STRETCH)), TOLERANCE, groups_of(values)
    if change == "time":
        frames += 5
    elif change == "tolerance":
        tolerance = 0.02
    else:
        groups = groups[:1]
    fit_keys(frames, values, tolerance, groups)
    assert fits == [SHORTEST_STRETCH]


def test_what_was_used_last_is_remembered_longest(fits, monkeypatch):
    monkeypatch.setattr(fitted_keys, "MOST_REMEMBERED", 2)
    for seed in (1, 2, 1, 3):
        fitted(moves(30, seed))
    fits.clear()
    fitted(moves(30, 1))
    assert fits == []
    fitted(moves(30, 2))
    assert fits == [30]


def test_one_frame_has_one_key():
    ((keys, _), *_) = fitted(moves(1))
    assert len(keys) == 1
