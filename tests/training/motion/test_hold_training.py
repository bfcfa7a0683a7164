# SPDX-License-Identifier: GPL-3.0-or-later
"""How the hold network is trained."""

import math
from itertools import islice

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.performance.networks import MOTION_RATE  # noqa: E402
from training.motion.hold_network import HoldConfig  # noqa: E402
from training.motion.hold_training import CHANGE_SECONDS, draw_windows, train_hold  # noqa: E402

SHORT = HoldConfig(hidden=32, steps=120, batch=16, window=120, windows=3, learning_rate=1e-2)


def quiet(done: int, total: int, word: str) -> None:
    pass


def test_training_lowers_the_loss() -> None:
    losses: list[float] = []
    train_hold(SHORT, lambda done, total, word: losses.append(float(word.split()[-1])))
    assert all(math.isfinite(loss) for loss in losses)
    # All begins anew after three windows, in the first of which little moves
    assert sum(losses[-15:]) < 0.8 * sum(losses[:15])


def test_training_repeats_itself_to_the_bit() -> None:
    first, second = (train_hold(HoldConfig.smoke(), quiet) for _ in range(2))
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_faces_change_their_feelings_without_a_jump() -> None:
    windows = islice(draw_windows(200, 6, torch.Generator().manual_seed(2)), 5)
    emotion, held = (
        torch.cat(rows) for rows in zip(*((row[1], row[2]) for row in windows), strict=True)
    )
    assert emotion.sum(-1).max() <= 1 + 1e-6
    most = 1 / (CHANGE_SECONDS[0] * MOTION_RATE)
    assert torch.diff(emotion, dim=0).abs().max() <= most + 1e-6
    assert held.max() > 2
    assert (held == 0).any()
