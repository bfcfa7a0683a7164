# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that EmoteBot shows, for its translators.

    python tools/texts.py            lists, for each language, the texts that want a translation
    python tools/texts.py --english  writes them all, as JSON

A text is what Blender knows of our properties, operators and panels, and in the sources what is
handed to ``told``, drawn as ``text`` or ``heading``, reported by an operator or raised as an error.
Where a value goes, a text has a number in braces.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PACKAGE = ROOT / "emotebot_blender"
TRANSLATIONS = PACKAGE / "data" / "translations"
LANGUAGES = ("de", "es", "fr", "ja")

_SPOKEN = {
    **dict.fromkeys(("told", "EmoteBotError", "TriggerError", "ScriptError", "_FieldError"), 0),
    "__init__": 0,
    "_only": 1,
    "_why_no_face": 1,
    "fault": 2,
    "draw_fault": 2,
    "why_nothing": 2,
}
"""Functions and errors that people read, and which of their arguments."""

_REPORTING = {
    *("act", "tick", "keep", "clear", "notices", "counted", "keys_told", "silenced"),
    *(
        "_blocked",
        "_all_blocked",
        "why_nothing",
        "_why_no_face",
        "_unknown",
        "summarise",
        "listed",
    ),
}
"""Functions that return what people read."""

_DRAWN = {"text", "heading", "obstacle"}

_NOT_OURS = {"rna_type", "filepath", "check_existing", "filter_glob", "name"}
"""Properties that Blender or its mix-ins give our classes."""


def texts() -> list[str]:
    """Return every text, in alphabetical order."""
    from emotebot_blender.ui.emotion_buttons import buttons

    found = {*_of_blender(), *_of_sources(), *(button.label for button in buttons())}
    return sorted(text for text in found if re.search(r"[^\W\d_]{2}", text))


def _of_blender() -> Iterator[str]:
    """Yield names and tooltips of what we register."""
    import bpy

    import emotebot_blender
    from emotebot_blender import ui
    from emotebot_blender.session import registration

    emotebot_blender.register()
    try:
        for each in (*registration.CLASSES, *ui.classes()):
            kind: Any = each
            if hasattr(kind, "bl_label"):
                yield kind.bl_label
            described = kind
            if issubclass(each, bpy.types.Operator):
                group, _, name = kind.bl_idname.partition(".")
                described = getattr(getattr(bpy.ops, group), name).get_rna_type()
                yield described.description
                properties = described.properties
            else:
                properties = kind.bl_rna.properties
            yield from _of_properties(properties)
    finally:
        emotebot_blender.unregister()


def _of_properties(properties: Any) -> Iterator[str]:
    for each in properties:
        if each.identifier in _NOT_OURS or each.identifier.startswith("bl_"):
            continue
        if not each.is_runtime:
            continue
        if each.name != each.identifier:
            yield each.name
        yield each.description
        if each.type == "ENUM":
            for item in each.enum_items:
                yield item.name
                yield item.description


def _of_sources() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: each.value
            for each in tree.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _of_call(node, constants)
            elif isinstance(node, ast.FunctionDef) and node.name in _REPORTING:
                yield from _of_returns(node)


def _of_call(node: ast.Call, constants: dict[str, ast.expr]) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in _SPOKEN:
        for argument in node.args[_SPOKEN[name] :][:1]:
            if isinstance(argument, ast.Name):
                argument = constants.get(argument.id, argument)
            yield from _text(argument)
    for keyword in node.keywords:
        if keyword.arg in _DRAWN:
            yield from _text(keyword.value)


def _of_returns(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _text(node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
            for argument in node.args:
                parts = argument.elts if isinstance(argument, ast.Tuple) else [argument]
                for part in parts:
                    yield from _text(part)
        elif isinstance(node, ast.Assign | ast.SetComp):
            yield from _text(node.value if isinstance(node, ast.Assign) else node.elt)


def _text(node: ast.AST) -> Iterator[str]:
    """Yield a text, with numbers in braces for values; both of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _text(node.body)
        yield from _text(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        places = 0
        parts = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            else:
                parts.append(f"{{{places}}}")
                places += 1
        yield "".join(parts)


def main() -> None:
    """List what wants a translation, and translations of what is said no more."""
    every = texts()
    if "--english" in sys.argv:
        print(json.dumps(every, ensure_ascii=False, indent=1))
        return
    for language in LANGUAGES:
        known = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
        for text in every:
            if text not in known:
                print(f"{language}: wanted: {text}")
        for text in known.keys() - set(every):
            print(f"{language}: not said any more: {text}")


if __name__ == "__main__":
    main()
