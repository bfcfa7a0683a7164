# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that save what the channels of a face move, for other characters and people."""

from pathlib import Path
from typing import Any

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...core.errors import EmoteBotError
from ...core.messages import Message, listed
from ...session.channel_editing import change_channels
from ...session.shown_face import forget_summary
from ...session.translation import CONTEXT
from .mapping_ops import OnChannels


class _OnMap(OnChannels):
    """What acts on the whole map of the face."""

    def map_parts(self, context: bpy.types.Context) -> tuple[list[bpy.types.Object], list[Any]]:
        """Return the objects of the face and their maps."""
        from ...rig.object_maps import map_of

        objects = self.objects(context)
        return objects, [map_of(obj) for obj in objects]

    def apply(self, context: bpy.types.Context, convention: Any) -> Message:
        """Correct the channels as a convention has them; return what was done."""
        from ...rig.saved_conventions import apply_convention

        count, missing = change_channels(
            context.scene,
            context.view_layer.objects.active,
            lambda: apply_convention(convention, *self.map_parts(context)),
        )
        if missing:
            names = tuple(Message("“{control}”", control=control) for control in missing)
            self.warn(Message("The face has no {controls}", controls=listed(names)))
        channels = Message("1 channel") if count == 1 else Message("{count} channels", count=count)
        return Message("“{name}” corrects {channels}", name=convention.name, channels=channels)


class _Named:
    """What has to do with a map that was saved."""

    name: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Name",
        description="Name that the channels are saved under",
        search=lambda _properties, _context, _typed: _saved_names(),
        search_options={"SUGGESTION"},
        options={"SKIP_SAVE"},
    )


class SaveChannels(_OnMap, _Named, bpy.types.Operator):
    """Save what every channel moves: the next character with these controls is known by it"""

    bl_idname = "emotebot.channels_save"
    bl_label = "Save for Other Characters"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        return context.window_manager.invoke_props_dialog(self)

    def act(self, context: bpy.types.Context) -> Message:
        """Save them."""
        from ...rig.saved_conventions import save_map

        path = save_map(self.name, *self.map_parts(context))
        return Message("Saved as “{name}”, also for characters to come", name=path.stem)


class LoadChannels(_OnMap, _Named, bpy.types.Operator):
    """Correct the channels of this face as they were saved"""

    bl_idname = "emotebot.channels_load"
    bl_label = "Load Channels"

    def act(self, context: bpy.types.Context) -> Message:
        """Correct them."""
        from ...rig.saved_conventions import read_saved

        return self.apply(context, read_saved(self.name))


class RemoveSavedChannels(OnChannels, _Named, bpy.types.Operator):
    """Remove channels that were saved; characters that were corrected stay as they are"""

    bl_idname = "emotebot.channels_remove"
    bl_label = "Remove Saved Channels"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    def act(self, _context: bpy.types.Context) -> Message:
        """Remove them."""
        from ...rig.saved_conventions import remove_saved

        remove_saved(self.name)
        forget_summary()
        return Message("“{name}” removed", name=self.name)


class ExportChannels(_OnMap, ExportHelper, bpy.types.Operator):
    """Write what every channel moves to a JSON file, to share it"""

    bl_idname = "emotebot.channels_export"
    bl_label = "Export Channels"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, context: bpy.types.Context) -> Message:
        """Write the file."""
        from ...rig.saved_conventions import write_map

        path = Path(bpy.path.abspath(self.filepath))
        write_map(path, path.stem, *self.map_parts(context))
        return Message("Channels written to “{file}”", file=path.name)


class ImportChannels(_OnMap, ImportHelper, bpy.types.Operator):
    """Correct the channels of this face as a JSON file has them"""

    bl_idname = "emotebot.channels_import"
    bl_label = "Import Channels"

    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, context: bpy.types.Context) -> Message:
        """Read the file."""
        from ...core.rig.convention_files import read_convention

        path = Path(bpy.path.abspath(self.filepath))
        if not (self.filepath and path.is_file()):
            raise EmoteBotError("There is no file “{path}”", path=path)
        return self.apply(context, read_convention(path))


def _saved_names() -> list[str]:
    from ...rig.saved_conventions import saved_names

    return saved_names()
