# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that adds the built-in character."""

from typing import TYPE_CHECKING, Any

import bpy
import numpy as np

from ...character.palettes import HEIGHT, LARGEST, PALETTES, SMALLEST, group_colour
from ...character.styles import READY_STYLES
from ...core.messages import Message, sentences
from ...session.translation import translate
from ..viewport import show_from_front
from .operator_base import Reporting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...character.location import Box

AS_STYLE = "STYLE"
"""The palette that a style brings along."""

_HARDLY = 1e-6
"""Metres that a cursor lies from the origin which has not been moved."""

_PAINTED = ("skin", "shell", "eyes")

_CHARACTERS = (*(f"STYLE_{style}" for style in range(len(READY_STYLES))), "NEW")
"""Those that come ready, by their styles, and last any other."""


def _colour(group: str) -> Any:
    """Return a colour property; unless it is set, the palette's colour is taken."""
    return bpy.props.FloatVectorProperty(
        name=group.capitalize(),
        description="In place of the palette's",
        default=group_colour(PALETTES["EMOTEBOT"].colours, group),
        min=0.0,
        max=1.0,
        subtype="COLOR",
        options={"SKIP_SAVE"},
    )


def _fill_colours(operator: "AddCharacter", _context: bpy.types.Context) -> None:
    """Show the colours of the palette chosen, for whoever wants to change one of them."""
    from ...character.styles import style_of

    if operator.palette == AS_STYLE:
        colours = style_of(operator.style).colours
    else:
        colours = PALETTES[operator.palette].colours
    for group in _PAINTED:
        setattr(operator, group, group_colour(colours, group))


def _character_of(style: int) -> str:
    return _CHARACTERS[min(style, len(READY_STYLES))]


def _take_character(operator: "AddCharacter", _context: bpy.types.Context) -> None:
    """Take the style of the character chosen.

    With ``get`` and ``set`` a call that gives the character alone would lose it: Blender only makes
    the place for an operator's properties when the first of them is set.
    """
    if operator.character != _character_of(operator.style):
        operator.style = _CHARACTERS.index(operator.character)


def _take_style(operator: "AddCharacter", context: bpy.types.Context) -> None:
    """Show whose style it is, and the colours that come with it unless a palette was chosen."""
    operator.character = _character_of(operator.style)
    if operator.palette == AS_STYLE:
        _fill_colours(operator, context)


class AddCharacter(Reporting, bpy.types.Operator):
    """Add the EmoteBot head beside what is there, or at the 3D cursor, and make it active"""

    bl_idname = "emotebot.add_character"
    bl_label = "Add EmoteBot"

    name: bpy.props.StringProperty(name="Name", default="EmoteBot", options={"SKIP_SAVE"})
    fit: bpy.props.EnumProperty(
        name="Size",
        description="How large it comes; the height wherever that is given",
        items=[
            ("SCENE", "Fit the Scene", "As large as what is there"),
            ("LIFE", "Life Size", "As large as a person, 28 cm from the bust's foot to the top"),
            ("HEIGHT", "Own Height", "As high as given below"),
        ],
        options={"SKIP_SAVE"},
    )
    size: bpy.props.FloatProperty(
        name="Height",
        description="From the bust's foot to the top",
        default=HEIGHT,
        min=SMALLEST,
        max=LARGEST,
        soft_max=3.0,
        subtype="DISTANCE",
        unit="LENGTH",
        options={"SKIP_SAVE"},
    )
    location: bpy.props.FloatVectorProperty(
        name="Location",
        description="Where it stands; the 3D cursor, or beside what is at the world's origin",
        subtype="TRANSLATION",
        options={"SKIP_SAVE"},
    )
    placed: bpy.props.FloatVectorProperty(
        name="Placed",
        description="The location that was found for it; it is found again for another size",
        options={"SKIP_SAVE", "HIDDEN"},
    )
    show: bpy.props.BoolProperty(
        name="Look at It",
        description="Frame it from the front in the viewport",
        options={"SKIP_SAVE"},
    )
    character: bpy.props.EnumProperty(
        name="Character",
        description="One of those that come ready, or somebody new by a number",
        items=[
            *(
                (name, style.label, "")
                for name, style in zip(_CHARACTERS, READY_STYLES, strict=False)
            ),
            (_CHARACTERS[-1], "Somebody New", "Drawn from the number below"),
        ],
        update=_take_character,
        options={"SKIP_SAVE"},
    )
    style: bpy.props.IntProperty(
        name="Number",
        description="0 to 7 are those that come ready; every number above is somebody new",
        min=0,
        update=_take_style,
        options={"SKIP_SAVE"},
    )
    palette: bpy.props.EnumProperty(
        name="Palette",
        description="Colours that go together",
        items=[
            (AS_STYLE, "The Character's Own", "The palette that belongs to the character"),
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
        """Add it where somebody looks on, and show it: a head may be small or out of sight."""
        if not self.properties.is_property_set("show"):
            self.show = True
        return self.execute(context)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the properties for adjustment, the height where it counts."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "name")
        layout.prop(self, "fit")
        row = layout.row()
        row.active = self.fit == "HEIGHT"
        row.prop(self, "size")
        layout.prop(self, "location")
        layout.prop(self, "character")
        row = layout.row()
        row.active = self.style >= len(READY_STYLES)
        row.prop(self, "style")
        for name in ("palette", *_PAINTED, "asset", "show"):
            layout.prop(self, name)

    def act(self, context: bpy.types.Context) -> Message:
        """Build the head."""
        from ...character.character import add_character
        from ...character.location import bodies, free_location

        boxes = bodies(context.visible_objects)
        self._choose_size(boxes)
        palette = "" if self.palette == AS_STYLE else self.palette
        own = {
            group: tuple(getattr(self, group))
            for group in _PAINTED
            if self.properties.is_property_set(group)
        }
        head = add_character(
            context.scene, self.name, self.size, palette, own, self.style, self.asset
        )
        extent = _extent(head)
        given = self.properties.is_property_set
        is_found = given("placed") and tuple(self.location) == tuple(self.placed)
        if is_found or not given("location"):
            cursor = context.scene.cursor.location
            is_moved = cursor.length > _HARDLY
            self.location = cursor if is_moved else free_location(cursor, extent, boxes)
            self.placed = self.location
        head.location = self.location
        _make_active(head, context)
        ready = Message("“{character}” is ready: press a feeling", character=head.name)
        if not (self.show and context.area and context.area.type == "VIEW_3D"):
            return ready
        return sentences((ready, *show_from_front(context, extent + np.array(self.location))))

    def _choose_size(self, boxes: "Sequence[Box]") -> None:
        """Set how large it comes, and the height that this is.

        Args:
            boxes: of what is there.
        """
        from ...character.location import fitting_height

        given = self.properties.is_property_set
        if not given("fit") and given("size"):
            self.fit = "HEIGHT"
        if self.fit != "HEIGHT":
            self.fit = self.fit  # a height is set from now on, and is not one that was given
            self.size = fitting_height(boxes) if self.fit == "SCENE" else HEIGHT


def _extent(head: bpy.types.Object) -> "Box":
    """Return the box of a new character's meshes, from where it stands."""
    from ...character.location import box_of

    points = []
    for part in head.children:
        positions = np.empty(3 * len(part.data.vertices), dtype=np.float32)
        part.data.vertices.foreach_get("co", positions)
        points.append(positions.reshape(-1, 3))
    return box_of(np.concatenate(points))


def _make_active(head: bpy.types.Object, context: bpy.types.Context) -> None:
    """Select a new character alone, and have it seen in a local view."""
    for other in context.selected_objects:
        other.select_set(False)
    head.select_set(True)
    context.view_layer.objects.active = head
    space = context.space_data
    if space is not None and space.type == "VIEW_3D" and space.local_view is not None:
        for obj in (head, *head.children):
            obj.local_view_set(space, True)


def draw_in_add_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """Offer the head in Add > Armature, with the other characters that can be had."""
    menu.layout.operator(AddCharacter.bl_idname, text="EmoteBot", icon="OUTLINER_OB_ARMATURE")
