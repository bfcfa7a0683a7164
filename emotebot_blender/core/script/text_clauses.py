# SPDX-License-Identifier: GPL-3.0-or-later
"""Clauses of the text form: what a beat says beside its feeling; ``text_format`` lists them."""

import json
import math
import re
from dataclasses import dataclass

from ..messages import Message
from .beats import LARGEST_TAKE, Beat
from .parsing import error_at

LABEL = r'"(?:[^"\\\n]|\\.)*+"'
OPEN = r'"[^\n]*+'  # taken whole, so that no other quotation mark is searched for its end again
"""Patterns of a label in quotation marks, and of one that has no end on its line."""

# Quantifiers are possessive: "at 80%" must not be read as the time 8 with "0%" to follow.
_CLOCK = r"[0-9]++:[0-9]++(?::[0-9]++)?+(?:[.,][0-9]++)?+"
_NUMBER = r"[-+]?+(?:(?:[0-9]++(?:[.,][0-9]++)?+|[.][0-9]++)(?:e[-+]?+[0-9]++)?+|(?:nan|inf)\b)"
_UNIT = r"(?P<unit>ms|msecs?|milliseconds?|s|secs?|seconds?|mins?|minutes?)(?!\w)"
_PERCENT = r"\s*+(?:[%％]|percent\b|per\s+cent\b)"
_NO_SHARE = rf"(?!{_PERCENT})"
PREFIX = re.compile(
    rf"(?P<time>(?>{_CLOCK}|{_NUMBER}))(?:\s*+{_UNIT})?+{_NO_SHARE}(?![\w.:])", re.IGNORECASE
)
"""A time in front of a statement."""

CLAUSE = re.compile(
    rf"(?<!\w)recording\s+(?P<recording>{LABEL})"
    rf"|(?P<label>{LABEL})|(?P<open>{OPEN})"
    r"|(?<!\w)(?P<stay>until\s+(?:the\s+)?next(?:\s+beat)?)(?!\w)"
    r"|(?<!\w)take\s+(?P<take>[-+]?[0-9][\w.]*)"
    rf"|(?<!\w)lively\s+(?P<lively>{_NUMBER})(?P<percent>{_PERCENT})?+(?![\w.:])"
    rf"|(?<!\w)(?P<key>over|in|for|at)\s+(?P<time>(?>{_CLOCK}|{_NUMBER}))"
    rf"(?>\s*+{_UNIT}|(?P<wrong>[^\W\d_]\w*|\s++(?:frames?|hours?|hrs?|h)\b)|){_NO_SHARE}",
    re.IGNORECASE,
)
"""Any other clause; "lively" with its number is one after a feeling, else it is a feeling."""

_ASPECTS = {"over": "transition", "in": "transition", "for": "hold", "at": "start"}


def transition_clause(beat: Beat) -> str:
    """Return the clause for a beat's transition; empty for a natural one."""
    return "" if beat.transition is None else f"over {written(beat.transition)}s"


def take_clause(beat: Beat) -> str:
    """Return the clause for a beat's take; empty without one."""
    return "" if beat.take is None else f"take {beat.take}"


def liveliness_clause(beat: Beat) -> str:
    """Return the clause for how much a beat moves in its hold; empty without one."""
    return "" if beat.liveliness is None else f"lively {written(beat.liveliness)}"


def recording_clause(beat: Beat) -> str:
    """Return the clause for a recorded face that plays in place of a beat; empty without one."""
    return f"recording {json.dumps(beat.recording, ensure_ascii=False)}" if beat.recording else ""


def written(number: float) -> str:
    """Return the shortest writing that reads back to exactly this number."""
    return repr(float(number)).removesuffix(".0")


@dataclass
class Clauses:
    """What the clauses of one statement have given so far."""

    start: float | None = None
    transition: float | None = None
    hold: float | None = None
    until_next: bool | None = None
    take: int | None = None
    liveliness: float | None = None
    label: str | None = None
    recording: str | None = None


def read_clause(source: str, clause: re.Match[str], clauses: Clauses) -> None:
    """Take in one clause.

    Args:
        source: a text whose lines end with line feeds.
        clause: match of ``CLAUSE`` in it.
        clauses: those of the statement so far; changed.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    if clause["open"]:
        message = Message("a second quotation mark was expected on this line")
        raise error_at(source, clause.start(), message)
    if clause["recording"]:
        _set_once(source, clause, clauses, "recording", _quoted(source, clause, "recording"))
    elif clause["label"]:
        _set_once(source, clause, clauses, "label", _quoted(source, clause, "label"))
    elif clause["stay"]:
        _set_once(source, clause, clauses, "until_next", True)
    elif clause["take"]:
        if not re.fullmatch("[0-9]{1,19}", clause["take"]):
            raise error_at(
                source,
                clause.start("take"),
                Message(
                    "a whole number from 0 to {largest} was expected, not “{take}”",
                    largest=LARGEST_TAKE,
                    take=clause["take"],
                ),
            )
        _set_once(source, clause, clauses, "take", int(clause["take"]))
    elif clause["lively"]:
        _set_once(source, clause, clauses, "liveliness", _liveliness(source, clause))
    else:
        if clause["wrong"]:
            unit = clause["wrong"].strip()
            raise error_at(
                source,
                clause.end("wrong") - len(clause["wrong"].lstrip()),
                Message("a time in s, ms or min was expected, not in “{unit}”", unit=unit),
            )
        aspect = _ASPECTS[clause["key"].lower()]
        seconds = seconds_of(source, clause)
        if aspect == "transition" and seconds == 0:
            message = Message("a transition above 0 s was expected")
            raise error_at(source, clause.start("time"), message)
        _set_once(source, clause, clauses, aspect, seconds)
    if clauses.until_next and clauses.hold is not None:
        message = Message("either “for” or “until next” was expected, not both")
        raise error_at(source, clause.start(), message)


_SECOND = {
    "start": Message("one start was expected, not a second one"),
    "transition": Message("one transition was expected, not a second one"),
    "hold": Message("one hold was expected, not a second one"),
    "until_next": Message("one “until next” was expected, not a second one"),
    "take": Message("one take was expected, not a second one"),
    "liveliness": Message("one “lively” was expected, not a second one"),
    "label": Message("one label was expected, not a second one"),
    "recording": Message("one recording was expected, not a second one"),
}


def _set_once(
    source: str, clause: re.Match[str], clauses: Clauses, aspect: str, value: float | str
) -> None:
    if getattr(clauses, aspect) is not None:
        raise error_at(source, clause.start(), _SECOND[aspect])
    setattr(clauses, aspect, value)


def _quoted(source: str, clause: re.Match[str], name: str) -> str:
    try:
        return str(json.loads(clause[name], strict=False))
    except ValueError as error:
        message = Message("a label quoted as in JSON was expected, with two backslashes for one")
        raise error_at(source, clause.start(name), message) from error


def _liveliness(source: str, clause: re.Match[str]) -> float:
    number = float(clause["lively"].replace(",", "."))
    liveliness = number / 100 if clause["percent"] else number
    if not 0 <= liveliness <= 1:
        value = clause["lively"] + (clause["percent"] or "")
        message = Message("a liveliness from 0% to 100% was expected, not “{value}”", value=value)
        raise error_at(source, clause.start("lively"), message)
    return liveliness


def seconds_of(source: str, match: re.Match[str]) -> float:
    """Return the time that a match of ``PREFIX`` or ``CLAUSE`` holds, in seconds.

    Args:
        source: a text whose lines end with line feeds.
        match: in it.

    Raises:
        ScriptError: something else was expected; with line and column.
    """
    *longer, shortest = match["time"].replace(",", ".").split(":")
    seconds = float(shortest)
    if longer:
        if match["unit"] or not seconds < 60 or (len(longer) > 1 and float(longer[1]) >= 60):
            raise error_at(
                source,
                match.start("time"),
                Message(
                    "a clock time such as 1:05.5 or 0:01:05.5 was expected, not “{time}”",
                    time=match.group().strip(),
                ),
            )
        for power, count in enumerate(reversed(longer), 1):
            seconds += float(count) * 60.0**power
    elif match["unit"]:
        unit = match["unit"].lower()
        seconds = seconds * 60 if unit[:3] == "min" else seconds / (1000 if unit[0] == "m" else 1)
    if not (math.isfinite(seconds) and seconds >= 0):
        raise error_at(
            source,
            match.start("time"),
            Message("a number of seconds from 0 was expected, not “{time}”", time=match["time"]),
        )
    return seconds
