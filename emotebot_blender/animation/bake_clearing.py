# SPDX-License-Identifier: GPL-3.0-or-later
"""What bakes have replaced in an action, put back in reverse order."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from bpy.types import ID, Action, FCurve

from ..rig.control import Path
from ..rig.control_values import write_values
from ..rig.face import Face
from ..rig.rna_properties import read_value
from .actions import (
    check_editable,
    curves_of,
    is_tweaked,
    own_action,
    read_bakes,
    remove_curve,
)
from .bake_store import BakedCurve, store_bakes, stored_bakes
from .curves import count_written, divided, restore_handles, restore_keys, restored
from .keyframes import is_locked
from .own_actions import copied_action, drop_action, ensure_action
from .restoring import give_back
from .slot_paths import restore_slot_paths


def clear_bakes(face: Face, kinds: Collection[str] | None = None) -> int:
    """Put back what bakes have replaced in the active actions of a face; return the keys that went.

    Keys that the artist has set or changed since stay, as does what is on a locked curve, which is
    cleared once it is unlocked. Curves and actions that EmoteBot made and that are empty then go
    too, and their controls have the values from before.

    Args:
        face: what is cleared.
        kinds: of layers, whose bakes alone are cleared; None for all bakes.

    Raises:
        EmoteBotError: an action cannot be changed; nothing has been changed then.
    """
    check_bakes(face)
    restore_slot_paths(face.animated_ids)
    return sum(_clear(owner, kinds) for owner in _baked(face))


def has_bakes(face: Face) -> bool:
    """Return whether a face has keys of a bake."""
    return bool(_baked(face))


def baked_actions(face: Face) -> set[Action]:
    """Return the actions that hold keys of a face's bakes: one from 4.4 on where they are ours."""
    actions = (own_action(owner) for owner in _baked(face))
    return {action for action in actions if action is not None}


def check_bakes(face: Face) -> None:
    """Check that ``clear_bakes`` can do its work; it may have none.

    Raises:
        EmoteBotError: an action cannot be changed.
    """
    tweaked = [owner for owner in face.animated_ids if is_tweaked(owner)]
    for owner in [*tweaked, *_baked(face)]:
        check_editable(owner)


@contextmanager
def without_bakes(face: Face) -> Iterator[None]:
    """Have a face be as without bakes for a while.

    Copies take the place of the active actions, which stay as they are.
    """
    with ExitStack() as stack:
        for owner in _baked(face):
            paths = [baked.path for bake in stored_bakes(owner) for baked in bake.curves]
            values = {path: read_value(owner, path) for path in paths}
            shown = {path: value for path, value in values.items() if value is not None}
            stack.callback(write_values, owner, shown)
            stack.enter_context(copied_action(owner))
            _clear(owner, None)
        yield


def kinds_baked_with(face: Face, kinds: Collection[str]) -> set[str]:
    """Return the kinds of other layers that were baked together with some of these kinds."""
    bakes = [bake for owner in _baked(face) for bake in stored_bakes(owner)]
    return {kind for bake in bakes if bake.is_of(kinds) for kind in bake.kinds}.difference(kinds)


def _baked(face: Face) -> list[ID]:
    return [owner for owner in face.animated_ids if read_bakes(owner)]


def _clear(owner: ID, kinds: Collection[str] | None) -> int:
    """Put back what bakes of these kinds have replaced on one ID; return the keys that went."""
    bakes = stored_bakes(owner)
    chosen = [bake.is_of(kinds) for bake in bakes]
    if not any(chosen):
        return 0
    ensure_action(owner, owner.name)  # its own, should a duplicate use the same
    curves = curves_of(owner)
    freed: dict[Path, float] = {}
    left: list[list[BakedCurve]] = [[] for _ in bakes]
    count = 0
    for path in dict.fromkeys(baked.path for bake in bakes for baked in bake.curves):
        curve = curves.find(path[0], index=path[1])
        writings = {
            number: baked
            for number, bake in enumerate(bakes)
            for baked in bake.curves
            if baked.path == path
        }
        if curve is None:
            continue
        if not is_locked(curve):
            going = [number for number in writings if chosen[number]]
            count += count_written(curve, [writings[number].written for number in going])
            previous = next((b.previous for b in writings.values() if b.previous is not None), None)
            writings = _withdraw(curve, writings, going)
            if previous is not None and not (len(curve.keyframe_points) or len(curve.modifiers)):
                remove_curve(curves, curve)
                freed[path] = previous
                continue
        for number, baked in writings.items():
            left[number].append(baked)
    pairs = zip(bakes, left, strict=True)
    store_bakes(owner, [replace(bake, curves=tuple(of_bake)) for bake, of_bake in pairs])
    owner.animation_data.action.update_tag()
    drop_action(owner)
    give_back(owner, freed)
    return count


def _withdraw(
    curve: FCurve, writings: dict[int, BakedCurve], going: list[int]
) -> dict[int, BakedCurve]:
    """Put back what some bakes have replaced on a curve, the last one first; return the others.

    Where another bake has written later, what was before that one changes.

    Args:
        curve: what they have written to.
        writings: what each bake has done to it, by its number.
        going: the numbers of those that go.
    """
    staying = {number: baked for number, baked in writings.items() if number not in going}
    for number in reversed(going):
        baked, returning = writings[number], writings[number].replaced
        later = [above for above in staying if above > number]
        for above in later:
            other = staying[above]
            inside, returning = divided(returning, other.frames)
            replaced = restored(other.replaced, baked.written, inside)
            is_first = above == later[0] and other.previous is None
            previous = baked.previous if is_first else other.previous
            staying[above] = replace(other, replaced=replaced, previous=previous)
        restore_keys(curve, baked.written, returning)
    for number in reversed(going):
        if (beside := writings[number].beside) is not None:
            restore_handles(curve, *beside)
    return staying
