# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of shots: CSV or JSON files, a row a performance.

The columns are ``shot``, its name, ``script``, and the options of ``emotebot perform`` without
their dashes, with ``file`` for the one that is called ``--face``. A row needs its script, or a
recording, and one file to write; what is empty stays as ``emotebot perform`` has it. Paths are
relative to the table's folder.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..core.errors import EmoteBotError, ScriptError
from ..core.input_files import expanded_path, read_text_file
from ..core.messages import Message
from ..core.script.csv_format import check_cells, table_rows
from .arguments import UsageError, perform_parser
from .perform_options import PerformOptions, model_files, options_of

NAME, SCRIPT, FILE, RECORDING = "shot", "script", "file", "recording"

_OPTIONS = {FILE: "face"}
"""Options whose columns have other names."""

_WITHOUT_COLUMN = {"face", "quiet", "force"}
"""Options that are the batch's own or have another name as a column."""

_YES, _NO = ("yes", "true", "1"), ("no", "false", "0", "")

_Row = tuple[int, Mapping[str, Any]]
"""The line on which a row begins, and its cells by the names of their columns."""


@dataclass(frozen=True)
class TableShot:
    """One row of a table of shots.

    Attributes:
        name: unlike any other shot's.
        line: of the row in the table; in JSON its number, from 1.
        folder: of the table, to which paths are relative.
        arguments: of ``emotebot perform``, for this shot.
        options: what they ask for.
        recording: that is performed in place of a script, or None.
    """

    name: str
    line: int
    folder: Path
    arguments: tuple[str, ...]
    options: PerformOptions
    recording: Path | None = None

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The files to write and the folder to fill."""
        return tuple(self.folder / path for path in self.options.outputs)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that are read, as far as they are there."""
        chosen = self.options
        script = expanded_path(chosen.script.strip())
        named = [chosen.face, chosen.lexicon, self.recording]
        named += [script if _may_be_path(chosen.script) else None]
        models = [path for _, path in model_files(chosen.models)]
        paths = [self.folder / path for path in (*named, *models) if path]
        return tuple(path for path in paths if os.path.isfile(path))


@cache
def columns() -> tuple[str, ...]:
    """Return the names of the columns that a table may have."""
    named = set(vars(perform_parser().parse_args([""]))) - _WITHOUT_COLUMN
    options = sorted(name.replace("_", "-") for name in named - {SCRIPT})
    return (NAME, FILE, SCRIPT, *options)


def read_shots(path: Path, open_file: Path | None = None) -> tuple[TableShot, ...]:
    """Return the shots of a table, one or more.

    Args:
        path: of the table, which ends in .csv or .json.
        open_file: with the face of rows that name no file; None for the built-in head.

    Raises:
        ScriptError: something else was expected in a row; with its line.
        EmoteBotError: the table cannot be read, is empty, or two shots get into each other's way.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".json"):
        raise EmoteBotError("“{path}” must end in {ending}", path=path, ending=".csv, .json")
    text = read_text_file(path)
    rows = _csv_rows(text) if ending == ".csv" else _json_rows(text)
    folder = path.absolute().parent
    shots = tuple(_shot(row, line, folder, open_file) for line, row in rows)
    if not shots:
        raise EmoteBotError("“{path}” has no shots", path=path)
    _check_apart(shots)
    return shots


def _csv_rows(text: str) -> Iterator[_Row]:
    header: list[str] | None = None
    for line, cells in table_rows(text):
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            _check_columns(header, line)
            continue
        check_cells(cells, len(header), line)
        yield line, dict(zip(header, cells, strict=False))


def _json_rows(text: str) -> Iterator[_Row]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        message = Message("a table was expected: {reason}", reason=reason)
        raise ScriptError(message, line) from error
    rows = content.get("shots") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise EmoteBotError("a list of shots was expected, or an object with one as “shots”")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise ScriptError("a shot was expected, an object", number)
        _check_columns(list(row), number)
        yield number, row


def _check_columns(names: list[str], line: int) -> None:
    known = columns()
    for index, name in enumerate(names, start=1):
        if name not in known:
            message = Message(
                "a column such as {names} was expected, not “{name}”", names=known, name=name
            )
            raise ScriptError(message, line, index)
        if name in names[: index - 1]:
            message = Message("one column {name} was expected, not two", name=name)
            raise ScriptError(message, line, index)


def _shot(row: Mapping[str, Any], line: int, folder: Path, open_file: Path | None) -> TableShot:
    cells = {name: _text(value, name, line) for name, value in row.items()}
    if not (cells.get(SCRIPT) or cells.get(RECORDING)):
        raise ScriptError(Message("a script was expected in the column {name}", name=SCRIPT), line)
    if cells.get(SCRIPT) and cells.get(RECORDING):
        message = Message(
            "one of {script} and {recording} was expected, not both",
            script=SCRIPT,
            recording=RECORDING,
        )
        raise ScriptError(message, line)
    if open_file and not cells.get(FILE):
        cells[FILE] = str(open_file)
    arguments = [
        argument
        for name, text in cells.items()
        if name not in (NAME, SCRIPT)
        for argument in _arguments(name, text, line)
    ]
    if cells.get(SCRIPT):
        arguments += ["--", cells[SCRIPT]]
    try:
        parsed = perform_parser().parse_args(arguments)
    except UsageError as error:
        problem = re.sub(r"^argument --| \(try “[^”]*”\)$", "", str(error))
        raise ScriptError(Message("{problem}", problem=problem), line) from error
    options = options_of(parsed)
    if not options.outputs:
        raise ScriptError(
            "a file to write was expected: output, export-model, render, sheet, csv or export", line
        )
    name = cells.get(NAME) or options.outputs[0].stem
    return TableShot(name, line, folder, tuple(arguments), options, parsed.recording)


def _text(value: Any, name: str, line: int) -> str:
    """Return what stands in a cell as text, as a CSV table would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        text = str(value)
        return text if name == SCRIPT else text.strip()
    raise ScriptError(Message("{name}: text or a number was expected", name=name), line)


def _arguments(name: str, text: str, line: int) -> list[str]:
    """Return the arguments for one cell."""
    option = _OPTIONS.get(name, name)
    if name in _flags():
        if text.lower() in _YES:
            return [f"--{option}"]
        if text.lower() not in _NO:
            message = Message(
                "{name}: yes or no was expected, not “{value}”", name=name, value=text
            )
            raise ScriptError(message, line)
        return []
    return [f"--{option}={text}"] if text else []


@cache
def _flags() -> frozenset[str]:
    """Return the columns that hold yes or no."""
    parsed = vars(perform_parser().parse_args([""]))
    flags = (name for name, value in parsed.items() if isinstance(value, bool))
    return frozenset(name.replace("_", "-") for name in flags)


def _may_be_path(script: str) -> bool:
    return "\n" not in script.strip() and "\0" not in script


def _check_apart(shots: tuple[TableShot, ...]) -> None:
    """Check that no two shots have one name or write one file, and none reads what one writes.

    Raises:
        ScriptError: two do; with the line of the later one.
    """
    names: set[str] = set()
    written: dict[str, str] = {}
    for shot in shots:
        if shot.name.casefold() in names:
            message = Message(
                "another name was expected: two shots are called “{name}”", name=shot.name
            )
            raise ScriptError(message, shot.line)
        names.add(shot.name.casefold())
        for path in shot.outputs:
            other = written.setdefault(_place(path), shot.name)
            if other != shot.name:
                message = Message(
                    "“{path}” would be written by “{other}”, too", path=path, other=other
                )
                raise ScriptError(message, shot.line)
    for shot in shots:
        for path in shot.inputs:
            if _place(path) in written:
                message = Message(
                    "“{path}” is read here, and “{other}” writes it",
                    path=path,
                    other=written[_place(path)],
                )
                raise ScriptError(message, shot.line)


def _place(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))
