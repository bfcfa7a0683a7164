# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading a damaged file raises, and how that is said to people."""

import csv
import tokenize
import zipfile
import zlib
from json import JSONDecodeError

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

READ_ERRORS: tuple[type[Exception], ...] = (
    EmoteBotError,
    OSError,  # missing, locked, not gzip, shorter than it says
    EOFError,
    ValueError,  # no number, no UTF-8, no JSON, another shape
    ArithmeticError,  # a number that is too large
    LookupError,  # a column or a key that is missing
    TypeError,
    AttributeError,  # a value of another kind than expected
    RecursionError,  # nested too deeply
    MemoryError,  # a size that cannot be true
    SystemError,  # raised by NumPy for a letter that Unicode does not have
    SyntaxError,
    tokenize.TokenError,  # NumPy reads the head of an array as a line of Python
    csv.Error,
    zlib.error,
    zipfile.BadZipFile,
)
"""What readers of files raise for files that are not what they should be."""


def describe_damage(error: Exception) -> Message:
    """Return what is wrong with a file.

    Args:
        error: one of ``READ_ERRORS``.
    """
    match error:
        case EmoteBotError():
            return error.message
        case KeyError():
            return Message("“{name}” is missing in it", name=error.args[0])
        case UnicodeError():
            return Message("it is no text in UTF-8")
        case JSONDecodeError():
            return Message("it is no JSON ({reason})", reason=error)
        case csv.Error():
            return Message("it is no table ({reason})", reason=error)
        case RecursionError():
            return Message("it is nested too deeply")
        case MemoryError():
            return Message("it is too large")
        case EOFError() | zlib.error() | zipfile.BadZipFile():
            return Message("what is packed in it is broken")
        case OSError(strerror=str(reason)):
            return Message("{reason}", reason=reason)
        case _:
            return Message("{reason}", reason=error)
