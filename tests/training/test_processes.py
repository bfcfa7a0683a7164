# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of work in processes of their own."""

import os
import signal
import time
from pathlib import Path

import pytest

from emotebot_blender.core.errors import EmoteBotError
from training.processes import Progress, deferred_interrupts, run_concurrently


def counts_to_three(name: str, progress: Progress) -> None:
    for done in range(4):
        progress(done, 3, name)


def one_fails(name: str, progress: Progress) -> None:
    if name == "bad":
        raise EmoteBotError("there is no data")
    while True:
        time.sleep(0.05)


def one_is_ended(name: str, progress: Progress) -> None:
    if name == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        time.sleep(0.05)


def one_has_a_fault(name: str, progress: Progress) -> None:
    if name == "bad":
        raise ZeroDivisionError
    while True:
        time.sleep(0.05)


def tells_its_number(name: str, progress: Progress) -> None:
    Path(name).write_text(str(os.getpid()))
    while True:
        progress(0, 1, "")
        time.sleep(0.05)


def quiet(name: str) -> Progress:
    return lambda done, total, word: None


def test_progress_of_both_is_heard_in_order() -> None:
    heard: list[tuple[str, int, int]] = []
    run_concurrently(
        ["one", "two"],
        counts_to_three,
        lambda name: lambda done, total, word: heard.append((word, done, total)),
    )
    for name in ("one", "two"):
        assert [said[1:] for said in heard if said[0] == name] == [(n, 3) for n in range(4)]


def test_a_failure_of_one_ends_the_other() -> None:
    with pytest.raises(EmoteBotError, match="bad: there is no data"):
        run_concurrently(["good", "bad"], one_fails, quiet)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_process_ended_from_outside_is_reported() -> None:
    with pytest.raises(EmoteBotError, match=r"bad: its process was ended from outside \(Killed\)"):
        run_concurrently(["good", "bad"], one_is_ended, quiet)


def test_a_fault_shows_its_traceback_and_ends_the_other(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(EmoteBotError, match="bad: broke off"):
        run_concurrently(["good", "bad"], one_has_a_fault, quiet)
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="asks for a process by signal 0")
def test_an_interrupt_ends_both(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("one", "two")]

    def interrupt(name: str) -> Progress:
        def reported(done: int, total: int, word: str) -> None:
            if all(Path(name).exists() and Path(name).read_text() for name in names):
                raise KeyboardInterrupt

        return reported

    with pytest.raises(KeyboardInterrupt):
        run_concurrently(names, tells_its_number, interrupt)
    for name in names:
        with pytest.raises(ProcessLookupError):
            os.kill(int(Path(name).read_text()), 0)


def interrupted_while_deferred(done: list[str]) -> None:
    with deferred_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        done.append("the rest")


@pytest.mark.skipif(os.name == "nt", reason="Windows interrupts otherwise")
def test_a_deferred_interrupt_is_heard_afterwards() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted_while_deferred(done)
    assert done == ["the rest"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
