# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of drivers as straight lines."""

import pytest

from emotebot_blender.core.rig.linear_expression import StraightLine, line_of


@pytest.mark.parametrize(
    ("expression", "slope", "offset"),
    [
        ("var", 1, 0),
        (" -var ", -1, 0),
        ("var * 2", 2, 0),
        ("0.5*var + .25", 0.5, 0.25),
        ("(var - 0.2) / 0.4", 2.5, -0.5),
        ("1 - var", -1, 1),
        ("max(0, var * -3)", -3, 0),
        ("min(max(var, 0), 1)", 1, 0),
        ("clamp(var / 4)", 0.25, 0),
        ("var + var", 2, 0),
    ],
)
def test_lines(expression, slope, offset):
    assert line_of(expression, "var") == pytest.approx((slope, offset))


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "var * var",
        "sin(var)",
        "other",
        "1",
        "var if var > 0 else 0",
        "var / 0",
        "1 / var",
        "var ** 2",
        "var +",
        "max(var, -var)",
        "var - var",
        "frame * var",
        "(" * 300 + "var",
    ],
)
def test_what_is_no_line(expression):
    assert line_of(expression, "var") is None


def test_one_line_after_another():
    assert StraightLine(2, 1).after(StraightLine(3, 4)) == (6, 9)
