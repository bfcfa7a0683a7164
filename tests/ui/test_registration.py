# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess
import sys

import bpy
import pytest

import emotebot_blender

ENABLE = """
import bpy, sys
import emotebot_blender
emotebot_blender.register()
heavy = (
    "onnxruntime",
    "emotebot_blender.core.performance.performance",
    "emotebot_blender.animation.layers",
)
print([name for name in heavy if name in sys.modules])
sys.stdout.flush()
import os
os._exit(0)
"""


def _registered() -> dict[str, object]:
    listed = {
        name: list(handlers)
        for name in dir(bpy.app.handlers)
        if isinstance(handlers := getattr(bpy.app.handlers, name), list)
    }
    keymaps = bpy.context.window_manager.keyconfigs.addon.keymaps
    return {
        "types": {name for name in dir(bpy.types) if "emotebot" in name.casefold()},
        "operators": "emotebot" in dir(bpy.ops),
        "scene": set(bpy.types.Scene.bl_rna.properties.keys()),
        "object": set(bpy.types.Object.bl_rna.properties.keys()),
        "window manager": set(bpy.types.WindowManager.bl_rna.properties.keys()),
        "handlers": listed,
        "menus": sum(
            draw.__module__.startswith("emotebot")
            for menu in (bpy.types.VIEW3D_MT_armature_add, bpy.types.ASSETBROWSER_MT_context_menu)
            for draw in getattr(menu.draw, "_draw_funcs", ())
        ),
        "key maps": {keymap.name: len(keymap.keymap_items) for keymap in keymaps},
    }


def test_unregistering_leaves_nothing_behind() -> None:
    before = _registered()
    for _ in range(2):
        emotebot_blender.register()
        assert "emotebot" in bpy.types.Scene.bl_rna.properties
        assert hasattr(bpy.types, "VIEW3D_PT_emotebot_emote")
        assert _registered()["menus"] > before["menus"]
        emotebot_blender.unregister()
        assert _registered() == before


def test_registering_twice_is_refused_and_leaves_the_first_one_to_be_undone() -> None:
    before = _registered()
    emotebot_blender.register()
    with pytest.raises(RuntimeError, match="registered already"):
        emotebot_blender.register()
    emotebot_blender.unregister()
    assert _registered() == before


def test_a_registration_that_fails_leaves_nothing_behind(monkeypatch) -> None:
    before = _registered()

    def fail(*_arguments: object) -> None:
        raise ValueError("no more commands")

    monkeypatch.setattr(bpy.utils, "register_cli_command", fail)
    with pytest.raises(ValueError, match="no more commands"):
        emotebot_blender.register()
    assert _registered() == before


def test_enabling_leaves_the_networks_and_the_motion_alone() -> None:
    done = subprocess.run([sys.executable, "-c", ENABLE], capture_output=True, text=True)
    assert done.stdout.split()[-1] == "[]"


@pytest.mark.skipif(bpy.app.version < (4, 3), reason="the module of 4.2 crashes at its end anyhow")
def test_a_script_may_end_while_emotebot_is_registered() -> None:
    script = "import emotebot_blender; emotebot_blender.register()"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_settings_are_saved_with_the_file(blender, tmp_path) -> None:
    bpy.context.scene.emotebot.script = "furious, then calm"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert bpy.context.scene.emotebot.script != "furious, then calm"
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    assert bpy.context.scene.emotebot.script == "furious, then calm"
