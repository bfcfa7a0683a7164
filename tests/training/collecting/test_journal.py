# SPDX-License-Identifier: GPL-3.0-or-later
"""A journal that is damaged is refused, and says what to do."""

from pathlib import Path

import numpy as np
from damage import damaged

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from training.collecting.journal import NAME, Journal
from training.collecting.measure import Measurement


def test_damaged_journals(tmp_path: Path) -> None:
    path = tmp_path / NAME
    settings = {"source": "folder"}
    weights = np.zeros((3, len(CHANNELS)), dtype=np.float32)
    with Journal(tmp_path, settings) as journal:
        for number in range(40):
            journal.add(Measurement(f"item {number}", np.arange(3.0), weights, 3, {"blurred": 2}))
    data = path.read_bytes()
    for seed in range(60):
        path.write_bytes(damaged(data, seed))
        refused = "remove it to begin anew"
        try:
            with Journal(tmp_path, settings) as journal:
                for name in journal.names():
                    measured = journal.get(name)
                    assert measured is None or measured.weights.shape[1:] == (len(CHANNELS),)
                journal.add(Measurement("item 0", np.arange(3.0), weights, 3))
        except EmoteBotError as error:
            refused = str(error)
        assert refused.endswith("to begin anew")
