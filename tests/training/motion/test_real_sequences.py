# SPDX-License-Identifier: GPL-3.0-or-later
"""Real motion, made ready for training."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("scipy", reason="training on sequences needs scipy")

from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from training.collecting.collection import ChannelSequence  # noqa: E402
from training.collecting.collection_files import SHIPPED, read_collection  # noqa: E402
from training.motion import real_sequences  # noqa: E402

FACE = len(CHANNELS)
BROW = INDEX["browInnerUp"]


def raised_twice(fps: float) -> ChannelSequence:
    """Return three seconds in which the brows go up and down twice, as a sine."""
    weights = np.zeros((round(3 * fps) + 1, FACE), dtype=np.float32)
    weights[:, BROW] = 0.3 - 0.3 * np.cos(np.linspace(0, 4 * np.pi, len(weights)))
    return ChannelSequence("someone", "brows", fps, None, None, weights)


@pytest.mark.parametrize("fps", [24.0, 29.97, 60.0])
def test_a_sequence_has_the_rate_of_the_network_and_keeps_its_time(fps: float) -> None:
    real = real_sequences.resample(raised_twice(fps))
    assert len(real.weights) == pytest.approx(181, abs=2)
    highest = real.weights[:, BROW].argmax()
    assert min(abs(highest - 45), abs(highest - 135)) <= 2


def test_a_sequence_is_cut_where_the_brows_turn() -> None:
    real = real_sequences.resample(raised_twice(30.0))
    np.testing.assert_allclose(real.turning_points, [0, 45, 90, 135, 180], atol=2)


def test_trembling_is_smoothed_away() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, (300, 3))
    assert real_sequences.smoothed(noise, 60.0).std() < 0.008


def test_sequences_held_out_are_not_trained_on() -> None:
    parts = [
        {
            sequence.item
            for sequence in real_sequences.read_sequences(map(read_collection, SHIPPED), part)
        }
        for part in ("train", "held-out")
    ]
    assert [len(part) for part in parts] == [4, 2]
    assert not parts[0] & parts[1]


def test_a_real_rollout_is_given_where_and_when_the_real_face_turned() -> None:
    real = real_sequences.resample(raised_twice(30.0))
    rollout = real_sequences.draw_real_rollout([real], 100, 3, torch.Generator().manual_seed(0))
    first = real.turning_points[1]
    torch.testing.assert_close(rollout.timing[0, 0], torch.tensor([0.0, first / 60]))
    torch.testing.assert_close(rollout.path[first - 1, 0], rollout.target[0, 0])
    assert float(rollout.timing.min()) >= 0


def test_the_mouth_that_speaks_and_blinks_are_not_compared() -> None:
    names = {CHANNELS[index] for index in real_sequences.COMPARED}
    assert not any(name.startswith(("mouth", "jaw", "eyeBlink", "eyeLook")) for name in names)
    assert "browDownLeft" in names
