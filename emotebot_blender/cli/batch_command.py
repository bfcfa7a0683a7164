# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``emotebot batch`` does: a table of shots, each performed by a process of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .arguments import version
from .blend_files import path_of_open_file
from .output_files import check_distinct, check_output, write_json
from .shot_notes import ShotNotes
from .shot_process import ShotOutcome, ShotProcess
from .shot_table import TableShot, read_shots
from .signals import ending_with
from .terminal import JsonProgress, Progress

PERFORMED, SKIPPED, FAILED, LEFT = "performed", "skipped", "failed", "left"

_UNCHANGED = "done and unchanged"

_NOTES_ENDING = ".state"
"""Of the folder beside a table that has the notes of what is done."""


@dataclass(frozen=True)
class BatchOptions:
    """What one run of the command shall make of a table of shots.

    Attributes:
        table: a .csv or .json file.
        jobs: how many shots are performed at a time, one or more.
        only: names of the shots that are performed; empty for all.
        state: folder of the notes of what is done; None for one beside the table.
        report: .json file to write, or None.
        force: whether what is done is performed again, and .blend files of others are replaced.
    """

    table: Path
    jobs: int = 1
    only: frozenset[str] = frozenset()
    state: Path | None = None
    report: Path | None = None
    force: bool = False


@dataclass
class ShotReport:
    """What became of a shot.

    Attributes:
        shot: the shot.
        state: ``PERFORMED``, ``SKIPPED`` (done before), ``FAILED``, or ``LEFT`` for later.
        reason: why, where it failed, or was skipped.
        notes: what else is to be known, a sentence each.
        result: what the performance said of itself; empty if there is none.
        seconds: that it took.
    """

    shot: TableShot
    state: str = LEFT
    reason: str = ""
    notes: tuple[str, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def described(self) -> dict[str, Any]:
        """Return all of it as plain objects, for JSON."""
        return {
            "shot": self.shot.name,
            "line": self.shot.line,
            "state": self.state,
            "reason": self.reason,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
            "files": [str(path) for path in self.shot.outputs],
            "summary": self.result.get("summary", ""),
        }


@dataclass(frozen=True)
class BatchReport:
    """What became of a table of shots.

    Attributes:
        table: its path.
        shots: one report each.
    """

    table: Path
    shots: Sequence[ShotReport]

    def counts(self) -> dict[str, int]:
        """Return how many shots are in each state."""
        states = [report.state for report in self.shots]
        return {state: states.count(state) for state in (PERFORMED, SKIPPED, FAILED, LEFT)}

    def counted(self) -> str:
        """Return how many shots are in each state, as a clause; states of none are left out."""
        return ", ".join(f"{count} {state}" for state, count in self.counts().items() if count)

    def text(self) -> str:
        """Return all of it as lines for people."""
        width = max(len(report.shot.name) for report in self.shots)
        lines = []
        for report in self.shots:
            said = report.reason or report.result.get("summary", "")
            lines.append(f"{report.shot.name:<{width}}  {report.state:<9}  {said}".rstrip())
            lines += [f"{'':<{width}}  {'':<9}  {note}" for note in report.notes]
        shots = "1 shot" if len(self.shots) == 1 else f"{len(self.shots)} shots"
        return "\n".join([*lines, f"{shots}: {self.counted()}"])

    def shortfall(self) -> str:
        """Return a sentence if not all is done, else nothing."""
        failed = self.counts()[FAILED]
        if not failed:
            return ""
        shots = "1 shot" if len(self.shots) == 1 else f"{len(self.shots)} shots"
        return f"{failed} of {shots} failed"

    def described(self) -> dict[str, Any]:
        """Return all of it as plain objects, for JSON."""
        shots = [report.described() for report in self.shots]
        return {"table": str(self.table), **self.counts(), "shots": shots}


def batch(options: BatchOptions, progress: Progress, events: JsonProgress | None) -> BatchReport:
    """Perform the shots of a table that are not done; one that fails holds up no other.

    Args:
        options: which, and how.
        progress: shows how much is done.
        events: also told, if given: "begun" with the numbers of "shots" and "jobs"; of each shot
            "shot" with its "state" ("performing" once it is begun) and "progress"; "finished" with
            the numbers of shots in each state.

    Raises:
        EmoteBotError: the table has a fault, or the report cannot be written.
    """
    shots = read_shots(options.table, path_of_open_file())
    unknown = options.only - {shot.name for shot in shots}
    if unknown:
        raise EmoteBotError("There is no shot “{name}” in the table", name=min(unknown))
    chosen = [shot for shot in shots if not options.only or shot.name in options.only]
    _check_report(options, shots)
    run = _BatchRun(options, chosen, events)
    with ending_with(run.stop), progress.stage("Batch") as show:
        run.perform(show)
    return run.close()


class _BatchRun:
    """One run through the shots of a table."""

    def __init__(
        self, options: BatchOptions, shots: Sequence[TableShot], events: JsonProgress | None
    ) -> None:
        state = options.state or options.table.with_suffix(_NOTES_ENDING)
        self._options, self._events = options, events
        self._notes = ShotNotes(state, version())
        self._reports = {shot.name: ShotReport(shot) for shot in shots}
        self._processes: list[ShotProcess] = []
        self._changing = threading.RLock()
        """Held while reports and processes are changed or read."""
        self._is_stopped = False
        self._unwritable: EmoteBotError | None = None
        self._show: Callable[[float], None] = lambda share: None

    def perform(self, show: Callable[[float], None]) -> None:
        """Perform all shots; ``show`` takes the share that is done, 0 to 1."""
        self._show = show
        self._tell("begun", shots=len(self._reports), jobs=self._options.jobs)
        with ThreadPoolExecutor(self._options.jobs) as threads:
            list(threads.map(self._perform, self._reports.values()))
        if self._is_stopped:
            threading.Event().wait()  # the thread that stopped it ends the process

    def stop(self) -> str:
        """End what runs, as whoever started it wants; return what is done, as a clause."""
        with self._changing:
            self._is_stopped = True
            processes = list(self._processes)
        for process in processes:
            process.terminate()
        for process in processes:
            process.end()
        return self.close().counted()

    def close(self) -> BatchReport:
        """Return the report, once it is told and written where the options say.

        Raises:
            EmoteBotError: it cannot be written, or events could not.
        """
        with self._changing:
            report = BatchReport(self._options.table, list(self._reports.values()))
            self._tell("finished", **report.counts())
            if self._options.report:
                write_json(report.described(), self._options.report)
        if self._unwritable:
            raise self._unwritable
        return report

    def _perform(self, report: ShotReport) -> None:
        shot = report.shot
        process = ShotProcess(shot)
        with self._changing:
            if self._is_stopped:
                return
        if not self._options.force and self._notes.is_done(shot, self._notes.read(shot)):
            self._settle(report, SKIPPED, _UNCHANGED)
            return
        began = time.monotonic()
        try:
            note = self._notes.begin(shot, self._options.force)
        except EmoteBotError as error:
            self._settle(report, FAILED, str(error))
            return
        self._tell("shot", shot=shot.name, state="performing")
        with self._changing:
            if self._is_stopped:
                return
            self._processes.append(process)
        try:
            outcome = process.run(lambda event: self._follow(shot, event))
        except OSError as error:
            outcome = ShotOutcome(None, reason=f"No process can be started: {error.strerror}")
        with self._changing:
            self._processes.remove(process)
            if self._is_stopped and outcome.result is None:
                return  # it was ended, and is left for the next run
            calibrated = (outcome.result or {}).get("calibrated")
            report.seconds = time.monotonic() - began
            report.notes = (calibrated, *outcome.notes) if calibrated else outcome.notes
            if outcome.result is None:
                self._notes.fail(shot, outcome.reason, note)
                self._settle(report, FAILED, outcome.reason)
                return
            report.result = outcome.result
            try:
                self._notes.finish(shot, note, outcome.result)
            except EmoteBotError as error:
                self._settle(report, FAILED, f"It is performed, but not noted as done: {error}")
                return
            self._settle(report, PERFORMED, "")

    def _follow(self, shot: TableShot, event: dict[str, Any]) -> None:
        """Tell an event of the process of a shot."""
        share = event.get("share")
        if event.get("event") != "progress" or not isinstance(share, int | float):
            return
        self._tell("progress", shot=shot.name, stage=event.get("stage"), share=share)

    def _settle(self, report: ShotReport, state: str, reason: str) -> None:
        with self._changing:
            report.state, report.reason = state, reason
            settled = sum(report.state != LEFT for report in self._reports.values())
            self._tell("shot", **report.described())
            self._show(settled / len(self._reports))

    def _tell(self, event: str, **values: object) -> None:
        """Tell an event; that it cannot be told is no reason to stop the work."""
        if self._events is None:
            return
        try:
            self._events.write(event, **values)
        except BrokenPipeError:  # whoever was reading has seen enough
            return
        except EmoteBotError as error:
            self._unwritable = error


def _check_report(options: BatchOptions, shots: Sequence[TableShot]) -> None:
    if options.report is None:
        return
    check_output(options.report, ".json")
    written = [path for shot in shots for path in shot.outputs]
    check_distinct([options.report], [(Message("the table of shots"), options.table)])
    for path in written:
        check_distinct([path, options.report], [])
