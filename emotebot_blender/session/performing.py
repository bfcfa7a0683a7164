# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sequence of beats becomes, and how it is filled and performed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from . import library_overrides, words
from .loaded_networks import networks
from .preferences import choices
from .sequence import (
    FORMAT,
    BeatSettings,
    SequenceSettings,
    beat_at,
    drop_all,
    sequence_of,
    sequence_owner,
)
from .settings import LARGEST_NUMBER

if TYPE_CHECKING:
    from ..animation.keyframes import Keying, KeyReport
    from ..core.emotions import Feeling
    from ..core.performance.incremental import IncrementalPerformer
    from ..core.performance.networks import Networks
    from ..core.script.beats import Beat, EmotionScript
    from ..rig.face import Face

LAYER = "sequence"
"""What the layer of a sequence, and its keys in an action, are marked as."""

_APART = 1 / 60
"""Seconds that a beat is moved on where another one starts at the same time."""

problems: dict[int, str] = {}
"""Session id of a character's object to what kept its sequence from being performed at once."""

_busy: list[str] = []
"""What is being filled, whose beats are not performed one by one."""


@contextmanager
def paused_updates() -> Iterator[None]:
    """Within this, a sequence is not performed whenever something of it is set."""
    _busy.append("filling")
    try:
        yield
    finally:
        _busy.pop()


def updates_paused() -> bool:
    """Return whether a sequence is being filled."""
    return bool(_busy)


def rate_of(scene: Scene) -> float:
    """Return a scene's frames a second."""
    return scene.render.fps / scene.render.fps_base


def order(sequence: SequenceSettings) -> list[int]:
    """Return the places of the beats in the order of their starts."""
    starts = [0.0] * len(sequence.beats)
    sequence.beats.foreach_get("start", starts)
    return sorted(range(len(starts)), key=starts.__getitem__)


def script_of(sequence: SequenceSettings) -> "EmotionScript":
    """Return the beats of a sequence that are not muted, as a script.

    Raises:
        EmoteBotError: the words of a beat are none.
    """
    from ..core.script.beats import EmotionScript

    beats: list[Beat] = []
    for number, place in enumerate(order(sequence), start=1):
        said = sequence.beats[place]
        if said.mute:
            continue
        start = _plain(said.start)
        if beats and start <= beats[-1].start:
            start = beats[-1].start + _APART
        try:
            beats.append(_beat(said, start))
        except EmoteBotError as error:
            raise EmoteBotError("Beat {number}: {error}", number=number, error=error) from error
    return EmotionScript(tuple(beats))


def fill(face: "Face", script: "EmotionScript", scene: Scene) -> SequenceSettings:
    """Give a character the beats of a script, in place of those that it had.

    Raises:
        EmoteBotError: the character cannot be changed, or a beat holds more than a sequence can.
    """
    sequence = begin(face, scene)
    if not script.beats:
        raise EmoteBotError("The script has no beats: there is nothing to perform")
    for beat in script.beats:
        if beat.take is not None and beat.take > LARGEST_NUMBER:
            raise EmoteBotError(
                "The take {take} is larger than {largest_number}, the most that Blender holds",
                take=beat.take,
                largest_number=LARGEST_NUMBER,
            )
    with paused_updates():
        drop_all(sequence)
        sequence.active = 0
        for place, beat in enumerate(script.beats):
            told = beat_at(sequence, place)
            told.mute = False
            set_beat(told, beat)
    return sequence


def begin(face: "Face", scene: Scene) -> SequenceSettings:
    """Return the sequence of a character, as the user prefers and the scene begins if it is new.

    Raises:
        EmoteBotError: the character is linked.
    """
    check_editable(sequence_owner(face))
    library_overrides.make_group(sequence_owner(face))
    sequence = sequence_of(face)
    if sequence.format == 0:
        preferred = choices()
        with paused_updates():
            sequence.strength, sequence.keying = preferred.strength, preferred.keying
            sequence.tolerance, sequence.step = preferred.tolerance, preferred.step
            sequence.frame_start = scene.frame_start
        sequence.format = FORMAT
    return sequence


def check_editable(thing: Object) -> None:
    """Check that a character can be given a sequence.

    Raises:
        EmoteBotError: it is linked.
    """
    if not thing.is_editable:
        raise EmoteBotError(
            "“{thing}” is linked and cannot be given a sequence; "
            "make it local or a library override first",
            thing=thing.name,
        )


def set_beat(told: BeatSettings, beat: "Beat") -> None:
    """Give the settings of a beat what a script says."""
    told.words, told.intensity = _words_for(beat), 1.0
    told.start = beat.start
    told.has_transition = beat.transition is not None
    if beat.transition is not None:
        told.transition = beat.transition
    told.has_hold = beat.hold is not None
    if beat.hold is not None:
        told.hold = beat.hold
    told.has_take = beat.take is not None
    if beat.take is not None:
        told.take = beat.take


def keying_of(said: "SequenceSettings") -> "Keying":
    """Return how densely keys stand."""
    return keying(said.keying, said.tolerance, said.step)


def keying(kind: str, tolerance: float, step: int) -> "Keying":
    """Return how densely keys stand: a kind of ``properties.KEYINGS`` and its measures."""
    from ..animation.keyframes import Keying

    if kind == "STEPPED":
        return Keying(None, step)
    return Keying((tolerance or None) if kind == "REDUCED" else None)


def perform(face: "Face", scene: Scene, replace_edits: bool = False) -> "KeyReport | None":
    """Perform the sequence of a character; without beats to perform, its layer goes.

    Args:
        face: of the character.
        scene: gives the frames a second.
        replace_edits: whether keys of the layer that were edited by hand are performed over.

    Raises:
        EmoteBotError: a beat has a fault, or the face cannot be keyed.
    """
    from ..animation.layers import clear_layer, find_layer, write_layer
    from ..core.channels import MASKS
    from . import live

    if live.is_running():
        live.rest()  # else what was played is taken for how the face stood before
    sequence, remembering = sequence_of(face), sequence_owner(face).session_uid
    problems.pop(remembering, None)
    script = script_of(sequence)
    layer = find_layer(face, LAYER)
    if layer is not None and layer.edited and not replace_edits:
        raise EmoteBotError(
            "The keys of “{layer}” were edited by hand: Perform replaces them, Bake keeps them",
            layer=layer.name,
        )
    if not script.beats:
        clear_layer(face, LAYER)
        return None
    performer = _performer(networks(), remembering, sequence.seed)
    clip = performer.perform(script, rate_of(scene))
    densely, mask = keying_of(sequence), MASKS[sequence.region]
    return write_layer(
        face,
        clip,
        scene,
        sequence.frame_start,
        sequence.name,
        densely,
        mask,
        sequence.strength,
        LAYER,
    )


def perform_script(
    face: "Face", script: "EmotionScript", scene: Scene, options: dict[str, Any]
) -> "KeyReport":
    """Give a character a script as its sequence and perform it; the scene grows to hold it.

    Args:
        face: of the character.
        script: what is felt and when.
        scene: gives the frames a second.
        options: names and values of settings of the sequence.

    Raises:
        EmoteBotError: the script has no beats, or the face cannot be keyed; the sequence is as it
            was then.
    """
    before = _snapshot(begin(face, scene))
    sequence = fill(face, script, scene)
    with paused_updates():
        for name, value in options.items():
            setattr(sequence, name, value)
    try:
        report = perform(face, scene, replace_edits=True)
    except EmoteBotError:
        _put_back(sequence, before)
        raise
    assert report is not None  # there are beats, and none is muted
    make_room(scene, report.frames[1])
    return report


def make_room(scene: Scene, last: float) -> None:
    """Lengthen the scene so that it reaches a frame, as far as Blender counts."""
    from ..animation.keyframes import LAST_FRAME

    scene.frame_end = max(scene.frame_end, int(min(last, LAST_FRAME)))


def playhead(sequence: SequenceSettings, scene: Scene) -> float:
    """Return the second of a sequence at which the playhead stands.

    Raises:
        EmoteBotError: that is before its second 0.
    """
    second = (scene.frame_current_final - sequence.frame_start) / rate_of(scene)
    if second < 0:
        raise EmoteBotError(
            "The playhead stands before the sequence, which begins on frame {frame_start}",
            frame_start=sequence.frame_start,
        )
    return second


def _snapshot(sequence: SequenceSettings) -> dict[str, Any]:
    """Return all that a sequence is set to, but the names of beats, which are for one beat each."""
    kept = {name: getattr(sequence, name) for name in _settable(sequence)}
    beats = [
        {name: getattr(beat, name) for name in _settable(beat) if name != "name"}
        for beat in sequence.beats
    ]
    return {**kept, "beats": beats}


def _put_back(sequence: SequenceSettings, kept: dict[str, Any]) -> None:
    with paused_updates():
        drop_all(sequence)
        for place, values in enumerate(kept.pop("beats")):
            told = beat_at(sequence, place)
            for name, value in values.items():
                setattr(told, name, value)
        for name, value in kept.items():
            setattr(sequence, name, value)


def _settable(group: Any) -> list[str]:
    return [each.identifier for each in group.bl_rna.properties if not each.is_readonly]


def _beat(said: BeatSettings, start: float) -> "Beat":
    from ..core.script.beats import Beat

    feeling: Feeling = words.feeling(said.words, said.intensity)
    return Beat(
        feeling,
        start,
        _plain(said.transition) if said.has_transition else None,
        _plain(said.hold) if said.has_hold else None,
        said.take if said.has_take else None,
        words.with_intensity(said.words, said.intensity),
    )


def _words_for(beat: "Beat") -> str:
    """Return words that mean what a beat of a script feels, its own where they do."""
    from ..core.lexicon.lexicon import canonical_form

    try:
        if words.lexicon().read(beat.words) == beat.feeling:
            return beat.words
    except EmoteBotError:
        pass  # a label, or words of another lexicon: the numbers say it
    return canonical_form(beat.feeling)


def _plain(number: float) -> float:
    """Return a single-precision number as a person would have written it."""
    return float(f"{number:.7g}")


def forget() -> None:
    """Forget what was performed and what was in the way, as when another file is opened."""
    problems.clear()
    _performer.cache_clear()


@lru_cache(maxsize=8)
def _performer(models: "Networks", _character: int, seed: int) -> "IncrementalPerformer":
    """Return what has performed for a character before and remembers it."""
    from ..core.performance.incremental import IncrementalPerformer

    return IncrementalPerformer(models, seed)
