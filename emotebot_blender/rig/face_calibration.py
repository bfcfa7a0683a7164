# SPDX-License-Identifier: GPL-3.0-or-later
"""Gains by which a face shows its channels as far as known heads do, kept with its objects.

It is done once for a face, before it first moves, and again where its shape keys have changed
since. Channels whose controls are not their own have no gain: those that something stands in for,
that share a shape key with another channel or a preset, or that are not shape keys alone. Neither
have those whose convention, or saved map, says by how much they move a shape key: that was chosen.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import bpy
from bpy.types import Object

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message, listed, sentences
from ..core.rig.calibration import measure_gains, usual_ranges
from ..core.rig.channel_checks import MISPLACED
from ..core.rig.convention import RigMap
from .channel_effects import measure_channels
from .control import not_editable
from .face import Face
from .face_grouping import parts_of
from .map_corrections import corrections_of
from .object_maps import found_map
from .recognised_keys import (
    changed_keys,
    keep_gains,
    keep_no_gains,
    record_of,
    why_not_kept,
)
from .slider_ranges import widen_ranges

_FEWEST = 200
"""Vertices below which no face is measured: cells of its field would be empty."""


def wants_calibration(face: Face) -> bool:
    """Return whether a face was never measured, or not as its shape keys are now.

    Never where nothing can be kept with it, or where the artist wants no gains.
    """
    keys = _own_keys(face)
    if not keys or not hasattr(bpy.types.Object, "emotebot_recognition"):
        return False
    if sum(len(obj.data.vertices) for obj in keys) < _FEWEST or why_not_calibrated(face):
        return False
    records = {obj: record_of(obj) for obj in keys}
    if any(record.calibration == "off" for record in records.values()):
        return False
    return any(
        not record.calibration or changed_keys(obj, record, keys[obj])
        for obj, record in records.items()
    )


def why_not_calibrated(face: Face) -> Message | None:
    """Return why no gains can be kept with a face, or None."""
    meshes = [obj for obj in face.objects if obj.type == "MESH"]
    reasons = (why_not_kept(obj) for obj in meshes if found_map(obj).shape_keys)
    return next(filter(None, reasons), None)


def as_measured(face: Face) -> tuple[Face, Message | None]:
    """Return a face with its gains, measured now if it wants that, and what was done then."""
    if not wants_calibration(face):
        return face, None
    done = calibrate(face)
    return refreshed(face), done


def calibrate(face: Face) -> Message | None:
    """Measure a face and keep the gains with it; sliders that end before them are widened.

    Those of library overrides end in the next session where they end in the library: their gains
    end there, too.

    Returns:
        What was done, a sentence; None where no channel has a gain now, nor wants one.

    Raises:
        EmoteBotError: an object of the face is linked.
    """
    keys, wanted = _own_keys(face), _measured_gains(face)
    gains = {name: min(gain, _room(keys, name)) for name, gain in wanted.items()}
    gains = {name: gain for name, gain in gains.items() if gain != 1}
    for obj, own in keys.items():
        shown = found_map(obj).shape_keys
        keep_gains(obj, {name: gain for name, gain in gains.items() if name in shown}, own)
    calibrated = refreshed(face)
    counting = gains_on(calibrated)
    scaled = {key for obj in keys for name in counting for key in _keys_of(found_map(obj), name)}
    widened = widen_ranges(own for own in calibrated.controls() if own.name in scaled)
    done = (*_gains_given(face, counting), *widened, *_gains_short(wanted, gains))
    return sentences(done) if done else None


def clear_gains(face: Face) -> bool:
    """Have all channels of a face keep a gain of 1; return whether one had another.

    Raises:
        EmoteBotError: an object of the face is linked.
    """
    had = bool(gains_on(face))
    for obj in _own_keys(face):
        keep_no_gains(obj)
    return had


def gains_on(face: Face) -> dict[str, float]:
    """Return the gains of channels of a face that were measured and are not the artist's."""
    gains: dict[str, float] = {}
    for obj in face.objects:
        record, chosen = record_of(obj), _chosen(obj)
        if not record.gains:
            continue
        counting = record.counting_gains(found_map(obj), changed_keys(obj, record, record.peaks))
        gains |= {name: gain for name, gain in counting.items() if name not in chosen}
    return {name: gains[name] for name in CHANNELS if name in gains}


def refreshed(face: Face) -> Face:
    """Return a face with the gains that its channels have now."""
    maps = parts_of(list(face.objects))
    return replace(face, maps=tuple(maps[obj] for obj in face.objects))


def _measured_gains(face: Face) -> dict[str, float]:
    """Return the gains that the channels of a face need."""
    meshes = [obj for obj in face.objects if obj.type == "MESH"]
    maps = [found_map(obj) for obj in meshes]
    measured = measure_channels(meshes, maps)
    if measured is None:
        return {}
    left_out = {check.channel for check in measured.checks() if check.kind in MISPLACED}
    left_out |= _not_its_own(maps, face.maps)
    sizes = {name: size for name, size in measured.sizes.items() if name not in left_out}
    return measure_gains(sizes, usual_ranges())


def _not_its_own(maps: Iterable[RigMap], shown: Iterable[RigMap]) -> set[str]:
    """Return channels that have no controls of their own, chosen ones, or others than shape keys.

    Args:
        maps: of the meshes of a face as they are found.
        shown: of all of its objects as they are.
    """
    channels: set[str] = set()
    for rig_map in maps:
        channels |= rig_map.approximated
        uses = Counter(feed.control for feeds in rig_map.feeds.values() for feed in feeds)
        uses.update(preset.feed.control for preset in rig_map.presets)
        for name, feeds in rig_map.feeds.items():
            if any(uses[feed.control] > 1 or abs(feed.full) != 1 for feed in feeds):
                channels.add(name)
    for rig_map in shown:
        for name, feeds in rig_map.feeds.items():
            if any(feed.control.kind != "shape_key" for feed in feeds):
                channels.add(name)
    return channels


def _room(keys: Mapping[Object, Iterable[str]], channel: str) -> float:
    """Return the greatest gain that the sliders of a channel's shape keys let through for good.

    Args:
        keys: meshes with the shape keys that show their channels.
        channel: which.
    """
    ends = [
        abs(block.slider_max if full > 0 else block.slider_min)
        for obj in keys
        if obj.data.override_library is not None
        for name, full in found_map(obj).shape_keys.get(channel, {}).items()
        if (block := obj.data.shape_keys.key_blocks.get(name)) is not None
    ]
    return min(ends, default=math.inf)


def _gains_given(face: Face, gains: Mapping[str, float]) -> tuple[Message, ...]:
    """Return a sentence on the gains of a face, if it has any."""
    named = [Message("{channel} × {gain:.3g}", channel=name, gain=gains[name]) for name in gains]
    if not named:
        return ()
    if len(named) == 1:
        return (Message("Calibrated 1 channel of {face}: {gain}", face=face.name, gain=named[0]),)
    return (
        Message(
            "Calibrated {count} channels of {face}: {gains}",
            count=len(named),
            face=face.name,
            gains=listed(named),
        ),
    )


def _gains_short(wanted: Mapping[str, float], gains: Mapping[str, float]) -> tuple[Message, ...]:
    """Return a sentence on the channels that want a greater gain than sliders let through."""
    short = [name for name, gain in wanted.items() if gain > gains.get(name, 1.0)]
    if not short:
        return ()
    return (
        Message(
            "Sliders of a library override keep their range, which is too short for gains of "
            "{channels}: widen them in the library",
            channels=listed(short),
        ),
    )


def _own_keys(face: Face) -> dict[Object, set[str]]:
    """Return the meshes of a face whose channels shape keys show, and these, as they are found."""
    keys = {}
    for obj in face.objects:
        if obj.type == "MESH" and not_editable(obj.data) is None:
            rig_map = found_map(obj)
            own = {key for name in rig_map.shape_keys for key in _keys_of(rig_map, name)}
            if own:
                keys[obj] = own
    return keys


def _keys_of(rig_map: RigMap, channel: str) -> set[str]:
    return set(rig_map.shape_keys.get(channel, ()))


def _chosen(obj: Object) -> set[str]:
    """Return the channels whose controls an artist has chosen on an object."""
    try:
        return set(corrections_of(obj).feeds)
    except EmoteBotError:  # they were damaged, and count for nothing
        return set()
