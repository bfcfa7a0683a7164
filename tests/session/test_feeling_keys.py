# SPDX-License-Identifier: GPL-3.0-or-later
"""A feeling keyed at a frame, by itself and with a sequence."""

from collections.abc import Iterator

import bpy
import lip_sync
import numpy as np
import pytest
from numpy.typing import NDArray

import emotebot_blender
from emotebot_blender.animation.feeling_times import feeling_times
from emotebot_blender.rig.control_values import ControlValues
from emotebot_blender.rig.face import Face, find_face

SCRIPT = "0 happy\n3 sad\n6 angry\n9 surprised"


@pytest.fixture
def head(reference_head) -> Iterator[Face]:
    """Yield the face of the reference head, EmoteBot registered."""
    emotebot_blender.register()
    scene = reference_head
    scene.render.fps, scene.frame_start = 24, 1
    yield find_face(None, scene)
    emotebot_blender.unregister()


def shown(face: Face, frames) -> NDArray[np.float32]:
    """Return what the controls of a face show on some frames, shape (frames, controls)."""
    values = ControlValues(face.controls())
    rows = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        rows.append(values.read())
    return np.stack(rows)


def key(frame: int, words: str = "disgusted") -> None:
    bpy.context.scene.frame_set(frame)
    assert bpy.ops.emotebot.key(words=words, keying="DENSE") == {"FINISHED"}


def names(face: Face) -> set[tuple[str, str]]:
    """Return the track and the strip of every layer of a face."""
    return {
        (track.name, strip.name.partition(".")[0])
        for owner in face.animated_ids
        for track in owner.animation_data.nla_tracks
        for strip in track.strips
    }


@pytest.mark.parametrize("speech", ["NONE", *lip_sync.PLACES])
@pytest.mark.parametrize("order", ["key last", "key first"])
def test_a_feeling_is_keyed_and_the_sequence_goes_on(head, order, speech) -> None:
    def perform() -> None:
        bpy.ops.emotebot.perform(script=SCRIPT, keying="DENSE")

    if speech != "NONE":
        lip_sync.add_lip_sync(head.objects[0], speech)
    perform()
    after = range(120, bpy.context.scene.frame_end, 3)
    alone = shown(head, after)
    if order == "key first":
        bpy.ops.emotebot.clear(beats=True)
        key(60)
        perform()
    else:
        key(60)
    (times,) = feeling_times(head)
    assert times.arrival == 60
    assert times.release == 73  # as the third beat sets out
    assert 73 + 6 < times.end < 73 + 24
    assert np.array_equal(shown(head, after), alone)
    blinks = [row for row, control in enumerate(head.controls()) if "Blink" in control.name]
    assert np.ptp(shown(head, after)[:, blinks], axis=0).max() > 0.5
    silent = [row for row, control in enumerate(head.controls()) if not is_spoken(control)]
    disgusted = shown(head, [60, 66, 72])[:, silent]
    assert np.ptp(disgusted, axis=0).max() < 1e-6
    assert np.abs(disgusted[0] - shown(head, [100])[0, silent]).max() > 0.1


SPOKEN = range(104, 128)
"""Frames of a phrase, after the feelings that are keyed on frame 49."""
QUIET = range(136, 142)
"""Frames of the pause after that."""


def channels(face: Face, frames, *names: str) -> NDArray[np.float32]:
    """Return what shape keys show on some frames, shape (frames, names)."""
    rows = [control.name for control in face.controls()]
    return shown(face, frames)[:, [rows.index(name) for name in names]]


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_speech_keeps_the_mouth_of_a_keyed_feeling(head, place) -> None:
    """A third of it is added in phrases and all in pauses; on a track speech keeps its channels."""
    names = ("mouthSmile_L", "cheekSquint_L", "jawOpen")
    laugh = "happiness=0.7 surprise=0.3"
    key(49, laugh)
    smile, cheek, jaw = channels(head, [150], *names)[0]
    assert min(smile, 4 * cheek, 4 * jaw) > 0.4
    assert bpy.ops.emotebot.clear() == {"FINISHED"}
    lip_sync.add_lip_sync(head.objects[0], place)
    key(49, laugh)
    added = np.array([smile, 0.0 if place == "TRACK" else jaw])
    quiet, spoken = (channels(head, frames, *names) for frames in (QUIET, SPOKEN))
    assert quiet[:, [0, 2]] == pytest.approx(np.tile(added, (len(QUIET), 1)), abs=0.02)
    spoken[:, 2] -= lip_sync.spoken_values("jawOpen", SPOKEN)
    assert spoken[:, [0, 2]] == pytest.approx(np.tile(added / 3, (len(SPOKEN), 1)), abs=0.02)
    assert np.concatenate([quiet, spoken])[:, 1] == pytest.approx(cheek, abs=0.02)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_lips_close_under_a_keyed_feeling(head, place) -> None:
    lip_sync.add_lip_sync(head.objects[0], place, closes=True)
    key(49, "surprised")
    names = ("jawOpen", "mouthFunnel", "mouthUpperUp_L", "mouthLowerDown_L")
    assert channels(head, lip_sync.CLOSURES, *names) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_a_feeling_sets_out_from_the_one_before_while_speech_moves(head, place) -> None:
    lip_sync.add_lip_sync(head.objects[0], place)
    key(49, "happy")
    key(120, "surprised")
    assert [times.start for times in feeling_times(head)] == [33, 105]
    smile = channels(head, range(100, 125), "mouthSmile_L")[:, 0]
    assert smile[4] > 0.1
    # It leaves before new brows are up, in steps; from any other face it would jump
    assert np.abs(np.diff(smile[4:])).max() < 0.2 * smile[4]


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_over_a_sequence_speech_keeps_the_mouth_as_well(head, place) -> None:
    lip_sync.add_lip_sync(head.objects[0], place)
    bpy.ops.emotebot.perform(script="sad for 8s")
    key(49, "happy")
    (times,) = feeling_times(head)
    assert (times.arrival, times.release) == (49, 85)
    quiet, spoken = (
        channels(head, frames, "mouthSmile_L") for frames in (range(49, 52), range(61, 82))
    )
    assert quiet.min() > 0.4
    assert spoken == pytest.approx(quiet.mean() / 3, abs=0.02)


def test_a_feeling_without_a_mouth_leaves_the_action_of_speech_as_it_is(head) -> None:
    lip_sync.add_lip_sync(head.objects[0])
    bpy.context.scene.frame_set(49)
    bpy.ops.emotebot.key(words="happy", region="NO_MOUTH")
    data = head.objects[0].data.shape_keys.animation_data
    assert data.action_blend_type == "REPLACE"


def test_it_arrives_at_its_time_after_the_frame_rate_changed(head) -> None:
    lip_sync.add_lip_sync(head.objects[0])
    key(49, "happy")
    bpy.context.scene.render.fps = 48
    bpy.context.view_layer.update()
    assert bpy.ops.emotebot.perform(script="sad for 8s") == {"FINISHED"}
    (times,) = feeling_times(head)
    assert times.arrival == pytest.approx(1 + 48 * 2)


def is_spoken(control) -> bool:
    return control.name in lip_sync.CHANNELS


def test_it_stays_by_itself_and_says_so_by_its_name(head) -> None:
    key(60)
    first, second = shown(head, [60, 600])
    assert np.array_equal(first, second)
    assert names(head) == {("EmoteBot Feelings", f"{head.name}: disgusted")}


def report_of(frame: int, capsys, **scene) -> str:
    for name, value in scene.items():
        setattr(bpy.context.scene, name, value)
    key(frame, "happy")
    return capsys.readouterr().out


def test_when_it_arrives_and_sets_out_is_reported(face, capsys) -> None:
    assert "arrives at frame 30, starts at 14:" in report_of(30, capsys)


def test_a_lead_in_begins_with_the_scene(face, capsys) -> None:
    assert "arrives at frame 5, starts at 1, where the scene begins:" in report_of(5, capsys)
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    assert strip.frame_start == 1


def test_on_the_first_frame_the_face_begins_with_it(face, capsys) -> None:
    assert "begins on frame 1, with the scene:" in report_of(1, capsys)
    smile = face.data.shape_keys.key_blocks["mouthSmileLeft"]
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    assert strip.frame_start == 1
    for frame in (1, 2, 100):
        bpy.context.scene.frame_set(frame)
        assert smile.value > 0.2


def test_before_the_scene_it_sets_out_freely(face, capsys) -> None:
    assert "arrives at frame 5, starts at -11:" in report_of(5, capsys, frame_start=50)
