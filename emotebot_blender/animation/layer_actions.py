# SPDX-License-Identifier: GPL-3.0-or-later
"""Which actions hold the keys of a layer: from Blender 4.4 on one for all that it moves.

Exporters take an action for an animation: with one a mesh, a face would come apart. Layers of older
files have an action for each ID; they come together when they are performed again. What the artist
has made of such an action stays where it is.
"""

from collections import Counter
from collections.abc import Iterable

from bpy.types import Action, FCurve

from ..rig.control import path_of
from .curves import is_muted
from .keyframes import is_locked
from .slot_paths import restore_slot_paths
from .strip_actions import ensure_own_action, ensure_slot
from .strips import LayerStrip


def take_own_actions(layers: Iterable[LayerStrip]) -> None:
    """Give strips of a layer a copy of their action where anything else uses that.

    They can hold the F-curves of their IDs then, should the artist have taken that away.
    """
    layers = list(layers)
    restore_slot_paths([layer.owner for layer in layers])
    by_action: dict[Action, list[LayerStrip]] = {}
    for layer in layers:
        by_action.setdefault(layer.strip.action, []).append(layer)
    for same in by_action.values():
        ensure_own_action([layer.strip for layer in same])
        for layer in same:
            ensure_slot(layer.strip, layer.owner)


def shared_action(layers: Iterable[LayerStrip]) -> Action | None:
    """Return the action that most strips of a layer play; None where there are none."""
    counts = Counter(layer.strip.action for layer in layers)
    return max(counts, key=lambda action: counts[action], default=None)


def join(layer: LayerStrip, shared: Action) -> None:
    """Have a strip that is written anew play a slot in the action of the other ones.

    It stays where it is if its own action holds more than keys of EmoteBot's.
    """
    if layer.strip.action != shared and _is_as_made(layer):
        layer.join(shared)


def _is_as_made(layer: LayerStrip) -> bool:
    """Return whether the action of a strip holds nothing but keys of EmoteBot's."""
    action = layer.strip.action
    if action.use_fake_user or action.asset_data is not None or action.use_frame_range:
        return False
    if not all(name.startswith("emotebot_") for name in set(action.keys())):
        return False
    written = layer.record.previous.keys()
    return all(path_of(curve) in written and _is_plain(curve) for curve in layer.curves or ())


def _is_plain(curve: FCurve) -> bool:
    """Return whether an F-curve is as EmoteBot makes it, whatever its keys are."""
    is_fixed = is_muted(curve) or is_locked(curve) or curve.extrapolation != "CONSTANT"
    return not is_fixed and len(curve.modifiers) == 0
