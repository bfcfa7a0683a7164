# SPDX-License-Identifier: GPL-3.0-or-later
"""How sure it is that keys show a channel.

A match is sure where the best assignment falls much without it. On a face that lacks channels, or
has keys that show none (emotions as a whole, visemes, correctives), what looks like a channel may
be something else, and the right key is not there to compare with: there it takes more, and the key
may show nothing else nearly as well.

The settings for faces that lack channels were chosen on 50 heads made from EmoteBot's own in four
styles: what channels do was warped, masked and mixed with others, keys were left out, both sides
merged into one, and sums, halves and body shapes added, all at random (by a script that is not
kept). How much, was chosen so that channels are as similar to the template as those of the
reference head are. That a face is whole from 85 % of the channels on, what it takes there, and what
a shared channel and a shared key count, was chosen with a look at the results on that head, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..channels import MIX_GROUPS
from .face_template import FaceTemplate
from .similarity import surface_similarities

_WHOLE = 0.85
"""Share of the channels from which a face is whole."""

_MARGIN = 2.0
"""How often a margin counts that is less than the loss."""

_ALIKE = 0.4
"""Channels of the template that are more similar than this can be taken for each other."""

_SIMILAR = 0.25
"""Similarity below which a match is less sure."""

_STEEPLY = 4
"""Power of the share of a channel, where that is less."""

_UNLIKELY = 0.85
"""What the confidence is multiplied by of a gaze where no key turns an eyeball, and of one key for
both sides where others show one side each."""


@dataclass(frozen=True)
class _Demands:
    """What makes a match fairly sure.

    Attributes:
        loss: where its part of the face is complete.
        loss_alone: where it is not.
        share: of the channel in what its key does.
    """

    loss: float
    loss_alone: float
    share: float


_OF_WHOLE = _Demands(0.045, 0.15, 0.5)
_OF_SCARCE = _Demands(0.1, 0.2, 0.95)


@dataclass(frozen=True)
class Evidence:
    """What says how sure it is that keys show a channel.

    Attributes:
        loss: how much the sum of similarities falls where they show something else, or the other
            side.
        key_margin: by how much they are less similar to any other channel, taken or not.
        share: of the channel in what they do, where one more channel explains it best, 0 to 1.
        unseen: whether it is a gaze on a face of which no key turns an eyeball: lids alone say
            little.
        alone: whether it is one key for both sides on a face whose keys mostly show one side.
    """

    loss: float
    key_margin: float
    share: float = 1.0
    unseen: bool = False
    alone: bool = False


class _Match(Protocol):
    """A channel that was recognised."""

    @property
    def channel(self) -> str: ...

    @property
    def similarity(self) -> float: ...

    @property
    def evidence(self) -> Evidence: ...


def confidences(
    matches: Sequence[_Match], template: FaceTemplate, named: Mapping[str, object]
) -> list[float]:
    """Return how sure matches are, 0 to 1 each.

    Where a channel is missing, the key of another one may pass for it: a match is sure earlier
    where its part of the face is complete, and all that looks alike is well matched itself.

    Args:
        matches: all of a face.
        template: that it was recognised by.
        named: channels that are known already.
    """
    names = template.channels
    alike = surface_similarities(template.effects, template.effects) > _ALIKE
    found = {match.channel for match in matches}.union(named)
    well = {match.channel for match in matches if match.similarity >= _SIMILAR}.union(named)
    is_whole = len(found.intersection(names)) >= _WHOLE * len(names)
    rated = []
    for match in matches:
        group = next(members for members in MIX_GROUPS.values() if match.channel in members)
        part = {name for name in names if name in group and name != "tongueOut"}
        rows = alike[names.index(match.channel)] if match.channel in names else ()
        confusable = {names[row] for row in np.flatnonzero(rows)} & part - {match.channel}
        complete = part <= found and confusable <= well
        rated.append(_confidence(match.evidence, match.similarity, complete, is_whole))
    return rated


def _confidence(evidence: Evidence, similarity: float, complete: bool, is_whole: bool) -> float:
    demands = _OF_WHOLE if is_whole else _OF_SCARCE
    loss = evidence.loss
    if not complete and not is_whole:
        loss = min(loss, _MARGIN * evidence.key_margin)
    enough = demands.loss if complete else demands.loss_alone
    sure = 1 - float(np.exp(-max(loss, 0.0) / enough))
    sure *= min(max(similarity, 0.0) / _SIMILAR, 1)
    sure *= min(evidence.share / demands.share, 1) ** _STEEPLY
    is_unlikely = evidence.alone or (evidence.unseen and not complete)
    return sure * _UNLIKELY if is_unlikely else sure
