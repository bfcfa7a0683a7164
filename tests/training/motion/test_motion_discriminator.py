# SPDX-License-Identifier: GPL-3.0-or-later
"""Real motion and the critic that sees it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("scipy", reason="training on sequences needs scipy")

from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402
from training.collecting.collection import ChannelSequence  # noqa: E402
from training.collecting.collection_files import SHIPPED, read_collection  # noqa: E402
from training.motion import motion_discriminator, real_sequences  # noqa: E402

FACE = len(CHANNELS)
BROW = INDEX["browInnerUp"]


def raised_twice(fps: float) -> ChannelSequence:
    """Return three seconds in which the brows go up and down twice, as a sine."""
    weights = np.zeros((round(3 * fps) + 1, FACE), dtype=np.float32)
    weights[:, BROW] = 0.3 - 0.3 * np.cos(np.linspace(0, 4 * np.pi, len(weights)))
    return ChannelSequence("someone", "brows", fps, None, None, weights)


@pytest.mark.parametrize("fps", [24.0, 29.97, 60.0])
def test_a_film_has_the_rate_of_the_network_and_keeps_its_time(fps: float) -> None:
    film = real_sequences.make_film(raised_twice(fps))
    assert len(film.weights) == pytest.approx(181, abs=2)
    highest = film.weights[:, BROW].argmax()
    assert min(abs(highest - 45), abs(highest - 135)) <= 2


def test_a_film_is_cut_where_the_brows_turn() -> None:
    film = real_sequences.make_film(raised_twice(30.0))
    np.testing.assert_allclose(film.places, [0, 45, 90, 135, 180], atol=2)


def test_trembling_is_smoothed_away() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, (300, 3))
    assert real_sequences.smoothed(noise, 60.0).std() < 0.008


def test_films_held_out_are_not_trained_on() -> None:
    parts = [
        {film.item for film in real_sequences.read_films(map(read_collection, SHIPPED), part)}
        for part in ("train", "held-out")
    ]
    assert [len(part) for part in parts] == [4, 2]
    assert not parts[0] & parts[1]


def test_a_rehearsal_is_told_where_and_when_the_real_face_turned() -> None:
    film = real_sequences.make_film(raised_twice(30.0))
    told = real_sequences.draw_rehearsal([film], 100, 3, torch.Generator().manual_seed(0))
    first = film.places[1]
    torch.testing.assert_close(told.clock[0, 0], torch.tensor([0.0, first / 60]))
    torch.testing.assert_close(told.path[first - 1, 0], told.target[0, 0])
    assert float(told.clock.min()) >= 0


def test_the_mouth_that_speaks_and_blinks_are_not_judged() -> None:
    names = {CHANNELS[index] for index in real_sequences.JUDGED}
    assert not any(name.startswith(("mouth", "jaw", "eyeBlink", "eyeLook")) for name in names)
    assert "browDownLeft" in names


def test_a_face_at_rest_has_no_windows() -> None:
    assert (
        len(motion_discriminator.windows_of(torch.full((100, 2, FACE), 0.4), measured=False)) == 0
    )


def test_a_window_holds_place_speed_and_acceleration() -> None:
    path = torch.zeros(33, 1, FACE)
    time = torch.arange(33) / 60
    path[:, 0, BROW] = time**2  # speed 2 t, acceleration 2
    windows = motion_discriminator.windows_of(path, measured=True)
    place, speed, turn = (windows[0] / torch.tensor(motion_discriminator.SCALES)[:, None]).unbind()
    torch.testing.assert_close(turn, torch.full((30,), 2.0), atol=0.02, rtol=0)
    torch.testing.assert_close(torch.diff(speed) * 60, torch.full((29,), 2.0), atol=0.02, rtol=0)
    assert float(place.mean()) == pytest.approx(0, abs=1e-6)


def test_the_critic_learns_to_tell_steps_from_sines() -> None:
    torch.manual_seed(0)
    network = motion_discriminator.Critic(8)
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    time = torch.arange(90)[:, None] / 60
    phase = torch.rand(1, 16) * 6
    real, made = torch.zeros(90, 16, FACE), torch.zeros(90, 16, FACE)
    real[..., BROW] = 0.3 + 0.3 * torch.sin(6 * time + phase)
    made[..., BROW] = (time > 0.2 + phase / 6).float()
    seen = (
        motion_discriminator.windows_of(real, measured=True),
        motion_discriminator.windows_of(made, measured=False),
    )
    losses = []
    for _ in range(60):
        real_windows, made_windows = (
            motion_discriminator.as_many(each, 64, torch.Generator().manual_seed(1))
            for each in seen
        )
        count = min(len(real_windows), len(made_windows))
        loss = motion_discriminator.critic_loss(
            network, real_windows[:count], made_windows[:count], 0.1
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
