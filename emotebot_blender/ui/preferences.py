# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sets once for all files, reached through ``word_list``."""

from pathlib import Path

import bpy

PACKAGE = __package__.rpartition(".")[0]
"""The package's real name, such as ``bl_ext.user_default.emotebot``."""


class Preferences(bpy.types.AddonPreferences):
    """The preferences of EmoteBot."""

    bl_idname = PACKAGE

    word_list: bpy.props.StringProperty(
        name="Own Words",
        description="A JSON file of trigger words of your own, read beside those that come along",
        subtype="FILE_PATH",
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the preferences."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "word_list")


def word_list() -> Path | None:
    """Return the file of the user's own words, or None."""
    addon = bpy.context.preferences.addons.get(PACKAGE)
    if addon is None or not addon.preferences.word_list:
        return None
    return Path(bpy.path.abspath(addon.preferences.word_list))
