# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in panels: on as many lines as they need, or in a place that never moves the rest."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import bpy

from ..core.messages import Message
from ..session.face_summary import FaceSummary
from ..session.translation import CONTEXT, translate
from . import shown

if TYPE_CHECKING:
    from ..rig.face_coverage import Coverage

_LETTER = 7.2
"""Pixels that a letter takes at most, on average, at a scale of 1."""

_WIDE = "\u2e80"
"""Characters from here on are wide, and a line may end after each of them."""

_PIECE = re.compile(rf"[{_WIDE}-\U0003ffff]|[^\s{_WIDE}-\U0003ffff]+|\s+")

_ICON = 4
"""Letters that have the width of an icon."""

_LINES_OF_FOUND = 2
"""On which the panel says what was found of a face."""

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
        layout.label(text=translate(objects_of(face)), translate=False)
        for message in (face.coverage.found, *_details_of(face.coverage)):
            _draw_lines(layout, message, _LETTERS_IN_POPOVER, "NONE")


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


def draw_found(layout: Any, context: bpy.types.Context, coverage: "Coverage") -> None:
    """Draw what was found of a face on two lines at most, which open all of it.

    Args:
        layout: where.
        context: whose region is drawn.
        coverage: of the face.
    """
    found = wrapped(translate(coverage.found), letters_in(context))
    column = layout.column(align=True)
    if len(found) > 1:
        column.label(text=found[0], translate=False)
    last = f"{found[1]} …" if len(found) > _LINES_OF_FOUND else found[-1]
    column.popover(FaceNotices.bl_idname, text=last, translate=False)


def _details_of(coverage: "Coverage") -> list[Message]:
    """Return what is behind the numbers of a coverage, a line each."""
    if coverage.is_whole:
        return []
    details = [
        Message(
            "{object}: {convention}, {channels}",
            object=part.name,
            convention=part.convention,
            channels=_count_of(part.channels),
        )
        for part in coverage.objects
    ]
    if approximated := coverage.channels("approximated"):
        details.append(Message("Approximated: {channels}", channels=approximated))
    details += [
        Message("Doubtful: {channel} ({reason})", channel=channel, reason=reason)
        for channel, reason in coverage.doubts.items()
    ]
    if coverage.missing:
        details.append(Message("Missing: {channels}", channels=coverage.missing))
    return details


def _count_of(channels: int) -> Message:
    return Message("1 channel") if channels == 1 else Message("{count} channels", count=channels)


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
    _draw_lines(layout, message, letters_in(context), icon)


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
        shown = wrapped(translate(otherwise), letters_in(context) + _ICON)
        for line in (shown + [""] * lines)[:lines]:
            column.label(text=line, translate=False)
        return
    shown = wrapped(translate(messages[0]), letters_in(context) - 2)
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


def letters_in(context: bpy.types.Context) -> int:
    """Return how many letters stand on a line of the sidebar, after an icon."""
    scale = context.preferences.system.ui_scale
    return max(int(context.region.width / (_LETTER * scale)) - 6, 12)
