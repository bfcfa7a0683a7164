# SPDX-License-Identifier: GPL-3.0-or-later
"""The loss of the imitation."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from training.motion import rollouts  # noqa: E402
from training.motion.imitation import imitation_loss  # noqa: E402


def test_imitation_is_perfect_for_the_teacher_and_worse_for_a_straight_line() -> None:
    rollout = rollouts.draw_rollout(100, 16, torch.Generator().manual_seed(4))
    share = torch.linspace(0.01, 1, 100)[:, None, None]
    line = rollout.start + (rollout.path[-1] - rollout.start) * share
    assert float(imitation_loss(rollout.path, rollout)) == 0
    assert float(imitation_loss(line, rollout)) > 0.5
