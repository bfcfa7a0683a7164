# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sets once for all files, read through ``choices``."""

from dataclasses import dataclass
from pathlib import Path

import bpy

from .runtime import runtime

PACKAGE = __package__.rpartition(".")[0]
"""The package's real name, such as ``bl_ext.user_default.emotebot``."""

AS_BLENDER = "BLENDER"
"""The language that Blender's interface speaks."""


@dataclass(frozen=True)
class Choices:
    """What the user prefers.

    Attributes:
        word_list: file of the user's own words, or None.
        models: folder of networks in place of those that come along, or None.
        strength: of a new sequence's layer, 0 to 1.
        keying: how densely a new sequence is keyed, one of ``settings.KEYINGS``.
        tolerance: of reduced keys.
        step: frames that a stepped key is held.
        rate: what happens when a scene's frame rate changes: "FOLLOW" or "ASK".
        shortcuts: whether emotions have keys in the viewport.
        language: of the interface: ``AS_BLENDER``, "en" or one with a translation.
    """

    word_list: Path | None = None
    models: Path | None = None
    strength: float = 1.0
    keying: str = "REDUCED"
    tolerance: float = 0.01
    step: int = 2
    rate: str = "FOLLOW"
    shortcuts: bool = False
    language: str = AS_BLENDER


def choices() -> Choices:
    """Return what the user prefers; the defaults where the package is no add-on of Blender's."""
    addon = runtime().preferences.addons.get(PACKAGE)
    preferred = addon.preferences if addon else None
    if preferred is None:
        return Choices()
    return Choices(
        _path(preferred.word_list),
        _path(preferred.models),
        preferred.strength,
        preferred.keying,
        preferred.tolerance,
        preferred.step,
        preferred.rate,
        preferred.shortcuts,
        preferred.language,
    )


def _path(name: str) -> Path | None:
    return Path(bpy.path.abspath(name)) if name else None
