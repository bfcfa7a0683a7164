# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an extension's zip in this Blender, as a user would lead it.

    python .ci/try_extension.py ZIP                       with bpy as a module
    blender -b --python-exit-code 1 -P .ci/try_extension.py -- ZIP

An older version is installed and enabled, the zip is installed over it, used, disabled, enabled
again, used again and removed; nothing may stay behind. Networks run in the onnxruntime that the zip
brings, or else in NumPy. Set BLENDER_USER_RESOURCES to an empty folder first: the extension is
installed there.
"""

import importlib
import os
import re
import sys
import tempfile
import traceback
import zipfile
from pathlib import Path

import bpy

MODULE = "bl_ext.user_default.emotebot"
MANIFEST = "blender_manifest.toml"


def try_extension(zip_path: Path) -> None:
    """Lead the extension's life; any fault is an exception."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    extensions = Path(bpy.utils.user_resource("EXTENSIONS"))
    registered, files = registrations(), files_of(extensions)
    with tempfile.TemporaryDirectory(prefix="emotebot-") as folder:
        install(older(zip_path, Path(folder)))
    install(zip_path)
    installed = extensions / "user_default" / "emotebot"
    with zipfile.ZipFile(zip_path) as archive:
        expected = {name: archive.read(name) for name in archive.namelist()}
    assert "onnxruntime" not in sys.modules, "enabling has imported onnxruntime"

    perform()
    check_languages()
    check_runner(brings_wheels=any(name.endswith(".whl") for name in expected))
    bpy.ops.preferences.addon_disable(module=MODULE)
    check_nothing_stays(registered, "disabling")
    bpy.ops.preferences.addon_enable(module=MODULE)
    perform()
    found = files_of(installed)
    assert found == expected, (
        f"files beside the code have changed: {found.keys() ^ expected.keys()}"
    )

    bpy.ops.extensions.package_uninstall(repo_index=user_repository(), pkg_id="emotebot")
    check_nothing_stays(registered, "removing")
    left = {name for name in files_of(extensions).keys() - files.keys() if "emotebot" in name}
    left |= {name for name in files_of(extensions) if "onnxruntime" in name}
    assert not left, f"removing has left files behind: {sorted(left)[:5]}"
    print(
        f"Blender {bpy.app.version_string}, Python {sys.version.split()[0]}: "
        f"{zip_path.name} installed over an older one, enabled, used, disabled, enabled and removed"
    )


def install(zip_path: Path) -> None:
    """Install a zip as one does that is dropped into Blender, and enable it."""
    bpy.ops.extensions.package_install_files(
        filepath=str(zip_path), repo="user_default", enable_on_install=True
    )
    assert MODULE in bpy.context.preferences.addons, f"{MODULE} is not enabled"
    assert hasattr(bpy.types.Scene, "emotebot"), f"{zip_path} has registered nothing"


def older(zip_path: Path, folder: Path) -> Path:
    """Return a zip of the same content that says it is an older version."""
    path = folder / "older.zip"
    with zipfile.ZipFile(zip_path) as newer, zipfile.ZipFile(path, "w") as archive:
        for entry in newer.infolist():
            content = newer.read(entry)
            if entry.filename == MANIFEST:
                content, count = re.subn(rb'(?m)^version = ".*"', b'version = "0.0.1"', content)
                assert count == 1, f"{MANIFEST} says no version"
            archive.writestr(entry, content)
    return path


def user_repository() -> int:
    """Return the index of the repository of what the user installs from files."""
    repositories = bpy.context.preferences.extensions.repos
    return [repository.module for repository in repositories].index("user_default")


def perform() -> None:
    """Key a script on a new character and check what it shows."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.emotebot.add_character()
    bpy.ops.emotebot.perform(script="happy, then sad", seed=1, frame_start=1)
    keyed = [key for key in bpy.data.shape_keys if key.animation_data.nla_tracks]
    assert keyed, "nothing was keyed"
    moved = {}
    for frame in (1, 40, 100):
        bpy.context.scene.frame_set(frame)
        moved[frame] = {
            block.name: block.value
            for key in keyed
            for block in key.key_blocks
            if block.value > 0.1
        }
    assert moved[40].get("mouthSmileLeft", 0) > 0.2, f"no smile on frame 40: {moved[40]}"
    assert moved[100].get("mouthFrownLeft", 0) > 0.1, f"no frown on frame 100: {moved[100]}"


def check_runner(brings_wheels: bool) -> None:
    """Check that networks run in the zip's own onnxruntime, or in NumPy."""
    runner = importlib.import_module(f"{MODULE}.core.onnx_runner")
    assert runner.runner_problem() is None, str(runner.runner_problem())
    if not brings_wheels:
        assert runner.runner_name() == "numpy", "networks do not run in NumPy"
        return
    import onnxruntime

    assert str(Path(onnxruntime.__file__)).startswith(bpy.utils.user_resource("EXTENSIONS"))
    assert runner.runner_name() == "onnxruntime", "the zip's onnxruntime is not used"


def check_languages() -> None:
    """Check that the interface and messages speak German where it is wished."""
    if not bpy.app.translations.locale:  # Blender as a module speaks English alone
        return
    bpy.context.preferences.view.language = "de_DE"
    spoken = bpy.app.translations.pgettext_iface("Key It", "EmoteBot")
    assert spoken != "Key It", "the interface does not speak German"
    check_messages("following Blender")
    bpy.context.preferences.view.language = "en_US"
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.language = "de"
    check_messages("where German is preferred")
    preferences.language = "BLENDER"


def check_messages(when: str) -> None:
    """Check that templates are translated, and the values in them are not."""
    messages = importlib.import_module(f"{MODULE}.core.messages")
    translation = importlib.import_module(f"{MODULE}.session.translation")
    message = messages.Message("EmoteBot has left nothing on “{face}” to clear", face="Face")
    shown = translation.translate(message)
    assert "Face" in shown, f"names are translated {when}: {shown}"
    assert shown != str(message), f"messages are not translated {when}"


def registrations() -> dict[str, object]:
    """Return what an extension can add to Blender: classes, operators, properties and callbacks."""
    kinds = (bpy.types.Scene, bpy.types.Object, bpy.types.WindowManager)
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps
    return {
        "classes": {name for name in dir(bpy.types) if "emotebot" in name.casefold()},
        "operators": "emotebot" in dir(bpy.ops),
        "properties": {kind.__name__: set(kind.bl_rna.properties.keys()) for kind in kinds},
        "handlers": {
            name: sorted(f"{handler.__module__}.{handler.__qualname__}" for handler in handlers)
            for name in dir(bpy.app.handlers)
            if isinstance(handlers := getattr(bpy.app.handlers, name), list)
        },
        "menus": sorted(
            kind
            for kind in dir(bpy.types)
            for draw in getattr(getattr(getattr(bpy.types, kind), "draw", None), "_draw_funcs", ())
            if "emotebot" in draw.__module__
        ),
        "key maps": {keymap.name: len(keymap.keymap_items) for keymap in keymaps},
    }


def timers() -> list[str]:
    """Return the functions of the extension that Blender will call after a while."""
    return [
        f"{name}.{attribute}"
        for name, module in list(sys.modules.items())
        if name.startswith(MODULE)
        for attribute, function in list(vars(module).items())
        if callable(function) and bpy.app.timers.is_registered(function)
    ]


def check_nothing_stays(before: dict[str, object], what: str) -> None:
    """Check that Blender has what it had before the extension."""
    for kind, found in registrations().items():
        assert found == before[kind], f"{what} has left {kind} behind: {found}"
    assert not timers(), f"{what} has left timers behind: {timers()}"


def files_of(folder: Path) -> dict[str, bytes]:
    """Return each file of a folder with its content, but for what Python compiles."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def main() -> None:
    """Try the zip named last on the command line."""
    status = 1
    try:
        try_extension(Path(sys.argv[-1]).resolve())
        status = 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # bpy 4.2 as a module crashes on its way out after a property's callback


if __name__ == "__main__":
    main()
