# SPDX-License-Identifier: GPL-3.0-or-later
"""A script of feelings: beats in seconds."""

import math
from dataclasses import dataclass

from ..emotions import Feeling
from ..errors import EmoteBotError

LARGEST_TAKE = 2**63 - 1
"""Seeds are whole numbers of 64 bits with a sign."""

NATURAL_TRANSITION = 0.5
"""Seconds that the timeline allows for a transition without a time of its own."""

DEFAULT_HOLD = 1.5
"""Seconds that the timeline allows for a beat without a hold of its own."""


@dataclass(frozen=True)
class Beat:
    """One feeling of a script and when it is felt.

    Attributes:
        feeling: mixture and intensity.
        start: second at which the transition to the feeling starts, 0 or later.
        transition: seconds from the start to the apex; None for the emotion's natural time.
        hold: seconds at the apex, after which the face relaxes to neutral unless the next beat
            has begun (a beat always ends the one before it); None to stay until the next beat.
        take: seed of this take of the expression, 0 to ``LARGEST_TAKE``; None to draw it from
            the performance's seed.
        words: the words as the user wrote them, for labels; may be empty.
        liveliness: how much the feeling moves while it is held, 0 to 1; None for what the
            performance has.
        recording: path of a recorded face that plays from the start on, in place of the feeling,
            which is there once it has played; empty for none.

    Raises:
        EmoteBotError: a time, a take or a liveliness outside its range, or words or a path that no
            file can hold.
    """

    feeling: Feeling
    start: float = 0.0
    transition: float | None = None
    hold: float | None = None
    take: int | None = None
    words: str = ""
    liveliness: float | None = None
    recording: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and self.start >= 0):
            raise EmoteBotError(
                "A beat's start is a number of seconds from 0, not {start:g}", start=self.start
            )
        if self.hold is not None and not (math.isfinite(self.hold) and self.hold >= 0):
            raise EmoteBotError(
                "A beat's hold is a number of seconds from 0, not {hold:g}", hold=self.hold
            )
        if self.transition is not None and not (
            math.isfinite(self.transition) and self.transition > 0
        ):
            raise EmoteBotError(
                "A beat's transition takes a number of seconds above 0, not {transition:g}",
                transition=self.transition,
            )
        if self.take is not None and not 0 <= self.take <= LARGEST_TAKE:
            raise EmoteBotError(
                "A beat's take is a whole number from 0 to {largest}", largest=LARGEST_TAKE
            )
        if self.liveliness is not None and not 0 <= self.liveliness <= 1:
            raise EmoteBotError(
                "A beat's liveliness is a number from 0 to 1, not {liveliness:g}",
                liveliness=self.liveliness,
            )
        texts = self.words + self.recording
        if "\0" in texts or any("\ud800" <= char <= "\udfff" for char in texts):
            raise EmoteBotError("A beat's words are text, without null or broken characters")

    @property
    def nominal_end(self) -> float:
        """Second at which the timeline counts the beat as played out."""
        transition = NATURAL_TRANSITION if self.transition is None else self.transition
        return self.start + transition + (DEFAULT_HOLD if self.hold is None else self.hold)


@dataclass(frozen=True)
class EmotionScript:
    """Beats in the order of their starts, no two at the same time; possibly none.

    Raises:
        EmoteBotError: beats in another order, or two at the same time.
    """

    beats: tuple[Beat, ...]

    def __post_init__(self) -> None:
        for first, second in zip(self.beats, self.beats[1:], strict=False):
            if second.start <= first.start:
                raise EmoteBotError(
                    "Beats start one after the other, but one at {start:g} s "
                    "follows one at {previous:g} s",
                    start=second.start,
                    previous=first.start,
                )

    @property
    def duration(self) -> float:
        """Seconds until the last beat has been played out; 0 without beats."""
        return self.beats[-1].nominal_end if self.beats else 0.0
