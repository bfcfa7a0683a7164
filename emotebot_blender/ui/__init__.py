# SPDX-License-Identifier: GPL-3.0-or-later
"""What people touch: the panel, the operators, the preferences and the command."""

from typing import Any

_commands: list[Any] = []
"""Handles of the commands that Blender knows from us, to give back."""


def _classes() -> tuple[type, ...]:
    """Return what is registered, in the order of registration."""
    from ..session import preferences, sequence, settings
    from . import face_panels, operators, sequence_panels

    return (
        settings.OwnExpression,
        settings.SceneSettings,
        sequence.BeatSettings,
        sequence.SequenceSettings,
        preferences.Preferences,
        *operators.CLASSES,
        face_panels.ExpressionList,
        sequence_panels.BeatList,
        sequence_panels.ExchangeMenu,
        face_panels.FacePanel,
        face_panels.EmotePanel,
        face_panels.LivePanel,
        sequence_panels.SequencePanel,
        sequence_panels.LayerPanel,
        sequence_panels.ScriptPanel,
        face_panels.ExpressionsPanel,
    )


def register() -> None:
    """Register the classes, what files remember, a menu's entry, the texts and the command."""
    import bpy

    from ..session import frame_rates, handlers, sequence, settings, translation
    from . import operators

    for each in _classes():
        bpy.utils.register_class(each)
    bpy.types.VIEW3D_MT_armature_add.append(operators.character_ops.draw_in_add_menu)
    bpy.types.Scene.emotebot = bpy.props.PointerProperty(type=settings.SceneSettings)
    bpy.types.Object.emotebot = bpy.props.PointerProperty(
        type=sequence.SequenceSettings, override={"LIBRARY_OVERRIDABLE"}
    )
    translation.register()
    handlers.register()
    frame_rates.subscribe()
    _commands.append(bpy.utils.register_cli_command("emotebot", _run_command))


def unregister() -> None:
    """Undo ``register``, in reverse."""
    import bpy

    from ..session import (
        auto_update,
        frame_rates,
        handlers,
        live,
        performing,
        translation,
    )
    from . import emotion_buttons, operators

    live.stop()
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    frame_rates.unsubscribe()
    handlers.unregister()
    translation.unregister()
    auto_update.forget()
    performing.forget()
    emotion_buttons.forget_pictures()
    del bpy.types.Object.emotebot
    del bpy.types.Scene.emotebot
    bpy.types.VIEW3D_MT_armature_add.remove(operators.character_ops.draw_in_add_menu)
    for each in reversed(_classes()):
        bpy.utils.unregister_class(each)


def _run_command(arguments: list[str]) -> int:
    from ..cli.process import run

    return run(arguments)
