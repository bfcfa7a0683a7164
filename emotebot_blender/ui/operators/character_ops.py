# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that adds the built-in character."""

from typing import Any

import bpy

from ...character.palettes import HEIGHT, LARGEST, PALETTES, SMALLEST
from ...core.messages import Message
from ...session.translation import translate
from .operator_base import Reporting

AS_STYLE = "STYLE"
"""The palette that a style brings along."""

_PAINTED = ("skin", "shell", "eyes")


def _colour(group: str) -> Any:
    """Return a colour property; unless it is set, the palette's colour is taken."""
    return bpy.props.FloatVectorProperty(
        name=group.capitalize(),
        description="In place of the palette's",
        default=PALETTES["EMOTEBOT"].colours[group],
        min=0.0,
        max=1.0,
        subtype="COLOR",
        options={"SKIP_SAVE"},
    )


def _fill_colours(operator: "AddCharacter", _context: bpy.types.Context) -> None:
    """Show the colours of the palette chosen, for whoever wants to change one of them."""
    from ...character.style import style_of

    palette = operator.palette if operator.palette != AS_STYLE else style_of(operator.style).palette
    for group in _PAINTED:
        setattr(operator, group, PALETTES[palette].colours[group])


def _fill_styles_colours(operator: "AddCharacter", context: bpy.types.Context) -> None:
    """Show the colours that come with the style, unless a palette was chosen instead."""
    if operator.palette == AS_STYLE:
        _fill_colours(operator, context)


class AddCharacter(Reporting, bpy.types.Operator):
    """Add the EmoteBot head at the 3D cursor and make it active"""

    bl_idname = "emotebot.add_character"
    bl_label = "Add EmoteBot"

    name: bpy.props.StringProperty(name="Name", default="EmoteBot", options={"SKIP_SAVE"})
    size: bpy.props.FloatProperty(
        name="Height",
        description="From the foot of the collar to the crown",
        default=HEIGHT,
        min=SMALLEST,
        max=LARGEST,
        soft_max=3.0,
        subtype="DISTANCE",
        unit="LENGTH",
        options={"SKIP_SAVE"},
    )
    style: bpy.props.IntProperty(
        name="Style",
        description="0 is EmoteBot; every other number is someone else",
        min=0,
        update=_fill_styles_colours,
        options={"SKIP_SAVE"},
    )
    palette: bpy.props.EnumProperty(
        name="Palette",
        description="Colours that go together",
        items=[
            (AS_STYLE, "As the Style Has It", "The palette that belongs to the style"),
            *((name, palette.label, "") for name, palette in PALETTES.items()),
        ],
        update=_fill_colours,
        options={"SKIP_SAVE"},
    )
    skin: _colour("skin")
    shell: _colour("shell")
    eyes: _colour("eyes")
    asset: bpy.props.BoolProperty(
        name="Asset",
        description="Show it in the asset browser; Blender then keeps it even when it is deleted",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Return whether objects can be added now."""
        if context.mode != "OBJECT":
            cls.poll_message_set(translate(Message("Go back to Object Mode first")))
            return False
        return True

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Add it where somebody looks on, and bring it close: a head is small in a new file."""
        done = self.execute(context)
        if "FINISHED" in done and context.area and context.area.type == "VIEW_3D":
            _bring_close(context)
        return done

    def act(self, context: bpy.types.Context) -> Message:
        """Build the head."""
        from ...character.character import add_character

        palette = "" if self.palette == AS_STYLE else self.palette
        own = {
            group: tuple(getattr(self, group))
            for group in _PAINTED
            if self.properties.is_property_set(group)
        }
        head = add_character(
            context.scene, self.name, self.size, palette, own, self.style, self.asset
        )
        head.location = context.scene.cursor.location
        for other in context.selected_objects:
            other.select_set(False)
        head.select_set(True)
        context.view_layer.objects.active = head
        return Message("“{character}” is ready: press a feeling", character=head.name)


def _bring_close(context: bpy.types.Context) -> None:
    """Frame the parts of the active character in the viewport, as View Selected does."""
    head = context.view_layer.objects.active
    window = next(region for region in context.area.regions if region.type == "WINDOW")
    head.select_set(False)
    for part in head.children:
        part.select_set(True)
    with context.temp_override(region=window):
        bpy.ops.view3d.view_selected()
    for part in head.children:
        part.select_set(False)
    head.select_set(True)


def draw_in_add_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """Offer the head in Add > Armature, with the other characters that can be had."""
    menu.layout.operator(AddCharacter.bl_idname, text="EmoteBot", icon="OUTLINER_OB_ARMATURE")
