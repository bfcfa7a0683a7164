# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of controls, whatever their case, separators, side tokens, prefixes and suffixes.

Two names are spelled alike where they are the same letters and digits after NFKC and case folding,
and say the same side anywhere: "eyeBlinkLeft", "EyeBlink_L", "l.eye blink" and "Eye_L_Blink". A
letter L or R is a side only where separators or a change of case set it off. What stands before or
after such a name, from separator to separator, is an affix.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..channels import REGIONS

Affix = tuple[tuple[str, ...], tuple[str, ...]]
"""What stands before and after a name, part by part, with # for numbers: those of a numbering are
the same affix."""

NO_AFFIX: Affix = ((), ())

_MOST_SUFFIX_PARTS = 2
_DUPLICATE = re.compile(r"\.\d{3}$")
_NUMBER = re.compile(r"\d+")
_PARTS = re.compile(r"\d+(?=[^\W\d_])|[^\W_]+")
_SIDES = re.compile(
    r"""^[LRlr]$
    | (?<=[a-z0-9])[LR]$
    | (?:Left|Right)(?![a-z])
    | ^(?:left|right|LEFT|RIGHT)
    | (?:left|right|LEFT|RIGHT)(?=\d*$)
    | ^[左右] | [左右]$""",
    re.VERBOSE,
)
"""What says a side in a part of a name. Blender's own ``flip_name`` knows no "smileL", no side in
the middle and no 左."""

_OTHER_SIDES = {"left": "right", "l": "r", "左": "右"}
_OTHER_SIDES |= {right: left for left, right in _OTHER_SIDES.items()}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[一-鿿][ぁ-ゟ]*|[^\W\da-zA-Z_一-鿿]+")
"""A Chinese character is a word, with the hiragana that end it: 目上 are two, 笑い is one."""


class Form(NamedTuple):
    """What names that are spelled alike have in common.

    Attributes:
        stem: letters and digits without the tokens of a side.
        side: "l", "r", or nothing; where a name says several sides, all its letters and digits.
    """

    stem: str
    side: str = ""


class Reading(NamedTuple):
    """A way to read a name: a form, and an affix around it."""

    form: Form
    affix: Affix


class _NamePart(NamedTuple):
    whole: str
    stem: str
    sides: str
    affix: str


def form_of(name: str) -> Form:
    """Return the form of a name that has no affix."""
    parts = _parts(name)
    sides = "".join(part.sides for part in parts)
    whole = "".join(part.whole for part in parts) if len(sides) > 1 else sides
    return Form("".join(part.stem for part in parts), whole)


def without_duplicate_number(name: str) -> str:
    """Return a name without the number that Blender gives to a second one of the name."""
    return _DUPLICATE.sub("", name)


def word_count(name: str) -> int:
    """Return how many words a name has, but for sides: two in "Eye_L_Blink"."""
    normal = unicodedata.normalize("NFKC", name)
    stems = (_SIDES.sub("", part) for part in _PARTS.findall(normal))
    return sum(len(_WORDS.findall(stem)) for stem in stems)


def side_free(name: str) -> str:
    """Return a name in the form of this one without its sides."""
    return " ".join(part.stem for part in _parts(name) if part.stem)


class FormIndex:
    """Forms that names are looked for in.

    Args:
        forms: those that count; any other reading of a name is left out.
    """

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms: dict[str, dict[str, Form]] = {}
        for form in forms:
            self._forms.setdefault(form.stem, {})[form.side] = form
        self._endings = frozenset(
            stem[cut:] for stem in self._forms for cut in range(len(stem) + 1)
        )

    def readings(self, name: str, suffixes: bool = True) -> Iterator[Reading]:
        """Yield the ways to read a name, whichever parts of it are an affix.

        An affix names no side but that of the name, as "Eye_R_Look_L" is no "Eye_R_Look".

        Args:
            name: of a control.
            suffixes: whether there may be an affix behind.
        """
        parts = _parts(name)
        all_sides = "".join([part.sides for part in parts])
        last = max(len(parts) - (_MOST_SUFFIX_PARTS if suffixes else 0), 1)
        for end in range(len(parts), last - 1, -1):
            stem = whole = sides = ""
            for start in range(end - 1, -1, -1):
                part = parts[start]
                stem = part.stem + stem
                if stem not in self._endings:
                    break
                whole, sides = part.whole + whole, part.sides + sides
                form = self._forms.get(stem, {}).get(whole if len(sides) > 1 else sides)
                if form is None:
                    continue
                if all_sides == sides or set(all_sides) == {sides}:
                    yield Reading(form, (_affix(parts[:start]), _affix(parts[end:])))


def mirrored_control_name(name: str) -> str:
    """Return a name with left for right and right for left; the same where it names no side."""

    def other(match: re.Match[str]) -> str:
        side = match[0]
        word = _OTHER_SIDES[side.lower()]
        if side.isupper():
            return word.upper()
        return word.title() if side[0].isupper() else word

    return _PARTS.sub(lambda part: _SIDES.sub(other, part[0]), name)


def is_region(stem: str) -> bool:
    """Return whether the stem of a name is a part of the face and no more."""
    return stem.rstrip("s") in REGIONS


@lru_cache(maxsize=4096)
def follows_region(affix: Affix) -> bool:
    """Return whether an affix has a part of the face right before the name."""
    before, _ = affix
    return bool(before) and is_region(before[-1])


@lru_cache(maxsize=4096)
def _part(text: str) -> _NamePart:
    found = [match[0] for match in _SIDES.finditer(text)]
    sides = "".join("l" if side[0] in "lL左" else "r" for side in found)
    whole = text.casefold()
    stem = _SIDES.sub("", text).casefold() if sides else whole
    return _NamePart(whole, stem, sides, _NUMBER.sub("#", whole))


def _parts(name: str) -> list[_NamePart]:
    normal = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return [_part(text) for text in _PARTS.findall(normal)]


def _affix(parts: list[_NamePart]) -> tuple[str, ...]:
    return tuple([part.affix for part in parts])
