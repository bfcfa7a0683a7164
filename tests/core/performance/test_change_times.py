# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the time of a change each channel takes, on ways that go at one speed."""

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.performance.change_times import channel_shares

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
    assert found[INDEX["mouthSmileLeft"]] == pytest.approx(30 / 76, abs=0.03)


def test_it_is_gone_sooner_where_the_new_feeling_claims_the_mouth_before() -> None:
    found = shares(
        {"mouthSmileLeft": (-0.8, 80), "mouthFrownLeft": (0.8, 40), "browInnerUp": (0.8, 60)}
    )
    assert found[INDEX["mouthSmileLeft"]] == pytest.approx(20 / 76, abs=0.03)


def test_nothing_leaves_so_soon_that_it_jolts() -> None:
    moved = {"mouthSmileLeft": (-0.8, 80), "browInnerUp": (0.8, 60)}
    # A jolt of .9 weights a second becomes one of 1.6 in 3/4 of the time
    assert shares(moved, jolt=0.9)[INDEX["mouthSmileLeft"]] == pytest.approx(0.75, abs=0.03)


def test_a_late_jaw_is_half_there_a_frame_after_the_brows() -> None:
    found = shares({"mouthSmileLeft": (-0.4, 20), "browInnerUp": (0.8, 40), "jawOpen": (0.5, 80)})
    assert found[INDEX["jawOpen"]] == pytest.approx((20 + 60 / 24) / 40, abs=0.03)


def test_what_does_not_move_takes_the_time_of_the_whole() -> None:
    found = shares({"mouthSmileLeft": (-0.8, 80), "browInnerUp": (0.8, 60)})
    still = np.delete(found, [INDEX["mouthSmileLeft"], INDEX["browInnerUp"]])
    np.testing.assert_array_equal(still, 1.0)
