# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception that EmoteBot raises for what a user can put right."""

from .messages import Message


class EmoteBotError(Exception):
    """A fault in what was handed in.

    Args:
        message: one sentence for the person who handed it in, or its template.
        values: what stands in the template, by name; see ``Message``.

    Attributes:
        message: the sentence, to be translated; ``str`` gives it in English.
    """

    def __init__(self, message: Message | str, /, **values: object) -> None:
        self.message = message if isinstance(message, Message) else Message(message, **values)
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class TextError(EmoteBotError):
    """A fault at a known line and column of a text.

    Args:
        message: what was expected and what stands there instead.
        line: line number, from 1.
        column: column number, from 1; in a table, of the cell.

    Attributes:
        problem: the message without the place.
        line: the same.
        column: the same.
    """

    def __init__(self, message: Message | str, /, line: int = 1, column: int = 1) -> None:
        self.problem = message if isinstance(message, Message) else Message(message)
        super().__init__(
            Message(
                "line {line}, column {column}: {problem}",
                line=line,
                column=column,
                problem=self.problem,
            )
        )
        self.line = line
        self.column = column


class ScriptError(TextError):
    """A fault at a known line and column of a script of feelings."""


class TriggerError(EmoteBotError):
    """A phrase that names no feeling.

    Args:
        message: what is wrong and what would be right.
        offset: where in the phrase, in characters from 0.
    """

    def __init__(self, message: Message | str, /, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset
