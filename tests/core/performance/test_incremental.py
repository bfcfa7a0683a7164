# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever came before, the incremental performer gives what a performance from the start gives."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_samples import SMIRK

from emotebot_blender.core.emotions import EMOTIONS, NEUTRAL, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.incremental import IncrementalPerformer
from emotebot_blender.core.performance.networks import MotionModel, load_networks
from emotebot_blender.core.performance.performance import perform
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
        liveliness=st.sampled_from([None, 0.0, 1.0]),
    )


def scripts() -> st.SearchStrategy[EmotionScript]:
    lists = st.lists(beats(), min_size=1, max_size=4, unique_by=lambda beat: beat.start)
    return lists.map(in_order)


def in_order(beats: list[Beat]) -> EmotionScript:
    return EmotionScript(tuple(sorted(beats, key=lambda beat: beat.start)))


@st.composite
def edited(draw: st.DrawFn) -> list[EmotionScript]:
    """A script and what becomes of it: beats are exchanged, added and taken away."""
    versions = [draw(scripts())]
    for _ in range(draw(st.integers(1, 4))):
        kept = {beat.start: beat for beat in versions[-1].beats}
        if draw(st.booleans()) and len(kept) > 1:
            kept.pop(draw(st.sampled_from(sorted(kept))))
        if draw(st.booleans()):
            beat = draw(beats())
            kept[beat.start] = beat
        versions.append(in_order(list(kept.values())))
    return versions


@settings(max_examples=60, deadline=None)
@given(
    versions=edited(), rates=st.lists(st.sampled_from([24.0, 25.0, 60.0]), min_size=5, max_size=5)
)
def test_any_edits_end_in_the_performance_of_the_last_script(versions, rates):
    performer = IncrementalPerformer(NETWORKS, 3, liveliness=0.6)
    for script, fps in zip(versions, rates, strict=False):
        clip = performer.perform(script, fps)
        expected = perform(script, NETWORKS, fps, 3, liveliness=0.6)
        assert (clip.fps, clip.start) == (expected.fps, expected.start)
        assert clip.weights.tobytes() == expected.weights.tobytes()
        assert clip.shares.tobytes() == expected.shares.tobytes()
        assert clip.head.tobytes() == expected.head.tobytes()


@pytest.mark.parametrize("fps", [24, 60])
def test_who_writes_in_a_clip_does_not_write_in_the_next(fps):
    script = EmotionScript((Beat(FEELINGS[0]), Beat(FEELINGS[1], 2.0)))
    performer = IncrementalPerformer(NETWORKS)
    performer.perform(script, fps).weights[:] = 0.5
    expected = perform(script, NETWORKS, fps)
    np.testing.assert_array_equal(performer.perform(script, fps).weights, expected.weights)


def test_a_refused_script_leaves_the_performer_as_it_was():
    script = EmotionScript((Beat(FEELINGS[0]), Beat(FEELINGS[1], 2.0)))
    performer = IncrementalPerformer(NETWORKS)
    performer.perform(script)
    with pytest.raises(EmoteBotError, match="nothing to perform"):
        performer.perform(EmotionScript(()))
    expected = perform(script, NETWORKS)
    np.testing.assert_array_equal(performer.perform(script).weights, expected.weights)


def test_a_negative_seed_is_refused():
    with pytest.raises(EmoteBotError, match="A seed is a whole number from 0, not -1"):
        IncrementalPerformer(NETWORKS, -1)


class CountingMotion:
    """A motion model that counts its steps."""

    def __init__(self, motion: MotionModel) -> None:
        self._motion = motion
        self.steps = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._motion, name)

    def advance(self, target: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.steps += len(target)
        return self._motion.advance(target, *others)


def test_the_last_of_many_beats_is_moved_without_performing_the_others_again():
    motion = CountingMotion(NETWORKS.motion)
    performer = IncrementalPerformer(replace(NETWORKS, motion=motion))
    beats = [Beat(FEELINGS[index % 7], 2.0 * index) for index in range(200)]
    performer.perform(EmotionScript(tuple(beats)))
    whole = motion.steps
    assert whole >= 400 * 60
    beats[-1] = replace(beats[-1], start=398.5)
    performer.perform(EmotionScript(tuple(beats)))
    # From the start of the beat before. Where one feeling gives way to another some channels are
    # moved by themselves, and the way is tried out first: a few times as many steps.
    assert (400.5 - 396) * 60 <= motion.steps - whole <= 4 * (400.5 - 396) * 60
