# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.performance.apex_frames import apex_frames
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import perform
from emotebot_blender.core.script.beats import Beat, EmotionScript

ANGER = Feeling(Mixture.of({"anger": 1.0}), 0.8)


@pytest.mark.parametrize("liveliness", [0.0, 1.0])
def test_eyes_are_open_within_each_beat(liveliness: float) -> None:
    script = EmotionScript(tuple(Beat(ANGER, start) for start in (0.0, 2.0, 4.0)))
    clip = perform(script, load_networks(), 24, seed=1, liveliness=liveliness)
    for beat, frame in zip(script.beats, apex_frames(script, clip), strict=True):
        assert beat.start + 0.9 <= frame / 24 <= beat.start + 2.01
        assert clip.weights[frame, INDEX["eyeBlinkLeft"]] < 0.4


@pytest.mark.parametrize(
    ("brow", "blink", "frame"),
    [
        ([0.9, 0.8, 0.8, 0.3, 0.7, 0.5], [0, 0, 0, 0, 0, 0], 4),  # the fullest of the second half
        ([0.9, 0.8, 0.8, 0.8, 0.8, 0.8], [0, 0, 0, 0, 0, 0], 5),  # the last of equals
        ([0.9, 0.8, 0.8, 0.8, 0.9, 0.7], [0, 0, 0, 0, 1, 0], 3),  # not in a blink
    ],
)
def test_the_fullest_open_frame_is_chosen(
    brow: list[float], blink: list[float], frame: int
) -> None:
    weights = np.zeros((6, len(CHANNELS)), dtype=np.float32)
    weights[:, INDEX["browDownLeft"]], weights[:, INDEX["eyeBlinkLeft"]] = brow, blink
    script = EmotionScript((Beat(ANGER, 0.0, transition=0.1, hold=0.4), Beat(ANGER, 0.5)))
    assert apex_frames(script, Clip(weights, 10.0))[0] == frame
