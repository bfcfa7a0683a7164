# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender's own exporters would lose of a performance by their settings, said beside these."""

from collections.abc import Iterator
from typing import Any

import bpy

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..session.translation import CONTEXT
from . import shown
from .notices import draw_message

Loss = tuple[Message, tuple[str, ...]]
"""What is lost, a sentence, and the settings of the exporter that it depends on."""


def losses(exporter: Any, has_modifiers: bool, actions: int) -> Iterator[Loss]:
    """Yield what an exporter would lose of the performance of a face.

    Args:
        exporter: an operator of Blender's, or anything with its name and settings.
        has_modifiers: whether modifiers other than armatures shape a mesh with shape keys.
        actions: how many actions hold the face's baked keys.
    """
    kind = exporter.bl_idname
    if kind == "EXPORT_SCENE_OT_fbx":
        names = ("bake_anim_use_nla_strips", "bake_anim_use_all_actions")
        wrong = tuple(name for name in names if getattr(exporter, name))
        if not exporter.bake_anim:
            yield Message("Without Baked Animation the face stays still"), ("bake_anim",)
        elif wrong:
            yield Message("Shape keys stand still with NLA Strips or All Actions"), wrong
        if exporter.use_mesh_modifiers and has_modifiers:
            yield Message("Shape keys are lost with Apply Modifiers"), ("use_mesh_modifiers",)
    elif kind == "EXPORT_SCENE_OT_gltf":
        if exporter.export_apply and has_modifiers:
            yield Message("Shape keys are lost with Apply Modifiers"), ("export_apply",)
        if actions > 1 and exporter.export_animation_mode == "ACTIONS":
            yield (
                Message("Each mesh becomes an animation of its own: merge the active actions"),
                ("export_animation_mode",),
            )
    elif kind == "WM_OT_usd_export" and not exporter.export_animation:
        yield Message("Without Animation the face stays still"), ("export_animation",)


class ExportNotices(bpy.types.Panel):
    """What an exporter would lose of the face, with the settings that keep it."""

    bl_idname = "FILE_PT_emotebot_export"
    bl_space_type = "FILE_BROWSER"
    bl_region_type = "TOOL_PROPS"
    bl_parent_id = "FILE_PT_operator"
    bl_label = "EmoteBot"
    bl_translation_context = CONTEXT

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether anything would be lost."""
        return bool(_losses_in(context))

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what would be lost, and what keeps it."""
        for message, settings in _losses_in(context):
            draw_message(self.layout, context, message)
            for name in settings:
                self.layout.prop(context.space_data.active_operator, name)


def _losses_in(context: bpy.types.Context) -> list[Loss]:
    """Return what the exporter of a file browser would lose of the face that the panel shows."""
    from ..animation.bake_clearing import baked_actions
    from ..rig.shape_keys import has_other_modifiers

    exporter = context.space_data.active_operator
    try:
        if exporter is None or not shown.summary_of(context).clearable:
            return []
        face = shown.face_of(context)
    except EmoteBotError:
        return []
    has_modifiers = any(map(has_other_modifiers, face.objects))
    return list(losses(exporter, has_modifiers, len(baked_actions(face))))
