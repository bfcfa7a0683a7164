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
from training.distributed import SINGLE_PROCESS, ProcessGroup, process_group  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent

STEP = """
import sys
from pathlib import Path

import torch
from training.distributed import process_group

with process_group() as group:
    torch.manual_seed(group.rank)
    layer = torch.nn.Linear(1, 2, bias=False)
    together = group.parallel(layer)
    # The slope of 3 x is 3 for the first process and that of 5 x is 5 for the second.
    together(torch.tensor([[3.0 + 2.0 * group.rank]])).sum().backward()
    first = group.broadcast(torch.tensor(float(group.rank)))
    values = [*layer.weight.grad.flatten().tolist(), first.item()]
    Path(sys.argv[1], str(group.rank)).write_text(repr(values))
    Path(sys.argv[1], f"weights-{group.rank}").write_text(repr(layer.weight.tolist()))
    del together  # it must not outlive the group
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
    weights = [(tmp_path / f"weights-{rank}").read_text() for rank in "01"]
    assert weights[0] == weights[1]


def test_two_processes_train_both_networks(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = ["-m", "training", "train", "--config", "smoke", "--run-dir", str(folder)]
    done = torchrun(*command)
    assert done.returncode == 0, done.stderr
    expression = networks.ExpressionModel(folder / "expression.onnx")
    latents = [np.zeros((1, expression.sizes[n]), np.float32) for n in ("character", "take")]
    still = expression.predict(np.eye(16, dtype=np.float32)[:1], np.zeros((1, 1), "f4"), *latents)
    assert not still.any()
    assert networks.MotionModel(folder / "motion.onnx").metadata["kind"] == "motion"
    assert done.stdout.count("expression.onnx") == 1


def test_a_batch_is_shared_evenly_or_not_at_all() -> None:
    assert ProcessGroup(rank=2, size=3).share(12) == 4
    with pytest.raises(EmoteBotError, match="cannot share batches of 10"):
        ProcessGroup(rank=2, size=3).share(10)


def test_the_first_process_draws_as_if_alone_and_the_others_differently() -> None:
    seeds = [ProcessGroup(rank, 4).data_seed(7) for rank in range(4)]
    assert seeds[0] == SINGLE_PROCESS.data_seed(7) == 7
    assert len(set(seeds)) == 4


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_cuda_is_refused_in_one_sentence() -> None:
    with pytest.raises(EmoteBotError, match="--device cuda needs a GPU"), process_group("cuda"):
        pass
