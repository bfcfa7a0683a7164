# SPDX-License-Identifier: GPL-3.0-or-later
"""One process or many, on processors or GPUs, that train a network together.

torch's own launcher starts the processes and says to each, in its environment, which one it is:

    torchrun --nproc-per-node 4 -m training train

Every process begins with the same network, draws its own data, works on its share of each batch,
and all take the step of the gradients' average; so they hold the same network at every step. The
process of rank 0 writes what comes out.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn

from emotebot_blender.core.errors import EmoteBotError

STREAM = 1_000_003
"""Between the seeds of two processes' data; far more than the seeds that anybody names."""

_PROCESSOR = torch.device("cpu")


@dataclass(frozen=True)
class Team:
    """The processes that train a network, seen from one of them.

    Attributes:
        rank: this process's number, from 0.
        size: how many there are.
        device: what this one computes on.
    """

    rank: int = 0
    size: int = 1
    device: torch.device = _PROCESSOR

    @property
    def leads(self) -> bool:
        """Whether this process is the one that speaks and writes."""
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

    def stream(self, seed: int) -> int:
        """Return the seed of what this process draws; the first draws as if it were alone."""
        return seed + STREAM * self.rank

    def average_gradients(self, network: nn.Module) -> None:
        """Give every process the mean of all processes' gradients; to be called by all of them."""
        if self.size == 1:
            return
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        together = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(together)
        together /= self.size
        parts = torch.split(together, [gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, value: Tensor) -> Tensor:
        """Return the first process's value to every process, on this one's device."""
        value = value.to(self.device)
        if self.size > 1:
            distributed.broadcast(value, 0)
        return value


ALONE = Team()
"""One process on the processor."""


@contextmanager
def joined(device: str = "cpu") -> Iterator[Team]:
    """Yield this process's team: alone, or with the processes that torchrun started beside it.

    Args:
        device: see ``device_of``.
    """
    place = device_of(device)
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(device=place)
        return
    distributed.init_process_group("nccl" if place.type == "cuda" else "gloo")
    try:
        yield Team(distributed.get_rank(), size, place)
    finally:
        distributed.destroy_process_group()


def device_of(name: str) -> torch.device:
    """Return this process's device.

    Args:
        name: "cpu" or "cuda"; with several GPUs in a machine each process takes its own.

    Raises:
        EmoteBotError: torch can use no GPU, or not as many as processes were started.
    """
    if name == "cpu":
        return _PROCESSOR
    if not torch.cuda.is_available():
        raise EmoteBotError(
            "--device cuda needs a GPU, and torch {version} finds none it can use; "
            "leave --device out to train on the processor",
            version=torch.__version__,
        )
    number = int(os.environ.get("LOCAL_RANK", "0"))
    if number >= torch.cuda.device_count():
        raise EmoteBotError(
            "this machine has {device_count} GPUs that torch can use, fewer than "
            "the processes started on it; give torchrun a smaller --nproc-per-node",
            device_count=torch.cuda.device_count(),
        )
    # Without this, CUDA's matrix products may differ from run to run.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.cuda.set_device(number)
    return torch.device("cuda", number)


def launched() -> bool:
    """Return whether torchrun started this process, be it the only one."""
    return "TORCHELASTIC_RUN_ID" in os.environ or int(os.environ.get("WORLD_SIZE", "1")) > 1


def first() -> bool:
    """Return whether this process is the only one or the first of those that torchrun started."""
    return os.environ.get("RANK", "0") == "0"
