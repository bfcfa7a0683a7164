# SPDX-License-Identifier: GPL-3.0-or-later
"""What of EmoteBot needs no interface: what files remember, and what follows a change of it."""

import atexit

import bpy

from . import auto_update, control_renaming, frame_rates, handlers, marker_watch, translation
from .runtime import Runtime, end_runtime, ended_if_it_fails, start_runtime
from .sequence import BeatSettings, SequenceSettings
from .settings import LinkedMarker, OwnExpression, SceneSettings

CLASSES: tuple[type, ...] = (
    OwnExpression,
    LinkedMarker,
    SceneSettings,
    BeatSettings,
    SequenceSettings,
)
"""In the order of registration."""


def register(preferences: bpy.types.Preferences) -> Runtime:
    """Make the runtime, register what files remember, and begin to follow what happens.

    Args:
        preferences: Blender's, with those of its add-ons.

    Returns:
        The runtime; its ``closing`` takes what else there is to undo.

    Raises:
        RuntimeError: EmoteBot is registered already.
    """
    running = start_runtime(preferences)
    with ended_if_it_fails():
        _register(running)
    return running


def _register(running: Runtime) -> None:
    undo = running.closing.callback
    if not bpy.app.binary_path:  # the module crashes where Python ends with classes registered
        atexit.register(end_runtime)
        undo(atexit.unregister, end_runtime)
    for group in CLASSES:
        bpy.utils.register_class(group)
        undo(bpy.utils.unregister_class, group)
    bpy.types.Scene.emotebot = bpy.props.PointerProperty(type=SceneSettings)
    undo(delattr, bpy.types.Scene, "emotebot")
    bpy.types.Object.emotebot = bpy.props.PointerProperty(
        type=SequenceSettings, override={"LIBRARY_OVERRIDABLE"}
    )
    undo(delattr, bpy.types.Object, "emotebot")
    bpy.types.Object.emotebot_map = bpy.props.StringProperty(
        translation_context=translation.CONTEXT,
        name="Corrected Channels",
        description="Controls that were chosen for channels of this object, as JSON",
        override={"LIBRARY_OVERRIDABLE"},
    )
    undo(delattr, bpy.types.Object, "emotebot_map")
    bpy.types.Object.emotebot_recognition = bpy.props.StringProperty(
        translation_context=translation.CONTEXT,
        name="Recognised Shape Keys",
        description="Channels that shape keys of this object were recognised to show, as JSON",
        override={"LIBRARY_OVERRIDABLE"},
    )
    undo(delattr, bpy.types.Object, "emotebot_recognition")
    handlers.subscribe(running.events)
    handlers.register()
    undo(handlers.unregister)
    marker_watch.register(running)
    frame_rates.watch(running)
    undo(frame_rates.unwatch, running)
    control_renaming.watch()
    undo(control_renaming.unwatch)
    undo(auto_update.stop)


def unregister() -> None:
    """Undo ``register`` and all that has been added to it, in reverse."""
    end_runtime()


def register_translations(running: Runtime) -> None:
    """Make the texts known to Blender, once it knows the preferences.

    Args:
        running: what takes them back in the end.
    """
    translation.register()
    running.closing.callback(translation.unregister)
