# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head on a face rig that Blender's own Rigify generates, in a process of its own.

The facial bones of the human meta-rig are moved to the lids, lips, brows, nose and jaw of the head,
which loses its shape keys and is bound to the generated bones. As a program:
``python rigify_character.py OUTPUT.blend``.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Object, VertexGroup
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from rigify_rigs import add_face_metarig  # noqa: E402

from emotebot_blender.character.character import add_character  # noqa: E402
from emotebot_blender.character.distance_field import smoothstep  # noqa: E402
from emotebot_blender.character.openings import (  # noqa: E402
    EYE_POINTS,
    MOUTH_POINTS,
    eye_margin,
    mouth_ring,
)
from emotebot_blender.character.style import EMOTEBOT as STYLE  # noqa: E402

Points = NDArray[np.float64]
"""Of the scene, or centimetres of the style, shape (points, 3)."""

Weights = NDArray[np.float64]
"""Of the skin by its vertex groups, shape (points, groups)."""

_SIZE = 10.0
"""By which the head grows, as the automatic weights want some size."""
_LID_EDGE, _LID_REACH = 0.4, 1.5
"""Centimetres from the edge of a lid within which it alone counts, and within which at all."""
_EYE = 0.93
"""Size of the eyeballs: a lid of bones closes along a chord, which wants more room than a shape."""
_NEAR = 8
"""Points of the skin that a point of another mesh takes its weights from."""


@dataclass(frozen=True)
class _Scaling:
    """How centimetres of the style become units of the scene.

    Attributes:
        unit: that a centimetre becomes.
        origin: of the style, shape (3,).
    """

    unit: float
    origin: NDArray[np.float64]

    @classmethod
    def of(cls, root: Object) -> "_Scaling":
        """Return that of a character that grows by ``_SIZE``, by its eyes.

        Args:
            root: the armature object of the built-in head.
        """
        left = _SIZE * np.array(root.data.bones["eye.L"].head_local)
        unit = float(left[0] / STYLE.eye_centre[0])
        return cls(unit, left - unit * STYLE.eye_centre)

    def to_scene(self, points: Points) -> Points:
        """Return points of the style, shape (..., 3), in the scene."""
        return self.origin + self.unit * points

    def to_style(self, points: Points) -> Points:
        """Return points of the scene, shape (..., 3), in centimetres of the style."""
        return (points - self.origin) / self.unit


def write_rigify_character(path: Path) -> None:
    """Write a file with the character; its process is another one, as Rigify changes settings.

    Args:
        path: of the file.
    """
    subprocess.run([sys.executable, __file__, path], check=True, capture_output=True)


def _write(path: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module="rigify")
    scene = bpy.context.scene
    root = add_character(scene)
    scaling = _Scaling.of(root)
    parts = {obj.name.removeprefix("EmoteBot "): obj for obj in root.children}
    for obj in parts.values():
        _strip(obj)
    bpy.data.objects.remove(root)
    skin = parts["head"]
    for name, side in (("eye left", 1), ("eye right", -1)):
        centre = scaling.to_scene(STYLE.eye_centre * np.array([side, 1.0, 1.0]))
        _move(parts[name], centre + _EYE * (_positions(parts[name]) - centre))
    metarig = add_face_metarig()
    shown = {name: scaling.to_style(_positions(obj)) for name, obj in parts.items()}
    _fit(metarig, _landmarks(shown), scaling)
    bpy.ops.pose.rigify_generate()
    rig = next(obj for obj in scene.objects if obj.type == "ARMATURE" and obj != metarig)
    bpy.data.objects.remove(metarig)
    _bind_skin(skin, rig, scaling)
    _bind_near(parts["brows"], skin, rig, "DEF-brow")
    _bind_near(parts["lashes"], skin, rig, "DEF-lid")
    for name, bone in {
        "eye left": "MCH-eye.L",
        "eye right": "MCH-eye.R",
        "teeth upper": "ORG-teeth.T",
        "teeth lower": "ORG-teeth.B",
        "tongue": "DEF-tongue",
    }.items():
        _bind(parts[name], rig, {bone: np.ones(len(parts[name].data.vertices))})
    for obj in parts.values():
        obj.parent = rig
    bpy.ops.wm.save_as_mainfile(filepath=path)


def _strip(obj: Object) -> None:
    """Leave a part of the built-in head at rest: no shape keys, no bones; and larger."""
    if obj.data.shape_keys:
        obj.shape_key_clear()
    obj.parent = None
    obj.vertex_groups.clear()
    for modifier in [modifier for modifier in obj.modifiers if modifier.type == "ARMATURE"]:
        obj.modifiers.remove(modifier)
    _move(obj, _SIZE * _positions(obj))


def _move(obj: Object, points: Points) -> None:
    obj.data.vertices.foreach_set("co", points.astype(np.float32).ravel())


def _landmarks(parts: dict[str, Points]) -> dict[str, Points]:
    """Return where ends of the meta-rig's bones go, of the middle and the left, by their names.

    What the style has no figure for lies by what it has one for, as on the face of the meta-rig.

    Args:
        parts: points of the head's parts by name, in centimetres of the style, as all here.
    """
    eye, hinge, mouth = STYLE.eye_centre, np.array(STYLE.hinge), STYLE.mouth.height
    chin = next(own for own in STYLE.solids if own.role == "chin")
    tip = min((own for own in STYLE.solids if own.role == "nose"), key=lambda own: own.centre[1])
    chin_z, tip_z = chin.centre[2] - chin.radii[2], tip.centre[2]
    points = {
        "face.head": (0, hinge[1], mouth),
        "face.tail": (0, hinge[1], -mouth),
        "eye.L.head": eye,
        "eye.L.tail": eye - (0, STYLE.eye.radius, 0),
        "jaw.head": (0, chin.centre[1] + 2.6, chin_z),
    }
    for row, bone in (("teeth upper", "teeth.T"), ("teeth lower", "teeth.B")):
        front, back = parts[row][:, 1].min(), parts[row][:, 1].max()
        height = parts[row][:, 2].mean()
        points[f"{bone}.head"] = (0, front, height)
        points[f"{bone}.tail"] = (0, (front + 2 * back) / 3, height)
    tongue = parts["tongue"]
    ends = ("tongue.head", "tongue.001.head", "tongue.002.head", "tongue.002.tail")
    for end, depth in zip(
        ends, np.linspace(tongue[:, 1].min(), tongue[:, 1].max(), 4), strict=True
    ):
        points[end] = (0, depth, tongue[:, 2].mean())
    lips, brow = mouth_ring(STYLE, 2), STYLE.brow.line
    corner, under = MOUTH_POINTS // 2, STYLE.mouth.height - STYLE.mouth.lower
    wing, cheek = tip.radii[0] + 0.1, STYLE.eye_centre[2] - STYLE.eye.lower
    on_front = {
        "lip.T.L.head": lips[0],
        "lip.T.L.001.head": lips[corner // 2],
        "lip.T.L.001.tail": lips[corner],
        "lip.B.L.head": lips[-1],
        "lip.B.L.001.head": lips[corner + corner // 2],
        "brow.T.L.head": (brow[3][0] + 0.8, cheek + 1.2),
        "brow.T.L.001.head": brow[3],
        "brow.T.L.002.head": np.mean(brow[1:3], axis=0),
        "brow.T.L.003.head": brow[0],
        "brow.T.L.003.tail": (0, 0.65 * brow[0][1]),
        "forehead.L.head": (brow[0][0], brow[0][1] + 3),
        "forehead.L.001.head": (brow[1][0] + 0.6, brow[1][1] + 2.4),
        "forehead.L.002.head": (brow[3][0] - 0.2, brow[3][1] + 2.2),
        "nose.001.head": (0, tip_z + 0.8),
        "nose.002.head": (0, tip_z),
        "nose.003.head": (0, tip_z - 0.6),
        "nose.004.head": (0, tip_z - 1.0),
        "nose.004.tail": (0, lips[0][1] + 0.8),
        "nose.L.head": (wing, tip_z + 1.4),
        "nose.L.001.head": (wing, tip_z - 0.2),
        "cheek.T.L.001.head": (eye[0] + 0.3, cheek - 0.9),
        "cheek.B.L.001.head": (lips[corner][0] + 2.4, mouth + 0.3),
        "chin.head": (0, chin_z + 0.4),
        "chin.L.head": (1.5 * chin.radii[0], chin.centre[2] + 0.2),
        "chin.001.head": (0, chin.centre[2]),
        "chin.001.tail": (0, under - 0.5),
    }
    on_side = {
        "temple.L.head": (-0.8, brow[3][1]),
        "jaw.L.head": (hinge[1] - 0.6, hinge[2] + 0.6),
        "jaw.L.001.head": (hinge[1] - 1.6, mouth - 0.9),
    }
    margin = eye_margin(STYLE)
    turns = {"T": (0.5, 0.375, 0.25, 0.125), "B": (1, 0.875, 0.75, 0.625)}
    for lid, shares in turns.items():
        for bone, share in zip(("", ".001", ".002", ".003"), shares, strict=True):
            place = share * EYE_POINTS
            low, high = margin[int(place) % EYE_POINTS], margin[int(place + 0.5) % EYE_POINTS]
            points[f"lid.{lid}.L{bone}.head"] = (low + high) / 2
    found = {name: np.array(point) for name, point in points.items()}
    for name, (x, z) in on_front.items():
        found[name] = np.array([x, _reach(parts["head"], 1, -1, (x, z)) + 0.1, z])
    for name, (y, z) in on_side.items():
        found[name] = np.array([_reach(parts["head"], 0, 1, (y, z)) - 0.1, y, z])
    return found


def _reach(skin: Points, axis: int, way: int, place: tuple[float, float]) -> float:
    """Return how far the skin reaches along an axis at a place in the other two.

    Args:
        skin: its points.
        axis: 0 across, 1 in depth.
        way: 1 or -1 along it.
        place: in the other axes, in their order.
    """
    away = np.linalg.norm(np.delete(skin, axis, axis=1) - np.array(place), axis=1)
    along = way * skin[away < max(0.35, away.min() + 1e-4), axis]
    return float(way * along.max())


def _fit(metarig: Object, landmarks: dict[str, Points], scaling: _Scaling) -> None:
    """Move the bones of a meta-rig to landmarks, and those between them along.

    What is between is interpolated: an affine map and a sum of distances to the landmarks.

    Args:
        metarig: to be fitted.
        landmarks: ends of its bones, in centimetres of the style.
        scaling: of the style.
    """
    bpy.ops.object.mode_set(mode="EDIT")
    bones = metarig.data.edit_bones
    points = (name.rsplit(".", 1) for name in landmarks)
    start: Points = np.array([np.array(getattr(bones[bone], end)) for bone, end in points])
    goal: Points = scaling.to_scene(np.array(list(landmarks.values())))
    sides = start[:, 0] > 1e-4
    start = np.concatenate([start, start[sides] * (-1, 1, 1)])
    goal = np.concatenate([goal, goal[sides] * (-1, 1, 1)])

    def terms(points: Points) -> Points:
        distances: Points = np.linalg.norm(points[:, None] - start, axis=2)
        return distances

    affine = np.column_stack([np.ones(len(start)), start])
    system = np.block([[terms(start), affine], [affine.T, np.zeros((4, 4))]])
    factors = np.linalg.solve(system, np.concatenate([goal, np.zeros((4, 3))]))
    ends = np.array([[bone.head[:], bone.tail[:]] for bone in bones]).reshape(-1, 3)
    moved = np.column_stack([terms(ends), np.ones(len(ends)), ends]) @ factors
    for bone, (head, tail) in zip(bones, moved.reshape(-1, 2, 3).tolist(), strict=True):
        bone.head, bone.tail = head, tail
    base, middle = np.array(STYLE.neck), np.array(STYLE.origin)
    for name, head, tail in (
        ("skull", middle, middle + np.array([0, 0, 7])),
        ("neck", base, base * (0, 1, 0) + (0, 0, STYLE.mouth.height)),
    ):
        bone = bones.new(name)
        bone.head, bone.tail = scaling.to_scene(head), scaling.to_scene(tail)
        bone.parent = bones["face"]
        metarig.data.collections["Face"].assign(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    for name in ("skull", "neck"):
        metarig.pose.bones[name].rigify_type = "basic.super_copy"


def _bind_skin(skin: Object, rig: Object, scaling: _Scaling) -> None:
    """Bind the skin to the bones that deform, with Blender's automatic weights."""
    bpy.ops.object.select_all(action="DESELECT")
    skin.select_set(True)
    rig.select_set(True)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.parent_set(type="ARMATURE_AUTO")
    _armature_first(skin)
    weights = _weights(skin)
    for side in "LR":
        _hold_lids(weights, skin, side, scaling)
    for group in skin.vertex_groups:
        _set_weights(group, weights[:, group.index])


def _bind_near(obj: Object, skin: Object, rig: Object, prefix: str) -> None:
    """Bind a mesh that lies on the skin as the skin beside each of its points is bound.

    Args:
        obj: the mesh.
        skin: of the head.
        rig: the generated one.
        prefix: of the bones that count.
    """
    counted = [group.name.startswith(prefix) for group in skin.vertex_groups]
    weights = _weights(skin) * counted + 1e-9 * np.array(counted)
    away = np.linalg.norm(_positions(obj)[:, None] - _positions(skin), axis=2)
    near = np.argsort(away, axis=1)[:, :_NEAR]
    shares = 1 / (np.take_along_axis(away, near, axis=1) + 1e-3 * _SIZE)
    own = (weights[near] * shares[..., None]).sum(axis=1)
    own /= own.sum(axis=1, keepdims=True)
    _bind(obj, rig, {group.name: own[:, group.index] for group in skin.vertex_groups})


def _bind(obj: Object, rig: Object, weights: dict[str, NDArray[np.float64]]) -> None:
    obj.parent = rig
    for bone, shares in weights.items():
        rig.data.bones[bone].use_deform = True  # Rigify leaves eyes and teeth to the artist
        if shares.any():
            _set_weights(obj.vertex_groups.new(name=bone), shares)
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    _armature_first(obj)


def _hold_lids(weights: Weights, skin: Object, side: str, scaling: _Scaling) -> None:
    """Let the edge of each lid follow the nearest of its own bones, in place; the skin around less.

    Automatic weights let the edge of a lid follow the other lid and the brow, and no blink closes.

    Args:
        weights: of the skin.
        skin: of the head.
        side: "L" or "R".
        scaling: of the style.
    """
    margin = eye_margin(STYLE)
    margin[:, 0] *= 1 if side == "L" else -1
    away = np.linalg.norm(scaling.to_style(_positions(skin))[:, None] - margin, axis=2)
    hold = smoothstep(_LID_REACH, _LID_EDGE, away.min(axis=1))
    weights *= 1 - hold[:, None]
    bones = [f"DEF-lid.{lid}.{side}{end}" for lid in "BT" for end in ("", ".001", ".002", ".003")]
    length = EYE_POINTS / len(bones)  # in points, which count the other way round
    middles = EYE_POINTS - length * (np.arange(len(bones)) + 0.5)
    apart = np.abs(away.argmin(axis=1)[:, None] - middles)
    apart = np.minimum(apart, EYE_POINTS - apart)
    shares = np.clip(1.5 - 2 * apart / length, 0, 1)
    shares /= shares.sum(axis=1, keepdims=True)
    for bone, share in zip(bones, shares.T, strict=True):
        weights[:, skin.vertex_groups[bone].index] += hold * share


def _weights(skin: Object) -> Weights:
    weights = np.zeros((len(skin.data.vertices), len(skin.vertex_groups)))
    for vertex in skin.data.vertices:
        for element in vertex.groups:
            weights[vertex.index, element.group] = element.weight
    return weights


def _set_weights(group: VertexGroup, shares: NDArray[np.float64]) -> None:
    """Give a vertex group its share of every vertex; those without are not in it."""
    group.remove(range(len(shares)))
    for index in np.nonzero(shares > 1e-4)[0].tolist():
        group.add((index,), float(shares[index]), "REPLACE")


def _armature_first(obj: Object) -> None:
    obj.modifiers.move(len(obj.modifiers) - 1, 0)


def _positions(obj: Object) -> Points:
    positions = np.empty(len(obj.data.vertices) * 3, dtype=np.float32)
    obj.data.vertices.foreach_get("co", positions)
    return positions.reshape(-1, 3).astype(np.float64)


if __name__ == "__main__":
    _write(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # Blender as a module may hang on its way out
