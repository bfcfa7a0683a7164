# SPDX-License-Identifier: GPL-3.0-or-later
"""A feeling keyed at a frame, by itself and with a sequence."""

from collections.abc import Iterator

import bpy
import lip_sync
import numpy as np
import pytest
from numpy.typing import NDArray

import emotebot_blender
from emotebot_blender.animation.keyed_feelings import feeling_times
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


@pytest.mark.parametrize("place", lip_sync.PLACES)
def test_lip_sync_speaks_on_under_a_keyed_feeling(head, place) -> None:
    lip_sync.add_lip_sync(head.objects[0], place)
    spoken = [row for row, control in enumerate(head.controls()) if is_spoken(control)]
    frames = range(45, 120)
    before = shown(head, frames)[:, spoken]
    key(60)
    assert np.array_equal(shown(head, frames)[:, spoken], before)


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


def test_when_it_arrives_and_sets_out_is_told(face, capsys) -> None:
    assert "arrives at frame 30, sets out at 14:" in report_of(30, capsys)


def test_a_lead_in_begins_with_the_scene(face, capsys) -> None:
    assert "arrives at frame 5, sets out at 1, where the scene begins:" in report_of(5, capsys)
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
    assert "arrives at frame 5, sets out at -11:" in report_of(5, capsys, frame_start=50)
