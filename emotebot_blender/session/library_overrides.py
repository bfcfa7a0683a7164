# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sequence needs so that Blender lays it over a library again, as a library override."""

from uuid import uuid4

import bpy
from bpy.types import Object


def prepare(_event: object = None) -> None:
    """See to all sequences of the file, as when it has been opened or is about to be saved."""
    for obj in bpy.data.objects:
        if obj.library is None and obj.is_property_set("emotebot"):
            make_group(obj)
            _name_beats(obj)


def make_group(obj: Object) -> None:
    """Give what an object overrides a group to remember a sequence in, where it has none.

    It is there until its library is read again. Without it Blender 5.2 reports the whole group as
    of one value that it cannot set, and the override comes back without a sequence.
    """
    reference = _reference(obj)
    if reference is not None and not reference.is_property_set("emotebot"):
        reference.emotebot.format = reference.emotebot.format


def _name_beats(obj: Object) -> None:
    """Name beats of versions that gave them no names; those of a library stay as they are there."""
    reference = _reference(obj)
    if reference is not None and any(not beat.name for beat in reference.emotebot.beats):
        return
    for beat in obj.emotebot.beats:
        if not beat.name:
            beat.name = uuid4().hex


def _reference(obj: Object) -> Object | None:
    return obj.override_library.reference if obj.override_library else None
