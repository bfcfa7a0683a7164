# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person at a terminal sees: progress and results, and not what Blender prints."""

import ctypes
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TextIO

from ..core.errors import EmoteBotError

_BAR = 24
_REDRAW = 0.1
"""Seconds between two drawings of the bar."""

_PATIENCE = 1.5
"""Seconds of work before the first line of a log, which is no terminal."""

_LOG_STEP = 0.05
"""Share of the work between two lines of a log."""


class Progress:
    """Progress on a stream: a bar where it is a terminal, else a line every few percent.

    Args:
        stream: usually standard error.
        quiet: show nothing.
    """

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._is_terminal = self._stream.isatty()

    @contextmanager
    def stage(self, label: str) -> Iterator[Callable[[float], None]]:
        """Show one stage of the work.

        Args:
            label: what is being done.

        Yields:
            A function that takes the share done, 0 to 1.
        """
        if self._quiet:
            yield lambda share: None
            return
        draw = self._bar(label) if self._is_terminal else self._log(label)
        draw(0.0)
        try:
            yield draw
        finally:
            if self._is_terminal:
                self._write("\r\x1b[K")

    def _bar(self, label: str) -> Callable[[float], None]:
        started = time.monotonic()
        drawn = -1.0

        def draw(share: float) -> None:
            nonlocal drawn
            now = time.monotonic()
            if now - drawn < _REDRAW and share < 1:
                return
            drawn = now
            full = round(share * _BAR)
            bar = "█" * full + "░" * (_BAR - full)
            left = _seconds_left(now - started, share)
            self._write(f"\r{label:<12} {bar} {share:4.0%}{left}\x1b[K")

        return draw

    def _log(self, label: str) -> Callable[[float], None]:
        started = time.monotonic()
        logged = 0.0

        def draw(share: float) -> None:
            nonlocal logged
            elapsed = time.monotonic() - started
            if elapsed < _PATIENCE or share < logged + _LOG_STEP:
                return
            logged = share
            self._write(f"{label}: {share:.0%}{_seconds_left(elapsed, share)}\n")

        return draw

    def _write(self, text: str) -> None:
        with suppress(OSError):  # a full or closed stream is no reason to stop the work
            try:
                text.encode(self._stream.encoding or "utf-8")
            except UnicodeEncodeError:
                text = text.replace("█", "#").replace("░", ".")
            self._stream.write(text)
            self._stream.flush()


class JsonProgress(Progress):
    """Progress as events for programs: a JSON object a line, with its kind under "event".

    They go to what is standard output when this is made, also while Blender is silenced.
    """

    def __init__(self) -> None:
        if sys.stdout is None:
            raise EmoteBotError("Standard output is closed")
        sys.stdout.flush()
        super().__init__(os.fdopen(os.dup(1), "w", encoding="utf-8"))
        self._writing = threading.Lock()

    @contextmanager
    def stage(self, label: str) -> Iterator[Callable[[float], None]]:
        """Tell one stage of the work: events "progress" with a "stage" and a "share", 0 to 1."""
        shown_at = time.monotonic()

        def tell(share: float) -> None:
            nonlocal shown_at
            if share >= 1 or time.monotonic() - shown_at >= _REDRAW:
                shown_at = time.monotonic()
                self.write("progress", stage=label, share=round(share, 4))

        yield tell

    def write(self, event: str, **values: object) -> None:
        """Write one event.

        Args:
            event: its kind.
            values: whatever else it says, plain objects.

        Raises:
            BrokenPipeError: nobody reads any more.
            EmoteBotError: standard output cannot be written otherwise.
        """
        line = json.dumps({"event": event, **values})
        try:
            with self._writing:
                self._stream.write(f"{line}\n")
                self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(error) from error


def print_result(text: str) -> None:
    """Print a result on standard output.

    Raises:
        EmoteBotError: standard output is closed or full.
        BrokenPipeError: whoever was reading has seen enough.
    """
    if sys.stdout is None:
        raise EmoteBotError("Standard output is closed")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> EmoteBotError:
    return EmoteBotError("Standard output cannot be written: {reason}", reason=error.strerror)


def print_fault(sentence: str) -> None:
    """Print a fault in one line on standard error, if that can still be written."""
    with suppress(OSError):
        print(f"emotebot: {' '.join(sentence.split())}", file=sys.stderr, flush=True)


def discard_output() -> None:
    """Have what standard output still holds go nowhere, or Python would complain when it ends."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _seconds_left(elapsed: float, share: float) -> str:
    if share <= 0 or share >= 1 or elapsed < 1:
        return ""
    minutes, seconds = divmod(round(elapsed * (1 - share) / share), 60)
    return f", {minutes}:{seconds:02d} left"


@contextmanager
def blender_silenced() -> Iterator[None]:
    """Keep off standard output what Blender prints there for every file and frame.

    Blender prints through Python and past it, so the file descriptor is turned away too; errors,
    which Blender raises or prints on standard error, still come through.
    """
    if sys.stdout is not None:
        sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        try:
            os.dup2(nowhere.fileno(), 1)
            yield
        finally:
            _flush_c_output()
            os.dup2(kept, 1)
            os.close(kept)


def _flush_c_output() -> None:
    """Have the C library write what it still holds back, or it would come out later after all."""
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    library.fflush(None)
