# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises the shape keys of a character by what they do, where their names say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpy.types import Object, Scene

from ..core.channels import CHANNELS
from ..core.errors import EmoteBotError
from ..core.messages import Message
from ..core.rig.face_template import read_template
from ..core.rig.orientation import measure_any_way
from ..core.rig.recognition import CONFIDENT, ShapeMatch, recognise
from ..core.rig.recognition_record import RecognisedChannel
from .face_grouping import related_meshes
from .mesh_displacements import read_displacements
from .object_maps import named_map
from .recognised_keys import keep_recognised, record_of, why_not_kept
from .shape_keys import shape_key_names

_LEAST = 0.05
"""Confidence below which a match is none."""

MANY_NAMED, ANY_NAMED = 26, 8
"""Channels that names must say for the shape keys of a face not to be in question, and for names to
say something at all."""


@dataclass(frozen=True)
class RecognisedKeys:
    """What was recognised of a character.

    Attributes:
        named: how many channels names say.
        confident: how many more were recognised for sure.
        doubtful: how many more may have been.
    """

    named: int
    confident: int
    doubtful: int

    @property
    def count(self) -> int:
        """How many channels something moves now."""
        return self.named + self.confident + self.doubtful

    def sentence(self) -> Message:
        """Return what was recognised, for people."""
        found = Message(
            "{count} of {all} channels recognised by shape",
            count=self.confident + self.doubtful,
            all=len(CHANNELS) - self.named,
        )
        if not self.doubtful:
            return found
        return Message("{found}, {count} of them doubtful", found=found, count=self.doubtful)


def recognise_shape_keys(start: Object, scene: Scene) -> RecognisedKeys:
    """Recognise the shape keys of a character that no convention knows, and keep it with them.

    Args:
        start: any mesh of the character.
        scene: where it is.

    Raises:
        EmoteBotError: there are no shape keys, none moves a part of a face, or a mesh is linked so
            that nothing can be kept with it.
    """
    objects = keyed_meshes(start, scene)
    if not objects:
        raise EmoteBotError("“{object}” has no shape keys to recognise", object=start.name)
    for obj in objects:
        if reason := why_not_kept(obj):
            raise EmoteBotError(reason)
    named = _named_channels(objects)
    displacements = read_displacements(objects)
    names = list(displacements.keys)
    known = {
        channel: [names.index(key) for key in sorted(keys) if key in displacements.keys]
        for channel, keys in named.items()
    }
    template = read_template()
    effects = measure_any_way(displacements, template)
    matches = [m for m in recognise(effects, template, known) if m.confidence >= _LEAST]
    channels = {match.channel: _recognised(match, names) for match in matches}
    for obj in objects:
        keep_recognised(obj, channels)
    confident = sum(match.confidence >= CONFIDENT for match in matches)
    return RecognisedKeys(len(named), confident, len(matches) - confident)


def wants_recognition(start: Object, scene: Scene, fewest: int = MANY_NAMED) -> bool:
    """Return whether names say little of a character's shape keys, and nothing was recognised.

    Args:
        start: any object of the character.
        scene: where it is.
        fewest: channels that names must say for that to be enough; emotions as a whole are enough.
    """
    objects = keyed_meshes(start, scene)
    maps = [named_map(obj) for obj in objects]
    if any(rig_map.presets for rig_map in maps) or any(record_of(obj).channels for obj in objects):
        return False
    used = {control.name for rig_map in maps for control in rig_map.kinds["shape_key"]}
    unknown = {name for obj in objects for name in shape_key_names(obj)} - used
    return bool(unknown) and len(_named_channels(objects)) < fewest


def keyed_meshes(start: Object, scene: Scene) -> list[Object]:
    """Return the meshes of a character that have shape keys, the one with most vertices first."""
    meshes = [obj for obj in related_meshes(start, scene) if shape_key_names(obj)]
    return sorted(meshes, key=lambda obj: (-len(obj.data.vertices), obj.name))


def _named_channels(objects: Sequence[Object]) -> dict[str, set[str]]:
    """Return the channels that names say, and the shape keys that show them."""
    named: dict[str, set[str]] = {}
    for obj in objects:
        for channel, keys in named_map(obj).shape_keys.items():
            named.setdefault(channel, set()).update(keys)
    return named


def _recognised(match: ShapeMatch, names: Sequence[str]) -> RecognisedChannel:
    return RecognisedChannel(tuple(names[key] for key in match.keys), match.confidence)
