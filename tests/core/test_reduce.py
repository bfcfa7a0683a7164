# SPDX-License-Identifier: GPL-3.0-or-later
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.reduce import BezierKeys, ColumnGroup, reduce, reduce_channels

SAMPLES = arrays(
    np.float32, st.integers(1, 90), elements=st.floats(0, 1, width=32), fill=st.nothing()
)
TOLERANCES = st.sampled_from([0.0, 0.001, 0.01, 0.1])


def bisected(keys: BezierKeys, frames: np.ndarray) -> np.ndarray:
    """The curve's values at frames, by halving the Bezier parameter until its time fits."""
    if len(keys) == 1:
        return np.full(len(frames), keys.co[0, 1])
    co, left, right = (
        points.astype(float) for points in (keys.co, keys.handle_left, keys.handle_right)
    )
    piece = np.clip(np.searchsorted(co[:, 0], frames, side="right") - 1, 0, len(co) - 2)
    control = np.stack((co[piece], right[piece], left[piece + 1], co[piece + 1]))
    low, high = np.zeros(len(frames)), np.ones(len(frames))
    for _ in range(60):
        middle = ((low + high) / 2)[:, None]
        points = control
        while len(points) > 1:  # de Casteljau
            points = points[:-1] * (1 - middle) + points[1:] * middle
        early = points[0, :, 0] < frames
        low = np.where(early, middle[:, 0], low)
        high = np.where(early, high, middle[:, 0])
    return points[0, :, 1]


def spring(target: np.ndarray, fps: float, frequency: float, damping: float) -> np.ndarray:
    """A damped spring's way to a target that jumps."""
    steps = 40
    position, velocity, path = 0.0, 0.0, np.zeros(len(target))
    for frame, goal in enumerate(target):
        path[frame] = position
        for _ in range(steps):
            velocity += (frequency**2 * (goal - position) - 2 * damping * frequency * velocity) / (
                fps * steps
            )
            position += velocity / (fps * steps)
    return np.clip(path, 0, 1)


@pytest.fixture(scope="module")
def performance() -> np.ndarray:
    """A minute of a face at 24 fps: springs from beat to beat, blinks, steps of gaze."""
    fps, count = 24, 60 * 24 + 1
    chance = np.random.default_rng(11)
    seconds = np.arange(count) / fps
    beats = np.cumsum(chance.uniform(1.5, 3.5, 40))
    weights = np.zeros((count, len(CHANNELS)))
    for channel in range(len(CHANNELS)):
        apexes = np.append(0.0, chance.random(40) * (chance.random(40) < 0.5))
        target = apexes[np.searchsorted(beats, seconds)]
        weights[:, channel] = spring(target, fps, chance.uniform(6, 14), chance.uniform(0.6, 1))
    for side in ("Left", "Right"):
        lid = np.zeros(count)
        for closed in np.arange(1.3, 60, 3.1):
            lid = np.maximum(lid, np.clip(1 - np.abs(seconds - closed) / 0.13, 0, 1))
        weights[:, INDEX[f"eyeBlink{side}"]] = lid
        look = chance.uniform(0, 0.3, 100)[(seconds / 0.7).astype(int)]
        smooth = np.convolve(np.pad(look, 1, mode="edge"), [0.2, 0.6, 0.2], "valid")
        weights[:, INDEX[f"eyeLookDown{side}"]] = smooth
    weights[:, INDEX["tongueOut"]] = 0
    return weights.astype(np.float32)


def test_a_cubic_within_its_range_gets_its_own_handles():
    # y = 3t² - 2t³, the smooth step: control values 0, 0, 1, 1, handles at thirds of 12 frames.
    t = np.linspace(0, 1, 13)
    keys = reduce(np.arange(10.0, 23.0), 3 * t**2 - 2 * t**3, 1e-4)
    assert keys.co.tolist() == [[10, 0], [22, 1]]
    assert keys.handle_right[0].tolist() == pytest.approx([14, 0], abs=1e-6)
    assert keys.handle_left[1].tolist() == pytest.approx([18, 1], abs=1e-6)


def test_a_straight_line_has_two_keys_and_handles_on_the_line():
    keys = reduce(np.arange(31.0), np.linspace(0, 0.9, 31), 0.001)
    assert keys.co[:, 0].tolist() == [0, 30]
    assert keys.handle_right[0].tolist() == pytest.approx([10, 0.3], abs=1e-6)
    assert keys.handle_left[1].tolist() == pytest.approx([20, 0.6], abs=1e-6)


def test_a_constant_channel_has_two_keys():
    keys = reduce(np.arange(500.0), np.full(500, 0.3), 0.0)
    assert keys.co[:, 0].tolist() == [0, 499]
    for points in (keys.co, keys.handle_left, keys.handle_right):
        assert (points[:, 1] == np.float32(0.3)).all()


def test_one_sample_has_one_key_and_none_has_none():
    assert reduce([7.0], [0.5], 0.01).co.tolist() == [[7, 0.5]]
    assert len(reduce([], [], 0.01)) == 0
    assert [len(keys) for keys in reduce_channels([], np.empty((0, 3)), 0.01)] == [0, 0, 0]


def test_holds_begin_and_end_on_keys():
    values = np.concatenate((np.zeros(10), np.linspace(0, 0.5, 6)[1:], np.full(10, 0.5)))
    keys = reduce(np.arange(25.0), values, 0.05)
    assert {0, 9, 14, 24} <= set(keys.co[:, 0].tolist())
    assert keys.handle_right[0, 1] == 0
    assert keys.handle_left[list(keys.co[:, 0]).index(9), 1] == 0


def test_what_stays_within_the_tolerance_of_a_hold_has_no_keys():
    values = np.zeros(60)
    values[20:23] = 0.004
    values[40:42] = 0.009
    keys = reduce(np.arange(60.0), values, 0.01)
    assert keys.co.tolist() == [[0, 0], [59, 0]]


@settings(max_examples=150, deadline=None)
@given(SAMPLES, TOLERANCES, st.sampled_from([0.0, 1.0, 997.5]), st.sampled_from([1.0, 0.4]))
def test_every_sample_is_met_within_the_tolerance(values, tolerance, begin, step):
    frames = (begin + step * np.arange(len(values))).astype(np.float32).astype(float)
    keys = reduce(frames, values, tolerance)
    assert np.abs(bisected(keys, frames) - values).max() <= tolerance + 1e-9


@settings(max_examples=100, deadline=None)
@given(SAMPLES, TOLERANCES)
def test_the_curve_stays_within_the_range_of_the_samples(values, tolerance):
    keys = reduce(np.arange(float(len(values))), values, tolerance)
    for points in (keys.co, keys.handle_left, keys.handle_right):  # a Bezier's convex hull
        assert points[:, 1].min() >= values.min()
        assert points[:, 1].max() <= values.max()


@settings(max_examples=100, deadline=None)
@given(SAMPLES, TOLERANCES)
def test_keys_are_samples_in_order_with_handles_between_them(values, tolerance):
    keys = reduce(np.arange(float(len(values))), values, tolerance)
    frames = keys.co[:, 0].astype(int)
    assert (np.diff(frames) > 0).all()
    assert frames[0] == 0
    assert frames[-1] == len(values) - 1
    assert (keys.co[:, 1] == values[frames]).all()
    spans = np.diff(keys.co[:, 0])
    assert keys.handle_right[:-1, 0] - keys.co[:-1, 0] == pytest.approx(spans / 3, abs=1e-4)
    assert keys.co[1:, 0] - keys.handle_left[1:, 0] == pytest.approx(spans / 3, abs=1e-4)


def test_uneven_frames_are_met_too():
    chance = np.random.default_rng(5)
    frames = np.cumsum(chance.uniform(0.2, 3, 80))
    values = (0.5 + 0.5 * np.sin(frames / 9)).astype(np.float32)
    keys = reduce(frames, values, 0.01)
    assert len(keys) < 20
    assert np.abs(bisected(keys, frames.astype(np.float32)) - values).max() <= 0.01


def test_channels_together_are_as_channels_alone(performance):
    frames = np.arange(float(len(performance)))
    together = reduce_channels(frames, performance[:, :6], 0.01)
    for channel, keys in enumerate(together):
        alone = reduce(frames, performance[:, channel], 0.01)
        assert keys.co.tolist() == alone.co.tolist()
        assert keys.handle_left.tolist() == alone.handle_left.tolist()
        assert keys.handle_right.tolist() == alone.handle_right.tolist()


def test_a_minute_of_a_face_has_fewer_than_a_fifth_of_the_keys(performance):
    frames = np.arange(float(len(performance)))
    reduced = reduce_channels(frames, performance, 0.01)
    assert sum(len(keys) for keys in reduced) < performance.size / 5


def test_ten_minutes_are_reduced_in_little_time(performance):
    weights = np.concatenate([performance] * 10)
    begun = time.process_time()
    reduce_channels(np.arange(float(len(weights))), weights, 0.01)
    assert time.process_time() - begun < 3  # about 0.3 on an idle core


def test_samples_that_alternate_at_random_are_reduced_in_little_time():
    weights = np.random.default_rng(2).random((5000, 8))
    begun = time.process_time()
    reduce_channels(np.arange(5000.0), weights, 0.001)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_is_a_number_from_0(tolerance):
    with pytest.raises(EmoteBotError, match="tolerance is a number from 0"):
        reduce([0, 1], [0, 1], tolerance)


@pytest.mark.parametrize(
    ("frames", "values", "message"),
    [
        ([0, 1, 2], [0, 1], "do not fit together"),
        ([0, 1], [0, float("nan")], "finite"),
        ([0, float("inf")], [0, 1], "finite"),
        ([1, 0], [0, 1], "ascend"),
        ([2**25, 2**25 + 1], [0, 1], "no two are equal as float32"),
    ],
)
def test_what_no_curve_can_hold_is_refused(frames, values, message):
    with pytest.raises(ValueError, match=message):
        reduce(frames, values, 0.01)


TABLES = arrays(
    np.float32,
    st.tuples(st.integers(1, 60), st.just(4)),
    elements=st.floats(0, 1, width=32),
    fill=st.just(0.25),
)


@settings(max_examples=150, deadline=None)
@given(TABLES, TOLERANCES, st.data())
def test_columns_keep_the_tolerance_and_the_range(table, tolerance, data):
    count = len(table)
    poses = tuple(sorted(data.draw(st.sets(st.integers(0, count - 1), max_size=4))))
    groups = [ColumnGroup((0, 2, 3), poses)]  # channel 1 keeps times of its own
    frames = np.arange(float(count))
    for values, keys in zip(
        table.T, reduce_channels(frames, table, tolerance, groups), strict=True
    ):
        assert np.abs(bisected(keys, frames) - values).max() <= tolerance + 1e-9
        assert keys.co[[0, -1], 0].tolist() == [0, count - 1]
        assert (keys.co[:, 1] == values[keys.co[:, 0].astype(int)]).all()
        for points in (keys.co, keys.handle_left, keys.handle_right):
            assert values.min() <= points[:, 1].min()
            assert points[:, 1].max() <= values.max()


def test_a_channel_in_no_group_is_as_alone(performance):
    frames = np.arange(float(len(performance)))
    grouped = reduce_channels(frames, performance[:, :6], 0.01, [ColumnGroup((0, 1, 3, 4))])
    for channel in (2, 5):
        alone = reduce(frames, performance[:, channel], 0.01)
        assert grouped[channel].co.tolist() == alone.co.tolist()


def test_channels_that_swing_one_after_another_share_their_columns():
    frames = np.arange(120.0)
    delays = (0, 1, 2, 3, 4, 5)
    swings = np.stack([np.sin((frames - delay) / 9) / 2 + 0.5 for delay in delays], axis=1)

    def times(groups):
        reduced = reduce_channels(frames, swings, 0.01, groups)
        return {time for keys in reduced for time in keys.co[:, 0].tolist()}

    assert len(times([ColumnGroup(tuple(range(6)))])) <= len(times([])) / 2


def test_what_moves_has_keys_at_poses_and_what_rests_there_has_none():
    frames = np.arange(31.0)
    rise = np.clip((frames - 5) / 10, 0, 1)
    still = np.full(31, 0.4)
    moving, resting = reduce_channels(
        frames, np.stack((rise, still), axis=1), 0.01, [ColumnGroup((0, 1), (5, 10, 15))]
    )
    assert moving.co[:, 0].tolist() == [0, 5, 10, 15, 30]
    assert resting.co[:, 0].tolist() == [0, 30]


@settings(max_examples=150, deadline=None)
@given(TABLES, TOLERANCES, st.data())
def test_columns_take_at_most_a_third_more_keys_in_each_group(table, tolerance, data):
    count = len(table)
    drawn = st.sets(st.integers(0, count - 1), max_size=count)
    groups = [ColumnGroup(own, tuple(sorted(data.draw(drawn)))) for own in ((0, 2), (3, 1))]
    frames = np.arange(float(count))
    columns = reduce_channels(frames, table, tolerance, groups)
    alone = [reduce(frames, values, tolerance) for values in table.T]
    for group in groups:
        keys, fewest = (sum(len(own[i]) for i in group.channels) for own in (columns, alone))
        assert keys <= 4 / 3 * fewest


def test_columns_that_cost_too_much_are_given_up_for_their_group_alone():
    frames = np.arange(41.0)
    rise = frames / 40
    bend = np.where(frames < 20, 0, (frames - 20) / 20)
    table = np.stack((rise, bend, rise, bend), axis=1)
    every = tuple(range(0, 41, 2))
    groups = [ColumnGroup((0, 1), every), ColumnGroup((2, 3), (20,))]
    dear, alone, *cheap = reduce_channels(frames, table, 0.01, groups)
    assert dear.co[:, 0].tolist() == [0, 40]
    assert alone.co[:, 0].tolist() == [0, 20, 40]
    assert [keys.co[:, 0].tolist() for keys in cheap] == [[0, 20, 40]] * 2
