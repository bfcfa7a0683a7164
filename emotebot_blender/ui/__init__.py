# SPDX-License-Identifier: GPL-3.0-or-later
"""What people touch: the panel, the operators, the preferences and the command."""

from typing import Any

_commands: list[Any] = []
"""Handles of the commands that Blender knows from us, to give back."""


def _classes() -> tuple[type, ...]:
    """Return what is registered, in the order of registration."""
    from . import operators, panel, preferences, properties

    return (
        properties.Settings,
        preferences.Preferences,
        operators.Pose,
        operators.Key,
        operators.Perform,
        operators.AddCharacter,
        panel.FacePanel,
        panel.EmotePanel,
        panel.ScriptPanel,
    )


def register() -> None:
    """Register the classes, the entry of a menu, the settings of a scene and the command."""
    import bpy

    from . import operators, properties

    for each in _classes():
        bpy.utils.register_class(each)
    bpy.types.VIEW3D_MT_armature_add.append(operators.draw_in_add_menu)
    bpy.types.Scene.emotebot = bpy.props.PointerProperty(type=properties.Settings)
    _commands.append(bpy.utils.register_cli_command("emotebot", _run_command))


def unregister() -> None:
    """Undo ``register``, in reverse."""
    import bpy

    from . import operators

    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    del bpy.types.Scene.emotebot
    bpy.types.VIEW3D_MT_armature_add.remove(operators.draw_in_add_menu)
    for each in reversed(_classes()):
        bpy.utils.unregister_class(each)


def _run_command(arguments: list[str]) -> int:
    from .commands import main

    return main(arguments)
