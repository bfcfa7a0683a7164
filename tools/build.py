# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the Blender extension: one zip for everyone, or zips with onnxruntime for each platform.

    python tools/build.py                      the zip for every platform, in dist/: Python alone
    python tools/build.py --wheels             zips with onnxruntime, for all platforms
    python tools/build.py --wheels --platform windows-x64
    python tools/build.py --link               the checkout itself in Blender, for development

The same sources give the same bytes. The building and the check of the result are Blender's own; it
comes with bpy.
"""

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "emotebot_blender"
MANIFEST = ROOT / "blender_manifest.toml"
STAGES = ROOT / "build"

ONNXRUNTIME = "onnxruntime==1.31.1"
PYTHONS = ("3.11", "3.13", "3.14")
"""Blender 4.2 to 5.0 run Python 3.11, 5.1 and 5.2 run 3.13, Debian's own 5.2 runs 3.14."""

WHEEL_TAGS = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
    "windows-x64": ("win_amd64",),
    "windows-arm64": ("win_arm64",),
    "macos-arm64": ("macosx_14_0_arm64", "macosx_13_0_arm64", "macosx_11_0_arm64"),
}
"""Blender's name of a platform to the tags that wheels for it may bear."""


OLDEST_TIME = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip can bear; all entries have it."""

READABLE = 0o100644 << 16
"""Of each entry: a file that its owner may write and all may read, as zips store it."""


class BuildError(Exception):
    """The build cannot go on; the message is one sentence."""


def fetch_wheels(platform: str) -> list[Path]:
    """Return onnxruntime's wheels for the platform, one for each Python, fetched when missing.

    Its other requirements are left out: at inference it imports numpy alone, which Blender has.

    Raises:
        BuildError: the package index has no such wheel or cannot be reached.
    """
    folder = STAGES / "wheels" / platform
    folder.mkdir(parents=True, exist_ok=True)
    version = ONNXRUNTIME.partition("==")[2]
    wheels = []
    for python in PYTHONS:
        pattern = f"onnxruntime-{version}-cp{python.replace('.', '')}-*.whl"
        if not any(folder.glob(pattern)):
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
            for tag in WHEEL_TAGS[platform]:
                command += ["--platform", tag]
            _run([*command, "--dest", str(folder), ONNXRUNTIME], f"fetch {ONNXRUNTIME}")
        wheels += sorted(folder.glob(pattern))
    return wheels


def staged_manifest(text: str, platform: str, wheels: list[Path]) -> str:
    """Return the manifest for one platform with its wheels.

    Args:
        text: the manifest as written by hand, for all platforms.
        platform: Blender's name of the platform.
        wheels: the wheels to name.

    Raises:
        BuildError: the manifest does not say for which Blender it is.
    """
    names = "".join(f'  "./wheels/{wheel.name}",\n' for wheel in wheels)
    lines = f'platforms = ["{platform}"]\nwheels = [\n{names}]'
    staged, count = re.subn(
        r"^blender_version_min = .*$", rf"\g<0>\n{lines}", text, count=1, flags=re.MULTILINE
    )
    if not count:
        raise BuildError(f"{MANIFEST.name} names no blender_version_min")
    return staged


def stage(platform: str | None = None, link: bool = False) -> Path:
    """Lay out the extension as Blender wants it and return the folder.

    Args:
        platform: Blender's name of the platform to bring wheels for; None for none.
        link: whether to link the package's files, for development, rather than copy them.
    """
    folder = STAGES / ("link" if link else "stage") / "emotebot"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    manifest = MANIFEST.read_text(encoding="utf-8")
    if platform is not None:
        wheels = fetch_wheels(platform)
        manifest = staged_manifest(manifest, platform, wheels)
        (folder / "wheels").mkdir()
        for wheel in wheels:
            (folder / "wheels" / wheel.name).hardlink_to(wheel)
    (folder / MANIFEST.name).write_text(manifest, encoding="utf-8", newline="\n")
    shutil.copy(ROOT / "LICENSE", folder)
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for entry in sorted(PACKAGE.iterdir()):
        if entry.name == "__pycache__":
            continue
        if link:
            (folder / entry.name).symlink_to(entry)
        elif entry.is_dir():
            shutil.copytree(entry, folder / entry.name, ignore=skip)
        else:
            shutil.copy(entry, folder)
    return folder


def build(output: Path, platform: str | None = None) -> Path:
    """Build a zip, let Blender's own tool check it, and return its path.

    Args:
        output: folder for it.
        platform: Blender's name of the platform to bring wheels for; None for the zip for all.

    Raises:
        BuildError: a wheel is missing, or Blender's tool refuses the package.
    """
    version = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["version"]
    folder = stage(platform)
    output.mkdir(parents=True, exist_ok=True)
    name = f"emotebot-{version}" + (f"-{platform.replace('-', '_')}" if platform else "")
    zip_path = (output / f"{name}.zip").resolve()
    tool = [sys.executable, str(_extension_tool())]
    _run(
        [*tool, "build", f"--source-dir={folder}", f"--output-filepath={zip_path}"],
        "build the extension",
    )
    make_reproducible(zip_path)
    _run([*tool, "validate", str(zip_path)], "validate the extension")
    return zip_path


def make_reproducible(zip_path: Path) -> None:
    """Write a zip anew, so that the same content gives the same bytes.

    Its entries are sorted and all have one time, one mode and one way of compression, but for
    wheels, which are zips themselves.
    """
    part = zip_path.with_suffix(".part")
    with zipfile.ZipFile(zip_path) as before, zipfile.ZipFile(part, "w") as after:
        for name in sorted(before.namelist()):
            entry = zipfile.ZipInfo(name, OLDEST_TIME)
            entry.create_system, entry.external_attr = 3, READABLE  # Unix, wherever it is built
            is_zip = name.endswith(".whl")
            entry.compress_type = zipfile.ZIP_STORED if is_zip else zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name), compresslevel=9)
    part.replace(zip_path)


def link(extensions: Path | None = None) -> Path:
    """Put the checkout itself among the user's extensions in Blender and return the link.

    Args:
        extensions: Blender's folder of user extensions; None for that of the installed bpy.

    Raises:
        BuildError: an installed EmoteBot is in the way.
    """
    if extensions is None:
        import bpy  # takes a second: only to ask where the folder lies

        extensions = Path(bpy.utils.user_resource("EXTENSIONS"))
    target = extensions / "user_default" / "emotebot"
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        raise BuildError(f"There is an installed EmoteBot at {target}: remove it in Blender first")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(stage(link=True), target_is_directory=True)
    return target


def _extension_tool() -> Path:
    spec = importlib.util.find_spec("bpy")
    if spec is None or spec.origin is None:
        raise BuildError("The extension is built by Blender's own tool: pip install bpy first")
    pattern = "*/scripts/addons_core/bl_pkg/cli/blender_ext.py"
    tools = sorted(Path(spec.origin).parent.glob(pattern))
    if not tools:
        raise BuildError(f"This bpy brings no extension builder ({pattern})")
    return tools[-1]


def _run(command: list[str], purpose: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()] or lines or ["no reason given"]
        raise BuildError(f"Could not {purpose}: {errors[-1].strip()}")


def main(arguments: list[str] | None = None) -> int:
    """Build or link as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="build.py", description="Build the Blender extension.")
    parser.add_argument("--wheels", action="store_true", help="bring onnxruntime along")
    parser.add_argument(
        "--platform", choices=WHEEL_TAGS, help="of the wheels (default: a zip for each)"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder for the zip")
    parser.add_argument(
        "--link",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="link the checkout into Blender's extensions folder (default: the installed bpy's)",
    )
    options = parser.parse_args(arguments)
    if options.platform and not options.wheels:
        parser.error("--platform is for --wheels: without them one zip is for all platforms")
    platforms = [options.platform] if options.platform else list(WHEEL_TAGS)
    try:
        if options.link is not None:
            print(link(Path(options.link) if options.link else None))
        else:
            for platform in platforms if options.wheels else [None]:
                print(build(options.output, platform), flush=True)
    except (BuildError, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
