# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from glb_reading import ReadGlb

from emotebot_blender.core.exchange.glb import AnimatedNodes


@pytest.fixture
def written() -> ReadGlb:
    """Return a file of a node that moves along x and its child, which stays where it is."""
    nodes = AnimatedNodes()
    moved = nodes.add_node("moved")
    nodes.add_node("still", (0, 1, 0), moved)
    times = np.array([0, 0.5, 1])
    nodes.animate(moved, "translation", times, np.array([[0, 0, 0], [0.25, 0, 0], [1, 0, 0]]))
    nodes.animate(moved, "rotation", times, np.tile([0.0, 0, 0, 1], (3, 1)))
    return ReadGlb(nodes.to_bytes("moves", "EXT_example", {"answer": 42}))


def test_the_chunks_follow_each_other_in_steps_of_four(written):
    assert [kind for kind, _ in written.chunks] == [b"JSON", b"BIN\0"]
    assert all(len(content) % 4 == 0 for _, content in written.chunks)


def test_a_child_stands_under_its_parent_alone(written):
    assert written.document["scenes"] == [{"nodes": [0]}]
    assert written.document["nodes"][0]["children"] == [1]


def test_what_changes_has_every_key(written):
    times, values = written.track("moved", "translation")
    assert times.tolist() == [0, 0.5, 1]
    assert values.tolist() == [[0, 0, 0], [0.25, 0, 0], [1, 0, 0]]


def test_what_stays_has_two_keys(written):
    times, values = written.track("moved", "rotation")
    assert times.tolist() == [0, 1]
    assert values.tolist() == [[0, 0, 0, 1]] * 2


def test_times_say_between_what_they_lie(written):
    for sampler in written.document["animations"][0]["samplers"]:
        accessor = written.document["accessors"][sampler["input"]]
        assert (accessor["min"], accessor["max"]) == ([0], [1])


def test_the_extension_is_declared(written):
    assert written.document["extensionsUsed"] == ["EXT_example"]
    assert written.document["extensions"] == {"EXT_example": {"answer": 42}}
