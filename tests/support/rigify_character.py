# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head on a face rig that Blender's own Rigify generates, in a process of its own.

The facial bones of the human meta-rig are moved to the lids, lips, brows, nose and jaw of the head,
which loses its shape keys and is bound to the generated bones. As a program:
``python rigify_character.py OUTPUT.blend``.
"""

import os
import subprocess
import sys
from pathlib import Path

import bpy
import numpy as np
from bpy.types import Object, VertexGroup
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from rigify_rigs import add_face_metarig  # noqa: E402

from emotebot_blender.character import form, openings  # noqa: E402
from emotebot_blender.character.character import add_character  # noqa: E402

Points = NDArray[np.float64]
"""Metres, shape (points, 3)."""

Weights = NDArray[np.float64]
"""Of the skin by its vertex groups, shape (points, groups)."""

_ORIGIN = np.array([0.0, 0.0, 0.17])
"""Where the middle between the eyes of the built-in head is, in metres."""
_SIZE = 10.0
"""By which the head grows, as the automatic weights want some size."""
_LID_EDGE, _LID_REACH = 0.002 * _SIZE, 0.011 * _SIZE
"""How far from the edge of a lid it alone counts, and how far at all."""
_EYE = 0.93
"""Size of the eyeballs: a lid of bones closes along a chord, which wants more room than a shape."""
_NEAR = 8
"""Points of the skin that a point of another mesh takes its weights from."""


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
    parts = {obj.name.removeprefix("EmoteBot "): obj for obj in root.children}
    for obj in parts.values():
        _strip(obj)
    bpy.data.objects.remove(root)
    skin = parts["head"]
    for name, side in (("eye left", 1), ("eye right", -1)):
        centre = _SIZE * (_ORIGIN + 0.01 * form.EYE_CENTRE * (side, 1, 1))
        _move(parts[name], centre + _EYE * (_positions(parts[name]) - centre))
    metarig = add_face_metarig()
    _fit(metarig, _landmarks(_positions(skin) / _SIZE))
    bpy.ops.pose.rigify_generate()
    rig = next(obj for obj in scene.objects if obj.type == "ARMATURE" and obj != metarig)
    bpy.data.objects.remove(metarig)
    _bind_skin(skin, rig)
    _bind_near(parts["brows"], skin, rig, "DEF-brow")
    _bind_near(parts["lashes"], skin, rig, "DEF-lid")
    for name in ("shell", "lamp", "ears", "collar"):
        parts[name].parent = rig
    for name, bone in {
        "eye left": "MCH-eye.L",
        "eye right": "MCH-eye.R",
        "teeth upper": "ORG-teeth.T",
        "teeth lower": "ORG-teeth.B",
        "tongue": "DEF-tongue",
    }.items():
        _bind(parts[name], rig, {bone: np.ones(len(parts[name].data.vertices))})
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


def _landmarks(skin: Points) -> dict[str, Points]:
    """Return where ends of the meta-rig's bones go, of the middle and the left, by their names.

    Args:
        skin: points of the head.
    """
    margin, lips = openings.eye_margin(), openings.lip_rings()[2]
    points = {
        "face.head": (0, 1.0, -5.0),
        "face.tail": (0, 1.0, 5.0),
        "eye.L.head": form.EYE_CENTRE,
        "eye.L.tail": form.EYE_CENTRE - (0, form.EYE_RADIUS, 0),
        "jaw.head": (0, -3.0, -8.6),
        "chin.head": (0, -6.4, -8.7),
        "jaw.L.head": (7.0, 0.2, -1.6),
        "jaw.L.001.head": (5.8, -0.8, -5.2),
        "temple.L.head": (7.2, -0.8, 3.0),
        "teeth.T.head": (0, -7.9, -5.3),
        "teeth.T.tail": (0, -5.4, -5.3),
        "teeth.B.head": (0, -7.7, -6.6),
        "teeth.B.tail": (0, -5.4, -6.6),
        "tongue.head": (0, -7.0, -6.7),
        "tongue.001.head": (0, -5.5, -6.6),
        "tongue.002.head": (0, -4.0, -6.7),
        "tongue.002.tail": (0, -2.6, -7.2),
    }
    on_skin = {
        "lip.T.L.head": lips[14],
        "lip.T.L.001.head": lips[7],
        "lip.T.L.001.tail": lips[0],
        "lip.B.L.head": lips[42],
        "lip.B.L.001.head": lips[49],
        "brow.T.L.head": (6.4, -0.6),
        "brow.T.L.001.head": form.BROW_OUTER,
        "brow.T.L.002.head": form.BROW_PEAK,
        "brow.T.L.003.head": form.BROW_INNER,
        "brow.T.L.003.tail": (0, 1.0),
        "forehead.L.head": (1.3, 5.0),
        "forehead.L.001.head": (3.8, 4.8),
        "forehead.L.002.head": (5.6, 4.2),
        "nose.001.head": (0, -1.9),
        "nose.002.head": (0, -2.7),
        "nose.003.head": (0, -3.2),
        "nose.004.head": (0, -3.5),
        "nose.004.tail": (0, -4.2),
        "nose.L.head": (1.1, -0.8),
        "nose.L.001.head": (1.0, -2.75),
        "cheek.T.L.001.head": (3.9, -2.4),
        "cheek.B.L.001.head": (4.7, -4.8),
        "chin.L.head": (3.1, -7.7),
        "chin.001.head": (0, -7.8),
        "chin.001.tail": (0, -6.75),
    }
    lids = {"T": (18, 13.5, 9, 4.5), "B": (36, 31.5, 27, 22.5)}
    for lid, places in lids.items():
        for bone, place in zip(("", ".001", ".002", ".003"), places, strict=True):
            low, high = margin[int(place) % 36], margin[int(place + 0.5) % 36]
            points[f"lid.{lid}.L{bone}.head"] = (low + high) / 2
    found = {name: _ORIGIN + 0.01 * np.array(point) for name, point in points.items()}
    for name, (x, z) in on_skin.items():
        place = _ORIGIN[[0, 2]] + 0.01 * np.array([x, z])
        away = np.linalg.norm(skin[:, [0, 2]] - place, axis=1)
        front = skin[away < max(0.0035, away.min() + 1e-6), 1].min()
        found[name] = np.array([place[0], front + 0.001, place[1]])
    return found


def _fit(metarig: Object, landmarks: dict[str, Points]) -> None:
    """Move the bones of a meta-rig to landmarks, and those between them along.

    What is between is interpolated: an affine map and a sum of distances to the landmarks.
    """
    bpy.ops.object.mode_set(mode="EDIT")
    bones = metarig.data.edit_bones
    points = (name.rsplit(".", 1) for name in landmarks)
    start: Points = np.array([np.array(getattr(bones[bone], end)) for bone, end in points])
    goal: Points = _SIZE * np.array(list(landmarks.values()))
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
    for name, head, tail in (("skull", (0, 1, 1), (0, 1, 8)), ("neck", (0, 1.2, -14), (0, 1, -4))):
        bone = bones.new(name)
        bone.head, bone.tail = (_SIZE * (_ORIGIN + 0.01 * np.array(end)) for end in (head, tail))
        bone.parent = bones["face"]
        metarig.data.collections["Face"].assign(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    for name in ("skull", "neck"):
        metarig.pose.bones[name].rigify_type = "basic.super_copy"


def _bind_skin(skin: Object, rig: Object) -> None:
    """Bind the skin to the bones that deform, with Blender's automatic weights."""
    bpy.ops.object.select_all(action="DESELECT")
    skin.select_set(True)
    rig.select_set(True)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.parent_set(type="ARMATURE_AUTO")
    _armature_first(skin)
    weights = _weights(skin)
    for side in "LR":
        _hold_lids(weights, skin, side)
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


def _hold_lids(weights: Weights, skin: Object, side: str) -> None:
    """Let the edge of each lid follow the nearest of its own bones, in place; the skin around less.

    Automatic weights let the edge of a lid follow the other lid and the brow, and no blink closes.

    Args:
        weights: of the skin.
        skin: of the head.
        side: "L" or "R".
    """
    margin = _SIZE * (_ORIGIN + 0.01 * openings.eye_margin())
    margin[:, 0] *= 1 if side == "L" else -1
    away = np.linalg.norm(_positions(skin)[:, None] - margin, axis=2)
    hold = form.smoothstep(_LID_REACH, _LID_EDGE, away.min(axis=1))
    weights *= 1 - hold[:, None]
    bones = [f"DEF-lid.{lid}.{side}{end}" for lid in "BT" for end in ("", ".001", ".002", ".003")]
    length = openings.EYE_POINTS / len(bones)  # in points, which count the other way round
    middles = openings.EYE_POINTS - length * (np.arange(len(bones)) + 0.5)
    apart = np.abs(away.argmin(axis=1)[:, None] - middles)
    apart = np.minimum(apart, openings.EYE_POINTS - apart)
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
