# SPDX-License-Identifier: GPL-3.0-or-later
"""One shot performed by a process of its own, which runs ``emotebot perform``."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .shot_table import TableShot

_LONGEST_REASON = 2**18
"""Bytes of what the process complained of that are looked at, from the end."""

_PATIENCE = 10.0
"""Seconds that a process has to end by itself."""


@dataclass(frozen=True)
class ShotOutcome:
    """How the process of a shot ended.

    Attributes:
        result: what it made, as ``PerformResult.described`` has it; None if it failed.
        notes: what it said beside that, a sentence each.
        reason: why it failed, or empty.
    """

    result: dict[str, Any] | None
    notes: tuple[str, ...] = ()
    reason: str = ""


@dataclass
class ShotProcess:
    """The process of a shot, once it runs.

    Attributes:
        shot: what it performs.
    """

    shot: TableShot
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)
    _is_unwanted: bool = field(default=False, init=False)

    def run(self, tell: Callable[[dict[str, Any]], None]) -> ShotOutcome:
        """Perform the shot and wait for it.

        Args:
            tell: called with each event of its progress.

        Raises:
            OSError: no process can be started, or there is nowhere for what it says.
        """
        line, variables = _command_line()
        line += ["perform", "--progress=json", "--force", *self.shot.arguments]
        result = None
        with tempfile.TemporaryFile() as complaints:
            self._process = subprocess.Popen(
                line,
                cwd=self.shot.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
            if self._is_unwanted:
                self._process.terminate()
            with self._process as process:
                assert process.stdout is not None
                for text in process.stdout:
                    event = _event(text)
                    if event.get("event") == "done":
                        result = {name: event[name] for name in event if name != "event"}
                    elif event:
                        tell(event)
            complaints.seek(0, 2)
            complaints.seek(max(complaints.tell() - _LONGEST_REASON, 0))
            said = complaints.read().decode("utf-8", "replace").splitlines()
        sentences = tuple(
            text.removeprefix("emotebot: ") for text in said if text.startswith("emotebot: ")
        )
        if process.returncode == 0 and result is not None:
            return ShotOutcome(result, sentences)
        if process.returncode > 0 and sentences:
            return ShotOutcome(None, sentences[:-1], sentences[-1])
        return ShotOutcome(None, sentences, _ending(process.returncode, said))

    def terminate(self) -> None:
        """Ask the process to end, if it runs, or as soon as it does."""
        self._is_unwanted = True
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self) -> None:
        """Wait until the process has ended, which it is made to if it takes long."""
        if self._process is None:
            return
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _command_line() -> tuple[list[str], dict[str, str]]:
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


def _event(text: str) -> dict[str, Any]:
    """Return the event that a line holds; empty where it is something else, such as Blender's."""
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _ending(status: int, said: list[str]) -> str:
    """Return what is known of a process that ended without saying why."""
    last = next((text.strip() for text in reversed(said) if text.strip()), "")
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return f"Blender {how}" + (f": {last}" if last else "")
