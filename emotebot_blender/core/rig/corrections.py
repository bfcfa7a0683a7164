# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist has put right in the map of a rig: channels and emotions, and what shows them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ..channels import CHANNELS
from ..emotions import EMOTIONS
from ..errors import EmoteBotError, TextError
from ..json_text import parse_json
from ..messages import Message
from .convention import ControlName, Feed, Preset, RigMap
from .convention_files import feed_entry, read_feed

CORRECTABLE: tuple[str, ...] = (*CHANNELS, *EMOTIONS)
"""What has controls that an artist may choose: every channel, and every emotion as a whole."""


@dataclass(frozen=True)
class Corrections:
    """Which controls show a channel or an emotion in place of those that were found.

    Attributes:
        feeds: member of ``CORRECTABLE`` to what it moves; nothing where it is taken off.
        members: kind of control to the names of all that the rig had when this was stored, in
            their order: by them a control is found again that was renamed.

    Raises:
        EmoteBotError: a name is not in ``CORRECTABLE``.
    """

    feeds: Mapping[str, tuple[Feed, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.feeds:
            if name not in CORRECTABLE:
                raise EmoteBotError(
                    "“{channel}” is not one of the {count} channels nor an emotion",
                    channel=name,
                    count=len(CHANNELS),
                )
        object.__setattr__(self, "feeds", MappingProxyType(dict(self.feeds)))

    @property
    def controls(self) -> frozenset[ControlName]:
        """Every control that something moves."""
        return frozenset(feed.control for own in self.feeds.values() for feed in own)

    def followed(self, renamed: Mapping[tuple[str, str], str]) -> "Corrections":
        """Return the same once controls were renamed.

        Args:
            renamed: kind and former name of a control to its name now.
        """

        def now(feed: Feed) -> Feed:
            control = feed.control
            name = renamed.get((control.kind, control.name), control.name)
            return replace(feed, control=ControlName(name, control.kind, control.axis))

        feeds = {name: tuple(now(feed) for feed in own) for name, own in self.feeds.items()}
        return Corrections(feeds, self.members)

    def applied(self, found: RigMap, lost: Collection[ControlName] = ()) -> RigMap:
        """Return a map with the corrections in it.

        A channel none of whose controls is left keeps those that were found, and is doubtful.

        Args:
            found: the map as names and shapes have it.
            lost: controls that the rig has no more.
        """
        feeds, doubtful = dict(found.feeds), dict(found.doubtful)
        corrected = set()
        for name, own in self.feeds.items():
            left = tuple(feed for feed in own if feed.control not in lost)
            if own and not left:
                doubtful[name] = lost_note(own[0].control)
                continue
            corrected.add(name)
            doubtful.pop(name, None)
            if name in CHANNELS:
                feeds.pop(name, None)
                feeds |= {name: left} if left else {}
        kept = tuple(preset for preset in found.presets if main_emotion(preset) not in corrected)
        known = {preset.feed.control: preset for preset in found.presets}
        chosen: dict[ControlName, Preset] = {}
        for name in (name for name in EMOTIONS if name in corrected):
            for feed in self.feeds[name]:
                if feed.control in lost:
                    continue
                was = known.get(feed.control, Preset(feed, {name: 1.0}))
                shares = was.emotions if main_emotion(was) == name else {name: 1.0}
                before = chosen.get(feed.control)
                shares = {**(before.emotions if before else {}), **shares}
                chosen[feed.control] = replace(was, feed=feed, emotions=shares)
        presets = (*kept, *chosen.values())
        approximated = found.approximated - corrected
        recognised = {
            name: sure for name, sure in found.recognised.items() if name not in corrected
        }
        repeated = {name: own for name, own in found.repeated.items() if name not in corrected}
        return replace(
            found,
            feeds=feeds,
            presets=presets,
            approximated=frozenset(approximated),
            doubtful=doubtful,
            recognised=recognised,
            repeated=repeated,
        )


def lost_note(control: ControlName) -> Message:
    """Return the sentence on a control that an artist has chosen and that is no longer there."""
    return Message("“{control}”, which was chosen for it, is no longer there", control=control)


def corrections_text(corrections: Corrections) -> str:
    """Return corrections as JSON, which ``read_corrections`` takes."""
    channels = {name: [feed_entry(feed) for feed in own] for name, own in corrections.feeds.items()}
    members = {kind: list(names) for kind, names in corrections.members.items()}
    return json.dumps({"channels": channels, "members": members}, ensure_ascii=False)


def read_corrections(text: str) -> Corrections:
    """Return the corrections in JSON; none in an empty text.

    Raises:
        EmoteBotError: the text holds none.
    """
    if not text:
        return Corrections()
    try:
        content = parse_json(text)
        feeds = {
            name: tuple(read_feed(entry) for entry in entries)
            for name, entries in content["channels"].items()
        }
        members = {kind: tuple(map(str, names)) for kind, names in content["members"].items()}
    except (TextError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise EmoteBotError("The corrections were damaged; clear them") from error
    return Corrections(feeds, members)


def main_emotion(preset: Preset) -> str:
    """Return the emotion that a preset shows most."""
    return max(preset.emotions, key=lambda name: preset.emotions[name])
