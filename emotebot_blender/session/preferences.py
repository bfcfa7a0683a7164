# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sets once for all files, read through ``choices``."""

from dataclasses import dataclass
from pathlib import Path

import bpy

from .settings import CONTEXT, KeyingProperties

PACKAGE = __package__.rpartition(".")[0]
"""The package's real name, such as ``bl_ext.user_default.emotebot``."""

AS_BLENDER = "BLENDER"

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


@dataclass(frozen=True)
class Choices:
    """What the user prefers.

    Attributes:
        word_list: file of the user's own words, or None.
        models: folder of networks in place of those that come along, or None.
        strength: of a new sequence's layer, 0 to 1.
        keying: how densely a new sequence is keyed, one of ``properties.KEYINGS``.
        tolerance: of reduced keys.
        step: frames that a stepped key is held.
        rate: what happens when a scene's frame rate changes, one of ``RATES``.
        language: of the interface, one of ``LANGUAGES``.
    """

    word_list: Path | None = None
    models: Path | None = None
    strength: float = 1.0
    keying: str = "REDUCED"
    tolerance: float = 0.01
    step: int = 2
    rate: str = "FOLLOW"
    language: str = AS_BLENDER


def _check_models(edited: "Preferences", _context: bpy.types.Context) -> None:
    from . import loaded_networks

    loaded_networks.forget()
    edited.models_fault = loaded_networks.fault_in(_path(edited.models))


def _speak(_edited: "Preferences", _context: bpy.types.Context) -> None:
    from . import translation

    translation.unregister()
    translation.register()


class Preferences(KeyingProperties, bpy.types.AddonPreferences):
    """The preferences of EmoteBot."""

    bl_idname = PACKAGE

    word_list: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Own Words",
        description="A JSON file of trigger words of your own, read beside those that come along",
        subtype="FILE_PATH",
    )
    models: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Networks",
        description="A folder with networks of your own, expression.onnx and motion.onnx, "
        "in place of those that come along",
        subtype="DIR_PATH",
        update=_check_models,
    )
    models_fault: bpy.props.StringProperty(
        translation_context=CONTEXT, options={"HIDDEN", "SKIP_SAVE"}
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
        update=_speak,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the preferences."""
        from .translation import told

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
        if self.models_fault:
            layout.label(text=told(self.models_fault), icon="ERROR", translate=False)
        layout.prop(self, "language")


def choices() -> Choices:
    """Return what the user prefers; the defaults where the package is no extension of Blender's."""
    addon = bpy.context.preferences.addons.get(PACKAGE)
    said = addon.preferences if addon else None
    if said is None:
        return Choices()
    return Choices(
        _path(said.word_list),
        _path(said.models),
        said.strength,
        said.keying,
        said.tolerance,
        said.step,
        said.rate,
        said.language,
    )


def _path(said: str) -> Path | None:
    return Path(bpy.path.abspath(said)) if said else None
