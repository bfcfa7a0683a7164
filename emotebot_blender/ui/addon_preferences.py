# SPDX-License-Identifier: GPL-3.0-or-later
"""The preferences of EmoteBot, which ``session.preferences`` reads."""

import bpy

from ..session.events import LanguageChosen, NetworksChosen
from ..session.loaded_networks import networks_problem, runner_problem
from ..session.preferences import AS_BLENDER, PACKAGE
from ..session.runtime import runtime
from ..session.settings import KeyingProperties
from ..session.translation import CONTEXT, translate
from . import shortcuts

LANGUAGES = (
    (AS_BLENDER, "As Blender", "The language of Blender's interface"),
    ("en", "English", ""),
    ("de", "Deutsch", ""),
    ("es", "Español", ""),
    ("fr", "Français", ""),
    ("ja", "日本語", ""),
)

RATES = (
    ("FOLLOW", "Keep the Seconds", "Sequences are performed again at the new rate"),
    ("ASK", "Ask", "Keys stay on their frames until a sequence is performed again"),
)


def _networks_chosen(_preferences: "Preferences", _context: bpy.types.Context) -> None:
    runtime().events.emit(NetworksChosen())


def _language_chosen(_preferences: "Preferences", _context: bpy.types.Context) -> None:
    runtime().events.emit(LanguageChosen())


def _shortcuts_chosen(preferences: "Preferences", _context: bpy.types.Context) -> None:
    shortcuts.follow_choice(preferences.shortcuts)


class Preferences(KeyingProperties, bpy.types.AddonPreferences):
    """The preferences of EmoteBot."""

    bl_idname = PACKAGE

    word_list: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Own Words",
        description="A JSON file of your own words for feelings, read beside those that come along",
        subtype="FILE_PATH",
    )
    models: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Networks",
        description="A folder with networks of your own, expression.onnx and motion.onnx, "
        "in place of those that come along",
        subtype="DIR_PATH",
        update=_networks_chosen,
    )
    strength: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Strength",
        description="Of the layer of a new sequence",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )
    rate: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Frame Rate Changes",
        description="What becomes of sequences when a scene's frame rate changes",
        items=RATES,
    )
    language: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Language",
        description="Of EmoteBot's texts; the words of feelings are known in every language",
        items=LANGUAGES,
        update=_language_chosen,
    )

    shortcuts: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Shortcuts",
        description="In the 3D viewport: two pie menus of emotions, and a key for each emotion",
        default=False,
        update=_shortcuts_chosen,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the preferences."""
        layout = self.layout
        layout.use_property_split = True
        layout.label(text="New Sequences")
        column = layout.column()
        column.prop(self, "strength", slider=True)
        column.prop(self, "keying")
        if self.keying == "REDUCED":
            column.prop(self, "tolerance")
        if self.keying == "STEPPED":
            column.prop(self, "step")
        layout.prop(self, "rate")
        layout.separator()
        layout.prop(self, "word_list")
        layout.prop(self, "models")
        for problem in (networks_problem(), runner_problem()):
            if problem is not None:
                layout.label(text=translate(problem), icon="ERROR", translate=False)
        layout.prop(self, "language")
        layout.prop(self, "shortcuts")
        if self.shortcuts:
            shortcuts.draw_shortcuts(layout)
