# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes on a target: while it and the head move, where it is far aside, and how often they leave."""

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.eye_motion import Eyes
from emotebot_blender.core.performance.gaze_target import GazeTarget
from emotebot_blender.core.performance.incremental import IncrementalPerformer
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.script.beats import Beat, EmotionScript

MINUTE = 60 * 60  # frames


def at(yaw: float, up: float, frames: int = 1, **more) -> GazeTarget:
    """Return a target at 1 m, so many degrees to the left and up of straight ahead."""
    yaw, up = np.radians((yaw, up))
    point = np.sin(yaw) * np.cos(up), np.sin(up), np.cos(yaw) * np.cos(up)
    return GazeTarget(np.tile(point, (frames, 1)), **more)


def still(frames: int) -> np.ndarray:
    return np.zeros((frames, 3), dtype=np.float32)


def look(weights: np.ndarray) -> np.ndarray:
    """Return where the left eye looks in weights: degrees to the left and up, (frames, 2)."""
    out, into, up, down = (
        weights[:, INDEX[f"eyeLook{name}Left"]] for name in ("Out", "In", "Up", "Down")
    )
    return 30 * np.stack([out - into, up - down], axis=1)


def shown(target: GazeTarget | None, frames: int, seed: int = 1, name: str = "") -> np.ndarray:
    """Return where the eyes look beside a head that stays straight, degrees (frames, 2)."""
    eyes = Eyes(seed, target=target)
    if name:
        eyes.set_feeling(Feeling(Mixture.of({name: 1.0}), 1.0), 0.0)
    return look(eyes.advance(np.zeros((frames, len(CHANNELS)), dtype=np.float32)))


def test_a_target_is_seen_where_it_is():
    for frames in (1, 90):
        np.testing.assert_allclose(at(12, -7, frames).directions(60, still(1)), [[12, -7]])


@pytest.mark.parametrize(
    ("turn", "seen"),
    [
        ((0, 10, 0), (-10, 0)),  # a head that turns left has it to the right
        ((8, 0, 0), (0, 8)),  # one that is lowered has it above
        ((0, 0, 5), (0, 0)),  # one that tilts has it where it was
    ],
)
def test_eyes_stay_on_a_target_while_the_head_turns(turn, seen):
    target = at(0, 0, 90)
    turns = np.tile(np.array(turn, dtype=np.float32), (2, 1))
    np.testing.assert_allclose(target.directions(60, turns), [seen, seen], atol=1e-6)


def test_a_head_that_does_half_of_its_turns_has_its_eyes_go_half():
    turns = np.array([[0, 10, 0]], dtype=np.float32)
    half = at(0, 0, 90, head=0.5).directions(60, turns)
    np.testing.assert_allclose(half, [[-5, 0]], atol=1e-6)


def test_a_near_target_is_seen_from_where_the_head_has_carried_the_eyes():
    # the eyes are 10 cm in front of what the head turns about; it turns 90 degrees to the left, and
    # they are 10 cm to the left of it then: what was 50 cm ahead and 10 cm left is 50 cm right
    target = GazeTarget(np.array([[0.1, 0.0, 0.5]] * 90), eyes=(0.0, 0.0, 0.1))
    turns = np.array([[0, 90, 0]], dtype=np.float32)
    np.testing.assert_allclose(target.directions(60, turns), [[-30, 0]], atol=1e-6)  # as far as go


@pytest.mark.parametrize(("degrees", "by_head"), [(10, 0), (15, 0), (35, 15), (60, 33.75)])
def test_the_head_goes_along_to_what_is_far_aside(degrees, by_head):
    turns = at(degrees, 0, 240).follow(200, still(1))
    np.testing.assert_allclose(turns, [[0, by_head, 0]], atol=0.01)
    np.testing.assert_allclose(at(-degrees, 0, 240).follow(200, still(1)), -turns, atol=1e-5)


def test_the_head_goes_up_to_what_is_above_and_takes_its_time():
    target = at(0, 35, 240)
    turns = target.follow(0, still(240))
    np.testing.assert_allclose(turns[-1], [-15, 0, 0], atol=0.01)
    assert turns[0, 0] > -1
    half_way = np.flatnonzero(turns[:, 0] < -7.5)[0] / 60
    # a critically damped spring has done half of its way after 1.2 half-lives
    assert half_way == pytest.approx(0.145, abs=0.03)


def test_eyes_and_head_together_are_on_what_is_far_aside():
    target = at(50, 10, 240)
    turns = target.follow(0, still(240))
    eyes = target.directions(0, turns)
    assert turns[-1, 1] + eyes[-1, 0] == pytest.approx(50, abs=0.5)
    assert (np.abs(eyes) <= 30).all()


@pytest.mark.parametrize(
    ("target", "degrees"),
    [
        (at(20, 0), 0),
        (at(70, 0), 0),
        (at(95, 0), 20),  # 45 by the head and 30 by the eyes
        (at(95, 0, head=0.0), 65),
        (at(0, -70), 15),  # 25 and 30
    ],
)
def test_what_is_out_of_reach_is_known(target, degrees):
    assert target.unreached == pytest.approx(degrees, abs=1e-6)


def test_a_gaze_goes_to_a_target_that_jumps_as_fast_as_eyes_do():
    points = np.concatenate([at(0, 0, 60).points, at(20, 0, 60).points])
    seen = GazeTarget(points).directions(0, still(120))
    steps = np.diff(seen[:, 0])
    assert steps.max() == pytest.approx(5)  # 300 degrees a second
    assert np.count_nonzero(steps) == 4
    np.testing.assert_allclose(seen[70:, 0], 20, atol=1e-9)


def test_the_gaze_is_on_its_target_most_of_the_time():
    for name in ("", "anger", "sadness", "fear", "happiness"):
        away = np.abs(shown(at(5, 2, 30), 10 * MINUTE, name=name) - (5, 2)).max(axis=1) > 0.2
        assert 0.01 < away.mean() < 0.3, name


def test_sadness_and_fear_look_away_more_often_than_anger():
    def breaks(name: str) -> float:
        away = np.abs(shown(at(0, 0), 20 * MINUTE, name=name)).max(axis=1) > 2
        return np.count_nonzero(away[1:] & ~away[:-1]) / 20

    anger, sadness, fear = map(breaks, ("anger", "sadness", "fear"))
    assert 2 * anger < sadness < fear
    assert fear < 30


def test_contact_at_rest_is_as_long_as_people_like_it():
    away = np.abs(shown(at(0, 0), 60 * MINUTE)).max(axis=1) > 1e-6
    begins = np.flatnonzero(np.diff(away.astype(int)) == -1)
    ends = np.flatnonzero(np.diff(away.astype(int)) == 1)
    contacts = (ends[1:] - begins[: len(ends) - 1]) / 60
    # 3.3 s, Binetti et al. 2016; the mean of a thousand of ours is within a tenth of 3.2
    assert contacts.mean() == pytest.approx(3.3, rel=0.13)


def test_glances_do_not_go_further_than_eyes_can():
    seen = shown(at(29, -29), 10 * MINUTE, name="fear")
    assert np.abs(seen).max() == pytest.approx(30, abs=1e-4)


def test_a_gaze_with_a_target_takes_the_place_of_that_of_the_expression():
    weights = np.zeros((600, len(CHANNELS)), dtype=np.float32)
    weights[:, INDEX["eyeLookUpLeft"]] = 0.8
    seen = look(Eyes(1, target=at(3, -2)).advance(weights))
    assert np.median(seen, axis=0) == pytest.approx((3, -2), abs=1e-4)


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_frame_by_frame_equals_all_at_once(chunk):
    target = GazeTarget(np.random.default_rng(3).normal((0, 0, 1), 0.2, (700, 3)))
    turns = np.random.default_rng(4).normal(0, 5, (1200, 3)).astype(np.float32)
    weights = np.zeros((1200, len(CHANNELS)), dtype=np.float32)

    def played(size: int) -> np.ndarray:
        eyes, parts = Eyes(5, target=target), []
        for begin in range(0, 1200, size):
            part = slice(begin, begin + size)
            parts.append(eyes.advance(weights[part], eyes.follow(turns[part])))
        return np.concatenate(parts)

    np.testing.assert_array_equal(played(chunk), played(1200))


@pytest.mark.parametrize("points", [np.zeros((0, 3)), np.zeros((4, 2)), np.full((2, 3), np.nan)])
def test_points_that_are_none(points):
    with pytest.raises(EmoteBotError, match="finite"):
        GazeTarget(points)


def test_targets_are_the_same_where_their_points_are():
    assert at(3, 4) == at(3, 4)
    assert at(3, 4) != at(3, 5)
    assert at(3, 4) != at(3, 4, head=0.5)


def test_another_target_is_performed_anew_and_none_as_ever():
    script = EmotionScript((Beat(Feeling(Mixture.of({"sadness": 1.0}), 1.0), 0.0),))
    networks = load_networks()
    plain = perform(script, networks, seed=2)
    performer = IncrementalPerformer(networks, 2)
    for target in (None, at(20, 5), at(40, 5), at(40, 5), None):
        clip = performer.perform(script, target=target)
        again = perform(script, networks, seed=2, target=target)
        np.testing.assert_array_equal(clip.weights, again.weights)
        np.testing.assert_array_equal(clip.head, again.head)
        assert np.array_equal(clip.weights, plain.weights) == (target is None)


def test_the_face_starts_neutral_and_soon_looks_at_its_target():
    script = EmotionScript((Beat(Feeling(Mixture.of({"anger": 1.0}), 1.0), 0.0),))
    clip = perform(script, load_networks(), 60.0, target=at(20, 0))
    assert not clip.weights[0].any()
    turned = clip.head[:, 1] + look(clip.weights)[:, 0]
    assert turned[8] == pytest.approx(20, abs=2)
