# SPDX-License-Identifier: GPL-3.0-or-later
"""Gains and offsets beyond the slider of a shape key, as an artist gives them."""

import bpy
import pytest
from interface import value

from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.ui.channel_fields import fields_of
from emotebot_blender.ui.shown import sequence_notices


@pytest.fixture
def fields(face):
    """Return the fields of the table, where jawOpen is chosen."""
    fields = fields_of(bpy.context.scene)
    fields.channel_name = "jawOpen"
    return fields


def slider_of(key: str) -> tuple[float, float]:
    block = bpy.data.objects["Face"].data.shape_keys.key_blocks[key]
    return block.slider_min, block.slider_max


def test_an_offset_in_the_table_widens_the_slider_and_the_panel_says_so(face, fields):
    fields.offset_0 = -0.25
    assert slider_of("jawOpen") == (-0.25, 1)
    assert slider_of("jawLeft") == (0, 1), "nothing was chosen for it"
    bpy.ops.emotebot.pose(words="neutral")
    assert -0.25 <= value(face, "jawOpen") < -0.1
    fields.offset_0 = -0.5
    said = "The slider of Face: jawOpen goes from -0.5 to 1 now"
    assert [str(message) for message in sequence_notices(bpy.context)] == [said]


def test_a_gain_of_an_operator_widens_the_slider_and_the_report_says_so(face, capfd):
    def choose(gain: float) -> str:
        bpy.ops.emotebot.channel_choose(
            channel="jawOpen", object="Face", control="jawOpen", kind="shape_key", gain=gain
        )
        return capfd.readouterr().out

    said = "“jawOpen” moves “jawOpen”. The slider of Face: jawOpen goes from 0 to 1.5 now"
    assert said in choose(1.5)
    assert slider_of("jawOpen") == (0, 1.5)
    assert "slider" not in choose(1.25)


def test_a_slider_that_is_narrowed_later_stays(face, fields):
    fields.gain_0 = 1.5
    face.data.shape_keys.key_blocks["jawOpen"].slider_max = 1.25
    fields.channel_name = "jawLeft"
    fields.gain_0 = 2
    assert (slider_of("jawOpen"), slider_of("jawLeft")) == ((0, 1.25), (0, 2))


def test_an_undo_takes_the_range_back_with_the_correction(fields):
    bpy.ops.ed.undo_push(message="Before")
    fields.gain_0 = 1.5
    bpy.ops.ed.undo_push(message="Gain")
    bpy.ops.ed.undo()
    (feed,) = map_of(bpy.data.objects["Face"]).feeds["jawOpen"]
    assert (slider_of("jawOpen"), feed.full) == ((0, 1), 1)
