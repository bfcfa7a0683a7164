# SPDX-License-Identifier: GPL-3.0-or-later
"""The armature of the built-in head: bones, their custom shapes, and the weights of the parts.

Bones: ``root`` (the collar), ``neck``, ``head``, ``jaw``, ``eye.L``, ``eye.R``, and ``gaze`` with
``gaze.L`` and ``gaze.R`` in front of the face. The property ``GAZE_AIM`` of the armature object
turns the eyes to the gaze bones. Move ``gaze``, or constrain it to what the character looks at;
scaled down, it brings the lines of sight together. The channels eyeLook… turn the eyeballs on top:
the eye motion of a performance is added to what the artist aims at. Rings that would lie over the
eyes are in the bone collection "Eyes", which is hidden until somebody wants them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.types import Armature, Object, PoseBone

from .distance_field import smoothstep
from .driving import add_amount
from .eyes import GAZE
from .part import ANTENNA, Part
from .sculpting import Surface
from .style import Style

GAZE_AIM = "gaze_aim"
"""Property of the armature object: 0 leaves the eyes to themselves, 1 aims them at the gaze."""

GAZE_DISTANCE = 45.0
"""Centimetres from the eyes to the bones that they can be aimed at."""

BONE_OF_PART = {
    "bust": "root",
    "eye left": "eye.L",
    "eye right": "eye.R",
    "teeth lower": "jaw",
    "tongue": "jaw",
}
"""The bone that a part without weights goes with; the head's for all others."""

COLLECTIONS = {
    "Controls": ("root", "neck", "head", "jaw", ANTENNA, "gaze"),
    "Eyes": ("eye.L", "eye.R", "gaze.L", "gaze.R"),
}

HIDDEN = ("Eyes",)
"""Collections of bones that are not shown at first: their rings lie over the eyes."""


@dataclass(frozen=True)
class _Bone:
    """A bone to be made.

    Attributes:
        parent: name of another bone, or None.
        head, tail: metres in the armature's space, shape (3,).
        up: direction of the bone's Z axis.
        ring: radii along X and Z of the ring that it is drawn as, in centimetres of the head.
        lift: centimetres along the bone at which the ring stands.
        deforms: whether parts go with it.
    """

    parent: str | None
    head: np.ndarray
    tail: np.ndarray
    up: tuple[float, float, float]
    ring: tuple[float, float]
    lift: float
    deforms: bool = True


def _bones(
    style: Style,
    parts: Mapping[str, Part],
    to_metres: Callable[[np.ndarray], np.ndarray],
    unit: float,
) -> dict[str, _Bone]:
    """Return the bones by name, parents first.

    Args:
        style: of the character.
        parts: by name.
        to_metres: turns points of the head, in its own centimetres, into metres of the armature.
        unit: metres that a centimetre of the head has become.
    """
    ahead, aloft, below = (0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)
    hinge, neck = np.array(style.hinge), style.neck
    atlas = to_metres(np.array([0.0, neck[1], style.mouth.height - 1.5]))
    chin = to_metres(np.array([0.0, style.eye.centre[1] - 2.4, style.mouth.height - 2.4]))
    foot = to_metres(np.array([0.0, neck[1], neck[2] + 1.5]))
    crown = to_metres(np.array([0.0, neck[1], 9.5]))
    floor = np.zeros(3)
    left = to_metres(style.eye_centre)
    to_target = np.array([0.0, -GAZE_DISTANCE, 0.0]) * unit
    bones = {
        "root": _Bone(None, floor, np.array([0, 0, 4 * unit]), ahead, (9.0, 9.0), 0.0),
        "neck": _Bone("root", foot, atlas, ahead, (5.2, 5.2), 2.0),
        "head": _Bone("neck", atlas, crown, ahead, (5.0, 5.0), 17.5),
        "jaw": _Bone("head", to_metres(hinge), chin, below, (1.6, 0.7), 11.5),
    }
    if ANTENNA in parts:
        antenna = parts[ANTENNA]
        base = antenna.points[antenna.weights[ANTENNA] == 0].mean(axis=0)
        end = parts["lamp"].points.mean(axis=0)
        length = float(np.linalg.norm(end - base))
        bones[ANTENNA] = _Bone("head", to_metres(base), to_metres(end), ahead, (1.2, 1.2), length)
    for side, sign in (("L", 1), ("R", -1)):
        centre = left * (sign, 1, 1)
        tail = centre - np.array([0, 2 * style.eye.radius * unit, 0])
        bones[f"eye.{side}"] = _Bone("head", centre, tail, aloft, (1.5, 1.5), 4.5)
    middle = left * (0, 1, 1) + to_target
    step = np.array([0.0, -3.0, 0.0]) * unit
    bones["gaze"] = _Bone("root", middle, middle + step, aloft, (8.6, 4.2), 0.0, False)
    for side, sign in (("L", 1), ("R", -1)):
        target = left * (sign, 1, 1) + to_target
        bones[f"gaze.{side}"] = _Bone("gaze", target, target + step, aloft, (1.8, 1.8), 0.0, False)
    return bones


def build_armature(
    name: str,
    style: Style,
    parts: Mapping[str, Part],
    to_metres: Callable[[np.ndarray], np.ndarray],
    unit: float,
) -> tuple[Object, Object]:
    """Return a new armature object and the custom shape of its bones, both in no scene.

    Args:
        name: of the object and its armature; Blender may append a number.
        style: of the character.
        parts: by name.
        to_metres: turns points of the head, in its own centimetres, into metres of the armature.
        unit: metres that a centimetre of the head has become.
    """
    armature = bpy.data.armatures.new(name)
    root = bpy.data.objects.new(name, armature)
    bones = _bones(style, parts, to_metres, unit)
    _make_bones(root, bones)
    armature.display_type = "STICK"
    root.show_in_front = True
    for label, members in COLLECTIONS.items():
        collection = armature.collections.new(label)
        for member in members:
            if member in armature.bones:
                collection.assign(armature.bones[member])
        collection.is_visible = label not in HIDDEN
    ring = _ring(f"{root.name} controls", unit)
    for bone in root.pose.bones:
        _set_up_pose_bone(bone, bones[bone.name], ring, unit)
    _add_gaze(root)
    return root, ring


def _make_bones(root: Object, bones: dict[str, _Bone]) -> None:
    """Add bones to an armature.

    Blender makes bones in edit mode alone, and enters it by an operator. So this function overrides
    the context with a temporary scene, the only one in ``character`` that uses ``bpy.context`` and
    ``bpy.ops``: modes, selections and view layers of the open scenes are not touched.

    Args:
        root: the armature object, in no scene.
        bones: by name, parents first.
    """
    temporary = bpy.data.scenes.new("EmoteBot workbench")
    try:
        temporary.collection.objects.link(root)
        layer = temporary.view_layers[0]
        layer.objects.active = root
        with bpy.context.temp_override(
            scene=temporary, view_layer=layer, active_object=root, object=root
        ):
            bpy.ops.object.mode_set(mode="EDIT")
            _add_edit_bones(root.data, bones)
            bpy.ops.object.mode_set(mode="OBJECT")
        layer.update()  # makes the pose of the new bones
    finally:
        bpy.data.scenes.remove(temporary)


def _add_edit_bones(armature: Armature, bones: dict[str, _Bone]) -> None:
    for name, description in bones.items():
        bone = armature.edit_bones.new(name)
        bone.head, bone.tail = description.head, description.tail
        bone.align_roll(description.up)
        bone.use_deform = description.deforms
        if description.parent:
            bone.parent = armature.edit_bones[description.parent]


def _ring(name: str, radius: float) -> Object:
    """Return a new object, a ring around the Y axis with a radius in metres."""
    turn = 2 * np.pi * np.arange(32) / 32
    points = radius * np.stack([np.cos(turn), np.zeros(32), np.sin(turn)], axis=1)
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points.tolist(), [(a, (a + 1) % 32) for a in range(32)], [])
    return bpy.data.objects.new(name, mesh)


def _set_up_pose_bone(bone: PoseBone, description: _Bone, ring: Object, unit: float) -> None:
    """Give a bone its custom shape, and lock the transforms that it has no use for.

    Args:
        bone: of the armature object.
        description: what it was made from.
        ring: the custom shape.
        unit: metres that a centimetre of the head has become.
    """
    bone.custom_shape = ring
    bone.use_custom_shape_bone_size = False
    bone.custom_shape_scale_xyz = (description.ring[0], 1, description.ring[1])
    bone.custom_shape_translation = (0, description.lift * unit, 0)
    bone.color.palette = "THEME09" if bone.name.startswith(("gaze", "eye")) else "THEME07"
    aims = bone.name.startswith("gaze")
    bone.lock_scale = (not aims,) * 3
    bone.lock_location = (not aims and bone.name not in ("root", "jaw"),) * 3
    if bone.name.startswith(("eye", "jaw")):
        bone.rotation_mode = "XYZ"


def _add_gaze(root: Object) -> None:
    """Add the property ``GAZE_AIM`` and constrain the eyes to the gaze bones, within limits."""
    description = "How far the eyes turn to the bone “gaze”; eyeLook channels come on top"
    add_amount(root, GAZE_AIM, 0.0, description)
    for side, sign in (("L", 1), ("R", -1)):
        eye = root.pose.bones[f"eye.{side}"]
        aim = eye.constraints.new("DAMPED_TRACK")
        aim.name = "Gaze"
        aim.target, aim.subtarget = root, f"gaze.{side}"
        aim.track_axis = "TRACK_Y"
        limit = eye.constraints.new("LIMIT_ROTATION")
        limit.owner_space = "LOCAL"
        limit.use_limit_x = limit.use_limit_y = limit.use_limit_z = True
        limit.min_x, limit.max_x = (-gaze_reach("Down"), gaze_reach("Up"))
        inward, outward = sign * -gaze_reach("In"), sign * gaze_reach("Out")
        limit.min_z, limit.max_z = sorted((inward, outward))


def gaze_reach(direction: str) -> float:
    """Return the radians, above 0, that an eye can turn "Up", "Down", "In" or "Out"."""
    return float(np.radians(abs(GAZE[direction][1])))


def skin_weights(face: Surface) -> dict[str, np.ndarray]:
    """Return the weights of the skin's n points by bone, shape (n,), in sum 1 at every point.

    The neck blends into the head along a slope that rises to the back, as the skull does.
    """
    style = face.style
    y, z = face.points[:, 1], face.points[:, 2]
    slope = z - 0.35 * (y - style.hinge[1])
    chin = style.mouth.height - 2.4
    head = smoothstep(chin - 3.4, chin - 0.4, slope)
    jaw = face.jaw_share() * head
    return {"head": head - jaw, "jaw": jaw, "neck": 1 - head}


def bind(obj: Object, root: Object, part: Part) -> None:
    """Parent the object of a part to an armature object that deforms it.

    Args:
        obj: has no modifiers yet, so that it is deformed before it is subdivided.
        root: the armature object.
        part: what the object was made from.
    """
    obj.parent = root
    whole = {BONE_OF_PART.get(part.name, "head"): np.ones(len(part.points))}
    for bone, shares in (part.weights or whole).items():
        group = obj.vertex_groups.new(name=bone)
        group.add(np.nonzero(shares >= 1)[0].tolist(), 1.0, "REPLACE")
        for index in np.nonzero((shares > 0) & (shares < 1))[0].tolist():
            group.add((index,), float(shares[index]), "REPLACE")
    modifier = obj.modifiers.new("Armature", "ARMATURE")
    modifier.object = root
