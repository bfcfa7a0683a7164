# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that make assets of expressions and apply them."""

import re
from pathlib import Path
from typing import Any

import bpy

from ...core.errors import EmoteBotError
from ...core.messages import Message
from ...session import expression_assets
from ..shown import face_of
from .operator_base import OnStillFace

_IN_FILE = re.compile(r"(?:(?P<file>.*\.blend)[/\\])?Action[/\\](?P<action>.*)", re.DOTALL)
"""How Blender names an action within an asset library."""

_LIBRARY_TYPES = (
    ("LOCAL", 1),
    ("ALL", 2),
    ("ESSENTIALS", 3),
    ("ONLINE_ESSENTIALS", 4),
    ("CUSTOM", 100),
)
"""Types of asset libraries, and the numbers by which Blender's asset shelf sets them."""


class MakeExpressionAssets(OnStillFace, bpy.types.Operator):
    """Make an asset of each expression of this face, which the asset browser shows in a picture"""

    bl_idname = "emotebot.expressions_to_assets"
    bl_label = "Make Expression Assets"
    shows_feelings = True

    expressions: bpy.props.EnumProperty(
        name="Expressions",
        description="Of which expressions assets are made",
        items=[
            ("BASIC", "8 Emotions", "Those that have buttons in the panel"),
            ("ALL", "16 Emotions", "Those behind More Feelings, too"),
            ("OWN", "Own Expressions", "Those of this file that were saved under words"),
        ],
    )
    intensity: bpy.props.FloatProperty(
        name="Intensity",
        description="How strongly each of them is shown",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )
    author: bpy.props.StringProperty(
        name="Author", description="Who made them; stands in the asset browser", default="EmoteBot"
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Make them, and show the shelf that they can be applied from."""
        done = self.execute(context)
        space = context.space_data
        shelf = "show_region_asset_shelf"
        is_view = space is not None and space.type == "VIEW_3D"
        if "FINISHED" in done and is_view and not space.is_property_readonly(shelf):
            setattr(space, shelf, True)  # in modes without a shelf it cannot be shown
        return done

    def act(self, context: bpy.types.Context) -> Message:
        """Make them."""
        face = face_of(context)
        chosen = expression_assets.chosen_expressions(self.expressions, self.intensity)
        folders = [one.path for one in context.preferences.filepaths.asset_libraries]
        library = expression_assets.asset_library_of(bpy.data.filepath, folders)
        try:
            catalog = expression_assets.catalog_in(library)
        except EmoteBotError as error:
            self.warn(error.message)
            catalog = expression_assets.catalog_in(None)
        draft = not bpy.app.background
        made = expression_assets.make_assets(
            face, context.scene, chosen, self.author, catalog, draft
        )
        if library is None:
            self.note(
                Message(
                    "To find them from other files, save this one in an asset library "
                    "(Preferences > File Paths) and make them again"
                )
            )
        else:
            self.note(Message("Save the file: other files find them then"))
        return Message("Assets of “{face}”: {count}", face=face.name, count=len(made))


class ApplyExpression(OnStillFace, bpy.types.Operator):
    """Show the expression of an asset on the face now, without keys, on any kind of face"""

    bl_idname = "emotebot.apply_expression"
    bl_label = "Apply Expression"

    action: bpy.props.StringProperty(
        name="Action",
        description="Name of an action of this file; the asset that is active if not given",
        options={"SKIP_SAVE"},
    )
    asset_library_type: bpy.props.EnumProperty(
        name="Kind of Library",
        description="Where the asset is, as Blender's asset shelf says it",
        items=[(name, "", "", number) for name, number in _LIBRARY_TYPES],
        options={"HIDDEN", "SKIP_SAVE"},
    )
    asset_library_identifier: bpy.props.StringProperty(
        name="Library",
        description="Name of the asset library",
        options={"HIDDEN", "SKIP_SAVE"},
    )
    relative_asset_identifier: bpy.props.StringProperty(
        name="Asset",
        description="File and name of the asset within the library",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    def act(self, context: bpy.types.Context) -> Message:
        """Show it."""
        face = face_of(context)
        expression = expression_assets.load_expression(*self._place(context))
        for note in expression_assets.apply_expression(face, expression):
            self.note(note)
        if context.scene.tool_settings.use_keyframe_insert_auto:
            self.note(
                Message(
                    "It has no keys: save the face under a word in Own Expressions, then Key It"
                )
            )
        return Message("“{face}” shows “{words}”", face=face.name, words=expression.name)

    def _place(self, context: bpy.types.Context) -> tuple[str, str]:
        """Return the file of the asset, "" for the open one, and the name of its action.

        Raises:
            EmoteBotError: no asset is given or active, it is no action, or its library is gone.
        """
        if self.action:
            return "", self.action
        if self.relative_asset_identifier:
            return self._place_in_library(context)
        asset: Any = getattr(context, "asset", None)
        if asset is None or asset.id_type != "ACTION":
            raise EmoteBotError("Choose an expression in the asset browser first")
        return ("" if asset.local_id else asset.full_library_path), asset.name

    def _place_in_library(self, context: bpy.types.Context) -> tuple[str, str]:
        within = _IN_FILE.fullmatch(self.relative_asset_identifier)
        if within is None:
            raise EmoteBotError("Choose an expression in the asset browser first")
        if self.asset_library_type != "CUSTOM":
            return "", within["action"]
        libraries = context.preferences.filepaths.asset_libraries
        library = libraries.get(self.asset_library_identifier)
        if library is None:
            name = self.asset_library_identifier
            raise EmoteBotError("There is no asset library “{library}” any more", library=name)
        file = Path(library.path) / (within["file"] or "")
        is_open = bool(bpy.data.filepath) and file == Path(bpy.data.filepath)
        return ("" if is_open else str(file)), within["action"]
