# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that the interface plays with, loaded once."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import EmoteBotError
from .preferences import choices

if TYPE_CHECKING:
    from ..core.performance.networks import Networks


def networks() -> "Networks":
    """Return the networks of the preferences' folder, else those that come along.

    Raises:
        EmoteBotError: a file of that folder is missing, damaged, or no network for this EmoteBot.
    """
    return _load(choices().models)


def fault_in(folder: Path | None) -> str:
    """Return what keeps a folder's networks from being used, empty if nothing does."""
    try:
        _load(folder)
    except EmoteBotError as error:
        return str(error)
    return ""


def forget() -> None:
    """Read the files anew next time."""
    _load.cache_clear()


@lru_cache(maxsize=2)
def _load(folder: Path | None) -> "Networks":
    from ..core.performance.networks import load_networks

    return load_networks(folder) if folder else load_networks()
