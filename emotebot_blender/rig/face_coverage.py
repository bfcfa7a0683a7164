# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a face EmoteBot can move: channel by channel, part by part, object by object."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..core.channels import CHANNELS, LIDS_AND_BROWS, MIX_GROUPS
from ..core.emotions import EMOTIONS
from ..core.messages import Message
from ..core.rig.convention import RigMap
from .control import Control
from .face import Face
from .map_corrections import channels_taken_off

STATES = ("covered", "approximated", "doubtful", "missing")
"""What a channel may be, the best first: moved by controls of its own, by ones that stand in for
them, by ones that may be others, by none."""

PARTS = {
    "EYES": Message("eyes"),
    "BROWS": Message("brows"),
    "CHEEKS": Message("cheeks"),
    "MOUTH": Message("mouth"),
}
"""What the groups of channels are called in a sentence."""

_TOGETHER = tuple(
    tuple(name for name in CHANNELS if re.match(pattern, name))
    for pattern in ("eyeLook", "eye(?!Look)", "jaw", "mouth", "brow", "cheek")
)
"""Channels that an object has all of, or but few: gaze, lids, jaw, mouth, brows, cheeks."""

_MOST = 2 / 3
"""Share of such channels above which an object should have the others as well, if it is made for
them: lashes that move along with some of the brows are not."""


_FEWEST = 8
"""Channels of expression, so neither of gaze nor of the tongue, that are enough wherever they are:
a face of which nothing but the mouth was found still smiles. Two or three such names are chance."""


@dataclass(frozen=True)
class ObjectCoverage:
    """What one object of a face moves.

    Attributes:
        name: of the object.
        convention: that its controls are named after; empty where there is none.
        channels: how many it has controls of.
        lacks: channels that other objects of the face move and this one should, too, as it has most
            of their kind: a mesh of brows without ``browInnerUp``.
    """

    name: str
    convention: str
    channels: int
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """How much of a face can be moved; holds nothing of Blender's.

    Attributes:
        states: each of ``CHANNELS``, in their order, to one of ``STATES``.
        doubts: each doubtful channel to what is doubtful about it, and each missing one to why it
            was left alone, if it was.
        emotions: those that controls show as a whole.
        objects: of the face, in their order.
        recognised: each channel whose controls were recognised by what they do, and how sure that
            is, 0 to 1.
        left_alone: channels that have controls, none of which can be driven at this moment.
        taken_off: channels whose controls an artist has taken off, so that nothing moves them.
        is_still: whether none of its controls can be driven at this moment.
    """

    states: Mapping[str, str]
    doubts: Mapping[str, Message]
    emotions: tuple[str, ...]
    objects: tuple[ObjectCoverage, ...]
    recognised: Mapping[str, float] = field(default_factory=dict)
    left_alone: tuple[str, ...] = ()
    taken_off: tuple[str, ...] = ()
    is_still: bool = False

    def channels(self, *states: str) -> tuple[str, ...]:
        """Return the channels that are in one of these states, in the order of ``CHANNELS``."""
        return tuple(name for name, state in self.states.items() if state in states)

    @property
    def count(self) -> int:
        """How many channels something moves."""
        return len(CHANNELS) - len(self.channels("missing"))

    @property
    def is_whole(self) -> bool:
        """Whether each channel has controls of its own, and they are all that there is to know."""
        covered = set(self.states.values()) == {"covered"}
        return covered and not (self.emotions or self.recognised or self.left_alone)

    @property
    def is_enough(self) -> bool:
        """Whether feelings show on the face.

        They do by emotions as a whole, by something of the mouth and of the lids or brows, or by
        eight channels of expression. What an artist leaves alone on purpose, locked, muted or taken
        off, counts as the rest: the face has it.
        """
        moved = {*self.channels("covered", "approximated", "doubtful"), *self.taken_off}
        expressive = [name for name in moved if not name.startswith(("eyeLook", "tongue"))]
        has_mouth = any(name.startswith(("mouth", "jaw")) for name in moved)
        has_both = has_mouth and not LIDS_AND_BROWS.isdisjoint(moved)
        return bool(self.emotions) or has_both or len(expressive) >= _FEWEST

    @property
    def missing_parts(self) -> tuple[str, ...]:
        """Those of ``PARTS`` that no channel moves."""
        missing = set(self.channels("missing"))
        return tuple(part for part, names in MIX_GROUPS.items() if missing.issuperset(names))

    @property
    def missing(self) -> tuple[str | Message, ...]:
        """What nothing moves: whole parts by their names, then channels of other parts."""
        parts = self.missing_parts
        in_parts = {channel for part in parts for channel in MIX_GROUPS[part]}
        others = (name for name in self.channels("missing") if name not in in_parts)
        return (*(PARTS[part] for part in parts), *others)

    @property
    def found(self) -> Message:
        """What was found of the face, a clause: "23 of 52 channels, no brows"."""
        found = self._found_controls
        return Message("{found}; all left alone", found=found) if self.is_still else found

    @property
    def _found_controls(self) -> Message:
        emotions = tuple(Message(emotion) for emotion in self.emotions)
        whole_face = Message("whole-face emotions: {emotions}", emotions=emotions)
        if not self.count and self.emotions:
            return whole_face
        clauses = [Message("{count} of {all} channels", count=self.count, all=len(CHANNELS))]
        if self.recognised:
            clauses.append(Message("{count} by shape", count=len(self.recognised)))
        if approximated := len(self.channels("approximated")):
            clauses.append(Message("{count} approximated", count=approximated))
        if self.doubts:
            clauses.append(Message("{count} doubtful", count=len(self.doubts)))
        if self.left_alone and not self.is_still:
            clauses.append(Message("{count} left alone", count=len(self.left_alone)))
        if self.missing_parts:
            parts = tuple(PARTS[part] for part in self.missing_parts)
            clauses.append(Message("no {parts}", parts=parts))
        found = Message("{clauses}", clauses=tuple(clauses))
        if self.emotions:
            found = Message("{channels}; {emotions}", channels=found, emotions=whole_face)
        return found


def coverage_of(face: Face) -> Coverage:
    """Return how much of a face can be moved."""
    best = {channel: channel_state(face.maps, channel) for channel in CHANNELS}
    doubts: dict[str, Message] = {}
    for rig_map in face.maps:
        doubts = {**rig_map.doubtful, **doubts}
    controls = face.controls()
    taken_off = {name for obj in face.objects for name in channels_taken_off(obj)}
    presets = (preset for rig_map in face.maps for preset in rig_map.presets)
    shown = {emotion for preset in presets for emotion in preset.emotions}
    moved = {channel for channel, state in best.items() if state != "missing"}
    return Coverage(
        best,
        {name: doubt for name, doubt in doubts.items() if best[name] in ("doubtful", "missing")},
        tuple(emotion for emotion in EMOTIONS if emotion in shown),
        tuple(
            ObjectCoverage(
                obj.name, rig_map.convention, len(rig_map.channels), _lacks(rig_map, moved)
            )
            for obj, rig_map in zip(face.objects, face.maps, strict=True)
        ),
        {
            channel: sure
            for rig_map in reversed(face.maps)
            for channel, sure in rig_map.recognised.items()
        },
        _left_alone(controls),
        tuple(name for name in CHANNELS if name in taken_off and best[name] == "missing"),
        bool(controls) and all(control.blocked is not None for control in controls),
    )


def channel_state(maps: Iterable[RigMap], channel: str) -> str:
    """Return the best of the states, one of ``STATES``, that a channel has on several objects.

    Args:
        maps: of the objects.
        channel: its name.
    """
    states = (_state(rig_map, channel) for rig_map in maps if channel in rig_map.feeds)
    return min(states, key=STATES.index, default="missing")


def name_with_coverage(face: Face) -> Message:
    """Return the name of a face, with what was found of it where that is not all of one."""
    coverage = coverage_of(face)
    if coverage.is_whole:
        return Message("“{face}”", face=face.name)
    return Message("“{face}” ({found})", face=face.name, found=coverage.found)


def refusal_of(name: str, coverage: Coverage, anyway: Message) -> Message | None:
    """Return why a face is too little of one to be performed on, and what helps; None if it is not.

    Args:
        name: of the face.
        coverage: of it.
        anyway: what else to do to perform on it, a clause.
    """
    if coverage.is_enough:
        return None
    return Message(
        "Too little of a face was found on “{face}” ({found}): it takes the mouth and the lids or "
        "brows, such as shape keys named “jawOpen” and “eyeBlinkLeft”; rename them, "
        "choose them in the panel Channels, or {anyway}",
        face=name,
        found=coverage.found,
        anyway=anyway,
    )


def _state(rig_map: RigMap, channel: str) -> str:
    if channel in rig_map.doubtful:
        return "doubtful"
    return "approximated" if channel in rig_map.approximated else "covered"


def _left_alone(controls: Collection[Control]) -> tuple[str, ...]:
    """Return the channels that move controls of which none can be driven."""
    moved = {index for control in controls for index, _ in control.drive.channels}
    free = (control for control in controls if control.blocked is None)
    moved.difference_update(index for control in free for index, _ in control.drive.channels)
    return tuple(CHANNELS[index] for index in sorted(moved))


def _lacks(rig_map: RigMap, moved: Iterable[str]) -> tuple[str, ...]:
    """Return which of the channels that move elsewhere an object should have and has not."""
    lacks: set[str] = set()
    for names in _TOGETHER:
        missing = set(names) - rig_map.feeds.keys()
        has = len(names) - len(missing)
        if has > len(names) * _MOST and 2 * has > len(rig_map.feeds):
            lacks |= missing.intersection(moved)
    return tuple(name for name in CHANNELS if name in lacks)
