# SPDX-License-Identifier: GPL-3.0-or-later
"""Data paths that follow what is renamed, and what stops controls."""

import pytest

from emotebot_blender.core.messages import Message
from emotebot_blender.rig.control import Control, followed, renamed_paths, summarise

NOW = ['k["a"]', 'k["b"]', 'k["c"]']


@pytest.mark.parametrize(
    ("before", "renamed"),
    [
        (NOW, {}),
        (['k["a"]', 'k["x"]', 'k["c"]'], {'k["x"]': 'k["b"]'}),
        (['k["y"]', 'k["x"]', 'k["c"]'], {'k["y"]': 'k["a"]', 'k["x"]': 'k["b"]'}),
        (['k["b"]', 'k["a"]', 'k["c"]'], {}),
        (['k["a"]', 'k["x"]'], {}),
        (['k["a"]', 'k["x"]', 'k["gone"]', 'k["c"]'], {}),
        (['k["x"]', 'k["b"]'], {'k["x"]': 'k["a"]'}),
        (['k["gone"]', 'k["a"]', 'k["x"]', 'k["c"]'], {'k["x"]': 'k["b"]'}),
    ],
    ids=[
        "nothing",
        "one",
        "two",
        "the order",
        "a member that came",
        "a member that went, beside one",
        "a member that came elsewhere",
        "a member that went elsewhere",
    ],
)
def test_names_that_changed(before, renamed):
    assert renamed_paths(before, NOW) == renamed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ('k["x"].value', 'k["b"].value'),
        ('k["x"]["custom"]', 'k["b"]["custom"]'),
        ('k["x"]', 'k["b"]'),
        ('k["xy"].value', 'k["xy"].value'),
        ("location", "location"),
    ],
)
def test_paths_are_followed(path, expected):
    assert followed(path, {'k["x"]': 'k["b"]'}) == expected


def test_one_kind_of_reason_stops_a_whole_object(add):
    head, teeth = add("MESH", "Head"), add("MESH", "Teeth")
    sources = {"jawOpen": "jaw", "mouthClose": "lips", "mouthLeft": "lips"}
    driven = [
        Control(head.data, name, 0, "shape_key", head, name, blocked=driven_by(source))
        for name, source in sources.items()
    ]
    locked = Control(teeth.data, "a", 0, "shape_key", teeth, "a", blocked=Message("locked"))
    free = Control(teeth.data, "b", 0, "shape_key", teeth, "b")
    assert [(str(control), str(why)) for control, why in summarise([*driven, locked, free])] == [
        ("all of Head", "driven by “jaw” and 1 more"),
        ("Teeth: a", "locked"),
    ]


def driven_by(source: str) -> Message:
    return Message("driven by “{source}”", source=source)
