# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of the emotions, eight in the panel and eight behind one, and their pictures."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..session import live, words
from ..session.runtime import runtime
from ..session.settings import scene_settings
from ..session.translation import CONTEXT
from .shown import summary_of

_NARROW = 200
"""Width of a sidebar in pixels, at a scale of 1, below which the buttons stand in two columns."""

_PICTURE = 2.4
"""Height of a button's picture, in lines."""

_COLUMNS = 4
"""Buttons side by side, where there is room."""

_NOTHING = 0.01
"""Height in lines of what takes no room in a layout: whatever is in it hangs over what follows."""

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


class FurtherFeelings(bpy.types.Panel):
    """The popover of the feelings that have no button in the panel."""

    bl_idname = "VIEW3D_PT_emotebot_further"
    bl_label = "More Feelings"
    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_translation_context = CONTEXT
    bl_ui_units_x = 16

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a button for each, with its picture."""
        _draw_grid(self.layout, further_buttons(), _COLUMNS, shown_words(context))


@cache
def buttons() -> tuple[Button, ...]:
    """Return the buttons of the panel, in order."""
    return _read_buttons("emotions.json")


@cache
def further_buttons() -> tuple[Button, ...]:
    """Return the buttons of the popover beside those of the panel, in order."""
    return _read_buttons("further_emotions.json")


def picture_of(button: Button) -> int:
    """Return the number by which Blender knows the picture of a button; read when first drawn.

    It is 0, which is drawn as nothing, where there is no picture.
    """
    from bpy.utils import previews

    running = runtime()
    if running.pictures is None:
        running.pictures = previews.new()
        running.closing.callback(previews.remove, running.pictures)
    pictures = running.pictures
    if button.emotion not in pictures:
        path = _DATA / "icons" / f"{button.emotion}.png"
        if not path.exists():
            return 0
        pictures.load(button.emotion, str(path), "IMAGE")
    return int(pictures[button.emotion].icon_id)


def meaning_of(feeling_words: str) -> Message:
    """Return which emotions EmoteBot takes words for, those with the largest shares first."""
    try:
        feeling = words.feeling(feeling_words, 1.0)
    except EmoteBotError:
        return Message("What should the face feel?")
    shares = [
        (share * feeling.mixture_share, label_of(emotion))
        for emotion, share in feeling.mixture.amounts().items()
    ]
    shares += [(share, Message("“{word}”", word=own.word)) for own, share in feeling.custom]
    shares.sort(key=lambda part: -part[0])
    return Message("{feelings}", feelings=tuple(name for share, name in shares if share > 0))


def label_of(name: str) -> Message | str:
    """Return what an emotion is called on its button; a channel is called as it is."""
    labels = {button.emotion: Message(button.label) for button in (*buttons(), *further_buttons())}
    return labels.get(name, name)


def operator_for_feelings() -> str:
    """Return which operator shows a feeling: while a face is live, it plays it."""
    return "emotebot.trigger" if live.is_running() else "emotebot.pose"


def shown_words(context: bpy.types.Context) -> str | None:
    """Return the words of the feeling that the face shows, None where it shows none.

    Raises:
        EmoteBotError: there is no face.
    """
    is_shown = live.is_running() or summary_of(context).posed
    return str(scene_settings(context.scene).words) if is_shown else None


def draw_buttons(layout: Any, context: bpy.types.Context) -> None:
    """Draw the eight emotions, each as large as its picture and its name, and a way to the others.

    What leads to the others bears the name and the picture of the one that the face shows.

    Args:
        layout: where.
        context: whose region is drawn.

    Raises:
        EmoteBotError: there is no face.
    """
    is_narrow = context.region.width < _NARROW * context.preferences.system.ui_scale
    words_shown = shown_words(context)
    lines = layout.column()
    _draw_grid(lines, buttons(), 2 if is_narrow else _COLUMNS, words_shown)
    further = next((button for button in further_buttons() if button.words == words_shown), None)
    if further is None:
        lines.popover(FurtherFeelings.bl_idname, text="More Feelings")
    else:
        picture = picture_of(further)
        lines.popover(FurtherFeelings.bl_idname, text=further.label, icon_value=picture)


def _draw_grid(
    layout: Any, shown: tuple[Button, ...], columns: int, words_shown: str | None
) -> None:
    """Draw buttons in lines, each as large as its picture and its name together.

    Args:
        layout: where.
        shown: the buttons.
        columns: buttons of a line.
        words_shown: words of the feeling that the face shows, None where it shows none.
    """
    lines = layout.column()  # not aligned: Blender aligns the names of one line with the next
    for first in range(0, len(shown), columns):
        line = lines.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        for button in shown[first : first + columns]:
            for tile in draw_tile(
                line.column(align=True),
                operator_for_feelings(),
                button.label,
                picture_of(button),
                button.words == words_shown,
                _PICTURE,
            ):
                tile.words = button.words


def draw_tile(
    cell: Any, operator: str, label: str, picture: int, is_shown: bool, height: float
) -> tuple[Any, Any]:
    """Draw a button as large as a tile under a picture, which lets presses through, and a name.

    Blender draws icons within buttons small, and large ones (``template_icon``) without a button;
    labels have wider margins than buttons, and would be cut off.

    Args:
        cell: column of an aligned layout.
        operator: that a press calls.
        label: the name.
        picture: number by which Blender knows the picture.
        is_shown: whether the tile is the one that is shown now.
        height: of the picture, in lines.

    Returns:
        The properties of the operator, for a press on the picture and for one on the name.
    """
    hanging = cell.column(align=True)
    hanging.ui_units_y = _NOTHING
    tile = hanging.column(align=True)
    tile.scale_y = height + 1
    pressed = tile.operator(operator, text="", depress=is_shown)
    cell.template_icon(icon_value=picture, scale=height)
    return pressed, cell.operator(operator, text=label, emboss=False)


def _read_buttons(name: str) -> tuple[Button, ...]:
    entries = json.loads((_DATA / "buttons" / name).read_text(encoding="utf-8"))
    return tuple(Button(entry["label"], entry["words"], entry["emotion"]) for entry in entries)
