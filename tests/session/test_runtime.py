# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs has one owner, and only the interface and the command know Blender's context."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest
from interface import tracks

from emotebot_blender.session.runtime import is_registered, paused_updates, runtime

PACKAGE = Path(__file__).resolve().parents[2] / "emotebot_blender"


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path of each file of some folders, and its syntax."""
    for folder in folders:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def test_the_runtime_lasts_as_long_as_emotebot_is_registered(blender) -> None:
    import emotebot_blender

    first = runtime()
    emotebot_blender.unregister()
    assert not is_registered()
    with pytest.raises(RuntimeError, match="not registered"):
        runtime()
    emotebot_blender.register()
    assert runtime() is not first


def test_another_file_forgets_what_was_known_of_the_last_one(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    face.emotebot.beats[0].words = "hapy"
    assert runtime().problems
    assert runtime().performers
    bpy.ops.wm.read_factory_settings(use_empty=True)
    known = runtime()
    assert (known.problems, known.performers, known.durations) == ({}, {}, {})


def test_updates_are_paused_until_the_last_has_ended(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    before = tracks(face)
    with paused_updates():
        with paused_updates():
            pass
        face.emotebot.beats[0].mute = True
        assert tracks(face) == before
    face.emotebot.beats[0].intensity = 0.5
    assert tracks(face) == {}


def test_no_module_holds_state_but_the_one_of_the_runtime() -> None:
    """What is filled while Blender runs begins empty, or is assigned by a function."""
    filled: list[str] = []
    for path, tree in sources("session", "ui"):
        filled += [
            f"{path}:{node.lineno}"
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value)
        ]
        assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
        filled += [f"{path}: {name}" for node in assigned for name in node.names]
    assert set(filled) == {"session/runtime.py: _runtime"}


def _is_empty(node: ast.AST | None) -> bool:
    """Return whether a value is a container without members."""
    return (isinstance(node, ast.List) and not node.elts) or (
        isinstance(node, ast.Dict) and not node.keys
    )


def test_only_the_interface_and_the_command_know_the_context() -> None:
    used = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in sources("session")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("bpy.context", "bpy.ops")
    ]
    assert used == []
