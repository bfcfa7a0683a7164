# SPDX-License-Identifier: GPL-3.0-or-later
"""What presets of a convention show beside their emotions."""

import json

import pytest

from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName
from emotebot_blender.core.rig.convention_files import read_convention
from emotebot_blender.core.rig.matching import guess
from emotebot_blender.core.rig.solver import Drive


@pytest.fixture
def drive(tmp_path):
    """Return a function that gives the drive of a preset with some more entries."""

    def drive(more: dict) -> Drive:
        preset = {"shape_key": "joy", "full": 1, "emotions": {"happiness": 1}, **more}
        path = tmp_path / "convention.json"
        content = {"name": "Test", "source": "here", "channels": {}, "presets": [preset]}
        path.write_text(json.dumps(content), encoding="utf-8")
        control = ControlName("joy")
        return read_convention(path).on({control: control}).drives[control]

    return drive


def test_a_preset_shows_all_of_a_face_and_overrides_nothing(drive):
    assert drive({}).parts == tuple(MIX_GROUPS)
    assert drive({}).overrides == ()


def test_parts_and_overrides(drive):
    read = drive({"parts": ["EYES", "BROWS"], "overrides": {"blink": 0.5}})
    assert read.parts == ("EYES", "BROWS")
    assert read.overrides == (("blink", 0.5),)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"parts": []}, "shows no emotion"),
        ({"parts": ["EARS"]}, "shows no emotion"),
        ({"overrides": {"ears": 1}}, "no share of “ears”"),
        ({"overrides": {"blink": 2}}, "no share of “blink”"),
    ],
)
def test_what_a_preset_cannot_say(drive, more, message):
    with pytest.raises(EmoteBotError, match=message):
        drive(more)


def test_an_eye_morph_of_mikumikudance_closes_the_eyes_and_leaves_the_mouth():
    drives = guess(["まばたき", "笑い", "怒り", "困る", "あ", "い", "う", "え", "お"]).drives
    smiling, angry = drives[ControlName("笑い")], drives[ControlName("怒り")]
    assert (smiling.parts, smiling.overrides) == (("EYES",), (("blink", 1.0),))
    assert (angry.parts, angry.overrides) == (("BROWS",), ())
