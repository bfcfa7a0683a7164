# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether keys do what the channels do that they are named after, or nearly so.

Heads that were made with care differ by as much as twice or three times in how far a key goes, and
in where it does so: only what is far from that is reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..channels import MIX_GROUPS, mirrored_name
from ..errors import EmoteBotError
from .face_template import FaceTemplate
from .key_effects import KeyEffects
from .similarity import cosines, region_similarities

KINDS = ("swapped", "reversed", "elsewhere", "faint", "exaggerated", "uneven")
"""What a channel may be: that of the other side, the other way round, moving another part of the
face, going hardly as far as it does elsewhere, or much further, or less far than its other side."""

MISPLACED = KINDS[:3]
"""Those of a channel that is not what it is called."""

_CLEARLY = 0.3
"""By how much more a key is like another channel, where it is that one."""

_OPPOSITE = -0.5
"""Similarity of displacements below which a key goes the other way round."""

_ELSEWHERE = 0.1
"""Similarity of regions below which a key moves another part of the face."""

_THERE = 0.5
"""Similarity of regions from which it moves that part."""

_FAR = 5.0
"""How often as far as elsewhere, by the median of the face, a key is exaggerated."""

UNEVEN = 1.5
"""How often as far as the other side a channel goes where the two differ clearly. On heads that
were made with care it is 1.05 at most."""


@dataclass(frozen=True)
class ChannelCheck:
    """What is wrong with a channel.

    Attributes:
        channel: which.
        kind: one of ``KINDS``.
        part: of ``MIX_GROUPS`` that it moves, where it is another; else empty.
        size: how far it goes, as a share of how far the template's does, or its other side.
    """

    channel: str
    kind: str
    part: str = ""
    size: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise EmoteBotError("“{kind}” is nothing that is checked", kind=self.kind)


def check_channels(
    effects: KeyEffects, channels: Mapping[str, int], template: FaceTemplate
) -> tuple[ChannelCheck, ...]:
    """Return what is wrong with channels, in their order.

    Args:
        effects: of channels at full.
        channels: each to its row of ``effects``.
        template: what they do on a face that is known.
    """
    known = {name: row for row, name in enumerate(template.channels)}
    names = [name for name in channels if name in known and name != "tongueOut"]
    rows = [channels[name] for name in names]
    sizes = effects.sizes[rows] / template.effects.sizes[[known[name] for name in names]]
    moving = sizes[sizes > 0]
    usual = float(np.median(moving)) if len(moving) else 1.0
    alike = cosines(effects.fields[rows], template.effects.fields)
    regions = region_similarities(effects.some(rows), template.effects)
    by_name = dict(zip(names, sizes.tolist(), strict=True))
    checks = []
    for name, size, like, region in zip(names, sizes.tolist(), alike, regions, strict=True):
        if not size > 0:
            continue  # that it moves nothing is reported of any control
        kind, part = _kind(name, known, like, region), ""
        if kind == "elsewhere":
            part = _part(template.channels[int(np.argmax(region))])
            kind = kind if part != _part(name) else ""
        elif not kind and not 1 / _FAR < size / usual < _FAR:
            kind = "faint" if size < usual else "exaggerated"
        elif not kind and size * UNEVEN < by_name.get(mirrored_name(name), 0):
            kind, size = "uneven", size / by_name[mirrored_name(name)]
        if kind:
            checks.append(ChannelCheck(name, kind, part, size))
    reported = {check.channel for check in checks if check.kind != "uneven"}
    return tuple(
        check
        for check in checks
        if check.kind != "uneven" or mirrored_name(check.channel) not in reported
    )


def _kind(
    name: str, known: Mapping[str, int], like: NDArray[np.float64], region: NDArray[np.float64]
) -> str:
    """Return what is wrong with what a channel moves, one of ``KINDS``; empty where nothing is."""
    own, other = known[name], known.get(mirrored_name(name), known[name])
    if like[other] > max(like[own], 0) + _CLEARLY:
        return "swapped"
    if like[own] < _OPPOSITE:
        return "reversed"
    elsewhere = region[own] < _ELSEWHERE and region.max() > _THERE
    return "elsewhere" if elsewhere else ""


def _part(channel: str) -> str:
    return next(part for part, names in MIX_GROUPS.items() if channel in names)
