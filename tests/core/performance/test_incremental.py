# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal gives what a performance from the beginning gives, whatever came before it."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_samples import SMIRK

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.incremental import IncrementalPerformer
from emotebot_blender.core.performance.performance import load_networks, perform
from emotebot_blender.core.script.beats import Beat, EmotionScript

NETWORKS = load_networks()
FEELINGS = [
    *(Feeling(Mixture.of({name: 1}), 0.8) for name in EMOTIONS),
    Feeling(NEUTRAL, 1.0, ((SMIRK, 1.0),)),
]


def beats() -> st.SearchStrategy[Beat]:
    return st.builds(
        Beat,
        st.sampled_from(FEELINGS),
        st.integers(0, 24).map(lambda quarters: quarters / 4),
        st.sampled_from([None, 0.3, 1.0]),
        st.sampled_from([None, 0.0, 0.7]),
        st.sampled_from([None, 7]),
    )


def scripts() -> st.SearchStrategy[EmotionScript]:
    lists = st.lists(beats(), min_size=1, max_size=4, unique_by=lambda beat: beat.start)
    return lists.map(in_order)


def in_order(told: list[Beat]) -> EmotionScript:
    return EmotionScript(tuple(sorted(told, key=lambda beat: beat.start)))


@st.composite
def edited(draw: st.DrawFn) -> list[EmotionScript]:
    """A script and what becomes of it: beats are exchanged, added and taken away."""
    found = [draw(scripts())]
    for _ in range(draw(st.integers(1, 4))):
        told = {beat.start: beat for beat in found[-1].beats}
        if draw(st.booleans()) and len(told) > 1:
            told.pop(draw(st.sampled_from(sorted(told))))
        if draw(st.booleans()):
            beat = draw(beats())
            told[beat.start] = beat
        found.append(in_order(list(told.values())))
    return found


@settings(max_examples=60, deadline=None)
@given(told=edited(), rates=st.lists(st.sampled_from([24.0, 25.0, 60.0]), min_size=5, max_size=5))
def test_any_edits_end_in_the_performance_of_the_last_script(told, rates):
    rehearsal = IncrementalPerformer(NETWORKS, 3)
    for script, fps in zip(told, rates, strict=False):
        clip = rehearsal.perform(script, fps)
        expected = perform(script, NETWORKS, fps, 3)
        assert (clip.fps, clip.start) == (expected.fps, expected.start)
        assert clip.weights.tobytes() == expected.weights.tobytes()


@pytest.mark.parametrize("fps", [24, 60])
def test_who_writes_in_a_clip_does_not_write_in_the_next(fps):
    script = EmotionScript((Beat(FEELINGS[0]), Beat(FEELINGS[1], 2.0)))
    rehearsal = IncrementalPerformer(NETWORKS)
    rehearsal.perform(script, fps).weights[:] = 0.5
    expected = perform(script, NETWORKS, fps)
    np.testing.assert_array_equal(rehearsal.perform(script, fps).weights, expected.weights)


def test_a_refused_script_leaves_the_rehearsal_as_it_was():
    script = EmotionScript((Beat(FEELINGS[0]), Beat(FEELINGS[1], 2.0)))
    rehearsal = IncrementalPerformer(NETWORKS)
    rehearsal.perform(script)
    with pytest.raises(EmoteBotError, match="nothing to perform"):
        rehearsal.perform(EmotionScript(()))
    expected = perform(script, NETWORKS)
    np.testing.assert_array_equal(rehearsal.perform(script).weights, expected.weights)


def test_a_negative_seed_is_refused():
    with pytest.raises(EmoteBotError, match="A seed is a whole number from 0, not -1"):
        IncrementalPerformer(NETWORKS, -1)


def test_the_last_of_many_beats_is_moved_in_a_fraction_of_the_time():
    told = [Beat(FEELINGS[index % 7], 2.0 * index) for index in range(200)]
    rehearsal = IncrementalPerformer(NETWORKS)
    begun = time.process_time()
    rehearsal.perform(EmotionScript(tuple(told)))
    whole = time.process_time() - begun
    told[-1] = replace(told[-1], start=told[-1].start + 0.5)
    begun = time.process_time()
    rehearsal.perform(EmotionScript(tuple(told)))
    assert time.process_time() - begun < whole / 5  # a fiftieth on an idle core
