# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as files: text, JSON, CSV and SubRip subtitles, distinguished by their names' endings."""

import re
from collections.abc import Callable
from pathlib import Path

from ..errors import EmoteBotError
from ..file_writing import write_whole
from ..input_files import expanded_path, read_text_file
from ..lexicon.lexicon import Lexicon
from .beats import EmotionScript
from .csv_format import read_csv, write_csv
from .json_format import read_json, write_json
from .srt_format import read_srt, write_srt
from .text_format import read_text, write_text

READERS: dict[str, Callable[[str, Lexicon], EmotionScript]] = {
    ".txt": read_text,
    ".json": read_json,
    ".csv": read_csv,
    ".srt": read_srt,
}
WRITERS: dict[str, Callable[[EmotionScript, Lexicon], str]] = {
    ".txt": write_text,
    ".json": write_json,
    ".csv": write_csv,
    ".srt": write_srt,
}

_ENDING = re.compile(r"\.[a-z][a-z0-9]{1,4}", re.IGNORECASE)


def read_script(source: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script that a source holds.

    Args:
        source: a file's path, if it is one line that ends like the name of a script file, or if
            it looks like a path (no spaces, but folders or an ending) and means nothing as text;
            else the text itself.
        lexicon: the words that are known.

    Raises:
        ScriptError: the script has a fault; with line and column.
        EmoteBotError: the file is missing, unreadable, too large, no regular file or no text.
    """
    line = source.strip()
    if "\n" not in line and Path(line).suffix.lower() in READERS:
        return _read_file(expanded_path(line), lexicon)
    try:
        return read_text(source, lexicon)
    except EmoteBotError:
        if _looks_like_path(line):
            return _read_file(expanded_path(line), lexicon)
        raise


def write_script(script: EmotionScript, path: str | Path, lexicon: Lexicon) -> None:
    """Write a script to a file in the format that its name's ending says.

    The file appears whole or not at all; one that was there is replaced.

    Args:
        script: what to write.
        path: of the file.
        lexicon: the words that will be known to the reader.

    Raises:
        EmoteBotError: the ending is unknown, the file cannot be written, or the script has what
            the format cannot hold.
    """
    target = expanded_path(path)
    _check_ending(target)
    text = WRITERS[target.suffix.lower()](script, lexicon)
    write_whole(target, text.encode())


def read_text_as(name: str, text: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script that a text holds in the format that its name's ending says.

    Args:
        name: of the text, such as ``scene.json``; any other name is that of a script as people
            type them. A number after the ending, as Blender gives it to copies, does not count.
        text: the script.
        lexicon: the words that are known.

    Raises:
        ScriptError: the script has a fault; with line and column.
    """
    return READERS[_format(name)](text, lexicon)


def write_text_as(name: str, script: EmotionScript, lexicon: Lexicon) -> str:
    """Return a script as the text of that name, which ``read_text_as`` reads.

    Args:
        name: of the text; its ending says the format.
        script: what to write.
        lexicon: the words that will be known to the reader.

    Raises:
        EmoteBotError: the script has what the format cannot hold.
    """
    return WRITERS[_format(name)](script, lexicon)


def _format(name: str) -> str:
    ending = Path(re.sub(r"\.\d{3,}$", "", name)).suffix.lower()
    return ending if ending in READERS else ".txt"


def _looks_like_path(line: str) -> bool:
    if not line or re.search(r"\s", line):
        return False
    return bool(re.search(r"[\w.~][/\\]", line) or _ENDING.fullmatch(Path(line).suffix))


def _read_file(path: Path, lexicon: Lexicon) -> EmotionScript:
    text = read_text_file(path)
    _check_ending(path)
    return READERS[path.suffix.lower()](text, lexicon)


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in READERS:
        raise EmoteBotError(
            "{path} does not end like a script; the endings are {endings}",
            path=path,
            endings=tuple(READERS),
        )
