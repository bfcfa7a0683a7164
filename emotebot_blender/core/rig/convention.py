# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls of a face move which channel, and how to guess it from the controls' names.

A naming convention is a JSON file in ``data/rigmaps``::

    {"name": "…", "source": "…", "controls": {channel: {control: gain, …}, …}}

The control gets the channel's weight times the gain; a control named under several channels gets
their sum.
"""

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from ..channels import CHANNELS, INDEX
from ..errors import EmoteBotError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "rigmaps"


@dataclass(frozen=True)
class RigMap:
    """Which controls move which channel.

    Attributes:
        convention: name of the naming convention; empty where none fits.
        controls: channel to its (control, gain) pairs, at least one each, in the order of
            ``CHANNELS``; a gain is finite and not 0.
    """

    convention: str
    controls: Mapping[str, tuple[tuple[str, float], ...]]

    def __post_init__(self) -> None:
        for channel, pairs in self.controls.items():
            if channel not in INDEX:
                raise EmoteBotError(
                    "“{channel}” is not one of the {count} channels",
                    channel=channel,
                    count=len(CHANNELS),
                )
            if not pairs:
                raise EmoteBotError("The channel “{channel}” has no control", channel=channel)
            for control, gain in pairs:
                if not math.isfinite(gain) or gain == 0:
                    raise EmoteBotError(
                        "The gain of “{control}” must be a number other than 0", control=control
                    )
        ordered = {name: self.controls[name] for name in CHANNELS if name in self.controls}
        object.__setattr__(self, "controls", MappingProxyType(ordered))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have a control, in the order of ``CHANNELS``."""
        return tuple(self.controls)

    def sources(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """Return the map read backwards: control to its (channel, gain) pairs."""
        found: dict[str, tuple[tuple[str, float], ...]] = {}
        for channel, pairs in self.controls.items():
            for control, gain in pairs:
                found[control] = (*found.get(control, ()), (channel, gain))
        return found


def read_convention(path: Path) -> RigMap:
    """Return the convention in a JSON file.

    Raises:
        EmoteBotError: the file is missing or is no convention.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        controls = {
            channel: tuple((str(control), float(gain)) for control, gain in pairs.items())
            for channel, pairs in said["controls"].items()
        }
        return RigMap(str(said["name"]), controls)
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EmoteBotError("{path} is not a naming convention for a face", path=path) from error


@cache
def conventions() -> tuple[RigMap, ...]:
    """Return the conventions that EmoteBot knows, in the order of their files' names."""
    return tuple(read_convention(path) for path in sorted(FOLDER.glob("*.json")))


def guess(names: Iterable[str]) -> RigMap:
    """Return the map of a face from the names of its controls.

    Upper and lower case, separators and one prefix that ends in a separator ("Head.jawOpen",
    "ARKit_jaw_open") make no difference. The convention and the prefix that cover the most channels
    win; then the more names spelled exactly; then the convention whose file comes first. Two names
    that could both be one control are left alone unless one is spelled exactly.

    Args:
        names: of the controls of one mesh, each once.

    Returns:
        The map, with controls among ``names`` only; it covers no channel where nothing fits.
    """
    return _guess(tuple(names))


@lru_cache(maxsize=256)
def _guess(names: tuple[str, ...]) -> RigMap:
    best, most = RigMap("", {}), (0, 0)
    for convention in conventions():
        for found in _matches(names, convention):
            matched = {
                channel: tuple((found[control], gain) for control, gain in pairs)
                for channel, every in convention.controls.items()
                if (pairs := [pair for pair in every if pair[0] in found])
            }
            exact = sum(control == name for control, name in found.items())
            if (len(matched), exact) > most:
                best, most = RigMap(convention.convention, matched), (len(matched), exact)
    return best


def _matches(names: tuple[str, ...], convention: RigMap) -> Iterable[dict[str, str]]:
    """Return for each prefix, none first, which of the convention's controls is which name."""
    wanted = {_plain(control): control for control in convention.sources()}
    candidates: dict[str, dict[str, list[tuple[str, bool]]]] = {}
    for name in names:
        for cut in range(len(name)):
            if cut and name[cut - 1].isalnum():
                continue
            control = wanted.get(_plain(name[cut:]))
            if control is not None and name[cut].isalnum():
                by_control = candidates.setdefault(_plain(name[:cut]), {})
                by_control.setdefault(control, []).append((name, name[cut:] == control))
    for _, by_control in sorted(candidates.items(), key=lambda item: (len(item[0]), item[0])):
        found = {}
        for control, spelled in by_control.items():
            fitting = [name for name, exact in spelled if exact] or [name for name, _ in spelled]
            if len(fitting) == 1:
                found[control] = fitting[0]
        yield found


def _plain(name: str) -> str:
    """Return a name without case, width and separators."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
