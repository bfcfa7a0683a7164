# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks in NumPy and in onnxruntime: the same numbers, in calls, in scripts and live.

A call differs by rounding alone. In a performance what is measured on the way to a feeling, such as
speeds, is taken from differences of frames, which makes some tens of it; keys are set by errors a
thousand times as large.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS, Feeling, Mixture
from emotebot_blender.core.onnx_runner import CHOICE, NUMPY, ONNXRUNTIME
from emotebot_blender.core.performance.networks import (
    HOLD_NOISE,
    MOST_ROWS,
    Networks,
    load_networks,
)
from emotebot_blender.core.performance.performance import Performer, perform
from emotebot_blender.core.reduce import reduce_channels
from emotebot_blender.core.script.beats import Beat, EmotionScript

WITHIN = 2e-6
"""Of a weight, in one call. Each runner is within 1e-6 of the same network in double precision,
measured over 24,000 faces; most are within 1e-6 of each other, one in some ten thousand is not."""

WITHIN_A_SCRIPT = 1e-4


def loaded(name: str) -> Networks:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CHOICE, name)
        return load_networks()


OURS, THEIRS = loaded(NUMPY), loaded(ONNXRUNTIME)


def pair(name: str) -> tuple:
    """Return a network in each runner."""
    return getattr(OURS, name), getattr(THEIRS, name)


chances = st.integers(0, 2**32 - 1).map(np.random.default_rng)
rows = st.integers(1, 40)


def mixtures(chance: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Return shares of so many emotions that add up to 1, float32, (count, size)."""
    amounts = chance.random((count, size)) ** 3
    return (amounts / amounts.sum(axis=1, keepdims=True)).astype(np.float32)


def transition(chance: np.random.Generator, count: int, noise: int) -> tuple[np.ndarray, ...]:
    """Return target, emotion, timing and noise of so many steps from the start of a transition."""
    elapsed = np.arange(count) / 60
    timing = np.stack([elapsed, np.maximum(chance.uniform(0.1, 2) - elapsed, 0)], axis=1)
    held = (
        chance.random(len(CHANNELS)),
        mixtures(chance, 1, len(BASIC_EMOTIONS))[0],
        chance.standard_normal(noise),
    )
    target, emotion, drawn = (np.tile(each.astype(np.float32), (count, 1)) for each in held)
    return target, emotion, timing.astype(np.float32), drawn


@settings(max_examples=40, deadline=None)
@given(chances, rows)
def test_expressions_are_the_same(chance, count):
    emotion = mixtures(chance, count, len(EMOTIONS))
    intensity = chance.random((count, 1)).astype(np.float32)
    sizes = (OURS.expression.sizes[name] for name in ("character", "take"))
    latents = [chance.standard_normal((count, size)).astype(np.float32) for size in sizes]
    ours, theirs = (model.predict(emotion, intensity, *latents) for model in pair("expression"))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=WITHIN)


@settings(max_examples=40, deadline=None)
@given(chances, rows)
def test_movements_are_the_same(chance, count):
    inputs = transition(chance, count, OURS.motion.sizes["noise"])
    start = OURS.motion.rest_state(chance.random(len(CHANNELS)).astype(np.float32))
    (ours, after), (theirs, expected) = (model.advance(*inputs, start) for model in pair("motion"))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=WITHIN)
    speeds = slice(len(CHANNELS), 2 * len(CHANNELS))  # weights a second, up to some tens
    np.testing.assert_allclose(after[speeds], expected[speeds], rtol=1e-4, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(chances, rows)
def test_holds_are_the_same(chance, count):
    noise = chance.standard_normal((count, HOLD_NOISE)).astype(np.float32)
    emotion = np.tile(mixtures(chance, 1, len(BASIC_EMOTIONS)), (count, 1))
    held = (np.arange(count, dtype=np.float32) / 60)[:, None]
    start = OURS.hold.rest_state()
    (ours, _), (theirs, _) = (model.advance(noise, emotion, held, start) for model in pair("hold"))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=WITHIN)


@pytest.mark.parametrize("networks", [OURS, THEIRS], ids=[NUMPY, ONNXRUNTIME])
def test_many_steps_are_many_of_one_to_the_last_bit(networks):
    """Beyond the rows of one call, too."""
    chance, count = np.random.default_rng(3), MOST_ROWS + 10
    inputs = transition(chance, count, networks.motion.sizes["noise"])
    whole, last = networks.motion.advance(*inputs, networks.motion.rest_state())
    state, steps = networks.motion.rest_state(), np.empty_like(whole)
    for step in range(count):
        row = slice(step, step + 1)
        steps[row], state = networks.motion.advance(*(each[row] for each in inputs), state)
    np.testing.assert_array_equal(steps, whole)
    np.testing.assert_array_equal(state, last)


@pytest.mark.parametrize("networks", [OURS, THEIRS], ids=[NUMPY, ONNXRUNTIME])
def test_more_faces_than_go_into_one_call(networks):
    chance, count = np.random.default_rng(5), MOST_ROWS + 3
    sizes = (networks.expression.sizes[name] for name in ("character", "take"))
    latents = [chance.standard_normal((count, size)).astype(np.float32) for size in sizes]
    inputs = (mixtures(chance, count, 16), chance.random((count, 1)).astype(np.float32), *latents)
    whole = networks.expression.predict(*inputs)
    last = networks.expression.predict(*(each[MOST_ROWS - 2 :] for each in inputs))
    assert whole.shape == (count, len(CHANNELS))
    np.testing.assert_allclose(whole[MOST_ROWS - 2 :], last, rtol=0, atol=WITHIN)


def drawn_script(seed: int) -> EmotionScript:
    """Return half a minute of feelings of any strength."""
    chance = np.random.default_rng(seed)
    names = chance.choice(EMOTIONS, size=12)
    return EmotionScript(
        tuple(
            Beat(
                Feeling(Mixture.of({str(name): 1.0}), float(chance.uniform(0.2, 1))),
                2.5 * index,
                hold=2.0,
            )
            for index, name in enumerate(names)
        )
    )


def clips(seed: int) -> tuple[np.ndarray, np.ndarray]:
    script = drawn_script(seed)
    ours, theirs = (perform(script, each, 24.0, seed, liveliness=0.6) for each in (OURS, THEIRS))
    return ours.weights, theirs.weights


@pytest.mark.parametrize("seed", range(6))
def test_scripts_are_performed_the_same(seed):
    ours, theirs = clips(seed)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=WITHIN_A_SCRIPT)


@pytest.mark.parametrize("seed", range(3))
def test_keys_are_the_same_to_what_reduction_can_tell(seed):
    """An error beside the tolerance may fall to either side of it, in one channel of forty."""
    ours, theirs = (reduce_channels(np.arange(len(each)), each, 0.01) for each in clips(seed))
    alike = [
        (one, other)
        for one, other in zip(ours, theirs, strict=True)
        if np.array_equal(one.co[:, 0], other.co[:, 0])
    ]
    assert len(alike) >= 0.9 * len(ours)
    for one, other in alike:
        np.testing.assert_allclose(one.co, other.co, rtol=0, atol=WITHIN_A_SCRIPT)


@pytest.mark.parametrize("seed", range(3))
def test_live_steps_are_the_same(seed):
    chance = np.random.default_rng(seed)
    performers = [Performer(each, seed, liveliness=0.6) for each in (OURS, THEIRS)]
    for step in range(600):
        if step % 50 == 0:
            name, amount = str(chance.choice(EMOTIONS)), float(chance.uniform(0.2, 1))
            for performer in performers:
                performer.set_target(Feeling(Mixture.of({name: 1.0}), amount))
        ours, theirs = (performer.advance(1) for performer in performers)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=WITHIN_A_SCRIPT)
