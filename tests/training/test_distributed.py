# SPDX-License-Identifier: GPL-3.0-or-later
"""Several processes at one network."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")
pytest.importorskip("tqdm", reason="training needs tqdm")

from emotebot_blender.core.errors import EmoteBotError  # noqa: E402
from emotebot_blender.core.performance import networks  # noqa: E402
from training.distributed import ALONE, Team, joined  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent

STEP = """
import sys
from pathlib import Path

import torch
from training.distributed import joined

with joined() as team:
    layer = torch.nn.Linear(1, 2, bias=False)
    layer.weight.data = torch.tensor([[1.0], [2.0]])
    # The slope of 3 x is 3 for the first process and that of 5 x is 5 for the second.
    (layer.weight * (3.0 + 2.0 * team.rank)).sum().backward()
    team.average_gradients(layer)
    first = team.agree(torch.tensor(float(team.rank)))
    found = [*layer.weight.grad.flatten().tolist(), first.item()]
    Path(sys.argv[1], str(team.rank)).write_text(repr(found))
"""


def torchrun(*arguments: str) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*launcher, "--nproc-per-node", "2", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
    )


def test_two_processes_share_their_gradients(tmp_path: Path) -> None:
    script = tmp_path / "step.py"
    script.write_text(STEP)
    done = torchrun(str(script), str(tmp_path))
    assert done.returncode == 0, done.stderr
    for rank in "01":
        assert (tmp_path / rank).read_text() == "[4.0, 4.0, 0.0]"


def test_two_processes_train_both_networks(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = ["-m", "training", "train", "--config", "smoke", "--run-dir", str(folder)]
    done = torchrun(*command)
    assert done.returncode == 0, done.stderr
    expression = networks.ExpressionModel(folder / "expression.onnx")
    latents = [np.zeros((1, expression.sizes[n]), np.float32) for n in ("character", "take")]
    still = expression.predict(np.eye(8, dtype=np.float32)[:1], np.zeros((1, 1), "f4"), *latents)
    assert not still.any()
    assert networks.MotionModel(folder / "motion.onnx").metadata["kind"] == "motion"
    assert done.stdout.count("expression.onnx") == 1


def test_a_batch_is_shared_evenly_or_not_at_all() -> None:
    assert Team(rank=2, size=3).share(12) == 4
    with pytest.raises(EmoteBotError, match="cannot share batches of 10"):
        Team(rank=2, size=3).share(10)


def test_the_first_process_draws_as_if_alone_and_the_others_differently() -> None:
    seeds = [Team(rank, 4).stream(7) for rank in range(4)]
    assert seeds[0] == ALONE.stream(7) == 7
    assert len(set(seeds)) == 4


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_cuda_is_refused_in_one_sentence() -> None:
    with pytest.raises(EmoteBotError, match="--device cuda needs a GPU"), joined("cuda"):
        pass
