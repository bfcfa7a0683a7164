# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception that EmoteBot raises for what a user can put right."""


class EmoteBotError(Exception):
    """A fault in what was handed in; the message is one sentence for the person who did so."""


class ScriptError(EmoteBotError):
    """A fault at a known place in a script of feelings.

    Args:
        message: what was expected and what stands there instead.
        line: line number, from 1.
        column: column number, from 1.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line = line
        self.column = column


class TriggerError(EmoteBotError):
    """A phrase that names no feeling.

    Args:
        message: what is wrong and what would be right.
        offset: where in the phrase, in characters from 0.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset
