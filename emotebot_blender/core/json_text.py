# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in JSON: parsed or refused with line and column, and where in them a value stands."""

import json
from typing import Any

from .errors import TextError
from .messages import Message
from .text_lines import position


def parse_json(text: str) -> Any:
    """Return what a JSON text holds.

    Args:
        text: whose lines end with line feeds.

    Raises:
        TextError: it is none; with line and column.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = Message("JSON was expected here: {reason}", reason=error.msg)
        raise TextError(message, *position(text, error.pos)) from error
    except RecursionError as error:
        raise TextError("JSON was expected that is not nested so deeply") from error
    except ValueError as error:
        raise TextError("JSON was expected without numbers of endless length") from error


def quotable(value: Any) -> str:
    """Return a JSON value as a message quotes it."""
    return "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list) else str(value)


def offset_of(text: str, path: tuple[str | int, ...]) -> int:
    """Return where in a JSON text, in characters, the value stands that a path leads to.

    Args:
        text: sound JSON.
        path: keys and indices that lead to a value which is there.
    """
    decoder = json.JSONDecoder()
    offset = _past_space(text, 0)
    for step in path:
        offset = _past_space(text, offset + 1)
        index = 0
        match = None
        while text[offset] not in "]}":
            key: str | int = index
            value_offset = offset
            if isinstance(step, str):
                key, value_offset = decoder.raw_decode(text, offset)
                value_offset = _past_space(text, _past_space(text, value_offset) + 1)
            if key == step:
                match = value_offset  # of equal keys the last one counts, as in the document
                if not isinstance(step, str):
                    break
            offset = _past_space(text, decoder.raw_decode(text, value_offset)[1])
            if text[offset] == ",":
                offset = _past_space(text, offset + 1)
            index += 1
        assert match is not None, path
        offset = match
    return offset


def _past_space(text: str, offset: int) -> int:
    while text[offset] in " \t\n\r":
        offset += 1
    return offset
