# SPDX-License-Identifier: GPL-3.0-or-later
"""Which channel each key of a face shows, recognised by what it does.

Keys are compared with a template, channel by channel, in pairs that mirror each other where they
do, or shown by one key for both sides. All are assigned at once; ``match_confidence`` says how sure
each match is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ..channels import INDEX, mirrored_name
from .assignment import assign
from .face_template import FaceTemplate
from .key_effects import KeyEffects, flipped, joined
from .match_confidence import Evidence, confidences
from .similarity import gazes_count, scale_between, shares_of_one, similarities
from .symmetry import DIRECTED

CONFIDENT = 0.9
"""From this confidence on a match is shown as sure.

By ``benchmarks/recognition.py`` on EmoteBot's head in three styles and on the reference head, both
ways: none of these was wrong with all keys, with both sides in one key, or with 15, 25 or 35
channels kept at random. With a channel or pair left out 3 were, with sums of channels added to part
of a face 7, of 13,230 sure matches in all.
Not counted as wrong is a key of no channel that does what one that was left out did: the reference
head's cheek raiser, whose displacements are .97 similar to those of its cheek squint.
"""

Pose = tuple[str, ...]
"""Channels that one key shows together."""

_Way = tuple[Pose, ...]
"""What each key of a unit shows; one pose where two keys show it together."""

_SIDEWAYS: tuple[Pose, Pose] = (
    ("eyeLookOutLeft", "eyeLookInRight"),
    ("eyeLookInLeft", "eyeLookOutRight"),
)
"""Both eyes to the left, and to the right."""

_OUTWARDS = {"eyeLookOutLeft", "eyeLookOutRight"}

_CENTRAL = 0.8
"""A key that is this similar to its own mirror image shows both sides."""

_MIRRORED = 0.5
"""Two keys that are the mirror images of each other are this similar to them, at least."""

_NONE = 0.03
"""A key that is less similar to every channel shows none."""

_TONGUE_OUT = "tongueOut"

_TONGUE = 0.65
"""Something in the mouth that comes forward so far is the tongue, in half distances of the eyes."""

_HALVES = 0.15
"""What it falls by where two halves show what is one channel, as few rigs have it."""

_SHARED = 0.5
"""What it falls by where one key shows both sides, times the share of pairs that mirror each other:
where most keys show one side, hardly one shows both."""

_MOSTLY_PAIRED = 0.25
"""Share of pairs among keys and pairs from which one key for both sides is unlikely."""

_MOST_UNITS = 120
"""Keys and pairs that are compared in full; of more, those most similar to a channel."""


@dataclass(frozen=True)
class ShapeMatch:
    """A channel and what shows it.

    Attributes:
        channel: which.
        keys: indices of the keys that show it together.
        similarity: of what they do to what the channel does in the template, -1 to 1.
        size: how far they go, as a share of the template.
        evidence: what says how sure this is.
        confidence: how sure this is, 0 to 1.
    """

    channel: str
    keys: tuple[int, ...]
    similarity: float
    size: float
    evidence: Evidence
    confidence: float = 0.0


@dataclass(frozen=True)
class _Unit:
    """What shows one channel, or one on each side.

    Attributes:
        keys: one, or two that mirror each other.
        central: whether the one shows both sides.
    """

    keys: tuple[int, ...]
    central: bool = False


def recognise(
    effects: KeyEffects, template: FaceTemplate, named: Mapping[str, Sequence[int]] | None = None
) -> tuple[ShapeMatch, ...]:
    """Return the channels that keys show, in the order of ``CHANNELS``.

    Args:
        effects: of the keys.
        template: what channels do on a face that is known.
        named: channels that are known already, and the indices of the keys that show them.
    """
    named = named or {}
    matches = [] if _TONGUE_OUT in named else _tongue(effects, template)
    taken = {key for match in matches for key in match.keys}
    taken.update(key for keys in named.values() for key in keys)
    left = ((unit, tuple(key for key in unit.keys if key not in taken)) for unit in _units(effects))
    units = [replace(unit, keys=keys) for unit, keys in left if keys]
    names = [name for name in template.channels if name != _TONGUE_OUT]
    targets: dict[str, list[str]] = {}
    for name in names:
        targets.setdefault(_sideless(name), []).append(name)
    wanted = [[name for name in target if name not in named] for target in targets.values()]
    if units and any(wanted):
        matches += _assigned(effects, template, units, [target for target in wanted if target])
    matches.sort(key=lambda match: INDEX[match.channel])
    rated = zip(matches, confidences(matches, template, named), strict=True)
    return tuple(replace(match, confidence=confidence) for match, confidence in rated)


def _assigned(
    effects: KeyEffects,
    template: FaceTemplate,
    units: Sequence[_Unit],
    targets: Sequence[Sequence[str]],
) -> list[ShapeMatch]:
    """Return the best assignment of units to channels.

    Args:
        effects: of all keys.
        template: with all channels.
        units: of keys.
        targets: channels that are asked for: one, or those of the left and the right.
    """
    columns = {pose: column for column, pose in enumerate(_poses(template))}
    rows = {name: row for row, name in enumerate(template.channels)}
    shown = joined([template.effects.together([rows[name] for name in pose]) for pose in columns])
    scale = scale_between(effects, template.effects)
    gains, margins, ways = _compared(effects, shown, scale, columns, units, targets)
    kept = np.sort(np.argsort(-gains.max(axis=1), kind="stable")[:_MOST_UNITS])
    none = np.where(np.eye(len(kept), dtype=bool), _NONE, -2.0)
    chosen, losses = assign(np.hstack((gains[kept], none)))
    assigned = [
        (row, place, loss)
        for row, place, loss in zip(kept.tolist(), chosen.tolist(), losses.tolist(), strict=True)
        if place < len(targets)
    ]
    singles = [
        (key, columns[pose])
        for row, place, _ in assigned
        for keys, pose in _shown(units[row], ways[row, place])
        for key in keys
    ]
    shares = dict(zip(singles, shares_of_one(effects, shown, singles), strict=True))
    blind = not gazes_count(effects, shown)
    paired = sum(len(unit.keys) == 2 for unit in units) > _MOSTLY_PAIRED * len(units)
    full = shown.sizes
    matches: dict[str, ShapeMatch] = {}
    for row, place, loss in assigned:
        gain = float(gains[row, place])
        pairs = _shown(units[row], ways[row, place])
        evidence = Evidence(
            loss=min(loss, float(margins[row, place])),
            key_margin=gain - float(np.delete(gains[row], place).max(initial=_NONE)),
            share=min(shares[key, columns[pose]] for keys, pose in pairs for key in keys),
            unseen=blind and targets[place][0].startswith("eyeLook"),
            alone=paired and units[row].central and len(targets[place]) == 2,
        )
        for keys, pose in pairs:
            size = float(effects.together(keys).sizes[0] / full[columns[pose]])
            for name in pose:
                if name not in matches or matches[name].similarity < gain:
                    matches[name] = ShapeMatch(name, keys, gain, size, evidence)
    return list(matches.values())


def _compared(
    effects: KeyEffects,
    shown: KeyEffects,
    scale: float,
    columns: Mapping[Pose, int],
    units: Sequence[_Unit],
    targets: Sequence[Sequence[str]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[tuple[int, int], _Way]]:
    """Return how well each unit shows each target, and in which way.

    Args:
        effects: of all keys.
        shown: by each pose.
        scale: how far keys go as a share of how far poses do.
        columns: of the poses in ``shown``.
        units: of keys.
        targets: channels that are asked for.

    Returns:
        Similarities, (units, targets), -1 where a unit cannot show the target; by how much the
        second way is worse than the best, the same shape; the best way by unit and target.
    """
    similarity = similarities(effects, shown, scale)
    pairs = [unit for unit in units if len(unit.keys) == 2]
    both = [effects.together(unit.keys) for unit in pairs]
    whole = dict(zip(pairs, similarities(joined(both), shown, scale) if both else (), strict=True))
    shared = _SHARED * len(pairs) / len(units)
    gains = np.full((len(units), len(targets)), -1.0)
    margins = np.full(gains.shape, np.inf)
    best: dict[tuple[int, int], _Way] = {}

    def gain(unit: _Unit, way: _Way) -> float:
        if len(way) < len(unit.keys):
            return float(whole[unit][columns[way[0]]]) - _HALVES
        own = [similarity[key, columns[pose]] for key, pose in zip(unit.keys, way, strict=True)]
        return float(np.mean(own)) - (shared if len(way[0]) > 1 else 0)

    for row, unit in enumerate(units):
        for place, target in enumerate(targets):
            order = sorted((gain(unit, way), way) for way in _ways(unit, target, columns))[::-1]
            if order:
                gains[row, place], best[row, place] = order[0]
            if len(order) > 1:
                margins[row, place] = order[0][0] - order[1][0]
    return gains, margins, best


def _poses(template: FaceTemplate) -> list[Pose]:
    """Return what one key may show: a channel, that of both sides, or both eyes to one side."""
    known = [name for name in template.channels if name != _TONGUE_OUT]
    both = [
        (name, mirrored_name(name))
        for name in known
        if name.endswith("Left") and _sideless(name) not in DIRECTED
    ]
    poses = [*((name,) for name in known), *both, *_SIDEWAYS]
    return [pose for pose in poses if set(known).issuperset(pose)]


def _ways(unit: _Unit, target: Sequence[str], columns: Mapping[Pose, int]) -> Iterator[_Way]:
    """Yield the ways in which a unit may show a target.

    Args:
        unit: of keys.
        target: a central channel, or those of the left and the right that are asked for.
        columns: of the poses that are known.
    """
    if mirrored_name(target[0]) == target[0]:
        if unit.central or len(unit.keys) == 2:
            yield ((target[0],),)
    elif unit.central:
        if tuple(target) in columns and len(target) == 2:
            yield (tuple(target),)
    else:
        for names in permutations(target, len(unit.keys)):
            yield tuple((name,) for name in names)
        if set(target) == _OUTWARDS and columns.keys() >= set(_SIDEWAYS):
            yield from permutations(_SIDEWAYS, len(unit.keys))


def _shown(unit: _Unit, way: _Way) -> list[tuple[tuple[int, ...], Pose]]:
    """Return which keys of a unit show which pose."""
    if len(way) < len(unit.keys):
        return [(unit.keys, way[0])]
    return [((key,), pose) for key, pose in zip(unit.keys, way, strict=True)]


def _tongue(effects: KeyEffects, template: FaceTemplate) -> list[ShapeMatch]:
    """Return the key that puts out the tongue, if there is one.

    The skin says little: a jaw that opens looks the same.
    """
    if not effects.tongues.max(initial=0) > _TONGUE:
        return []
    key = int(np.argmax(effects.tongues))
    reach = float(effects.tongues[key])
    known = dict(zip(template.channels, template.effects.tongues.tolist(), strict=True))
    size = reach / known.get(_TONGUE_OUT, reach)
    second = float(np.delete(effects.tongues, key).max(initial=0))
    margin = reach - second
    evidence = Evidence(loss=margin, key_margin=margin)
    return [ShapeMatch(_TONGUE_OUT, (key,), 1.0, size, evidence)]


def _units(effects: KeyEffects) -> list[_Unit]:
    """Return keys that show both sides, pairs of keys that mirror each other, and the others."""
    mirrored = similarities(effects, flipped(effects))
    central = np.diagonal(mirrored) > _CENTRAL
    units = [_Unit((key,), central=True) for key in np.flatnonzero(central).tolist()]
    lateral = np.flatnonzero(~central)
    between = mirrored[np.ix_(lateral, lateral)]
    np.fill_diagonal(between, -1)
    nearest = between.argmax(axis=1) if len(lateral) > 1 else np.zeros(len(lateral), dtype=int)
    for row, other in enumerate(nearest.tolist()):
        if nearest[other] == row and row != other and between[row, other] > _MIRRORED:
            if row < other:
                units.append(_Unit((int(lateral[row]), int(lateral[other]))))
        else:
            units.append(_Unit((int(lateral[row]),)))
    return units


def _sideless(channel: str) -> str:
    return channel.removesuffix("Left").removesuffix("Right")
