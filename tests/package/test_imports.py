# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports run down the layers and never in circles, those within functions included."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "emotebot_blender"

LAYERS = (
    "ui",
    "cli",
    "session",
    "character",
    "animation",
    "render",
    "rig",
    "core",
)
"""Folders of the extension; each may import those that come after it."""

CORE_LAYERS = ("exchange", "performance", "script", "lexicon", "rig", "onnx_graph")

TRAINING_LAYERS = (
    "evaluation",
    "run",
    "motion",
    "expression",
    "expression_data",
    "collecting",
    "sources",
    "faces",
    "metrics",
    "tables",
)

MAY_USE_BLENDER = "training.evaluation"
"""The only part of the training that imports more of the extension than ``core``: it renders."""

IMPORT_CORE = """
import importlib, pkgutil, sys
for name in ("bpy", "bmesh", "mathutils", "torch", "mediapipe"):
    sys.modules[name] = None
import emotebot_blender.core
for each in pkgutil.walk_packages(emotebot_blender.core.__path__, "emotebot_blender.core."):
    importlib.import_module(each.name)
print("onnxruntime" in sys.modules)
"""


@cache
def modules() -> dict[str, Path]:
    """Return the full name of every module of the project, packages among them, and its file."""
    found = {}
    for folder in (PACKAGE, ROOT / "training"):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(module: str) -> Iterator[str]:
    """Yield every module of the project that a module imports, wherever in it."""
    path = modules()[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            target = name if name in modules() else name.rpartition(".")[0]
            if target in modules() and target != module:
                yield target


@cache
def graph() -> dict[str, tuple[str, ...]]:
    """Return every module and what it imports."""
    return {module: tuple(sorted(set(imported(module)))) for module in modules()}


def circles(edges: dict[str, Iterable[str]]) -> list[list[str]]:
    """Return the sets of nodes that reach each other, by Tarjan's algorithm."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in order:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], order[other])
        if lowest[node] == order[node]:
            place = stack.index(node)
            members = stack[place:]
            del stack[place:]
            if len(members) > 1:
                found.append(sorted(members))

    for node in edges:
        if node not in order:
            visit(node)
    return found


def upward(prefix: str, layers: tuple[str, ...]) -> list[str]:
    """Return the imports that run up among folders, the topmost named first."""
    wrong = []
    for module, targets in graph().items():
        for target in targets:
            ranks = [
                layers.index(parts[0])
                for name in (module, target)
                if name.startswith(prefix)
                and (parts := name[len(prefix) :].split("."))[0] in layers
            ]
            if len(ranks) == 2 and ranks[1] < ranks[0]:
                wrong.append(f"{module} imports {target}")
    return wrong


@pytest.mark.parametrize(
    ("prefix", "layers"),
    [
        ("emotebot_blender.", LAYERS),
        ("emotebot_blender.core.", CORE_LAYERS),
        ("training.", TRAINING_LAYERS),
    ],
    ids=["extension", "core", "training"],
)
def test_no_import_runs_up(prefix, layers) -> None:
    assert upward(prefix, layers) == []


def test_every_folder_is_a_layer() -> None:
    found = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found == set(LAYERS)
    found = {path.parent.name for path in (ROOT / "training").glob("*/__init__.py")}
    assert found == set(TRAINING_LAYERS)


def test_modules_do_not_import_each_other_in_circles() -> None:
    assert circles(graph()) == []


def test_a_circle_would_be_found() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}) == [["b", "c"]]


def test_training_imports_only_the_core() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in graph().items()
        for target in targets
        if module.startswith("training")
        and not module.startswith(MAY_USE_BLENDER)
        and target.startswith("emotebot_blender.")
        and not target.startswith("emotebot_blender.core")
    ]
    assert wrong == []


def test_the_extension_imports_nothing_of_the_training() -> None:
    assert not any(
        target.startswith("training")
        for module, targets in graph().items()
        if module.startswith("emotebot_blender")
        for target in targets
    )


def test_no_two_modules_have_one_name() -> None:
    packages = {path.parent for path in modules().values() if path.name == "__init__.py"}
    counts = Counter(
        path.stem
        for path in modules().values()
        if not path.stem.startswith("__") and path.parent / path.stem not in packages
    )
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_two_classes_have_one_name() -> None:
    counts = Counter(
        node.name
        for path in modules().values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in counts.items() if count > 1] == []


def test_the_package_imports_itself_relatively() -> None:
    """In Blender its name is ``bl_ext.<repository>.emotebot``."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.level == 0 and "emotebot" in str(node.module))
        or (isinstance(node, ast.Import) and any("emotebot" in each.name for each in node.names))
    ]
    assert wrong == []


def test_core_needs_neither_blender_nor_torch_nor_onnxruntime_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_CORE], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "False"
