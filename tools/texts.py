# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that EmoteBot shows, for its translators.

    python tools/texts.py            lists, for each language, the texts that want a translation
    python tools/texts.py --english  writes them all, as JSON

A text is what Blender knows of our properties, operators and panels, what is drawn as ``text`` or
``heading``, and the template of every ``Message`` and ``EmoteBotError`` in the sources, with the
names of its values in braces. Names of channels are the same in every language.
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

_DRAWN = {"text", "heading"}
"""Arguments of layouts that Blender translates."""

_PLACEHOLDER = re.compile(r"\{\w+(:[^{}]*)?\}")
"""Where a value goes."""

_INHERITED = {"rna_type", "filepath", "check_existing", "filter_glob"}
"""Properties that Blender or its mix-ins give our classes."""


def texts() -> list[str]:
    """Return every text, in alphabetical order."""
    from emotebot_blender.core.channels import CHANNELS
    from emotebot_blender.ui.emotion_buttons import buttons, further_buttons

    shown = (*buttons(), *further_buttons())
    every = {*_of_blender(), *_of_sources(), *(button.label for button in shown)}
    every.difference_update(CHANNELS)
    return sorted(text for text in every if re.search(r"[^\W\d_]{2}", _PLACEHOLDER.sub("", text)))


def _of_blender() -> Iterator[str]:
    """Yield names and tooltips of what we register."""
    import bpy

    import emotebot_blender
    from emotebot_blender import ui
    from emotebot_blender.session import registration

    emotebot_blender.register()
    try:
        kinds: tuple[Any, ...] = (*registration.CLASSES, *ui.classes())
        for kind in kinds:
            if hasattr(kind, "bl_label"):
                yield kind.bl_label
            described = kind.bl_rna
            if issubclass(kind, bpy.types.Operator):
                group, _, name = kind.bl_idname.partition(".")
                described = getattr(getattr(bpy.ops, group), name).get_rna_type()
                yield described.description
            yield from _of_properties(described.properties)
    finally:
        emotebot_blender.unregister()


def _of_properties(properties: Any) -> Iterator[str]:
    for prop in properties:
        if prop.identifier in _INHERITED or prop.identifier.startswith("bl_"):
            continue
        if not prop.is_runtime:
            continue
        if prop.name != prop.identifier:
            yield prop.name
        yield prop.description
        if prop.type == "ENUM":
            for item in prop.enum_items:
                yield item.name
                yield item.description


def _of_sources() -> Iterator[str]:
    """Yield the templates of messages and errors, and what is drawn."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]
    positions = {"Message": 0} | dict.fromkeys(_errors(trees), 0) | _with_templates(trees)
    for tree in trees:
        constants = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                for argument in node.args[positions[name] :][:1] if name in positions else ():
                    yield from _literals(argument, constants)
                for keyword in node.keywords:
                    if keyword.arg in _DRAWN:
                        yield from _literals(keyword.value, constants)


def _errors(trees: list[ast.Module]) -> set[str]:
    """Return the names of ``EmoteBotError`` and of its subclasses, whose parents come first."""
    classes = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    names = {"EmoteBotError"}
    for _ in classes:
        names |= {c.name for c in classes for base in c.bases if getattr(base, "id", "") in names}
    return names


def _with_templates(trees: list[ast.Module]) -> dict[str, int]:
    """Return the functions that take a template, and the position of it among the arguments."""
    return {
        node.name: [argument.arg for argument in node.args.args].index("template")
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(argument.arg == "template" for argument in node.args.args)
    }


def _literals(node: ast.AST, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield a text, both of a choice, or that of a name; nothing of a message handed on."""
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body, constants)
        yield from _literals(node.orelse, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _literals(constants[node.id], {})
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def main() -> None:
    """List what wants a translation, and translations of what is shown no more."""
    every = texts()
    if "--english" in sys.argv:
        print(json.dumps(every, ensure_ascii=False, indent=1))
        return
    for language in LANGUAGES:
        translations = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
        for text in every:
            if text not in translations:
                print(f"{language}: wanted: {text}")
        for text in translations.keys() - set(every):
            print(f"{language}: not shown any more: {text}")


if __name__ == "__main__":
    main()
