# SPDX-License-Identifier: GPL-3.0-or-later
"""Trigger words: a phrase such as "slightly angry but very sad" becomes a feeling.

A word has a mixture of emotions and an intensity of its own. A phrase is read so:

- A modifier multiplies the intensity of the word after it, or of the word before it where none
  follows: "very happy", "happy a lot". "!" strengthens the word before it, and the whole phrase
  when it stands at the end. No intensity passes 1.
- A percentage, or "half", scales a single word: "surprised 80%", "80% surprised", "half happy".
  When each of several words has one, they are the shares of the mixture: "70% fear 30% surprise".
  The words' own intensities are then averaged with these shares; shares below 100 % in all leave
  the feeling that much weaker, shares above are taken in proportion.
- Other words mix in proportion to their intensities, and the intensity is their mean weighted the
  same way: "happily surprised", "angry but sad". The stronger word counts for more.
- "not" and its like are errors: what is not felt says nothing of the face.

- The word of a custom expression, a face that the user has saved, mixes like any other word.

The canonical form gives numbers instead of words: ``fear=0.7 surprise=0.3 intensity=0.5``. A custom
expression has its share of the whole there, with ``_`` for the spaces of its word, and the emotions
share what is left in proportion: ``evil_grin=0.4 fear=0.7 surprise=0.3``.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path

from ..emotions import EMOTIONS, NEUTRAL, CustomExpression, Feeling, Mixture
from ..errors import EmoteBotError, TriggerError
from ..messages import Message
from .phrase import COMMON_WORDS, Phrase
from .word_list import Kind, Term, Token, custom_terms, fold, read_word_list, tokenize

FOLDER = Path(__file__).resolve().parents[2] / "data" / "lexicon"

GREATEST_PERCENTAGE = 1000.0

LONGEST_PHRASE = 10_000
"""Characters of a phrase at most."""

_COMPARED = 40
"""Characters of an unknown word that are compared with known ones."""

_NEAREST = 3
_LEAST_LIKENESS = 0.65
_LIKENESS_RANGE = 0.25
"""How much less like than the likest a word may be to be named beside it."""

_ASSIGNMENT = re.compile(
    r"(?P<name>[^\s=,;]+)\s*=\s*"
    r"(?P<number>[-+]?(?:\d++\.?\d*+|\.\d++)(?:e[-+]?\d++)?)(?P<percent>%?)(?=[\s,;]|$)"
)


class Lexicon:
    """The words that stand for feelings.

    Args:
        terms: key, as ``word_list.read_word_list`` makes it, to term.
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = dict(terms)
        self._reach: dict[str, int] = {}
        for key in self._terms:
            first, *others = key.split(" ")
            self._reach[first] = max(self._reach.get(first, 0), 1 + len(others))

    @classmethod
    def load(cls, extra: Path | None = None, custom: Iterable[CustomExpression] = ()) -> "Lexicon":
        """Return the lexicon of all built-in languages.

        Args:
            extra: a word list of the user's own; its words override the built-in ones.
            custom: expressions that the user has saved; their words override all others.

        Raises:
            EmoteBotError: the user's word list cannot be read or has a fault, or the word of an
                expression cannot be a trigger word.
        """
        lexicon = _built_in()
        if extra is not None:
            lexicon = cls(_overriding(read_word_list(Path(extra)), lexicon._terms))
        return lexicon.with_custom(custom)

    def with_custom(self, custom: Iterable[CustomExpression]) -> "Lexicon":
        """Return this lexicon with custom expressions, whose words override others.

        Raises:
            EmoteBotError: a word that cannot be a trigger word, that is part of a phrase's
                grammar, or that reads like another of them.
        """
        terms = custom_terms(custom)
        for key, term in terms.items():
            overridden = self._terms.get(key)
            if overridden is not None and overridden.kind is not Kind.FEELING:
                raise EmoteBotError(
                    "“{word}” has a meaning of its own between words of feeling, as in "
                    "“very happy but sad”: call your expression something else",
                    word=term.word,
                )
        return Lexicon(_overriding(terms, self._terms)) if terms else self

    def expression(self, word: str) -> CustomExpression | None:
        """Return the custom expression that a word stands for; None where it is none."""
        term = self._terms.get(" ".join(token.text for token in tokenize(word)))
        return None if term is None else term.expression

    def compound(self, amounts: Mapping[str, float], intensity: float) -> Feeling:
        """Return the feeling that ``amounts`` gives of it, to the last bit.

        Args:
            amounts: words of custom expressions to their shares of the whole, and emotions to
                the amounts in which they share what is left.
            intensity: from 0 to 1.

        Raises:
            EmoteBotError: a name that is neither, or amounts that make no feeling.
        """
        custom: dict[CustomExpression, float] = {}
        emotions: dict[str, float] = {}
        for name, amount in amounts.items():
            expression = None if name in EMOTIONS else self.expression(name)
            if expression is not None and amount != 0:
                custom[expression] = custom.get(expression, 0.0) + amount
            elif expression is None and (amount != 0 or name not in EMOTIONS):
                emotions[name] = amount
        mixture = NEUTRAL if custom and not emotions else Mixture.of(emotions)
        return Feeling(mixture, intensity, tuple(custom.items()))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that name a feeling, as their files write them.

        Those of custom expressions come first, then language after language, each in alphabetical
        order.
        """
        return tuple(word for words in self.words_by_language.values() for word in words)

    @cached_property
    def words_by_language(self) -> dict[str, tuple[str, ...]]:
        """The same by the language that their files name, custom expressions first."""
        by_language: dict[str, list[str]] = {}
        for term in self._terms.values():
            if term.kind is Kind.FEELING:
                by_language.setdefault(term.language, []).append(term.word)
        return {name: tuple(sorted(words, key=str.casefold)) for name, words in by_language.items()}

    def read(self, text: str) -> Feeling:
        """Return the feeling that a phrase names.

        Raises:
            TriggerError: an unknown word, a number out of range, no feeling at all, or more than
                ``LONGEST_PHRASE`` characters.
        """
        if len(text) > LONGEST_PHRASE:
            raise TriggerError(
                Message(
                    "A feeling is named in {longest} characters at most, not in {count}",
                    longest=LONGEST_PHRASE,
                    count=len(text),
                )
            )
        tokens = tokenize(text)
        if any(token.text == "=" for token in tokens):
            return self._read_canonical(text)
        phrase = Phrase()
        position = 0
        while position < len(tokens):
            token = tokens[position]
            term, length = self._match(tokens, position)
            if term is not None:
                phrase.add(term, token.start)
                position += length
            elif token.number:
                unit, length = self._match(tokens, position + 1)
                phrase.add_share(_share(token, unit), token.start)
                position += 1 + length
            else:
                raise self._unknown(text, tokens, position)
        return phrase.feeling(len(text))

    def _read_canonical(self, text: str) -> Feeling:
        """Return the feeling that the canonical form gives."""
        folded, offsets = fold(text)
        values: dict[str, float] = {}
        position = len(folded) - len(folded.lstrip())
        while position < len(folded):
            offset = offsets[position]
            match = _ASSIGNMENT.match(folded, position)
            if match is None:
                raise TriggerError(
                    "The exact form is written fear=0.7 surprise=0.3 intensity=0.5", offset
                )
            name = match["name"]
            if name not in (*EMOTIONS, "intensity") and self.expression(name) is None:
                raise TriggerError(
                    Message(
                        "“{name}” is none of {names}", name=name, names=(*EMOTIONS, "intensity")
                    ),
                    offset,
                )
            if name in values:
                raise TriggerError(
                    Message("“{name}” stands here for the second time", name=name), offset
                )
            value = float(match["number"]) / (100 if match["percent"] else 1)
            if not 0 <= value <= 1:
                raise TriggerError(
                    Message(
                        "“{name}” is a number from 0 to 1, not {value:g}", name=name, value=value
                    ),
                    offset,
                )
            values[name] = value
            position = len(folded) - len(folded[match.end() :].lstrip(" \t\n\r,;"))
        intensity = values.pop("intensity", 1.0)
        if sum(values.values()) == 0:
            raise TriggerError(
                Message("The exact form needs a share of one of {emotions}", emotions=EMOTIONS)
            )
        try:
            return self.compound(values, intensity)
        except EmoteBotError as error:
            raise TriggerError(error.message) from error

    def _match(self, tokens: list[Token], position: int) -> tuple[Term | None, int]:
        """Return the longest term that begins at a token, and its number of tokens."""
        if position >= len(tokens):
            return None, 0
        reach = min(self._reach.get(tokens[position].text, 0), len(tokens) - position)
        for length in range(reach, 0, -1):
            key = " ".join([token.text for token in tokens[position : position + length]])
            term = self._terms.get(key)
            if term is not None:
                return term, length
        return None, 0

    def _unknown(self, text: str, tokens: list[Token], position: int) -> TriggerError:
        """Return the error for the token at a position and what is written as one with it."""
        last = position
        while last + 1 < len(tokens):
            between = text[tokens[last].end : tokens[last + 1].start]
            if len(between) > 1 or between.isspace() or not tokens[last + 1].text[0].isalpha():
                break
            if self._match(tokens, last + 1)[0] is not None:
                break
            last += 1
        start = tokens[position].start
        word = text[start : tokens[last].end].strip()
        nearest = self._nearest("".join(token.text for token in tokens[position : last + 1]))
        words = nearest or COMMON_WORDS
        message = Message("“{word}” is unknown: try {words}", word=word, words=words)
        return TriggerError(message, start)

    def _nearest(self, word: str) -> list[str]:
        """Return the words most like a folded word, the likest first; possibly none."""
        matcher = SequenceMatcher(b=word[:_COMPARED], autojunk=False)
        likeness: dict[str, float] = {}
        for key, term in self._terms.items():
            if term.kind not in (Kind.FEELING, Kind.SCALE, Kind.SHARE):
                continue
            matcher.set_seq1(key.replace(" ", ""))
            if matcher.real_quick_ratio() < _LEAST_LIKENESS:
                continue
            if matcher.quick_ratio() < _LEAST_LIKENESS or matcher.ratio() < _LEAST_LIKENESS:
                continue
            # Between words equally like, one in English with the same beginning is likelier meant.
            english, same_start = term.language == "en", key[0] == word[0]
            likeness[term.word] = matcher.ratio() + 0.05 * english + 0.05 * same_start
        ordered = sorted(likeness, key=lambda word: (-likeness[word], word))[:_NEAREST]
        return [word for word in ordered if likeness[word] > likeness[ordered[0]] - _LIKENESS_RANGE]


def amounts(feeling: Feeling) -> dict[str, float]:
    """Return what a feeling is made of, as ``Lexicon.compound`` gives it back."""
    custom = {expression.word: share for expression, share in feeling.custom}
    return custom | feeling.mixture.amounts() if feeling.mixture_share > 0 else custom


def canonical_form(feeling: Feeling) -> str:
    """Return the phrase that reads as exactly this feeling, to the last bit.

    Custom expressions are read back by a lexicon that has them.
    """
    parts = [*amounts(feeling).items(), ("intensity", feeling.intensity)]
    return " ".join(f"{'_'.join(name.split())}={_written(number)}" for name, number in parts)


def _overriding(terms: Mapping[str, Term], others: Mapping[str, Term]) -> dict[str, Term]:
    """Return both, the terms before the others, in whose place they stand."""
    return {**terms, **{key: term for key, term in others.items() if key not in terms}}


@cache
def _built_in() -> Lexicon:
    terms: dict[str, Term] = {}
    for path in sorted(FOLDER.glob("*.json"), key=lambda path: (path.stem != "en", path)):
        for key, term in read_word_list(path).items():
            terms.setdefault(key, term)
    return Lexicon(terms)


def _share(number: Token, unit: Term | None) -> float:
    """Return the share that a number and its unit stand for, 1 for 100 %."""
    if unit is None or unit.kind is not Kind.PERCENT:
        raise TriggerError(
            Message(
                "“{number}” needs a percent sign to say how strongly, as in 80%", number=number.text
            ),
            number.start,
        )
    percentage = float(number.text.replace(",", "."))
    if not 0 <= percentage <= GREATEST_PERCENTAGE:
        raise TriggerError(
            Message(
                "A percentage is from 0% to {greatest:g}%, not {percentage:g}%",
                greatest=GREATEST_PERCENTAGE,
                percentage=percentage,
            ),
            number.start,
        )
    return percentage / 100


def _written(number: float) -> str:
    return repr(abs(float(number))).removesuffix(".0")
