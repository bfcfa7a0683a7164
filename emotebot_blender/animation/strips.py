# SPDX-License-Identifier: GPL-3.0-or-later
"""NLA strips that are EmoteBot's layers.

Tracks and strips hold no custom properties and their names are the artist's, so a layer is known by
a record on the action that its strip plays. Strips within a meta strip are not searched for layers.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import bpy
from bpy.types import ID, Action, Key, NlaStrip, NlaTrack

from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..rig.control import Path, followed, renamed_paths
from ..rig.control_values import members
from .actions import check_action, check_local, holds_curves, remove_curve, strip_curves
from .strip_actions import join_action, read_stored, write_stored

_RECORD = "emotebot_layer"
"""Custom property of an action: for each strip what ``LayerRecord`` holds, as JSON."""

_PERFORMED = "emotebot_performed"
"""Custom property of an action: for each strip its keys as they were when editing began."""

FEELING = "feeling"
"""The kind of the layer of a keyed feeling begins with this, a number follows."""


_OF_LIBRARY = " of Library"
"""What the name of a track ends with that a library override has from its library, and mutes."""

ADDING = "COMBINE"
"""The blend type of what adds to shape keys: base, and influence times the difference from rest.
Quaternions it multiplies: what is added turns a bone about its own axes."""


Role = Literal["REPLACES", "ADDS", "HEAD"]
"""What a strip of a layer is for: face keys that replace what lies below, face keys that add to it,
turns of the head, which add to it."""

ROLES: tuple[Role, ...] = ("REPLACES", "ADDS", "HEAD")


@dataclass(frozen=True)
class MixRecord:
    """What EmoteBot remembers of how a strip goes with the artist's own animation.

    Attributes:
        adds: whether the strip adds to what lies below it.
        blend_type: that of the active action, where it was changed to add to the layer; else None.
        groups: parts of the face, of ``MIX_GROUPS``, whose own animation the keys depend on.
        signature: of that animation, 0 where there was none.
        head: whether the strip turns the head, on top of what lies below it.
        posed: whether the keys of such a strip begin from the pose that bones have which nothing of
            the artist's animates. One strip's do, or the pose would count twice.
    """

    adds: bool = False
    blend_type: str | None = None
    groups: tuple[str, ...] = ()
    signature: int = 0
    head: bool = False
    posed: bool = True

    @property
    def role(self) -> Role:
        """What the strip is for; of the strips of a layer on one ID each has another role."""
        return "HEAD" if self.head else "ADDS" if self.adds else "REPLACES"


@dataclass(frozen=True)
class LayerRecord:
    """What EmoteBot remembers of a layer.

    Attributes:
        kind: which of EmoteBot's layers it is.
        fps: frames a second at which it was written.
        previous: path of each number that was written to its value before that.
        written: checksum of the keys as written.
        release: seconds in which a keyed feeling goes away again; 0 for what is none.
        fitted: how the strip of a keyed feeling was fitted last, as ``fitted_ends`` has it; none
            for what was not.
        mix: how it goes with the artist's own animation.
        arrival: seconds from the first key of a keyed feeling until it is there; None where that is
            its last key.
    """

    kind: str
    fps: float
    previous: Mapping[Path, float]
    written: str
    release: float = 0.0
    fitted: tuple[float, ...] = ()
    mix: MixRecord = MixRecord()
    arrival: float | None = None


@dataclass(frozen=True)
class LayerStrip:
    """A layer on one ID; valid until undo, a removal or another file."""

    owner: ID
    track: NlaTrack
    strip: NlaStrip

    @property
    def curves(self) -> Any:
        """The F-curves that the strip plays, a collection of Blender's."""
        return strip_curves(self.strip)

    @property
    def record(self) -> LayerRecord:
        """What is remembered of the layer, by the paths that numbers have now."""
        held = json.loads(read_stored(self.strip, _RECORD))
        renamed = renamed_paths(held["members"], members(self.owner))
        previous = {
            (followed(data_path, renamed), index): value
            for data_path, index, value in held["previous"]
        }
        return LayerRecord(
            held["kind"],
            held["fps"],
            previous,
            held["written"],
            held.get("release", 0.0),  # layers of older files have none
            tuple(held.get("fitted", ())),
            self.mix,
            held.get("arrival"),
        )

    @property
    def members_when_written(self) -> list[str]:
        """The data paths of the shape keys or bones of its ID when its record was written."""
        return [*json.loads(read_stored(self.strip, _RECORD))["members"]]

    @property
    def kind(self) -> str:
        """Which of EmoteBot's layers it is."""
        return str(json.loads(read_stored(self.strip, _RECORD))["kind"])

    @property
    def mix(self) -> MixRecord:
        """How it goes with the artist's own animation."""
        held = json.loads(read_stored(self.strip, _RECORD)).get("mix", {})
        return MixRecord(**{**held, "groups": tuple(held.get("groups", ()))})

    def write_record(self, record: LayerRecord) -> None:
        """Remember what makes the strip of an action a layer."""
        held = {
            "kind": record.kind,
            "fps": record.fps,
            "previous": [[*path, value] for path, value in record.previous.items()],
            "members": members(self.owner),
            "written": record.written,
            "release": record.release,
            "fitted": record.fitted,
            "arrival": record.arrival,
            "mix": asdict(record.mix),
        }
        write_stored(self.strip, _RECORD, json.dumps(held))

    @property
    def performed(self) -> Any:
        """What is remembered of its keys as they were when editing began; None for nothing."""
        return read_stored(self.strip, _PERFORMED)

    def write_performed(self, performed: Mapping[str, Any]) -> None:
        """Remember its keys as they are."""
        write_stored(self.strip, _PERFORMED, performed)

    def join(self, shared: Action) -> None:
        """Play a slot without keys in the action of other strips of the layer, from 4.4 on."""
        join_action(self.strip, self.owner, shared, (_RECORD, _PERFORMED))

    @property
    def is_muted(self) -> bool:
        """Whether the track or the strip is muted."""
        return bool(self.track.mute or self.strip.mute)

    @property
    def silenced(self) -> Message | None:
        """Why none of it shows, a clause; None if it does."""
        data = self.owner.animation_data
        if not data.use_nla:
            return Message("the NLA is switched off")
        if self.is_muted:
            return Message("the NLA track “{track}” is muted", track=self.track.name)
        solo = next((track for track in data.nla_tracks if track.is_solo), None)
        if solo is not None and solo != self.track:
            return Message("the NLA track “{track}” is solo", track=solo.name)
        return None

    @property
    def strength(self) -> float:
        """How much it counts at this moment, 0 to 1."""
        return float(self.strip.influence) if self.strip.use_animated_influence else 1.0

    @property
    def has_animated_strength(self) -> bool:
        """Whether the artist has keyed the strength."""
        curve = self.strip.fcurves.find("influence")
        return bool(
            self.strip.use_animated_influence and curve is not None and len(curve.keyframe_points)
        )


def is_layer(strip: NlaStrip) -> bool:
    """Return whether a strip is a layer of EmoteBot's."""
    return strip.action is not None and isinstance(read_stored(strip, _RECORD), str)


def has_other_animation() -> bool:
    """Return whether anything in the file plays keys that are no layer of EmoteBot's."""
    return any(
        action.users > action.use_fake_user and _RECORD not in action and holds_curves(action)
        for action in bpy.data.actions
    )


def layer_strips(owner: ID, kind: str | None = None) -> list[LayerStrip]:
    """Return the layers of a data-block, all or of one kind, the lowest first."""
    data = owner.animation_data
    layers = [
        LayerStrip(owner, track, strip)
        for track in (data.nla_tracks if data else ())
        for strip in track.strips
        if is_layer(strip)
    ]
    return [layer for layer in layers if kind in (None, layer.kind)]


def own_layer_strips(owner: ID, kind: str | None = None) -> list[LayerStrip]:
    """Return the same, without those that a library override has from its library."""
    return [layer for layer in layer_strips(owner, kind) if not _is_of_library(layer)]


def keyed_feelings(owner: ID) -> list[LayerStrip]:
    """Return the strips of keyed feelings on an ID, the lowest and earliest first."""
    return [layer for layer in own_layer_strips(owner) if layer.kind.startswith(FEELING)]


def layer_strip(owner: ID, kind: str, role: Role = "REPLACES") -> LayerStrip | None:
    """Return the strip of a layer, the lowest one, as a copy that the artist made lies above it.

    Args:
        owner: the ID that it moves.
        kind: of the layer.
        role: what it is for.
    """
    strips = own_layer_strips(owner, kind)
    return next((layer for layer in strips if layer.mix.role == role), None)


def is_below_other(layer: LayerStrip) -> bool:
    """Return whether strips that are no layers lie on tracks above one."""
    tracks = list(layer.owner.animation_data.nla_tracks)
    above = tracks[tracks.index(layer.track) + 1 :]
    return any(not is_layer(strip) for track in above for strip in track.strips)


def mute_linked(owners: Iterable[ID], kind: str) -> None:
    """Mute the layers of a kind that library overrides have from their library.

    Their tracks are named so that they are not taken for those of the layer that is played.
    """
    for layer in (layer for owner in owners for layer in layer_strips(owner, kind)):
        if not _is_of_library(layer):
            continue
        layer.strip.mute = True
        if not layer.track.name.endswith(_OF_LIBRARY):
            layer.track.name += _OF_LIBRARY


def check_layer(owner: ID, layer: LayerStrip | None) -> None:
    """Check that a layer can be added to a data-block or, where it has one, be changed.

    Raises:
        EmoteBotError: the data-block or the action is linked, a strip is being tweaked, or the
            track is locked.
    """
    check_local(owner)
    if layer is None:
        return
    check_action(layer.strip.action)
    if layer.track.lock:
        raise EmoteBotError(
            "The NLA track “{track}” is locked; unlock it first", track=layer.track.name
        )


def name_layer(layer: LayerStrip, name: str, character: str) -> None:
    """Give the track of a layer a name, the strip and its action that and the character's.

    Args:
        layer: what is named.
        name: of the layer.
        character: whose it is.
    """
    layer.track.name = name
    layer.strip.name = layer.strip.action.name = f"{character}: {name}"


def set_influence(layer: LayerStrip, strength: float) -> None:
    """Have a strip count for a part, 0 to 1, on every frame.

    A full strip is left to Blender's own ways, so that its blending in and out works.
    """
    strip = layer.strip
    if strength == 1 and not strip.use_animated_influence:
        return
    strip.use_animated_influence = strength < 1
    curve = strip.fcurves.find("influence")
    if curve is not None:  # Blender keys it on its own, and then no slider moves it
        curve.keyframe_points.clear()
    strip.influence = strength


def remove_curves(layer: LayerStrip, paths: Iterable[Path]) -> None:
    """Remove the curves of some numbers from a layer."""
    for data_path, index in paths:
        curve = layer.curves.find(data_path, index=index)
        if curve is not None:
            remove_curve(layer.curves, curve)


def _is_of_library(layer: LayerStrip) -> bool:
    owner = layer.owner
    holder = owner.user if isinstance(owner, Key) else owner  # a mesh is overridden with its keys
    is_override = holder.override_library is not None and holder.is_editable
    return is_override and not layer.strip.action.is_editable


def remove_track(owner: ID, track: NlaTrack) -> None:
    """Remove an NLA track of an ID."""
    if track.is_solo:
        track.is_solo = False  # else all others stay silent for good
    owner.animation_data.nla_tracks.remove(track)
