# SPDX-License-Identifier: GPL-3.0-or-later
"""What the teacher of holds makes of noise, by the figures of recorded people."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from emotebot_blender.core.emotions import BASIC_EMOTIONS  # noqa: E402
from emotebot_blender.core.performance.networks import HOLD_NOISE, MOTION_RATE  # noqa: E402
from training.metrics import hold_metrics  # noqa: E402
from training.motion.hold_network import EVENTS, movement_of  # noqa: E402
from training.motion.hold_teacher import HoldState, teach_hold  # noqa: E402

STEPS = 40 * MOTION_RATE


def inputs(emotion: str, count: int, steps: int = STEPS, seed: int = 1) -> list[torch.Tensor]:
    """Return noise, emotion and held seconds of faces that come to an emotion in full at once."""
    noise = torch.randn(steps, count, HOLD_NOISE, generator=torch.Generator().manual_seed(seed))
    shown = torch.zeros(steps, count, len(BASIC_EMOTIONS))
    shown[..., BASIC_EMOTIONS.index(emotion)] = 1
    held = (torch.arange(steps)[:, None, None] + 1) / MOTION_RATE
    return [noise, shown, held.expand(steps, count, 1)]


def moved(emotion: str, count: int, level: float) -> np.ndarray:
    """Return weights, (steps, n, 52), of faces whose channels all stand at a level."""
    outputs, _ = teach_hold(*inputs(emotion, count), HoldState.of(count))
    relative, added = (
        movement_of(outputs).numpy().astype(float).transpose(2, 0, 1).reshape(2, 52, STEPS, count)
    )
    return np.moveaxis(level * (1 + relative) + added, 0, -1)


def test_holds_of_the_recorded_emotions_have_the_figures_of_the_recordings() -> None:
    # anger, fear and sadness at the recorded means of .06 to .4
    found: dict[str, list[float]] = {key: [] for key in hold_metrics.METRICS}
    for emotion in ("anger", "fear", "sadness"):
        weights = moved(emotion, 6, 0.2)
        for face in range(6):
            for key, metric in hold_metrics.METRICS.items():
                figures = metric(weights[:, face], MOTION_RATE)
                found[key] += figures[np.isfinite(figures)].tolist()
    for key, recorded in hold_metrics.RECORDED.items():
        assert recorded.least <= np.median(found[key]) <= recorded.most, key
    assert np.median(found["hold_spread"]) == pytest.approx(0.55, rel=0.2)
    assert np.median(found["hold_half_life"]) == pytest.approx(1.3, rel=0.25)


def test_windows_go_on_where_the_last_one_ended() -> None:
    given = inputs("fear", 3, 300)
    whole, last = teach_hold(*given, HoldState.of(3))
    first, state = teach_hold(*(rows[:110] for rows in given), HoldState.of(3))
    second, state = teach_hold(*(rows[110:] for rows in given), state)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(state.waves, last.waves)


def test_only_what_is_strong_and_grave_trembles() -> None:
    fast = {
        emotion: np.nanmedian(hold_metrics.fast_spread(moved(emotion, 1, 0.4)[:, 0], MOTION_RATE))
        for emotion in ("fear", "happiness")
    }
    assert fast["fear"] > 1.2 * fast["happiness"]


def test_a_transition_comes_to_rest() -> None:
    noise, emotion, held = inputs("anger", 8, 600)
    resting, holding = (
        movement_of(teach_hold(noise, emotion, seconds, HoldState.of(8))[0])[300:].abs().mean()
        for seconds in (torch.zeros_like(held), held)
    )
    assert resting < 0.4 * holding


def test_events_are_rare_and_add_where_they_may() -> None:
    outputs, _ = teach_hold(*inputs("neutral", 8, 3600), HoldState.of(8))
    added = movement_of(outputs)[..., len(CHANNELS) :]
    assert (added >= 0).all()
    may = {INDEX[name] for amounts in EVENTS.values() for name in amounts}
    assert set(torch.nonzero(added.amax((0, 1))).flatten().tolist()) == may
    flicks = added[:, :, INDEX["browInnerUp"]] > 0
    begun = (flicks[1:] & ~flicks[:-1]).sum(0).float().mean()
    assert 1 <= begun <= 9  # a minute
