# SPDX-License-Identifier: GPL-3.0-or-later
"""Which naming convention the controls of a rig follow, and which of them is which."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from ..messages import Message
from .convention import KINDS, ControlName, Convention, RigMap
from .convention_files import conventions
from .spelling import (
    NO_AFFIX,
    Affix,
    Form,
    FormIndex,
    follows_region,
    form_of,
    is_region,
    without_duplicate_number,
    word_count,
)
from .symmetry import with_other_sides

_FEWEST_WORDS = 3
"""Names of a single word ("Smile", "joy") say nothing of a convention but in such a number; parts
of the face with a side ("jawLeft") do."""

_Found = dict[Affix, dict[str, list[str]]]
"""By affix: what a convention calls a control, to the names on the rig that may be it."""

_Readings = dict[tuple[Affix, bool], list[str]]
"""Names by their affix, and by whether behind it no single word counts."""


def guess(
    shape_keys: Iterable[str] = (), bones: Iterable[str] = (), properties: Iterable[str] = ()
) -> RigMap:
    """Return the map of a face from the names of its controls.

    Spelling makes no difference, as ``spelling`` has it, and affixes none that the names of a rig
    share: the names without one count first, then those of the most frequent affix, then those of
    others that name at least two controls more and few again. Of two names for one control that
    which is spelled exactly counts, or else that without Blender's number for a second one of the
    name; where that does not decide, both are left alone and their channels doubtful. A shape key
    may be what a convention knows as a property, and the other way round.

    The convention counts that covers the most channels and presets, approximated channels half;
    then that with more names spelled exactly, then that of which more is there. Where it has no
    presets, at least three of another one do, as an anime face may have the channels of ARKit and
    the whole faces of VRoid.

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
    return _known_names().best_map(dict(zip(KINDS, names, strict=True)))


@cache
def _known_names() -> "NameIndex":
    return NameIndex(conventions())


@dataclass
class _Selection:
    """Which control of a convention has which name on a rig, for one kind of control.

    Attributes:
        names: what the convention calls a control, to what it is called on the rig.
        ambiguous: the same for controls left alone, with the first two names that it may be.
        repeated: the same for controls that another set of names has, too, with its name there.
    """

    names: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, tuple[str, str]] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)


class NameIndex:
    """All names of some conventions, by their form.

    Args:
        known: the conventions, in the order of preference.
    """

    def __init__(self, known: Iterable[Convention]) -> None:
        self._named = [{control.name for control in one.controls()} for one in known]
        self._conventions = [with_other_sides(one) for one in known]
        self._controls: list[dict[str, list[ControlName]]] = []
        self._forms: dict[bool, dict[Form, list[tuple[int, str]]]] = {False: {}, True: {}}
        for index, convention in enumerate(self._conventions):
            controls: dict[str, list[ControlName]] = {}
            for control in convention.controls():
                controls.setdefault(control.name, []).append(control)
            self._controls.append(controls)
            for name, own in controls.items():
                for is_bone in {control.kind == "bone" for control in own}:
                    self._forms[is_bone].setdefault(form_of(name), []).append((index, name))
        self._indices = {key: FormIndex(forms) for key, forms in self._forms.items()}
        self._words = {name: word_count(name) for own in self._controls for name in own}
        self._stems = {name: form_of(name).stem for name in self._words}
        self._moved = [_moved_by(one) for one in self._conventions]

    def best_map(self, names: Mapping[str, Sequence[str]]) -> RigMap:
        """Return the map of a rig by the convention that fits it best.

        Args:
            names: of its controls, for each of ``KINDS``.
        """
        read = {kind: self._read(own, kind == "bone") for kind, own in names.items()}
        forms: dict[int, dict[str, dict[str, Form]]] = {}
        for kind, by_form in read.items():
            for form in by_form:
                for index, declared in self._forms[kind == "bone"][form]:
                    forms.setdefault(index, {}).setdefault(kind, {})[declared] = form

        def select(index: int) -> dict[str, _Selection]:
            return {
                kind: _select(self._found(own, read[kind])) for kind, own in forms[index].items()
            }

        most_covered = {
            index: self._most_covered(index, by_kind.values()) for index, by_kind in forms.items()
        }
        best, most = RigMap("", {}), (0.0, 0, 0.0, 0)
        for index in sorted(forms, key=lambda index: -most_covered[index]):
            if most_covered[index] < most[0]:
                break
            by_kind = select(index)
            matched = self._matched(index, by_kind)
            if not self._is_telling(matched):
                continue
            rig_map = self._conventions[index].on(matched)
            exact = sum(
                control.name in on_rig.name and control.name in self._named[index]
                for control, on_rig in matched.items()
            )
            score = (_coverage(rig_map), exact, len(matched) / len(self._named[index]), -index)
            if score > most:
                best, most = self._with_notes(rig_map, index, by_kind), score
        if best.presets or not best.convention:
            return best
        others = [index for index in forms if self._conventions[index].presets]
        return _with_presets(
            best, [self._conventions[i].on(self._matched(i, select(i))) for i in others]
        )

    def _most_covered(self, index: int, declared: Iterable[Iterable[str]]) -> int:
        """Return how many channels and presets of a convention such names of it may move."""
        names = {name for own in declared for name in own}
        return len(set().union(*(self._moved[index][name] for name in names)))

    def _read(self, names: Sequence[str], is_bone: bool) -> dict[Form, _Readings]:
        """Return the names by what they may be.

        Behind an affix a single word counts only where the affix is no part of the face, and the
        name as a whole none of any convention: "Mouth_Joy" and "Fcl_MTH_Joy" are not "Joy".
        """
        index = self._indices[is_bone]
        read: dict[Form, _Readings] = {}
        for name in names:
            plain = name if is_bone else without_duplicate_number(name)
            readings = list(index.readings(plain, suffixes=not is_bone))
            is_known = any(affix == NO_AFFIX for _, affix in readings)
            for form, affix in readings:
                needs_words = affix != NO_AFFIX and (is_known or follows_region(affix))
                read.setdefault(form, {}).setdefault((affix, needs_words), []).append(name)
        return read

    def _found(self, forms: Mapping[str, Form], read: Mapping[Form, _Readings]) -> _Found:
        """Return which names on the rig may be which of a convention.

        Args:
            forms: of the names of the convention.
            read: the names on the rig, as ``_read`` returns them.
        """
        found: _Found = {}
        for declared, form in forms.items():
            is_single = self._words[declared] == 1
            for (affix, needs_words), names in read[form].items():
                if not (needs_words and is_single):
                    found.setdefault(affix, {}).setdefault(declared, []).extend(names)
        return found

    def _matched(
        self, index: int, by_kind: Mapping[str, _Selection]
    ) -> dict[ControlName, ControlName]:
        """Return the controls of a convention, and what they are on the rig."""
        matched: dict[ControlName, ControlName] = {}
        for kind, selection in by_kind.items():
            for declared, name in selection.names.items():
                for control in self._controls[index][declared]:
                    on_rig = ControlName(name, kind, control.axis)
                    if control.kind == kind:
                        matched[control] = on_rig
                    elif "bone" not in (control.kind, kind):
                        matched.setdefault(control, on_rig)
        return matched

    def _is_telling(self, matched: Iterable[ControlName]) -> bool:
        """Return whether these controls of a convention say that a rig follows it."""
        names = {control.name for control in matched}
        stems = [(self._words[name], self._stems[name]) for name in names]
        longer = [stem for _, stem in stems if len(stem) > 1 or not stem.isascii()]
        return len(longer) >= _FEWEST_WORDS or any(
            words > 1 or is_region(stem) for words, stem in stems
        )

    def _with_notes(self, rig_map: RigMap, index: int, by_kind: Mapping[str, _Selection]) -> RigMap:
        """Return a map that says which of its channels have names that could be either of two.

        And of which of them another set of names was left alone.
        """
        ambiguous = {
            declared: names
            for selection in by_kind.values()
            for declared, names in selection.ambiguous.items()
        }
        others = {
            selection.names[declared]: name
            for selection in by_kind.values()
            for declared, name in selection.repeated.items()
        }
        doubtful = dict(rig_map.doubtful)
        for channel, groups in self._conventions[index].feeds.items() if ambiguous else ():
            for feed in (feed for group in groups for feed in group):
                if feed.control.name in ambiguous:
                    one, other = ambiguous[feed.control.name]
                    doubtful[channel] = Message(
                        "“{one}” and “{other}” could both be it", one=one, other=other
                    )
        repeated = {
            channel: (feed.control.name, others[feed.control.name])
            for channel, feeds in rig_map.feeds.items()
            for feed in feeds
            if feed.control.name in others
        }
        return replace(rig_map, doubtful=doubtful, repeated=repeated)


def _with_presets(best: RigMap, others: Iterable[RigMap]) -> RigMap:
    """Return a map with the presets of that of the others which has the most that are free."""
    free = (
        tuple(preset for preset in other.presets if preset.feed.control not in best.drives)
        for other in others
    )
    presets = max(free, key=len, default=())
    return replace(best, presets=presets) if len(presets) >= _FEWEST_WORDS else best


def _moved_by(convention: Convention) -> dict[str, set[str]]:
    """Return for each name of a convention which channels and presets it is part of."""
    moved: dict[str, set[str]] = {}
    for entries in (convention.feeds, convention.approximations):
        for channel, groups in entries.items():
            for feed in (feed for group in groups for feed in group):
                moved.setdefault(feed.control.name, set()).add(channel)
    for number, alternatives in enumerate(convention.presets):
        for preset in alternatives:
            moved.setdefault(preset.feed.control.name, set()).add(str(number))
    return moved


def _coverage(rig_map: RigMap) -> float:
    return len(rig_map.channels) + len(rig_map.presets) - len(rig_map.approximated) / 2


def _select(found: _Found) -> _Selection:
    """Return which name is which control, affix by affix."""
    selection = _Selection()
    used: set[str] = set()
    settled: set[str] = set()
    meanings = Counter(
        name for own in found.values() for names in own.values() for name in set(names)
    )

    controls = {declared.casefold() for own in found.values() for declared in own}

    def order(affix: Affix) -> tuple[bool, int, int, Affix]:
        before, after = affix
        return affix != NO_AFFIX, -len(found[affix]), len(before) + len(after), affix

    for affix in sorted(found, key=order):
        fresh = {}
        for declared, names in found[affix].items():
            free = [name for name in names if name not in used]
            if declared not in settled and free:
                fresh[declared] = free
        again = len(found[affix]) - len(fresh)
        twins = {
            declared: name
            for declared, names in found[affix].items()
            for name in names  # what is two controls in one is a corrective of both
            if declared in selection.names and name not in used and meanings[name] == 1
        }
        before, after = affix
        is_corrective = not controls.isdisjoint((*before, *after))
        if len(twins) >= _FEWEST_WORDS and not is_corrective:
            selection.repeated = {**twins, **selection.repeated}
        alone = len(fresh) < 2 and (bool(settled) or bool(after))
        if affix != NO_AFFIX and (alone or again >= len(fresh)):
            continue
        for declared, names in fresh.items():
            name = _only(declared, names)
            settled.add(declared)
            used.update(names)
            if name is None:
                selection.ambiguous[declared] = (names[0], names[1])
            else:
                selection.names[declared] = name
    return selection


def _only(declared: str, names: Sequence[str]) -> str | None:
    """Return the one of the names that a control has; None where they leave it open."""
    if declared in names:
        return declared
    originals = [name for name in names if without_duplicate_number(name) == name]
    exact = [name for name in names if without_duplicate_number(name) == declared]
    for candidates in (originals, exact, names):
        if candidates:
            return candidates[0] if len(candidates) == 1 else None
    return None
