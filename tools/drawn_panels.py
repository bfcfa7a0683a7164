# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels of EmoteBot draw, found out by drawing them without a window.

``draw_panels`` draws each panel in several states of a file; what is drawn in any of them becomes a
row, in the order of the panel.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import bpy

INHERITED = {"rna_type", "filepath", "check_existing", "filter_glob"}
"""Properties that Blender or its mix-ins give our classes."""

_EVERY_FEELING = {"emotebot.pose", "emotebot.trigger"}
"""Operators with a button for each feeling."""


@dataclass
class DrawnRow:
    """A button, a setting or a menu that a panel draws.

    Attributes:
        kind: "button", "menu", or what sort of setting it is, such as "number, 0 to 1".
        labels: what stands on it, in each of its states.
        description: its tooltip.
        choices: names and descriptions of the items of a choice.
    """

    kind: str
    labels: list[str]
    description: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass
class DrawnPanel:
    """A panel or a menu and what it draws.

    Attributes:
        name: what stands on it, "Menu: " before that of a menu.
        description: what it is for.
        parent: name of the panel that it is in, or that opens it; empty for one of the sidebar's.
        rows: in order.
    """

    name: str
    description: str
    parent: str
    rows: dict[object, DrawnRow] = field(default_factory=dict)


def kind_of(prop: Any) -> str:
    """Return what sort of property it is, for people, with its range."""
    if prop.type == "BOOLEAN":
        return "switch"
    if prop.type == "ENUM":
        return "choice"
    if prop.type == "POINTER":
        return "object" if prop.fixed_type.identifier == "Object" else "data-block"
    if prop.type == "COLLECTION":
        return "list"
    if prop.type == "STRING":
        return "text"
    kind = "whole number" if prop.type == "INT" else "number"
    if getattr(prop, "array_length", 0):
        return f"{prop.array_length} {kind}s"
    low, high = (limit if abs(limit) < 1e9 else None for limit in (prop.hard_min, prop.hard_max))
    if low is not None and high is not None:
        return f"{kind}, {low:g} to {high:g}"
    return kind if low is None else f"{kind} from {low:g}"


def choices_of(prop: Any) -> tuple[tuple[str, str], ...]:
    """Return names and descriptions of a property's items, none where it is no choice."""
    items = prop.enum_items if prop.type == "ENUM" else ()
    return tuple((item.name, item.description) for item in items)


class _Pressed(SimpleNamespace):
    """Takes what a panel sets of a button's operator; the rest is as the operator has it."""

    def __init__(self, described: Any) -> None:
        self._properties = described.properties

    def __getattr__(self, name: str) -> Any:
        return self._properties[name].default

    def given(self) -> dict[str, str]:
        """Return what the switches and choices that were set mean, by their names."""
        meanings = {}
        for name, value in vars(self).items():
            prop = None if name == "_properties" else self._properties[name]
            if prop is not None and prop.type == "BOOLEAN":
                meanings[name] = prop.description if value else f"Without: {prop.description}"
            elif prop is not None and prop.type == "ENUM":
                meanings[name] = prop.enum_items[value].description
        return meanings


class _Layout:
    """Takes what a panel draws; whatever it does not know draws nothing."""

    context: Any
    drawn: list[tuple[Any, ...]]
    opened: list[str]

    def __init__(self, context: Any) -> None:
        self.__dict__.update(context=context, drawn=[], opened=[])

    def __setattr__(self, name: str, value: object) -> None:
        """Take a setting of the layout; none of them matters here."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        parts = name in ("row", "column", "box", "split", "grid_flow", "menu_pie")
        return lambda *_, **__: self if parts else None

    def prop(self, owner: Any, name: str, text: str | None = None, **_: object) -> None:
        """Draw a setting."""
        every = [prop for prop in owner.bl_rna.properties if prop.identifier == name]
        self.drawn.append(("setting", every[-1], text))  # the last one is ours, not Blender's

    def prop_search(self, owner: Any, name: str, *_: object, **__: object) -> None:
        """Draw a setting with a list to choose from."""
        self.prop(owner, name)

    def operator(self, name: str, text: str = "", **_: object) -> _Pressed:
        """Draw a button."""
        group, own = name.split(".")
        pressed = _Pressed(getattr(getattr(bpy.ops, group), own).get_rna_type())
        self.drawn.append(("button", name, text, pressed))
        return pressed

    def operator_menu_enum(self, name: str, _: str, text: str = "", **__: object) -> _Pressed:
        """Draw a button that opens the choices of its operator."""
        return self.operator(name, text)

    def menu(self, name: str, **_: object) -> None:
        """Draw what opens a menu."""
        self.opened.append(name)

    def popover(self, name: str, **_: object) -> None:
        """Draw what opens a popover."""
        self.opened.append(name)

    def template_list(self, kind: str, _: str, data: Any, name: str, *__: Any, **___: int) -> None:
        """Draw a list by its first row."""
        drawing = getattr(bpy.types, kind)
        items = getattr(data, name)
        rows = SimpleNamespace(filter_name="", bitflag_filter_item=1)
        if "filter_items" in vars(drawing):
            drawing.filter_items(rows, self.context, data, name)
        for item in items[:1]:
            drawing.draw_item(rows, self.context, self, data, item, 0, None, "", 0)


def draw_panels(states: Iterator[None]) -> list[DrawnPanel]:
    """Return the panels of the sidebar and what opens from them, as all states have them.

    Args:
        states: changes the file with each step.
    """
    from emotebot_blender import ui

    kinds = {kind.__name__: kind for kind in ui.classes() if hasattr(kind, "draw")}
    kinds |= {kind.bl_idname: kind for kind in kinds.values() if hasattr(kind, "bl_idname")}
    sidebar = {kind: _new_panel(kind, kinds) for kind in kinds.values() if _is_in_sidebar(kind)}
    opened: dict[type, DrawnPanel] = {}
    for _ in states:
        for kind, panel in sidebar.items():
            _draw(kind, panel, kinds, opened)
    listed = []
    for panel in sidebar.values():
        listed += [panel, *(one for one in opened.values() if one.parent == panel.name)]
    return [panel for panel in listed if panel.rows]


def _is_in_sidebar(kind: type) -> bool:
    return getattr(kind, "bl_category", "") != ""


def _new_panel(kind: Any, kinds: dict[str, Any], parent: str = "") -> DrawnPanel:
    within = kinds.get(getattr(kind, "bl_parent_id", ""))
    name = f"Menu: {kind.bl_label}" if issubclass(kind, bpy.types.Menu) else kind.bl_label
    return DrawnPanel(name, kind.__doc__, within.bl_label if within else parent)


def _draw(kind: Any, panel: DrawnPanel, kinds: dict[str, Any], opened: dict[type, Any]) -> None:
    """Add to a panel what it draws in the file as it stands, and to what it opens likewise."""
    context = _drawing_context()
    if not getattr(kind, "poll", lambda _: True)(context):
        return
    layout = _Layout(context)
    for part in ("draw_header_preset", "draw"):
        if hasattr(kind, part):
            getattr(kind, part)(SimpleNamespace(layout=layout), context)
    _merge(panel.rows, layout.drawn)
    for name in dict.fromkeys(layout.opened):
        menu = kinds[name]
        if menu not in opened:
            opened[menu] = _new_panel(menu, kinds, panel.name)
        if not hasattr(menu, "messages"):  # notices draw what is wrong at the moment
            _draw(menu, opened[menu], kinds, opened)


def _merge(rows: dict[object, DrawnRow], drawn: list[tuple[Any, ...]]) -> None:
    """Put what was drawn into rows, new ones behind the one that was drawn before them."""
    place = 0
    for kind, *entry in drawn:
        key, row = _setting_row(*entry) if kind == "setting" else _button_row(*entry)
        if key in rows:
            known = rows[key].labels
            known += [label for label in row.labels if label not in known]
        else:
            items = list(rows.items())
            items.insert(place, (key, row))
            rows.clear()
            rows.update(items)
        place = list(rows).index(key) + 1


def _setting_row(prop: Any, text: str | None) -> tuple[object, DrawnRow]:
    label = text or prop.name
    row = DrawnRow(kind_of(prop), [label], prop.description, choices_of(prop))
    return (label, prop.type), row


def _button_row(name: str, text: str, pressed: _Pressed) -> tuple[object, DrawnRow]:
    group, _, own = name.partition(".")
    described = getattr(getattr(bpy.ops, group), own).get_rna_type()
    kind = getattr(bpy.types, f"{group.upper()}_OT_{own}")
    given = pressed.given()
    parts = [described.description, *given.values()]
    if "description" in vars(kind):
        parts = [kind.description(bpy.context, pressed)]
    label = described.name if name in _EVERY_FEELING or not text else text
    return (name, *given.items()), DrawnRow("button", [label], "<br>".join(parts))


def _drawing_context() -> Any:
    return SimpleNamespace(
        scene=bpy.context.scene,
        view_layer=bpy.context.view_layer,
        window_manager=bpy.context.window_manager,
        preferences=SimpleNamespace(system=SimpleNamespace(ui_scale=1.0)),
        region=SimpleNamespace(width=292),
        window=None,
        mode=bpy.context.mode,
    )
