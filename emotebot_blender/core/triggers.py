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

The exact form gives numbers instead of words: ``fear=0.7 surprise=0.3 intensity=0.5``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path

from .emotions import EMOTIONS, Feeling, Mixture
from .errors import EmoteBotError
from .wordlist import Kind, Term, Token, fold, read_word_list, tokens

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"

GREATEST_PERCENTAGE = 1000.0

_GREATEST_STRENGTH = 1e6
_SHOWN = 40
"""Characters of an unknown word that a message quotes and compares."""

_NEAREST = 3
_LEAST_LIKENESS = 0.65
_LIKENESS_RANGE = 0.25
"""How much less like than the likest a word may be to be named beside it."""

_DECIMALS = 6
_SECOND_PERCENTAGE = "A word of feeling has one percentage, and here is a second one"
_COMMON = ("happy", "sad", "surprised", "angry", "afraid", "disgusted", "contemptuous", "neutral")
_ASSIGNMENT = re.compile(
    r"(?P<name>[^\W\d_]+)\s*=\s*"
    r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?P<percent>%?)(?=[\s,;]|$)"
)


class TriggerError(EmoteBotError):
    """A phrase that names no feeling.

    Args:
        message: what is wrong and what would be right.
        offset: where in the phrase, in characters from 0.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class Lexicon:
    """The words that stand for feelings.

    Args:
        terms: key, as ``wordlist.read_word_list`` makes it, to term.
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = dict(terms)
        self._reach: dict[str, int] = {}
        for key in self._terms:
            first, _, rest = key.partition(" ")
            length = 2 + rest.count(" ") if rest else 1
            if self._reach.get(first, 0) < length:
                self._reach[first] = length

    @classmethod
    def load(cls, extra: Path | None = None) -> "Lexicon":
        """Return the lexicon of all built-in languages.

        Args:
            extra: a word list of the user's own; its words override the built-in ones.

        Raises:
            EmoteBotError: the user's word list cannot be read or has a fault.
        """
        if extra is None:
            return _built_in()
        own = read_word_list(Path(extra))
        built_in = {key: term for key, term in _built_in()._terms.items() if key not in own}
        return cls(own | built_in)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that name a feeling, as their files write them.

        The user's own come first, then language after language, each in alphabetical order.
        """
        by_language: dict[str, list[str]] = {}
        for term in self._terms.values():
            if term.kind is Kind.FEELING:
                by_language.setdefault(term.language, []).append(term.shown)
        return tuple(
            word for words in by_language.values() for word in sorted(words, key=str.casefold)
        )

    def read(self, text: str) -> Feeling:
        """Return the feeling that a phrase names.

        Raises:
            TriggerError: an unknown word, a number out of range, or no feeling at all.
        """
        parted = tokens(text)
        if any(token.text == "=" for token in parted):
            return _read_exact(text)
        phrase = _Phrase()
        position = 0
        while position < len(parted):
            token = parted[position]
            term, length = self._match(parted, position)
            if term is not None:
                phrase.add(term, token.start)
                position += length
            elif token.number:
                unit, length = self._match(parted, position + 1)
                phrase.add_share(_share(token, unit), token.start)
                position += 1 + length
            else:
                raise self._unknown(text, parted, position)
        return phrase.feeling(len(text))

    def _match(self, parted: list[Token], position: int) -> tuple[Term | None, int]:
        """Return the longest term that begins at a token, and its number of tokens."""
        if position >= len(parted):
            return None, 0
        reach = min(self._reach.get(parted[position].text, 0), len(parted) - position)
        for length in range(reach, 0, -1):
            key = " ".join([token.text for token in parted[position : position + length]])
            term = self._terms.get(key)
            if term is not None:
                return term, length
        return None, 0

    def _unknown(self, text: str, parted: list[Token], position: int) -> TriggerError:
        """Return the error for the token at a position and what is written as one with it."""
        last = position
        while last + 1 < len(parted):
            between = text[parted[last].end : parted[last + 1].start]
            if len(between) > 1 or between.isspace() or not parted[last + 1].text[0].isalpha():
                break
            if self._match(parted, last + 1)[0] is not None:
                break
            last += 1
        start = parted[position].start
        word = text[start : parted[last].end].strip()
        shown = word if len(word) <= _SHOWN else word[: _SHOWN - 1] + "…"
        nearest = self._nearest("".join(token.text for token in parted[position : last + 1]))
        hint = f"the nearest are {_listed(nearest)}" if nearest else f"try {_listed(_COMMON)}"
        return TriggerError(f"“{shown}” is not a known trigger word; {hint}", start)

    def _nearest(self, word: str) -> list[str]:
        """Return the words most like a folded word, the likest first; possibly none."""
        matcher = SequenceMatcher(b=word[:_SHOWN], autojunk=False)
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
            likeness[term.shown] = matcher.ratio() + 0.05 * english + 0.05 * same_start
        ordered = sorted(likeness, key=lambda shown: (-likeness[shown], shown))[:_NEAREST]
        return [
            shown for shown in ordered if likeness[shown] > likeness[ordered[0]] - _LIKENESS_RANGE
        ]


def exact_form(feeling: Feeling) -> str:
    """Return the phrase that reads as exactly this feeling, to the last bit."""
    parts = [*feeling.mixture.amounts().items(), ("intensity", feeling.intensity)]
    return " ".join(f"{name}={_written(number)}" for name, number in parts)


@cache
def _built_in() -> Lexicon:
    terms: dict[str, Term] = {}
    for path in sorted(FOLDER.glob("*.json"), key=lambda path: (path.stem != "en", path)):
        for key, term in read_word_list(path).items():
            terms.setdefault(key, term)
    return Lexicon(terms)


@dataclass
class _Word:
    """A word of feeling in a phrase, with what the phrase says of its strength."""

    term: Term
    strength: float
    share: float | None

    @property
    def intensity(self) -> float:
        """Intensity without the share, from 0 to 1."""
        return min(1.0, self.term.value * min(self.strength, _GREATEST_STRENGTH))


class _Phrase:
    """A phrase while it is read from its first term to its last.

    A part of a phrase goes from one joining word to the next. Its percentages stand after their
    words if a word came before the first of them, else before their words.
    """

    def __init__(self) -> None:
        self._words: list[_Word] = []
        self._strength = 1.0  # of modifiers that wait for a word
        self._share: float | None = None  # of a percentage that waits for a word
        self._exclamation = 1.0
        self._part_start = 0
        self._shares_follow: bool | None = None
        self._dangling: tuple[str, int] | None = None  # joining word that waits for a part

    def add(self, term: Term, offset: int) -> None:
        """Take in a term that stands at an offset."""
        match term.kind:
            case Kind.FEELING:
                self._add_word(term)
            case Kind.SCALE:
                self._strength *= term.value
            case Kind.EXCLAIM:
                self._exclamation *= term.value
            case Kind.SHARE:
                self.add_share(term.value, offset)
            case Kind.JOINING:
                self._end_part(offset)
                if term.shown[0].isalpha():
                    self._dangling = (term.shown, offset)
            case Kind.NEGATING:
                raise TriggerError(
                    f"“{term.shown}” says what is not felt; name what is felt instead", offset
                )
            case Kind.PERCENT:
                raise TriggerError(f"“{term.shown}” needs a number before it, as in 80%", offset)

    def add_share(self, share: float, offset: int) -> None:
        """Take in the share of a word, 1 for all of it, that stands at an offset."""
        if self._shares_follow is None:
            self._shares_follow = len(self._words) > self._part_start
        if self._shares_follow:
            self._give_share(self._words[-1], share, offset)
        elif self._share is None:
            self._share = share
        else:
            raise TriggerError(_SECOND_PERCENTAGE, offset)

    def _add_word(self, term: Term) -> None:
        if self._words:
            self._words[-1].strength *= self._exclamation
        else:
            self._strength *= self._exclamation
        self._words.append(_Word(term, self._strength, self._share))
        self._exclamation, self._strength, self._share = 1.0, 1.0, None
        self._dangling = None

    def _give_share(self, word: _Word, share: float, offset: int) -> None:
        if word.share is not None:
            raise TriggerError(_SECOND_PERCENTAGE, offset)
        word.share = share

    def _end_part(self, offset: int) -> None:
        """Give what waits for a word to the last one; before the first word it waits on."""
        if self._words:
            self._words[-1].strength *= self._strength
            self._strength = 1.0
            if self._share is not None:
                self._give_share(self._words[-1], self._share, offset)
                self._share = None
        self._part_start = len(self._words)
        self._shares_follow = None

    def feeling(self, end: int) -> Feeling:
        """Return what the whole phrase, which ends at an offset, stands for."""
        self._end_part(end)
        words = self._words
        if not words:
            raise TriggerError(f"No feeling is named here; try {_listed(_COMMON)}")
        if self._dangling:
            joining, offset = self._dangling
            raise TriggerError(f"“{joining}” needs a feeling after it", offset)
        for word in words:
            word.strength *= self._exclamation
        shares = [word.share for word in words if word.share is not None]
        if len(words) > 1 and len(shares) == len(words):
            weights = shares
            parts = zip(shares, words, strict=True)
            intensity = sum(share * word.intensity for share, word in parts) / max(1.0, sum(shares))
        else:
            weights = [
                min(1.0, word.intensity * (1.0 if word.share is None else word.share))
                for word in words
            ]
            intensity = sum(weight**2 for weight in weights) / (sum(weights) or 1.0)
        if sum(weights) < 1e-9:
            weights = [1.0] * len(words)
        return Feeling(_mixed(words, weights), round(min(1.0, intensity), _DECIMALS))


def _mixed(words: list[_Word], weights: list[float]) -> Mixture:
    amounts = dict.fromkeys(EMOTIONS, 0.0)
    for word, weight in zip(words, weights, strict=True):
        assert word.term.mixture is not None
        for emotion, share in word.term.mixture.amounts().items():
            amounts[emotion] += share * weight
    return Mixture.of(amounts)


def _share(number: Token, unit: Term | None) -> float:
    """Return the share that a number and its unit stand for, 1 for 100 %."""
    if unit is None or unit.kind is not Kind.PERCENT:
        raise TriggerError(
            f"“{number.text}” needs a percent sign to say how strongly, as in 80%", number.start
        )
    percentage = float(number.text.replace(",", "."))
    if not 0 <= percentage <= GREATEST_PERCENTAGE:
        raise TriggerError(
            f"A percentage is from 0% to {GREATEST_PERCENTAGE:g}%, not {percentage:g}%",
            number.start,
        )
    return percentage / 100


def _read_exact(text: str) -> Feeling:
    """Return the feeling that the exact form gives."""
    folded, places = fold(text)
    values: dict[str, float] = {}
    position = len(folded) - len(folded.lstrip())
    while position < len(folded):
        match = _ASSIGNMENT.match(folded, position)
        if match is None:
            raise TriggerError(
                "The exact form is written fear=0.7 surprise=0.3 intensity=0.5", places[position]
            )
        name = match["name"]
        offset = places[position]
        if name not in (*EMOTIONS, "intensity"):
            raise TriggerError(
                f"“{name}” is none of {_listed((*EMOTIONS, 'intensity'))}", places[position]
            )
        if name in values:
            raise TriggerError(f"“{name}” stands here for the second time", offset)
        value = float(match["number"]) / (100 if match["percent"] else 1)
        if not 0 <= value <= 1:
            raise TriggerError(f"“{name}” is a number from 0 to 1, not {value:g}", offset)
        values[name] = value
        position = len(folded) - len(folded[match.end() :].lstrip(" \t\n\r,;"))
    intensity = values.pop("intensity", 1.0)
    if sum(values.values()) == 0:
        raise TriggerError(f"The exact form needs a share of one of {_listed(EMOTIONS)}")
    return Feeling(Mixture.of(values), intensity)


def _written(number: float) -> str:
    return repr(abs(float(number))).removesuffix(".0")


def _listed(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
