# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done of a table of shots, as notes on disk, so that a run goes on where one was ended.

A note is a small JSON file a shot, and each appears whole or not at all. Several machines may so
perform shots of one table at a time.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..core.errors import EmoteBotError
from .output_files import write_json
from .shot_table import TableShot

BEGUN, DONE, FAILED = "begun", "done", "failed"

_FORMAT = 1
_PIECE = 2**20

_Stamp = list[Any]
"""Bytes of a file, time of its last change in nanoseconds; of what is read, its SHA-256 besides."""


@dataclass(frozen=True)
class ShotNote:
    """What is known of one shot.

    Attributes:
        state: of its last run: ``BEGUN``, which it was ended in, ``DONE`` or ``FAILED``.
        version: of EmoteBot.
        arguments: those of that run.
        inputs: stamps of the files that were read, by path.
        outputs: stamps of the files that this run or earlier ones wrote, by path.
        reason: why it failed, or empty.
        result: what the run said of itself.
    """

    state: str
    version: str
    arguments: tuple[str, ...]
    inputs: dict[str, _Stamp] = field(default_factory=dict)
    outputs: dict[str, _Stamp] = field(default_factory=dict)
    reason: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class ShotNotes:
    """The notes of a table.

    Args:
        folder: which has them, and is made when the first one is written.
        version: of EmoteBot.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self._folder, self._version = folder, version

    def read(self, shot: TableShot) -> ShotNote | None:
        """Return what is known of a shot, or None; a note that cannot be read is none."""
        try:
            content = json.loads(self._path(shot).read_text(encoding="utf-8"))
            if content.pop("format") != _FORMAT or content.pop("shot") != shot.name:
                return None
            return ShotNote(**{**content, "arguments": tuple(content["arguments"])})
        except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return None

    def begin(self, shot: TableShot, force: bool) -> ShotNote:
        """Note that a shot is begun.

        Args:
            shot: the shot.
            force: whether a .blend file may be replaced that is not of this shot, or was changed.

        Raises:
            EmoteBotError: such a file is there, or the note cannot be written.
        """
        before = self.read(shot)
        output = shot.options.output and shot.folder / shot.options.output
        known = before.outputs if before else {}
        was_ended = before is not None and before.state == BEGUN
        if output and output.exists() and not force and not was_ended:
            if str(output) not in known:
                raise EmoteBotError("“{path}” is already there; --force replaces it", path=output)
            if known[str(output)] != _stamp(output):
                raise EmoteBotError(
                    "“{path}” was changed since it was written; --force replaces it", path=output
                )
        note = ShotNote(BEGUN, self._version, shot.arguments, stamps_of(shot.inputs), known)
        self._write(shot, note)
        return note

    def finish(self, shot: TableShot, begun: ShotNote, result: dict[str, Any]) -> None:
        """Note that a shot is done.

        Args:
            shot: the shot.
            begun: the note of its beginning, with the stamps of what it was made from.
            result: what it said of itself; further files that it read are under "read".

        Raises:
            EmoteBotError: the note cannot be written.
        """
        further = stamps_of(map(Path, result.get("read", ())))
        outputs = _written(shot)
        note = replace(
            begun, state=DONE, inputs=begun.inputs | further, outputs=outputs, result=result
        )
        self._write(shot, note)

    def fail(self, shot: TableShot, reason: str, begun: ShotNote | None) -> None:
        """Note that a shot has failed; where that cannot be noted, the next run begins it anew.

        Args:
            shot: the shot.
            reason: why.
            begun: the note of its beginning; None if it never was, and the former note stays.
        """
        if begun is None:
            return
        try:
            outputs = begun.outputs | _written(shot)
            self._write(shot, replace(begun, state=FAILED, reason=reason, outputs=outputs))
        except EmoteBotError:
            return

    def is_done(self, shot: TableShot, note: ShotNote | None) -> bool:
        """Return whether a shot is done, and neither it nor what it was made from has changed.

        A .blend file that was changed since it was written still is that of the shot; pictures,
        films and tables that were are not.
        """
        if note is None or note.state != DONE:
            return False
        if (note.arguments, note.version) != (shot.arguments, self._version):
            return False
        if not {str(path) for path in shot.inputs} <= note.inputs.keys():
            return False
        if not all(_is_unchanged(Path(path), stamp) for path, stamp in note.inputs.items()):
            return False
        return all(
            os.path.isfile(path)
            and (path.lower().endswith(".blend") or _stamp(Path(path)) == stamp)
            for path, stamp in note.outputs.items()
        ) and bool(note.outputs)

    def _path(self, shot: TableShot) -> Path:
        readable = re.sub(r"[^\w-]+", "_", shot.name, flags=re.ASCII)[:40]
        key = hashlib.sha256(shot.name.encode()).hexdigest()[:10]
        return self._folder / f"{readable}-{key}.json"

    def _write(self, shot: TableShot, note: ShotNote) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise EmoteBotError(
                "“{path}” cannot be written: {reason}", path=self._folder, reason=error.strerror
            ) from error
        write_json({"format": _FORMAT, "shot": shot.name, **vars(note)}, self._path(shot))


def stamps_of(paths: Iterable[Path]) -> dict[str, _Stamp]:
    """Return the stamps of files that are read, by path; those that cannot be read have none."""
    stamps = {}
    for path in paths:
        try:
            stamps[str(path)] = [*_stamp(path), _digest(path)]
        except OSError:
            continue
    return stamps


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _is_unchanged(path: Path, stamp: _Stamp) -> bool:
    try:
        now = _stamp(path)
        return now == stamp[:2] or (now[0] == stamp[0] and _digest(path) == stamp[2])
    except (OSError, IndexError):
        return False


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _written(shot: TableShot) -> dict[str, _Stamp]:
    """Return the stamps of what is there of a shot: its files, and the pictures in its folder."""
    files: list[Path] = []
    for path in shot.outputs:
        files += sorted(path.glob("*.png")) if path.is_dir() else [path]
    return {str(path): _stamp(path) for path in files if path.is_file()}
