# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot gives back what it takes: enabled and disabled over and over, and live for long.

A few of either here; ``EMOTEBOT_CYCLES=1000 EMOTEBOT_TICKS=216000`` in the environment is the
thousand and the hour.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "endurance.py"

CYCLES = os.environ.get("EMOTEBOT_CYCLES", "50")
TICKS = os.environ.get("EMOTEBOT_TICKS", "3000")

HELD = 0.5
"""MiB by which Python's memory may grow after a tenth of the cycles or ticks: caches that have not
met every feeling yet. Of 50 cycles each would leak ten kilobytes, of 1,000 half of one."""

RESIDENT = 24.0
"""MiB by which that of the process may: the allocator keeps what evaluating the head once took."""


def measured(*options: str) -> dict:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--traced", *options], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def assert_held(memory: list[dict[str, float]]) -> None:
    early, late = memory
    assert late["python"] - early["python"] < HELD
    assert late["resident"] - early["resident"] < RESIDENT


@pytest.fixture(scope="module")
def enabled() -> dict:
    """Return what was measured of enabling and disabling."""
    return measured("--cycles", CYCLES, "--ticks", "0")["enabled"]


def test_disabling_takes_back_whatever_enabling_has_registered(enabled):
    before, after = enabled["registered"]
    assert after == before
    assert before["handlers"] > 0  # of Blender's own add-ons: it counts what there is


def test_enabling_and_disabling_holds_its_memory(enabled):
    assert_held(enabled["memory"])


def test_a_live_face_holds_its_memory():
    assert_held(measured("--cycles", "0", "--ticks", TICKS)["live"]["memory"])
