# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that exports a character with its animation for game engines."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper

from ...core.messages import Message
from ..shown import face_of
from .operator_base import OnFace

_FORMATS = (
    (".glb", "glTF", "For Godot, Unity, Unreal Engine and the web"),
    (".fbx", "FBX", "For Unity and Unreal Engine"),
    (".usdc", "USD", "For film pipelines; bones and shape keys"),
)


class ExportModel(OnFace, ExportHelper, bpy.types.Operator):
    """Write this character and what its face, head and body play, so that all of it arrives"""

    bl_idname = "emotebot.export_model"
    bl_label = "Export for Engines"
    bl_options = {"REGISTER"}  # noqa: RUF012 - as Blender has it

    filter_glob: bpy.props.StringProperty(
        default="*.glb;*.fbx;*.usd;*.usda;*.usdc", options={"HIDDEN"}
    )
    filename_ext: bpy.props.EnumProperty(name="Format", items=_FORMATS)
    deforming: bpy.props.BoolProperty(
        name="Deforming Bones Only",
        description="Leave out bones that deform no mesh, as Godot asks for with shape keys",
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Suggest a file that is named as the face."""
        if not self.properties.is_property_set("filepath"):
            self.properties.filepath = f"{face_of(context).name}{self.filename_ext}"
        return super().invoke(context, event)

    def act(self, context: bpy.types.Context) -> Message:
        """Write the file."""
        from ...cli.model_export import export_model

        path = Path(bpy.path.abspath(self.filepath))
        face, scene = face_of(context), context.scene
        for note in export_model(face, path, self.deforming):
            self.warn(note)
        return Message(
            "“{face}” written to “{file}”, frames {first} to {last}",
            face=face.name,
            file=path.name,
            first=scene.frame_start,
            last=scene.frame_end,
        )


def draw_in_export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """Offer it in File > Export."""
    menu.layout.operator(ExportModel.bl_idname, text="EmoteBot for Engines (.glb/.fbx/.usdc)")
