# SPDX-License-Identifier: GPL-3.0-or-later
"""The eight buttons of the panel and their pictures."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..session.runtime import runtime

_DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Button:
    """A button that shows a feeling.

    Attributes:
        label: what stands on it.
        words: what it stands for.
        emotion: whose picture it has.
    """

    label: str
    words: str
    emotion: str


@cache
def buttons() -> tuple[Button, ...]:
    """Return the buttons of the panel, in order."""
    entries = json.loads((_DATA / "buttons" / "emotions.json").read_text(encoding="utf-8"))
    return tuple(Button(entry["label"], entry["words"], entry["emotion"]) for entry in entries)


def picture_of(button: Button) -> int:
    """Return the number by which Blender knows the picture of a button; read when first drawn."""
    from bpy.utils import previews

    running = runtime()
    if running.pictures is None:
        running.pictures = previews.new()
        running.closing.callback(previews.remove, running.pictures)
    pictures = running.pictures
    if button.emotion not in pictures:
        pictures.load(button.emotion, str(_DATA / "icons" / f"{button.emotion}.png"), "IMAGE")
    return int(pictures[button.emotion].icon_id)
