# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as SubRip subtitles whose lines carry feelings in square brackets.

``[happy] So you came!`` A tag holds what a beat of the text form may hold but its start: the cue's
start is the beat's start, and the cue's end is the end of its hold, unless the tag says ``for 2s``
or ``until next``. Several tags in one cue, or several feelings in one tag, divide its time equally.
What is spoken has no say in the feelings and is no part of the script: subtitles that EmoteBot
writes hold the tags alone. Subtitles count milliseconds: starts and holds are rounded to them,
everything else stays as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import EmoteBotError
from ..lexicon.lexicon import Lexicon
from ..messages import Message
from ..text_lines import normalised_newlines, position
from .beats import DEFAULT_HOLD, NATURAL_TRANSITION, Beat, EmotionScript
from .parsing import PhraseReader, error_at, ordered_script
from .text_clauses import liveliness_clause, take_clause, transition_clause, written
from .text_format import PhraseWriter, Statement, read_statements

_LATEST = 3_600_000.0
"""Latest second that subtitles can hold: 1000 hours."""

_TIME = r"([0-9]{1,4}):([0-5]?[0-9]):([0-5]?[0-9])[,.]([0-9]{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_TAG = re.compile(r'\[(?P<inside>(?:"(?:[^"\\\n]|\\.)*+"|[^"\[\]\n])*+)\]')


@dataclass(frozen=True)
class _SubtitleCue:
    """Start and end in milliseconds, and where the text of a cue begins and ends."""

    start: int
    end: int
    text_begin: int
    text_end: int


def read_srt(text: str, lexicon: Lexicon) -> EmotionScript:
    """Return the script in the tags of subtitles; cues without a tag have no beat.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    text = normalised_newlines(text)
    phrases = PhraseReader(lexicon)
    beats: list[Beat] = []
    offsets: list[int] = []
    for cue in _cues(text):
        statements = list(_tagged(text, cue, phrases))
        for index, statement in enumerate(statements):
            start, end = (
                cue.start + (cue.end - cue.start) * part // len(statements)
                for part in (index, index + 1)
            )
            try:
                beats.append(_beat(statement, start, end))
            except EmoteBotError as error:
                raise error_at(text, statement.offset, error.message) from error
            offsets.append(statement.offset)
    return ordered_script(beats, lambda index: position(text, offsets[index]))


def write_srt(script: EmotionScript, lexicon: Lexicon) -> str:
    """Return the script as subtitles that hold nothing but tags.

    ``read_srt`` gives it back with starts and holds to the millisecond, all else equal.

    Raises:
        EmoteBotError: two beats start within the same millisecond, one of them too late, or a
            custom expression that the lexicon does not have.
    """
    phrase_writer = PhraseWriter(PhraseReader(lexicon), reserved="[]")
    cues = []
    previous: int | None = None
    for index, beat in enumerate(script.beats, 1):
        start = _milliseconds(beat.start)
        if start == previous:
            raise EmoteBotError(
                "Subtitles cannot part two beats at {start:g} s that start within the same "
                "millisecond",
                start=beat.start,
            )
        previous = start
        hold = _milliseconds(DEFAULT_HOLD if beat.hold is None else beat.hold)
        feeling, label = phrase_writer.phrase(beat)
        until_next = "until next" if beat.hold is None else ""
        clauses = transition_clause(beat), until_next, take_clause(beat), liveliness_clause(beat)
        parts = (feeling, *clauses, label)
        tag = " ".join(part for part in parts if part)
        end = start + _transition(beat.transition) + hold
        cues.append(f"{index}\n{_clock(start)} --> {_clock(end)}\n[{tag}]\n")
    return "\n".join(cues)


def _cues(text: str) -> Iterator[_SubtitleCue]:
    begun: tuple[int, int, int] | None = None
    offset = 0
    for line in text.split("\n"):
        following = offset + len(line) + 1
        if "-->" in line.partition("[")[0]:
            times = _TIMES.fullmatch(line)
            if times is None:
                message = Message(
                    "the times of a cue were expected, such as "
                    "00:00:01,000 --> 00:00:03,500, not “{line}”",
                    line=line,
                )
                raise error_at(text, offset, message)
            if begun:
                yield _SubtitleCue(*begun, offset)
            start, end = _clocked(times.groups()[:4]), _clocked(times.groups()[4:])
            if end < start:
                message = Message("a cue that does not end before it starts was expected")
                raise error_at(text, offset, message)
            begun = (start, end, following)
        elif begun is None and line.strip() and not line.strip().isdigit():
            message = Message(
                "the number or the times of a cue were expected, not “{line}”", line=line
            )
            raise error_at(text, offset, message)
        offset = following
    if begun:
        yield _SubtitleCue(*begun, max(begun[2], len(text)))


def _tagged(text: str, cue: _SubtitleCue, phrases: PhraseReader) -> Iterator[Statement]:
    offset = cue.text_begin
    while (offset := text.find("[", offset, cue.text_end)) >= 0:
        tag = _TAG.match(text, offset, cue.text_end)
        if tag is None:
            message = Message("a closing “]” was expected on the same line")
            raise error_at(text, offset, message)
        statements = list(read_statements(text, *tag.span("inside"), phrases))
        if not statements:
            message = Message("a feeling was expected between “[” and “]”")
            raise error_at(text, offset, message)
        for statement in statements:
            if statement.start is not None:
                message = Message("no start was expected in a tag; the cue's own start counts")
                raise error_at(text, statement.offset, message)
            yield statement
        offset = tag.end()


def _beat(statement: Statement, start: int, end: int) -> Beat:
    hold = statement.hold
    if hold is None and not statement.until_next:
        hold = max(0, end - start - _transition(statement.transition)) / 1000
    return Beat(
        statement.feeling,
        start / 1000,
        statement.transition,
        hold,
        statement.take,
        statement.words,
        statement.liveliness,
    )


def _transition(seconds: float | None) -> int:
    return _milliseconds(NATURAL_TRANSITION if seconds is None else seconds)


def _milliseconds(seconds: float) -> int:
    if seconds > _LATEST:
        raise EmoteBotError(
            "Subtitles reach to {latest:g} s, not to {seconds} s",
            latest=_LATEST,
            seconds=written(seconds),
        )
    return round(seconds * 1000)


def _clock(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{fraction:03}"


def _clocked(groups: tuple[str, ...]) -> int:
    hours, minutes, seconds = (int(group) for group in groups[:3])
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + int(groups[3].ljust(3, "0"))
