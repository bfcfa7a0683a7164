# SPDX-License-Identifier: GPL-3.0-or-later
"""The file in which an asset library of Blender keeps its catalogs, ``blender_assets.cats.txt``.

A line is a comment, ``VERSION 1``, or ``UUID:path:simple name`` (Blender manual, "Asset Catalogs",
"Format of the Catalog Definition File").
"""

import re
from pathlib import Path

from .errors import EmoteBotError
from .file_writing import write_whole
from .input_files import read_text_file

CATALOGS = "blender_assets.cats.txt"
"""Name of the file, at the root of a library."""

_VERSION = "VERSION 1"

_NEW_FILE = f"""# Asset catalogs of this library: UUID, path and simple name, with colons between.
# Made by EmoteBot, read and written by Blender.

{_VERSION}
"""

_ENTRY = re.compile(r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\s*:([^:]*)")


def ensure_catalog(library: Path, path: str, identifier: str) -> str:
    """Have an asset library know a catalog; return the UUID of it, the library's own if it has one.

    The file is written whole or not at all; what else it holds stays as it is.

    Args:
        library: the root folder.
        path: of the catalog, with slashes between its names.
        identifier: UUID that it is given where it is new.

    Raises:
        EmoteBotError: the file cannot be read or written, or is of another version.
    """
    file = library / CATALOGS
    text = read_text_file(file) if file.exists() else _NEW_FILE
    lines = text.splitlines()
    versions = [line.strip() for line in lines if line.startswith("VERSION")]
    if versions and versions != [_VERSION]:
        raise EmoteBotError("{path} is of a newer version and was left alone", path=file)
    for line in lines:
        known = _ENTRY.match(line.strip())
        if known and known[2].strip().strip("/") == path:
            return known[1].lower()
    version = "" if versions else f"{_VERSION}\n"
    separator = "" if not text or text.endswith("\n") else "\n"
    simple_name = path.replace("/", "-")
    entry = f"{identifier}:{path}:{simple_name}\n"
    write_whole(file, f"{text}{separator}{version}{entry}".encode())
    return identifier
