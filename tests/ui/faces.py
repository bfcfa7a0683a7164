# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the interface ask of faces and of what animates them."""

from bpy.types import Action, FCurve


def curves_of(action: Action) -> list[FCurve]:
    """Return the F-curves of an action, in whichever way this Blender keeps them."""
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    bags = (bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    return [curve for bag in bags for curve in bag.fcurves]
