# SPDX-License-Identifier: GPL-3.0-or-later
"""The discriminator of motion, and the windows that it sees."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("scipy", reason="training on sequences needs scipy")

from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from training.motion import motion_discriminator  # noqa: E402

FACE = len(CHANNELS)
BROW = INDEX["browInnerUp"]


def test_a_face_at_rest_has_no_windows() -> None:
    assert (
        len(motion_discriminator.windows_of(torch.full((100, 2, FACE), 0.4), measured=False)) == 0
    )


def test_a_window_holds_position_velocity_and_acceleration() -> None:
    path = torch.zeros(33, 1, FACE)
    time = torch.arange(33) / 60
    path[:, 0, BROW] = time**2  # speed 2 t, acceleration 2
    windows = motion_discriminator.windows_of(path, measured=True)
    position, velocity, acceleration = (
        windows[0] / torch.tensor(motion_discriminator.SCALES)[:, None]
    ).unbind()
    torch.testing.assert_close(acceleration, torch.full((30,), 2.0), atol=0.02, rtol=0)
    torch.testing.assert_close(torch.diff(velocity) * 60, torch.full((29,), 2.0), atol=0.02, rtol=0)
    assert float(position.mean()) == pytest.approx(0, abs=1e-6)


def test_the_discriminator_learns_to_tell_steps_from_sines() -> None:
    torch.manual_seed(0)
    network = motion_discriminator.MotionDiscriminator(8)
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    time = torch.arange(90)[:, None] / 60
    phase = torch.rand(1, 16) * 6
    real, generated = torch.zeros(90, 16, FACE), torch.zeros(90, 16, FACE)
    real[..., BROW] = 0.3 + 0.3 * torch.sin(6 * time + phase)
    generated[..., BROW] = (time > 0.2 + phase / 6).float()
    both = (
        motion_discriminator.windows_of(real, measured=True),
        motion_discriminator.windows_of(generated, measured=False),
    )
    losses = []
    for _ in range(60):
        real_windows, generated_windows = (
            motion_discriminator.choose_windows(windows, 64, torch.Generator().manual_seed(1))
            for windows in both
        )
        count = min(len(real_windows), len(generated_windows))
        loss = motion_discriminator.discriminator_loss(
            network, real_windows[:count], generated_windows[:count], 0.1
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
