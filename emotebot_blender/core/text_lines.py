# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of texts: their ends, and where in them something stands."""


def normalised_newlines(text: str) -> str:
    """Return a text with a line feed for every line end, without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def position(source: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset from 0.

    Args:
        source: a text whose lines end with line feeds.
        offset: in characters.
    """
    line_begin = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - line_begin + 1
