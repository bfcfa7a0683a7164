# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from recorded_samples import posed

from emotebot_blender.core.exchange.eye_angles import eye_angles


@pytest.mark.parametrize(
    ("channel", "side", "yaw", "pitch"),
    [
        ("eyeLookOutLeft", "Left", 15, 0),
        ("eyeLookInLeft", "Left", -15, 0),
        ("eyeLookOutRight", "Right", -15, 0),
        ("eyeLookInRight", "Right", 15, 0),
        ("eyeLookDownLeft", "Left", 0, 15),
        ("eyeLookUpRight", "Right", 0, -15),
        ("eyeLookUpLeft", "Right", 0, 0),
    ],
)
def test_half_of_a_look_is_half_of_thirty_degrees(channel, side, yaw, pitch):
    """In a real take, eyes that look at the nose have a yaw below 0 (left) and above 0 (right)."""
    (angles,) = np.degrees(eye_angles(posed(channel, [0.5]).weights, side))
    assert angles == pytest.approx([yaw, pitch])
