# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in several processes of this machine, by ``concurrent.futures``."""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, resource_tracker
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue

from emotebot_blender.core.errors import EmoteBotError

Reports = SimpleQueue[tuple[str, int, int, str]]
"""Carries a task's name and its progress from a worker to the main process."""

Progress = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and a word on how it goes."""

POLL_SECONDS = 0.1
"""How often the progress of workers is looked for."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux; it knows of limits that cpu_count does not
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_concurrently(
    names: Iterable[str],
    work: Callable[[str, Progress], None],
    progress_of: Callable[[str], Progress],
) -> None:
    """Do every task in a fresh process; end all when one fails or the user interrupts.

    Args:
        names: of the tasks.
        work: does the task of a name; picklable.
        progress_of: from a task's name to what is called, in this process, with its progress.

    Raises:
        EmoteBotError: what the first task that failed raised, or that its process ended early.
    """
    spawn = multiprocessing.get_context("spawn")
    reports: Reports = spawn.SimpleQueue()
    bars = {name: progress_of(name) for name in names}
    # One executor a task, so that it is known whose process broke off.
    executors = {name: ProcessPoolExecutor(1, spawn, start_worker, (reports,)) for name in bars}
    workers: dict[str, BaseProcess] = {}
    running: dict[Future[None], str] = {}
    try:
        for name, executor in executors.items():
            with deferred_interrupts():
                others = set(multiprocessing.active_children())
                running[executor.submit(_work, name, work)] = name
                (workers[name],) = set(multiprocessing.active_children()) - others
        while running:
            finished, _ = wait(running, POLL_SECONDS, FIRST_COMPLETED)
            while not reports.empty():
                name, done, total, word = reports.get()
                bars[name](done, total, word)
            for future in finished:
                name = running.pop(future)
                executors[name].shutdown()
                _check(name, future, workers[name])
    finally:
        for worker in workers.values():
            worker.terminate()
        for executor in executors.values():
            executor.shutdown()


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Put interrupts off to the end of the block, where none is lost.

    A process that starts within it hears none from its first moment, except on Windows.
    """
    if threading.current_thread() is not threading.main_thread():  # no other answers to signals
        yield
        return
    interrupts: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: interrupts.append(number))
    try:
        with _blocked_interrupts():
            yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if interrupts:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _blocked_interrupts() -> Iterator[None]:
    """Block interrupts in this thread: a process begins with what is blocked where it is started.

    The block alone would not do: the signal then goes to any other thread, and Python answers to it
    in the main one.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it lets interrupts through again when it starts later
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


def start_worker(reports: Reports | None = None) -> None:
    """Prepare a worker: the main process hears interrupts and ends it, and it never outlives that.

    Args:
        reports: takes the progress of its tasks; None for tasks without.
    """
    global _reports
    _reports = reports
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_main_process, daemon=True).start()


def _end_with_the_main_process() -> None:
    main = multiprocessing.parent_process()
    assert main is not None
    connection.wait([main.sentinel])
    os._exit(1)


_reports: Reports | None = None
"""In a worker: what takes the progress of its tasks; it cannot be handed over with a task."""


def _work(name: str, work: Callable[[str, Progress], None]) -> None:
    assert _reports is not None
    reports = _reports
    work(name, lambda done, total, word: reports.put((name, done, total, word)))


def _check(name: str, future: Future[None], worker: BaseProcess) -> None:
    """Raise what a finished task raised, as a sentence with its name."""
    error = future.exception()
    if error is None:
        return
    if isinstance(error, EmoteBotError):
        raise EmoteBotError("{name}: {message}", name=name, message=error.message) from error
    if isinstance(error, BrokenProcessPool):
        status = worker.exitcode or 0
        cause = signal.strsignal(-status) if status < 0 else None
        raise EmoteBotError(
            "{name}: its process was ended from outside ({cause})",
            name=name,
            cause=cause or f"status {status}",
        ) from error
    traceback.print_exception(error)
    raise EmoteBotError("{name}: broke off; the fault is printed above", name=name) from error
