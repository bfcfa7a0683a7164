# SPDX-License-Identifier: GPL-3.0-or-later
"""A small collection of measured faces."""

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import EMOTIONS
from training.collecting.collection import ChannelSequence, Collection
from training.faces.landmarks import SEEN


def sample_collection(sequences: bool = True) -> Collection:
    """Return two measured faces and, if wanted, two sequences."""
    weights = np.zeros((2, len(CHANNELS)), dtype=np.float32)
    weights[0, INDEX["mouthSmileLeft"]] = 0.1234
    weights[1, INDEX["browInnerUp"]] = 1.0
    emotion = np.zeros((2, len(EMOTIONS)), dtype=np.float32)
    emotion[0, EMOTIONS.index("happiness")] = 1
    emotion[1, [EMOTIONS.index("fear"), EMOTIONS.index("surprise")]] = (0.75, 0.25)
    moving = np.linspace(0, 1, 5 * len(CHANNELS), dtype=np.float32).reshape(5, -1)
    moving[:, [index for name, index in INDEX.items() if name not in SEEN]] = 0
    shown = (
        ChannelSequence("anna", "anna_1", 60.0, emotion[1], 0.5, moving.round(4)),
        ChannelSequence("bert", "bert_1", 29.97, None, None, moving.round(4), False),
    )
    return Collection(
        name="test",
        licence="CC BY 4.0",
        people=("anna", "bert"),
        items=("anna, happy", "bert"),
        emotion=emotion,
        intensity=np.array([np.nan, 0.25], dtype=np.float32),
        weights=weights,
        neutral_known=np.array([True, False]),
        measured=SEEN,
        sequences=shown if sequences else (),
        about={"title": "Grüße", "counts": {"items": 2}},
    )
