# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances as VRM animations: glTF with the extension VRMC_vrm_animation 1.0.

A file says how much of each expression is shown, by the x of a node's translation from 0 to 1, how
neck and head are turned, and where the eyes look. Expressions are the presets that every VRM model
may have, of emotions and vowels, with the eyes in ``lookAt``; or the 52 channels under their ARKit
names, which models made for "Perfect Sync" have as custom expressions, eyes included. Both at once
would move such a model twice. The whole humanoid stands in its T-pose, as the specification wants
it, and no animation moves its hips.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channels import CHANNELS
from ..clip import Clip
from ..rig.convention_files import FOLDER as CONVENTIONS
from ..rig.convention_files import read_convention
from ..rig.head_convention import NECK_SHARE
from ..rig.solver import Solver
from .eye_angles import eye_angles
from .glb import AnimatedNodes
from .head_angles import quaternions_of

EXTENSION = "VRMC_vrm_animation"
LOOKS = ("lookUp", "lookDown", "lookLeft", "lookRight")
"""Presets that no animation may hold, as ``lookAt`` says the same."""

SKELETON = Path(__file__).resolve().parents[2] / "data" / "exchange" / "vrm_skeleton.json"


def write_vrma(clip: Clip, name: str) -> bytes:
    """Return a clip as a VRM animation of preset expressions, the head and the gaze.

    Args:
        clip: one frame or more.
        name: of the animation.
    """
    solver, names = _presets()
    values = solver.values(clip.weights, clip.shares)
    return _animation(clip, name, "preset", dict(zip(names, values.T, strict=True)), True)


def write_perfect_sync(clip: Clip, name: str) -> bytes:
    """Return a clip as a VRM animation of the 52 channels as custom expressions, and the head.

    Args:
        clip: one frame or more.
        name: of the animation.
    """
    values = dict(zip(CHANNELS, clip.weights.T, strict=True))
    return _animation(clip, name, "custom", values, False)


def _animation(
    clip: Clip,
    name: str,
    kind: str,
    expressions: dict[str, NDArray[np.float32]],
    looks: bool,
) -> bytes:
    """Return the file.

    Args:
        clip: gives the head and the gaze.
        name: of the animation.
        kind: of the expressions, "preset" or "custom".
        expressions: by name, each shape (frames,), 0 to 1.
        looks: whether the gaze is in it.
    """
    nodes, times = AnimatedNodes(), np.arange(len(clip)) / clip.fps
    skeleton = _skeleton()
    bones: dict[str, int] = {}
    for bone, rest in skeleton["bones"].items():
        parent = bones[rest["parent"]] if rest["parent"] else None
        bones[bone] = nodes.add_node(bone, tuple(rest["from_parent"]), parent)
    if clip.head is not None:
        for bone, share in (("neck", NECK_SHARE), ("head", 1 - NECK_SHARE)):
            nodes.animate(bones[bone], "rotation", times, quaternions_of(clip.head * share))
    shown = {}
    for expression, weights in expressions.items():
        node = nodes.add_node(expression)
        shown[expression] = {"node": node}
        translations = np.zeros((len(clip), 3), dtype=np.float32)
        translations[:, 0] = np.clip(weights, 0, 1)
        nodes.animate(node, "translation", times, translations)
    content: dict[str, Any] = {
        "specVersion": "1.0",
        "humanoid": {"humanBones": {bone: {"node": node} for bone, node in bones.items()}},
        "expressions": {kind: shown},
    }
    if looks:
        eyes = skeleton["eyes_from_head"]
        node = nodes.add_node("lookAt", tuple(eyes), bones["head"])
        nodes.animate(node, "rotation", times, _gaze(clip))
        content["lookAt"] = {"node": node, "offsetFromHeadBone": eyes}
    return nodes.to_bytes(name, EXTENSION, content)


def _gaze(clip: Clip) -> NDArray[np.float64]:
    """Return where both eyes look on the whole, unit quaternions, shape (frames, 4).

    A yaw to the left after a pitch down, as the specification takes them apart.
    """
    middle = (eye_angles(clip.weights, "Left") + eye_angles(clip.weights, "Right")) / 4
    (sy, sx), (cy, cx) = np.sin(middle).T, np.cos(middle).T
    return np.stack([cy * sx, sy * cx, -sy * sx, cy * cx], axis=1)


@cache
def _presets() -> tuple[Solver, tuple[str, ...]]:
    """Return what gives the strengths of VRM's presets, and their names."""
    convention = read_convention(CONVENTIONS / "vrm_1.json")
    rig_map = convention.on({control: control for control in convention.controls()})
    drives = {
        control.name: drive
        for control, drive in rig_map.drives.items()
        if control.name not in LOOKS
    }
    return Solver(list(drives.values()), [0.0] * len(drives)), tuple(drives)


@cache
def _skeleton() -> dict[str, Any]:
    """Return the bones of a humanoid, parents before children, and where its eyes are."""
    content: dict[str, Any] = json.loads(SKELETON.read_text(encoding="utf-8"))
    return content
