# SPDX-License-Identifier: GPL-3.0-or-later
"""What the networks cost in NumPy and in onnxruntime, on one core, and how far they are apart.

    python benchmarks/runners.py

Both are measured in turn, in one process, by the time that the processor spends on it, which other
programs hardly change. A performance holds more than its networks: eyes, head and timing are the
same in both.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when NumPy is imported

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout's own packages, wherever this is started

from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture  # noqa: E402
from emotebot_blender.core.onnx_runner import CHOICE, NUMPY, ONNXRUNTIME  # noqa: E402
from emotebot_blender.core.performance.liveliness import DEFAULT_LIVELINESS  # noqa: E402
from emotebot_blender.core.performance.networks import Networks, load_networks  # noqa: E402
from emotebot_blender.core.performance.performance import Performer, perform  # noqa: E402
from emotebot_blender.core.script.beats import Beat, EmotionScript  # noqa: E402

RATE = 24.0
SECONDS_OF_A_BEAT = 2.5
STEPS = 2_000


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="What the networks cost in NumPy.")
    parser.add_argument("--rounds", type=int, default=5, help="of which the fastest counts")
    rounds = parser.parse_args(arguments).rounds
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    loaded = {name: load(name) for name in (NUMPY, ONNXRUNTIME)}
    tasks: dict[str, Callable[[Networks], Any]] = {
        "a minute of performance": lambda networks: performed(networks, 60),
        "ten minutes": lambda networks: performed(networks, 600),
    }
    print(f"NumPy {np.__version__}, {'one core':<22}{NUMPY:>10}{ONNXRUNTIME:>14}{'ratio':>8}")
    show("loading the networks, ms", [fastest(lambda n=n: load(n), rounds)[1] for n in loaded])
    steps = [min(live_step(networks) for _ in range(rounds)) for networks in loaded.values()]
    show("a live step, ms", steps)
    for label, task in tasks.items():
        done = [fastest(lambda n=n, t=task: t(n), rounds) for n in loaded.values()]
        show(f"{label}, ms", [seconds for _, seconds in done])
        ours, theirs = (result for result, _ in done)
        print(f"  apart by                        {np.abs(ours - theirs).max():11.0e} of a weight")


def load(name: str) -> Networks:
    """Return the networks in a runner."""
    os.environ[CHOICE] = name
    return load_networks()


def performed(networks: Networks, seconds: int) -> np.ndarray:
    """Return the weights of a performance of so many seconds, shape (frames, 52)."""
    script = EmotionScript(
        tuple(
            Beat(Feeling(Mixture.of({EMOTIONS[i % len(EMOTIONS)]: 1.0}), 0.8), start, hold=2.0)
            for i, start in enumerate(np.arange(0, seconds, SECONDS_OF_A_BEAT))
        )
    )
    return perform(script, networks, RATE, liveliness=DEFAULT_LIVELINESS).weights


def live_step(networks: Networks) -> float:
    """Return the median seconds of a live step; every fiftieth has a new feeling."""
    performer = Performer(networks, 0, liveliness=DEFAULT_LIVELINESS)
    taken = []
    for step in range(STEPS):
        if step % 50 == 0:
            name = EMOTIONS[step // 50 % len(EMOTIONS)]
            performer.set_target(Feeling(Mixture.of({name: 1.0}), 0.8))
        taken.append(timed(lambda: performer.advance(1))[1])
    return statistics.median(taken)


def fastest(action: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    """Return what an action returns and the least seconds of some rounds."""
    done = [timed(action) for _ in range(rounds)]
    return done[-1][0], min(seconds for _, seconds in done)


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    """Return what an action returns and the seconds that the processor spends on it."""
    start = time.process_time()
    result = action()
    return result, time.process_time() - start


def show(label: str, seconds: list[float]) -> None:
    """Print milliseconds of both runners, and the first by the second."""
    ours, theirs = (1000 * each for each in seconds)
    print(f"{label:<34}{ours:11.3f}{theirs:14.3f}{ours / theirs:8.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
