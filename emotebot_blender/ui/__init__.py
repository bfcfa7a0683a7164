# SPDX-License-Identifier: GPL-3.0-or-later
"""What people touch: the panel, the operators, the preferences and the command."""

from typing import Any

_commands: list[Any] = []
"""Handles of the commands that Blender knows from us, to give back."""


def _classes() -> tuple[type, ...]:
    """Return what is registered, in the order of registration."""
    from . import operators, panel, preferences, properties, sequence, sequence_panel

    return (
        properties.OwnExpression,
        properties.Settings,
        sequence.BeatSettings,
        sequence.Character,
        preferences.Preferences,
        *operators.CLASSES,
        panel.ExpressionList,
        sequence_panel.BeatList,
        sequence_panel.ExchangeMenu,
        panel.FacePanel,
        panel.EmotePanel,
        panel.LivePanel,
        sequence_panel.SequencePanel,
        sequence_panel.LayerPanel,
        sequence_panel.ScriptPanel,
        panel.ExpressionsPanel,
    )


def register() -> None:
    """Register the classes, what files remember, a menu's entry, the texts and the command."""
    import bpy

    from . import files, operators, properties, rates, sequence, translation

    for each in _classes():
        bpy.utils.register_class(each)
    bpy.types.VIEW3D_MT_armature_add.append(operators.character.draw_in_add_menu)
    bpy.types.Scene.emotebot = bpy.props.PointerProperty(type=properties.Settings)
    bpy.types.Object.emotebot = bpy.props.PointerProperty(
        type=sequence.Character, override={"LIBRARY_OVERRIDABLE"}
    )
    translation.register()
    files.register()
    rates.subscribe()
    _commands.append(bpy.utils.register_cli_command("emotebot", _run_command))


def unregister() -> None:
    """Undo ``register``, in reverse."""
    import bpy

    from . import buttons, files, live, operators, rates, sequencing, translation, upkeep

    live.stop()
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    rates.unsubscribe()
    files.unregister()
    translation.unregister()
    upkeep.forget()
    sequencing.forget()
    buttons.forget_pictures()
    del bpy.types.Object.emotebot
    del bpy.types.Scene.emotebot
    bpy.types.VIEW3D_MT_armature_add.remove(operators.character.draw_in_add_menu)
    for each in reversed(_classes()):
        bpy.utils.unregister_class(each)


def _run_command(arguments: list[str]) -> int:
    from .commands import main

    return main(arguments)
