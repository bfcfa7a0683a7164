# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals that end the command."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ..core.errors import EmoteBotError
from .output_files import abandon

_NAMES = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminal closed"}
"""Signals that end the command, where the system has them, and the word for each."""

_PATIENCE = 20.0
"""Seconds that is waited for each of ``_last_words``."""

_last_words: list[Callable[[], str]] = []
"""What is called before a signal ends the process; each gives what is said beside the signal."""


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
