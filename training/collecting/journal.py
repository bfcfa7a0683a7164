# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured already of a collection in the making, so that a second call goes on.

The journal is one SQLite file in the collection's folder, which a kill or a power cut leaves whole.
It holds numbers and no pictures, and is removed when the collection is finished.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError

from ..sources.damaged_files import READ_ERRORS, describe_damage
from .measure import Measurement

NAME = "journal.sqlite"
_SECONDS_BETWEEN_COMMITS = 0.5
_UNWRITABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
"""SQLite's error codes, their last eight bits, for what is wrong with the disk and not the file."""


class Journal:
    """What is measured of a data set so far; used in a ``with`` statement.

    Args:
        folder: of the collection; made where it is missing.
        settings: what the measurements depend on.

    Raises:
        EmoteBotError: a journal in the folder was begun with other settings or is damaged, or the
            folder cannot be written.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self.path)
        except (OSError, sqlite3.OperationalError) as error:
            raise EmoteBotError(
                "{folder} cannot be written: {reason}", folder=folder, reason=error
            ) from error
        self._is_open = True
        try:
            with self._refusing():
                self._open(dict(settings))
        except EmoteBotError:
            self._base.close()
            raise
        self._committed = time.monotonic()

    def _open(self, settings: dict[str, Any]) -> None:
        with self._base:
            self._base.execute("CREATE TABLE IF NOT EXISTS settings (name PRIMARY KEY, value)")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS items "
                "(name PRIMARY KEY, seconds, weights, frames, dropped, fault)"
            )
            begun = dict(self._base.execute("SELECT name, value FROM settings"))
            present = {name: json.dumps(value) for name, value in settings.items()}
            if not begun:
                self._base.executemany("INSERT INTO settings VALUES (?, ?)", present.items())
                return
        changed = [name for name in present if begun.get(name) != present[name]]
        if changed:
            raise EmoteBotError(
                "{folder} was begun with another {setting} ({previous}, now {present}): "
                "go on with the same, or remove {path} to begin anew",
                folder=self.path.parent,
                setting=changed[0],
                previous=begun.get(changed[0], "null"),
                present=present[changed[0]],
                path=self.path,
            )

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Say of what goes wrong within the block that the file cannot be used."""
        errors: tuple[type[Exception], ...] = (sqlite3.Error, *READ_ERRORS)
        try:
            yield
        except EmoteBotError:
            raise
        except errors as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNWRITABLE:
                raise EmoteBotError(
                    "{path} cannot be written ({reason}): make room on the disk and call again",
                    path=self.path,
                    reason=error,
                ) from error
            raise EmoteBotError(
                "{path} cannot be used ({reason}): wait until no other call works on it, "
                "or remove it to begin anew",
                path=self.path,
                reason=describe_damage(error),
            ) from error

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Save everything and let go of the file, if that is not done yet.

        Raises:
            EmoteBotError: it cannot be saved, as on a full disk.
        """
        if self._is_open:
            self._is_open = False
            try:
                with self._refusing():
                    self._base.commit()
            finally:
                self._base.close()

    def remove(self) -> None:
        """Remove the file once the collection is finished."""
        self.close()
        self.path.unlink()

    def names(self) -> set[str]:
        """Return the names of the items that are measured.

        Raises:
            EmoteBotError: the file is damaged.
        """
        with self._refusing():
            return {name for (name,) in self._base.execute("SELECT name FROM items")}

    def add(self, measured: Measurement) -> None:
        """Take in what was measured on an item.

        Raises:
            EmoteBotError: it cannot be saved, as on a full disk.
        """
        with self._refusing():
            self._base.execute(
                "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?)",
                (
                    measured.name,
                    measured.seconds.astype("<f8").tobytes(),
                    measured.weights.astype("<f4").tobytes(),
                    measured.frames,
                    json.dumps(measured.dropped),
                    measured.fault,
                ),
            )
            if time.monotonic() - self._committed > _SECONDS_BETWEEN_COMMITS:
                self._base.commit()
                self._committed = time.monotonic()

    def get(self, name: str) -> Measurement | None:
        """Return what was measured on an item, None where it was not.

        Raises:
            EmoteBotError: the file is damaged.
        """
        with self._refusing():
            row = self._base.execute("SELECT * FROM items WHERE name = ?", (name,)).fetchone()
            if row is None:
                return None
            _, seconds, weights, frames, dropped, fault = row
            return Measurement(
                name,
                np.frombuffer(seconds, dtype="<f8"),
                np.frombuffer(weights, dtype="<f4").reshape(-1, len(CHANNELS)),
                int(frames),
                dict(json.loads(dropped)),
                fault,
            )
