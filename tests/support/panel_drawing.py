# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels drawn without a window, and what they have drawn."""

from types import SimpleNamespace

import bpy

from emotebot_blender.ui import emotion_buttons, face_panels, notices, sequence_panels

PANELS = (
    face_panels.FacePanel,
    face_panels.EmotePanel,
    sequence_panels.ScriptPanel,
    sequence_panels.SequencePanel,
    sequence_panels.LayerPanel,
    sequence_panels.MixPanel,
    face_panels.LivePanel,
    face_panels.ExpressionsPanel,
)
POPOVERS = {
    kind.bl_idname: kind
    for kind in (notices.FaceNotices, notices.WordNotices, notices.SequenceNotices)
}
LISTS = {kind.bl_idname: kind for kind in (face_panels.ExpressionList, sequence_panels.BeatList)}
SHOWN = 10
"""Rows of a list that Blender draws at most, as high as the panel's lists are."""


class Layout:
    """Takes what a panel draws and keeps it."""

    def __init__(self, drawn: list | None = None) -> None:
        self.__dict__["drawn"] = [] if drawn is None else drawn

    def __setattr__(self, name: str, value: object) -> None:
        """Take a setting of the layout; none of them matters here."""

    def _part(self, **_arguments: object) -> "Layout":
        return Layout(self.drawn)

    row = column = box = grid_flow = split = _part

    def separator(self, **_arguments: object) -> None:
        """Take a gap."""

    def menu(self, name: str, **_arguments: object) -> None:
        assert hasattr(bpy.types, name)

    def popover(self, name: str, text: str = "", **_arguments: object) -> None:
        """Draw the notices that open when it is pressed; nothing else that does."""
        self.drawn.append(("popover", name, text))
        if name == emotion_buttons.FurtherFeelings.bl_idname:
            return
        kind = POPOVERS[name]
        pressed = SimpleNamespace(
            layout=Layout(self.drawn), messages=kind.messages, draw_remedies=kind.draw_remedies
        )
        kind.draw(pressed, drawing_context())

    def template_icon(self, icon_value: int, **_arguments: object) -> None:
        self.drawn.append(("icon", icon_value))

    def template_list(
        self, kind: str, _id: str, data: object, name: str, owner: object, active: str, **_more: int
    ) -> None:
        """Draw the rows that are in sight, as Blender does."""
        rows = SimpleNamespace(filter_name="", bitflag_filter_item=1)
        drawing = LISTS[kind]
        if "filter_items" in vars(drawing):
            drawing.filter_items(rows, None, data, name)
        for item in getattr(data, name)[:SHOWN]:
            drawing.draw_item(
                rows, drawing_context(), Layout(self.drawn), data, item, 0, owner, active, 0
            )

    def label(self, text: str = "", **_arguments: object) -> None:
        self.drawn.append(("label", text))

    def prop(self, owner: object, name: str, **_arguments: object) -> None:
        assert name in owner.bl_rna.properties
        self.drawn.append(("prop", name))

    def operator(self, name: str, text: str = "", **_arguments: object) -> SimpleNamespace:
        group, _, own = name.partition(".")
        getattr(getattr(bpy.ops, group), own).get_rna_type()
        pressed = SimpleNamespace()
        self.drawn.append(("operator", name, pressed, text))
        return pressed

    def operator_menu_enum(self, name: str, choice: str, text: str = "", **_more: object) -> None:
        """Draw the button of an operator that first asks for one of its properties."""
        group, _, own = name.partition(".")
        assert choice in getattr(getattr(bpy.ops, group), own).get_rna_type().properties
        self.operator(name, text)


def drawing_context(width: int = 292) -> SimpleNamespace:
    return SimpleNamespace(
        scene=bpy.context.scene,
        view_layer=bpy.context.view_layer,
        window_manager=bpy.context.window_manager,
        preferences=SimpleNamespace(system=SimpleNamespace(ui_scale=1.0)),
        region=SimpleNamespace(width=width),
    )


def draw(*panels: type, width: int = 292) -> list[tuple]:
    context, layout = drawing_context(width), Layout()
    for panel in panels:
        if getattr(panel, "poll", lambda _: True)(context):
            if hasattr(panel, "draw_header_preset"):
                panel.draw_header_preset(SimpleNamespace(layout=layout), context)
            panel.draw(SimpleNamespace(layout=layout), context)
    return layout.drawn


def labels(drawn: list[tuple]) -> str:
    return " ".join(entry[1] for entry in drawn if entry[0] == "label")


def operators(drawn: list[tuple]) -> list[str]:
    return [entry[1] for entry in drawn if entry[0] == "operator"]
