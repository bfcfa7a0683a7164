# SPDX-License-Identifier: GPL-3.0-or-later
"""What was edited on axes of bones and on properties, as a layer that adds it."""

import numpy as np
import pytest
from keying import DENSE, RAMP, clip_of

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.animation.edited_keys import EDITS, layer_keys, write_edits
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, layer_kinds
from emotebot_blender.animation.strips import own_layer_strips
from emotebot_blender.rig.control_values import ControlValues

MOVED = ("jawOpen", "tongueOut", "mouthPucker", "eyeLookUpLeft", "cheekPuff")


@pytest.fixture
def shown(bone_face, empty_scene):
    """Return a function that returns what the face shows on each frame of the performance."""
    values = ControlValues(bone_face.controls())

    def show():
        rows = []
        for frame in range(1, 6):
            empty_scene.frame_set(frame)
            rows.append(values.read())
        return np.stack(rows)

    return show


@pytest.fixture
def write(bone_face, empty_scene):
    clip = clip_of(**dict.fromkeys(MOVED, RAMP))
    return lambda: write_layer(bone_face, clip, empty_scene, 1, "A", DENSE)


def test_any_control_shows_what_was_edited(bone_face, shown, write) -> None:
    write()
    (rig,) = bone_face.animated_ids
    performed = layer_keys(own_layer_strips(rig))
    for curve in strip_curves(rig.animation_data.nla_tracks[0].strips[0]):
        for point in curve.keyframe_points:
            point.co.y += 0.125
    edited, looked = layer_keys(own_layer_strips(rig)), shown()
    write()
    report = write_edits(bone_face, performed, edited, 24.0, "Edits", 1.0)
    assert report is not None
    assert report.frames == (1, 5)
    assert shown() == pytest.approx(looked, abs=0.003)
    assert layer_kinds(bone_face) == ("sequence", EDITS)
    clear_layer(bone_face, EDITS)
    write()
    assert layer_kinds(bone_face) == ("sequence",)


def test_what_is_as_it_was_performed_needs_no_layer(bone_face, write) -> None:
    write()
    (rig,) = bone_face.animated_ids
    keys = layer_keys(own_layer_strips(rig))
    assert write_edits(bone_face, keys, keys, 24.0, "Edits", 1.0) is None
    assert layer_kinds(bone_face) == ("sequence",)
