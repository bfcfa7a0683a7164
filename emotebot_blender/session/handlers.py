# SPDX-License-Identifier: GPL-3.0-or-later
"""Who follows which event, and Blender's own handlers as events."""

from collections.abc import Callable
from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import (
    auto_update,
    beat_markers,
    control_renaming,
    frame_rates,
    held_pose,
    library_overrides,
    live,
    loaded_networks,
    posing,
    shown_face,
    translation,
)
from .events import (
    CharacterEdited,
    DepsgraphUpdated,
    EventHub,
    FeelingEdited,
    FileClosing,
    FileImported,
    FileOpened,
    FileSaving,
    FrameChanged,
    FrameChanging,
    FrameRateChanged,
    LanguageChosen,
    LayerStrengthEdited,
    NetworksChosen,
    OperatorBegins,
    OperatorEnds,
    SequenceEdited,
    SequenceRenamed,
    StepBegins,
    StepTaken,
    WordsEdited,
)
from .runtime import runtime


def _follow_opening(_event: FileOpened) -> None:
    auto_update.stop()
    runtime().forget_file()
    frame_rates.watch(runtime())


def _follow_step(_event: StepTaken) -> None:
    runtime().problems.clear()  # they were another step's
    runtime().unreported.clear()


_FOLLOWERS: tuple[tuple[type, Callable[[Any], None]], ...] = (
    (FeelingEdited, posing.follow_feeling),
    (FeelingEdited, live.follow_feeling),
    (CharacterEdited, posing.follow_character),
    (SequenceEdited, beat_markers.follow_edit),
    (SequenceEdited, frame_rates.follow_opened),
    (SequenceEdited, auto_update.follow_edit),
    (SequenceEdited, live.follow_edit),
    (SequenceRenamed, auto_update.follow_name),
    (LayerStrengthEdited, auto_update.follow_strength),
    (WordsEdited, auto_update.follow_words),
    (NetworksChosen, loaded_networks.follow_choice),
    (LanguageChosen, translation.follow_language),
    (FrameRateChanged, frame_rates.follow_rates),
    (FrameRateChanged, beat_markers.follow_changes),
    (FrameRateChanged, shown_face.forget_summary),
    (FrameChanging, held_pose.end_preview),
    (FrameChanging, beat_markers.follow_frame),
    (FrameChanging, frame_rates.follow_rates),
    (FrameChanging, frame_rates.follow_frame),
    (FrameChanged, live.follow_frame),
    (OperatorBegins, beat_markers.follow_changes),
    (OperatorBegins, frame_rates.follow_rates),
    (OperatorBegins, frame_rates.follow_opened),
    (OperatorBegins, control_renaming.follow_names),
    (OperatorEnds, beat_markers.follow_changes),
    (DepsgraphUpdated, beat_markers.follow_frame),
    (DepsgraphUpdated, frame_rates.follow_rates),
    (DepsgraphUpdated, control_renaming.follow_names),
    (DepsgraphUpdated, shown_face.forget_summary),
    (StepBegins, held_pose.restore_poses),
    (StepTaken, shown_face.forget_summary),
    (StepTaken, control_renaming.follow_step),
    (StepTaken, _follow_step),
    (StepTaken, held_pose.restore_poses),
    (StepTaken, beat_markers.follow_step),
    (StepTaken, frame_rates.follow_step),
    (StepTaken, auto_update.follow_step),
    (FileSaving, beat_markers.follow_changes),
    (FileSaving, frame_rates.follow_rates),
    (FileSaving, library_overrides.prepare),
    (FileSaving, control_renaming.follow_names),
    (FileSaving, held_pose.restore_poses),
    (FileClosing, live.follow_closing),
    (FileImported, frame_rates.note_import),
    (FileOpened, _follow_opening),
    (FileOpened, held_pose.restore_poses),
    (FileOpened, control_renaming.watch),
    (FileOpened, library_overrides.prepare),
)


def subscribe(events: EventHub) -> None:
    """Subscribe every follower of this folder to its events."""
    for kind, follower in _FOLLOWERS:
        events.subscribe(kind, follower)


@persistent
def _on_depsgraph_update(_scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> None:
    updates = depsgraph.updates
    if len(updates) == 0 or not all(map(_is_move, updates)):
        runtime().events.emit(DepsgraphUpdated())


@persistent
def _before_frame_change(*_of_blender: Any) -> None:
    runtime().events.emit(FrameChanging())


@persistent
def _on_frame_change(*_of_blender: Any) -> None:
    runtime().events.emit(FrameChanged())


@persistent
def _before_step(*_of_blender: Any) -> None:
    runtime().events.emit(StepBegins())


@persistent
def _after_step(*_of_blender: Any) -> None:
    runtime().events.emit(StepTaken())


@persistent
def _before_save(*_of_blender: Any) -> None:
    runtime().events.emit(FileSaving())


@persistent
def _before_load(*_of_blender: Any) -> None:
    runtime().events.emit(FileClosing())


@persistent
def _after_load(*_of_blender: Any) -> None:
    runtime().events.emit(FileOpened())


@persistent
def _after_import(*_of_blender: Any) -> None:
    runtime().events.emit(FileImported())


def _is_move(update: bpy.types.DepsgraphUpdate) -> bool:
    """Return whether an object was moved, or data that follows it, as 60 times a second in a drag.

    Of data that was edited Blender says that all of it has changed, of data that is merely
    evaluated again, as by drivers, that its geometry has.
    """
    if isinstance(update.id, bpy.types.Object):
        return bool(update.is_updated_transform)
    is_data = isinstance(update.id, bpy.types.Mesh | bpy.types.Key | bpy.types.Armature)
    return is_data and not (update.is_updated_transform or update.is_updated_shading)


_HANDLERS = (
    ("depsgraph_update_post", _on_depsgraph_update),
    ("frame_change_pre", _before_frame_change),
    ("frame_change_post", _on_frame_change),
    ("undo_pre", _before_step),
    ("redo_pre", _before_step),
    ("undo_post", _after_step),
    ("redo_post", _after_step),
    ("save_pre", _before_save),
    ("load_pre", _before_load),
    ("load_post", _after_load),
    *([("blend_import_post", _after_import)] if bpy.app.version >= (4, 3) else []),
)
"""Lists of Blender's handlers and what is in them."""


def register() -> None:
    """Listen to Blender."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Listen no more."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
