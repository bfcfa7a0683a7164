# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene remembers of EmoteBot, reached through ``settings``."""

import bpy

from ..core.errors import EmoteBotError

STRONGEST = 2.0
"""The intensity slider scales what the words say up to this many times."""


def _complete(_settings: "Settings", _context: bpy.types.Context, typed: str) -> list[str]:
    from . import emote
    from .preferences import word_list

    return emote.complete(typed, word_list())


def _show(current: "Settings", context: bpy.types.Context) -> None:
    from . import emote
    from .preferences import word_list

    try:
        face = emote.face_of(context.view_layer.objects.active, current.id_data)
        feeling = emote.read_feeling(current.words, current.intensity, word_list())
        emote.pose(face, feeling, current.seed)
    except EmoteBotError:
        return  # typing cannot report; the panel draws what is wrong with the words or the face


class Settings(bpy.types.PropertyGroup):
    """The settings of the panel, saved with the scene."""

    words: bpy.props.StringProperty(
        name="Feeling",
        description="What the face should feel: a word, an emoji, or a mixture of them",
        default="happy",
        search=_complete,
        search_options={"SUGGESTION"},
        update=_show,
    )
    intensity: bpy.props.FloatProperty(
        name="Intensity",
        description="How strongly it shows: 1 is what the words say",
        default=1.0,
        min=0.0,
        max=STRONGEST,
        subtype="FACTOR",
        update=_show,
    )
    seed: bpy.props.IntProperty(
        name="Take",
        description="Another number is another way to show the same feeling",
        default=0,
        min=0,
        update=_show,
    )
    script: bpy.props.StringProperty(
        name="Script",
        description="Feelings in their order, such as: happy for 2s, then slightly sad",
        default="happy, then surprised, then slightly angry",
    )
    text: bpy.props.PointerProperty(
        name="Text Block",
        description="A text data-block to perform in place of the line above",
        type=bpy.types.Text,
    )
    reduce: bpy.props.FloatProperty(
        name="Tolerance",
        description="How far the curves may stray for fewer keys; 0 keys every frame",
        default=0.01,
        min=0.0,
        max=0.5,
        step=1,
        precision=3,
    )


def settings(scene: bpy.types.Scene) -> Settings:
    """Return the settings of a scene."""
    return scene.emotebot
