# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when a file is opened or saved or a step undone: poses are put right, memory ends.

Then, and before a file is saved, sequences are made fit for library overrides.
"""

from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import (
    auto_update,
    frame_rates,
    library_overrides,
    live,
    performing,
    posing,
)


@persistent
def _on_load(*_of_blender: Any) -> None:
    posing.invalidate_summary()
    live.forget()
    performing.forget()
    auto_update.forget()
    live.rest()
    frame_rates.subscribe()
    library_overrides.prepare()


@persistent
def _on_step(*_of_blender: Any) -> None:
    posing.invalidate_summary()
    performing.problems.clear()  # they were another step's
    live.rest()
    auto_update.follow_step()


@persistent
def _on_failed_load(*_of_blender: Any) -> None:
    live.forget()


@persistent
def _on_save(*_of_blender: Any) -> None:
    library_overrides.prepare()


_HANDLERS = (
    ("load_post", _on_load),
    ("load_post_fail", _on_failed_load),
    ("save_pre", _on_save),
    ("undo_post", _on_step),
    ("redo_post", _on_step),
)


def register() -> None:
    """Listen to Blender."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Listen no more."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
