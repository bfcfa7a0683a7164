# SPDX-License-Identifier: GPL-3.0-or-later
"""A phrase while it is read: the terms of a lexicon, one after the other, become a feeling.

``lexicon`` says by what rules.
"""

from dataclasses import dataclass

from ..emotions import EMOTIONS, NEUTRAL, ROUNDING, CustomExpression, Feeling, Mixture
from ..errors import TriggerError
from ..messages import Message
from .word_list import Kind, Term

COMMON_WORDS = (
    "happy", "sad", "surprised", "angry", "afraid", "disgusted", "contemptuous", "neutral"
)  # fmt: skip
"""Words to name to someone who has named none that is known."""

_GREATEST_STRENGTH = 1e6
_DECIMALS = 6
_SECOND_PERCENTAGE = Message("A word of feeling has one percentage, and here is a second one")


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


class Phrase:
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
        """Take in a term that stands at an offset.

        Raises:
            TriggerError: a term that cannot stand there.
        """
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
                if term.word[0].isalpha():
                    self._dangling = (term.word, offset)
            case Kind.NEGATING:
                raise TriggerError(
                    Message(
                        "“{word}” says what is not felt; name what is felt instead", word=term.word
                    ),
                    offset,
                )
            case Kind.PERCENT:
                raise TriggerError(
                    Message("“{word}” needs a number before it, as in 80%", word=term.word), offset
                )

    def add_share(self, share: float, offset: int) -> None:
        """Take in the share of a word, 1 for all of it, that stands at an offset.

        Raises:
            TriggerError: a second share for the same word.
        """
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
        """Return what the whole phrase, which ends at an offset, stands for.

        Raises:
            TriggerError: no word of feeling, a joining word without one after it, or a share
                without a word.
        """
        self._end_part(end)
        words = self._words
        if not words:
            raise TriggerError(Message("No feeling is named here; try {words}", words=COMMON_WORDS))
        if self._dangling:
            joining, offset = self._dangling
            raise TriggerError(Message("“{word}” needs a feeling after it", word=joining), offset)
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
        return _feeling_of(words, weights, round(min(1.0, intensity), _DECIMALS))


def _feeling_of(words: list[_Word], weights: list[float], intensity: float) -> Feeling:
    """Return the feeling of words with their weights, which are not all 0."""
    amounts = dict.fromkeys(EMOTIONS, 0.0)
    custom: dict[CustomExpression, float] = {}
    for word, weight in zip(words, weights, strict=True):
        assert word.term.mixture is not None
        if word.term.expression is not None:
            custom[word.term.expression] = custom.get(word.term.expression, 0.0) + weight
            continue
        for emotion, share in word.term.mixture.amounts().items():
            amounts[emotion] += share * weight
    total = sum(weights)
    shares = tuple((face, part / total) for face, part in custom.items() if part / total > 0)
    remainder = 1 - sum(share for _, share in shares)
    emotional = not shares or (remainder > ROUNDING and any(amounts.values()))
    return Feeling(Mixture.of(amounts) if emotional else NEUTRAL, intensity, shares)
