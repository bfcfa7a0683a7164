# SPDX-License-Identifier: GPL-3.0-or-later
"""Which channel each key of a face shows, recognised by what it does.

Keys are compared with a template, channel by channel, in pairs that mirror each other where they
do. All are assigned at once; how sure a match is follows from how much worse the best assignment
without it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS, MIX_GROUPS, mirrored_name
from .assignment import assign
from .face_template import FaceTemplate
from .key_effects import KeyEffects, flipped, joined

CONFIDENT = 0.9
"""From this confidence on no match was wrong on the two heads that were measured, both ways.

Where the key of a channel is taken away, another one that does nearly the same may pass for it: the
reference head's cheek raiser for its cheek squint.
"""

_CENTRAL = 0.8
"""A key that is this similar to its own mirror image shows both sides."""

_MIRRORED = 0.5
"""Two keys that are the mirror images of each other are this similar to them, at least."""

_NONE = 0.03
"""A key that is less similar to every channel shows none."""

_REGION = 0.5
"""What the similarity of regions counts, beside that of displacements."""

_GAZING = 0.05
"""Movement of an eyeball's front that is one, in half distances of the eyes."""

_TONGUE_OUT = "tongueOut"

_TONGUE = 0.65
"""Something in the mouth that comes forward so far is the tongue, in half distances of the eyes."""

_SIZE = 0.04
"""What similarity falls by where a key goes twice or half as far as the channel does."""

_SIZE_AT_MOST = 0.25
"""What it falls by at most for that."""

_HARDLY = 3.5
"""A key that goes so often half as far, or twice, as the channel does is another one."""

_HALVES = 0.15
"""What it falls by where two halves show what is one channel, as few rigs have it."""

_ENOUGH, _ENOUGH_ALONE = 0.045, 0.15
"""Loss that makes a match fairly sure, where its part of the face is complete and where not."""

_ALIKE = 0.4
"""Channels of the template that are more similar than this can be taken for each other."""

_SIMILAR = 0.25
"""Similarity below which a match is less sure."""

_MOST_UNITS = 120
"""Keys and pairs that are compared in full; of more, those most similar to a channel."""


@dataclass(frozen=True)
class ShapeMatch:
    """A channel and what shows it.

    Attributes:
        channel: which.
        keys: indices of the keys that show it together.
        similarity: of what they do to what the channel does in the template, -1 to 1.
        loss: how much the sum of similarities falls where they show something else.
        size: how far they go, as a share of the template.
        confidence: how sure this is, 0 to 1.
    """

    channel: str
    keys: tuple[int, ...]
    similarity: float
    loss: float
    size: float
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
    columns = {
        name: column
        for column, name in enumerate(template.channels)
        if name not in named and name != _TONGUE_OUT
    }
    targets: dict[str, list[int]] = {}
    for name, column in columns.items():
        side = name.removesuffix("Left").removesuffix("Right")
        targets.setdefault(side, []).append(column)
    if units and targets:
        matches += _assigned(effects, template, units, list(targets.values()))
    return _rated(matches, template, named)


def _assigned(
    effects: KeyEffects,
    template: FaceTemplate,
    units: Sequence[_Unit],
    targets: Sequence[Sequence[int]],
) -> list[ShapeMatch]:
    """Return the best assignment of units to channels.

    Args:
        effects: of all keys.
        template: with all channels.
        units: of keys.
        targets: columns of the template: of a central channel one, of lateral ones those of the
            sides that are asked for.
    """
    scale = _scale(effects, template.effects)
    similarity = _similarities(effects, template.effects, scale)
    pairs = {unit: effects.together(unit.keys) for unit in units if len(unit.keys) == 2}
    together = _similarities(joined(list(pairs.values())), template.effects, scale) if pairs else ()
    whole = dict(zip(pairs, together, strict=True))
    gains = np.full((len(units), len(targets)), -1.0)
    sides = {}
    for row, unit in enumerate(units):
        for place, target in enumerate(targets):
            name = template.channels[target[0]]
            if mirrored_name(name) != name:
                if not unit.central and len(unit.keys) <= len(target):
                    sides[row, place], gains[row, place] = _sided(similarity, unit.keys, target)
            elif unit in whole:
                gains[row, place] = whole[unit][target[0]] - _HALVES
            elif unit.central:
                gains[row, place] = similarity[unit.keys[0], target[0]]
    kept = np.sort(np.argsort(-gains.max(axis=1), kind="stable")[:_MOST_UNITS])
    none = np.where(np.eye(len(kept), dtype=bool), _NONE, -2.0)
    chosen, losses = assign(np.hstack((gains[kept], none)))
    matches = []
    sizes, full = effects.sizes, template.effects.sizes
    for row, place, loss in zip(kept.tolist(), chosen.tolist(), losses.tolist(), strict=True):
        if place >= len(targets):
            continue
        unit, similar = units[row], float(gains[row, place])
        if (row, place) in sides:
            for key, column in zip(unit.keys, sides[row, place], strict=True):
                size = float(sizes[key] / full[column])
                matches.append(ShapeMatch(template.channels[column], (key,), similar, loss, size))
        else:
            (column,) = targets[place]
            own = pairs[unit].sizes[0] if unit in pairs else sizes[unit.keys[0]]
            name, size = template.channels[column], float(own / full[column])
            matches.append(ShapeMatch(name, unit.keys, similar, loss, size))
    return matches


def _sided(
    similarity: NDArray[np.float64], keys: Sequence[int], columns: Sequence[int]
) -> tuple[tuple[int, ...], float]:
    """Return which of one or two columns each of one or two keys is, and how similar they are."""
    ways = list(permutations(columns, len(keys)))
    means = [float(np.mean(similarity[list(keys), list(way)])) for way in ways]
    best = int(np.argmax(means))
    return ways[best], means[best]


def _rated(
    matches: Sequence[ShapeMatch], template: FaceTemplate, named: Iterable[str]
) -> tuple[ShapeMatch, ...]:
    """Return matches in the order of ``CHANNELS``, with how sure they are.

    Where a channel is missing, the key of another one may pass for it: a match is sure earlier
    where its part of the face is complete, and all that looks alike is well matched itself.
    """
    names = template.channels
    alike = surface_similarities(template.effects, template.effects) > _ALIKE
    found = {match.channel for match in matches}.union(named)
    well = {match.channel for match in matches if match.similarity >= _SIMILAR}.union(named)
    rated = []
    for match in sorted(matches, key=lambda match: CHANNELS.index(match.channel)):
        group = next(members for members in MIX_GROUPS.values() if match.channel in members)
        part = {name for name in names if name in group and name != _TONGUE_OUT}
        rows = alike[names.index(match.channel)] if match.channel in names else ()
        rivals = {names[row] for row in np.flatnonzero(rows)} & part - {match.channel}
        complete = part <= found and rivals <= well
        confidence = 1 - np.exp(-max(match.loss, 0.0) / (_ENOUGH if complete else _ENOUGH_ALONE))
        confidence *= min(max(match.similarity, 0.0) / _SIMILAR, 1)
        rated.append(replace(match, confidence=float(confidence)))
    return tuple(rated)


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
    return [ShapeMatch(_TONGUE_OUT, (key,), 1.0, reach - second, size)]


def _units(effects: KeyEffects) -> list[_Unit]:
    """Return keys that show both sides, pairs of keys that mirror each other, and the others."""
    mirrored = _similarities(effects, flipped(effects))
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


def _scale(one: KeyEffects, other: KeyEffects) -> float:
    """Return how far keys go as a share of how far others do, by the median."""
    medians = [np.median(effects.sizes[effects.sizes > 0]) for effects in (one, other)]
    return float(medians[0] / medians[1])


def _similarities(one: KeyEffects, other: KeyEffects, scale: float = 0.0) -> NDArray[np.float64]:
    """Return how similar keys are to others, -1 to 1, shape (keys, others).

    Eyeballs count on both faces or on none: where they turn by bones their keys say nothing.

    Args:
        one: the keys.
        other: the others.
        scale: how far the first go as a share of the others; 0 where sizes do not count.
    """
    surface = surface_similarities(one, other)
    if scale > 0:
        sizes = [np.maximum(effects.sizes, 1e-6) for effects in (one, other)]
        doublings = np.abs(np.log2(sizes[0][:, None] / sizes[1] / scale))
        surface -= np.where(doublings < _HARDLY, np.minimum(_SIZE * doublings, _SIZE_AT_MOST), 2)
    gazing = [np.abs(effects.gazes).max(axis=(1, 2)) > _GAZING for effects in (one, other)]
    if min(np.count_nonzero(rows) for rows in gazing) < 2:
        return surface
    either = gazing[0][:, None] | gazing[1]
    gazes = cosines(one.gazes * gazing[0][:, None, None], other.gazes * gazing[1][:, None, None])
    similar: NDArray[np.float64] = np.where(either, (surface + gazes) / 2, surface)
    return similar


def surface_similarities(one: KeyEffects, other: KeyEffects) -> NDArray[np.float64]:
    """Return how similar displacements of the skin and their regions are, (keys, others)."""
    regions = region_similarities(one, other)
    return (cosines(one.fields, other.fields) + _REGION * regions) / (1 + _REGION)


def region_similarities(one: KeyEffects, other: KeyEffects) -> NDArray[np.float64]:
    """Return how similar the regions of the skin that keys move are, (keys, others)."""
    return cosines(*(np.linalg.norm(effects.fields, axis=-1) for effects in (one, other)))


def cosines(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the cosine of each of some arrays with each of others, shape (some, others)."""
    flat = [values.reshape(len(values), -1) for values in (one, other)]
    lengths = [np.sqrt(np.einsum("kv,kv->k", rows, rows)) for rows in flat]
    products = (flat[0] @ flat[1].T).astype(np.float64)
    cosines: NDArray[np.float64] = products / np.maximum(np.outer(*lengths), 1e-9)
    return cosines
