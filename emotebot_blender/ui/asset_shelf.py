# SPDX-License-Identifier: GPL-3.0-or-later
"""Where assets of expressions are applied: the asset shelf in Object Mode, and the asset browser.

Blender's own shelf of poses, in Pose Mode, applies actions to bones alone.
"""

from typing import Any

import bpy

from ..core.messages import Message
from ..session.expression_assets import TAG
from ..session.settings import scene_settings
from ..session.translation import translate
from .operators.asset_ops import ApplyExpression


class ExpressionShelf(bpy.types.AssetShelf):
    """The expressions that a click shows on the face."""

    bl_idname = "VIEW3D_AST_emotebot_expressions"
    bl_space_type = "VIEW_3D"
    bl_activate_operator = "EMOTEBOT_OT_apply_expression"
    bl_default_preview_size = 64
    filter_action = True

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether what is active may be of a face, in Object Mode: others have own shelves.

        Blender asks whenever it draws, also while the panel is closed: too often to find the face.
        """
        shown = scene_settings(context.scene).face or context.view_layer.objects.active
        if context.mode != "OBJECT" or shown is None:
            return False
        return shown.type == "ARMATURE" or getattr(shown.data, "shape_keys", None) is not None

    @classmethod
    def asset_poll(cls, asset: Any) -> bool:
        """Return whether an asset is an expression."""
        return asset.id_type == "ACTION" and TAG in asset.metadata.tags


def draw_in_asset_menu(menu: Any, context: bpy.types.Context) -> None:
    """Offer to apply the action that is active in the asset browser."""
    asset = getattr(context, "asset", None)
    if asset is not None and asset.id_type == "ACTION":
        text = translate(Message("Apply to EmoteBot's Face"))
        menu.layout.operator(
            ApplyExpression.bl_idname, text=text, icon="SHAPEKEY_DATA", translate=False
        )
