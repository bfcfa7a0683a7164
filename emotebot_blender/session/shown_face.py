# SPDX-License-Identifier: GPL-3.0-or-later
"""The face that the panel shows and the buttons act on, and its summary.

The summary is gathered once and kept until Blender has evaluated a change in the scene, since a
draw asks many times.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from bpy.types import Object, Scene

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .face_summary import FaceSummary
from .held_pose import shows_pose
from .runtime import runtime
from .sequence import SEQUENCE_LAYER, has_beats, sequence_owner
from .settings import scene_settings

if TYPE_CHECKING:
    from ..rig.face import Face


def find_shown_face(scene: Scene, active: Object | None) -> "Face":
    """Return the face that the panel stays with, else the active object's, else the only one.

    Args:
        scene: where it is.
        active: the active object, or None.

    Raises:
        EmoteBotError: there is no face, or the object belongs to none of several.
    """
    from ..rig.face import find_face

    start = _start(scene, active)
    try:
        return find_face(start, scene)
    except EmoteBotError:
        if start is None:
            raise
        try:
            return find_face(None, scene)
        except EmoteBotError:
            pass  # what is wrong with the object says more than that there are several
        raise


def shown_summary(scene: Scene, active: Object | None) -> FaceSummary:
    """Return the summary of the face that ``find_shown_face`` finds.

    Args:
        scene: where it is.
        active: the active object, or None.

    Raises:
        EmoteBotError: as ``find_shown_face``.
    """
    start = _start(scene, active)
    key = scene.session_uid, start.session_uid if start else 0
    kept = runtime().summary
    if kept is None or kept[0] != key:
        kept = key, _summary(find_shown_face(scene, active), scene)
        runtime().summary = kept
    return kept[1]


def find_shown_owner(scene: Scene, active: Object | None) -> Object:
    """Return the object that stores the sequence of the face that ``find_shown_face`` finds.

    Args:
        scene: where it is.
        active: the active object, or None.

    Raises:
        EmoteBotError: as ``find_shown_face``.
    """
    summary = shown_summary(scene, active)
    named = scene.objects.get(summary.owner_name)
    if named is not None and named.session_uid == summary.owner:
        return named
    return sequence_owner(find_shown_face(scene, active))  # it has another name by now


def forget_summary(_event: object = None) -> None:
    """Have the face looked at again, as something of it may have changed."""
    running = runtime()
    running.summary = running.rows = running.preview_problem = None


def _start(scene: Scene, active: Object | None) -> Object | None:
    pinned: Object | None = scene_settings(scene).face
    if pinned is not None and scene.objects.get(pinned.name) == pinned:
        return pinned
    return active


def _summary(face: "Face", scene: Scene) -> FaceSummary:
    from ..animation.bake_clearing import has_bakes
    from ..animation.edited_keys import edited_strips
    from ..animation.layers import find_layer, layer_kinds
    from ..rig.face_coverage import coverage_of, refusal_of
    from ..rig.face_notes import notes_on_face
    from ..rig.key_recognition import wants_recognition

    layers = {kind: find_layer(face, kind) for kind in layer_kinds(face)}
    owner, coverage = sequence_owner(face), coverage_of(face)
    summary = FaceSummary(
        name=face.name,
        owner=owner.session_uid,
        owner_name=owner.name,
        objects=len(face.objects),
        coverage=coverage,
        blocked=face.blocked(),
        notes=notes_on_face(face),
        refusal=refusal_of(face.name, coverage, Message("press Use Anyway")),
        layers=tuple(layer.name for layer in layers.values() if layer),
        layer=layers.get(SEQUENCE_LAYER),
        editing=bool(edited_strips(face)),
        recognisable=wants_recognition(face.objects[0], scene),
        posed=shows_pose(face),
        baked=has_bakes(face),
        has_presets=face.has_presets,
    )
    is_taken = owner.is_property_set("emotebot") and owner.emotebot.any_face
    if is_taken or has_beats(owner) or summary.clearable:
        return replace(summary, refusal=None)
    return summary
