# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a region stand on shared frames, so that a pose can be taken hold of."""

import numpy as np
import pytest

from emotebot_blender.animation.keyframes import column_groups
from emotebot_blender.animation.mixing import group_of
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.reduce import reduce_channels
from emotebot_blender.core.script.script_files import read_script
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import solver_of

TOLERANCE = 0.01


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.load(None)


@pytest.fixture
def controls(reference_head):
    return find_face(None, reference_head).controls()


def frames_of(curves) -> set[float]:
    return {frame for keys in curves for frame in keys.co[:, 0].tolist()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "words",
    [
        "happy, then surprised, then sad, then angry",
        "0s disgusted\n3s neutral\n5s terrified\n8s slightly happy\n",
    ],
)
def test_a_pose_can_be_taken_hold_of(controls, lexicon, words, seed):
    clip = perform(read_script(words, lexicon), load_networks(), 24.0, seed)
    values = solver_of(controls).values(clip.weights, clip.shares)
    frames = np.arange(len(values))
    alone = reduce_channels(frames, values, TOLERANCE)
    groups = column_groups(controls, values, TOLERANCE)
    columns = reduce_channels(frames, values, TOLERANCE, groups)
    assert sum(map(len, columns)) <= sum(map(len, alone)) * 4 / 3
    assert len(frames_of(columns)) <= len(values) / 3
    assert len(frames_of(columns)) <= 0.6 * len(frames_of(alone))
    mouth = [i for i, control in enumerate(controls) if group_of(control) == "MOUTH"]
    assert len(frames_of(columns[i] for i in mouth)) <= len(values) / 6


def test_each_control_is_in_the_group_of_its_channel(controls):
    by_name = {control.name: group_of(control) for control in controls}
    assert by_name["jawOpen"] == "MOUTH"
    assert by_name["mouthSmile_L"] == "MOUTH"
    assert by_name["browDown_L"] == "BROWS"
    assert by_name["eyeBlink_R"] == "EYES"
    assert by_name["noseSneer_L"] == by_name["cheekPuff_L"] == "CHEEKS"


def test_blinks_are_no_poses_of_the_mouth(controls):
    values = np.zeros((80, len(controls)), dtype=np.float32)
    blink = next(i for i, control in enumerate(controls) if control.name == "eyeBlink_L")
    jaw = next(i for i, control in enumerate(controls) if control.name == "jawOpen")
    values[40:46, blink] = [0.3, 0.8, 1, 1, 0.6, 0.2]
    values[:, jaw] = np.clip((np.arange(80) - 20) / 40, 0, 1)
    groups = column_groups(controls, values, TOLERANCE)
    reduced = reduce_channels(np.arange(80), values, TOLERANCE, groups)
    assert reduced[jaw].co[:, 0].tolist() == [0, 20, 60, 79]
