# SPDX-License-Identifier: GPL-3.0-or-later
"""How the expression network is trained."""

import pytest

torch = pytest.importorskip("torch", reason="needs the extra “training”")

from emotebot_blender.core.channels import CHANNELS  # noqa: E402 - torch comes first
from training.expression import expression_training  # noqa: E402
from training.expression.expression_network import ExpressionConfig  # noqa: E402


def quiet(done: int, steps: int, word: str) -> None:
    pass


def test_training_repeats_to_the_bit() -> None:
    config = ExpressionConfig.smoke()
    first, again = (expression_training.train_expression(config, quiet) for _ in range(2))
    for name, value in first.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_progress_ends_at_the_last_step() -> None:
    calls: list[tuple[int, int]] = []
    config = ExpressionConfig(pairs=64, steps=3, batch=16, width=16)
    expression_training.train_expression(
        config, lambda done, steps, word: calls.append((done, steps))
    )
    assert calls[0] == (0, 3)
    assert calls[-1] == (3, 3)


def test_the_gradient_penalty_of_a_slope() -> None:
    # A score that rises by 3 for one weight and 4 for another is 5 steep; real and made add up.
    weights = torch.zeros(2, 2, len(CHANNELS), requires_grad=True)
    score = 3 * weights[:, 0, 0] + 4 * weights[:, 1, 5]
    torch.testing.assert_close(
        expression_training.gradient_penalty(score, weights), torch.tensor(50.0)
    )


def test_the_learning_rate_falls_over_the_second_half() -> None:
    config = ExpressionConfig(steps=100, learning_rate=1.0, last_rate=0.1)
    rates = [expression_training.learning_rate(config, step) for step in (1, 51, 76, 101)]
    assert rates == pytest.approx([1.0, 1.0, 0.55, 0.1])
