# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression network; the generator that a few steps of training leave."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra “training”")

from emotebot_blender.core.channels import CHANNELS, INDEX  # noqa: E402 - torch comes first
from emotebot_blender.core.emotions import EMOTIONS  # noqa: E402
from training.expression import expression_network, expression_training  # noqa: E402
from training.expression.expression_network import ExpressionConfig, Generator  # noqa: E402


def quiet(done: int, steps: int, word: str) -> None:
    pass


@pytest.fixture(scope="module")
def trained() -> Generator:
    return expression_training.train_expression(ExpressionConfig.smoke(), quiet)


def inputs(count: int, intensity: float, seed: int = 0) -> tuple[torch.Tensor, ...]:
    noise = torch.Generator().manual_seed(seed)
    emotion = torch.rand(count, len(EMOTIONS), generator=noise)
    return (
        emotion / emotion.sum(dim=1, keepdim=True),
        torch.full((count, 1), intensity),
        torch.randn(count, 64, generator=noise),
        torch.randn(count, 64, generator=noise),
    )


def test_no_intensity_is_exactly_the_neutral_face(trained: Generator) -> None:
    with torch.no_grad():
        assert not trained(*inputs(64, 0.0)).any()


def test_channels_rise_with_the_intensity_and_keep_their_bounds(trained: Generator) -> None:
    with torch.no_grad():
        rows = torch.stack([trained(*inputs(64, s)) for s in np.linspace(0, 1, 21)])
    assert (rows.diff(dim=0) >= -1e-6).all()
    assert rows.min() >= 0
    assert rows.max() <= 1
    assert rows[-1].max() > 0.1


def test_a_mixture_is_a_weighted_sum_of_embeddings(trained: Generator) -> None:
    pure = torch.eye(len(EMOTIONS))
    mixed = 0.3 * pure[:1] + 0.7 * pure[3:4]
    layers = (
        trained.emotion,
        trained.scales,
        trained.shifts,
        trained.emotion_bias,
        trained.direct_scale,
    )
    with torch.no_grad():
        for layer in layers:
            parts = 0.3 * layer(pure[:1]) + 0.7 * layer(pure[3:4])
            torch.testing.assert_close(layer(mixed), parts)


def test_channels_that_no_expression_moves_stay_still(trained: Generator) -> None:
    with torch.no_grad():
        rows = trained(*inputs(64, 1.0))
    for name in CHANNELS:
        if name.startswith(("eyeLook", "cheekPuff", "tongueOut")):
            assert not rows[:, INDEX[name]].any(), name


def test_growth_curves() -> None:
    # s (2 - s), s, s², s² (3 - 2 s) at one half
    at_half = expression_network.growth_curves(torch.tensor([[0.5]]))
    torch.testing.assert_close(at_half, torch.tensor([[0.75, 0.5, 0.25, 0.5]]))
    ends = expression_network.growth_curves(torch.tensor([[0.0], [1.0]]))
    assert torch.equal(ends, torch.tensor([[0.0] * 4, [1.0] * 4]))


def test_the_discriminator_sees_a_faint_component_as_clearly_as_a_strong_one() -> None:
    # Two channels that move by .3 together and by .03 against each other: in deviations of sum and
    # difference a face at +.3, +.3 is as far out as one at +.03, -.03.
    noise = torch.Generator().manual_seed(0)
    both, apart = torch.randn(2, 20_000, generator=noise)
    weights = torch.zeros(20_000, len(CHANNELS))
    weights[:, 3], weights[:, 7] = 0.3 * both + 0.03 * apart, 0.3 * both - 0.03 * apart
    live = torch.zeros(len(CHANNELS), dtype=torch.bool)
    live[[3, 7]] = True
    view = expression_network.DitheredComponents(weights, live, dither=0.0)
    faces = torch.zeros(2, len(CHANNELS))
    faces[0, [3, 7]] = 0.3
    faces[1, 3], faces[1, 7] = 0.03, -0.03
    assert view(faces).shape == (2, 2)
    torch.testing.assert_close(view(faces).norm(dim=1), torch.ones(2), atol=0.03, rtol=0)


def test_the_discriminator_does_not_care_which_take_came_first() -> None:
    torch.manual_seed(0)
    discriminator = expression_network.ExpressionDiscriminator(
        ExpressionConfig.smoke(), components=5
    )
    faces, emotion, intensity = (
        torch.randn(4, 2, 5),
        torch.rand(4, 2, len(EMOTIONS)),
        torch.rand(4, 2, 1),
    )
    score = discriminator(faces, discriminator.condition(emotion, intensity))
    turned = discriminator(
        faces.flip(1), discriminator.condition(emotion.flip(1), intensity.flip(1))
    )
    torch.testing.assert_close(score, turned)


def test_latents_are_drawn_within_what_a_performance_draws() -> None:
    torch.manual_seed(0)
    drawn = expression_network.draw_latent(1000, 16, torch.device("cpu"))
    assert drawn.abs().max() == 2.0  # core.performance.TRUNCATION


def test_two_takes_share_their_identity() -> None:
    torch.manual_seed(0)
    config = ExpressionConfig(width=16, take_size=2)
    generator = Generator(config, torch.ones(len(CHANNELS)))
    torch.nn.init.zeros_(generator.take.weight)
    torch.nn.init.zeros_(generator.direct.weight[:, config.identity_size :])
    emotion = torch.eye(len(EMOTIONS))[:1].expand(5, 2, -1)
    made = expression_network.generate_pairs(generator, emotion, torch.ones(5, 2, 1), config)
    torch.testing.assert_close(made[:, 0], made[:, 1])
    assert (made[0] - made[1]).abs().max() > 1e-3
