# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that the interface knows, and the expressions that users save under words of their own.

Own expressions are kept by the scene in which they were saved and known in the whole file.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from .events import WordsEdited
from .preferences import choices
from .runtime import runtime
from .translation import language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..core.emotions import CustomExpression, Feeling
    from ..core.lexicon.lexicon import Lexicon

_LANGUAGES = frozenset(("de", "en", "es", "fr", "ja", "pt", "zh"))
"""Of the words that come along; other lists are the user's own, or emoji."""

_Saved = tuple[tuple[str, str], ...]
"""(word, weights as JSON) pairs of own expressions."""


def lexicon() -> "Lexicon":
    """Return the trigger words: of the file's own expressions, of the user's list, and built-in.

    Raises:
        EmoteBotError: the user's list or an own expression cannot be read.
    """
    own = choices().word_list
    changed = own.stat().st_mtime_ns if own and own.is_file() else 0
    return _load_lexicon(own, changed, _saved())


def problem_in(words: str) -> Message | None:
    """Return what is wrong with the words of a feeling, or with a list; None if nothing is."""
    try:
        return _problem_in(words, lexicon())
    except EmoteBotError as error:
        return error.message


def complete(typed: str) -> list[str]:
    """Return what the last word of a feeling being typed may become.

    Words of the file's own and of the language that is spoken come alone, else those of all.
    """
    before, space, last = typed.rpartition(" ")
    start = last.casefold()
    try:
        reader = lexicon()
    except EmoteBotError:
        return []  # the panel says what is wrong with the list
    others = _LANGUAGES - {language()}
    by_language = reader.words_by_language.items()
    likely = [word for spoken, words in by_language if spoken not in others for word in words]
    offered = [word for word in likely if word.startswith(start)]
    offered = offered or [word for word in reader.words if word.startswith(start)]
    return [before + space + word for word in offered]


def feeling(words: str, intensity: float, reader: "Lexicon | None" = None) -> "Feeling":
    """Return the feeling of the words, its intensity scaled and held at 1.

    Args:
        words: that name it.
        intensity: what theirs is scaled by.
        reader: what ``lexicon`` returns, for those who read many words.

    Raises:
        EmoteBotError: a word is unknown, or the intensity is no number from 0.
    """
    if not (math.isfinite(intensity) and intensity >= 0):
        raise EmoteBotError(
            "An intensity is a number from 0, not {intensity:g}", intensity=intensity
        )
    return _feeling(reader or lexicon(), words, intensity)


def with_intensity(words: str, intensity: float, reader: "Lexicon | None" = None) -> str:
    """Return words that mean other words at a scaled intensity, such as "happy 80%".

    Args:
        words: that name a feeling.
        intensity: what theirs is scaled by.
        reader: what ``lexicon`` returns, for those who read many words.

    Raises:
        EmoteBotError: the words are none, or no words can say it.
    """
    reader = reader or lexicon()
    return _with_intensity(reader, words, intensity, feeling(words, intensity, reader))


def own_expressions() -> "list[CustomExpression]":
    """Return the file's own expressions, in the order of their words.

    Raises:
        EmoteBotError: one of them was damaged.
    """
    return [_expression(word, weights) for word, weights in sorted(_saved())]


def damaged_expressions() -> list[str]:
    """Return the words of own expressions that cannot be used, and are left out of the lexicon."""
    kept = {word for word, _ in _usable(_saved())}
    return [word for word, _ in _saved() if word not in kept]


def save_expression(scene: bpy.types.Scene, word: str, weights: "NDArray[np.float32]") -> str:
    """Save weights under a word, in place of what the word meant in this file before.

    Args:
        scene: which keeps them, where no scene has the word yet.
        word: what they are to be called.
        weights: shape (52,), 0 to 1.

    Returns:
        The word as it was saved.

    Raises:
        EmoteBotError: the word can be none, or there is nothing to see on the face.
    """
    from ..core.script.custom_words import check_custom_word

    word = " ".join(word.split())
    check_custom_word(word, lexicon())
    moved = {
        name: round(float(weight), 4)
        for name, weight in zip(CHANNELS, weights, strict=True)
        if weight >= 0.0005
    }
    if not moved:
        raise EmoteBotError("The face is at rest: pose it before it is saved under a word")
    _keep(scene, word, json.dumps(moved))
    runtime().events.emit(WordsEdited())
    return word


def forget_expression(word: str) -> bool:
    """Remove an own expression from the file; return whether there was one."""
    key, is_removed = _key(word), False
    for scene in bpy.data.scenes:
        kept = scene.emotebot.expressions
        if not scene.is_editable:
            continue  # they would come back with the next opening
        for index in reversed(range(len(kept))):
            if _key(kept[index].word) == key:
                kept.remove(index)
                is_removed = True
    if is_removed:
        runtime().events.emit(WordsEdited())
    return is_removed


def export_expressions(path: Path) -> None:
    """Write the file's own expressions as a word list.

    Raises:
        EmoteBotError: there is none, or the file cannot be written.
    """
    from ..core.lexicon.word_list import write_word_list

    expressions = own_expressions()
    if not expressions:
        raise EmoteBotError("This file has no own expressions to export")
    try:
        path.write_text(write_word_list(expressions), encoding="utf-8")
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be written: {reason}", path=path, reason=error.strerror
        ) from error


def import_expressions(scene: bpy.types.Scene, path: Path) -> None:
    """Take the expressions of a word list into the file, in place of those of the same words.

    Raises:
        EmoteBotError: the list cannot be read, or holds no expressions.
    """
    from ..core.lexicon.word_list import read_word_list

    expressions = {
        term.expression.word: term.expression
        for term in read_word_list(path).values()
        if term.expression is not None
    }
    if not expressions:
        raise EmoteBotError("{path} holds no expressions", path=path)
    take_expressions(scene, expressions.values())


def take_expressions(scene: bpy.types.Scene, expressions: "Iterable[CustomExpression]") -> None:
    """Take expressions into the file, in place of those of the same words.

    Args:
        scene: where those are kept whose words are new to the file.
        expressions: none or some; such as the words of a list or of a script stand for.

    Raises:
        EmoteBotError: a word can be that of no expression; nothing has been taken then.
    """
    from ..core.script.custom_words import check_custom_word

    ordered = sorted(expressions, key=lambda expression: expression.word)
    for expression in ordered:
        check_custom_word(expression.word, lexicon())
    for expression in ordered:
        _keep(scene, expression.word, json.dumps(expression.amounts()))
    if ordered:
        runtime().events.emit(WordsEdited())


def _keep(scene: bpy.types.Scene, word: str, weights: str) -> None:
    """Keep weights under a word, in every scene that knows it, else in this one."""
    same = [
        own
        for other in bpy.data.scenes
        if other.is_editable
        for own in other.emotebot.expressions
        if _key(own.word) == _key(word)
    ]
    for own in same or [scene.emotebot.expressions.add()]:
        own.word, own.weights = word, weights


def _saved() -> _Saved:
    by_key: dict[str, tuple[str, str]] = {}
    for scene in bpy.data.scenes:
        for own in scene.emotebot.expressions:
            by_key.setdefault(
                _key(own.word), (own.word, own.weights)
            )  # a copied scene has them too
    return tuple(by_key.values())


def _key(word: str) -> str:
    from ..core.lexicon.word_list import tokenize

    return " ".join(token.text for token in tokenize(word))


def _expression(word: str, weights: str) -> "CustomExpression":
    from ..core.emotions import CustomExpression

    try:
        named = json.loads(weights)
        return CustomExpression(word, tuple(float(named.get(name, 0.0)) for name in CHANNELS))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise EmoteBotError(
            "The own expression “{word}” was damaged; save it anew or remove it", word=word
        ) from error


@lru_cache(maxsize=4)
def _load_lexicon(own: Path | None, _changed: int, saved: _Saved) -> "Lexicon":
    from ..core.lexicon.lexicon import Lexicon

    return Lexicon.load(own, [_expression(word, weights) for word, weights in _usable(saved)])


@lru_cache(maxsize=4)
def _usable(saved: _Saved) -> _Saved:
    """Return those expressions that were not damaged and whose words can be trigger words."""
    from ..core.lexicon.lexicon import Lexicon
    from ..core.script.custom_words import check_custom_word

    kept = []
    for word, weights in saved:
        try:
            _expression(word, weights)
            check_custom_word(word, Lexicon.load())
        except EmoteBotError:
            continue  # the panel names it
        kept.append((word, weights))
    return tuple(kept)


@lru_cache(maxsize=512)
def _problem_in(words: str, lexicon: "Lexicon") -> Message | None:
    """Return what is wrong with words; kept, as the nearest words take a while to find."""
    try:
        lexicon.read(words)
    except EmoteBotError as error:
        return error.message
    return None


@lru_cache(maxsize=1024)
def _feeling(reader: "Lexicon", words: str, intensity: float) -> "Feeling":
    """Return the feeling of words; kept, as all beats are read whenever one is edited."""
    unscaled = reader.read(words)
    return replace(unscaled, intensity=min(unscaled.intensity * intensity, 1.0))


@lru_cache(maxsize=1024)
def _with_intensity(reader: "Lexicon", words: str, intensity: float, scaled: "Feeling") -> str:
    """Return words that mean a feeling which others mean at a scaled intensity; kept as well."""
    from ..core.lexicon.lexicon import canonical_form

    for form in (words, f"{words} {100 * intensity:.4g}%"):
        try:
            if reader.read(form) == scaled:
                return form
        except EmoteBotError:
            continue  # such as a second percentage: the numbers say it
    return canonical_form(scaled)
