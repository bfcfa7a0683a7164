# SPDX-License-Identifier: GPL-3.0-or-later
"""How feelings become keys: a script or a sequence on a layer, and its bake."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bpy.types import Scene

from ..core.channels import MASKS, MIX_GROUPS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from . import live, loaded_networks
from .beat_editing import counted
from .calibrating import ready_face
from .feeling_keys import fit_keyed_feelings
from .gaze import gaze_target
from .held_pose import restore_live_poses, without_shown_pose
from .runtime import paused_updates, runtime
from .sequence import SEQUENCE_LAYER, SequenceSettings, sequence_of, sequence_owner
from .sequence_script import (
    begin,
    check_first_frame,
    fill,
    path_from,
    plain,
    restore,
    script_of,
    snapshot,
)
from .timeline import extend_scene, frame_rate

if TYPE_CHECKING:
    from ..animation.key_report import KeyReport
    from ..animation.keyframes import Keying
    from ..animation.mix_shares import Mix
    from ..core.clip import Clip
    from ..core.performance.gaze_target import GazeTarget
    from ..core.performance.incremental import IncrementalPerformer
    from ..core.performance.networks import Networks
    from ..core.script.beats import EmotionScript
    from ..rig.face import Face

GAVE_WAY = "{beats} of “{owner}” gave way, as it shows the same face"
"""What a report says where the script of another character that shares the mesh is replaced."""

_MOST_PERFORMERS = 8
"""Sequences whose performances are remembered: each takes some megabytes in ten minutes."""


def keying_of(settings: Any) -> "Keying":
    """Return how densely keys stand.

    Args:
        settings: anything with the properties ``keying``, ``tolerance`` and ``step``.
    """
    from ..animation.keyframes import Keying

    if settings.keying == "STEPPED":
        return Keying(None, settings.step)
    return Keying((settings.tolerance or None) if settings.keying == "REDUCED" else None)


def mix_of(sequence: Any) -> "Mix":
    """Return how the layer of a sequence goes with other animation.

    Args:
        sequence: anything with the properties of ``settings.MixProperties``.
    """
    from ..animation.mix_shares import Mix

    parts = {group: group.lower() for group in MIX_GROUPS}
    return Mix(
        {group: getattr(sequence, f"mix_{part}") for group, part in parts.items()},
        {group: getattr(sequence, f"share_{part}") for group, part in parts.items()},
        sequence.share_speaking,
    )


def perform_script(
    face: "Face",
    script: "EmotionScript",
    scene: Scene,
    options: Mapping[str, Any],
    networks: "Networks | None" = None,
    progress: Callable[[float], None] | None = None,
) -> "KeyReport":
    """Give a face a script as its sequence and perform it; the scene grows to hold it.

    Args:
        face: what is driven.
        script: what is felt and when.
        scene: where it is played.
        options: names of settings of the sequence (``SequenceSettings``) and their values.
        networks: those to perform with; None for those that the user prefers.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: the script has no beats, or the face cannot be keyed; the sequence is as it
            was then.
    """
    check_first_frame(options.get("frame_start", 0))
    kept = snapshot(begin(face, scene))
    sequence = fill(face, script, scene)
    try:
        with paused_updates():
            for name, value in options.items():
                setattr(sequence, name, value)
        report = perform_sequence(face, scene, True, networks, progress)
    except BaseException:
        restore(sequence, kept)
        raise
    assert report is not None  # there are beats, and none is muted
    if not (face.sharing and kept["beats"]):
        return report
    beats, owner = counted(len(kept["beats"])), sequence_owner(face).name
    return replace(report, notes=(*report.notes, Message(GAVE_WAY, beats=beats, owner=owner)))


def perform_sequence(
    face: "Face",
    scene: Scene,
    replace_edits: bool = False,
    networks: "Networks | None" = None,
    progress: Callable[[float], None] | None = None,
) -> "KeyReport | None":
    """Perform the sequence of a face on its layer; the scene grows to hold it.

    Args:
        face: what is driven.
        scene: where it is played.
        replace_edits: whether keys of the layer that were edited by hand are performed over.
        networks: those to perform with; None for those that the user prefers.
        progress: called with the share that is done, 0 to 1.

    Returns:
        What was keyed; None without beats to perform, and the layer has gone then.

    Raises:
        EmoteBotError: a beat has a fault, or the face cannot be keyed.
    """
    report = update_layer(face, scene, replace_edits, networks, progress)
    if report is not None:
        extend_scene(scene, report.frames[1])
    return report


def update_layer(
    face: "Face",
    scene: Scene,
    replace_edits: bool = False,
    networks: "Networks | None" = None,
    progress: Callable[[float], None] | None = None,
) -> "KeyReport | None":
    """Perform the sequence of a face on its layer, and leave the scene as long as it is.

    Args:
        face: what is driven.
        scene: where it is played.
        replace_edits: whether keys of the layer that were edited by hand are performed over.
        networks: those to perform with; None for those that the user prefers.
        progress: called with the share that is done, 0 to 1.

    Returns:
        What was keyed; None without beats to perform, and the layer has gone then.

    Raises:
        EmoteBotError: keys of the layer were edited by hand, a beat has a fault, or the face cannot
            be keyed.
    """
    from ..animation.edited_keys import raise_edits
    from ..animation.layer_writing import write_layer
    from ..animation.layers import clear_layer, find_layer

    restore_live_poses()
    face = ready_face(face)
    sequence, owner = sequence_of(face), sequence_owner(face)
    runtime().problems.pop(owner.session_uid, None)
    script = script_of(sequence)
    layer = find_layer(face, SEQUENCE_LAYER)
    if layer is not None and layer.edited and not replace_edits:
        raise EmoteBotError(
            "The keys of “{layer}” were edited by hand: "
            "Keep Edits keeps them, Perform replaces them",
            layer=layer.name,
        )
    if not script.beats:
        with without_shown_pose(face):
            clear_layer(face, SEQUENCE_LAYER)
        fit_keyed_feelings(face, scene)
        return None
    clip, unseen = perform_beats(face, script, scene, networks, progress)
    with without_shown_pose(face):
        report = write_layer(
            face,
            clip,
            scene,
            sequence.frame_start,
            sequence.name,
            keying_of(sequence),
            MASKS[sequence.region],
            sequence.strength,
            SEQUENCE_LAYER,
            mix=mix_of(sequence),
            head=sequence.head,
        )
    raise_edits(face)
    fit_keyed_feelings(face, scene)
    return replace(report, notes=(*report.notes, *unseen))


def perform_beats(
    face: "Face",
    script: "EmotionScript",
    scene: Scene,
    networks: "Networks | None" = None,
    progress: Callable[[float], None] | None = None,
) -> "tuple[Clip, tuple[Message, ...]]":
    """Return what the beats of a sequence become, without writing anything.

    Args:
        face: whose sequence it is.
        script: its beats, one or more.
        scene: gives the frames a second and what the eyes follow.
        networks: those to perform with; None for those that the user prefers.
        progress: called with the share that is done, 0 to 1.

    Returns:
        The performance, and a sentence each on what the eyes cannot follow.

    Raises:
        EmoteBotError: a network or a recording cannot be read, or what the eyes follow is not
            there.
    """
    from ..core.exchange.recorded_beats import lengthened, read_recordings, with_recordings

    sequence = sequence_of(face)
    recordings = read_recordings(script, lambda path: path_from(path, sequence.id_data))
    script = lengthened(script, recordings)
    performer = _performer(sequence, networks or loaded_networks.networks())
    with without_shown_pose(face):
        target, unseen = gaze_target(face, scene, sequence, script.duration)
    clip = performer.perform(script, frame_rate(scene), progress, target)
    return with_recordings(clip, script, recordings), tuple(unseen)


def find_natural_times(sequence: SequenceSettings, scene: Scene) -> None:
    """Perform a sequence without writing anything, so that its natural times are known.

    Raises:
        EmoteBotError: a beat has a fault, or a network cannot be read.
    """
    performer = _performer(sequence, loaded_networks.networks())
    performer.perform(script_of(sequence), frame_rate(scene), target=performer.target)


def last_target(face: "Face") -> "GazeTarget | None":
    """Return what the gaze of a face followed when it was performed last, or None."""
    performer = runtime().performers.get(sequence_owner(face).session_uid)
    return None if performer is None else performer.target


def bake(
    face: "Face",
    scene: Scene,
    keying: "Keying",
    progress: Callable[[float], None] | None = None,
) -> "KeyReport":
    """Flatten every layer of a face into the active action; Perform at Once is off then.

    Args:
        face: what is driven.
        scene: where it is played.
        keying: how values become keys.
        progress: called with the share that is done, 0 to 1.

    Raises:
        EmoteBotError: there is no layer, the face is live, or it cannot be keyed.
    """
    from ..animation.baking import bake_layers
    from ..animation.layers import layer_kinds

    check_not_live(face)
    with without_shown_pose(face):
        report = bake_layers(face, scene, layer_kinds(face), keying, progress)
    sequence = sequence_of(face)
    if sequence.beats:
        sequence.automatic = False
    return report


def check_not_live(face: "Face") -> None:
    """Check that a face is not live.

    Raises:
        EmoteBotError: it is.
    """
    if live.is_live(face):
        raise EmoteBotError("Stop the live performance first")


def _performer(sequence: SequenceSettings, networks: "Networks") -> "IncrementalPerformer":
    """Return what has performed a sequence before and remembers it, or a new one."""
    from ..core.performance.incremental import IncrementalPerformer

    performers, owner = runtime().performers, sequence.id_data.session_uid
    performer = performers.pop(owner, None)
    names = ("networks", "seed", "exaggeration", "liveliness")
    wanted = (networks, sequence.seed, sequence.exaggeration, plain(sequence.liveliness))
    if performer is None or wanted != tuple(getattr(performer, name) for name in names):
        performer = IncrementalPerformer(*wanted)
    performers[owner] = performer
    while len(performers) > _MOST_PERFORMERS:
        del performers[next(iter(performers))]
    return performer
