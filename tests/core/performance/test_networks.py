# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import (
    FOLDER,
    HOLD_NOISE,
    ExpressionModel,
    HoldModel,
    MotionModel,
    load_networks,
)


@pytest.fixture(scope="module")
def expression() -> ExpressionModel:
    return ExpressionModel(FOLDER / "expression.onnx")


@pytest.fixture(scope="module")
def motion() -> MotionModel:
    return MotionModel(FOLDER / "motion.onnx")


@pytest.fixture(scope="module")
def hold() -> HoldModel:
    return HoldModel(FOLDER / "hold.onnx")


def latents(model: ExpressionModel, count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    sizes = (model.sizes["character"], model.sizes["take"])
    character, take = (random.standard_normal((count, n)).astype(np.float32) for n in sizes)
    return character, take


def edited(source, target, old: bytes, new: bytes):
    content = source.read_bytes()
    assert content.count(old) == 1
    assert len(old) == len(new)  # so that the lengths inside the file still hold
    target.write_bytes(content.replace(old, new))
    return target


def test_the_networks_take_at_most_a_megabyte():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.onnx")) <= 1_000_000


@pytest.mark.parametrize("kind", ["expression", "motion", "hold"])
def test_networks_say_under_what_terms_they_come(kind, expression, motion, hold):
    metadata = {"expression": expression, "motion": motion, "hold": hold}[kind].metadata
    assert "GPL-3.0-or-later" in metadata["licence"]
    assert metadata["training_run"]


def test_intensity_zero_is_exactly_neutral(expression):
    emotion = np.eye(len(EMOTIONS), dtype=np.float32)
    zero = np.zeros((len(EMOTIONS), 1), dtype=np.float32)
    weights = expression.predict(emotion, zero, *latents(expression, len(EMOTIONS)))
    np.testing.assert_array_equal(weights, np.zeros((len(EMOTIONS), len(CHANNELS))))


def test_every_channel_grows_with_intensity(expression):
    strengths = np.linspace(0, 1, 21, dtype=np.float32)[:, None]
    character, take = latents(expression, 1)
    for emotion in np.eye(len(EMOTIONS), dtype=np.float32):
        rows = expression.predict(
            np.tile(emotion, (21, 1)), strengths, character.repeat(21, 0), take.repeat(21, 0)
        )
        assert np.diff(rows, axis=0).min() >= -1e-6


def test_film_and_live_give_the_same_motion(motion):
    steps = 90
    random = np.random.default_rng(1)
    target = np.tile(random.random(len(CHANNELS)).astype(np.float32), (steps, 1))
    emotion = np.tile(np.eye(len(BASIC_EMOTIONS), dtype=np.float32)[2], (steps, 1))
    elapsed = np.arange(steps) / 60
    timing = np.stack([elapsed, np.maximum(0.5 - elapsed, 0)], axis=1).astype(np.float32)
    noise = np.tile(random.standard_normal(motion.sizes["noise"]).astype(np.float32), (steps, 1))
    inputs = (target, emotion, timing, noise)
    film, end = motion.advance(*inputs, motion.rest_state())
    state = motion.rest_state()
    live = np.empty_like(film)
    for step in range(steps):
        rows = (values[step : step + 1] for values in inputs)
        live[step : step + 1], state = motion.advance(*rows, state)
    np.testing.assert_array_equal(live, film)
    np.testing.assert_array_equal(state, end)


def test_a_state_at_rest_holds_the_weights_first(motion):
    weights = np.linspace(0, 1, len(CHANNELS), dtype=np.float32)
    np.testing.assert_array_equal(motion.rest_state(weights)[: len(CHANNELS)], weights)
    assert not motion.rest_state(weights)[len(CHANNELS) :].any()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EmoteBotError, match=r"There is no file at .*gone\.onnx"):
        ExpressionModel(tmp_path / "gone.onnx")


@pytest.mark.parametrize("content", [b"", b"not a network at all"])
def test_a_file_that_is_no_network_is_refused(tmp_path, content):
    path = tmp_path / "expression.onnx"
    path.write_bytes(content)
    with pytest.raises(EmoteBotError, match=r"is not an? .*network"):
        ExpressionModel(path)


def test_a_torn_file_is_refused(tmp_path):
    path = tmp_path / "expression.onnx"
    path.write_bytes((FOLDER / "expression.onnx").read_bytes()[:-1000])
    with pytest.raises(EmoteBotError, match=r"is not an? .*network"):
        ExpressionModel(path)


def test_a_foreign_network_is_refused(shared):
    with pytest.raises(EmoteBotError, match="not a network made for EmoteBot"):
        ExpressionModel(shared / "judge" / "mini_xception_fer.onnx")


def test_one_network_in_the_place_of_the_other_is_refused():
    with pytest.raises(EmoteBotError, match="network for motion, not expression"):
        ExpressionModel(FOLDER / "motion.onnx")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"format": 1', b'"format": 7', "model format 7; this EmoteBot reads 1"),
        (b'"mouthFunnel"', b'"mouthTunnel"', "other channels"),
        (b'"contempt"', b'"serenity"', "other emotions"),
    ],
)
def test_a_network_made_for_something_else_is_refused(tmp_path, old, new, message):
    path = edited(FOLDER / "motion.onnx", tmp_path / "motion.onnx", old, new)
    with pytest.raises(EmoteBotError, match=message):
        MotionModel(path)


def test_a_hold_of_many_steps_is_many_of_one(hold):
    random = np.random.default_rng(4)
    noise = random.standard_normal((90, HOLD_NOISE)).astype(np.float32)
    emotion = np.tile(np.eye(len(BASIC_EMOTIONS), dtype=np.float32)[4], (90, 1))
    held = (np.arange(90, dtype=np.float32) / 60)[:, None]
    whole, last = hold.advance(noise, emotion, held, hold.rest_state())
    state, rows = hold.rest_state(), []
    for step in range(90):
        row = slice(step, step + 1)
        movement, state = hold.advance(noise[row], emotion[row], held[row], state)
        rows.append(movement)
    np.testing.assert_array_equal(np.concatenate(rows), whole)
    np.testing.assert_array_equal(state, last)


def test_a_folder_of_two_networks_is_lent_the_hold_model(tmp_path):
    for name in ("expression.onnx", "motion.onnx"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    networks = load_networks(tmp_path)
    assert networks.motion.path == tmp_path / "motion.onnx"
    assert networks.hold.path == FOLDER / "hold.onnx"
