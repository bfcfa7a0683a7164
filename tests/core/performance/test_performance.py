# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.clip import Clip
from emotebot_blender.core.emotions import (
    BASIC_EMOTIONS,
    NEUTRAL,
    SHARES,
    CustomExpression,
    Feeling,
    Mixture,
)
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.approach import approach
from emotebot_blender.core.performance.networks import Networks, load_networks
from emotebot_blender.core.performance.performance import (
    Performer,
    express,
    perform,
    target_changes,
)
from emotebot_blender.core.script.beats import Beat, EmotionScript

SMILE = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load_networks()


def feeling(emotion: str, intensity: float = 0.8) -> Feeling:
    return Feeling(Mixture.of({emotion: 1}), intensity)


def script(*beats: tuple[float, str], **values: float) -> EmotionScript:
    return EmotionScript(tuple(Beat(feeling(emotion), start, **values) for start, emotion in beats))


EIGHT = script(*((2.0 * i, emotion) for i, emotion in enumerate(BASIC_EMOTIONS)))


@pytest.mark.parametrize("fps", [23.976, 24, 25, 60, 120])
def test_a_clip_lasts_as_long_as_its_script(networks, fps):
    clip = perform(EIGHT, networks, fps)
    assert clip.fps == fps
    assert clip.duration == pytest.approx(EIGHT.duration, abs=1 / fps)


def test_a_performance_begins_neutral(networks):
    np.testing.assert_array_equal(perform(EIGHT, networks).weights[0], 0)


def test_the_same_seed_gives_the_same_bits(networks):
    first, second = (perform(EIGHT, networks, seed=3).weights.tobytes() for _ in range(2))
    assert first == second


def test_another_seed_gives_another_performance(networks):
    first, second = (perform(EIGHT, networks, seed=seed).weights for seed in (3, 4))
    assert np.abs(first - second).max() > 0.1


def test_an_asked_for_take_is_the_same_wherever_it_stands(networks):
    values = {"take": 7, "transition": 0.5}
    first = perform(script((0, "anger"), **values), networks, 60)
    later = perform(script((0, "anger"), (2, "anger"), **values), networks, 60)
    eyeless = [i for i, name in enumerate(CHANNELS) if not name.startswith("eye")]
    np.testing.assert_allclose(later.weights[-1, eyeless], first.weights[-1, eyeless], atol=0.01)


def test_live_frames_are_those_of_the_film(networks):
    film = perform(script((0, "fear"), (1.5, "happiness")), networks, 60, seed=5)
    performer = Performer(networks, 5)
    live = []
    for step in range(len(film) - 1):
        if step == 0:
            performer.set_target(feeling("fear"))
        if step == 90:
            performer.set_target(feeling("happiness"))
        live.append(performer.advance(1)[0])
    np.testing.assert_array_equal(np.array(live), film.weights[1:])


def test_a_face_can_have_every_frame(networks):
    for seed in range(3):
        weights = perform(EIGHT, networks, 24, seed).weights
        assert weights.min() >= 0
        assert weights.max() <= 1
        assert (weights[:, INDEX["mouthClose"]] <= weights[:, INDEX["jawOpen"]]).all()
        for side in ("Left", "Right"):
            lid, wide = weights[:, INDEX[f"eyeBlink{side}"]], weights[:, INDEX[f"eyeWide{side}"]]
            assert (lid + wide <= 1 + 1e-6).all()


def test_a_smile_arrives_when_it_was_asked_to(networks):
    clip = perform(script((0.5, "happiness"), transition=0.8), networks, 60)
    smile = clip.weights[:, SMILE].mean(axis=1)
    share = smile / smile[-1]
    assert share[29] < 0.02  # it sets out at half a second,
    assert 0.02 < share[42] < 0.98  # is on its way a quarter through,
    assert share[round(1.3 * 60)] > 0.9  # and there when it is due


def test_a_held_beat_relaxes_before_the_next(networks):
    held = EmotionScript(
        (
            Beat(feeling("happiness"), 0.0, 0.4, 0.5),
            Beat(feeling("happiness"), 5.0),
        )
    )
    smile = perform(held, networks, 60).weights[:, SMILE].mean(axis=1)
    assert smile[50] > 0.3
    assert smile[295] < 0.02
    assert smile[-1] > 0.3


def test_intensity_zero_moves_nothing_but_the_eyes(networks):
    still = EmotionScript((Beat(feeling("anger", 0.0)),))
    weights = perform(still, networks).weights
    moved = ("eyeBlink", "eyeLook", "eyeWide")
    eyes = [i for i, name in enumerate(CHANNELS) if name.startswith(moved)]
    np.testing.assert_allclose(np.delete(weights, eyes, axis=1), 0, atol=1e-4)


def test_a_mixture_shows_both_of_its_emotions(networks):
    rows = express(networks, Feeling(Mixture.of({"happiness": 1, "surprise": 1}), 1.0), count=20)
    mean = rows.mean(axis=0)
    assert mean[SMILE].mean() > 0.25
    assert mean[INDEX["browInnerUp"]] > 0.2


def test_expressions_are_those_of_their_own_seeds(networks):
    rows = express(networks, feeling("sadness"), seed=10, count=3)
    np.testing.assert_array_equal(rows[2:], express(networks, feeling("sadness"), seed=12))
    assert np.abs(rows[0] - rows[2]).max() > 0.02


def test_progress_runs_from_start_to_end(networks):
    shares: list[float] = []
    perform(EIGHT, networks, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_shares_of_a_clip_rise_and_fall_with_its_face(networks):
    mixed = Feeling(Mixture.of({"anger": 3, "fear": 1}), 0.4)
    beats = (Beat(feeling("happiness", 0.8), 0.5, 0.4, 0.6), Beat(mixed, 3.0))
    clip = perform(EmotionScript(beats), networks, 60)
    happiness, anger, fear = (
        clip.shares[:, SHARES.index(name)] for name in ("happiness", "anger", "fear")
    )
    assert clip.shares.dtype == np.float32
    assert not clip.shares[:31].any()  # neutral to half a second,
    assert (np.diff(happiness[30:55]) >= 0).all()  # happier to .9 s,
    np.testing.assert_allclose(happiness[60:91], 0.8, atol=1e-3)  # happy until its hold ends,
    assert (np.diff(happiness[90:150]) <= 1e-6).all()  # relaxing,
    np.testing.assert_allclose(clip.shares[170:181], 0, atol=1e-3)  # neutral to 3 s
    np.testing.assert_allclose(anger, 3 * fear, atol=1e-6)
    assert (anger[-1], fear[-1]) == pytest.approx((0.3, 0.1), abs=1e-3)
    smile = clip.weights[:, SMILE].mean(axis=1)
    half = [int(np.argmax(rising > 0.5 * rising[60:90].max())) for rising in (happiness, smile)]
    assert abs(half[0] - half[1]) <= 2  # frames of 60 a second: not with the change of the target


def test_a_custom_expression_leaves_the_emotions_their_share(networks):
    both = Feeling(feeling("happiness").mixture, 0.8, ((GAWP, 0.25),))
    clip = perform(EmotionScript((Beat(both),)), networks, 60)
    assert clip.shares[-1, SHARES.index("happiness")] == pytest.approx(0.6)
    assert clip.shares[-1, SHARES.index("custom")] == pytest.approx(0.2)
    assert clip.shares[-1].sum() == pytest.approx(0.8)


def test_a_transition_goes_from_shares_to_those_of_its_target(networks):
    joy = np.array([SHARES.index("happiness") == i for i in range(len(SHARES))], dtype=np.float32)
    start = express(networks, feeling("happiness"))[0]
    clip = approach(networks, start, feeling("fear", 0.5), 0.5, 24, strength=0.5, shares=joy)
    happiness, fear = (clip.shares[:, SHARES.index(name)] for name in ("happiness", "fear"))
    assert (happiness[0], fear[0]) == (1, 0)
    assert (happiness[-1], fear[-1]) == (pytest.approx(0, abs=1e-6), pytest.approx(0.25))
    assert 0 < happiness[6] < 1
    assert 0 < fear[6] < 0.25
    assert not np.delete(clip.shares, [0, SHARES.index("fear")], axis=1).any()


def test_a_long_beat_is_performed_like_a_live_face(networks):
    """Four minutes: more than the network takes at a time."""
    long = EmotionScript((Beat(feeling("sadness"), 0.0), Beat(feeling("anger"), 240.0)))
    clip = perform(long, networks, 60, seed=2)
    performer = Performer(networks, 2)
    performer.set_target(feeling("sadness"))
    live = np.concatenate([performer.advance(1) for _ in range(240 * 60)])
    np.testing.assert_array_equal(live, clip.weights[1 : 240 * 60 + 1])


@pytest.mark.parametrize("fps", [1e10, 1e300])
def test_want_of_memory_is_an_error_of_the_script(networks, fps):
    message = r"of 16 s at 1e\+\d+ frames a second takes more memory than there is"
    with pytest.raises(EmoteBotError, match=message):
        perform(EIGHT, networks, fps)


def test_want_of_memory_while_performing_is_an_error_of_the_script(networks, monkeypatch):
    def refuse(*_):
        raise MemoryError

    monkeypatch.setattr(Clip, "resampled", refuse)
    message = "of 16 s at 1000 frames a second takes more memory than there is"
    with pytest.raises(EmoteBotError, match=message):
        perform(EIGHT, networks, 1000)


@pytest.mark.parametrize("fps", [0, -24, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(networks, fps):
    with pytest.raises(EmoteBotError, match="Frames a second"):
        perform(EIGHT, networks, fps)


def test_a_script_that_never_ends_is_refused(networks):
    endless = EmotionScript((Beat(feeling("anger")), Beat(feeling("fear"), start=1e300)))
    with pytest.raises(EmoteBotError, match="a performance lasts 43200 s at most"):
        perform(endless, networks)


def test_a_negative_seed_is_refused(networks):
    with pytest.raises(EmoteBotError, match="A seed is a whole number from 0, not -1"):
        perform(EIGHT, networks, seed=-1)


def test_a_script_without_beats_is_refused(networks):
    with pytest.raises(EmoteBotError, match="nothing to perform"):
        perform(EmotionScript(()), networks)


GAWP = CustomExpression(
    "gawp", tuple({"jawOpen": 0.6, "browInnerUp": 0.5}.get(name, 0.0) for name in CHANNELS)
)


def gawping(intensity: float = 1.0) -> Feeling:
    return Feeling(NEUTRAL, intensity, ((GAWP, 1.0),))


@pytest.mark.parametrize(("intensity", "jaw", "brow"), [(1, 0.6, 0.5), (0.5, 0.3, 0.25), (0, 0, 0)])
def test_a_custom_expression_is_shown_as_it_was_saved(networks, intensity, jaw, brow):
    shown = dict(zip(CHANNELS, express(networks, gawping(intensity), 3)[0].tolist(), strict=True))
    assert shown.pop("jawOpen") == pytest.approx(jaw)
    assert shown.pop("browInnerUp") == pytest.approx(brow)
    assert set(shown.values()) == {0.0}


def test_a_custom_expression_is_shown_as_a_face_can_have_it(networks):
    closed = [0.0] * 52
    closed[INDEX["mouthClose"]] = 0.4
    pout = Feeling(NEUTRAL, 1.0, ((CustomExpression("pout", tuple(closed)), 1.0),))
    np.testing.assert_array_equal(express(networks, pout), 0)


def test_a_custom_expression_leaves_the_emotions_the_rest(networks):
    happy = feeling("happiness")
    both = Feeling(happy.mixture, 0.8, ((GAWP, 0.25),))
    shown = express(networks, both, seed=2)[0]
    emotional = express(networks, happy, seed=2)[0]
    assert shown[SMILE] == pytest.approx(0.75 * emotional[SMILE], abs=1e-6)
    jaw = INDEX["jawOpen"]
    assert shown[jaw] == pytest.approx(0.75 * emotional[jaw] + 0.25 * 0.8 * 0.6, abs=1e-6)


def test_a_mixture_with_an_own_expression_is_neutral_at_intensity_0(networks):
    nothing = Feeling(feeling("anger").mixture, 0.0, ((GAWP, 0.25),))
    np.testing.assert_array_equal(express(networks, nothing), 0)


def test_a_performance_arrives_at_an_own_expression_and_comes_back(networks):
    there_and_back = EmotionScript((Beat(gawping(), 0.5), Beat(feeling("neutral", 0.0), 3.0)))
    weights = perform(there_and_back, networks, 60).weights
    jaw = weights[:, INDEX["jawOpen"]]
    assert jaw[29] < 0.02
    assert jaw[175] == pytest.approx(0.6, abs=0.03)
    assert weights[175, SMILE] == pytest.approx([0, 0], abs=0.02)
    assert jaw[-1] < 0.03


def test_a_transition_to_a_face_ends_at_an_own_expression(networks):
    clip = approach(networks, np.zeros(52, dtype=np.float32), gawping(), 0.5, 24)
    assert clip.weights[-1, INDEX["jawOpen"]] == pytest.approx(0.6, abs=1e-6)


def test_a_take_shows_the_same_face_in_a_performance_and_by_itself(networks):
    beat = Beat(feeling("anger"), take=7, transition=0.3)
    film = perform(EmotionScript((beat,)), networks, 60, seed=3).weights[-1]
    alone = express(networks, feeling("anger"), seed=3, take=7)[0]
    eyeless = [i for i, name in enumerate(CHANNELS) if not name.startswith("eye")]
    np.testing.assert_allclose(film[eyeless], alone[eyeless], atol=0.03)
    other = express(networks, feeling("anger"), seed=3, take=8)[0]
    assert np.abs(film[eyeless] - other[eyeless]).max() > 0.05


def test_a_take_of_its_own_seed_is_the_usual_one(networks):
    asked = express(networks, feeling("fear"), seed=5, take=5)
    np.testing.assert_array_equal(asked, express(networks, feeling("fear"), seed=5))


def test_a_transition_to_a_face_ends_at_the_take_that_is_asked_for(networks):
    neutral = np.zeros(52, dtype=np.float32)
    clip = approach(networks, neutral, feeling("fear"), 0.5, 24, seed=2, take=9)
    shown = express(networks, feeling("fear"), seed=2, take=9)[0]
    np.testing.assert_allclose(clip.weights[-1], shown, atol=1e-6)


def test_a_character_that_exaggerates_shows_more_of_the_same_expression(networks):
    usual, more = (express(networks, feeling("fear"), exaggeration=gain)[0] for gain in (1, 1.5))
    free = [i for i, name in enumerate(CHANNELS) if name not in ("mouthClose", "eyeWideLeft")]
    assert (more[free] >= usual[free] - 1e-6).all()
    slight = (usual > 0.02) & (usual < 0.1)
    assert slight.any()
    np.testing.assert_allclose(more[slight] / usual[slight], 1.5, atol=0.05)


def test_a_performance_and_a_transition_arrive_at_what_the_character_shows(networks):
    shown = express(networks, feeling("disgust"), seed=3, take=7, exaggeration=1.6)[0]
    clip = approach(
        networks, np.zeros(52, np.float32), feeling("disgust"), 1, 24, 3, 7, exaggeration=1.6
    )
    np.testing.assert_allclose(clip.weights[-1], shown, atol=1e-6)
    beat = Beat(feeling("disgust"), take=7, transition=0.4)
    film = perform(EmotionScript((beat,)), networks, 60, seed=3, exaggeration=1.6)
    eyeless = [i for i, name in enumerate(CHANNELS) if not name.startswith("eye")]
    np.testing.assert_allclose(film.weights[-1, eyeless], shown[eyeless], atol=0.03)
    disgust = SHARES.index("disgust")
    # 1 - (1 - 0.8) ** 1.6
    assert (clip.shares[-1, disgust], film.shares[-1, disgust]) == pytest.approx(
        (0.924, 0.924), abs=1e-3
    )


@pytest.mark.parametrize("gain", [0.49, 2.01, float("nan"), float("inf")])
def test_a_gain_out_of_range_is_refused(networks, gain):
    with pytest.raises(EmoteBotError, match=r"from 0\.5 to 2"):
        express(networks, feeling("fear"), exaggeration=gain)
    with pytest.raises(EmoteBotError, match=r"from 0\.5 to 2"):
        perform(EIGHT, networks, exaggeration=gain)


@pytest.mark.parametrize("liveliness", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_liveliness_out_of_range_is_refused(networks, liveliness):
    with pytest.raises(EmoteBotError, match="from 0 to 1"):
        perform(EIGHT, networks, liveliness=liveliness)
    with pytest.raises(EmoteBotError, match="from 0 to 1"):
        Performer(networks).set_target(feeling("fear"), liveliness=liveliness)


def test_a_beat_says_how_lively_its_own_hold_is_and_no_other():
    beats = (Beat(feeling("fear"), hold=1.0, liveliness=0.3), Beat(feeling("anger"), 9.0))
    changes = target_changes(EmotionScript(beats))
    assert [change.liveliness for change in changes] == [0.3, None, None]


def test_a_copied_performer_goes_on_alike_and_apart(networks):
    performer = Performer(networks, 4)
    performer.set_target(feeling("fear"))
    performer.advance(200)
    copied = performer.copy()
    expected = performer.advance(600)
    performer.set_target(feeling("happiness"))
    performer.advance(100)
    np.testing.assert_array_equal(copied.advance(600), expected)


def test_a_held_feeling_lives(networks):
    script = EmotionScript((Beat(feeling("happiness"), 0.0), Beat(feeling("happiness"), 12.0)))
    still, lively = (perform(script, networks, 60, 3, liveliness=gain) for gain in (0.0, 0.6))
    held = slice(3 * 60, 12 * 60)
    assert still.weights[held, SMILE].std(axis=0).max() < 1e-3
    spread = lively.weights[held, SMILE].std(axis=0) / lively.weights[held, SMILE].mean(axis=0)
    assert (spread > 0.15).all()  # people's is .25 to 1.3 at their liveliest; see training/metrics


def test_a_beat_may_hold_still_where_others_live(networks):
    beats = (Beat(feeling("anger"), 0.0), Beat(feeling("anger"), 6.0, liveliness=0.0))
    clip = perform(
        EmotionScript((*beats, Beat(feeling("anger"), 12.0))), networks, 60, 2, None, 1, 1
    )
    brow = clip.weights[:, INDEX["browDownLeft"]]
    assert brow[2 * 60 : 6 * 60].std() > 0.05
    assert brow[9 * 60 : 12 * 60].std() < 1e-3
