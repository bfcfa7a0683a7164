# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot in the user's language: texts in English and what they are in others.

``data/translations`` holds a JSON file a language: English text to its translation, registered with
Blender. It looks up the names and tooltips of properties, operators and panels by itself. A text
with values in it is a template, ``“{face}” shows “{words}”``, looked up by ``translate`` before the
values stand in it. Blender as a module for Python knows no language but English.
"""

import json
from functools import cache
from pathlib import Path

import bpy

from ..core.messages import Message
from .events import LanguageChosen
from .preferences import AS_BLENDER, PACKAGE, choices

FOLDER = Path(__file__).resolve().parent.parent / "data" / "translations"

CONTEXT = "EmoteBot"
"""Of our texts in Blender's translations: the same words mean other things elsewhere in it."""

_LOCALES = {
    "de": ("de_DE", "de"),
    "es": ("es", "es_ES"),
    "fr": ("fr_FR", "fr"),
    "ja": ("ja_JP", "ja"),
}
"""Languages to Blender's names of them, which differ between versions."""

_CONTEXTS = ("*", "Operator", CONTEXT)


def register() -> None:
    """Make the texts known to Blender: each in its language, or all in the one preferred."""
    chosen = choices().language
    translations: dict[str, dict[tuple[str, str], str]] = {}
    if chosen == AS_BLENDER:
        for language, locales in _LOCALES.items():
            translations |= dict.fromkeys(locales, _by_context(language))
    else:
        spoken = {*bpy.app.translations.locales, bpy.app.translations.locale, "en_US"}
        translations = dict.fromkeys(spoken, _by_context(chosen))
    bpy.app.translations.register(PACKAGE, translations)


def unregister() -> None:
    """Take the texts back from Blender."""
    bpy.app.translations.unregister(PACKAGE)


def follow_language(_event: LanguageChosen) -> None:
    """Speak another language."""
    unregister()
    register()


def language() -> str:
    """Return the language that is spoken, such as "de"; "en" where there is no translation."""
    chosen = choices().language
    if chosen == AS_BLENDER:
        chosen = bpy.app.translations.locale[:2]
    return chosen if chosen in _LOCALES else "en"


def translate(message: Message | str) -> str:
    """Return a message in the language that is spoken, with its values as they are.

    Args:
        message: a message, or a text without values.
    """
    if isinstance(message, str):
        return _template(message)
    return message.translated(_template)


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of a language: English to its own."""
    if language not in _LOCALES:
        return {}
    by_english: dict[str, str] = json.loads(
        (FOLDER / f"{language}.json").read_text(encoding="utf-8")
    )
    return by_english


def _template(english: str) -> str:
    translated: str = bpy.app.translations.pgettext(english, CONTEXT)
    return translated


def _by_context(language: str) -> dict[tuple[str, str], str]:
    return {
        (context, english): own for english, own in texts(language).items() for context in _CONTEXTS
    }
