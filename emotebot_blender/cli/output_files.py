# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that appear whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import EmoteBotError


def check_output(path: Path, ending: str) -> None:
    """Check, without leaving a trace, that a file of this name can be written.

    Args:
        path: of the file.
        ending: that its name must have, such as ".csv"; empty for any.

    Raises:
        EmoteBotError: another ending, a folder in its place, or a folder that cannot be written.
    """
    if ending and path.suffix.lower() != ending:
        raise EmoteBotError("“{path}” must end in {ending}", path=path, ending=ending)
    _check_name(path)
    if path.is_dir():
        raise EmoteBotError("“{path}” is a folder, not a file", path=path)
    _check_folder(path.absolute().parent)


def check_output_folder(path: Path) -> None:
    """Check, without leaving a trace, that a folder can be filled, or made and filled.

    Raises:
        EmoteBotError: it is a file, or it cannot be made or written.
    """
    _check_name(path)
    if path.exists() and not path.is_dir():
        raise EmoteBotError("“{path}” is a file, not a folder", path=path)
    _check_folder(path if path.is_dir() else path.absolute().parent)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write to; once written without error it becomes the file.

    It is in the same folder, for what is written may refer to its neighbours.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    target = path.resolve()
    part = target.with_name(f".{target.stem[:80]}.{os.getpid()}{target.suffix}")
    try:
        yield part
        os.replace(part, target)
    except OSError as error:
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=error.strerror
        ) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def filling(path: Path) -> Iterator[Path]:
    """Give a folder to write to; its files move into the folder at ``path`` once all are written.

    Raises:
        EmoteBotError: the folder cannot be made or written.
    """
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=".emotebot-", dir=path.absolute().parent))
        yield folder
        path.mkdir(exist_ok=True)
        for part in sorted(folder.iterdir()):
            os.replace(part, path / part.name)
    except OSError as error:
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=error.strerror
        ) from error
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise EmoteBotError("There is no folder “{folder}” to write to", folder=folder)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise EmoteBotError(
            "“{folder}” cannot be written to: {reason}", folder=folder, reason=error.strerror
        ) from error


def _check_name(path: Path) -> None:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # what is wrong with its folder is told later
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=reason
        ) from error
