# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences for people: a template in English and the values that stand in it.

The template is what is translated; the values never are, so that an object called "Face" keeps its
name in every language. A value may be a message itself, such as the reason within a longer
sentence, and is then translated with it.
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

LONGEST_VALUE = 60
"""Characters of a name or a number that a message quotes at most."""

MOST_MEMBERS = 20
"""Members of a sequence that a message lists at most."""

MOST_NAMED = 3
"""Members of a list that a report names; of the others it says how many there are."""


class Message:
    """A sentence with values in it.

    ``str`` gives it in English.

    Args:
        template: a sentence with ``{name}``, or ``{name:format}``, for each value, as
            ``str.format`` has it; without values it is taken as it is, braces and all.
        values: by name. A message or an error stands for its sentence, a sequence for its members
            with commas between them; a path that is too long is shown by its end, any other text
            by its beginning.

    Attributes:
        template: the same.
        values: the same.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values: Mapping[str, object] = values

    def translated(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with its template, and those of messages in it, translated.

        Args:
            translate: gives a template in another language.
        """
        if not self.values:
            return translate(self.template)
        return _Formatter(translate).vformat(translate(self.template), (), self.values)

    def __str__(self) -> str:
        return self.translated(str)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def sentences(messages: Iterable[Message]) -> Message:
    """Return messages, one or more, as one, with full stops between them.

    Raises:
        ValueError: no message.
    """
    parts = tuple(messages)
    if not parts:
        raise ValueError("at least one message is needed")
    while len(parts) > 1:  # by pairs, so that no number of them nests deeply
        pairs = zip(parts[::2], parts[1::2], strict=False)
        joined = [Message("{first}. {second}", first=one, second=two) for one, two in pairs]
        parts = (*joined, *parts[len(joined) * 2 :])
    return parts[0]


def with_more(first: Message, more: int) -> Message:
    """Return a message that names the first of several, with how many more there are, if any."""
    return Message("{first} and {count} more", first=first, count=more) if more > 0 else first


def listed(members: Sequence[str | Message]) -> Message:
    """Return the first members of a list, one or more, and how many more there are."""
    return with_more(Message("{members}", members=members[:MOST_NAMED]), len(members) - MOST_NAMED)


def shortened(value: str, longest: int = LONGEST_VALUE) -> str:
    """Return a text on one line, its end cut off where it is too long.

    Args:
        value: the text.
        longest: characters of it at most.
    """
    line = re.sub(r"\s+", " ", value[: 4 * longest])
    return f"{line[: longest - 1]}…" if len(line) > longest or len(value) > 4 * longest else line


class _Formatter(string.Formatter):
    """Puts values into a template: messages translated, texts shortened."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return what stands in the place of a value."""
        message = getattr(value, "message", value)  # an error stands for its message
        if isinstance(message, Message):
            return message.translated(self._translate)
        if isinstance(value, PurePath):
            path = re.sub(r"\s", " ", str(value)[-LONGEST_VALUE - 1 :])
            return path if len(path) <= LONGEST_VALUE else f"…{path[1 - LONGEST_VALUE :]}"
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            members = [self.format_field(member, "") for member in value[:MOST_MEMBERS]]
            return ", ".join([*members, *(["…"] if len(value) > MOST_MEMBERS else [])])
        return shortened(super().format_field(value, format_spec))
