# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the extension's zip in this Blender as a user would, enable it, use it, disable it.

    python .ci/try_extension.py ZIP                       with bpy as a module
    blender -b --python-exit-code 1 -P .ci/try_extension.py -- ZIP

Set BLENDER_USER_RESOURCES to an empty folder first: the extension is installed there.
"""

import importlib
import os
import sys
import traceback
from pathlib import Path

import bpy

MODULE = "bl_ext.user_default.emotebot"


def try_extension(zip_path: Path) -> None:
    """Install, enable, use and disable the extension; any fault is an exception."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=str(zip_path), repo="user_default", enable_on_install=True
    )
    assert MODULE in bpy.context.preferences.addons, f"{MODULE} is not enabled"
    assert "onnxruntime" not in sys.modules, "enabling has imported onnxruntime"

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
    if bpy.app.translations.locale:  # Blender as a module speaks English alone
        bpy.context.preferences.view.language = "de_DE"
        spoken = bpy.app.translations.pgettext_iface("Key It", "EmoteBot")
        assert spoken != "Key It", "the interface does not speak German"
        check_messages("following Blender")
        bpy.context.preferences.view.language = "en_US"
        preferences = bpy.context.preferences.addons[MODULE].preferences
        preferences.language = "de"
        check_messages("where German is preferred")
        preferences.language = "BLENDER"
    import onnxruntime

    assert str(Path(onnxruntime.__file__)).startswith(bpy.utils.user_resource("EXTENSIONS"))
    bpy.ops.preferences.addon_disable(module=MODULE)
    for kind in (bpy.types.Scene, bpy.types.Object):
        assert not hasattr(kind, "emotebot"), "disabling has left the settings behind"
    print(
        f"Blender {bpy.app.version_string}, Python {sys.version.split()[0]}: "
        "extension installed, enabled, used and disabled"
    )


def check_messages(when: str) -> None:
    """Check that templates are translated, and the values in them are not."""
    messages = importlib.import_module(f"{MODULE}.core.messages")
    translation = importlib.import_module(f"{MODULE}.session.translation")
    message = messages.Message("EmoteBot has left nothing on “{face}” to clear", face="Face")
    shown = translation.translate(message)
    assert "Face" in shown, f"names are translated {when}: {shown}"
    assert shown != str(message), f"messages are not translated {when}"


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
