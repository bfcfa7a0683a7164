# SPDX-License-Identifier: GPL-3.0-or-later
"""What was recognised and measured of one object's shape keys, in a form that is kept with it."""

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..channels import CHANNELS
from ..errors import EmoteBotError
from ..json_text import parse_json
from ..messages import Message
from .convention import ControlName, Feed, RigMap
from .recognition import CONFIDENT

CALIBRATIONS = ("", "measured", "off")
"""Whether the channels of an object were measured for gains: not yet, yes, or not to be."""

Peak = tuple[int, float, float, float]
"""The vertex that a shape key moves most, and by how much, in the units of the mesh."""


@dataclass(frozen=True)
class RecognisedChannel:
    """A channel and the shape keys that show it together.

    Attributes:
        keys: their names, at least one.
        confidence: how sure this is, 0 to 1.
    """

    keys: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class RecognitionRecord:
    """What was recognised and measured of an object.

    Attributes:
        members: names of all shape keys that the object had then, in their order: by them a key is
            found again that was renamed.
        peaks: of each key that shows a channel; where it is another one now, so is the key.
        channels: what was recognised.
        gains: channel that goes too far, or hardly as far as it should, to what the values of its
            shape keys at full are multiplied by.
        calibration: one of ``CALIBRATIONS``.
    """

    members: tuple[str, ...] = ()
    peaks: Mapping[str, Peak] = field(default_factory=dict)
    channels: Mapping[str, RecognisedChannel] = field(default_factory=dict)
    gains: Mapping[str, float] = field(default_factory=dict)
    calibration: str = ""

    def followed(self, renamed: Mapping[str, str]) -> "RecognitionRecord":
        """Return the same once shape keys were renamed.

        Args:
            renamed: former name to the name now.
        """
        channels = {
            channel: replace(own, keys=tuple(renamed.get(key, key) for key in own.keys))
            for channel, own in self.channels.items()
        }
        members = tuple(renamed.get(name, name) for name in self.members)
        peaks = {renamed.get(name, name): peak for name, peak in self.peaks.items()}
        return replace(self, members=members, peaks=peaks, channels=channels)

    def applied(self, found: RigMap, changed: Collection[str]) -> RigMap:
        """Return a map with what was recognised where names say nothing.

        Args:
            found: the map as names have it.
            changed: shape keys that are gone, or do something else than they did.
        """
        used = {feed.control for feeds in found.feeds.values() for feed in feeds}
        used |= {preset.feed.control for preset in found.presets}
        feeds, doubtful = dict(found.feeds), dict(found.doubtful)
        recognised, shared = dict(found.recognised), set()
        shown = Counter(key for own in self.channels.values() for key in own.keys)
        for channel, own in self.channels.items():
            controls = [ControlName(key) for key in own.keys]
            known = channel in feeds and channel not in found.approximated
            if known or used.intersection(controls) or not set(own.keys).isdisjoint(changed):
                continue
            # one key for both sides: both channels move it by half, as by names
            feeds[channel] = tuple(Feed(control, 1 / shown[control.name]) for control in controls)
            if any(shown[key] > 1 for key in own.keys):
                shared.add(channel)
            recognised[channel] = own.confidence
            doubtful.pop(channel, None)
            if own.confidence < CONFIDENT:
                doubtful[channel] = Message(
                    "recognised by its shape, {percent} % sure",
                    percent=int(100 * own.confidence),
                )
        return replace(
            found,
            feeds=feeds,
            approximated=found.approximated - recognised.keys() | shared,
            doubtful=doubtful,
            recognised=recognised,
        )

    def counting_gains(self, found: RigMap, changed: Collection[str]) -> dict[str, float]:
        """Return the gains of those channels of a map that have shape keys of their own, unchanged.

        One that moves a shape key by another amount than 1 has none: that amount was chosen.

        Args:
            found: the map without gains.
            changed: shape keys that are gone, or do something else than they did.
        """
        counting = {}
        for channel, gain in self.gains.items():
            keys = found.shape_keys.get(channel, {})
            is_chosen = any(abs(full) != 1 for full in keys.values())
            if keys and not is_chosen and keys.keys().isdisjoint(changed):
                counting[channel] = gain
        return counting

    def scaled(self, found: RigMap, changed: Collection[str]) -> RigMap:
        """Return a map with the gains that count; both as ``counting_gains`` takes them."""
        feeds = dict(found.feeds)
        for channel, gain in self.counting_gains(found, changed).items():
            feeds[channel] = tuple(_scaled(feed, gain) for feed in feeds[channel])
        return replace(found, feeds=feeds)


def record_text(record: RecognitionRecord) -> str:
    """Return a record as JSON, which ``read_record`` takes."""
    channels = {
        channel: {"keys": list(own.keys), "confidence": own.confidence}
        for channel, own in record.channels.items()
    }
    content = {
        "members": record.members,
        "peaks": dict(record.peaks),
        "channels": channels,
        "gains": dict(record.gains),
        "calibration": record.calibration,
    }
    return json.dumps(content, ensure_ascii=False)


def read_record(text: str) -> RecognitionRecord:
    """Return the record in JSON; an empty one in an empty text.

    Raises:
        EmoteBotError: the text holds none.
    """
    if not text:
        return RecognitionRecord()
    try:
        content = parse_json(text)
        calibration = _read_calibration(content.get("calibration", ""))
        gains = content["gains"] if calibration else {}  # else of parts, as they were at first
        return RecognitionRecord(
            tuple(map(str, content["members"])),
            {str(name): _read_peak(peak) for name, peak in content["peaks"].items()},
            {
                _read_channel(channel): RecognisedChannel(
                    tuple(map(str, own["keys"])), _read_confidence(own["confidence"])
                )
                for channel, own in content["channels"].items()
            },
            {_read_channel(channel): _read_gain(gain) for channel, gain in gains.items()},
            calibration,
        )
    except (
        EmoteBotError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
    ) as error:
        raise EmoteBotError(
            "What was recognised of the shape keys was damaged; recognise them again"
        ) from error


def _scaled(feed: Feed, gain: float) -> Feed:
    return replace(feed, full=feed.full * gain) if feed.control.kind == "shape_key" else feed


def _read_channel(channel: str) -> str:
    if channel not in CHANNELS:
        raise ValueError(channel)
    return channel


def _read_confidence(confidence: Any) -> float:
    if not 0 <= float(confidence) <= 1:
        raise ValueError(confidence)
    return float(confidence)


def _read_gain(gain: Any) -> float:
    if not 0 < float(gain) < math.inf:
        raise ValueError(gain)
    return float(gain)


def _read_calibration(calibration: Any) -> str:
    if calibration not in CALIBRATIONS:
        raise ValueError(calibration)
    return str(calibration)


def _read_peak(peak: Any) -> Peak:
    vertex, *step = peak
    across, along, up = map(float, step)
    if not math.isfinite(across + along + up):
        raise ValueError(peak)
    return int(vertex), across, along, up
