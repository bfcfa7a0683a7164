# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of the command's options: each function reads a text, or says what it should be.

What they raise, ``argparse.ArgumentTypeError``, argparse tells with the option's name.
"""

import argparse
import math
import re
from collections.abc import Callable

from ..core.messages import shortened

_MAX_EXPRESSIONS = 100_000
_MAX_FPS = 1000
_MAX_TOLERANCE = 0.5
_MAX_JOBS = 256
_MAX_PIXELS = 16384
_MAX_SAMPLES = 65536
_MAX_FRAME = 1_048_574
"""The last frame that Blender counts."""

_MAX_DIGITS = 9
"""Of a seed, a style or a count."""


def _refusal(reason: str, text: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{reason}, not “{shortened(text)}”")


def _whole_number(text: str) -> int | None:
    """Return the whole number from 0 that a text is, None where it is none or too long a one."""
    digits = text.lstrip("0") or text[-1:]
    if not (text.isascii() and text.isdigit()) or len(digits) > _MAX_DIGITS:
        return None
    return int(digits)


def seed(text: str, noun: str = "seed") -> int:
    """Return a seed."""
    number = _whole_number(text)
    if number is None:
        raise _refusal(f"a {noun} is a whole number from 0 of at most {_MAX_DIGITS} digits", text)
    return number


def style(text: str) -> int:
    """Return the number of a style."""
    return seed(text, "style")


def _bounded(noun: str, least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number within bounds and calls it that where it refuses."""

    def read(text: str) -> int:
        number = _whole_number(text)
        if number is None or not least <= number <= most:
            raise _refusal(f"{noun} is a whole number from {least} to {most}", text)
        return number

    return read


count = _bounded("a count", 1, _MAX_EXPRESSIONS)
jobs = _bounded("a number of jobs", 1, _MAX_JOBS)
pixels = _bounded("a size", 16, _MAX_PIXELS)
samples = _bounded("a number of samples", 1, _MAX_SAMPLES)


def frame(text: str) -> int:
    """Return a frame, which may lie before 0."""
    number = _whole_number(text.removeprefix("-"))
    if number is None or number > _MAX_FRAME:
        raise _refusal(f"a frame is a whole number of at most {_MAX_FRAME}", text)
    return -number if text.startswith("-") else number


def frames(text: str) -> tuple[int, int]:
    """Return the first and the last frame of a range; one frame alone is both."""
    found = re.fullmatch(r"\s*(-?\d+)\s*(?:(?:-|\.\.)\s*(-?\d+)\s*)?", text, re.ASCII)
    if found is None:
        raise _refusal("frames are one, such as 7, or a range, such as 1-48", text)
    first = frame(found[1])
    last = frame(found[2] or found[1])
    if last < first:
        raise _refusal("a range of frames goes up, such as 1-48", text)
    return first, last


def name(text: str) -> str:
    """Return a name, which is UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refusal("a name is text in UTF-8", text) from error
    return text


def number(text: str) -> float:
    """Return a number, NaN for a text that is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def fps(text: str) -> float:
    """Return frames a second."""
    fps = number(text)
    if not 1 <= fps <= _MAX_FPS:
        raise _refusal(f"frames a second are a number from 1 to {_MAX_FPS}", text)
    return fps


def tolerance(text: str) -> float:
    """Return a tolerance of keys, 0 for a key on every frame."""
    tolerance = number(text)
    if not 0 <= tolerance <= _MAX_TOLERANCE:
        raise _refusal(f"a tolerance is a number from 0 to {_MAX_TOLERANCE}", text)
    return tolerance


def from_0_to_1(what: str) -> Callable[[str], float]:
    """Return what reads a number from 0 to 1 and calls it that where it refuses."""

    def read(text: str) -> float:
        value = number(text)
        if not 0 <= value <= 1:
            raise _refusal(f"{what} is a number from 0 to 1", text)
        return value

    return read


def exaggeration(text: str) -> float:
    """Return a gain of what is shown."""
    from ..core.performance.exaggeration import LEAST, MOST

    gain = number(text)
    if not LEAST <= gain <= MOST:
        raise _refusal(f"exaggeration is a number from {LEAST:g} to {MOST:g}", text)
    return gain
