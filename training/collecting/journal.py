# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured already of a collection in the making, so that a second call goes on.

The journal is one SQLite file in the collection's folder, which a kill or a power cut leaves whole.
It holds numbers and no pictures, and is removed when the collection is finished.
"""

import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError

from .measure import Measurement

NAME = "journal.sqlite"
_SECONDS_BETWEEN_COMMITS = 0.5


class Journal:
    """What is measured of a data set so far; used in a ``with`` statement.

    Args:
        folder: of the collection; made where it is missing.
        settings: what the measurements depend on.

    Raises:
        EmoteBotError: a journal in the folder was begun with other settings.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self.path)
        except (OSError, sqlite3.OperationalError) as error:
            raise EmoteBotError(
                "{folder} cannot be written: {error}", folder=folder, error=error
            ) from error
        try:
            self._open(dict(settings))
        except (EmoteBotError, sqlite3.DatabaseError) as error:
            self._base.close()
            if isinstance(error, EmoteBotError):
                raise
            raise EmoteBotError(
                "{path} cannot be used ({error}): wait until no other call works on it, "
                "or remove it to begin anew",
                path=self.path,
                error=error,
            ) from error
        self._committed = time.monotonic()
        self._open_still = True

    def _open(self, settings: dict[str, Any]) -> None:
        with self._base:
            self._base.execute("CREATE TABLE IF NOT EXISTS settings (name PRIMARY KEY, value)")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS items "
                "(name PRIMARY KEY, seconds, weights, frames, dropped, fault)"
            )
            begun = dict(self._base.execute("SELECT name, value FROM settings"))
            stated = {name: json.dumps(value) for name, value in settings.items()}
            if not begun:
                self._base.executemany("INSERT INTO settings VALUES (?, ?)", stated.items())
                return
        changed = [name for name in stated if begun.get(name) != stated[name]]
        if changed:
            before, now = begun.get(changed[0], "null"), stated[changed[0]]
            raise EmoteBotError(
                "{parent} was begun with another {changed} ({before}, now {now}): "
                "go on with the same, or remove {path} to begin anew",
                parent=self.path.parent,
                changed=changed[0],
                before=before,
                now=now,
                path=self.path,
            )

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
        """Save everything and let go of the file, if that is not done yet."""
        if self._open_still:
            self._base.commit()
            self._base.close()
            self._open_still = False

    def remove(self) -> None:
        """Remove the file once the collection is finished."""
        self.close()
        self.path.unlink()

    def names(self) -> set[str]:
        """Return the names of the items that are measured."""
        return {name for (name,) in self._base.execute("SELECT name FROM items")}

    def add(self, measured: Measurement) -> None:
        """Take in what was measured on an item."""
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
        """Return what was measured on an item, None where it was not."""
        row = self._base.execute("SELECT * FROM items WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        _, seconds, weights, frames, dropped, fault = row
        return Measurement(
            name,
            np.frombuffer(seconds, dtype="<f8"),
            np.frombuffer(weights, dtype="<f4").reshape(-1, len(CHANNELS)),
            frames,
            json.loads(dropped),
            fault,
        )
