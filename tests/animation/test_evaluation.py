# SPDX-License-Identifier: GPL-3.0-or-later
"""What animation gives without the scene is what Blender's own playing of the scene gives."""

import bpy
import numpy as np
import pytest
from keying import (
    clip_of,
    curve_of,
    key_by_hand,
    state,
    strip_by_hand,
    strip_curve,
    strip_of,
    tracks_of,
)

from emotebot_blender.animation.evaluation import values_on
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.rig.control import Control
from emotebot_blender.rig.control_values import ControlValues

FRAMES = np.arange(-8, 70)


def played(scene, controls, frames=FRAMES):
    """Return what controls show while the scene itself plays, shape (frames, controls)."""
    values = ControlValues(controls)
    rows = []
    for frame in frames.tolist():
        scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        rows.append(values.read(lambda owner, graph=graph: owner.evaluated_get(graph)))
    scene.frame_set(1)
    return np.array(rows)


def same(scene, controls, frames=FRAMES) -> bool:
    scene.frame_set(7)
    before = state()
    given = values_on(frames, scene, controls)
    assert state() == before
    assert scene.frame_current == 7
    return np.array_equal(given, played(scene, controls, frames))


@pytest.fixture
def strips(head):
    """Two tracks of the artist's: the jaw and the lips below, the jaw again above; some action."""
    strip_by_hand(head, "Below", "jawOpen", (1, 0.2), (11, 0.9), (21, 0.4))
    strip_by_hand(head, "Above", "jawOpen", (6, 0.1), (16, 0.5), (26, 0.3))
    key_by_hand(head, "mouthClose", (3, 0.1), (30, 0.8))
    data = head.data.shape_keys.animation_data
    for track in data.nla_tracks:
        track.strips[0].use_auto_blend = False
    return [track.strips[0] for track in data.nla_tracks]


@pytest.fixture
def shape_keys(face):
    return [control for control in face.controls() if control.name in ("jawOpen", "mouthClose")]


def _influence(strip):
    strip.use_animated_influence = True
    curve = strip.fcurves.find("influence")
    curve.keyframe_points.insert(8, 0.0)
    curve.keyframe_points.insert(20, 0.9)


def _muted_influence(strip):
    _influence(strip)
    strip.fcurves.find("influence").mute = True


def _changed_influence(strip):
    _influence(strip)
    strip.fcurves.find("influence").modifiers.new("STEPPED")


def _time(strip):
    strip.use_animated_time = True
    curve = strip.fcurves.find("strip_time")
    for frame, time in ((6, 26.0), (12, 6.0), (26, 20.0)):
        curve.keyframe_points.insert(frame, time)


def _set(**values):
    def set_on(strip):
        for name, value in values.items():
            setattr(strip, name, value)

    return set_on


@pytest.mark.parametrize("blend_type", ["REPLACE", "ADD", "SUBTRACT", "MULTIPLY", "COMBINE"])
@pytest.mark.parametrize("extrapolation", ["HOLD", "HOLD_FORWARD", "NOTHING"])
@pytest.mark.parametrize(
    "change",
    [
        _set(),
        _influence,
        _time,
        _set(repeat=2.5),
        _set(use_reverse=True),
        _set(scale=1.7),
        _set(blend_in=4, blend_out=7),
        _set(mute=True),
        _set(action_frame_start=9, action_frame_end=18),
    ],
)
def test_strips(head, shape_keys, strips, empty_scene, blend_type, extrapolation, change):
    strips[1].blend_type, strips[1].extrapolation = blend_type, extrapolation
    change(strips[1])
    assert same(empty_scene, shape_keys)


@pytest.mark.parametrize("blend_type", ["REPLACE", "ADD", "SUBTRACT", "MULTIPLY", "COMBINE"])
@pytest.mark.parametrize("influence", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("extrapolation", ["HOLD", "HOLD_FORWARD", "NOTHING"])
def test_the_active_action(
    head, shape_keys, strips, empty_scene, blend_type, influence, extrapolation
):
    key_by_hand(head, "jawOpen", (5, 0.25), (33, 0.5))
    data = head.data.shape_keys.animation_data
    data.action_blend_type, data.action_influence = blend_type, influence
    data.action_extrapolation = extrapolation
    assert same(empty_scene, shape_keys)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: setattr(data.nla_tracks[0], "is_solo", True),
        lambda data: setattr(data.nla_tracks[1], "is_solo", True),
        lambda data: setattr(data.nla_tracks[1], "mute", True),
        lambda data: setattr(data, "use_nla", False),
    ],
)
def test_tracks(head, shape_keys, strips, empty_scene, change):
    change(head.data.shape_keys.animation_data)
    assert same(empty_scene, shape_keys)


@pytest.mark.parametrize("kind", ["CYCLES", "NOISE", "STEPPED", "LIMITS", "ENVELOPE"])
def test_modifiers_and_muted_curves(head, shape_keys, strips, empty_scene, kind):
    curve_of(head, "mouthClose").modifiers.new(kind)
    assert same(empty_scene, shape_keys)
    curve_of(head, "mouthClose").mute = True
    assert same(empty_scene, shape_keys)


@pytest.mark.parametrize(("old", "new"), [(100, 200), (200, 100), (24, 25), (100, 101)])
def test_time_stretching(head, shape_keys, strips, empty_scene, old, new):
    empty_scene.render.frame_map_old, empty_scene.render.frame_map_new = old, new
    strips[1].blend_type, strips[1].repeat = "ADD", 1.5
    assert same(empty_scene, shape_keys)


class TestOneStripAlone:
    """Its F-curves are sampled; what the scene shows is the same still.

    What is sampled is all there at once, what is played comes frame by frame.
    """

    @pytest.fixture(autouse=True)
    def alone(self, head):
        places = [(1, 0.2), (11, 1.4), (21, 0.4)]
        self.strip = strip_by_hand(head, "Track", "jawOpen", *places).strips[0]
        self.strip.use_auto_blend = False
        curve = strip_curve(head, "jawOpen")
        curve.keyframe_points[1].co[1] = 1.4  # beyond the slider's end

    def test_is_sampled(self, head, face, empty_scene):
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        assert same(empty_scene, jaw)
        strip_curve(head, "jawOpen").modifiers.new("STEPPED")
        self.strip.action.update_tag()
        assert same(empty_scene, jaw)
        assert self.is_sampled(empty_scene, jaw)
        assert np.ptp(values_on(FRAMES, empty_scene, jaw)) > 0.5

    def is_sampled(self, scene, controls, frames=FRAMES) -> bool:
        shares: list[float] = []
        values_on(frames, scene, controls, shares.append)
        return shares == [1.0]

    @pytest.mark.parametrize("influence", [0.3, 0.0, 1.0])
    def test_by_its_influence(self, head, face, empty_scene, influence):
        self.strip.use_animated_influence = True
        self.strip.fcurves.find("influence").keyframe_points.clear()
        self.strip.influence = influence
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        assert same(empty_scene, jaw)
        assert self.is_sampled(empty_scene, jaw)

    @pytest.mark.parametrize(
        "change",
        [
            _set(blend_type="ADD"),
            _set(scale=2),
            _set(repeat=2),
            _set(use_reverse=True),
            _set(blend_in=3),
            _set(extrapolation="NOTHING"),
            _set(extrapolation="HOLD_FORWARD"),
            _set(frame_start_raw=3),
            _muted_influence,
            _changed_influence,
            _time,
        ],
    )
    def test_is_played_where_it_is_changed(self, head, face, empty_scene, change):
        change(self.strip)
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        assert same(empty_scene, jaw)
        assert not self.is_sampled(empty_scene, jaw)

    @pytest.mark.parametrize("frame", [2, 30])
    def test_by_keys_of_its_influence(self, head, face, empty_scene, frame):
        _influence(self.strip)
        curve = self.strip.fcurves.find("influence")
        curve.keyframe_points.insert(frame, 1.5)  # Blender holds it at 1
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        assert same(empty_scene, jaw)
        assert self.is_sampled(empty_scene, jaw)

    def test_within_what_it_plays(self, head, face, empty_scene):
        self.strip.extrapolation = "NOTHING"
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        assert same(empty_scene, jaw, np.arange(1, 22))
        assert self.is_sampled(empty_scene, jaw, np.arange(1, 22))

    def test_muted_curves_and_empty_ones(self, head, face, empty_scene):
        jaw = [control for control in face.controls() if control.name == "jawOpen"]
        strip_curve(head, "jawOpen").mute = True
        assert same(empty_scene, jaw)
        strip_curve(head, "jawOpen").mute = False
        strip_curve(head, "jawOpen").keyframe_points.clear()
        assert same(empty_scene, jaw)


def test_meta_strips_and_transitions(head, shape_keys, empty_scene):
    keys = head.data.shape_keys
    track = strip_by_hand(head, "Track", "jawOpen", (1, 0.2), (11, 0.9))
    first = track.strips[0]
    second = track.strips.new("Second", 20, first.action)
    if hasattr(second, "action_slot"):
        second.action_slot = first.action_slot
    area = bpy.context.window.screen.areas[0]
    area.type = "NLA_EDITOR"
    bpy.context.view_layer.objects.active = head
    head.select_set(True)
    region = next(region for region in area.regions if region.type == "WINDOW")
    for strip in track.strips:
        strip.select = True
    with bpy.context.temp_override(area=area, region=region):
        area.spaces.active.dopesheet.show_only_selected = False
        assert bpy.ops.nla.transition_add() == {"FINISHED"}
        assert same(empty_scene, shape_keys)
        for strip in track.strips:
            strip.select = True
        assert bpy.ops.nla.meta_add() == {"FINISHED"}
    assert [strip.type for strip in keys.animation_data.nla_tracks[0].strips] == ["META"]
    strip_of(head).scale = 1.5
    assert same(empty_scene, shape_keys)


def test_bones_and_properties(bone_face, empty_scene):
    (rig,) = bone_face.objects
    controls = list(bone_face.controls())
    for number, control in enumerate(controls):
        struct, name = control.owner, control.data_path
        for frame, value in ((1, 0.1), (9 + number, 0.7), (30, 0.2)):
            _set_number(struct, control, value)
            index = control.index if "[" not in name[-3:] else -1
            is_array = hasattr(struct.path_resolve(name), "__getitem__")
            struct.keyframe_insert(name, index=index if is_array else -1, frame=frame)
    data = rig.animation_data
    track = data.nla_tracks.new()
    strip = track.strips.new("Pushed", 1, data.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = data.action_slot
    strip.blend_type, strip.influence = "COMBINE", 0.5
    assert same(empty_scene, controls)
    assert np.ptp(values_on(FRAMES, empty_scene, controls), axis=0).min() > 0.1


def _set_number(owner, control: Control, value: float) -> None:
    values = ControlValues([control])
    values.write(np.array([value], dtype=np.float32))


def test_numbers_of_any_id(head, empty_scene):
    mesh, key = head.data, head.data.shape_keys
    light = bpy.data.lights.new("Lamp", "POINT")
    mesh["depth"] = 0.0
    for frame, value in ((1, 0.25), (20, 0.75)):
        mesh["depth"], light.energy, head.location[2] = value, value * 9, value
        mesh.keyframe_insert('["depth"]', frame=frame)
        light.keyframe_insert("energy", frame=frame)
        head.keyframe_insert("location", index=2, frame=frame)
    controls = [
        Control(mesh, '["depth"]', 0, "property", head, "depth"),
        Control(light, "energy", 0, "property", head, "energy"),
        Control(head, "location", 2, "property", head, "height"),
        Control(key, 'key_blocks["jawOpen"].value', 0, "shape_key", head, "jawOpen"),
    ]
    given = values_on(np.array([1, 20]), empty_scene, controls)
    assert given.tolist() == [[0.25, 2.25, 0.25, 0], [0.75, 6.75, 0.75, 0]]


class TestNothingIsLeft:
    @pytest.fixture(autouse=True)
    def counted(self, head, strips, empty_scene):
        bpy.data.orphans_purge()
        before = [sorted(block.name for block in blocks) for blocks in _collections()]
        shown = tracks_of(head)
        yield
        assert [sorted(block.name for block in blocks) for blocks in _collections()] == before
        assert tracks_of(head) == shown
        assert bpy.context.scene == empty_scene

    def test_after_all(self, shape_keys, empty_scene):
        values_on(FRAMES, empty_scene, shape_keys)

    @pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
    def test_after_an_interruption(self, shape_keys, empty_scene, kind):
        def stop(_share: float) -> None:
            raise kind

        with pytest.raises(kind):
            values_on(FRAMES, empty_scene, shape_keys, stop)

    def test_progress(self, shape_keys, empty_scene):
        shares: list[float] = []
        values_on(np.arange(4), empty_scene, shape_keys, shares.append)
        assert shares == [0.25, 0.5, 0.75, 1]


def _collections():
    return bpy.data.scenes, bpy.data.objects, bpy.data.actions, bpy.data.meshes, bpy.data.shape_keys


def test_a_pose_without_keys_stays(head, shape_keys, strips, empty_scene):
    empty_scene.frame_set(7)
    head.data.shape_keys.key_blocks["jawOpen"].value = 0.625
    values_on(FRAMES, empty_scene, shape_keys)
    assert head.data.shape_keys.key_blocks["jawOpen"].value == 0.625


def test_what_is_disabled_is_evaluated_all_the_same(head, shape_keys, strips, empty_scene):
    before = values_on(FRAMES, empty_scene, shape_keys)
    head.hide_viewport = True
    assert np.array_equal(values_on(FRAMES, empty_scene, shape_keys), before)


class TestStretchedTime:
    def test_it_is_reported_where_keys_are_seen(self, face, empty_scene):
        empty_scene.render.frame_map_old, empty_scene.render.frame_map_new = 100, 200
        clip = clip_of(jawOpen=[0.0] * 30)
        reported = "The scene stretches time: what is keyed on frame 30 is seen on 60"
        report = write_layer(face, clip, empty_scene, 1, "A", Keying(None))
        assert reported in map(str, report.notes)
        report = write_keyed_feeling(face, clip, empty_scene, 1, "A", Keying(None))
        assert reported in map(str, report.notes)

    def test_nothing_is_reported_without(self, face, empty_scene):
        report = write_layer(face, clip_of(jawOpen=[0.5]), empty_scene, 1, "A", Keying(None))
        assert report.notes == ()
