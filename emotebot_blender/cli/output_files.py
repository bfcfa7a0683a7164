# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that appear whole or not at all."""

import json
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.errors import EmoteBotError
from ..core.messages import Message

_FRAME = re.compile(r"-?\d{4,}\.png")
"""Name of a picture in the folder of a film."""

_unfinished: set[Path] = set()
"""Files and folders that are being written and would be left behind by a process that ends."""

_placing = threading.Lock()
"""Held while what is written takes its place."""


def check_output(path: Path, ending: str) -> None:
    """Check, without leaving a trace, that a file of this name can be written.

    Args:
        path: of the file.
        ending: that its name must have, such as ".csv"; empty for any.

    Raises:
        EmoteBotError: another ending, a folder or a device in its place, or a folder that cannot
            be written.
    """
    if ending and path.suffix.lower() != ending:
        raise EmoteBotError("“{path}” must end in {ending}", path=path, ending=ending)
    _check_name(path)
    if path.is_dir():
        raise EmoteBotError("“{path}” is a folder, not a file", path=path)
    if path.exists() and not path.is_file():
        raise EmoteBotError("“{path}” is no regular file", path=path)
    _check_folder(_real(path).parent if path.is_symlink() else path.absolute().parent)


def check_output_folder(path: Path) -> None:
    """Check, without leaving a trace, that a folder can be filled, or made and filled.

    Raises:
        EmoteBotError: it is a file, or it cannot be made or written.
    """
    _check_name(path)
    if path.exists() and not path.is_dir():
        raise EmoteBotError("“{path}” is a file, not a folder", path=path)
    _check_folder(path if path.is_dir() else path.absolute().parent)


def check_distinct(outputs: Sequence[Path], inputs: Sequence[tuple[Message, Path]]) -> None:
    """Check that no output is an input or another output, however their paths are spelled.

    Args:
        outputs: files to write, and folders to fill with the frames of a film.
        inputs: what each file that is read is called, and its path.

    Raises:
        EmoteBotError: one is.
    """
    for index, output in enumerate(outputs):
        for name, path in inputs:
            if _is_same(output, path) or _is_frame_in(output, path):
                raise EmoteBotError(
                    "“{path}” is {name} itself; choose another name", path=output, name=name
                )
        for other in outputs[:index]:
            if _is_same(output, other) or _is_frame_in(output, other):
                raise EmoteBotError(
                    "“{path}” and “{other}” would be the same file", path=other, other=output
                )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write to; once written without error it becomes the file.

    It is in the same folder, for what is written may refer to its neighbours. A file that is
    replaced hands on its permissions.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    target = _real(path)
    part = target.with_name(f".{target.stem[:80]}.{os.getpid()}{target.suffix}")
    _unfinished.add(part)
    try:
        yield part
        _keep_mode(target, part)
        with _placing:
            os.replace(part, target)
    except OSError as error:
        raise _cannot_write(path, error) from error
    except EmoteBotError as error:
        if error.message.values.get("path") != part:
            raise
        raise EmoteBotError(error.message.template, **{**error.message.values, "path": path}) from (
            error
        )
    finally:
        part.unlink(missing_ok=True)
        _unfinished.discard(part)


@contextmanager
def filling(path: Path) -> Iterator[Path]:
    """Give a folder to write to; its files move into the folder at ``path`` once all are written.

    Raises:
        EmoteBotError: the folder cannot be made or written.
    """
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=".emotebot-", dir=path.absolute().parent))
        _unfinished.add(folder)
        yield folder
        with _placing:
            path.mkdir(exist_ok=True)
            for part in sorted(folder.iterdir()):
                _keep_mode(path / part.name, part)
                os.replace(part, path / part.name)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
            _unfinished.discard(folder)


def write_json(content: Any, path: Path) -> None:
    """Write plain objects as JSON.

    Raises:
        EmoteBotError: the file cannot be written.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def temporary_files() -> Iterator[None]:
    """Have all temporary files lie in one folder, which goes when they are no longer needed.

    A Blender that is imported within this has its own temporary files there too.

    Raises:
        EmoteBotError: there is nowhere to put them.
    """
    previous = tempfile.tempdir
    try:
        folder = Path(tempfile.mkdtemp(prefix="emotebot-"))
    except OSError as error:
        raise EmoteBotError(
            "Temporary files cannot be written: {reason}", reason=error.strerror
        ) from error
    _unfinished.add(folder)
    tempfile.tempdir = str(folder)
    previous_variable = os.environ.get("TMPDIR")
    if "bpy" not in sys.modules:
        os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = previous
        if previous_variable is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = previous_variable
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished.discard(folder)


def abandon() -> None:
    """Remove what is unfinished, for a process that ends; nothing takes its place afterwards."""
    _placing.acquire()
    for path in list(_unfinished):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike Path.resolve, it takes a link to itself


def _is_same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except (OSError, ValueError):  # one of them is not there
        return os.path.normcase(_real(first)) == os.path.normcase(_real(second))


def _is_frame_in(folder: Path, path: Path) -> bool:
    return bool(_FRAME.fullmatch(path.name)) and _is_same(folder, path.parent)


def _keep_mode(target: Path, part: Path) -> None:
    if target.exists():
        shutil.copymode(target, part)


def _cannot_write(path: Path, error: OSError) -> EmoteBotError:
    return EmoteBotError("“{path}” cannot be written: {reason}", path=path, reason=error.strerror)


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
        pass  # what is wrong with its folder is found later
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=reason
        ) from error
