# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character remembers of EmoteBot, reached through ``sequence_of``: its sequence of beats.

It lives on the head, so that it goes where the character goes: into copies, other files and
overrides.
"""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import bpy

from ..core.errors import EmoteBotError
from . import beat_times
from .detail import DetailProperties, chosen_share
from .events import CharacterEdited, LayerStrengthEdited, SequenceEdited, SequenceRenamed
from .gaze import GazeProperties
from .runtime import runtime
from .settings import (
    KeyingProperties,
    LayingProperties,
    MixProperties,
    intensity_property,
    liveliness_property,
    recording_property,
    take_property,
    words_property,
)
from .translation import CONTEXT

if TYPE_CHECKING:
    from ..rig.face import Face

FORMAT = 1
"""What this EmoteBot writes; a file of a newer one says more, and what it says is kept."""

LONGEST = 12.0 * 3600
"""Seconds of a sequence at most, as of a performance."""

LAST_START = 500_000
"""The last frame on which a sequence may begin: Blender counts to twice as many."""

SEQUENCE_NAME = "EmoteBot"
"""Of a sequence, and so of its track, until the user names it."""

SEQUENCE_LAYER = "sequence"
"""The kind of the layer that a sequence is performed on."""

RECORDING_LAYER = "live"
"""The kind of the layer of a recording begins with this, a number follows."""

_OVERRIDABLE = {"LIBRARY_OVERRIDABLE"}


def _edited(edited: "BeatSettings | SequenceSettings", context: bpy.types.Context) -> None:
    runtime().events.emit(SequenceEdited(edited.id_data, context.scene))


def _character_edited(sequence: "SequenceSettings", context: bpy.types.Context) -> None:
    was_shown = bool(sequence.shown_pose)
    _edited(sequence, context)  # which puts back what a shown feeling has replaced
    if was_shown:
        runtime().events.emit(CharacterEdited(sequence.id_data, context.scene))


def _renamed(sequence: "SequenceSettings", _context: bpy.types.Context) -> None:
    runtime().events.emit(SequenceRenamed(sequence.id_data))


def _face_accepted(_sequence: "SequenceSettings", _context: bpy.types.Context) -> None:
    runtime().summary = None


def _strength_edited(sequence: "SequenceSettings", _context: bpy.types.Context) -> None:
    runtime().events.emit(LayerStrengthEdited(sequence.id_data))


def _transition_from_frames(beat: "BeatSettings", frames: float) -> None:
    beat.transition = frames / beat_times.rate_of(beat.id_data)


def _hold_from_frames(beat: "BeatSettings", frames: float) -> None:
    beat.hold = frames / beat_times.rate_of(beat.id_data)


def _start_from_frame(beat: "BeatSettings", frame: float) -> None:
    beat.start = beat_times.second_of(beat, frame)


def _start_from_arrival(beat: "BeatSettings", second: float) -> None:
    beat.start = max(second - beat_times.transition_of(beat), 0.0)


class BeatSettings(bpy.types.PropertyGroup):
    """A feeling of a sequence and when it is felt; times in seconds, and in frames as well."""

    words: words_property(default="happy", update=_edited, override=_OVERRIDABLE)
    intensity: intensity_property(update=_edited, override=_OVERRIDABLE)
    start: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Start",
        description="When the face begins to change to the feeling, in seconds of the sequence",
        min=0.0,
        max=LONGEST,
        subtype="TIME",
        unit="TIME",
        step=4,
        precision=2,
        update=_edited,
        override=_OVERRIDABLE,
    )
    has_transition: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Own Transition",
        description="Take as long as said here; else the feeling's natural time",
        update=_edited,
        override=_OVERRIDABLE,
    )
    transition: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Transition",
        description="Seconds until the feeling is there",
        default=0.5,
        min=0.01,
        max=LONGEST,
        soft_max=5.0,
        subtype="TIME",
        unit="TIME",
        step=4,
        precision=2,
        update=_edited,
        override=_OVERRIDABLE,
    )
    has_hold: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Own Hold",
        description="Relax after the time said here; else stay until the next beat",
        update=_edited,
        override=_OVERRIDABLE,
    )
    hold: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Hold",
        description="Seconds that the feeling stays before the face relaxes",
        default=1.5,
        min=0.0,
        max=LONGEST,
        soft_max=10.0,
        subtype="TIME",
        unit="TIME",
        step=4,
        precision=2,
        update=_edited,
        override=_OVERRIDABLE,
    )
    has_take: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Own Take",
        description="Show the take said here; else one is chosen by the seed",
        update=_edited,
        override=_OVERRIDABLE,
    )
    take: take_property(update=_edited, override=_OVERRIDABLE)
    has_liveliness: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Own Liveliness",
        description="Hold the feeling as lively as said here; else as the character holds all",
        update=_edited,
        override=_OVERRIDABLE,
    )
    liveliness: liveliness_property(update=_edited, override=_OVERRIDABLE)
    recording: recording_property(update=_edited, override=_OVERRIDABLE)
    start_frame: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Start",
        description="The frame of the scene on which the face begins to change to the feeling",
        get=lambda beat: beat_times.frame_of(beat, beat.start),
        set=_start_from_frame,
        step=100,
        precision=1,
    )
    arrival: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Arrive",
        description="Seconds of the sequence at which the feeling is there; it starts before",
        get=beat_times.arrival_of,
        set=_start_from_arrival,
        subtype="TIME",
        unit="TIME",
        step=4,
        precision=2,
    )
    arrival_frame: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Arrive",
        description="The frame of the scene on which the feeling is there; it starts before",
        get=lambda beat: beat_times.frame_of(beat, beat_times.arrival_of(beat)),
        set=lambda beat, frame: _start_from_arrival(beat, beat_times.second_of(beat, frame)),
        step=100,
        precision=1,
    )
    transition_frames: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Transition",
        description="Frames until the feeling is there",
        get=lambda beat: beat.transition * beat_times.rate_of(beat.id_data),
        set=_transition_from_frames,
        min=0.0,
        step=100,
        precision=1,
    )
    hold_frames: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Hold",
        description="Frames that the feeling stays before the face relaxes",
        get=lambda beat: beat.hold * beat_times.rate_of(beat.id_data),
        set=_hold_from_frames,
        min=0.0,
        step=100,
        precision=1,
    )
    mute: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Mute",
        description="Leave the beat out of the performance",
        update=_edited,
        override=_OVERRIDABLE,
    )


class SequenceSettings(
    LayingProperties,
    MixProperties,
    GazeProperties,
    DetailProperties,
    KeyingProperties,
    bpy.types.PropertyGroup,
):
    """The sequence of a character and how it is laid on its face."""

    format: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="Format",
        description="Which EmoteBot's sequence this is; 0 before there is one",
        override=_OVERRIDABLE,
    )
    name: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Name",
        description="Of the sequence and of its track in the NLA editor",
        default=SEQUENCE_NAME,
        update=_renamed,
        override=_OVERRIDABLE,
    )
    beats: bpy.props.CollectionProperty(
        type=BeatSettings, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}
    )
    active: bpy.props.IntProperty(
        translation_context=CONTEXT, name="Active Beat", min=0, override=_OVERRIDABLE
    )
    seed: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="Seed",
        description="Whose way of showing feelings this is: "
        "each number is another person, in all that they feel",
        min=0,
        update=_character_edited,
        override=_OVERRIDABLE,
    )
    exaggeration: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Exaggeration",
        description="How much more than a realistic face this character shows: slight movements "
        "grow most, strong ones keep their differences",
        default=1.0,
        min=0.5,
        max=2.0,
        step=5,
        precision=2,
        update=_character_edited,
        override=_OVERRIDABLE,
    )
    liveliness: liveliness_property(update=_character_edited, override=_OVERRIDABLE)
    frame_start: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="First Frame",
        description="The frame on which second 0 of the sequence lies",
        default=1,
        min=-LAST_START,
        max=LAST_START,
        update=_edited,
        override=_OVERRIDABLE,
    )
    automatic: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Perform at Once",
        description="Perform the sequence again whenever it is edited",
        default=True,
        override=_OVERRIDABLE,
    )
    markers: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Show Beats as Markers",
        description="Each beat is a marker in the timeline: move, rename or delete either of them",
        update=_edited,
        override=_OVERRIDABLE,
    )
    any_face: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Use Anyway",
        description="Perform on this character although little of a face was found on it",
        update=_face_accepted,
        override=_OVERRIDABLE,
    )
    held_pose: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Pose before Live",
        description="What the face is given back when the live performance ends, as JSON",
    )
    shown_pose: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Pose Shown",
        description="What the feeling that is shown has replaced, as JSON",
        override=_OVERRIDABLE,
    )

    keying_edited = region_edited = mix_edited = detail_edited = gaze_edited = _edited
    strength_edited = _strength_edited


def sequence_of(face: "Face") -> SequenceSettings:
    """Return the sequence of a face."""
    return sequence_owner(face).emotebot


def sequence_owner(face: "Face") -> bpy.types.Object:
    """Return the object that stores a face's sequence.

    That is the first with beats, else the head.
    """
    return next((obj for obj in face.objects if has_beats(obj)), face.objects[0])


def as_chosen(face: "Face") -> "Face":
    """Return a face whose presets show as much of its feelings as its sequence says."""
    return replace(face, whole_share=chosen_share(sequence_of(face)))


def has_beats(obj: bpy.types.Object) -> bool:
    """Return whether an object stores beats; asking alone leaves nothing behind on it."""
    return obj.is_property_set("emotebot") and len(obj.emotebot.beats) > 0


def active_beat(sequence: SequenceSettings) -> int:
    """Return the index of the active beat.

    Raises:
        EmoteBotError: there is no beat.
    """
    if not sequence.beats:
        raise EmoteBotError("Add a beat first")
    return min(sequence.active, len(sequence.beats) - 1)


def beats_in_order(sequence: SequenceSettings) -> list[int]:
    """Return the indices of the beats in the order of their starts."""
    starts = [0.0] * len(sequence.beats)
    sequence.beats.foreach_get("start", starts)
    return sorted(range(len(starts)), key=starts.__getitem__)


def add_beat(sequence: SequenceSettings) -> BeatSettings:
    """Add a beat with a name of its own, by which a library override finds it again."""
    added = sequence.beats.add()
    added.name = uuid4().hex
    return added


def beat_at(sequence: SequenceSettings, index: int) -> BeatSettings:
    """Return the beat of an index, a new one where the sequence ends before it."""
    return sequence.beats[index] if index < len(sequence.beats) else add_beat(sequence)


def remove_beat(sequence: SequenceSettings, index: int) -> None:
    """Remove a beat; one of the library that a character overrides can only be muted."""
    try:
        sequence.beats.remove(index)
    except TypeError:  # how Blender says that it is the library's
        sequence.beats[index].mute = True


def remove_all_beats(sequence: SequenceSettings) -> int:
    """Remove every beat; return how many there were, without those muted in place of removed."""
    muted, count = sum(beat.mute for beat in sequence.beats), len(sequence.beats)
    for index in reversed(range(count)):
        remove_beat(sequence, index)
    return count if not sequence.beats else count - muted
