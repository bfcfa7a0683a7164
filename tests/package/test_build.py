# SPDX-License-Identifier: GPL-3.0-or-later
import importlib.util
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


def test_blenders_own_tool_builds_and_accepts_the_zip(build, tmp_path) -> None:
    path = build.build("linux-x64", tmp_path / "dist")
    assert path.name == f"emotebot-{_read(ROOT / 'blender_manifest.toml')['version']}-linux_x64.zip"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
    assert manifest["platforms"] == ["linux-x64"]
    assert manifest["wheels"] == [f"./wheels/{name}" for name in WHEELS]
    assert {f"wheels/{name}" for name in WHEELS} <= names
    assert {"__init__.py", "LICENSE", "core/channels.py", "ui/face_panels.py"} <= names
    assert {"data/models/expression.onnx", "data/models/motion.onnx"} <= names
    assert "data/icons/happiness.png" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_a_platform_that_the_manifest_leaves_out_is_refused(build) -> None:
    with pytest.raises(build.BuildError, match="names no platform windows-x64"):
        build.staged_manifest('platforms = ["linux-x64"]\n', "windows-x64", [])


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
