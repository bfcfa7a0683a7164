# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX files against the networks they were made from."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")

from emotebot_blender.core.performance import networks  # noqa: E402
from emotebot_blender.core.performance.transition_times import NOISE  # noqa: E402
from training.motion import motion_network  # noqa: E402
from training.run.export import ExportError, export_network, round_to_half  # noqa: E402
from training.run.registry import NETWORKS  # noqa: E402


class Faces(torch.nn.Module):
    """A stand-in for the expression generator, with other latents than the real one."""

    latent_sizes = (5, 3)

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(16 + 5 + 3, 52)

    def forward(
        self,
        emotion: torch.Tensor,
        intensity: torch.Tensor,
        character: torch.Tensor,
        take: torch.Tensor,
    ) -> torch.Tensor:
        inputs = torch.cat([emotion, character, take], dim=1)
        return intensity * torch.sigmoid(self.layer(inputs))


class Restless(Faces):
    """Gives other faces each time, as no file can."""

    calls = 1

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return super().forward(*inputs) / self.calls


def wild_network(seed: int = 0) -> motion_network.MotionNetwork:
    torch.manual_seed(seed)
    network = motion_network.MotionNetwork()
    torch.nn.init.normal_(network.control.weight, std=0.1)
    torch.nn.init.normal_(network.control.bias, std=0.1)
    round_to_half(network)
    return network


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> networks.MotionModel:
    path = tmp_path_factory.mktemp("motion") / "motion.onnx"
    export_network(NETWORKS["motion"], wild_network(), path, "a test")
    return networks.MotionModel(path)


def performance(steps: int) -> list[np.ndarray]:
    """Return the inputs of ever new transitions."""
    random = np.random.default_rng(0)
    parts: list[list[np.ndarray]] = []
    left = steps
    while left:
        count = min(int(random.integers(1, 90)), left)
        elapsed = np.arange(count) / 60
        remaining = np.maximum(random.uniform(0.02, 2) - elapsed, 0)
        parts.append(
            [
                np.tile(random.random(52), (count, 1)),
                np.tile(random.random(8) / 8, (count, 1)),
                np.stack([elapsed, remaining], axis=1),
                np.tile(random.standard_normal(NOISE), (count, 1)),
            ]
        )
        left -= count
    columns = zip(*parts, strict=True)
    return [np.concatenate(column).astype(np.float32) for column in columns]


def test_the_expression_file_is_its_network(tmp_path: Path) -> None:
    network, path = Faces(), tmp_path / "expression.onnx"
    export_network(NETWORKS["expression"], network, path, "a test")
    loaded = networks.ExpressionModel(path)
    assert loaded.sizes["character"] == 5
    assert loaded.sizes["take"] == 3
    generator = torch.Generator().manual_seed(9)
    inputs = [torch.rand(33, size, generator=generator) for size in (16, 1, 5, 3)]
    with torch.no_grad():
        expected = network(*inputs).numpy()
    emotion, intensity, character, take = (each.numpy() for each in inputs)
    found = loaded.predict(emotion, intensity, character, take)
    assert np.abs(found - expected).max() <= 1e-5


def test_a_file_unlike_its_network_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="away from its network"):
        export_network(NETWORKS["expression"], Restless(), tmp_path / "expression.onnx", "a test")
    assert list(tmp_path.iterdir()) == []


def test_the_motion_file_is_its_network(moving: networks.MotionModel) -> None:
    network = wild_network()
    target, emotion, timing, noise = performance(400)
    state = moving.rest_state()
    found, after = moving.advance(target, emotion, timing, noise, state)
    with torch.no_grad():
        inputs = [torch.from_numpy(each) for each in (target, emotion, timing, noise, state)]
        expected, expected_after = network(*inputs)
    assert np.abs(found - expected.numpy()).max() <= 1e-5
    assert np.abs(after[:52] - expected_after[:52].numpy()).max() <= 1e-5


@pytest.mark.parametrize("longest", [1, 37])
def test_a_film_in_one_call_equals_live_to_the_bit(
    moving: networks.MotionModel, longest: int
) -> None:
    inputs = performance(600)
    whole, last = moving.advance(*inputs, moving.rest_state())
    random = np.random.default_rng(1)
    state, rows, done = moving.rest_state(), [], 0
    while done < 600:
        until = min(done + int(random.integers(1, longest + 1)), 600)
        row, state = moving.advance(*(each[done:until] for each in inputs), state)
        rows.append(row)
        done = until
    assert np.array_equal(np.concatenate(rows), whole)
    assert np.array_equal(state, last)


def test_the_file_says_what_it_learned_from(moving: networks.MotionModel) -> None:
    said = moving.metadata
    assert said["training_run"] == "a test"
    assert "GPL-3.0-or-later" in said["licence"]
    assert "brows and lids of four clips of CREMA-D" in said["licence"]


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        export_network(NETWORKS["motion"], wild_network(), tmp_path / f"{name}.onnx", "a test")
        torch.manual_seed(3)
        export_network(NETWORKS["expression"], Faces(), tmp_path / f"{name}-faces.onnx", "a test")
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()
    faces = [tmp_path / f"{name}-faces.onnx" for name in ("first", "second")]
    assert faces[0].read_bytes() == faces[1].read_bytes()


def test_parameters_are_kept_in_half_and_lose_nothing_by_it(tmp_path: Path) -> None:
    network, path = motion_network.MotionNetwork(64), tmp_path / "motion.onnx"
    export_network(NETWORKS["motion"], network, path, "a test")
    count = sum(parameter.numel() for parameter in network.parameters())
    assert path.stat().st_size < 2.2 * count + 20_000
    for parameter in network.parameters():
        assert torch.equal(parameter, parameter.half().float())
