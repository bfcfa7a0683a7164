# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses

import numpy as np
import pytest
from sample_collection import sample_collection

from emotebot_blender.core.errors import EmoteBotError


def test_everyone_is_named_once() -> None:
    assert sample_collection().everyone() == ("anna", "bert")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"people": ("anna",)}, "different lengths"),
        ({"measured": ("mouthSmile",)}, "no channel “mouthSmile”"),
        ({"intensity": np.array([2.0, 0.5], dtype=np.float32)}, "not from 0 to 1"),
        ({"emotion": np.full((2, 16), 0.5, dtype=np.float32)}, "do not add up to 1"),
        ({"weights": np.full((2, 52), np.nan, dtype=np.float32)}, "not from 0 to 1"),
        ({"sequences": sample_collection().sequences[:1] * 2}, "share a name"),
    ],
)
def test_what_cannot_be_a_collection(changes: dict, message: str) -> None:
    with pytest.raises(EmoteBotError, match=message):
        dataclasses.replace(sample_collection(), **changes)
