# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot in the user's language: texts in English and what they are in others.

``data/translations`` holds a JSON file a language: English text to its translation. Blender looks
up the names and tooltips of properties, operators and panels by itself. A sentence with values in
it has a number in braces for each, ``“{0}” shows “{1}”``, and is looked up by ``told`` once the
values stand in it, so that whoever raises an error needs to know nothing of languages.
"""

import json
import re
from functools import cache
from pathlib import Path

import bpy

from .preferences import AS_BLENDER, PACKAGE, choices
from .settings import CONTEXT

FOLDER = Path(__file__).resolve().parent.parent / "data" / "translations"

_LOCALES = {
    "de": ("de_DE", "de"),
    "es": ("es", "es_ES"),
    "fr": ("fr_FR", "fr"),
    "ja": ("ja_JP", "ja"),
}
"""Languages to Blender's names of them, which differ between versions."""

_CONTEXTS = ("*", "Operator", CONTEXT)

_PLACE = re.compile(r"\{(\d+)\}")


def register() -> None:
    """Make the texts known to Blender: each in its language, or all in the one preferred."""
    wanted = choices().language
    known: dict[str, dict[tuple[str, str], str]] = {}
    if wanted == AS_BLENDER:
        for language, locales in _LOCALES.items():
            known |= dict.fromkeys(locales, _by_context(language))
    else:
        spoken = {*bpy.app.translations.locales, bpy.app.translations.locale, "en_US"}
        known = dict.fromkeys(spoken, _by_context(wanted))
    bpy.app.translations.register(PACKAGE, known)


def unregister() -> None:
    """Take the texts back from Blender."""
    bpy.app.translations.unregister(PACKAGE)


def language() -> str:
    """Return the language that is spoken, such as "de"; "en" where there is no translation."""
    wanted = choices().language
    if wanted == AS_BLENDER:
        wanted = bpy.app.translations.locale[:2]
    return wanted if wanted in _LOCALES else "en"


def told(sentence: str) -> str:
    """Return a sentence with values in it in the language that is spoken."""
    return _told(sentence, language())


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of a language: English to its own."""
    if language not in _LOCALES:
        return {}
    known: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return known


def _by_context(language: str) -> dict[tuple[str, str], str]:
    return {
        (context, english): own for english, own in texts(language).items() for context in _CONTEXTS
    }


def _told(sentence: str, language: str) -> str:
    known = texts(language)
    if sentence in known:
        return known[sentence]
    for pattern, names, own in _patterns(language):
        found = pattern.fullmatch(sentence)
        if found:
            values = [
                value if is_name else _told(value, language)
                for value, is_name in zip(found.groups(), names, strict=True)
            ]
            return _filled(own, values)
    return sentence


def _filled(sentence: str, values: list[str]) -> str:
    """Return a sentence with values in its places; other braces in it stay as they are."""
    return _PLACE.sub(lambda place: values[int(place[1])], sentence)


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], list[bool], str]]:
    """Return what sentences with places look like, those with the most fixed letters first.

    For each: its pattern, which of its places are names in quotes and stay as they are, and the
    sentence in the language.
    """
    found = []
    for english, own in texts(language).items():
        if _PLACE.search(english):
            parts = _PLACE.split(english)[::2]  # without the numbers, which count up
            pattern = "(.*?)".join(map(re.escape, parts))
            names = [part.endswith("“") for part in parts[:-1]]
            fixed = sum(map(len, parts))
            found.append((fixed, re.compile(pattern, re.DOTALL), names, own))
    found.sort(key=lambda entry: -entry[0])
    return [(pattern, names, own) for _, pattern, names, own in found]
