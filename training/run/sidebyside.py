# SPDX-License-Identifier: GPL-3.0-or-later
"""Several pieces of work at the same time, each in a process of its own."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait

from emotebot_blender.core.errors import EmoteBotError

Progress = Callable[[int, int, str], None]
"""Told the steps done, their number, and a word on how it goes."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux; it knows of limits that cpu_count does not
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def side_by_side(
    names: Iterable[str], work: Callable[[str, Progress], None], told: Callable[[str], Progress]
) -> None:
    """Do every piece of work, and end all as soon as one fails or the user interrupts.

    Args:
        names: of the pieces.
        work: does the piece of that name; must be picklable, for it runs in a fresh process.
        told: given a name, returns what hears of its progress, in this process.

    Raises:
        EmoteBotError: the first that a piece raised, or that a process ended before its time.
    """
    fresh = multiprocessing.get_context("spawn")
    processes = {}
    lines: dict[Connection, tuple[str, Progress]] = {}
    try:
        for name in names:
            hears, speaks = fresh.Pipe(duplex=False)
            process = fresh.Process(target=_do, args=(name, work, speaks), name=name, daemon=True)
            with deaf():
                process.start()
                processes[name] = process
            speaks.close()  # the process holds the only end now, so that its end is heard
            lines[hears] = name, told(name)
        while lines:
            for line in wait(list(lines)):
                assert isinstance(line, Connection)
                name, progress = lines[line]
                try:
                    message = line.recv()
                except EOFError:
                    processes[name].join()
                    _check(name, processes[name].exitcode)
                    del lines[line]
                    continue
                if isinstance(message, str):
                    raise EmoteBotError("{name}: {message}", name=name, message=message)
                progress(*message)
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.join()


@contextmanager
def deaf() -> Iterator[None]:
    """Put off interrupts: this process hears them at the end of the block, and none is lost.

    A process that is started inside hears none from its first moment, but on Windows.
    """
    if threading.current_thread() is not threading.main_thread():  # no other answers to signals
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with _held_back():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _held_back() -> Iterator[None]:
    """Block interrupts in this thread: processes that it starts begin with what is blocked here."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it lets interrupts through again when it starts later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _do(name: str, work: Callable[[str, Progress], None], line: Connection) -> None:
    """Do a piece of work; what is sent home is its progress or, as text, what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # home hears the interrupt and ends this process
    try:
        work(name, lambda *said: line.send(said))
    except EmoteBotError as error:
        line.send(str(error))
    except BrokenPipeError:
        pass  # home is gone; nobody waits for the rest


def _check(name: str, status: int | None) -> None:
    if status is not None and status < 0:
        cause = signal.strsignal(-status) or f"signal {-status}"
        raise EmoteBotError(
            "{name}: its process was ended from outside ({cause})", name=name, cause=cause
        )
    if status != 0:
        raise EmoteBotError("{name}: broke off; the fault is told above", name=name)
