# SPDX-License-Identifier: GPL-3.0-or-later
"""A live face, and what becomes of what it played."""

import bpy
import numpy as np
import pytest
from interface import value

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.rig.face import find_face
from emotebot_blender.session.live_face import LiveFace, LivePerformer, Recording

NOTHING = np.zeros(len(SHARES), dtype=np.float32)
STILL = np.zeros(3, dtype=np.float32)


class Opening:
    """A source that opens the jaw by a tenth a second, and lowers the head by a degree."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def advance(self, seconds: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        self._seconds += seconds
        weights = np.zeros(len(CHANNELS), dtype=np.float32)
        weights[INDEX["jawOpen"]] = 0.1 * self._seconds
        return weights, NOTHING, np.array([self._seconds, 0, 0], dtype=np.float32)


def test_a_face_shows_what_any_source_gives(face) -> None:
    found = find_face(face, bpy.context.scene)
    live_face = LiveFace(found, Opening(), strength=0.5)
    live_face.advance(4.0)
    assert value(face, "jawOpen") == 0
    live_face.show()
    assert value(face, "jawOpen") == pytest.approx(0.2)


@pytest.mark.parametrize("liveliness", [-0.1, 1.1])
def test_a_live_face_plays_with_a_liveliness_from_0_to_1(liveliness) -> None:
    rest = np.zeros(len(CHANNELS), dtype=np.float32)
    with pytest.raises(EmoteBotError, match="from 0 to 1"):
        LivePerformer(load_networks(), 0, rest, NOTHING, liveliness=liveliness)


def test_channels_that_do_not_play_stay(face) -> None:
    face.data.shape_keys.key_blocks["browInnerUp"].value = 0.5
    live_face = LiveFace(find_face(face, bpy.context.scene), Opening(), ("jawOpen",))
    live_face.advance(4.0)
    live_face.show()
    assert value(face, "browInnerUp") == 0.5
    assert value(face, "jawOpen") == pytest.approx(0.4)


def test_a_recording_is_sampled_on_whole_frames() -> None:
    recording = Recording(begin=0.25)
    for second in (0.25, 0.75, 1.25):
        weights = np.full(len(CHANNELS), second, dtype=np.float32)
        recording.add(second, (weights, NOTHING + second / 2, STILL + second * 8))
    clip = recording.clip(2.0)  # frames at 0.5 and 1 s
    assert clip.start == 0.5
    assert clip.weights[:, 0] == pytest.approx([0.5, 1.0])
    assert clip.shares[:, -1] == pytest.approx([0.25, 0.5])
    assert clip.head[:, 0] == pytest.approx([4.0, 8.0])


def test_a_recording_shorter_than_a_frame_is_no_clip() -> None:
    recording = Recording(begin=0.1)
    recording.add(0.2, (np.zeros(len(CHANNELS), dtype=np.float32), NOTHING, STILL))
    with pytest.raises(EmoteBotError, match="shorter than a frame"):
        recording.clip(2.0)
