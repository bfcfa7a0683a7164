# SPDX-License-Identifier: GPL-3.0-or-later
"""Naming conventions in JSON files, read and written.

A convention is a JSON file of ``data/rigmaps``::

    {
      "name": "Example",
      "source": "where the names were read",
      "channels": {
        "jawOpen": {"jaw_open": 1, "lips_apart": 0.5},
        "mouthFunnel": {"first_of": [{"funnel": 1}, {"lips_u": 0.7, "lips_o": 0.3}]},
        "eyeLookUpLeft": [{"property": "look_up_down", "full": 1, "half": true}],
        "eyeLookDownLeft": [{"property": "look_up_down", "full": -1, "half": true}],
        "jawForward": [{"bone": "jaw", "axis": "location_y", "full": 0.008}]
      },
      "approximations": {"cheekPuff": {"funnel": 0.3}},
      "presets": [
        {"shape_key": "joy", "full": 1, "emotions": {"happiness": 1}, "overrides": {"blink": 1}}
      ]
    }

A channel moves every control of its group: shape keys by their names and values at full, or a list
that also knows properties and axes of bones. ``first_of`` holds groups, or presets, in the order of
preference. ``full`` is what is added to the rest value at weight 1: radians for a rotation, metres
for a location; ``offset``, 0 where it is left out, is added at every weight. Channels add up on a
control, but where one of them takes a ``half``: there the greatest of the positive and the greatest
of the negative count. ``approximations``, in the form of ``channels``, count where a rig has none
of a channel's own controls. A preset is a control that shows emotions as a whole, those of its
mixture at full; on a part of the face alone where it names ``parts``. Of what it ``overrides``,
"blink", "gaze" or "mouth", it takes that share at full: 1 where it closes the eyes itself.
``without`` lists channels that nothing shows on such rigs.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..channels import MIX_GROUPS
from ..errors import EmoteBotError, TextError
from ..input_files import read_text_file
from ..json_text import parse_json
from ..text_lines import normalised_newlines
from .convention import KINDS, ControlName, Convention, Feed, Preset

FOLDER = Path(__file__).resolve().parents[2] / "data" / "rigmaps"

LARGEST_CONVENTION = 4 * 2**20
"""Bytes; the largest of those that come along takes a hundredth of it."""


def read_convention(path: Path) -> Convention:
    """Return the convention in a JSON file.

    Raises:
        EmoteBotError: the file is missing, too large or no convention; with line and column where
            it is no JSON.
    """
    text = normalised_newlines(read_text_file(path, LARGEST_CONVENTION))
    try:
        content = parse_json(text)
        feeds, approximations = (
            {
                channel: tuple(_read_group(group) for group in _alternatives(entry))
                for channel, entry in entries.items()
            }
            for entries in (content["channels"], content.get("approximations", {}))
        )
        presets = tuple(
            tuple(_read_preset(preset) for preset in _alternatives(entry))
            for entry in content.get("presets", ())
        )
        without = frozenset(map(str, content.get("without", ())))
        return Convention(
            str(content["name"]), str(content["source"]), feeds, approximations, presets, without
        )
    except TextError as error:
        raise EmoteBotError(
            "{path} is not a naming convention for a face: {problem}",
            path=path,
            problem=error.message,
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise EmoteBotError("{path} is not a naming convention for a face", path=path) from error


@cache
def conventions() -> tuple[Convention, ...]:
    """Return the conventions that EmoteBot knows, in the order of their files' names."""
    return tuple(read_convention(path) for path in sorted(FOLDER.glob("*.json")))


def convention_text(convention: Convention) -> str:
    """Return a convention as JSON, which ``read_convention`` takes."""
    content: dict[str, Any] = {"name": convention.name, "source": convention.source}
    for key, entries in (
        ("channels", convention.feeds),
        ("approximations", convention.approximations),
    ):
        content[key] = {
            channel: _one_or_first_of([[feed_entry(feed) for feed in group] for group in groups])
            for channel, groups in entries.items()
        }
    content["presets"] = [
        _one_or_first_of([_preset_entry(preset) for preset in alternatives])
        for alternatives in convention.presets
    ]
    content["without"] = sorted(convention.without)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def feed_entry(feed: Feed) -> dict[str, Any]:
    """Return what ``read_feed`` takes for a feed."""
    control = feed.control
    entry: dict[str, Any] = {control.kind: control.name}
    if control.axis:
        entry["axis"] = control.axis
    entry["full"] = feed.full
    entry |= {"half": True} if feed.half else {}
    return entry | ({"offset": feed.offset} if feed.offset else {})


def _alternatives(entry: Any) -> list[Any]:
    if isinstance(entry, dict) and isinstance(entry.get("first_of"), list):
        return list(entry["first_of"])
    return [entry]


def _read_group(group: Any) -> tuple[Feed, ...]:
    if isinstance(group, dict):
        return tuple(Feed(ControlName(name), float(full)) for name, full in group.items())
    return tuple(read_feed(entry) for entry in group)


def read_feed(entry: Any) -> Feed:
    """Return the feed in an entry of JSON, such as {"shape_key": "smile", "full": 1}.

    Raises:
        EmoteBotError: it names no control, its gain is no number other than 0, or its offset is not
            finite.
        KeyError: something is missing.
        TypeError: it is none.
        ValueError: the gain or the offset is no number.
    """
    kind = next((kind for kind in KINDS if kind in entry), "")
    control = ControlName(str(entry[kind]), kind, str(entry.get("axis", "")))
    half, offset = bool(entry.get("half", False)), float(entry.get("offset", 0.0))
    return Feed(control, float(entry["full"]), half, offset)


def _read_preset(entry: Any) -> Preset:
    shares, overrides = (
        {str(name): float(share) for name, share in shared.items()}
        for shared in (entry["emotions"], entry.get("overrides", {}))
    )
    parts = tuple(str(part) for part in entry.get("parts", MIX_GROUPS))
    return Preset(read_feed(entry), shares, parts, overrides)


def _one_or_first_of(entries: list[Any]) -> Any:
    return entries[0] if len(entries) == 1 else {"first_of": entries}


def _preset_entry(preset: Preset) -> dict[str, Any]:
    entry = {**feed_entry(preset.feed), "emotions": dict(preset.emotions)}
    if preset.parts != tuple(MIX_GROUPS):
        entry["parts"] = list(preset.parts)
    if preset.overrides:
        entry["overrides"] = dict(preset.overrides)
    return entry
