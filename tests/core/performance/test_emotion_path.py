# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares that move with a face, against ways worked out by hand."""

import copy

import numpy as np

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import SHARES
from emotebot_blender.core.performance.emotion_path import EmotionPath

NEUTRAL = np.zeros(len(CHANNELS), dtype=np.float32)


def face(**weights: float) -> np.ndarray:
    row = NEUTRAL.copy()
    for name, weight in weights.items():
        row[INDEX[name]] = weight
    return row


def felt(**amounts: float) -> np.ndarray:
    row = np.zeros(len(SHARES), dtype=np.float32)
    for name, amount in amounts.items():
        row[SHARES.index(name)] = amount
    return row


def of(name: str, shares: np.ndarray) -> list[float]:
    return np.round(shares[:, SHARES.index(name)], 6).tolist()


SMILE = face(mouthSmileLeft=0.6, mouthSmileRight=0.8)


def test_a_share_is_the_part_of_the_way_that_the_face_has_made():
    path = EmotionPath()
    path.set_target(NEUTRAL, SMILE, felt(happiness=0.5), 0.4)
    shares = path.follow(np.stack([0.25 * SMILE, 0.5 * SMILE, SMILE]))
    assert of("happiness", shares) == [0.125, 0.25, 0.5]
    assert of("happiness", path.follow(SMILE[None])) == [0.5]


def test_what_strays_from_the_way_does_not_count():
    """At a right angle to the smile nothing is made; back and beyond are held within the way."""
    path = EmotionPath()
    path.set_target(NEUTRAL, SMILE, felt(happiness=1.0), 0.4)
    across = face(mouthSmileLeft=0.8, mouthSmileRight=-0.6)
    assert of("happiness", path.follow(np.stack([across, -SMILE, 2 * SMILE]))) == [0, 0, 1]


def test_what_leaves_and_what_arrives_have_their_own_times():
    path = EmotionPath(felt(happiness=1.0))
    frown = face(mouthFrownLeft=1.0)
    path.set_target(SMILE, frown, felt(sadness=0.5, custom=0.5), 0.4)
    shares = path.follow(np.stack([0.5 * SMILE, 0.25 * SMILE + 0.5 * frown, frown]))
    assert of("happiness", shares) == [0.5, 0.25, 0]
    assert of("sadness", shares) == of("custom", shares) == [0, 0.25, 0.5]


def test_a_share_falls_with_the_face_where_nothing_of_that_falls():
    path = EmotionPath(felt(neutral=1.0))
    path.set_target(NEUTRAL, SMILE, felt(happiness=1.0), 0.4)
    assert of("neutral", path.follow(np.stack([0.25 * SMILE, SMILE]))) == [0.75, 0]


def test_lids_and_gaze_do_not_count():
    path = EmotionPath()
    target = SMILE + face(eyeBlinkLeft=1.0, eyeLookUpLeft=1.0)
    path.set_target(NEUTRAL, target, felt(happiness=1.0), 0.4)
    blink = 0.5 * SMILE + face(eyeBlinkLeft=0.1)
    assert of("happiness", path.follow(blink[None])) == [0.5]


def test_a_face_that_stands_still_takes_the_time_of_the_transition():
    path = EmotionPath()
    path.set_target(SMILE, SMILE, felt(happiness=1.0), 4 / 60)
    still = np.stack([SMILE] * 3)
    assert of("happiness", path.follow(still)) == [0.25, 0.5, 0.75]
    assert of("happiness", path.follow(still)) == [1, 1, 1]


def test_a_target_that_comes_on_the_way_starts_from_there():
    path = EmotionPath()
    path.set_target(NEUTRAL, SMILE, felt(happiness=1.0), 0.4)
    path.follow(0.5 * SMILE[None])
    path.set_target(0.5 * SMILE, NEUTRAL, felt(), 0.4)
    assert of("happiness", path.follow(np.stack([0.5 * SMILE, 0.25 * SMILE]))) == [0.5, 0.25]


def test_a_copy_goes_on_alone():
    path = EmotionPath()
    path.set_target(NEUTRAL, SMILE, felt(happiness=1.0), 0.4)
    other = copy.copy(path)
    path.follow(SMILE[None])
    assert of("happiness", other.shares[None]) == [0]
