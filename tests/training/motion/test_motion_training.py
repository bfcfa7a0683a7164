# SPDX-License-Identifier: GPL-3.0-or-later
"""How the motion network is trained: imitation, then a discriminator."""

import dataclasses
import math

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("scipy", reason="training on sequences needs scipy")

from training.motion import motion_network, motion_training  # noqa: E402
from training.motion.motion_training import train_motion  # noqa: E402

SHORT = motion_network.MotionConfig(
    hidden=24, steps=25, batch=8, rollout=(40,), learning_rate=1e-2, tuning=0
)


def quiet(done: int, total: int, word: str) -> None:
    pass


def test_imitation_lowers_the_loss() -> None:
    said: list[float] = []

    def listen(done: int, total: int, word: str) -> None:
        said.append(float(word.rsplit(maxsplit=1)[-1]))

    train_motion(SHORT, listen)
    assert len(said) == 25
    assert all(math.isfinite(loss) for loss in said)
    assert sum(said[-5:]) < 0.7 * sum(said[:5])


def test_training_repeats_itself_to_the_bit() -> None:
    config = motion_network.MotionConfig.smoke()
    first, second = (train_motion(config, quiet) for _ in range(2))
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_tuning_that_spoils_the_imitation_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    config = motion_network.MotionConfig.smoke()
    bare = train_motion(dataclasses.replace(config, tuning=0), quiet)
    monkeypatch.setattr(motion_training, "WORST_IMITATION", 0.0)
    undone = train_motion(config, quiet)
    for one, other in zip(bare.parameters(), undone.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_curve_tells_of_both_parts() -> None:
    rows: list[dict[str, float]] = []
    config = motion_network.MotionConfig(
        hidden=8, steps=20, batch=2, rollout=(10,), tuning=20, tuning_batch=2
    )
    train_motion(config, quiet, log=rows.append)
    assert [row["step"] for row in rows] == [20, 40]
    assert rows[0]["discriminator"] == 0
    assert rows[1]["discriminator"] > 0
