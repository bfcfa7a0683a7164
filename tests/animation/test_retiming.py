# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer keeps its seconds at another rate; the frames expected were worked out by hand."""

import bpy
import pytest
from keying import (
    DENSE,
    HEAD,
    RAMP,
    clip_of,
    keys_of,
    state,
    strip_keys,
    strip_of,
    tracks_of,
    values_at,
)

from emotebot_blender.animation.actions import strip_curves
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, find_layer
from emotebot_blender.animation.retiming import retime_layer
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face

PATH = 'key_blocks["jawOpen"].value'


@pytest.fixture
def write(face, empty_scene):
    """Return a function that writes a live recording of a ramp, at 24 frames a second."""

    def write(start: float = 1, keying: Keying = DENSE, **more) -> None:
        clip = clip_of(jawOpen=more.pop("values", RAMP))
        write_layer(face, clip, empty_scene, start, "Live", keying, kind="live-1", **more)

    return write


def jaw(head):
    return strip_curves(strip_of(head)).find(PATH)


def placed(head) -> tuple[float, ...]:
    """Return where a strip lies in the scene and what it plays of its action."""
    strip = strip_of(head)
    ends = (strip.frame_start, strip.frame_end, strip.action_frame_start, strip.action_frame_end)
    return tuple(round(end, 4) for end in ends)


@pytest.mark.parametrize(
    ("start", "rate", "about", "frames"),
    [
        (1, 48, 1, [1, 3, 5, 7, 9]),
        (1, 48, 0, [2, 4, 6, 8, 10]),
        (1, 12, 1, [1, 1.5, 2, 2.5, 3]),
        (11, 30, 1, [13.5, 14.75, 16, 17.25, 18.5]),
        (11, 12, 21, [16, 16.5, 17, 17.5, 18]),
        (-100, 48, 1, [-201, -199, -197, -195, -193]),
        (1001, 240, 1, [10001, 10011, 10021, 10031, 10041]),
    ],
)
def test_keys_and_strip_move_by_the_same_measure(
    face, head, empty_scene, write, start, rate, about, frames
):
    write(start)
    assert retime_layer(face, "live-1", rate, about)
    assert strip_keys(head, "jawOpen") == list(zip(frames, RAMP, strict=True))
    assert strip_keys(head, "mouthClose") == [(frame, 0) for frame in frames]
    assert placed(head) == (frames[0], frames[-1]) * 2
    layer = find_layer(face, "live-1")
    assert (layer.fps, layer.edited, layer.frames) == (rate, False, (frames[0], frames[-1]))
    for frame, value in zip(frames, RAMP, strict=True):
        empty_scene.frame_set(int(frame // 1), subframe=frame % 1)
        assert head.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(value, abs=1e-4)


def test_the_same_rate_changes_nothing(face, head, write):
    write()
    before = state(), tracks_of(head)
    assert not retime_layer(face, "live-1", 24, 1)
    assert (state(), tracks_of(head)) == before


def test_there_and_back(face, head, write):
    write(5, Keying(), values=[(frame % 7) / 7 for frame in range(40)])
    before = [tuple(point.co) for point in jaw(head).keyframe_points]
    retime_layer(face, "live-1", 30, 1)
    retime_layer(face, "live-1", 24, 1)
    after = [tuple(point.co) for point in jaw(head).keyframe_points]
    assert after == [pytest.approx(number, abs=1e-4) for number in before]
    assert not find_layer(face, "live-1").edited


@pytest.mark.parametrize("keying", [DENSE, Keying(), Keying(step=2)])
def test_the_curve_between_the_keys_keeps_its_form(face, head, write, keying):
    values = [(frame % 7) / 7 for frame in range(30)]
    write(1, keying, values=values)
    before = [jaw(head).evaluate(1 + quarter / 4) for quarter in range(116)]
    retime_layer(face, "live-1", 60, 1)
    after = [jaw(head).evaluate(1 + quarter / 4 * 2.5) for quarter in range(116)]
    apart = [abs(one - other) for one, other in zip(before, after, strict=True)]
    if keying.step == 1:
        assert max(apart) < 1e-4
    else:  # a step counts to one side of its frame or the other
        assert sorted(apart)[-16] < 1e-4


@pytest.mark.parametrize("keying", [DENSE, Keying()])
def test_it_is_not_edited_after_saving(face, empty_scene, write, keying, tmp_path):
    write(1, keying, values=RAMP * 5)
    retime_layer(face, "live-1", 30, 1)
    empty_scene.frame_set(3)
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    face = find_face(None, bpy.context.scene)
    assert not find_layer(face, "live-1").edited
    jaw(face.objects[0]).update()
    assert not find_layer(face, "live-1").edited


def test_what_was_edited_is_retimed_and_edited_still(face, head, write):
    write()
    jaw(head).keyframe_points[1].co[1] = 0.875
    retime_layer(face, "live-1", 48, 1)
    expected = [(1, 0), (3, 0.875), (5, 0.5), (7, 0.75), (9, 1)]
    assert strip_keys(head, "jawOpen") == expected
    layer = find_layer(face, "live-1")
    assert (layer.edited, layer.fps) == (True, 48)
    assert not retime_layer(face, "live-1", 48, 1)


def test_a_strip_moved_trimmed_and_stretched_stays_so(face, head, write):
    write()
    strip = strip_of(head)
    strip.action_frame_start = 2
    strip.scale, strip.repeat = 2, 3
    strip.frame_end_raw, strip.frame_start_raw = 118, 100
    assert placed(head) == (100, 118, 2, 5)  # 3 frames, twice as long, three times
    strip.use_auto_blend, strip.blend_in, strip.blend_out = False, 2, 3
    retime_layer(face, "live-1", 48, 10)
    assert placed(head) == (190, 226, -6, 0)
    strip = strip_of(head)
    assert (strip.scale, strip.repeat, strip.blend_in, strip.blend_out) == (2, 3, 4, 6)


def test_a_single_key(face, head, write):
    write(9, values=[0.5])
    retime_layer(face, "live-1", 3, 1)
    assert strip_keys(head, "jawOpen") == [(2, 0.5)]
    assert placed(head) == (2, 3, 2, 3)


def test_strength_is_kept_also_where_it_is_keyed(face, head, write):
    write(values=[1.0] * 5, strength=0.5)
    retime_layer(face, "live-1", 48, 1)
    assert values_at(head, "jawOpen", (1, 9)) == [0.5, 0.5]
    curve = strip_of(head).fcurves.find("influence")
    curve.keyframe_points.insert(1, 0.0).interpolation = "LINEAR"
    curve.keyframe_points.insert(9, 1.0)
    retime_layer(face, "live-1", 24, 1)
    assert [tuple(point.co) for point in curve.keyframe_points] == [(1, 0), (5, 1)]
    assert values_at(head, "jawOpen", (1, 3, 5)) == [0, 0.5, 1]


def test_a_strip_in_the_way_is_not_moved(face, head, write):
    write()
    track = head.data.shape_keys.animation_data.nla_tracks[0]
    track.strips.new("Mine", 7, bpy.data.actions.new("Mine"))
    retime_layer(face, "live-1", 48, 1)
    assert [
        [strip.name for strip in track.strips]
        for track in head.data.shape_keys.animation_data.nla_tracks
    ] == [["Mine"], ["Head: Live"]]
    assert find_layer(face, "live-1").frames == (1, 9)


def test_other_layers_and_a_twin_stay(face, head, empty_scene, write):
    write_layer(face, clip_of(mouthClose=RAMP), empty_scene, 1, "A", DENSE)
    write()
    twin = head.copy()
    twin.data = head.data.copy()
    empty_scene.collection.objects.link(twin)
    before = tracks_of(twin), tracks_of(head)[0]
    retime_layer(face, "live-1", 48, 1)
    assert (tracks_of(twin), tracks_of(head)[0]) == before
    assert placed(head) == (1, 5, 1, 5)  # of the layer below
    assert find_layer(face, "live-1").frames == (1, 9)


def test_it_is_baked_and_cleared_as_any_other(face, head, empty_scene, write):
    before = state()
    write()
    retime_layer(face, "live-1", 48, 1)
    clear_layer(face, "live-1")
    assert state() == before
    write()
    retime_layer(face, "live-1", 48, 1)
    bake_layers(face, empty_scene, ["live-1"], DENSE)
    assert keys_of(head, "jawOpen") == [(1 + number, number / 8) for number in range(9)]


def test_all_parts_of_a_face(add, empty_scene):
    rig = add("ARMATURE", "Rig")
    head = add("MESH", "Head", HEAD, armature=rig)
    teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
    face = find_face(rig, empty_scene)
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, kind="live-1")
    retime_layer(face, "live-1", 48, 1)
    expected = list(zip([1, 3, 5, 7, 9], RAMP, strict=True))
    assert strip_keys(head, "jawOpen") == strip_keys(teeth, "jawOpen") == expected


class TestRefused:
    @pytest.mark.parametrize(
        ("hinder", "message"),
        [
            (lambda d: setattr(d.nla_tracks[0], "lock", True), "“Live” is locked"),
            (
                lambda d: setattr(d.nla_tracks[0].strips[0], "use_animated_time", True),
                "time of the strip on “Live” is animated",
            ),
            (
                lambda d: strip_curves(d.nla_tracks[0].strips[0])[0].convert_to_samples(1, 5),
                "has an F-curve baked to samples",
            ),
        ],
    )
    def test_and_nothing_is_changed(self, face, head, write, hinder, message):
        write()
        hinder(head.data.shape_keys.animation_data)
        before = state(), tracks_of(head)
        with pytest.raises(EmoteBotError, match=message):
            retime_layer(face, "live-1", 48, 1)
        assert (state(), tracks_of(head)) == before

    def test_beyond_the_last_frame(self, face, head, write):
        write(100_000)
        before = state(), tracks_of(head)
        with pytest.raises(EmoteBotError, match="beyond the last frame"):
            retime_layer(face, "live-1", 480, 1)
        assert (state(), tracks_of(head)) == before

    def test_no_layer(self, face):
        with pytest.raises(EmoteBotError, match="“Head” has no layer"):
            retime_layer(face, "live-1", 30, 1)
