# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a face does not show, or not in full, although it can be driven."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..core.channels import CHANNELS, MIX_GROUPS
from ..core.emotions import EXPRESSIVE
from ..core.messages import Message, listed, with_more
from .control import BlockedReason, Control, summarise
from .face import Face
from .face_coverage import PARTS, Coverage, coverage_of
from .map_corrections import notes_on_corrections
from .recognised_keys import notes_on_recognised
from .shape_keys import covered_reason, idle_reason

_FELT = np.array([not name.startswith(("eyeBlink", "eyeLook")) for name in CHANNELS])
"""Which channels show what is felt."""

_HARDLY = 0.05
"""A share of an emotion that is not missed."""

_FEW = 0.3
"""Channels do not show an emotion that move by less than this part of its expression."""

_SLIGHTLY = 1e-4
"""How much a range may lack without a word."""


def notes_on_face(face: Face) -> tuple[Message, ...]:
    """Return what somebody should know of a face before it is driven, a sentence each."""
    controls, coverage = face.controls(), coverage_of(face)
    return (
        *notes_on_missing(coverage),
        *notes_on_lacking(coverage),
        *notes_on_repeated(face),
        *(note for obj in face.objects for note in notes_on_corrections(obj)),
        *(note for obj in face.objects for note in notes_on_recognised(obj)),
        *notes_on_unseen(controls),
        *notes_on_ranges(controls),
        *notes_on_sharing(face),
    )


def notes_on_missing(coverage: Coverage) -> tuple[Message, ...]:
    """Return a sentence on the parts of a face that nothing moves, if there are."""
    missing = [
        part
        for part in coverage.missing_parts
        if set(coverage.taken_off).isdisjoint(MIX_GROUPS[part])  # not on purpose
    ]
    if coverage.emotions or not missing:
        return ()  # a preset moves the whole face
    return (
        Message(
            "Nothing moves the {parts}; shape keys named like “{channel}” would",
            parts=tuple(PARTS[part] for part in missing),
            channel=MIX_GROUPS[missing[0]][0],
        ),
    )


def notes_on_lacking(coverage: Coverage) -> tuple[Message, ...]:
    """Return a sentence on each object that stays where it should move with the others."""
    return tuple(
        Message(
            "“{object}” does not move with {channels}, as other objects do",
            object=part.name,
            channels=listed(part.lacks),
        )
        for part in coverage.objects
        if part.lacks
    )


def notes_on_repeated(face: Face) -> tuple[Message, ...]:
    """Return a sentence on each object that has two sets of controls, of which one is used."""
    notes = []
    for obj, rig_map in zip(face.objects, face.maps, strict=True):
        if not rig_map.repeated:
            continue
        used, others = zip(*rig_map.repeated.values(), strict=True)
        notes.append(
            Message(
                "“{object}” has two sets of controls; used: {used}; left alone: {others}",
                object=obj.name,
                used=with_more(Message("“{control}”", control=used[0]), len(used) - 1),
                others=with_more(Message("“{control}”", control=others[0]), len(others) - 1),
            )
        )
    return tuple(notes)


def notes_on_feelings(
    controls: Collection[Control], weights: NDArray[np.floating], shares: NDArray[np.floating]
) -> tuple[Message, ...]:
    """Return a sentence on the emotions of a performance that a face with presets does not show.

    An emotion without a preset is shown by channels; where these are few, it is not.

    Args:
        controls: those that move.
        weights: of the performance, shape (frames, 52).
        shares: of the same, in the order of ``SHARES``, shape (frames, 17).
    """
    drives = [control.drive for control in controls]
    if not any(drive.emotions for drive in drives):
        return ()
    moved = np.zeros(len(CHANNELS), dtype=bool)
    moved[[channel for drive in drives for channel, _ in drive.channels]] = True
    unseen = []
    for column, emotion in enumerate(EXPRESSIVE):
        frame = int(shares[:, column].argmax())
        apex = weights[frame] * _FELT
        is_preset = any(d.share > 0 and d.emotions and d.emotions[column] > 0 for d in drives)
        is_shown = np.linalg.norm(apex[moved]) >= _FEW * np.linalg.norm(apex)
        if shares[frame, column] > _HARDLY and not (is_preset or is_shown):
            unseen.append(Message(emotion))
    if not unseen:
        return ()
    return (
        Message(
            "This face has neither an emotion shape nor finer controls for {emotions}",
            emotions=tuple(unseen),
        ),
    )


def notes_on_unseen(controls: Iterable[Control]) -> tuple[Message, ...]:
    """Return a sentence on what of the controls moves nothing; none where all of it shows."""
    unseen = unseen_controls(controls)
    if not unseen:
        return ()
    named = [
        Message("{control} ({reason})", control=control, reason=reason)
        for control, reason in unseen
    ]
    return (Message("Does not show: {controls}", controls=listed(named)),)


def notes_on_ranges(controls: Iterable[Control]) -> tuple[Message, ...]:
    """Return a sentence on the controls whose range ends before what they are at full weight."""
    ends = [(control, _end_of_range(control)) for control in controls if control.blocked is None]
    short = [(control, end) for control, end in ends if end is not None]
    if not short:
        return ()
    control, end = short[0]
    first = Message("The range of {control} ends at {end:g}", control=control.label, end=end)
    return (with_more(first, len(short) - 1),)


def notes_on_sharing(face: Face) -> tuple[Message, ...]:
    """Return a sentence on objects that move with the face's as they show the same meshes."""
    if not face.sharing:
        return ()
    one, other = face.sharing[0]
    first = Message("“{one}” shares its shape keys with “{other}”", one=one, other=other)
    sharing = with_more(first, len(face.sharing) - 1)
    return (
        Message("{sharing}: they move together; Make Single User separates them", sharing=sharing),
    )


def unseen_controls(controls: Iterable[Control]) -> tuple[BlockedReason, ...]:
    """Return what moves nothing although it can be driven, and why, as ``summarise`` puts it.

    A shape key that moves nothing counts where its channel shows nowhere else: lashes may carry
    all 52 shape keys and use four. An object on which no shape key shows counts always.

    Args:
        controls: those asked for; blocked ones are passed over.
    """
    free = [control for control in controls if control.blocked is None]
    objects = {control.object for control in free if control.kind == "shape_key"}
    covered = {obj: covered_reason(obj) for obj in objects}
    reasons = [covered[control.object] if control.kind == "shape_key" else None for control in free]
    for rows in _rows_by_channel(free):
        idle: list[Message] = []
        for row in rows:
            reason = reasons[row] or _idle_reason(free[row])
            if reason is None:
                break
            idle.append(reason)
        else:
            for row, reason in zip(rows, idle, strict=True):
                reasons[row] = reason
    pairs = zip(free, reasons, strict=True)
    return summarise(replace(control, blocked=reason) for control, reason in pairs)


def _rows_by_channel(controls: Sequence[Control]) -> list[list[int]]:
    """Return for each channel, and for each preset, the rows of the controls that show it."""
    rows: dict[int, list[int]] = {}
    presets = []
    for row, control in enumerate(controls):
        for channel, _ in control.drive.channels:
            rows.setdefault(channel, []).append(row)
        if not control.drive.channels:
            presets.append([row])
    return [*rows.values(), *presets]


def _idle_reason(control: Control) -> Message | None:
    if control.object.hide_viewport:
        return Message("disabled in viewports")
    if control.kind != "shape_key":
        return None
    return idle_reason(control.object, control.name)


def _end_of_range(control: Control) -> float | None:
    """Return where a control's range ends if that is before what it is at full weight, or None."""
    least, greatest = control.span
    if greatest > control.high + _SLIGHTLY:
        return control.high
    return control.low if least < control.low - _SLIGHTLY else None
