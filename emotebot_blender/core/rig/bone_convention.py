# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone faces: which bones show which channel, in the space of the face.

A convention is a JSON file of ``data/rigmaps/bones``::

    {
      "name": "Example",
      "source": "where the names were read",
      "required": ["jaw", "eye.L"],
      "landmarks": {"eyes": ["eye.L", "eye.R"], "low": ["chin", "jaw"]},
      "sides": [".L", ".R"],
      "other_names": {"eye.L": "eye_master.L"},
      "channels": {
        "browInnerUp": [{"bone": "brow.L", "move": [0, 0, 0.2]}],
        "jawOpen": [{"bone": "jaw", "turn": [0.35, 0, 0]}],
        "eyeBlinkLeft": [{"bone": "lid.T.L", "toward": "lid.B.L", "share": 1}],
        "eyeLookUpLeft": [{"bone": "target.L", "aim": [-0.5, 0], "from": "eye.L"}]
      }
    }

``move`` goes to the character's left, forward and up in distances between the eyes. ``turn`` is
pitch, yaw and roll in radians: what is in front goes down, what is in front goes left, what is
above goes left. ``toward`` goes a share of the way to another bone at rest, or, with ``from``, as
far as that share of the way from one bone to another is. ``aim`` moves a target so that it is seen
from another bone that many radians lower, and farther left. The right side is
the left side's mirror image: channels with a side are written down for the left, and where a
channel has none, bones of the left stand for both. ``first_of`` holds groups in the order of
preference; a bone without a movement has its group count where that bone is, in one version of a
rig. ``approximations`` are as in ``convention.py``. A convention counts on an armature that
has all the required bones, each by its name or by its ``other_names``; ``eyes`` and the first
``low`` bone there is give the face's space.
"""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..channels import mirrored_name
from ..errors import EmoteBotError
from .convention import ControlName, Feed, RigMap, check_channels, present_part
from .convention_files import FOLDER
from .face_space import FaceSpace, RestBone, along, measure_face

_HARDLY = 1e-5
"""Movement that is none: share of the face's size, or radians."""


@dataclass(frozen=True)
class BoneFeed:
    """How a channel moves a bone, in the space of the face.

    Attributes:
        bone: its name in the convention.
        move: to the left, forward and up, in distances between the eyes.
        turn: pitch, yaw and roll in radians.
        toward: the bone that it goes to by a share of the way at rest; empty for none.
        share: of that way.
        aim: pitch and yaw in radians by which it is seen elsewhere from a bone at rest.
        origin: that bone, or the one where the way starts; empty for this bone itself.
    """

    bone: str
    move: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0)
    toward: str = ""
    share: float = 0.0
    aim: tuple[float, float] = (0.0, 0.0)
    origin: str = ""

    @property
    def bones(self) -> tuple[str, ...]:
        """The bones that there have to be."""
        return tuple(filter(None, (self.bone, self.toward, self.origin)))

    def mirrored(self, sides: tuple[str, str]) -> "BoneFeed":
        """Return the same on the other side of the face."""
        x, y, z = self.move
        pitch, yaw, roll = self.turn
        down, across = self.aim
        return BoneFeed(
            _other_side(self.bone, sides),
            (-x, y, z),
            (pitch, -yaw, -roll),
            _other_side(self.toward, sides),
            self.share,
            (down, -across),
            _other_side(self.origin, sides),
        )


@dataclass(frozen=True)
class BoneConvention:
    """How one family of armatures names the bones of a face, and what they do.

    Attributes:
        name: of the convention.
        source: where the names were read.
        required: bones that tell it from others, at least one.
        eyes: bones that stand in the left eye and in the right one.
        low: bones below the eyes, in the order of preference, at least one.
        feeds: channel to groups of what it moves, in the order of preference.
        approximations: the same for channels without those.
        other_names: bones to what another version of the rig calls them.

    Raises:
        EmoteBotError: a channel is unknown, or has no group or an empty one.
    """

    name: str
    source: str
    required: tuple[str, ...]
    eyes: tuple[str, str]
    low: tuple[str, ...]
    feeds: Mapping[str, tuple[tuple[BoneFeed, ...], ...]]
    approximations: Mapping[str, tuple[tuple[BoneFeed, ...], ...]]
    other_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for feeds in (self.feeds, self.approximations):
            check_channels(feeds)

    def found(self, names: Container[str], prefix: str) -> dict[str, str]:
        """Return which of these names the bones have that are there.

        Args:
            names: of the bones of an armature.
            prefix: that they all have.
        """
        candidates = (
            (bone, prefix + name)
            for bone in self.bones()
            for name in (bone, self.other_names.get(bone, bone))
        )
        found: dict[str, str] = {}
        for bone, name in candidates:
            if name in names:
                found.setdefault(bone, name)
        return found

    def bones(self) -> tuple[str, ...]:
        """Return every bone that is named, once."""
        entries = (*self.feeds.values(), *self.approximations.values())
        moved = (feed for groups in entries for group in groups for feed in group)
        named = (name for feed in moved for name in feed.bones)
        return tuple(dict.fromkeys([*self.required, *self.eyes, *self.low, *named]))

    def on(self, names: Mapping[str, str], rest: Mapping[str, RestBone]) -> RigMap:
        """Return the map of an armature that has some of the bones.

        Args:
            names: bones of this convention to the names that they have on the armature.
            rest: the same bones as they are at rest.

        Returns:
            The map; it covers no channel where there is nothing to measure the face by.
        """
        space = self._space(rest)
        if space is None:
            return RigMap("", {})
        feeds: dict[str, tuple[Feed, ...]] = {}
        approximated = set()
        for entries in (self.feeds, self.approximations):
            for channel, groups in entries.items():
                part = present_part(groups, lambda feed: rest.keys() >= set(feed.bones))
                moved = _feeds(part, space, names, rest)
                if moved and channel not in feeds:
                    feeds[channel] = moved
                    if entries is self.approximations:
                        approximated.add(channel)
        return RigMap(self.name, feeds, approximated=frozenset(approximated))

    def _space(self, rest: Mapping[str, RestBone]) -> FaceSpace | None:
        low = next((name for name in self.low if name in rest), None)
        if low is None or not rest.keys() >= set(self.eyes):
            return None
        left, right = (rest[name].head for name in self.eyes)
        return measure_face(left, right, rest[low].head)


def read_bone_convention(path: Path) -> BoneConvention:
    """Return the convention in a JSON file.

    Raises:
        EmoteBotError: the file is missing or is no convention.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        left, right = content["sides"]
        feeds, approximations = (
            _both_sides(content.get(part, {}), (str(left), str(right)))
            for part in ("channels", "approximations")
        )
        eyes = content["landmarks"]["eyes"]
        other_names = {
            _other_side(str(bone), sides): _other_side(str(name), sides)
            for bone, name in content.get("other_names", {}).items()
            for sides in ((left, left), (left, right))
        }
        return BoneConvention(
            str(content["name"]),
            str(content["source"]),
            tuple(map(str, content["required"])),
            (str(eyes[0]), str(eyes[1])),
            tuple(map(str, content["landmarks"]["low"])),
            feeds,
            approximations,
            other_names,
        )
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise EmoteBotError("{path} is not a naming convention for a face", path=path) from error


@cache
def bone_conventions() -> tuple[BoneConvention, ...]:
    """Return the bone conventions that EmoteBot knows, in the order of their files' names."""
    return tuple(read_bone_convention(path) for path in sorted((FOLDER / "bones").glob("*.json")))


@lru_cache(maxsize=64)
def match_bones(names: tuple[str, ...]) -> tuple[tuple[BoneConvention, Mapping[str, str]], ...]:
    """Return the conventions that the bones of an armature follow, and which bone is which name.

    A prefix that all have and that ends in a separator ("mixamorig:LeftEye") makes no difference.

    Args:
        names: of the bones, each once.
    """
    present = set(names)
    matches = []
    for convention in bone_conventions():
        first = convention.required[0]
        prefixes = sorted(
            (name.removesuffix(first) for name in names if name.endswith(first)), key=len
        )
        for prefix in prefixes:
            whole = not prefix or not prefix[-1].isalnum()
            found = convention.found(present, prefix) if whole else {}
            if found.keys() >= set(convention.required):
                matches.append((convention, found))
                break
    return tuple(matches)


def _feeds(
    part: Iterable[BoneFeed],
    space: FaceSpace,
    names: Mapping[str, str],
    rest: Mapping[str, RestBone],
) -> tuple[Feed, ...]:
    """Return what some movements of bones are along their own axes, added up."""
    amounts: dict[ControlName, float] = {}
    for feed in part:
        bone = rest[feed.bone]
        shift = space.shift(feed.move)
        origin = rest[feed.origin or feed.bone].head
        if feed.toward:
            shift = shift + feed.share * (rest[feed.toward].head - origin)
        shift = shift + space.aim(float(np.linalg.norm(bone.head - origin)), *feed.aim)
        rotation = space.rotation(feed.turn)
        for kind, unit, axes, vector in (
            ("location", space.size, bone.location_axes, shift),
            ("rotation", 1.0, bone.rotation_axes, rotation),
        ):
            for letter, amount in zip("xyz", along(axes, vector).tolist(), strict=True):
                if abs(amount) > _HARDLY * unit:
                    control = ControlName(names[feed.bone], "bone", f"{kind}_{letter}")
                    amounts[control] = amounts.get(control, 0.0) + amount
    return tuple(Feed(control, amount) for control, amount in amounts.items() if amount)


def _both_sides(
    content: Mapping[str, Any], sides: tuple[str, str]
) -> dict[str, tuple[tuple[BoneFeed, ...], ...]]:
    """Return the channels of a file, those of the right and bones of the right among them."""
    feeds = {}
    for channel, entry in content.items():
        groups = entry["first_of"] if isinstance(entry, dict) else [entry]
        read = [[_read_bone_feed(each) for each in group] for group in groups]
        mirrored = [[feed.mirrored(sides) for feed in group] for group in read]
        other = mirrored_name(channel)
        if other != channel:
            feeds[channel] = tuple(tuple(group) for group in read)
            feeds[other] = tuple(tuple(group) for group in mirrored)
        else:
            feeds[channel] = tuple(
                (*group, *(feed for feed in images if feed.bone not in _bones_of(group)))
                for group, images in zip(read, mirrored, strict=True)
            )
    return feeds


def _bones_of(group: Sequence[BoneFeed]) -> set[str]:
    return {feed.bone for feed in group}


def _read_bone_feed(entry: Any) -> BoneFeed:
    move, turn = (_numbers(entry.get(name, (0, 0, 0)), 3) for name in ("move", "turn"))
    pitch, yaw = _numbers(entry.get("aim", (0, 0)), 2)
    return BoneFeed(
        str(entry["bone"]),
        (move[0], move[1], move[2]),
        (turn[0], turn[1], turn[2]),
        str(entry.get("toward", "")),
        float(entry.get("share", 0)),
        (pitch, yaw),
        str(entry.get("from", "")),
    )


def _numbers(entry: Any, count: int) -> list[float]:
    numbers = [float(number) for number in entry]
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise ValueError(entry)
    return numbers


def _other_side(name: str, sides: tuple[str, str]) -> str:
    left, right = sides
    return name.replace(left, right)
