# SPDX-License-Identifier: GPL-3.0-or-later
"""What layers have changed of the artist's, and how it is put back once they go."""

from collections.abc import Iterable, Iterator, Mapping

from bpy.types import ID, FCurve, NlaStrip

from ..rig.bones import components
from ..rig.control import Path, driven_paths, path_of
from ..rig.control_values import write_values
from ..rig.rna_properties import read_value
from .actions import curves_of, strip_curves
from .bake_store import values_before_bakes
from .curves import is_muted
from .own_actions import drop_slot
from .strip_actions import strip_slot
from .strips import ADDING, LayerStrip, MixRecord, layer_strips, remove_track


def clear_strip(layer: LayerStrip) -> None:
    """Take a layer off its controls, which have their values back where nothing moves them.

    Its track goes if that is empty then, what it played of its action if nothing else plays that.
    """
    action, track, owner = layer.strip.action, layer.track, layer.owner
    slot = strip_slot(layer.strip)
    previous, blend_type = layer.record.previous, blend_type_before(owner)
    track.strips.remove(layer.strip)
    if len(track.strips) == 0:
        remove_track(owner, track)
    drop_slot(action, slot)
    owner.update_tag()
    give_back_blend_type(owner, blend_type)
    give_back(owner, previous)


def values_before(owner: ID, paths: Iterable[Path]) -> dict[Path, float]:
    """Return the values of numbers before EmoteBot animated them, in whatever way; else their own.

    What a number shows under a layer is no value to come back to.
    """
    previous = values_before_bakes(owner)
    for layer in layer_strips(owner):
        previous = {**layer.record.previous, **previous}
    values = {}
    for path in paths:
        value = previous.get(path, read_value(owner, path))
        if value is not None:
            values[path] = value
    return values


def give_back(owner: ID, values: Mapping[Path, float]) -> None:
    """Give numbers of an ID their values back where nothing animates them.

    Args:
        owner: the ID.
        values: path of a number to its value; paths that lead nowhere are passed over.
    """
    animated = driven_paths(owner) | keyed_paths(owner)
    write_values(owner, {path: value for path, value in values.items() if path not in animated})


def blend_type_before(owner: ID) -> str | None:
    """Return the blend type of the active action before a layer had it add; None if none has.

    Nor has one where the artist has chosen another blend type since.
    """
    data = owner.animation_data
    if data is None or data.action_blend_type != ADDING:
        return None
    types = (layer.mix.blend_type for layer in layer_strips(owner))
    return next((blend_type for blend_type in types if blend_type is not None), None)


def have_action_add(owner: ID, record: MixRecord) -> None:
    """Have the active action of an ID add to a layer, where its record says so."""
    if record.blend_type is not None:
        owner.animation_data.action_blend_type = ADDING


def paths_added_to(owner: ID) -> set[Path]:
    """Return the numbers of an ID that its active action adds to layers on, on their account.

    What is keyed there by hand is kept by Blender as the difference from the layer.
    """
    if blend_type_before(owner) is None:
        return set()
    records = [layer.record for layer in layer_strips(owner) if layer.mix.blend_type is not None]
    return {path for record in records for path in record.previous}


def give_back_blend_type(owner: ID, blend_type: str | None) -> None:
    """Give the active action its blend type back, once no layer needs it to add any more.

    One that the artist has chosen since stays.

    Args:
        owner: the ID that it animates.
        blend_type: as ``blend_type_before`` returned it while there was such a layer.
    """
    data = owner.animation_data
    is_free = blend_type is not None and blend_type_before(owner) is None
    if is_free and data.action_blend_type == ADDING:
        data.action_blend_type = blend_type


def keyed_paths(owner: ID) -> set[Path]:
    """Return the numbers of an ID that F-curves move, in its action or in any strip.

    A muted track or curve moves nothing, nor does anything but a track that is solo. What a muted
    strip plays is held at rest.
    """
    data = owner.animation_data
    tracks = list(data.nla_tracks) if data is not None and data.use_nla else []
    solo = [track for track in tracks if track.is_solo]
    played = [track for track in solo or tracks if not track.mute]
    strips = [strip for track in played for strip in track.strips]
    curves = [*(() if solo else curves_of(owner) or ()), *strip_curves_in(strips)]
    return {path_of(curve) for curve in curves if not is_muted(curve)}


def played_along(owner: ID) -> set[Path]:
    """Return the numbers without F-curves that the NLA sets with those that have some."""
    keyed = keyed_paths(owner)
    return {component for path in keyed for component in components(path)} - keyed


def strip_curves_in(strips: Iterable[NlaStrip]) -> Iterator[FCurve]:
    """Yield the F-curves of strips, also of those within meta strips."""
    waiting = list(strips)
    while waiting:
        strip = waiting.pop()
        yield from strip_curves(strip) or ()
        waiting += getattr(strip, "strips", ())
