# SPDX-License-Identifier: GPL-3.0-or-later
"""A reference head that talks is given feelings: both show, and Clear leaves its speech as it was.

What the head shows without speech, and what the speech shows without feelings, is measured on the
head by Blender alone; phrases and pauses are those that the lip-sync was keyed with.
"""

import bpy
import lip_sync
import numpy as np
import pytest
from keying import all_keys, key_by_hand, tracks_of

from emotebot_blender.animation.layers import find_layer, set_layer_strength
from emotebot_blender.rig.face import find_face
from emotebot_blender.session import clearing, performing
from emotebot_blender.session.sequence import sequence_of
from emotebot_blender.session.sequence_script import read_source

FRAMES = range(1, 216)
SCRIPT = "happy for 8s"
SMILE, BROW, CHEEK = "mouthSmile_L", "browDown_L", "cheekSquint_L"
SPEAKING = [frame for first, last in lip_sync.PHRASES for frame in range(first + 3, last - 2)]
PAUSED = [frame for last, first in lip_sync.PAUSES for frame in range(last + 6, first - 5)]
PLACES = [*lip_sync.PLACES, "ABOVE"]


@pytest.fixture
def head(blender, reference_head):
    """Return the reference head, with EmoteBot registered."""
    return bpy.data.objects["ICT_Head"]


@pytest.fixture
def talking(head):
    """Return a function that gives the head lip-sync in a place and has it be happy."""

    def talk(place: str, **options):
        if place != "ABOVE":
            lip_sync.add_lip_sync(head, place)
        before = artists(head)
        report = perform(head, **options)
        if place == "ABOVE":
            lip_sync.add_lip_sync(head, "TRACK")
            data = head.data.shape_keys.animation_data
            before = (data.action_blend_type, [], tracks_of(head)[1:])
            report = performing.perform_sequence(find_face(head, bpy.context.scene), scene())
        return before, report

    return talk


def scene():
    return bpy.context.scene


def perform(head, script=SCRIPT, **options):
    script = read_source(script, "")
    return performing.perform_script(find_face(head, scene()), script, scene(), options)


def artists(head):
    """Return the artist's own animation of a head, to the bit."""
    keys = head.data.shape_keys
    data = keys.animation_data
    if data is None:
        return ("REPLACE", [], [])
    return (data.action_blend_type, all_keys(keys), tracks_of(head))


def shown(head, *names: str) -> dict[str, np.ndarray]:
    """Return what shape keys show on each of ``FRAMES``, by frame."""
    blocks = head.data.shape_keys.key_blocks
    values = np.zeros((len(names), FRAMES.stop))
    for frame in FRAMES:
        scene().frame_set(frame)
        values[:, frame] = [blocks[name].value for name in names]
    return dict(zip(names, values, strict=True))


@pytest.fixture
def alone(head):
    """Return what the feelings show on the head without speech, and take them off again."""
    perform(head)
    values = shown(head, "jawOpen", SMILE, BROW, CHEEK)
    clearing.clear(find_face(head, scene()), True, True, True)
    return values


@pytest.mark.parametrize("place", PLACES)
def test_the_head_talks_and_feels(head, alone, talking, place):
    talking(place)
    seen = shown(head, "jawOpen", SMILE, BROW, CHEEK)
    spoken = np.array([0.0, *lip_sync.spoken_values("jawOpen", FRAMES)])
    jaw = seen["jawOpen"][SPEAKING]
    assert np.corrcoef(jaw, spoken[SPEAKING])[0, 1] > 0.98
    assert np.ptp(jaw) >= 0.9 * np.ptp(spoken[SPEAKING])
    assert seen[SMILE][SPEAKING] == pytest.approx(alone[SMILE][SPEAKING] / 3, abs=0.02)
    assert seen[SMILE][PAUSED] == pytest.approx(alone[SMILE][PAUSED], abs=0.02)
    assert seen["jawOpen"][PAUSED] == pytest.approx(alone["jawOpen"][PAUSED], abs=0.02)
    assert seen[BROW] == pytest.approx(alone[BROW], abs=0.02)
    assert seen[CHEEK] == pytest.approx(alone[CHEEK], abs=0.02)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_lips_close_where_speech_closes_them(head, place):
    lip_sync.add_lip_sync(head, place, closes=True)
    perform(head, script="astonished! for 8s")
    opening = ("jawOpen", "mouthFunnel", "mouthUpperUp_L", "mouthLowerDown_L")
    seen = shown(head, *opening)
    for name in opening:
        assert seen[name][list(lip_sync.CLOSURES)] == pytest.approx(0, abs=0.02)
    added = seen["jawOpen"][1:] - lip_sync.spoken_values("jawOpen", FRAMES, closes=True)
    paused = seen["jawOpen"][PAUSED].mean()
    assert paused > 0.12
    # It comes and goes smoothly
    assert np.abs(np.diff(added[: lip_sync.LAST_FRAME])).max() < 0.3 * paused


@pytest.mark.parametrize("place", PLACES)
def test_clear_gives_back_exactly_what_was_there(head, talking, place, tmp_path):
    before, _ = talking(place)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "talk.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "talk.blend"))
    head = bpy.data.objects["ICT_Head"]
    clearing.clear(find_face(head, scene()), True, True, False)
    assert artists(head) == before
    jaw = shown(head, "jawOpen")["jawOpen"][1:]
    assert jaw == pytest.approx(lip_sync.spoken_values("jawOpen", FRAMES), abs=1e-6)


def test_performing_twice_is_performing_once(head, talking):
    talking("TRACK")
    once = shown(head, "jawOpen", SMILE)
    performing.perform_sequence(find_face(head, scene()), scene())
    again = shown(head, "jawOpen", SMILE)
    assert again["jawOpen"] == pytest.approx(once["jawOpen"], abs=1e-6)
    assert len(tracks_of(head)) == 3


def test_what_is_done_with_speech_is_reported(head, talking):
    _, report = talking("ACTION")
    reported = [str(note) for note in report.notes]
    assert reported == [
        "Lip-sync keeps the mouth: 33 % of the feeling is added while it speaks, "
        "100 % in its pauses",
        "The action “Speech” adds to the layer until that is cleared",
    ]
    assert find_layer(find_face(head, scene())).added_to == "Speech"


def test_each_share_has_a_slider(head, alone, talking):
    talking("ACTION", share_speaking=0.0, share_mouth=0.5, share_brows=0.25)
    seen = shown(head, "jawOpen", SMILE, BROW)
    spoken = np.array(lip_sync.spoken_values("jawOpen", FRAMES))
    assert seen["jawOpen"][SPEAKING] == pytest.approx(spoken[np.array(SPEAKING) - 1], abs=0.02)
    assert seen[SMILE][PAUSED] == pytest.approx(alone[SMILE][PAUSED] / 2, abs=0.02)
    assert seen[BROW] == pytest.approx(alone[BROW] / 4, abs=0.02)


def test_replaced_speech_is_hidden_as_far_as_it_lies_below(head, alone, talking):
    talking("TRACK", mix_mouth="REPLACE")
    assert shown(head, "jawOpen")["jawOpen"] == pytest.approx(alone["jawOpen"], abs=0.02)


def test_half_the_strength_leaves_all_of_the_speech(head, talking):
    talking("TRACK")
    full = shown(head, "jawOpen", SMILE)
    set_layer_strength(find_face(head, scene()), "sequence", 0.5)
    half = shown(head, "jawOpen", SMILE)
    spoken = np.array([0.0, *lip_sync.spoken_values("jawOpen", FRAMES)])
    expected = spoken + (full["jawOpen"] - spoken) / 2
    assert half["jawOpen"][1:] == pytest.approx(expected[1:], abs=1e-4)
    assert half[SMILE] == pytest.approx(full[SMILE] / 2, abs=1e-4)


def test_hand_keys_outside_the_mouth_win_as_before(head):
    lip_sync.add_lip_sync(head)
    key_by_hand(head, BROW, (1, 0.25), (200, 0.75))
    report = perform(head)
    brow = shown(head, BROW)[BROW]
    assert (brow[1], brow[200]) == pytest.approx((0.25, 0.75))
    labels = [str(control) for control, _ in report.skipped]
    assert labels == [f"{head.name}: {BROW}"]


def test_keys_of_speech_are_as_many_after_a_bake_and_clear(head, talking):
    before, _ = talking("ACTION")
    shows = shown(head, "jawOpen", SMILE)
    face = find_face(head, scene())
    performing.bake(face, scene(), performing.keying_of(sequence_of(face)))
    assert head.data.shape_keys.animation_data.action_blend_type == "REPLACE"
    baked = shown(head, "jawOpen", SMILE)
    for name in baked:
        assert baked[name][1:180] == pytest.approx(shows[name][1:180], abs=0.02)
    clearing.clear(face, True, True, False)
    assert artists(head) == before
    assert lip_sync.standing_keys(head) == dict.fromkeys(lip_sync.CHANNELS, 40)


def test_what_hides_a_new_layer_after_a_bake_is_reported(head, talking):
    talking("ACTION")
    face = find_face(head, scene())
    performing.bake(face, scene(), performing.keying_of(sequence_of(face)))
    report = performing.perform_sequence(face, scene())
    assert "Baked keys hide the layer: press Clear Baked Keys to see it" in map(str, report.notes)
    assert find_layer(face).baked
    clearing.clear(face, False, True, False)
    assert not find_layer(face).baked
    assert lip_sync.standing_keys(head) == dict.fromkeys(lip_sync.CHANNELS, 40)


def test_speech_that_came_or_changed_since_is_noticed(head):
    perform(head)
    face = find_face(head, scene())
    assert not find_layer(face).outdated
    lip_sync.add_lip_sync(head, "TRACK")
    assert find_layer(face).outdated
    performing.perform_sequence(face, scene())
    assert not find_layer(face).outdated
    data = head.data.shape_keys.animation_data
    strip = next(s for t in data.nla_tracks for s in t.strips if s.name == "Speech")
    strip.action.name = "Take 2"
    assert not find_layer(face).outdated
    strip.frame_start_raw += 4
    assert find_layer(face).outdated


def test_a_blend_type_that_the_artist_chose_is_kept(head):
    lip_sync.add_lip_sync(head)
    data = head.data.shape_keys.animation_data
    data.action_blend_type = "ADD"
    perform(head)
    assert data.action_blend_type == "ADD"
    assert shown(head, "jawOpen")["jawOpen"][16] > 0.35
    clearing.clear(find_face(head, scene()), True, True, False)
    assert data.action_blend_type == "ADD"


def test_speech_that_goes_on_after_the_last_feeling_keeps_its_mouth(head, alone, talking):
    """The last feeling is held on: in the phrases that follow at a third, too."""
    talking("ACTION")
    face = find_face(head, scene())
    clearing.clear(face, True, True, True)
    report = performing.perform_script(face, read_source("happy", ""), scene(), {})
    assert report.frames[1] < lip_sync.PHRASES[1][0] < lip_sync.PHRASES[2][0]
    smile = shown(head, SMILE)[SMILE]
    later = [frame for frame in SPEAKING if frame > report.frames[1]]
    full = smile[lip_sync.LAST_FRAME + 12]
    assert full > 0.3
    assert smile[later] == pytest.approx(np.full(len(later), full / 3), abs=0.02)
