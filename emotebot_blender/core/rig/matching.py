# SPDX-License-Identifier: GPL-3.0-or-later
"""Which naming convention the controls of a rig follow, whatever their case and prefix."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .convention import KINDS, ControlName, Convention, RigMap, conventions


def guess(
    shape_keys: Iterable[str] = (), bones: Iterable[str] = (), properties: Iterable[str] = ()
) -> RigMap:
    """Return the map of a face from the names of its controls.

    Upper and lower case, separators and one prefix that ends in a separator ("Head.jawOpen",
    "ARKit_jaw_open") make no difference. The convention that covers the most channels and presets
    wins, and with each kind of control the prefix that does; then the more names spelled exactly;
    then the convention whose file comes first. Two names that could both be one control are left
    alone unless one is spelled exactly.

    Args:
        shape_keys: names of the shape keys of one mesh, each once.
        bones: names of the bones of an armature, each once.
        properties: names of the custom properties of an object, each once.

    Returns:
        The map, with controls of these names only; it covers no channel where nothing fits.
    """
    return _guess(tuple(shape_keys), tuple(bones), tuple(properties))


@lru_cache(maxsize=256)
def _guess(*names: tuple[str, ...]) -> RigMap:
    best, most = RigMap("", {}), (0, 0)
    for convention in conventions():
        matched: dict[ControlName, str] = {}
        exact = 0
        for kind, own in zip(KINDS, names, strict=True):
            best_of_kind, spelled = _best_matches(own, convention, kind)
            matched |= best_of_kind
            exact += spelled
        rig_map = convention.on(matched)
        score = (len(rig_map.channels) + len(rig_map.presets), exact)
        if score > most:
            best, most = rig_map, score
    return best


def _best_matches(
    names: tuple[str, ...], convention: Convention, kind: str
) -> tuple[dict[ControlName, str], int]:
    """Return the convention's controls of a kind, and how many are spelled as it has them."""
    best: dict[ControlName, str] = {}
    most = (0, 0)
    for matched in _matches(names, convention, kind):
        rig_map = convention.on(matched)
        exact = sum(control.name == name for control, name in matched.items())
        score = (len(rig_map.channels) + len(rig_map.presets), exact)
        if score > most:
            best, most = matched, score
    return best, most[1]


def _matches(
    names: tuple[str, ...], convention: Convention, kind: str
) -> Iterator[dict[ControlName, str]]:
    """Yield for each prefix, none first, which of the convention's controls is which name."""
    wanted: dict[str, list[ControlName]] = {}
    for control in convention.controls():
        if control.kind == kind:
            wanted.setdefault(_plain(control.name), []).append(control)
    candidates: dict[str, dict[ControlName, list[tuple[str, bool]]]] = {}
    for name in names:
        for cut in range(len(name)):
            if cut and name[cut - 1].isalnum():
                continue
            if not name[cut].isalnum():
                continue
            for control in wanted.get(_plain(name[cut:]), ()):
                by_control = candidates.setdefault(_plain(name[:cut]), {})
                by_control.setdefault(control, []).append((name, name[cut:] == control.name))
    for _, by_control in sorted(candidates.items(), key=lambda item: (len(item[0]), item[0])):
        matched = {}
        for control, spelled in by_control.items():
            fitting = [name for name, exact in spelled if exact] or [name for name, _ in spelled]
            if len(fitting) == 1:
                matched[control] = fitting[0]
        yield matched


def _plain(name: str) -> str:
    """Return a name without case, width and separators."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
