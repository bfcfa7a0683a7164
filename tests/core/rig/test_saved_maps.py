# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps of faces as conventions of their own, without Blender."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, MIX_GROUPS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.rig.convention import (
    AXES,
    OVERRIDDEN,
    ControlName,
    Convention,
    Feed,
    Preset,
    RigMap,
)
from emotebot_blender.core.rig.convention_files import convention_text, conventions, read_convention
from emotebot_blender.core.rig.saved_maps import (
    convention_of,
    map_by_exact_names,
    preferred,
)

names = st.text(min_size=1, max_size=8)
controls = st.one_of(
    st.builds(ControlName, names, st.sampled_from(["shape_key", "property"])),
    st.builds(ControlName, names, st.just("bone"), st.sampled_from(AXES)),
)
gains, offsets = st.floats(0.01, 9) | st.floats(-9, -0.01), st.floats(-9, 9)
feeds = st.builds(Feed, controls, gains, st.booleans(), offsets)
groups = st.lists(feeds, min_size=1, max_size=3, unique_by=lambda feed: feed.control).map(tuple)
shares = st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0.1, 1), min_size=1, max_size=2)
presets = st.lists(
    st.builds(
        Preset,
        feeds,
        shares,
        st.sampled_from([tuple(MIX_GROUPS), ("MOUTH",)]),
        st.dictionaries(st.sampled_from(tuple(OVERRIDDEN)), st.floats(0.1, 1)),
    ),
    max_size=2,
    unique_by=lambda preset: preset.feed.control,
).map(tuple)
channels = st.sampled_from(CHANNELS)
maps = st.builds(
    RigMap,
    st.just("any"),
    st.dictionaries(channels, groups, max_size=4),
    presets,
    st.frozensets(channels, max_size=40),
)

OPEN, WIDE = Feed(ControlName("open")), Feed(ControlName("wide"), 0.5)


def written_and_read(convention: Convention) -> Convention:
    with TemporaryDirectory() as folder:
        path = Path(folder, "convention.json")
        path.write_text(convention_text(convention), encoding="utf-8")
        return read_convention(path)


@given(names, maps, st.frozensets(channels, max_size=3))
def test_a_saved_face_is_read_as_it_was(name, rig_map, taken_off):
    saved = convention_of(name, [rig_map], taken_off)
    read = written_and_read(saved)
    assert read == saved
    again = map_by_exact_names(read, read.controls())
    assert again.feeds == rig_map.feeds
    assert again.presets == rig_map.presets
    assert again.approximated == rig_map.approximated
    assert read.without == taken_off - rig_map.feeds.keys()


@pytest.mark.parametrize("convention", conventions(), ids=lambda convention: convention.name)
def test_conventions_are_written_as_they_were_read(convention):
    assert written_and_read(convention) == convention


def test_all_objects_of_a_face_are_saved():
    head, teeth = RigMap("", {"jawOpen": (OPEN,)}), RigMap("", {"jawOpen": (OPEN, WIDE)})
    assert convention_of("Robot", [head, teeth]).feeds == {"jawOpen": ((OPEN, WIDE),)}


def test_a_saved_map_that_says_as_much_counts():
    found = RigMap("ARKit", {"jawOpen": (OPEN,)})
    saved = convention_of("Robot", [RigMap("", {"jawOpen": (WIDE,)})])
    assert preferred(found, [(saved, [WIDE.control])]).feeds == {"jawOpen": (WIDE,)}
    assert preferred(found, [(saved, [])]) == found


def test_a_saved_map_that_says_less_does_not_count():
    found = RigMap("ARKit", {"jawOpen": (OPEN,), "cheekPuff": (WIDE,)})
    less = convention_of("Robot", [RigMap("", {"jawOpen": (WIDE,)})])
    assert preferred(found, [(less, [WIDE.control])]) == found
    off = convention_of("Robot", [RigMap("", {"jawOpen": (WIDE,)})], ["cheekPuff"])
    assert preferred(found, [(off, [WIDE.control])]).channels == ("jawOpen",)
