# SPDX-License-Identifier: GPL-3.0-or-later
"""Sliders that end before what channels ask of them."""

from dataclasses import replace

import bpy
import pytest

from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.slider_ranges import widen_ranges


@pytest.fixture
def moved_by(head):
    """Return what gives controls of a head with a gain and an offset."""

    def moved(gain: float, offset: float = 0.0, names=("jawOpen",)):
        return [
            replace(
                control,
                drive=replace(
                    control.drive,
                    channels=((control.drive.channels[0][0], gain),),
                    offset=offset,
                ),
            )
            for control in find_face(head, bpy.context.scene).controls()
            if control.name in names
        ]

    return moved


def slider(head, name="jawOpen"):
    block = head.data.shape_keys.key_blocks[name]
    return block.slider_min, block.slider_max


@pytest.mark.parametrize(
    ("gain", "offset", "expected"),
    [
        (1.5, 0.0, (0, 1.5)),
        (-0.5, 0.0, (-0.5, 1)),
        (1.0, -0.25, (-0.25, 1)),
        (1.0, 0.25, (0, 1.25)),
        (0.5, 0.25, (0, 1)),
        (25.0, -12.0, (-10, 10)),
    ],
)
def test_a_slider_reaches_what_a_channel_gives(head, moved_by, gain, offset, expected):
    widen_ranges(moved_by(gain, offset))
    assert slider(head) == expected
    assert slider(head, "Hair") == (0, 1)


def test_what_was_widened_is_said_once(moved_by):
    (note,) = widen_ranges(moved_by(1.3, names=("jawOpen", "eyeBlinkLeft", "eyeBlinkRight")))
    assert str(note).endswith(" goes from 0 to 1.3 now and 2 more")
    assert widen_ranges(moved_by(1.3)) == ()


def test_a_key_that_cannot_be_driven_keeps_its_slider(head, moved_by):
    head.data.shape_keys.key_blocks["jawOpen"].mute = True
    assert widen_ranges(moved_by(2.0)) == ()
    assert slider(head) == (0, 1)
