# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a user hands in: regular ones of a bounded size alone, and texts in UTF-8."""

import os
import stat
from functools import partial
from itertools import islice
from pathlib import Path

from .errors import EmoteBotError

LARGEST_TEXT_FILE = 64 * 2**20
"""Bytes; a script of 100,000 beats takes about a quarter of it."""

_PIECE = 2**18
"""Bytes that are read at a time."""


def expanded_path(path: str | Path) -> Path:
    """Return a path with the folder of a user in place of ``~``, where there is such a user."""
    return Path(os.path.expanduser(path))  # Path.expanduser raises where there is none


def check_input_file(path: Path) -> None:
    """Check that a path is that of a regular file.

    Nothing else is to be opened: a pipe would wait and a device never end.

    Raises:
        EmoteBotError: the file is missing, in a folder that may not be read, or no regular file.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # or no name of a file
        raise EmoteBotError("There is no file at {path}", path=path) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise EmoteBotError("{path} is a folder, not a file", path=path)
    if not stat.S_ISREG(mode):
        raise EmoteBotError("{path} is a device or a pipe, not a file", path=path)


def read_input_file(path: Path, largest: int) -> bytes:
    """Return the content of a file.

    Args:
        path: of the file.
        largest: bytes of it at most.

    Raises:
        EmoteBotError: the file is missing, unreadable, too large or no regular file.
    """
    check_input_file(path)
    try:
        with path.open("rb") as file:
            pieces = iter(partial(file.read, _PIECE), b"")  # Python makes room for what is asked
            content = b"".join(islice(pieces, largest // _PIECE + 1))
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > largest:
        raise EmoteBotError(
            "{path} is larger than {size:g} MiB, the most that is read of such a file",
            path=path,
            size=largest / 2**20,
        )
    return content


def read_text_file(path: Path, largest: int = LARGEST_TEXT_FILE) -> str:
    """Return the text of a file, without its byte order mark.

    Args:
        path: of the file.
        largest: bytes of it at most.

    Raises:
        EmoteBotError: the file is missing, unreadable, too large, no regular file, or no text in
            UTF-8.
    """
    try:
        text = read_input_file(path, largest).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EmoteBotError("{path} is not a text in UTF-8", path=path) from error
    if "\0" in text:
        raise EmoteBotError("{path} is not a text in UTF-8", path=path)
    return text


def _unreadable(path: Path, error: OSError) -> EmoteBotError:
    return EmoteBotError(
        "{path} cannot be read: {reason}", path=path, reason=error.strerror or str(error)
    )
