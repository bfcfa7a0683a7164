# SPDX-License-Identifier: GPL-3.0-or-later
"""Gains that bring channels to how far they usually go."""

import json

import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.calibration import (
    SCALED,
    SIZES_FILE,
    measure_gains,
    ranges_of,
    sizes_text,
    usual_ranges,
)
from emotebot_blender.core.rig.face_template import read_template

USUAL = ranges_of([dict.fromkeys(CHANNELS, 1.0), dict.fromkeys(CHANNELS, 2.0)])
"""Of heads on which everything goes 1 and 2 far: lids go as far as blinks on both."""


@pytest.mark.parametrize(
    ("size", "gain"),
    [
        (0.01, 2.0),  # the end of gains
        (0.5, 1 / 1.3 / 0.5),
        (0.8, None),  # strays no further from 1 than the styles of a head do
        (1.5, None),
        (2.5, None),
        (3.0, 2.6 / 3),
        (100.0, 0.5),
    ],
)
def test_a_gain_brings_a_channel_to_the_nearest_usual_size(size, gain):
    gains = measure_gains({"browInnerUp": size}, USUAL)
    assert gains == ({} if gain is None else {"browInnerUp": pytest.approx(gain, abs=1e-3)})


def test_both_sides_have_one_gain_where_they_hardly_differ():
    gains = measure_gains({"mouthSmileLeft": 0.45, "mouthSmileRight": 0.55}, USUAL)
    assert gains["mouthSmileLeft"] == gains["mouthSmileRight"] == pytest.approx(1.538)


def test_sides_that_differ_clearly_have_none():
    assert measure_gains({"mouthSmileLeft": 0.1, "mouthSmileRight": 0.5}, USUAL) == {}


def test_a_key_of_one_side_alone_has_a_gain():
    assert measure_gains({"mouthSmileLeft": 0.1}, USUAL) == {"mouthSmileLeft": 2.0}


def test_what_closes_turns_or_is_as_long_as_it_is_has_no_gain():
    unscaled = set(CHANNELS) - set(SCALED)
    assert unscaled == {
        *("eyeBlinkLeft", "eyeBlinkRight", "mouthClose", "tongueOut"),
        *(name for name in CHANNELS if name.startswith("eyeLook")),
    }
    assert measure_gains(dict.fromkeys(unscaled, 0.01), USUAL) == {}


def test_lips_that_undo_the_jaw_have_its_gain():
    sizes = {"jawOpen": 0.01, "mouthClose": 50.0}
    assert measure_gains(sizes, USUAL) == {"jawOpen": 2.0, "mouthClose": 2.0}


def test_lids_are_measured_by_the_blink_of_their_eye():
    large = {"eyeBlinkLeft": 6.0, "eyeWideLeft": 6.0}
    assert measure_gains(large, USUAL) == {}
    assert measure_gains({**large, "eyeWideLeft": 2.0}, USUAL)["eyeWideLeft"] == 2.0
    assert measure_gains({"eyeWideLeft": 0.01}, USUAL) == {}, "there is no blink to measure by"


def test_what_moves_nothing_has_no_gain():
    assert measure_gains({"browInnerUp": 0.0}, USUAL) == {}


def test_both_known_heads_have_no_gain():
    template = read_template()
    own = dict(zip(template.channels, template.effects.sizes.tolist(), strict=True))
    other = json.loads(SIZES_FILE.read_text(encoding="utf-8"))["sizes"]
    assert measure_gains(own, usual_ranges()) == {}
    assert measure_gains(other, usual_ranges()) == {}
    assert set(usual_ranges()) == set(SCALED)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read"), ("[]", "holds no sizes"), ('{"sizes": {"a": "b"}}', "holds no")],
)
def test_a_file_without_sizes_is_refused(tmp_path, content, reason):
    path = tmp_path / "sizes.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EmoteBotError, match=reason):
        usual_ranges(path)


def test_sizes_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "sizes.json"
    path.write_text(sizes_text("a head", {"browInnerUp": 1000.0}), encoding="utf-8")
    assert usual_ranges(path)["browInnerUp"][1] == pytest.approx(1300)
