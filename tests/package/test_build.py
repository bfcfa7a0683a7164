# SPDX-License-Identifier: GPL-3.0-or-later
import importlib.util
import os
import shutil
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WHEELS = tuple(
    f"onnxruntime-1.31.1-cp{python}-cp{python}-manylinux_2_28_x86_64.whl"
    for python in ("311", "313", "314")
)


@pytest.fixture
def build(tmp_path, monkeypatch) -> ModuleType:
    """Return tools/build.py, working in a folder of the test's own, with wheels at hand."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "tools" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "build" / "wheels" / "linux-x64"
    folder.mkdir(parents=True)
    for name in WHEELS:
        with zipfile.ZipFile(folder / name, "w") as wheel:
            wheel.writestr("onnxruntime-1.31.1.dist-info/WHEEL", "Wheel-Version: 1.0")
    monkeypatch.setattr(module, "STAGES", tmp_path / "build")
    return module


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_manifest_is_of_the_package() -> None:
    manifest, project = _read(ROOT / "blender_manifest.toml"), _read(ROOT / "pyproject.toml")
    assert manifest["version"] == project["project"]["version"]
    assert manifest["license"] == [f"SPDX:{project['project']['license']}"]
    assert manifest["blender_version_min"] == "4.2.0"


def test_one_zip_is_for_everyone(build, tmp_path) -> None:
    assert build.main(["--output", str(tmp_path / "dist")]) == 0
    (path,) = (tmp_path / "dist").iterdir()
    assert path.name == f"emotebot-{_read(ROOT / 'blender_manifest.toml')['version']}.zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
    assert manifest == _read(ROOT / "blender_manifest.toml")
    assert not {"platforms", "wheels"} & manifest.keys()
    assert {"__init__.py", "LICENSE", "core/channels.py", "ui/face_panels.py"} <= set(names)
    assert {"data/models/expression.onnx", "data/models/motion.onnx"} <= set(names)
    assert "data/icons/happiness.png" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_a_zip_with_wheels_is_for_one_platform(build, tmp_path) -> None:
    path = build.build(tmp_path / "dist", "linux-x64")
    assert path.name == f"emotebot-{_read(ROOT / 'blender_manifest.toml')['version']}-linux_x64.zip"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
    assert manifest["platforms"] == ["linux-x64"]
    assert manifest["wheels"] == [f"./wheels/{name}" for name in WHEELS]
    assert {f"wheels/{name}" for name in WHEELS} <= names
    assert {"__init__.py", "LICENSE", "core/channels.py", "data/models/motion.onnx"} <= names


@pytest.mark.parametrize("platform", [None, "linux-x64"])
def test_the_same_sources_give_the_same_bytes(platform, build, tmp_path, monkeypatch) -> None:
    """Whenever they were checked out, and whatever rights new files have."""
    copy = tmp_path / "copy" / "emotebot_blender"
    shutil.copytree(ROOT / "emotebot_blender", copy)
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    before = os.umask(0o077)
    try:
        first = build.build(tmp_path / "first", platform).read_bytes()
    finally:
        os.umask(before)
    monkeypatch.setattr(build, "PACKAGE", copy)
    assert build.build(tmp_path / "second", platform).read_bytes() == first


def test_entries_are_sorted_and_of_one_time_and_mode(build, tmp_path) -> None:
    with zipfile.ZipFile(build.build(tmp_path / "dist")) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {oct(entry.external_attr >> 16) for entry in entries} == {"0o100644"}


def test_a_platform_without_wheels_is_refused(build, tmp_path, capsys) -> None:
    with pytest.raises(SystemExit):
        build.main(["--platform", "linux-x64", "--output", str(tmp_path / "dist")])
    assert "without them one zip is for all platforms" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


def test_a_manifest_without_a_place_for_wheels_is_refused(build) -> None:
    with pytest.raises(build.BuildError, match="names no blender_version_min"):
        build.staged_manifest('id = "emotebot"\n', "linux-x64", [])


def test_a_refusal_of_blenders_tool_is_one_line(build, tmp_path, monkeypatch, capsys) -> None:
    manifest = tmp_path / "blender_manifest.toml"
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    manifest.write_text(text.replace('id = "emotebot"', 'id = "no id"'), encoding="utf-8")
    monkeypatch.setattr(build, "MANIFEST", manifest)
    assert build.main(["--output", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("build.py: Could not build the extension: ")
    assert said.count("\n") == 1


def test_a_link_is_the_checkout_itself(build, tmp_path) -> None:
    assert build.main(["--link", str(tmp_path / "extensions")]) == 0
    link = tmp_path / "extensions" / "user_default" / "emotebot"
    assert (link / "__init__.py").samefile(ROOT / "emotebot_blender" / "__init__.py")
    assert (link / "core").resolve() == ROOT / "emotebot_blender" / "core"
    assert build.main(["--link", str(tmp_path / "extensions")]) == 0


def test_a_link_spares_an_installed_extension(build, tmp_path, capsys) -> None:
    installed = tmp_path / "extensions" / "user_default" / "emotebot"
    installed.mkdir(parents=True)
    assert build.main(["--link", str(tmp_path / "extensions")]) == 1
    assert "remove it in Blender first" in capsys.readouterr().err
    assert installed.is_dir()
    assert not installed.is_symlink()
