# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped motion network: how faces move with it."""

import numpy as np
import pytest
from motion_samples import face_weights

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance import networks
from emotebot_blender.core.performance.networks import MOTION_RATE

FACE = len(CHANNELS)
FACES = {
    "happiness": {"mouthSmile": 0.75, "cheekSquint": 0.6, "eyeSquint": 0.35, "jawOpen": 0.2},
    "surprise": {"browInnerUp": 0.8, "browOuterUp": 0.75, "eyeWide": 0.7, "jawOpen": 0.55},
    "anger": {"browDown": 0.8, "eyeSquint": 0.5, "noseSneer": 0.35, "mouthPress": 0.5},
    "sadness": {"browInnerUp": 0.7, "mouthFrown": 0.6, "mouthShrugLower": 0.5},
    "neutral": {},
}


@pytest.fixture(scope="module")
def moving() -> networks.MotionModel:
    return networks.MotionModel(networks.FOLDER / "motion.onnx")


def face(name: str) -> np.ndarray:
    return face_weights(FACES[name])


def go(
    moving: networks.MotionModel,
    name: str,
    seconds: float,
    state: np.ndarray,
    steps: int,
    noise: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Set out for a face and return the weights of each step and the state after the last."""
    elapsed = np.arange(steps) / MOTION_RATE
    remaining = np.maximum(seconds - elapsed, 0)
    emotion = np.zeros((steps, len(BASIC_EMOTIONS)), dtype=np.float32)
    emotion[:, BASIC_EMOTIONS.index(name)] = 0.7
    size = moving.sizes["noise"]
    chosen = np.zeros(size) if noise is None else noise
    return moving.advance(
        np.broadcast_to(face(name), (steps, FACE)),
        emotion,
        np.stack([elapsed, remaining], axis=1).astype(np.float32),
        np.broadcast_to(chosen.astype(np.float32), (steps, size)),
        state,
    )


WAYS = [
    ("neutral", "surprise"),
    ("neutral", "happiness"),
    ("happiness", "anger"),
    ("anger", "sadness"),
    ("happiness", "neutral"),
]
SECONDS = [0.25, 0.45, 1.0, 3.0]


@pytest.mark.parametrize("seconds", SECONDS)
@pytest.mark.parametrize(("start", "end"), WAYS)
def test_the_time_asked_for_is_kept(
    moving: networks.MotionModel, start: str, end: str, seconds: float
) -> None:
    state = moving.rest_state(face(start))
    path, _ = go(moving, end, seconds, state, round(seconds * MOTION_RATE) + 60)
    left = np.linalg.norm(path - face(end), axis=1) / np.linalg.norm(face(start) - face(end))
    due = round(seconds * MOTION_RATE) - 1
    assert left[due + 1] <= 0.05  # 95 % of the way within a frame
    assert left[due // 2] > 0.2  # and not much earlier
    assert left[-1] < 5e-3


@pytest.mark.parametrize("seconds", SECONDS)
@pytest.mark.parametrize(("start", "end"), WAYS)
def test_faces_move_on_smooth_curves(
    moving: networks.MotionModel, start: str, end: str, seconds: float
) -> None:
    path, _ = go(
        moving, end, seconds, moving.rest_state(face(start)), round(seconds * MOTION_RATE) * 2
    )
    path = np.concatenate([face(start)[None], path])
    displacement = face(end) - face(start)
    moved = np.abs(displacement) > 0.2
    share = ((path - face(start)) / np.where(moved, displacement, 1))[:, moved]
    assert share.max() <= 1.05
    assert share.min() >= -0.02
    # A channel's own time, of which a minimum jerk takes .62 from 5 % to 95 %: by the published
    # times of action units most channels take a part of the transition only.
    own_seconds = ((share >= 0.95).argmax(axis=0) - (share >= 0.05).argmax(axis=0)) / 0.6215
    peak = np.diff(share, axis=0).max(axis=0) * own_seconds
    assert 1.4 <= np.median(peak) <= 2.5
    # One s-curve: the speed rises once and falls once, apart from ripples of a few percent.
    speed = np.abs(np.diff(share, axis=0, prepend=share[:1], append=share[-1:]))
    ripple = np.abs(np.diff(speed, axis=0)).sum(axis=0) / (2 * speed.max(axis=0)) - 1
    assert np.median(ripple) < 0.1
    assert ripple.max() < 0.2


def test_hardly_a_channel_overshoots(moving: networks.MotionModel) -> None:
    beyond = []
    for start, end in WAYS:
        for seconds in SECONDS:
            state, displacement = moving.rest_state(face(start)), face(end) - face(start)
            path, _ = go(moving, end, seconds, state, round(seconds * MOTION_RATE) * 2)
            moved = np.abs(displacement) > 0.2
            beyond.append(
                ((path - face(end)) / np.where(moved, displacement, 1))[:, moved].max(axis=0)
            )
    assert np.quantile(np.concatenate(beyond), 0.95) <= 0.02


def test_an_hour_on_one_face_drifts_nowhere(moving: networks.MotionModel) -> None:
    path, state = go(moving, "happiness", 0.5, moving.rest_state(), 3600 * MOTION_RATE)
    assert np.abs(path[-1] - face("happiness")).max() < 1e-5
    assert np.array_equal(path[-1], path[600])
    resumed, _ = go(moving, "anger", 0.5, state, 60)
    assert np.abs(resumed[-1] - face("anger")).max() < 5e-3


def test_a_face_that_is_long_sent_about_stays_a_face_and_arrives(
    moving: networks.MotionModel,
) -> None:
    random = np.random.default_rng(0)
    state, names = moving.rest_state(), list(FACES)
    for _ in range(200):
        noise = random.standard_normal(moving.sizes["noise"])
        name, seconds = names[random.integers(len(names))], random.uniform(0.1, 2.0)
        _, state = go(moving, name, seconds, state, int(random.integers(1, 60)), noise)
        weights, speeds = state[:FACE], state[FACE : 2 * FACE]
        assert weights.min() > -0.2
        assert weights.max() < 1.2
        assert np.abs(speeds).max() < 30
    path, _ = go(moving, "sadness", 0.5, state, 600)
    assert np.abs(path[-1] - face("sadness")).max() < 1e-5


@pytest.mark.parametrize("turn", [6, 12, 20])
def test_a_change_of_mind_halfway_jumps_neither_in_place_nor_in_speed(
    moving: networks.MotionModel, turn: int
) -> None:
    first, state = go(moving, "happiness", 0.5, moving.rest_state(), turn)
    second, _ = go(moving, "sadness", 0.6, state, 90)
    path = np.concatenate([np.zeros((1, FACE), np.float32), first, second])
    speed = np.diff(path, axis=0) * MOTION_RATE
    change = np.abs(np.diff(speed, axis=0))[turn - 2 : turn + 2]
    assert change.max() < 0.6 * np.abs(speed).max()
    assert np.abs(path[-1] - face("sadness")).max() < 5e-3


def test_the_upper_lids_lead_the_brows(moving: networks.MotionModel) -> None:
    path, _ = go(moving, "surprise", 0.45, moving.rest_state(), 60)
    share = path / np.where(face("surprise") > 0, face("surprise"), 1)
    half = np.argmax(share > 0.5, axis=0) / MOTION_RATE
    lag = half[INDEX["browInnerUp"]] - half[INDEX["eyeWideLeft"]]
    assert 0.06 <= lag <= 0.2  # Jack et al. 2014


def test_noise_is_another_way_to_the_same_face(moving: networks.MotionModel) -> None:
    random = np.random.default_rng(0)
    noises = random.standard_normal((8, moving.sizes["noise"]))
    paths = [go(moving, "happiness", 0.5, moving.rest_state(), 60, noise)[0] for noise in noises]
    smiles = np.array(paths)[:, :, INDEX["mouthSmileLeft"]]
    assert np.ptp(smiles, axis=0).max() > 0.1
    assert np.ptp(smiles[:, -1]) < 5e-3


def test_a_transition_of_no_time_is_quick_but_no_jump(moving: networks.MotionModel) -> None:
    path, _ = go(moving, "surprise", 0.01, moving.rest_state(), 30)
    assert np.abs(np.diff(path, axis=0, prepend=0)).max() < 0.5
    assert np.abs(path[11] - face("surprise")).max() < 0.05
