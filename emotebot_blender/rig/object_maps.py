# SPDX-License-Identifier: GPL-3.0-or-later
"""Which controls of one object show which channels, and the controls themselves."""

from bpy.types import Object

from ..core.rig.convention import RigMap
from ..core.rig.matching import guess
from .bone_maps import bone_map
from .bones import bone_controls
from .control import Control
from .map_corrections import corrected
from .recognised_keys import with_gains, with_recognised
from .rna_properties import custom_property_names, property_controls
from .saved_conventions import as_saved
from .shape_keys import shape_key_controls, shape_key_names
from .vrm_expressions import with_binary, with_expressions


def map_of(obj: Object) -> RigMap:
    """Return the map of an object; it covers no channel where nothing is known."""
    return corrected(obj, with_gains(obj, found_map(obj)))


def found_map(obj: Object) -> RigMap:
    """Return the map of an object as it is found, without gains and what the artist has chosen."""
    return with_expressions(obj, with_recognised(obj, named_map(obj)))


def named_map(obj: Object) -> RigMap:
    """Return the map of an object as the names of its controls, or a saved map of them, have it."""
    rig_map = guess(shape_key_names(obj), properties=custom_property_names(obj))
    if obj.type == "ARMATURE":
        rig_map = rig_map.completed_by(bone_map(obj))
    return as_saved(obj, rig_map)


def controls_of(obj: Object, rig_map: RigMap) -> list[Control]:
    """Return the controls of an object that a map of it names, each with what blocks it."""
    return [
        *shape_key_controls(obj, rig_map.kinds["shape_key"]),
        *bone_controls(obj, rig_map.kinds["bone"]),
        *with_binary(property_controls(obj, rig_map.kinds["property"])),
    ]
