# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/extension-site.md says of the zip for Blender's extension site, where it can be tested.

Tags are those of Blender's manual (Extensions, Tags, add-ons), permissions those of its page on how
to create extensions.
"""

import ast
import importlib.util
import re
import struct
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "emotebot_blender"
PAGE = ROOT / "docs" / "extension-site.md"
SOURCES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}

LARGEST = 3_000_000
"""Bytes of the zip."""

TAGS = {
    *("3D View", "Add Curve", "Add Mesh", "Animation", "Bake", "Camera", "Compositing"),
    *("Development", "Game Engine", "Geometry Nodes", "Grease Pencil", "Import-Export"),
    *("Lighting", "Material", "Mesh", "Modeling", "Node", "Object", "Paint", "Physics"),
    *("Pipeline", "Render", "Rigging", "Scene", "Sculpt", "Sequencer", "System", "Text Editor"),
    *("Tracking", "User Interface", "UV"),
}

KINDS = {".py", ".json", ".csv", ".npz", ".onnx", ".png", ".md"}
"""Endings of what may be in the zip beside the manifest and the licence."""

NETWORK = {
    *("asyncio", "ftplib", "http", "imaplib", "poplib", "requests", "smtplib", "socket"),
    *("socketserver", "ssl", "telnetlib", "urllib", "webbrowser", "xmlrpc"),
}
"""Modules that speak to a network, or open a browser that does."""

STARTS_BLENDER = "shot_process.py"
"""The one file that starts a program, Blender itself, where ``emotebot batch`` is called."""

PROGRAMS = {"multiprocessing", "pip", "pty", "runpy", "subprocess"}
"""Modules that start other programs."""

BLENDERS = {
    *("bl_math", "blf", "bmesh", "bpy", "bpy_extras", "gpu", "gpu_extras", "mathutils"),
    *("addon_utils", "numpy", "rna_keymap_ui"),
}
"""Modules that Blender brings, beside those of Python."""

OPTIONAL = {"onnxruntime"}
"""Used where it is there."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Iterator[zipfile.ZipFile]:
    """Return the zip for everyone."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "tools" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("site")
    module.STAGES = folder / "build"
    with zipfile.ZipFile(module.build(folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def manifest(archive) -> dict:
    """Return its manifest."""
    return tomllib.loads(archive.read("blender_manifest.toml").decode())


def imports() -> Iterator[tuple[Path, str]]:
    """Yield each source and each module that it imports from outside the package."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield path, str(node.module)


def calls() -> Iterator[tuple[Path, str]]:
    """Yield each source and what it calls, as it is written."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, ast.unparse(node.func)


def size_of(picture: Path) -> tuple[int, int]:
    """Return width and height of a PNG, from its header."""
    content = picture.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def test_the_zip_is_small(archive) -> None:
    assert Path(archive.filename).stat().st_size <= LARGEST


def test_the_zip_holds_the_package_and_nothing_else(archive) -> None:
    names = {
        name for name in archive.namelist() if name not in ("blender_manifest.toml", "LICENSE")
    }
    assert {Path(name).suffix for name in names} <= KINDS
    ours = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    assert names == {name for name in ours if not name.endswith(".pyc")}


def test_the_zip_is_for_all_platforms(manifest) -> None:
    assert not {"platforms", "wheels"} & manifest.keys()


def test_the_name_is_not_blenders(manifest) -> None:
    assert "blender" not in manifest["name"].casefold()
    assert "blender" not in manifest["id"].casefold()


def test_the_tagline_is_short_and_no_sentence(manifest) -> None:
    assert 0 < len(manifest["tagline"]) <= 64
    assert manifest["tagline"][-1].isalnum()


def test_tags_are_those_of_the_site(manifest) -> None:
    assert manifest["tags"]
    assert set(manifest["tags"]) <= TAGS


def test_the_licence_is_blenders(manifest, archive) -> None:
    assert manifest["license"] == ["SPDX:GPL-3.0-or-later"]
    assert archive.read("LICENSE").startswith(b"                    GNU GENERAL PUBLIC LICENSE")


def test_copyright_is_a_year_and_a_name(manifest) -> None:
    assert manifest["copyright"]
    assert all(re.fullmatch(r"\d{4}(-\d{4})? \S.*", each) for each in manifest["copyright"])


def test_files_are_all_that_is_asked_for(manifest) -> None:
    assert list(manifest["permissions"]) == ["files"]
    reason = manifest["permissions"]["files"]
    assert 0 < len(reason) <= 64
    assert reason[-1].isalnum()


def test_optional_entries_are_not_left_empty(manifest) -> None:
    assert all(manifest.values())


def test_nothing_is_imported_that_speaks_to_a_network_or_starts_programs() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path, name in imports()
        if name.split(".")[0] in NETWORK | PROGRAMS and path.name != STARTS_BLENDER
    ]
    assert wrong == []


def test_everything_imported_comes_with_blender() -> None:
    known = BLENDERS | OPTIONAL | set(sys.stdlib_module_names)
    assert {name for _, name in imports() if name.split(".")[0] not in known} == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"(builtins\.)?(eval|exec|compile|__import__)",
        r"os\.(system|popen|exec\w*|spawn\w*|startfile|fork)",
        r"sys\.path\.\w+",
        r"sys\.modules\.(pop|update|setdefault|clear)",
        r"(pickle|marshal|shelve)\.\w+",
    ],
)
def test_nothing_is_called_that_reviewers_turn_away(pattern) -> None:
    assert [f"{path.name}: {name}" for path, name in calls() if re.fullmatch(pattern, name)] == []


def test_modules_of_others_are_left_alone() -> None:
    """Nothing is assigned to or deleted from ``sys.path`` and ``sys.modules``."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        and ast.unparse(node).startswith(("sys.path", "sys.modules"))
    ]
    assert wrong == []


def test_what_stands_beside_the_code_is_data_that_is_read() -> None:
    """``__file__`` begins constants and the path of the package, and no path that is written."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "__file__":
                line = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
                assert re.search(r"Path\(__file__\)\.resolve\(\)\.parents?", line), path
                assert not re.search(r"write|open\(|mkdir|touch|unlink", line), path


def test_pictures_have_the_sites_sizes_and_are_light() -> None:
    site = ROOT / "docs" / "site"
    assert size_of(site / "icon.png") == (256, 256)
    assert size_of(site / "featured.png") == (1920, 1080)
    assert all(path.stat().st_size <= 1_000_000 for path in site.iterdir())


def test_the_page_is_of_the_manifest(manifest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f'"{manifest["tagline"]}"' in page
    assert ", ".join(manifest["tags"]) in page
    assert f"| {manifest['blender_version_min']} |" in page
    assert f"`{manifest['license'][0]}`" in page


def test_what_the_page_names_is_there() -> None:
    for name in re.findall(r"`((?:tests|tools|docs|\.ci)/[\w./-]+)`", PAGE.read_text("utf-8")):
        assert (ROOT / name).exists(), name
