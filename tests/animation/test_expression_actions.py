# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that hold an expression, as strangers' libraries have them."""

import json

import bpy
import numpy as np
import pytest
from hostile_input import SPECIMENS, mangled, refusal_of
from hypothesis import given, settings

from emotebot_blender.animation.expression_actions import read_expression, write_expression
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import custom_shares

_RECORD = "emotebot_expression"


@pytest.fixture
def smile(empty_scene) -> bpy.types.Action:
    """Return an action that holds a smile, without curves."""
    weights = np.zeros(len(CHANNELS), dtype=np.float32)
    weights[INDEX["mouthSmileLeft"]] = 0.5
    pose = weights, custom_shares(1)[0]
    return write_expression(None, "Smile", ("smile", "Robin"), pose, [], np.zeros(0, np.float32))


def assert_sound(action: bpy.types.Action) -> None:
    held = read_expression(action)
    if held.pose is not None:
        for amounts in held.pose:
            assert ((amounts >= 0) & (amounts <= 1)).all()


def test_what_was_written_is_read(smile):
    held = read_expression(smile)
    assert (held.name, held.expression, held.face) == ("Smile", "smile", "Robin")
    assert held.pose[0][INDEX["mouthSmileLeft"]] == pytest.approx(0.5)
    assert held.pose[0].sum() == pytest.approx(0.5)
    assert held.values == {}


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 10**400, "much", None, [1]])
def test_amounts_that_are_none_are_no_pose(smile, amount):
    record = json.loads(smile[_RECORD])
    smile[_RECORD] = json.dumps(record | {"weights": {"jawOpen": amount}})
    assert read_expression(smile).pose is None


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_what_strangers_hand_in_is_no_expression(smile, specimen):
    smile[_RECORD] = SPECIMENS[specimen].decode("utf-8", "replace").replace("\0", "")
    refusal = refusal_of(lambda: assert_sound(smile), len(SPECIMENS[specimen]))
    assert refusal is None
    assert read_expression(smile).expression is None


def test_any_damage_leaves_a_pose_in_range_or_none(smile):
    @settings(max_examples=200, deadline=None)
    @given(mangled(smile[_RECORD].encode()))
    def check(content):
        smile[_RECORD] = content.decode("utf-8", "replace").replace("\0", "")
        assert_sound(smile)

    check()


def test_a_property_of_another_type_is_none(smile):
    smile[_RECORD] = 7
    assert read_expression(smile).expression is None
