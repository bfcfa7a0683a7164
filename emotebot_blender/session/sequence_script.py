# SPDX-License-Identifier: GPL-3.0-or-later
"""Sequences from scripts, and the script that a sequence is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from . import library_overrides, words
from .preferences import choices
from .runtime import paused_updates
from .sequence import (
    FORMAT,
    LAST_START,
    BeatSettings,
    SequenceSettings,
    beat_at,
    beats_in_order,
    remove_all_beats,
    sequence_of,
    sequence_owner,
)
from .settings import LARGEST_NUMBER

if TYPE_CHECKING:
    from ..core.lexicon.lexicon import Lexicon
    from ..core.script.beats import Beat, EmotionScript
    from ..rig.face import Face

_PREFERRED = ("strength", "keying", "tolerance", "step")
"""Settings of a new sequence that the user has preferences for."""

_DERIVED = frozenset(
    ("start_frame", "transition_frames", "hold_frames", "arrival", "arrival_frame")
)
"""Properties of a beat that say in another way what others say; nothing stores them."""

_APART = 1 / 60
"""Seconds that a beat is moved on where another one starts at the same time."""


def read_source(script: str, text: str) -> "EmotionScript":
    """Return the script of a text data-block if one is named, else of a line or a file.

    A text data-block is read as its name ends: .json, .csv, .srt, else plain text.

    Raises:
        EmoteBotError: there is no such text, or the script has a fault.
    """
    from ..core.exchange.recorded_beats import resolved
    from ..core.script.script_files import read_script, read_text_as

    if not text:
        path = bpy.path.abspath(script) if script.startswith("//") else script
        return resolved(read_script(path, words.lexicon()), path)
    block = bpy.data.texts.get(text)
    if block is None:
        raise EmoteBotError("There is no text “{text}” in this file", text=text)
    return read_text_as(block.name, block.as_string(), words.lexicon())


def script_of(sequence: SequenceSettings) -> "EmotionScript":
    """Return the beats of a sequence that are not muted, as a script.

    Raises:
        EmoteBotError: the words of a beat are none.
    """
    from ..core.script.beats import EmotionScript

    if not sequence.beats:
        return EmotionScript(())
    beats: list[Beat] = []
    reader = words.lexicon()
    for number, index in enumerate(beats_in_order(sequence), start=1):
        settings = sequence.beats[index]
        if settings.mute:
            continue
        start = plain(settings.start)
        if beats and start <= beats[-1].start:
            start = beats[-1].start + _APART
        try:
            beats.append(_beat(settings, start, reader))
        except EmoteBotError as error:
            raise EmoteBotError("Beat {number}: {error}", number=number, error=error) from error
    return EmotionScript(tuple(beats))


def path_from(path: str, owner: Object) -> Path:
    """Return the path of a file that a sequence names, which may start from its own .blend file."""
    return Path(bpy.path.abspath(path, library=owner.library) if path.startswith("//") else path)


def begin(face: "Face", scene: Scene) -> SequenceSettings:
    """Return the sequence of a face; if it is new, as the user prefers and the scene begins.

    What was set of it in the panel before stays.

    Raises:
        EmoteBotError: its owner is linked, or the scene begins where no sequence may.
    """
    owner = sequence_owner(face)
    check_editable(owner)
    library_overrides.make_group(owner)
    sequence = sequence_of(face)
    if sequence.format == 0:
        check_first_frame(scene.frame_start)
        new = {name: getattr(choices(), name) for name in _PREFERRED}
        new["frame_start"] = scene.frame_start
        with paused_updates():
            for name, value in new.items():
                if not sequence.is_property_set(name):
                    setattr(sequence, name, value)
        sequence.format = FORMAT
    return sequence


def fill(face: "Face", script: "EmotionScript", scene: Scene) -> SequenceSettings:
    """Give a face the beats of a script, in place of those that its sequence had.

    Args:
        face: whose sequence it becomes.
        script: the beats, one at least.
        scene: whose settings a new sequence starts from.

    Raises:
        EmoteBotError: the sequence cannot be changed, or a beat holds more than it can.
    """
    sequence = begin(face, scene)
    if not script.beats:
        raise EmoteBotError("The script has no beats: there is nothing to perform")
    for beat in script.beats:
        if beat.take is not None and beat.take > LARGEST_NUMBER:
            raise EmoteBotError(
                "The take {take} is larger than {largest}, the most that Blender holds",
                take=beat.take,
                largest=LARGEST_NUMBER,
            )
    with paused_updates():
        remove_all_beats(sequence)
        sequence.active = 0
        for index, beat in enumerate(script.beats):
            settings = beat_at(sequence, index)
            settings.mute = False
            _set_beat(settings, beat)
    return sequence


def check_first_frame(frame: int) -> None:
    """Check that a sequence may begin on a frame.

    Raises:
        EmoteBotError: Blender could not count to its end.
    """
    if abs(frame) > LAST_START:
        raise EmoteBotError(
            "A sequence begins on a frame from -{last} to {last}, not {frame}",
            last=LAST_START,
            frame=frame,
        )


def check_editable(owner: Object) -> None:
    """Check that what an object stores of EmoteBot can be changed.

    Raises:
        EmoteBotError: it is linked.
    """
    if not owner.is_editable:
        raise EmoteBotError(
            "“{object}” is linked and cannot be given a sequence; "
            "make it local or a library override first",
            object=owner.name,
        )


def snapshot(sequence: SequenceSettings) -> dict[str, Any]:
    """Return all that a sequence is set to, but the names of beats, which are for one beat each."""
    kept = {name: getattr(sequence, name) for name in _settable(sequence)}
    return {**kept, "beats": list(map(beat_settings, sequence.beats))}


def beat_settings(beat: BeatSettings) -> dict[str, Any]:
    """Return all that a beat is set to, but its name."""
    return {name: getattr(beat, name) for name in _settable(beat) if name != "name"}


def restore(sequence: SequenceSettings, kept: dict[str, Any]) -> None:
    """Set a sequence to what ``snapshot`` returned of it."""
    with paused_updates():
        remove_all_beats(sequence)
        for index, values in enumerate(kept["beats"]):
            settings = beat_at(sequence, index)
            for name, value in values.items():
                setattr(settings, name, value)
        for name, value in kept.items():
            if name != "beats":
                setattr(sequence, name, value)


def _settable(group: Any) -> list[str]:
    names = [prop.identifier for prop in group.bl_rna.properties if not prop.is_readonly]
    return [name for name in names if name not in _DERIVED]


def _beat(settings: BeatSettings, start: float, reader: "Lexicon") -> "Beat":
    from ..core.script.beats import Beat

    return Beat(
        words.feeling(settings.words, settings.intensity, reader),
        start,
        plain(settings.transition) if settings.has_transition else None,
        plain(settings.hold) if settings.has_hold else None,
        settings.take if settings.has_take else None,
        words.with_intensity(settings.words, settings.intensity, reader),
        plain(settings.liveliness) if settings.has_liveliness else None,
        settings.recording,
    )


def _set_beat(settings: BeatSettings, beat: "Beat") -> None:
    settings.words, settings.intensity = _words_for(beat), 1.0
    settings.start = beat.start
    settings.has_transition = beat.transition is not None
    if beat.transition is not None:
        settings.transition = beat.transition
    settings.has_hold = beat.hold is not None
    if beat.hold is not None:
        settings.hold = beat.hold
    settings.has_take = beat.take is not None
    if beat.take is not None:
        settings.take = beat.take
    settings.has_liveliness = beat.liveliness is not None
    if beat.liveliness is not None:
        settings.liveliness = beat.liveliness
    settings.recording = beat.recording


def _words_for(beat: "Beat") -> str:
    """Return words that mean what a beat of a script feels, its own where they do."""
    from ..core.lexicon.lexicon import canonical_form

    try:
        if words.lexicon().read(beat.words) == beat.feeling:
            return beat.words
    except EmoteBotError:
        pass  # a label, or words of another lexicon: the numbers say it
    return canonical_form(beat.feeling)


def plain(number: float) -> float:
    """Return a single-precision number as a person would have written it."""
    return float(f"{number:.7g}")
