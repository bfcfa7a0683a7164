# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network; what the shipped one does is tested in core."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.channels import CHANNELS  # noqa: E402
from emotebot_blender.core.emotions import BASIC_EMOTIONS  # noqa: E402
from emotebot_blender.core.performance.transition_times import NOISE  # noqa: E402
from training.motion import motion_network  # noqa: E402

FACE = len(CHANNELS)


def wild_network(seed: int = 0) -> motion_network.MotionNetwork:
    """Return an untrained network whose control outputs are random, and large."""
    torch.manual_seed(seed)
    network = motion_network.MotionNetwork(16)
    torch.nn.init.normal_(network.control.weight)
    torch.nn.init.normal_(network.control.bias)
    return network.requires_grad_(False)


def timing(steps: int, seconds: float) -> torch.Tensor:
    elapsed = torch.arange(steps)[:, None] / 60
    return torch.cat([elapsed, (seconds - elapsed).clamp(min=0)], dim=1)


def held(steps: int, target: torch.Tensor, seconds: float) -> list[torch.Tensor]:
    """Return the inputs of a transition to one target."""
    still = torch.zeros(steps, len(BASIC_EMOTIONS)), torch.ones(steps, NOISE)
    return [target.expand(steps, FACE), still[0], timing(steps, seconds), still[1]]


def test_an_untrained_network_is_the_critically_damped_spring() -> None:
    network = motion_network.MotionNetwork(16).requires_grad_(False)
    target = torch.linspace(0, 1, FACE)
    steps, seconds = 30, 0.5
    path, _ = network(*held(steps, target, seconds), torch.zeros(2 * FACE + 16))
    turned = motion_network.RATE * (torch.arange(steps) + 1) / 60 / seconds
    expected = target * (1 - (1 + turned) * torch.exp(-turned))[:, None]
    torch.testing.assert_close(path, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_a_face_on_its_target_stays_to_the_bit_whatever_was_learned(seed: int) -> None:
    target = torch.rand(FACE, generator=torch.Generator().manual_seed(seed))
    state = torch.cat([target, torch.zeros(FACE + 16)])
    path, _ = wild_network(seed)(*held(50, target, 0.4), state)
    assert torch.equal(path, target.expand(50, FACE))


@pytest.mark.parametrize("seed", range(3))
def test_a_face_gets_there_whatever_was_learned(seed: int) -> None:
    target = torch.rand(FACE, generator=torch.Generator().manual_seed(seed))
    path, _ = wild_network(seed)(*held(120, target, 0.3), torch.zeros(2 * FACE + 16))
    torch.testing.assert_close(path[-1], target, atol=1e-3, rtol=0)


def test_step_by_step_is_the_same_as_all_at_once() -> None:
    network = wild_network()
    network.control.weight *= 0.3  # wilder ones are chaotic: a last bit grows
    inputs = held(40, torch.rand(FACE, generator=torch.Generator().manual_seed(1)), 0.5)
    whole, last = network(*inputs, torch.zeros(2 * FACE + 16))
    state, rows = torch.zeros(2 * FACE + 16), []
    for step in range(40):
        row, state = network(*(each[step : step + 1] for each in inputs), state)
        rows.append(row)
    torch.testing.assert_close(torch.cat(rows), whole, atol=1e-4, rtol=0)
    torch.testing.assert_close(state, last, atol=1e-2, rtol=0)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3, 5.0, 7200.0])
def test_time_features_are_between_0_and_1(seconds: float) -> None:
    features = motion_network.time_features(timing(300, seconds))
    assert float(features.min()) >= 0
    assert float(features.max()) <= 1
    hats = features[:, : motion_network.KNOTS].sum(dim=1)
    torch.testing.assert_close(hats, torch.ones(300), atol=1e-5, rtol=0)


def test_the_network_lets_go_when_the_transition_is_due() -> None:
    gain = motion_network.control_gain(timing(60, 0.5))[:, 0]
    assert float(gain[0]) == 1
    assert float(gain[31:].abs().max()) == 0
