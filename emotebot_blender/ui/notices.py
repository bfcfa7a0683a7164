# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in panels: on as many lines as they need, or in a place that never moves the rest."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import bpy

from ..core.channels import CHANNELS
from ..core.messages import Message, listed
from ..session.face_summary import FaceSummary
from ..session.translation import CONTEXT, translate
from . import shown

_LETTER = 7.2
"""Pixels that a letter takes at most, on average, at a scale of 1."""

_WIDE = "\u2e80"
"""Characters from here on are wide, and a line may end after each of them."""

_PIECE = re.compile(rf"[{_WIDE}-\U0003ffff]|[^\s{_WIDE}-\U0003ffff]+|\s+")

_ICON = 4
"""Letters that have the width of an icon."""

_LETTERS_IN_POPOVER = 46
"""Letters of a line in a popover, which is as wide as ``_Notices.bl_ui_units_x``."""


class _Notices:
    """A popover with all that one line of a panel stands for."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_translation_context = CONTEXT
    bl_ui_units_x = 18
    bl_idname: str
    layout: Any
    messages: Callable[[bpy.types.Context], Sequence[Message]]

    def draw(self, context: bpy.types.Context) -> None:
        """Draw every message in full."""
        for message in self.messages(context):
            _draw_lines(self.layout, message, _LETTERS_IN_POPOVER, "ERROR")
        self.draw_remedies(self.layout, context)

    @staticmethod
    def draw_remedies(layout: Any, context: bpy.types.Context) -> None:
        """Draw what puts it right at one press."""


class FaceNotices(_Notices, bpy.types.Panel):
    """What the face is, what it covers, and what EmoteBot leaves alone on it."""

    bl_idname = "VIEW3D_PT_emotebot_face_notices"
    bl_label = "Face"

    messages = staticmethod(shown.face_notices)

    @staticmethod
    def draw_remedies(layout: Any, context: bpy.types.Context) -> None:
        """Draw what the face is and covers; what is wrong with it only its artist can mend."""
        face = shown.summary_of(context)
        covered = Message("{count} of {all} channels", count=face.channels, all=len(CHANNELS))
        for message in (objects_of(face), covered):
            layout.label(text=translate(message), translate=False)
        if face.missing:
            missing = Message("Missing: {channels}", channels=listed(face.missing))
            _draw_lines(layout, missing, _LETTERS_IN_POPOVER, "BLANK1")


class WordNotices(_Notices, bpy.types.Panel):
    """What is wrong with the words of the feeling."""

    bl_idname = "VIEW3D_PT_emotebot_word_notices"
    bl_label = "Feeling"

    messages = staticmethod(shown.word_notices)


class SequenceNotices(_Notices, bpy.types.Panel):
    """What somebody should know of the sequence and its layer."""

    bl_idname = "VIEW3D_PT_emotebot_sequence_notices"
    bl_label = "Sequence"

    messages = staticmethod(shown.sequence_notices)

    @staticmethod
    def draw_remedies(layout: Any, context: bpy.types.Context) -> None:
        """Draw what performs the sequence, keeps edits of its keys, or shows it again."""
        layer = shown.summary_of(context).layer
        row = layout.row(align=True)
        if layer is not None and layer.edited:
            row.operator("emotebot.keep_edits", text="Keep Edits", icon="CHECKMARK")
        row.operator("emotebot.perform_sequence", text="Perform", icon="PLAY")
        if layer is not None and layer.baked:
            draw_clear_baked(row)


def objects_of(face: FaceSummary) -> Message:
    """Return the name of a face with the number of its other objects."""
    others = face.objects - 1
    if others == 0:
        return Message("{face}", face=face.name)
    if others == 1:
        return Message("{face} + 1 mesh", face=face.name)
    return Message("{face} + {count} meshes", face=face.name, count=others)


def draw_clear_baked(layout: Any) -> None:
    """Draw what takes the keys of a bake away, so that the layer is seen again."""
    clear = layout.operator("emotebot.clear", text="Clear Baked Keys", icon="ACTION")
    clear.layers = False


def draw_message(
    layout: Any, context: bpy.types.Context, message: Message, icon: str = "ERROR"
) -> None:
    """Draw a sentence on as many lines as the sidebar's width asks for.

    Args:
        layout: where.
        context: whose region is drawn.
        message: the sentence.
        icon: before its first line.
    """
    _draw_lines(layout, message, _letters_in(context), icon)


def draw_notices(
    layout: Any,
    context: bpy.types.Context,
    messages: Sequence[Message],
    popover: type[_Notices],
    otherwise: Message,
    lines: int = 1,
) -> None:
    """Draw so many lines, whatever there is to say: what stands below them keeps its place.

    Args:
        layout: where.
        context: whose region is drawn.
        messages: what to say; more than the lines hold opens when the last one is pressed.
        popover: which says all of it.
        otherwise: what stands there if there is nothing to say.
        lines: how many there are.
    """
    column = layout.column(align=True)
    if not messages:
        shown = wrapped(translate(otherwise), _letters_in(context) + _ICON)
        for line in (shown + [""] * lines)[:lines]:
            column.label(text=line, translate=False)
        return
    shown = wrapped(translate(messages[0]), _letters_in(context) - 2)
    is_more = len(shown) > lines or len(messages) > 1
    shown = (shown + [""] * lines)[:lines]
    for number, line in enumerate(shown):
        icon = "BLANK1" if number else "ERROR"
        if is_more and number == lines - 1:
            column.popover(popover.bl_idname, text=f"{line} …", icon=icon, translate=False)
        else:
            column.label(text=line, icon=icon, translate=False)


def wrapped(sentence: str, letters: int) -> list[str]:
    """Return a sentence on lines of so many letters; kana and ideographs are two letters wide."""
    lines, used = [""], 0
    for piece in _PIECE.findall(sentence):
        width = 2 * len(piece) if piece > _WIDE else len(piece)
        if used and used + width > letters:
            lines.append("")
            used = 0
        if used or not piece.isspace():
            lines[-1] += piece
            used += width
    return [line.rstrip() for line in lines]


def _draw_lines(layout: Any, message: Message, letters: int, icon: str) -> None:
    column = layout.column(align=True)
    for number, line in enumerate(wrapped(translate(message), letters)):
        column.label(text=line, icon="BLANK1" if number else icon, translate=False)


def _letters_in(context: bpy.types.Context) -> int:
    """Return how many letters stand on a line of the sidebar, after an icon."""
    scale = context.preferences.system.ui_scale
    return max(int(context.region.width / (_LETTER * scale)) - 6, 12)
