# SPDX-License-Identifier: GPL-3.0-or-later
"""Performances that the tests of exchange formats write and read."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import Clip


def posed(
    channel: str = "jawOpen", values=(0.0, 0.25, 0.5, 1.0), fps: float = 24.0, **more
) -> Clip:
    """Return a clip in which one channel has these values and the others rest."""
    weights = np.zeros((len(values), len(CHANNELS)), dtype=np.float32)
    weights[:, INDEX[channel]] = values
    return Clip(weights, fps, **more)


def turned(*turns: tuple[float, float, float], fps: float = 24.0) -> Clip:
    """Return a clip of a face at rest whose head has these turns: pitch, yaw, roll in degrees."""
    weights = np.zeros((len(turns), len(CHANNELS)), dtype=np.float32)
    return Clip(weights, fps, head=np.array(turns, dtype=np.float32))


WEIGHTS = st.integers(1, 40).flatmap(
    lambda frames: arrays(np.float32, (frames, len(CHANNELS)), elements=st.floats(0, 1, width=32))
)


@st.composite
def clips(draw) -> Clip:
    """Draw a clip of up to forty frames, whose head turns by up to 60 degrees or says nothing."""
    weights = draw(WEIGHTS)
    head = None
    if draw(st.booleans()):
        turns = st.floats(-60, 60, width=32)
        head = draw(arrays(np.float32, (len(weights), 3), elements=turns))
    return Clip(weights, draw(st.sampled_from([24.0, 25.0, 30.0, 60.0])), head=head)
