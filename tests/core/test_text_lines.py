# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from emotebot_blender.core.text_lines import normalised_newlines, position


def test_every_line_end_becomes_a_line_feed():
    assert normalised_newlines("\ufeffa\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("offset", "expected"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (3, 1)), (6, (3, 3))]
)
def test_a_position_is_a_line_and_a_column_from_1(offset, expected):
    assert position("ab\n\ncd", offset) == expected
