# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what the pages of the panel, of Python and of the command list, from what is registered.

    python tools/reference.py

In ``docs/panel.md``, ``docs/python.md`` and ``docs/command.md`` the text between two comments is
replaced: every panel with its buttons and settings as they are drawn, every operator with its
arguments, every option of the command.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from drawn_panels import INHERITED, choices_of, draw_panels, kind_of  # noqa: E402

DOCS = ROOT / "docs"
BEGIN = "<!-- Written by tools/reference.py: change that, or the texts of the classes. -->\n"
END = "<!-- end -->\n"

_STORED = {"format", "held_pose", "shown_pose", "linked_markers", "other_markers"}
"""Properties of groups that nobody sets."""


def pages() -> dict[Path, str]:
    """Return the text of each page with what it lists, by the page's path."""
    with _registered():
        listed = {
            "panel": "\n".join(_panel_lines()),
            "python": "\n".join(_python_lines()),
            "command": "\n".join(_command_lines()),
        }
    return {
        DOCS / f"{name}.md": _filled(DOCS / f"{name}.md", text) for name, text in listed.items()
    }


@contextmanager
def _registered() -> Iterator[None]:
    """Have EmoteBot registered in an empty file."""
    import emotebot_blender

    bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    try:
        yield
    finally:
        emotebot_blender.unregister()


def _filled(page: Path, listed: str) -> str:
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for what is listed")
    return f"{before}{BEGIN}\n{listed}\n{END}{after}"


def _panel_lines() -> Iterator[str]:
    """Yield the page of the panel: a chapter a panel, a table of what it draws."""
    for panel in draw_panels(_states()):
        rank = "###" if panel.parent else "##"
        within = f" In *{panel.parent}*." if panel.parent else ""
        yield f"{rank} {panel.name}\n"
        yield f"{panel.description.strip().splitlines()[0]}{within}\n"
        yield "| | is | does |\n|---|---|---|"
        for row in panel.rows.values():
            labels = " / ".join(f"**{_cell(label)}**" for label in row.labels)
            yield f"| {labels} | {row.kind} | {_with_choices(row.description, row.choices)} |"
        yield ""
    yield "## Preferences\n"
    yield "In *Edit → Preferences → Add-ons → EmoteBot*.\n"
    yield "| | is | does |\n|---|---|---|"
    from emotebot_blender.ui.addon_preferences import Preferences

    for prop in _own(Preferences.bl_rna.properties):
        text = _with_choices(prop.description, choices_of(prop))
        yield f"| **{_cell(prop.name)}** | {kind_of(prop)} | {text} |"
    yield ""


def _states() -> Iterator[None]:
    """Yield with each state of a file in which the panels draw something of their own."""
    from emotebot_blender.session import live
    from emotebot_blender.ui.shown import face_of, owner_of

    bpy.ops.emotebot.add_character()
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.expression_save(word="smirk")
    bpy.ops.emotebot.beat_add(words="happy", start=0.0)
    scene, owner = bpy.context.scene, owner_of(bpy.context)
    beat = owner.emotebot.beats[0]
    beat.has_take = beat.has_transition = beat.has_hold = beat.has_liveliness = True
    beat.intensity = 0.5
    bpy.ops.emotebot.edit_keys()
    yield
    bpy.ops.emotebot.edit_keys()
    for owner.emotebot.keying in ("STEPPED", "REDUCED"):
        yield
    live.start(face_of(bpy.context), scene, 0.0)
    yield
    live.stop()
    for name in ("Joy", "Angry", "Sorrow", "Fun"):  # as VRM calls emotions that are shown whole
        owner.shape_key_add(name=name, from_mix=False)
    owner.emotebot.detail = "BLEND"
    yield
    bpy.ops.emotebot.channel_choose(
        channel=scene.emotebot_channels.channel_name,
        object=owner.parent.name,
        control="jaw",
        kind="bone",
        axis="rotation_x",
    )
    yield
    for names in (("jawOpen", "mouthPucker"), ("1", "2"), ()):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        if names:
            _add_little_face(names)
        yield


def _add_little_face(names: tuple[str, ...]) -> None:
    """Add a triangle with a few shape keys and make it active."""
    data = bpy.data.meshes.new("Face")
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new("Face", data)
    bpy.context.scene.collection.objects.link(face)
    for name in ("Basis", *names):
        face.shape_key_add(name=name, from_mix=False).data[0].co.z = name != "Basis"
    bpy.context.view_layer.objects.active = face


def _python_lines() -> Iterator[str]:
    """Yield the operators with their arguments, then the groups that files remember."""
    from emotebot_blender.session.sequence import BeatSettings, SequenceSettings
    from emotebot_blender.session.settings import SceneSettings
    from emotebot_blender.ui import operators

    yield "## Operators\n"
    kind: Any
    for kind in operators.CLASSES:
        own = kind.bl_idname.partition(".")[2]
        described = getattr(bpy.ops.emotebot, own).get_rna_type()
        every = described.properties
        arguments = [prop for prop in _own(every, INHERITED) if not prop.is_hidden]
        yield f"### `bpy.ops.emotebot.{own}`\n"
        yield f"{described.description}. (*{described.name}*)\n"
        if "filepath" in every:
            yield "`filepath`: path of the file.\n"
        if arguments:
            yield from _property_table(arguments)
    for title, text, kind in (
        (
            "Settings of a scene",
            "`bpy.context.scene.emotebot`: what the panel shows.",
            SceneSettings,
        ),
        (
            "A character's sequence",
            "`bpy.data.objects[NAME].emotebot`, on the head of the character.",
            SequenceSettings,
        ),
        ("A beat", "An item of `beats`; changes of it are performed at once.", BeatSettings),
    ):
        yield f"## {title}\n"
        yield f"{text}\n"
        yield from _property_table([p for p in _own(kind.bl_rna.properties) if p.description])


def _property_table(properties: list[Any]) -> Iterator[str]:
    yield "| name | is | default | meaning |\n|---|---|---|---|"
    for prop in properties:
        text = _cell(prop.description or prop.name)
        if prop.type == "ENUM":
            text += ": " + ", ".join(f"`{item.identifier}`" for item in prop.enum_items)
        yield f"| `{prop.identifier}` | {kind_of(prop)} | {_default(prop)} | {text} |"
    yield ""


def _default(prop: Any) -> str:
    if prop.type in ("POINTER", "COLLECTION"):
        return ""
    if prop.type == "STRING" or prop.type == "ENUM":
        return f'`"{prop.default}"`'
    if getattr(prop, "array_length", 0):
        return f"`({', '.join(f'{value:.3g}' for value in prop.default_array)})`"
    return f"`{prop.default:.4g}`" if prop.type == "FLOAT" else f"`{prop.default}`"


def _own(properties: Any, left_out: set[str] = INHERITED | _STORED) -> Iterator[Any]:
    """Yield the properties that are EmoteBot's own, but for some."""
    for prop in properties:
        if prop.is_runtime and prop.identifier not in left_out:
            yield prop


def _command_lines() -> Iterator[str]:
    """Yield the subcommands with their options."""
    from emotebot_blender.cli.arguments import parser_of

    commands = next(
        action
        for action in parser_of(defaultdict(lambda: lambda _: None))._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    for name, parser in commands.choices.items():
        yield f"## `emotebot {name}`\n"
        yield f"{parser.description}\n"
        yield "| option | meaning |\n|---|---|"
        for action in parser._actions:
            if action.dest != "help":
                meaning = (action.help or "needed") % vars(action)
                yield f"| {_option(action)} | {_cell(meaning)} |"
        yield ""


def _option(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings) or str(action.metavar)
    value = action.metavar or "|".join(action.choices or [action.dest.upper()])
    takes_value = action.option_strings and action.nargs != 0
    return f"`{_cell(f'{names} {value}' if takes_value else names)}`"


def _with_choices(description: str, choices: tuple[tuple[str, str], ...]) -> str:
    parts = [f"*{name}*: {text}" if text else f"*{name}*" for name, text in choices]
    return _cell("<br>".join([description, *parts]))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT), file=sys.stderr)


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    os._exit(0)  # bpy as a module may hang on its way out
