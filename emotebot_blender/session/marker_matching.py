# SPDX-License-Identifier: GPL-3.0-or-later
"""Which marker of the timeline is which beat's.

Markers have nothing of their own to be known by: Blender 5 keeps no custom properties on them. So
a scene remembers the frame and the name of each that belongs to a beat, and of all others. One that
was moved has its name still, one that was renamed its frame.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpy.types import Scene, TimelineMarker

from .runtime import runtime
from .settings import LinkedMarker, scene_settings

LONGEST_NAME = 63
"""Bytes of a name in Blender."""

Place = tuple[int, str]
"""Frame and name of a marker."""


@dataclass
class Matching:
    """The markers of a scene by whose they are.

    Attributes:
        markers: index of a ``LinkedMarker`` of the scene to the marker that it is about.
        with_cameras: indices of those whose marker the artist has bound to a camera since.
        others: the artist's own, without those that are bound to cameras.
    """

    markers: dict[int, TimelineMarker] = field(default_factory=dict)
    with_cameras: set[int] = field(default_factory=set)
    others: list[TimelineMarker] = field(default_factory=list)


def place_of(marker: TimelineMarker) -> Place:
    """Return where a marker is and what it is called."""
    return marker.frame, marker.name


def match(scene: Scene, is_asked_for: bool = False) -> Matching:
    """Return whose each marker of a scene is.

    Args:
        scene: whose markers.
        is_asked_for: whether the artist wants beats from markers at this moment: then one that was
            moved and renamed as well is the one it was. Else it may be another one that was set
            after that was deleted: Blender gives it the same address.
    """
    links = list(scene_settings(scene).linked_markers)
    seen = runtime().markers
    addresses = [seen.get(key_of(scene, link)) for link in links]
    places = [(link.frame, link.label) for link in links]
    free = [marker for marker in scene.timeline_markers if marker.camera is None]
    bound = {place_of(marker) for marker in scene.timeline_markers if marker.camera is not None}
    found = Matching()

    free = _take(found, free, addresses, lambda marker: marker.as_pointer())
    if not is_asked_for:
        others = [one for one, marker in found.markers.items() if _is_other(marker, links[one])]
        free += map(found.markers.pop, others)
    free = _take(found, free, places, place_of)
    found.others, free = _known(free, scene)
    free.sort(key=lambda marker: marker.frame)
    free = _take(found, free, [label for _, label in places], lambda marker: marker.name)
    free = _take(found, free, [frame for frame, _ in places], lambda marker: marker.frame)
    found.others += free
    found.with_cameras = {
        index for index, place in enumerate(places) if index not in found.markers and place in bound
    }
    return found


def _take(
    found: Matching,
    free: list[TimelineMarker],
    wanted: Sequence[object],
    known_by: Callable[[TimelineMarker], object],
) -> list[TimelineMarker]:
    """Match markers with links that have none yet, and return the markers that are left.

    Args:
        found: takes what matches.
        free: markers, the first of several that match is taken.
        wanted: what the marker of each link is known by.
        known_by: gives that of a marker.
    """
    links: dict[object, deque[int]] = defaultdict(deque)
    for index, what in enumerate(wanted):
        if index not in found.markers:
            links[what].append(index)
    left = []
    for marker in free:
        waiting = links.get(known_by(marker))
        if waiting:
            found.markers[waiting.popleft()] = marker
        else:
            left.append(marker)
    return left


def _is_other(marker: TimelineMarker, link: LinkedMarker) -> bool:
    """Return whether a marker is another one at the address of one that has gone."""
    return marker.frame != link.frame and marker.name != link.label


def key_of(scene: Scene, link: LinkedMarker) -> tuple[int, int, str]:
    """Return what the runtime files the marker of a beat by."""
    return scene.session_uid, link.owner.session_uid if link.owner else 0, link.beat


def remember(scene: Scene, matching: Matching) -> None:
    """Have a scene know again which markers are its artist's own, and the runtime the others."""
    settings = scene_settings(scene)
    others = json.dumps(sorted(map(place_of, matching.others)))
    if settings.other_markers != others:
        settings.other_markers = others
    links = settings.linked_markers
    runtime().markers.update(
        (key_of(scene, links[index]), marker.as_pointer())
        for index, marker in matching.markers.items()
    )


def label_that_fits(label: str) -> str:
    """Return a label, its end cut off where it is too long for the name of a marker."""
    return label.encode()[:LONGEST_NAME].decode(errors="ignore")


def _known(
    markers: list[TimelineMarker], scene: Scene
) -> tuple[list[TimelineMarker], list[TimelineMarker]]:
    """Return those markers that were the artist's own before, and the rest."""
    stored: Any = json.loads(scene_settings(scene).other_markers or "[]")
    known = Counter((frame, name) for frame, name in stored)
    own, rest = [], []
    for marker in markers:
        if known[place_of(marker)] > 0:
            known[place_of(marker)] -= 1
            own.append(marker)
        else:
            rest.append(marker)
    return own, rest
