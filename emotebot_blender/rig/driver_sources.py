# SPDX-License-Identifier: GPL-3.0-or-later
"""Driven shape keys and properties, driven at their source: a property, or an axis of a bone.

A driver with one variable that grows evenly with it is followed to the number that it reads, and
on to what drives that; the channel then moves that number, by as much as moves the shape key in
full. Where a source is itself a control of the face, such as the head's shape key that drives the
teeth's, there is nothing to add. Other driven controls stay blocked, with the names of what drives
them.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from bpy.types import ID, FCurve, Object

from ..core.messages import Message, listed
from ..core.rig.convention import ControlName
from ..core.rig.linear_expression import StraightLine, line_of
from ..core.rig.solver import Drive
from .bones import bone_controls
from .control import Control, Path, path_of, quoted_name
from .rna_properties import property_control

_MOST_STEPS = 8
"""Drivers that are followed one after the other."""

_SAMPLES = 8
"""Parts of a curve at whose ends it is looked at."""

_STRAIGHT = 0.01
"""Share of its range by which a curve may differ from a straight line."""

_BONE_AXIS = re.compile(
    r'pose\.bones\["(?P<bone>.*)"\]\.(?P<kind>location|rotation_euler|scale)(\[(?P<index>[0-2])\])?'
)

_TRANSFORMS = {"LOC": "location", "ROT": "rotation", "SCALE": "scale"}


def with_sources(controls: Iterable[Control]) -> tuple[Control, ...]:
    """Return controls, with the sources of driven shape keys and properties in their places.

    Args:
        controls: of a face, each once.
    """
    found: dict[tuple[ID, Path], Control] = {}
    driven, drivers = [], _Drivers()
    for control in controls:
        is_driven = control.kind != "bone" and control.blocked == Message("driven")
        curve = drivers.at(control.owner, control.path) if is_driven else None
        if curve is not None:
            driven.append((control, curve))
        else:
            found[control.owner, control.path] = control
    for control, curve in driven:
        source = _source(control, curve, found, drivers)
        if source is None:
            found[control.owner, control.path] = replace(control, blocked=_reason(curve))
            continue
        known = found.get((source.owner, source.path))
        found[source.owner, source.path] = _joined(known, source) if known else source
    return tuple(found.values())


class _Drivers:
    """The drivers of IDs by what they set, each ID looked at once."""

    def __init__(self) -> None:
        self._curves: dict[ID, dict[Path, FCurve]] = {}

    def at(self, owner: ID, path: Path) -> FCurve | None:
        """Return the driver that sets a number of an ID, or None."""
        if owner not in self._curves:
            data = owner.animation_data
            self._curves[owner] = {path_of(own): own for own in data.drivers} if data else {}
        return self._curves[owner].get(path)


def _source(
    control: Control,
    curve: FCurve,
    known: dict[tuple[ID, Path], Control],
    drivers: _Drivers,
) -> Control | None:
    """Return what moves a driven control, as a control with its drive, or None.

    Args:
        control: the driven one.
        curve: its driver.
        known: other controls of the face, which end the search.
        drivers: of any ID.
    """
    whole = StraightLine(1.0, 0.0)
    for _ in range(_MOST_STEPS):
        line = _line(curve)
        read = _read_by(curve, control.object) if line else None
        if line is None or read is None:
            return None
        whole = whole.after(line)
        owner, path, found = read
        other = known.get((owner, path))
        if other is not None and other.kind == "shape_key":
            return replace(other, drive=_sourced(control.drive, whole))
        following = drivers.at(owner, path)
        if following is None:
            rest = -whole.offset / whole.slope
            return found and _with_drive(found, _sourced(control.drive, whole), rest)
        curve = following
    return None


def _sourced(drive: Drive, line: StraightLine) -> Drive:
    """Return what a source has to do for a shape key to do what its drive says."""
    channels = tuple((channel, full / line.slope) for channel, full in drive.channels)
    full, offset = drive.full / line.slope, drive.offset / line.slope
    return replace(drive, channels=channels, full=full, offset=offset)


def _with_drive(control: Control, drive: Drive, rest: float) -> Control | None:
    """Return a source with a drive and the value that it has at rest."""
    if control.kind != "bone":
        return replace(control, drive=drive, rest=rest)
    kind, axis = control.name.split()[-2:]
    name = ControlName(quoted_name(control.data_path), "bone", f"{kind}_{axis}")
    made = bone_controls(control.object, {name: drive})
    return replace(made[0], rest=rest) if made else None


def _joined(known: Control, source: Control) -> Control:
    """Return a control that moves for the channels of both; what it moves for already stays.

    Two channels that one number shows are its two directions, or the greater of them counts; so
    does the greater offset.
    """
    own = {channel for channel, _ in known.drive.channels}
    added = tuple(pair for pair in source.drive.channels if pair[0] not in own)
    if not added:
        return known
    channels = (*known.drive.channels, *added)
    offset = max(known.drive.offset, source.drive.offset, key=abs)
    return replace(known, drive=replace(known.drive, channels=channels, halves=True, offset=offset))


def _line(curve: FCurve) -> StraightLine | None:
    """Return how the number that a driver sets grows with its only variable, or None."""
    driver = curve.driver
    if len(driver.variables) != 1 or curve.mute:
        return None
    line: StraightLine | None = StraightLine(1.0, 0.0)
    if driver.type == "SCRIPTED":
        line = line_of(driver.expression, driver.variables[0].name)
    mapped = _mapping(curve)
    return mapped.after(line) if line and mapped else None


def _mapping(curve: FCurve) -> StraightLine | None:
    """Return what a driver's curve makes of its value, where that is a straight line.

    Keys and modifiers do it: Blender 4 starts with a modifier and Blender 5 with two keys, which
    both leave the value as it is. Between its first key and its last a curve has to be straight.
    """
    points = curve.keyframe_points
    if not len(points) and not len(curve.modifiers):
        return StraightLine(1.0, 0.0)
    low, high = (points[0].co.x, points[-1].co.x) if len(points) > 1 else (0.0, 1.0)
    steps = [low + (high - low) * step / _SAMPLES for step in range(_SAMPLES + 1)]
    values = [curve.evaluate(step) for step in steps]
    slope = (values[-1] - values[0]) / (high - low) if high > low else 0.0
    line = StraightLine(slope, values[0] - slope * low)
    straight = (line.slope * step + line.offset for step in steps)
    off = max(abs(value - ideal) for value, ideal in zip(values, straight, strict=True))
    return line if slope and off <= _STRAIGHT * abs(values[-1] - values[0]) else None


def _read_by(curve: FCurve, part: Object) -> tuple[ID, Path, Control | None] | None:
    """Return the number that a driver's only variable reads, and that as a control, if it is one.

    Args:
        curve: of the driver.
        part: of the face, whose shape key it drives, at once or through other drivers.
    """
    variable = curve.driver.variables[0]
    target = variable.targets[0]
    if target.id is None:
        return None
    if variable.type == "TRANSFORMS":
        kind, _, axis = target.transform_type.partition("_")
        is_axis = kind in _TRANSFORMS and axis in ("X", "Y", "Z")
        if not is_axis or target.transform_space != "LOCAL_SPACE" or not target.bone_target:
            return None
        return _bone_axis(target.id, target.bone_target, _TRANSFORMS[kind], axis.lower())
    if variable.type != "SINGLE_PROP" or not target.data_path:
        return None
    match = _BONE_AXIS.fullmatch(target.data_path)
    if match and isinstance(target.id, Object):
        bone = target.id.pose.bones.get(match["bone"]) if target.id.pose else None
        kind = match["kind"].partition("_")[0]
        if bone is None or (kind == "rotation" and bone.rotation_mode in _FREE):
            return None
        return _bone_axis(target.id, match["bone"], kind, "xyz"[int(match["index"] or 0)])
    return _property(target.id, target.data_path, part)


_FREE = ("QUATERNION", "AXIS_ANGLE")
"""Rotation modes in which Euler angles do nothing."""


def _bone_axis(rig: ID, bone: str, kind: str, axis: str) -> tuple[ID, Path, Control | None] | None:
    if not isinstance(rig, Object):
        return None
    name = ControlName(bone, "bone", f"{kind}_{axis}")
    made = bone_controls(rig, {name: Drive()})
    return (rig, made[0].path, made[0]) if made else None


def _property(owner: ID, data_path: str, part: Object) -> tuple[ID, Path, Control | None]:
    """Return a property; as a control where an object of the face's holds it."""
    match = re.fullmatch(r"(.*?)(?:\[(\d+)\])?", data_path)
    path, index = (match[1], int(match[2] or 0)) if match else (data_path, 0)
    found = None
    if isinstance(owner, Object) or owner in (part.data, part.data.shape_keys):
        holder = owner if isinstance(owner, Object) else part
        found = property_control(holder, owner, path, index, quoted_name(path))
    return owner, (path, index), found


def _reason(curve: FCurve) -> Message:
    """Return what drives a control, to be set by hand."""
    names: dict[Message, None] = {}
    for variable in curve.driver.variables:
        for target in variable.targets:
            bone = target.bone_target or _bone_in(target.data_path)
            if target.id is None:
                continue
            if bone:
                names[Message("the bone “{bone}”", bone=bone)] = None
            elif variable.type == "SINGLE_PROP":
                name = quoted_name(target.data_path)
                names[Message("“{property}” of “{owner}”", property=name, owner=target.id.name)] = (
                    None
                )
            else:
                names[Message("the object “{object}”", object=target.id.name)] = None
    if not names:
        return Message("driven")
    return Message("driven by {sources}; set that instead", sources=listed(list(names)))


def _bone_in(data_path: str) -> str:
    match = re.match(r'pose\.bones\["(.*?)"\]', data_path)
    return match[1] if match else ""
