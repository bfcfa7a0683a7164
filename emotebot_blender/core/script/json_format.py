# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as JSON.

``{"emotebot_script": 1, "beats": [{"start": 0, "emotion": {"fear": 0.7, "surprise": 0.3},
"intensity": 0.5, "transition": 0.3, "hold": 2, "take": 7, "liveliness": 0.3,
"words": "startled"}]}``. A beat needs its feeling alone: ``emotion``, or ``words`` for the lexicon
to read. Without a start it follows the beat before it; without an intensity, words have their own
and an emotion has 1. Under ``emotion`` a custom expression has its share of the whole:
``{"smirk": 0.4, "fear": 1}``.
"""

import json
from dataclasses import replace
from typing import Any

from ..emotions import Feeling
from ..errors import EmoteBotError, ScriptError, TextError
from ..json_text import offset_of, parse_json, quotable
from ..lexicon.lexicon import Lexicon
from ..messages import Message
from ..text_lines import normalised_newlines, position
from .beats import Beat, EmotionScript
from .parsing import (
    PhraseReader,
    error_at,
    ordered_script,
    readable_amounts,
)

FORMAT = 1

_HEAD = "emotebot_script"
_FIELDS = ("start", "emotion", "intensity", "transition", "hold", "take", "liveliness", "words")


class _FieldError(EmoteBotError):
    """What is wrong with the value that a path of keys and indices leads to."""

    def __init__(self, message: Message | str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


def read_json(text: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script that a JSON text holds.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    text = normalised_newlines(text)
    try:
        beats = _beats(_document(text), PhraseReader(lexicon))
    except _FieldError as error:
        raise error_at(text, offset_of(text, error.path), error.message) from error
    return ordered_script(beats, lambda index: position(text, offset_of(text, ("beats", index))))


def write_json(script: EmotionScript, lexicon: Lexicon | None = None) -> str:
    """Return the script as JSON, one beat a line; ``read_json`` gives it back equal.

    Args:
        script: what to write.
        lexicon: the words that will be known to the reader; needed for custom expressions.

    Raises:
        EmoteBotError: a custom expression that the lexicon does not have.
    """
    lines = (json.dumps(_fields(beat, lexicon), ensure_ascii=False) for beat in script.beats)
    beats = "".join(f"\n  {line}," for line in lines).removesuffix(",")
    return f'{{"{_HEAD}": {FORMAT}, "beats": [{beats}\n]}}\n'


def _fields(beat: Beat, lexicon: Lexicon | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "start": float(beat.start),
        "emotion": readable_amounts(beat, lexicon),
        "intensity": float(beat.feeling.intensity),
    }
    for name in ("transition", "hold", "take", "liveliness"):
        value = getattr(beat, name)
        if value is not None:
            fields[name] = value
    if beat.words:
        fields["words"] = beat.words
    return fields


def _document(text: str) -> Any:
    try:
        return parse_json(text)
    except TextError as error:
        raise ScriptError(error.problem, error.line, error.column) from error


def _beats(document: Any, phrases: PhraseReader) -> list[Beat]:
    if not isinstance(document, dict) or _HEAD not in document:
        raise _FieldError(
            Message(
                'a script was expected, such as {{"{head}": {version}, "beats": []}}',
                head=_HEAD,
                version=FORMAT,
            )
        )
    if document[_HEAD] != FORMAT or isinstance(document[_HEAD], bool):
        raise _FieldError(
            Message(
                "version {version} of the format was expected, the one known here", version=FORMAT
            ),
            _HEAD,
        )
    for name in document:
        if name not in (_HEAD, "beats"):
            raise _FieldError(
                Message("only {head} and beats were expected, not “{name}”", head=_HEAD, name=name),
                name,
            )
    entries = document.get("beats")
    if not isinstance(entries, list):
        raise _FieldError(
            "a list of beats was expected", *(["beats"] if "beats" in document else [])
        )
    beats: list[Beat] = []
    for index, entry in enumerate(entries):
        following = beats[-1].nominal_end if beats else 0.0
        try:
            beats.append(_beat(entry, following, phrases))
        except _FieldError as error:
            raise _FieldError(error.message, "beats", index, *error.path) from error
        except EmoteBotError as error:
            raise _FieldError(error.message, "beats", index) from error
    return beats


def _beat(entry: Any, following: float, phrases: PhraseReader) -> Beat:
    if not isinstance(entry, dict):
        raise _FieldError('a beat was expected, such as {"start": 0, "words": "happy"}')
    for name in entry:
        if name not in _FIELDS:
            raise _FieldError(
                Message("one of {names} was expected, not “{name}”", names=_FIELDS, name=name),
                name,
            )
    words = entry.get("words", "")
    if not isinstance(words, str):
        raise _FieldError(
            Message("words: a text was expected, not “{words}”", words=quotable(words)), "words"
        )
    take = entry.get("take")
    if take is not None and (not isinstance(take, int) or isinstance(take, bool)):
        raise _FieldError(
            Message("take: a whole number was expected, not “{take}”", take=quotable(take)), "take"
        )
    start = _number(entry, "start")
    return Beat(
        _feeling(entry, words, phrases),
        following if start is None else start,
        _number(entry, "transition"),
        _number(entry, "hold"),
        take,
        words,
        _number(entry, "liveliness"),
    )


def _feeling(entry: dict[str, Any], words: str, phrases: PhraseReader) -> Feeling:
    intensity = _number(entry, "intensity")
    emotion = entry.get("emotion")
    if emotion is None:
        if not words:
            raise _FieldError('a feeling was expected: "emotion" or "words"')
        try:
            feeling = phrases.feeling(words)
        except EmoteBotError as error:
            raise _FieldError(
                Message("words: {problem}", problem=error.message), "words"
            ) from error
        return feeling if intensity is None else replace(feeling, intensity=intensity)
    if not isinstance(emotion, dict):
        raise _FieldError('emotion: shares were expected, such as {"fear": 1}', "emotion")
    try:
        feeling = phrases.compound({name: _number(emotion, name) or 0.0 for name in emotion}, 1.0)
    except _FieldError as error:
        raise _FieldError(error.message, "emotion", *error.path) from error
    except EmoteBotError as error:
        raise _FieldError(
            Message("emotion: {problem}", problem=error.message), "emotion"
        ) from error
    return feeling if intensity is None else replace(feeling, intensity=intensity)


def _number(entry: dict[str, Any], name: str) -> float | None:
    """Return a field as a number; None where it is absent or null."""
    value = entry.get(name)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            pass
    raise _FieldError(
        Message("“{name}”: a number was expected, not “{value}”", name=name, value=quotable(value)),
        name,
    )
