# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene remembers of EmoteBot, by ``scene_settings``; characters do in ``sequence``."""

from collections.abc import Callable
from typing import Any

import bpy

from ..core.performance.liveliness import DEFAULT_LIVELINESS
from . import words
from .events import FeelingEdited, WordsTyped
from .runtime import runtime
from .translation import CONTEXT

STRONGEST = 2.0
"""The intensity slider scales what the words say up to this many times."""

LARGEST_NUMBER = 2**31 - 1
"""The largest whole number that a property of Blender's holds."""

REGIONS = (
    ("WHOLE", "Whole Face", "Every channel; lip-sync keeps its part in the mouth"),
    ("UPPER", "Upper Face", "Brows and eyes"),
    ("LOWER", "Lower without Mouth", "Cheeks and nose; jaw, lips and tongue stay as they are"),
    ("NO_MOUTH", "All but the Mouth", "No smile: jaw, lips and tongue stay as they are"),
    ("EYES", "Eyes Only", "Lids and gaze"),
)
"""Items of the region masks, in the order of ``core.channels.MASKS``."""

KEYINGS = (
    ("REDUCED", "Reduced", "Few Bezier keys, within a tolerance"),
    ("DENSE", "Dense", "A key on every frame"),
    ("STEPPED", "Stepped", "A key on every few frames, held until the next: on twos"),
)

ARRIVALS = (
    ("ARRIVE", "Arrive", "The feeling is there at the playhead, and the face starts before"),
    ("START", "Start", "The face begins to change to the feeling at the playhead"),
)
"""Items of what a new beat does at the playhead."""

RECORDINGS = (
    ("INSERT", "Move Later", "Later beats move on by the length of the recording"),
    ("REPLACE", "Replace", "Beats that lie in the time of the recording are replaced"),
    ("KEEP", "Keep Both", "Beats that lie in the time of the recording stay among those recorded"),
)
"""Items of what becomes of beats that lie where others are recorded."""

TIME_UNITS = (
    ("SECONDS", "Seconds", "Seconds of the sequence, whatever the frame rate"),
    ("FRAMES", "Frames", "Frames of the scene, as the timeline counts them"),
)
"""Items of what the times of beats are counted in where they are shown."""

MIXES = (
    ("AUTO", "Automatic", "The mouth adds to lip-sync where there is any; all else replaces"),
    ("ADD", "Add", "The feeling is added to what other animation shows"),
    ("REPLACE", "Replace", "The feeling takes the place of animation below it"),
)
"""Items of how a part of the face goes with other animation."""


def complete(_owner: Any, _context: bpy.types.Context, typed: str) -> list[str]:
    """Return what the last word that is being typed may become, and remember all of it."""
    completed = words.complete(typed)
    runtime().offered = frozenset((typed, *completed))
    return completed


def calling(name: str) -> Any:
    """Return an update function that calls a method of the owner, where it has that one."""

    def update(owner: Any, context: bpy.types.Context) -> None:
        method = getattr(owner, name, None)
        if method is not None:
            method(context)

    return update


_keying_edited, _region_edited, _strength_edited, _mix_edited = map(
    calling, ("keying_edited", "region_edited", "strength_edited", "mix_edited")
)


def words_property(update: Callable[..., None] | None = None, **more: Any) -> Any:
    """Return a property for the words of a feeling, with completion.

    Args:
        update: called with the owner and the context once the words were changed.
        more: options of a ``StringProperty``.
    """

    def edited(owner: Any, context: bpy.types.Context) -> None:
        if update is not None:
            update(owner, context)
            _emit_words_typed(owner.words)

    return bpy.props.StringProperty(
        name="Feeling",
        description="What the face should feel: a word, an emoji, or a mixture of them",
        translation_context=CONTEXT,
        search=complete,
        search_options={"SUGGESTION"},
        update=edited,
        **more,
    )


def _emit_words_typed(left: str) -> None:
    """Emit ``WordsTyped`` if a field was left with these words, and no operator has set them."""
    running = runtime()
    if left == "" or left in running.offered:
        running.events.emit(WordsTyped())
    running.offered = frozenset()


def intensity_property(**more: Any) -> Any:
    """Return a property for what the intensity of words is scaled by."""
    return bpy.props.FloatProperty(
        name="Intensity",
        description="How strongly it is felt: 1 is as the words say, 0.5 half as much",
        translation_context=CONTEXT,
        default=1.0,
        min=0.0,
        max=STRONGEST,
        subtype="FACTOR",
        **more,
    )


def take_property(**more: Any) -> Any:
    """Return a property for the take of an expression."""
    return bpy.props.IntProperty(
        name="Take",
        description="Each number is another try at this feeling by the same character",
        translation_context=CONTEXT,
        min=0,
        **more,
    )


def liveliness_property(**more: Any) -> Any:
    """Return a property for how much a held feeling moves."""
    return bpy.props.FloatProperty(
        name="Liveliness",
        description="How much a held feeling moves: 0 holds still, 1 is the liveliest",
        translation_context=CONTEXT,
        default=DEFAULT_LIVELINESS,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        **more,
    )


def recording_property(**more: Any) -> Any:
    """Return a property for the recorded face of a beat; Blender 4.5 wants to know of ``//``."""
    if "is_path_supports_blend_relative" in bpy.types.Property.bl_rna.properties:
        more["options"] = {*more.get("options", {"ANIMATABLE"}), "PATH_SUPPORTS_BLEND_RELATIVE"}
    return bpy.props.StringProperty(
        name="Recording",
        description="File of a recorded face that plays in place of the feeling, which follows it",
        translation_context=CONTEXT,
        subtype="FILE_PATH",
        **more,
    )


def at_property(**more: Any) -> Any:
    """Return a property for what a new beat does at the playhead."""
    return bpy.props.EnumProperty(
        name="At the Playhead",
        description="What a new beat does at the playhead",
        translation_context=CONTEXT,
        items=ARRIVALS,
        **more,
    )


class KeyingProperties:
    """How densely keys stand; to be mixed into what writes some."""

    keying: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Keys",
        description="How densely keys stand",
        items=KEYINGS,
        update=_keying_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )
    tolerance: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Tolerance",
        description="How far reduced curves may stray from the performance",
        default=0.01,
        min=0.0,
        soft_min=0.001,
        max=0.5,
        step=1,
        precision=3,
        update=_keying_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )
    step: bpy.props.IntProperty(
        translation_context=CONTEXT,
        name="Frames",
        description="How many frames each stepped key is held",
        default=2,
        min=1,
        max=24,
        update=_keying_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


class LayingProperties:
    """Where and how strongly an expression is laid on a face; to be mixed in."""

    region: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Region",
        description="The part of the face that moves; the rest is left to others",
        items=REGIONS,
        update=_region_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )
    strength: bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name="Strength",
        description="How much of it is laid over what else moves the face: "
        "1 covers it, 0 leaves it as it is",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=_strength_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


def _mix_property(part: str) -> Any:
    return bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name=part,
        description="How the layer goes with other animation of this part of the face",
        items=MIXES,
        update=_mix_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


def _share_property(part: str, description: str, default: float = 1.0) -> Any:
    return bpy.props.FloatProperty(
        translation_context=CONTEXT,
        name=part,
        description=description,
        default=default,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=_mix_edited,
        override={"LIBRARY_OVERRIDABLE"},
    )


_SHARE = "How much of the feeling goes to this part of the face"


class MixProperties:
    """How a layer goes with the artist's own animation, part by part; to be mixed in."""

    head: _share_property(
        "Head",
        "How much the head turns with what is felt, on top of its own animation; 0 leaves it alone",
    )
    mix_eyes: _mix_property("Eyes")
    mix_brows: _mix_property("Brows")
    mix_cheeks: _mix_property("Cheeks and Nose")
    mix_mouth: _mix_property("Mouth")
    share_eyes: _share_property("Eyes", _SHARE)
    share_brows: _share_property("Brows", _SHARE)
    share_cheeks: _share_property("Cheeks and Nose", _SHARE)
    share_mouth: _share_property("Mouth", _SHARE)
    share_speaking: _share_property(
        "Mouth while Speaking",
        "How much of the feeling goes to the mouth while lip-sync moves it",
        default=1 / 3,
    )


class OwnExpression(bpy.types.PropertyGroup):
    """An expression that the user saved under a word."""

    word: bpy.props.StringProperty(translation_context=CONTEXT, name="Word")
    weights: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Weights",
        description="Channels and their weights from 0 to 1, as JSON; those not named have 0",
    )


class LinkedMarker(bpy.types.PropertyGroup):
    """What a scene remembers of a marker that is a beat's, as both were when they last agreed."""

    owner: bpy.props.PointerProperty(type=bpy.types.Object)
    beat: bpy.props.StringProperty(translation_context=CONTEXT, name="Beat")
    frame: bpy.props.IntProperty(translation_context=CONTEXT, name="Frame")
    label: bpy.props.StringProperty(translation_context=CONTEXT, name="Label")
    settings: bpy.props.StringProperty(
        translation_context=CONTEXT, name="Settings", description="Of the beat, as JSON"
    )
    is_own: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Own",
        description="EmoteBot has set the marker, and takes it away again",
    )


def _feeling_edited(settings: "SceneSettings", context: bpy.types.Context) -> None:
    active = context.view_layer.objects.active
    runtime().events.emit(FeelingEdited(settings.id_data, active))


def _is_part_of_a_face(_settings: "SceneSettings", obj: bpy.types.Object) -> bool:
    return obj.type in ("MESH", "ARMATURE")


class SceneSettings(LayingProperties, bpy.types.PropertyGroup):
    """The settings of the panel, saved with the scene."""

    face: bpy.props.PointerProperty(
        translation_context=CONTEXT,
        name="Face",
        description="Stay with the face of this object, whatever is selected",
        type=bpy.types.Object,
        poll=_is_part_of_a_face,
    )
    words: words_property(default="happy", update=_feeling_edited)
    intensity: intensity_property(update=_feeling_edited)
    take: take_property(update=_feeling_edited)
    script: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Script",
        description="Feelings in their order, such as: happy for 2s, then slightly sad",
        default="happy, then surprised, then slightly angry",
    )
    text: bpy.props.PointerProperty(
        translation_context=CONTEXT,
        name="Text Block",
        description="A text data-block to perform in place of the line above",
        type=bpy.types.Text,
    )
    word: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Word",
        description="The word under which the face is saved as it stands",
    )
    expressions: bpy.props.CollectionProperty(type=OwnExpression)
    expression: bpy.props.IntProperty(translation_context=CONTEXT, name="Own Expression", min=0)
    record_beats: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Beats",
        description="Recording adds what was played to the sequence, to edit and perform again",
        default=True,
    )
    record_keys: bpy.props.BoolProperty(
        translation_context=CONTEXT,
        name="Keys",
        description="Recording keeps the very motion that was played, on a layer of its own",
        default=False,
    )

    at: at_property()
    linked_markers: bpy.props.CollectionProperty(type=LinkedMarker)
    other_markers: bpy.props.StringProperty(
        translation_context=CONTEXT,
        name="Other Markers",
        description="Frames and names of the markers that are no beats, as JSON",
    )
    record_mode: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Existing Beats",
        description="What becomes of beats that lie where others are recorded",
        items=RECORDINGS,
    )
    time_unit: bpy.props.EnumProperty(
        translation_context=CONTEXT,
        name="Times In",
        description="What the times of beats are shown and typed in",
        items=TIME_UNITS,
    )

    region_edited = strength_edited = _feeling_edited


def scene_settings(scene: bpy.types.Scene) -> SceneSettings:
    """Return the settings of a scene."""
    return scene.emotebot
