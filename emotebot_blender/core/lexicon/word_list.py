# SPDX-License-Identifier: GPL-3.0-or-later
"""Word lists: the JSON files that say what a trigger word stands for, and how text is matched.

A file holds words of feelings, grouped by what they mean, and may hold the small words of its
language; the built-in languages and a user's own words are written and read alike::

    {
      "language": "en",
      "entries": [{"emotion": {"fear": 1}, "intensity": 0.95, "words": ["terrified", "terror"]}],
      "modifiers": [{"scale": 1.25, "words": ["very"]}, {"share": 0.5, "words": ["half"]}],
      "grammar": {"joining": ["and"], "negating": ["not"], "ignored": ["feels"], "percent": ["%"]}
    }

The amounts under ``emotion`` are taken in proportion. A custom expression has
``"expression": {"jawOpen": 0.3}`` in its place, weights of channels, and its intensity may be left
out: it is 1. Each part may be left out. Words match
whatever their case, accents, width, hyphens and apostrophes.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..channels import CHANNELS
from ..emotions import EMOTIONS, NEUTRAL, CustomExpression, Mixture
from ..errors import EmoteBotError
from ..input_files import read_text_file
from ..messages import Message

GREATEST_SCALE = 10.0
"""Most that a modifier of a word list multiplies an intensity by."""

LARGEST_WORD_LIST = 16 * 2**20
"""Bytes; the largest of the built-in lists takes a thousandth of it."""


class Kind(Enum):
    """What a word does in a phrase."""

    FEELING = "feeling"
    SCALE = "scale"
    SHARE = "share"
    EXCLAIM = "exclaim"
    JOINING = "joining"
    NEGATING = "negating"
    IGNORED = "ignored"
    PERCENT = "percent"


class Term(NamedTuple):
    """A word of a word list.

    Attributes:
        kind: what it does in a phrase.
        word: as the file writes it.
        language: the language that the file names.
        value: intensity of a feeling, factor of a modifier; 1 for other kinds.
        mixture: the emotions of a feeling; None for other kinds.
        expression: the face that stands in for the emotions, which are neutral then; None for a
            word of emotions and for other kinds.
    """

    kind: Kind
    word: str
    language: str
    value: float = 1.0
    mixture: Mixture | None = None
    expression: CustomExpression | None = None


class Token(NamedTuple):
    """A word, number, symbol or single ideograph of a text.

    Attributes:
        text: its folded form.
        start: where it begins in the text, in characters from 0.
        end: where it ends.
        number: whether it is a number.
    """

    text: str
    start: int
    end: int
    number: bool


_SPACELESS = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Kana and ideographs: written without spaces, so each character is a token."""

_LETTER = rf"(?:(?![{_SPACELESS}])[^\W\d_])"
_TOKEN = re.compile(
    rf"(?P<number>(?:(?<!\w)-)?(?:\d+(?:[.,]\d+)?|\.\d+))"
    rf"|[{_SPACELESS}]|{_LETTER}+(?:'{_LETTER}+)*|[^\s_-]"
)
_CLUSTER = re.compile("(?s:.)[\u0300-\u036f\u3099\u309a\uff9e\uff9f]{0,30}")
"""A character and its marks, of which Unicode's Stream-Safe Text Format (UAX #15) has 30 at most:
to put more of them in order takes time that grows with the square of their number."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_ALIKE = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-"),
    **dict.fromkeys(map(ord, "’‘‛ʼ´`＇"), "'"),
    **dict.fromkeys(
        [
            0x00AD,  # soft hyphen
            *range(0x200B, 0x2010),  # zero-width joiners and direction marks
            0x2060,
            *range(0xFE00, 0xFE10),  # variation selectors
            0xFEFF,
            *range(0x1F3FB, 0x1F400),  # skin tones
        ],
        "",
    ),
}


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE)).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", plain))
    return unicodedata.normalize("NFC", bare)


_plain_cluster = lru_cache(maxsize=4096)(_plain)


def fold(text: str) -> tuple[str, list[int]]:
    """Return the text as it is matched, and where in the text each of its characters stood.

    Case, width, accents, variation selectors and skin tones are dropped; dashes and apostrophes
    are made alike (Unicode NFKC and case folding, then the marks U+0300 to U+036F removed).

    Returns:
        The folded text, and for each of its characters and for its end an offset in the text.
    """
    if text.isascii():
        return text.lower().replace("`", "'"), list(range(len(text) + 1))
    folded: list[str] = []
    offsets: list[int] = []
    for match in _CLUSTER.finditer(text):
        cluster = _plain_cluster(match.group())
        folded.append(cluster)
        offsets.extend([match.start()] * len(cluster))
    return "".join(folded), [*offsets, len(text)]


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text; spaces, hyphens and underscores only part them."""
    folded, offsets = fold(text)
    return [
        Token(
            match.group(),
            offsets[match.start()],
            offsets[match.end()],
            match.lastgroup == "number",
        )
        for match in _TOKEN.finditer(folded)
    ]


def read_word_list(path: Path) -> dict[str, Term]:
    """Return the terms of a word list by key: the folded tokens, with a space between them.

    Raises:
        EmoteBotError: the file cannot be read or is no word list; the message names where.
    """
    try:
        content = json.loads(read_text_file(path, LARGEST_WORD_LIST))
    except json.JSONDecodeError as error:
        raise EmoteBotError(
            "The word list {path} is not JSON: line {line}, column {column}: {reason}",
            path=path,
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        ) from error
    except RecursionError as error:
        raise EmoteBotError(
            "The word list {path} is not a word list: it nests too deep", path=path
        ) from error
    except ValueError as error:
        raise EmoteBotError(
            "The word list {path} is not a word list: it has a number of endless length", path=path
        ) from error
    try:
        return dict(_terms(content, path.stem))
    except EmoteBotError as error:
        raise EmoteBotError(
            "The word list {path} has a fault: {problem}", path=path, problem=error.message
        ) from error


def write_word_list(expressions: Iterable[CustomExpression]) -> str:
    """Return a word list of these expressions; ``read_word_list`` gives them back equal.

    Raises:
        EmoteBotError: a word that cannot be a trigger word, or two that read alike.
    """
    entries = [
        {"expression": expression.amounts(), "words": [expression.word]}
        for expression in (term.expression for term in custom_terms(expressions).values())
        if expression
    ]
    lines = ",".join(f"\n    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return f'{{\n  "entries": [{lines}\n  ]\n}}\n'


def custom_terms(expressions: Iterable[CustomExpression]) -> dict[str, Term]:
    """Return the terms of custom expressions by key.

    Raises:
        EmoteBotError: a word that cannot be a trigger word, or two that read alike.
    """
    terms: dict[str, Term] = {}
    for expression in expressions:
        location = Message("your own expressions")
        key = _custom_key(_key(expression.word, location), expression.word)
        if key in terms:
            raise EmoteBotError(
                "“{first}” and “{second}” read alike: your own expressions need different words",
                first=terms[key].word,
                second=expression.word,
            )
        terms[key] = _custom(expression, "custom", 1.0)
    return terms


def _custom_key(key: str, word: str) -> str:
    if key in (*EMOTIONS, "intensity"):
        raise EmoteBotError(
            "“{word}” cannot be the word of an expression: it stands for itself in the exact form",
            word=word,
        )
    return key


def _custom(expression: CustomExpression, language: str, intensity: float) -> Term:
    return Term(Kind.FEELING, expression.word, language, intensity, NEUTRAL, expression)


def _terms(content: Any, name: str) -> Iterator[tuple[str, Term]]:
    location = Message("the file")
    parts = _object(content, location)
    _only(parts, ("language", "entries", "modifiers", "grammar"), location)
    language = _text(parts.get("language", name), Message("“language”"))
    for number, entry in enumerate(_list(parts.get("entries", []), Message("“entries”")), start=1):
        yield from _feelings(entry, Message("entry {number}", number=number), language)
    groups = _list(parts.get("modifiers", []), Message("“modifiers”"))
    for number, group in enumerate(groups, start=1):
        yield from _modifiers(group, Message("modifier {number}", number=number), language)
    grammar = _object(parts.get("grammar", {}), Message("“grammar”"))
    _only(grammar, ("joining", "negating", "ignored", "percent"), Message("“grammar”"))
    for kind, words in grammar.items():
        for key, word in _words(words, Message("“{field}”", field=kind)):
            yield key, Term(Kind(kind), word, language)


def _feelings(entry: Any, location: Message, language: str) -> Iterator[tuple[str, Term]]:
    parts = _object(entry, location)
    _only(parts, ("emotion", "expression", "intensity", "words"), location)
    words = _words(parts.get("words"), _field("words", location))
    if "expression" in parts:
        if "emotion" in parts:
            raise EmoteBotError(
                "{location} should have “emotion” or “expression”, not both", location=location
            )
        intensity = _number(parts.get("intensity", 1.0), 1.0, _field("intensity", location))
        weights = _weights(parts["expression"], _field("expression", location))
        for key, word in words:
            expression = CustomExpression(word, weights)
            yield _custom_key(key, word), _custom(expression, language, intensity)
        return
    amounts = _object(parts.get("emotion"), _field("emotion", location))
    for emotion, amount in amounts.items():
        member = Message("the amount of “{name}” in {location}", name=emotion, location=location)
        _number(amount, 100.0, member)
    try:
        mixture = Mixture.of(amounts)
    except EmoteBotError as error:
        raise EmoteBotError(
            "“emotion” of {location}: {problem}", location=location, problem=error.message
        ) from error
    intensity = _number(parts.get("intensity"), 1.0, _field("intensity", location))
    for key, word in words:
        yield key, Term(Kind.FEELING, word, language, intensity, mixture)


def _weights(value: Any, location: Message) -> tuple[float, ...]:
    """Return the 52 weights that channels by name have, the others 0."""
    weights = _object(value, location)
    for name in weights:
        if name not in CHANNELS:
            raise EmoteBotError(
                "“{name}” in {location} is not one of the {count} channels",
                name=name,
                location=location,
                count=len(CHANNELS),
            )
    return tuple(
        _number(
            weights.get(name, 0.0),
            1.0,
            Message("the weight of “{channel}” in {location}", channel=name, location=location),
        )
        for name in CHANNELS
    )


def _modifiers(group: Any, location: Message, language: str) -> Iterator[tuple[str, Term]]:
    parts = _object(group, location)
    limits = {"scale": GREATEST_SCALE, "share": 1.0, "exclaim": GREATEST_SCALE}
    _only(parts, (*limits, "words"), location)
    named = [name for name in limits if name in parts]
    if len(named) != 1:
        raise EmoteBotError(
            "{location} should have one of “scale”, “share” and “exclaim”", location=location
        )
    value = _number(parts[named[0]], limits[named[0]], _field(named[0], location))
    for key, word in _words(parts.get("words"), _field("words", location)):
        yield key, Term(Kind(named[0]), word, language, value)


def _field(name: str, location: Message) -> Message:
    return Message("“{field}” of {location}", field=name, location=location)


def _object(value: Any, location: Message) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EmoteBotError("{location} should be an object in {{}}", location=location)
    return value


def _list(value: Any, location: Message) -> list[Any]:
    if not isinstance(value, list):
        raise EmoteBotError("{location} should be a list in []", location=location)
    return value


def _text(value: Any, location: Message) -> str:
    if not isinstance(value, str):
        raise EmoteBotError("{location} should be a text in quotes", location=location)
    return value


def _only(parts: dict[str, Any], known: tuple[str, ...], location: Message) -> None:
    for name in parts:
        if name not in known:
            raise EmoteBotError(
                "“{name}” in {location} is not one of {names}",
                name=name,
                location=location,
                names=known,
            )


def _number(value: Any, greatest: float, location: Message) -> float:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not (numeric and 0 <= value <= greatest):
        raise EmoteBotError(
            "{location} should be a number from 0 to {greatest:g}",
            location=location,
            greatest=greatest,
        )
    return float(value)


def _words(value: Any, location: Message) -> list[tuple[str, str]]:
    """Return key and word for each word of a list."""
    member = Message("each of {location}", location=location)
    return [(_key(_text(word, member), location), word) for word in _list(value, location)]


def _key(word: str, location: Message) -> str:
    """Return the folded tokens of a word, with a space between them."""
    if word.isascii() and word.isalpha():
        return word.lower()
    parts = [match.group() for match in _TOKEN.finditer(fold(word)[0])]
    if not parts:
        raise EmoteBotError(
            "“{word}” in {location} has no letter or symbol", word=word, location=location
        )
    if parts[0][-1].isdecimal():
        raise EmoteBotError(
            "“{word}” in {location} begins with a number, as a percentage does",
            word=word,
            location=location,
        )
    if "=" in parts:
        raise EmoteBotError(
            "“{word}” in {location} has a “=”, which the exact form needs",
            word=word,
            location=location,
        )
    return " ".join(parts)
