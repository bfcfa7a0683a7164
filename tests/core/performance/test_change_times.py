# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the time of a change each channel takes, on ways that go at one speed."""

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.performance.change_times import at_own_pace, channel_shares

FACE = len(CHANNELS)
STEPS = 80
EVERY = np.ones(FACE, dtype=bool)


def shares(
    moved: dict[str, tuple[float, int]],
    factors: dict[str, float] | None = None,
    jolt: float = 0.1,
) -> np.ndarray:
    """Return the shares of a change.

    Args:
        moved: channel to its displacement and the step at which it arrives.
        factors: of what carries the feeling.
        jolt: of every channel.
    """
    path = np.ones((STEPS + 1, FACE), dtype=np.float32)
    for name, (displacement, arrives) in moved.items():
        path[:, INDEX[name]] += displacement * np.minimum(np.arange(STEPS + 1) / arrives, 1)
    given = np.ones(FACE)
    for name, factor in (factors or {}).items():
        given[INDEX[name]] = factor
    return channel_shares(path, path[-1] - path[0], np.full(FACE, jolt), given, EVERY)


def test_what_carries_the_feeling_takes_its_factor() -> None:
    found = shares(
        {"browDownLeft": (0.8, 40), "mouthPressLeft": (0.5, 10)},
        {"browDownLeft": 0.6, "mouthPressLeft": 1.0},
    )
    assert found[INDEX["browDownLeft"]] == pytest.approx(0.6)
    assert found[INDEX["mouthPressLeft"]] == 1.0


def test_a_factor_of_what_falls_counts_for_nothing() -> None:
    found = shares({"browDownLeft": (-0.8, 20), "mouthPressLeft": (0.5, 80)}, {"browDownLeft": 0.4})
    assert found[INDEX["browDownLeft"]] == 1.0  # gone long before the mouth is half there


def test_an_old_mouth_is_gone_when_new_brows_are_half_there() -> None:
    found = shares({"mouthSmileLeft": (-0.8, 80), "browInnerUp": (0.8, 60)})
    # Half of the brows after 30 steps; .95 of the smile after 76
    assert found[INDEX["mouthSmileLeft"]] == pytest.approx(30 / 76, abs=0.005)


def test_it_is_gone_sooner_where_the_new_feeling_claims_the_mouth_before() -> None:
    found = shares(
        {"mouthSmileLeft": (-0.8, 80), "mouthFrownLeft": (0.8, 40), "browInnerUp": (0.8, 60)}
    )
    assert found[INDEX["mouthSmileLeft"]] == pytest.approx(20 / 76, abs=0.005)


def test_nothing_leaves_so_soon_that_it_jolts() -> None:
    moved = {"mouthSmileLeft": (-0.8, 80), "browInnerUp": (0.8, 60)}
    # A jolt of .9 weights a second becomes one of 1.6 in 3/4 of the time
    assert shares(moved, jolt=0.9)[INDEX["mouthSmileLeft"]] == pytest.approx(0.75, abs=0.005)


def test_a_late_jaw_is_half_there_a_frame_after_the_brows() -> None:
    found = shares({"mouthSmileLeft": (-0.4, 20), "browInnerUp": (0.8, 40), "jawOpen": (0.5, 80)})
    assert found[INDEX["jawOpen"]] == pytest.approx((20 + 60 / 24) / 40, abs=0.005)


def test_what_does_not_move_takes_the_time_of_the_whole() -> None:
    found = shares({"mouthSmileLeft": (-0.8, 80), "browInnerUp": (0.8, 60)})
    still = np.delete(found, [INDEX["mouthSmileLeft"], INDEX["browInnerUp"]])
    np.testing.assert_array_equal(still, 1.0)


def paced(share: float, speed: float, steps: int = 160) -> np.ndarray:
    """Return steps of the path at which a channel is that has a share, on a way that is due at 100.

    Args:
        share: of the time.
        speed: weights a second at the start.
        steps: of the path.
    """
    path = np.tile(np.arange(steps + 1, dtype=np.float32)[:, None], (1, FACE))
    shares, speeds = np.ones(FACE), np.zeros(FACE, dtype=np.float32)
    shares[0], speeds[0] = share, speed
    found = at_own_pace(path, shares, speeds, 100)
    np.testing.assert_array_equal(found[:, 1:], path[:, 1:])  # others go as they went
    at: np.ndarray = found[:, 0]
    return at


@pytest.mark.parametrize("share", [0.4, 0.8, 1.25])
def test_what_rests_goes_through_its_way_at_one_pace(share: float) -> None:
    expected = np.minimum(np.arange(161) / share, 160)
    np.testing.assert_allclose(paced(share, 0.0), expected, rtol=1e-6)


@pytest.mark.parametrize("share", [0.4, 0.8, 1.25])
@pytest.mark.parametrize("speed", [-4.0, 2.0])
def test_what_moves_goes_on_at_its_speed_and_arrives_in_its_time(
    share: float, speed: float
) -> None:
    at = paced(share, speed)
    # .1 of 2 or 4 weights a second are a twentieth or a fortieth; a step gains pace besides
    first = at[1] - at[0]
    assert first == pytest.approx(1.0, abs=0.1 / abs(speed) + 0.04)
    assert at[round(share * 100)] == pytest.approx(100, abs=0.01)
    assert (np.diff(at) >= 0).all()
    assert np.abs(np.diff(at[at < 160], n=2)).max() < 0.08  # evenly: 2 (1 - .4) / (.4² 100)


def test_between_rest_and_movement_the_pace_differs_a_little_at_a_time() -> None:
    first = [paced(0.5, speed)[1] for speed in np.linspace(0, 0.5, 501)]
    assert np.abs(np.diff(first)).max() < 0.02
