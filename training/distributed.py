# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes that train a network together, on processors or GPUs.

torch's own launcher starts them and says to each, in its environment, which one it is:

    torchrun --nproc-per-node 4 -m training train

Every process draws its own data and works on its share of each batch;
``DistributedDataParallel`` gives all of them the first one's network and the mean of their
gradients, so that they hold the same network at every step. Without the launcher there is one
process and nothing is wrapped.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from emotebot_blender.core.errors import EmoteBotError

SEED_STRIDE = 1_000_003
"""Between the seeds of two processes' data; far more than the seeds that anybody names."""

_CPU = torch.device("cpu")


@dataclass(frozen=True)
class ProcessGroup:
    """The processes that train a network, seen from one of them.

    Attributes:
        rank: this process's number, from 0.
        size: how many there are.
        device: what this one computes on.
    """

    rank: int = 0
    size: int = 1
    device: torch.device = _CPU

    @property
    def is_main_process(self) -> bool:
        """Whether this process is the one that reports and writes."""
        return self.rank == 0

    def share(self, batch: int) -> int:
        """Return how many of a batch are this process's.

        Raises:
            EmoteBotError: they cannot be shared out evenly.
        """
        if batch % self.size:
            raise EmoteBotError(
                "{size} processes cannot share batches of {batch} evenly; "
                "start a number that divides {batch}",
                size=self.size,
                batch=batch,
            )
        return batch // self.size

    def data_seed(self, seed: int) -> int:
        """Return the seed of what this process draws; the main one draws as if it were alone."""
        return seed + SEED_STRIDE * self.rank

    def parallel(self, network: nn.Module) -> nn.Module:
        """Return a network whose backward pass leaves the mean gradient in every process.

        It shares its parameters with the one given, which is what is returned to a single process.
        """
        return network if self.size == 1 else DistributedDataParallel(network)

    def broadcast(self, value: Tensor) -> Tensor:
        """Return the main process's value, any shape, in every process, on this one's device."""
        value = value.to(self.device)
        if self.size > 1:
            distributed.broadcast(value, 0)
        return value


SINGLE_PROCESS = ProcessGroup()
"""One process on the processor."""


@contextmanager
def process_group(device: str = "cpu") -> Iterator[ProcessGroup]:
    """Yield this process's group: itself, or the processes that torchrun started beside it too.

    Args:
        device: "cpu" or "cuda".

    Raises:
        EmoteBotError: as ``find_device``.
    """
    own = find_device(device)
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ProcessGroup(device=own)
        return
    distributed.init_process_group("nccl" if own.type == "cuda" else "gloo")
    try:
        yield ProcessGroup(distributed.get_rank(), distributed.get_world_size(), own)
    finally:
        gc.collect()  # a wrapped network that outlives the group may abort the process at its end
        distributed.destroy_process_group()


def find_device(name: str) -> torch.device:
    """Return this process's device.

    Args:
        name: "cpu" or "cuda"; with several GPUs in a machine each process takes its own.

    Raises:
        EmoteBotError: torch can use no GPU, or not as many as processes were started.
    """
    if name == "cpu":
        return _CPU
    if not torch.cuda.is_available():
        raise EmoteBotError(
            "--device cuda needs a GPU, and torch {version} finds none it can use; "
            "leave --device out to train on the processor",
            version=torch.__version__,
        )
    number = int(os.environ.get("LOCAL_RANK", "0"))
    if number >= torch.cuda.device_count():
        raise EmoteBotError(
            "this machine has {count} GPUs that torch can use, fewer than the processes started "
            "on it; give torchrun a smaller --nproc-per-node",
            count=torch.cuda.device_count(),
        )
    # Without this, CUDA's matrix products may differ from run to run.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.cuda.set_device(number)
    return torch.device("cuda", number)


def is_launched() -> bool:
    """Return whether torchrun started this process, be it the only one."""
    return "WORLD_SIZE" in os.environ
