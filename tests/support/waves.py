# SPDX-License-Identifier: GPL-3.0-or-later
"""A character of which everything moves on every frame, and the weights of its shape keys."""

from typing import Any

import numpy as np

from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.clip import Clip
from emotebot_blender.rig.face import find_face


def play_waves(root: Any, scene: Any, frames: int, bones: tuple[str, ...]) -> None:
    """Key all channels and some bones of a character with waves, from frame 1 on.

    Args:
        root: the armature object.
        scene: where it is.
        frames: how many.
        bones: names of those that turn.
    """
    phases = np.arange(len(CHANNELS))
    waves = 0.5 - 0.45 * np.cos(np.arange(frames)[:, None] / 7 + phases)
    clip = Clip(waves.astype(np.float32), scene.render.fps / scene.render.fps_base)
    write_layer(find_face(root, scene), clip, scene, 1, "Waves", Keying(None))
    for name in bones:
        bone = root.pose.bones[name]
        bone.rotation_mode = "XYZ"
        for frame in range(1, frames + 1, 10):
            bone.rotation_euler = np.sin(np.array((1, 2, 3)) * frame) * 0.1
            bone.keyframe_insert("rotation_euler", frame=frame)


def weights_of(keys: Any) -> dict[str, float]:
    """Return the value of each shape key by its name."""
    values = np.empty(len(keys.key_blocks), np.float32)
    keys.key_blocks.foreach_get("value", values)
    return dict(zip(keys.key_blocks.keys(), values.tolist(), strict=True))
