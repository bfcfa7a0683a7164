# SPDX-License-Identifier: GPL-3.0-or-later
"""What people touch: the panels, the operators, the preferences and the command."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..session.runtime import Runtime


def classes() -> tuple[type, ...]:
    """Return what is registered of the interface, in the order of registration."""
    from . import (
        addon_preferences,
        asset_shelf,
        channel_fields,
        channel_panel,
        emotion_buttons,
        export_notices,
        face_panels,
        notices,
        operators,
        sequence_panels,
        shortcuts,
    )

    return (
        addon_preferences.Preferences,
        *operators.CLASSES,
        channel_fields.ChannelFields,
        channel_panel.ChannelList,
        channel_panel.ChannelMenu,
        face_panels.ExpressionList,
        sequence_panels.BeatList,
        sequence_panels.SequenceMenu,
        sequence_panels.ClearMenu,
        notices.FaceNotices,
        notices.WordNotices,
        notices.SequenceNotices,
        export_notices.ExportNotices,
        emotion_buttons.FurtherFeelings,
        shortcuts.EmotionPie,
        shortcuts.FurtherPie,
        face_panels.FacePanel,
        channel_panel.ChannelPanel,
        face_panels.EmotePanel,
        sequence_panels.ScriptPanel,
        sequence_panels.SequencePanel,
        sequence_panels.LayerPanel,
        sequence_panels.MixPanel,
        face_panels.LivePanel,
        face_panels.ExpressionsPanel,
        asset_shelf.ExpressionShelf,
    )


def register() -> None:
    """Register what files remember, then the interface, the texts and the command.

    Raises:
        RuntimeError: EmoteBot is registered already.
    """
    import bpy

    from ..session import registration
    from ..session.runtime import ended_if_it_fails

    running = registration.register(bpy.context.preferences)
    with ended_if_it_fails():
        _register(running)


def _register(running: "Runtime") -> None:
    import bpy

    from ..session import live, registration
    from ..session.events import DepsgraphUpdated, LiveEnded, OperatorEnds, WordsTyped
    from ..session.preferences import choices
    from . import asset_shelf, channel_fields, operators, shortcuts, typed_words

    undo = running.closing.callback
    for cls in classes():
        bpy.utils.register_class(cls)
        undo(bpy.utils.unregister_class, cls)
    bpy.types.Scene.emotebot_channels = bpy.props.PointerProperty(type=channel_fields.ChannelFields)
    undo(delattr, bpy.types.Scene, "emotebot_channels")
    bpy.types.WindowManager.emotebot_preview = channel_fields.preview_property()
    undo(delattr, bpy.types.WindowManager, "emotebot_preview")
    for menu, draw in (
        (bpy.types.VIEW3D_MT_armature_add, operators.character_ops.draw_in_add_menu),
        (bpy.types.ASSETBROWSER_MT_context_menu, asset_shelf.draw_in_asset_menu),
        (bpy.types.TOPBAR_MT_file_export, operators.model_export_ops.draw_in_export_menu),
    ):
        menu.append(draw)
        undo(menu.remove, draw)
    running.events.subscribe(LiveEnded, operators.live_ops.follow_end)
    running.events.subscribe(WordsTyped, typed_words.follow_typing)
    for kind in (DepsgraphUpdated, OperatorEnds):
        running.events.subscribe(kind, channel_fields.follow_choice)
    undo(typed_words.forget_typing)
    undo(shortcuts.remove_shortcuts)
    shortcuts.follow_choice(choices().shortcuts)
    registration.register_translations(running)
    command = bpy.utils.register_cli_command("emotebot", _run_command)
    undo(bpy.utils.unregister_cli_command, command)
    undo(live.stop)  # first of all that is undone


def unregister() -> None:
    """Undo ``register``, in reverse."""
    from ..session import registration

    registration.unregister()


def _run_command(arguments: list[str]) -> int:
    from ..cli.process import run

    return run(arguments)
