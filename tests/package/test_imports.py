# SPDX-License-Identifier: GPL-3.0-or-later
import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "emotebot_blender"

MAY_IMPORT = {
    "core": {"core"},
    "scene": {"core", "scene"},
    "ui": {"core", "scene", "ui"},
    "training": {"core"},
    "training/evaluation": {"core", "scene", "training"},
}
"""ui → scene → core ← training; but evaluation renders faces, and so needs the scene."""

IMPORT_CORE = """
import importlib, pkgutil, sys
for name in ("bpy", "bmesh", "mathutils", "torch", "mediapipe"):
    sys.modules[name] = None
import emotebot_blender.core
for each in pkgutil.walk_packages(emotebot_blender.core.__path__, "emotebot_blender.core."):
    importlib.import_module(each.name)
print("onnxruntime" in sys.modules)
"""


def _imported(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file of the project imports."""
    place = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(place[: len(place) - node.level]) + "." if node.level else ""
            for alias in node.names:
                yield f"{base}{node.module + '.' if node.module else ''}{alias.name}"


def _layer(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "emotebot_blender" and len(parts) > 1:
        return parts[1]
    return "training" if parts[0] == "training" else None


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_what_lies_below(layer) -> None:
    folder = ROOT / layer if layer.startswith("training") else PACKAGE / layer
    nested = [ROOT / other for other in MAY_IMPORT if other.startswith(f"{layer}/")]
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(folder.rglob("*.py"))
        if not any(path.is_relative_to(other) for other in nested)
        for name in _imported(path)
        if _layer(name) in MAY_IMPORT.keys() - MAY_IMPORT[layer] - {layer}
    ]
    assert wrong == []


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
