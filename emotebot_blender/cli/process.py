# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as a process: its standard streams, and the signals that end it."""

import io
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from ..core.errors import EmoteBotError
from .output_files import abandon

_NAMES = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminal closed"}
"""Signals that end the command, where the system has them, and the word for each."""

_PATIENCE = 20.0
"""Seconds that is waited for each of ``_last_words``."""

_last_words: list[Callable[[], str]] = []
"""What is called before a signal ends the process; each gives what is said beside the signal."""


def run(arguments: list[str]) -> int:
    """Run the command as what this process is there for.

    Args:
        arguments: what follows the command's name.

    Returns:
        Exit status, as ``command.main`` has it.
    """
    prepare_streams()
    with ending_at_once():
        from .command import main

        return main(arguments)


def leave(status: int) -> NoReturn:
    """End this process with an exit status.

    A Blender that was imported is not asked to end: as a module, Blender 4.2 crashes there once
    property groups have been registered. Its temporary files are gone by then.
    """
    if "bpy" in sys.modules:
        os._exit(status)
    sys.exit(status)


def prepare_streams() -> None:
    """Make the standard streams safe to have, and able to write any text.

    A file that is opened while one of them is closed would take its number, and what Blender
    prints would go into that file.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Within this, a signal ends the process at once, with what is unfinished removed.

    Python's own way is to raise KeyboardInterrupt in whatever code is running. Raised in code that
    Blender calls (a driver, a handler, a render engine) it is printed and forgotten, and while
    Blender or onnxruntime is at work it waits. So nothing is raised here: a thread reads the
    numbers that Python writes to a pipe when signals come, and ends the process.
    """
    signals = {getattr(signal, name): name for name in _NAMES if hasattr(signal, name)}
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    threading.Thread(target=_end_on_signal, args=(reading,), daemon=True).start()
    previous_pipe = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    previous = {number: signal.signal(number, lambda *_: None) for number in signals}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        signal.set_wakeup_fd(previous_pipe)
        os.close(writing)  # and the thread ends


@contextmanager
def ending_with(last_words: Callable[[], str]) -> Iterator[None]:
    """Within this, a function is called before a signal ends the process.

    Args:
        last_words: called in a thread of its own; returns a clause for the line on the signal.
    """
    _last_words.append(last_words)
    try:
        yield
    finally:
        _last_words.remove(last_words)


def command_line() -> tuple[list[str], dict[str, str]]:
    """Return how a process is started that runs the command as this one does.

    Returns:
        The program with its first arguments, after which those of the command follow, and the
        variables of its environment.
    """
    bpy = sys.modules.get("bpy")
    if bpy and bpy.app.binary_path:
        return [bpy.app.binary_path, "--command", "emotebot"], dict(os.environ)
    package = Path(__file__).resolve().parents[1]
    paths = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return [sys.executable, "-m", package.name], variables


def _speak(last_words: Callable[[], str], said: list[str]) -> None:
    with suppress(EmoteBotError, OSError):
        said.append(last_words())


def _end_on_signal(reading: int) -> None:
    content = os.read(reading, 1)
    if not content:
        os.close(reading)
        return
    said: list[str] = []
    for last_words in _last_words:  # in threads, so that the process ends whatever happens there
        speaking = threading.Thread(target=_speak, args=(last_words, said), daemon=True)
        speaking.start()
        speaking.join(_PATIENCE)
    abandon()
    with suppress(KeyError, AttributeError):  # Blender is not there, or not yet
        shutil.rmtree(sys.modules["bpy"].app.tempdir, ignore_errors=True)
    number = content[0]
    line = f"emotebot: {'; '.join([_NAMES[signal.Signals(number).name], *said])}\n"
    with suppress(OSError):
        if os.isatty(2):
            line = f"\r\x1b[K{line}"  # over the bar of progress
        os.write(2, line.encode())
    os._exit(128 + number)
