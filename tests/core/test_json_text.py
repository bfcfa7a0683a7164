# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.errors import TextError
from emotebot_blender.core.json_text import offset_of, parse_json, quotable

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def paths_of(value, path=()):
    """Yield every path of keys and indices in a value, and what it leads to."""
    yield path, value
    parts = value.items() if isinstance(value, dict) else ()
    for step, part in enumerate(value) if isinstance(value, list) else parts:
        yield from paths_of(part, (*path, step))


@given(VALUES, st.sampled_from([None, 1]))
def test_a_path_leads_to_where_its_value_stands(value, indent):
    text = json.dumps(value, indent=indent)
    for path, part in paths_of(value):
        assert json.JSONDecoder().raw_decode(text, offset_of(text, path))[0] == part


def test_of_two_entries_of_one_name_the_last_counts():
    assert offset_of('{"a": 1, "a": 2}', ("a",)) == 14


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", 1, 1), ('{"a":\n ?}', 2, 2), ("[" * 100_000, 1, 1), ("9" * 5000, 1, 1)],
)
def test_what_is_no_json_is_refused_in_its_place(text, line, column):
    with pytest.raises(TextError, match="JSON was expected") as caught:
        parse_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_what_holds_others_is_quoted_by_its_kind():
    assert [quotable(value) for value in ({"a": 1}, [1], "b", 2)] == ["{…}", "[…]", "b", "2"]
