# SPDX-License-Identifier: GPL-3.0-or-later
"""What bakes have replaced comes back; what the artist did since stays."""

import io
import json

import bpy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keying import all_keys, clip_of, curve_of, key_by_hand, keys_of, state, tracks_of, values_at

from emotebot_blender.animation.actions import HAS_SLOTS, write_bakes
from emotebot_blender.animation.bake_clearing import check_bakes, clear_bakes
from emotebot_blender.animation.bake_store import stored_bakes
from emotebot_blender.animation.baking import BakePlan, write_bake
from emotebot_blender.animation.keyframes import Keying, plan_values
from emotebot_blender.animation.layers import clear_layer, write_layer
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import controls_of, solver_of

DENSE = Keying(None)
RAMP = [0.0, 0.25, 0.5, 0.75, 1.0]


def bake(
    face, scene, start=1, values=RAMP, channels=("jawOpen",), keying=DENSE, kind="sequence", **also
):
    """Write what a bake of a layer on these frames would, also over earlier bakes."""
    clip = clip_of(jawOpen=values, **also)
    controls = controls_of(face, channels)
    columns = solver_of(controls).values(clip.weights, clip.emotions)
    plan = plan_values(face, controls, start + np.arange(len(values), dtype=float), columns, keying)
    return write_bake(BakePlan((kind,), (), (plan,)))


@pytest.fixture
def lip_sync(head) -> list:
    """Key the jaw as an artist would, each key in a way of its own; return all of that."""
    key_by_hand(head, "jawOpen", (-10, 0.1), (0, 0.2), (2, 0.7), (3.25, 0.9), (5, 0.3), (20, 0.4))
    key_by_hand(head, "Hair", (2, 0.5))
    curve = curve_of(head, "jawOpen")
    points = curve.keyframe_points
    points[0].interpolation, points[0].easing, points[0].back = "BACK", "EASE_IN", 2.5
    points[2].handle_left_type = points[2].handle_right_type = "FREE"
    points[2].handle_right, points[2].handle_left = (2.5, 0.8), (1.5, 0.1)
    points[3].type, points[3].interpolation = "EXTREME", "CONSTANT"
    points[4].interpolation, points[4].amplitude, points[4].period = "ELASTIC", 3, 5
    points[4].select_control_point = False
    curve.modifiers.new("NOISE").strength = 0
    curve.extrapolation = "LINEAR"
    curve.keyframe_points.handles_recalc()
    return all_keys(head.data.shape_keys)


class TestToTheBit:
    @pytest.mark.parametrize("keying", [DENSE, Keying(), Keying(step=2)])
    def test_once(self, face, head, empty_scene, lip_sync, keying):
        report = bake(face, empty_scene, keying=keying)
        assert all_keys(head.data.shape_keys) != lip_sync
        assert clear_bakes(face) == report.keys
        assert all_keys(head.data.shape_keys) == lip_sync
        assert clear_bakes(face) == 0

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(st.integers(-12, 22), st.integers(1, 9), st.sampled_from([1, 2])),
            min_size=2,
            max_size=4,
        )
    )
    def test_several_times(self, face, head, empty_scene, lip_sync, bakes):
        for number, (start, count, step) in enumerate(bakes):
            bake(face, empty_scene, start, [number / 8] * count, keying=Keying(None, step))
        clear_bakes(face)
        assert all_keys(head.data.shape_keys) == lip_sync

    def test_after_saving_and_once_more_then(self, face, head, empty_scene, lip_sync, tmp_path):
        bake(face, empty_scene)
        for _ in range(2):
            path = str(tmp_path / "saved.blend")
            bpy.ops.wm.save_as_mainfile(filepath=path)
            bpy.ops.wm.open_mainfile(filepath=path)
            scene = bpy.context.scene
            face = find_face(None, scene)
            bake(face, scene, 4, [0.125] * 3)
        assert clear_bakes(face) == 6  # on frames 1 to 6
        assert all_keys(face.objects[0].data.shape_keys) == lip_sync

    def test_values_of_controls_without_a_curve(self, face, head, empty_scene):
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
        before = state()
        for start in (1, 3, 40):
            bake(face, empty_scene, start, channels=None, mouthClose=RAMP)
            empty_scene.frame_set(start)
        assert clear_bakes(face) > 0
        assert state() == before
        assert bpy.data.actions.keys() == []

    @pytest.mark.parametrize("frames", [(9,), (9, 14)])
    @pytest.mark.parametrize("others", ["VECTOR", "FREE", "AUTO"])
    def test_handles_of_keys_beside_it(self, face, head, empty_scene, frames, others):
        key_by_hand(head, "jawOpen", *[(frame, 0.3 + frame / 100) for frame in frames])
        points = curve_of(head, "jawOpen").keyframe_points
        for point in points:
            point.handle_left_type, point.handle_right_type = others, "ALIGNED"
            point.handle_right = point.co[0] + 2.5, point.co[1] + 0.7
        points.handles_recalc()
        before = all_keys(head.data.shape_keys)
        bake(face, empty_scene)
        assert all_keys(head.data.shape_keys) != before
        clear_bakes(face)
        assert all_keys(head.data.shape_keys) == before

    def test_aligned_handles_of_keys_within_it(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", *[(frame, 0.0) for frame in range(1, 6)])
        points = curve_of(head, "jawOpen").keyframe_points
        for frame, point in enumerate(points, start=1):
            point.handle_left_type = point.handle_right_type = "ALIGNED"
            point.handle_left = frame - 0.3, -frame / 10
            point.handle_right = frame + 0.4, frame / 10
        points.handles_recalc()
        before = all_keys(head.data.shape_keys)
        bake(face, empty_scene)
        clear_bakes(face)
        assert all_keys(head.data.shape_keys) == before

    def test_undo(self, face, head, empty_scene, lip_sync):
        bpy.ops.ed.undo_push(message="start")
        bake(face, empty_scene)
        bpy.ops.ed.undo_push(message="bake")
        clear_bakes(face)
        bpy.ops.ed.undo_push(message="clear")
        bpy.ops.ed.undo()
        face = find_face(None, bpy.context.scene)
        assert all_keys(face.objects[0].data.shape_keys) != lip_sync
        clear_bakes(face)
        assert all_keys(face.objects[0].data.shape_keys) == lip_sync


class TestSomeBakesAlone:
    """Bakes of one kind of layer go, those of others stay, wherever they have written."""

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(st.integers(-12, 22), st.integers(1, 9), st.sampled_from("abc")),
            min_size=2,
            max_size=4,
        ),
        st.permutations("abc"),
    )
    def test_in_any_order(self, face, head, empty_scene, lip_sync, bakes, order):
        for number, (start, count, kind) in enumerate(bakes):
            bake(face, empty_scene, start, [number / 8] * count, kind=kind)
        for kind in order:
            clear_bakes(face, [kind])
            kinds = [one for stored in stored_bakes(head.data.shape_keys) for one in stored.kinds]
            assert kind not in kinds
        assert all_keys(head.data.shape_keys) == lip_sync

    def test_what_is_left_is_as_if_the_others_had_never_been(
        self, face, head, empty_scene, lip_sync
    ):
        bake(face, empty_scene, 3, [0.5] * 4, kind="b")
        alone = all_keys(head.data.shape_keys)
        clear_bakes(face)
        bake(face, empty_scene, 1, [0.25] * 4, kind="a")
        bake(face, empty_scene, 3, [0.5] * 4, kind="b")
        assert clear_bakes(face, ["a"]) == 2
        assert all_keys(head.data.shape_keys) == alone
        assert clear_bakes(face, ["b"]) == 4
        assert all_keys(head.data.shape_keys) == lip_sync

    def test_the_first_one_of_a_new_curve(self, face, head, empty_scene):
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
        before = state()
        bake(face, empty_scene, 1, [0.25] * 4, kind="a")
        bake(face, empty_scene, 3, [0.5] * 4, kind="b")
        clear_bakes(face, ["a"])
        assert keys_of(head, "jawOpen") == [(frame, 0.5) for frame in (3, 4, 5, 6)]
        clear_bakes(face, ["b"])
        assert state() == before

    def test_of_a_file_that_did_not_know_the_kinds(self, face, head, empty_scene, lip_sync):
        bake(face, empty_scene)
        write_bakes(head.data.shape_keys, [older_bake(head)])
        assert clear_bakes(face, ["sequence"]) == 5
        points = curve_of(head, "jawOpen").keyframe_points
        assert [tuple(point.co) for point in points] == [
            tuple(key[0]) for key in lip_sync[0][2] if not 1 <= key[0][0] <= 5
        ]


def older_bake(head) -> bytes:
    """Return a bake on a curve without keys on frames 1 to 5, as version 0.1 has stored it."""
    heading = {
        "members": [
            f'key_blocks["{name}"]' for name in list(head.data.shape_keys.key_blocks.keys())
        ],
        "curves": [['key_blocks["jawOpen"].value', 0, None]],
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        **{
            "heading": np.frombuffer(json.dumps(heading).encode(), dtype=np.uint8),
            "written 0": np.array([[1 + n, n / 4] for n in range(5)], dtype="<f4"),
        },
    )
    return buffer.getvalue()


class TestTheArtistsOwn:
    @pytest.mark.parametrize("frame", [-20, 3, 50])
    def test_a_key_that_stood_alone_has_its_handles_back(self, face, head, empty_scene, frame):
        key_by_hand(head, "jawOpen", (frame, 0.5))
        point = curve_of(head, "jawOpen").keyframe_points[0]
        point.handle_left, point.handle_right = (frame - 7, 0.375), (frame + 2, 0.625)
        before = all_keys(head.data.shape_keys)
        bake(face, empty_scene)
        bake(face, empty_scene, 8, [0.25] * 3)
        clear_bakes(face)
        assert all_keys(head.data.shape_keys) == before

    def test_keys_set_since_stay(self, face, head, empty_scene, lip_sync):
        bake(face, empty_scene)
        key_by_hand(head, "jawOpen", (2.5, 0.875), (4, 0.0625), (30, 1.0))
        clear_bakes(face)
        assert keys_of(head, "jawOpen") == [
            (-10, 0.1), (0, 0.2), (2, 0.7), (2.5, 0.875), (3.25, 0.9), (4, 0.0625), (5, 0.3),
            (20, 0.4), (30, 1.0),
        ]  # fmt: skip

    def test_a_key_set_where_one_was_replaced_wins(self, face, head, empty_scene, lip_sync):
        bake(face, empty_scene)
        key_by_hand(head, "jawOpen", (2, 0.5))
        clear_bakes(face)
        assert keys_of(head, "jawOpen")[2] == (2, 0.5)
        assert len(keys_of(head, "jawOpen")) == 6

    def test_a_curve_with_keys_set_since_stays(self, face, head, empty_scene):
        bake(face, empty_scene, channels=None)
        key_by_hand(head, "jawOpen", (9, 0.5))
        clear_bakes(face)
        assert keys_of(head, "jawOpen") == [(9, 0.5)]
        assert curve_of(head, "mouthClose") is None

    def test_an_action_with_keys_set_since_is_the_artists(self, face, head, empty_scene):
        bake(face, empty_scene, channels=None)
        key_by_hand(head, "jawOpen", (9, 0.5))
        clear_bakes(face)
        assert list(head.data.shape_keys.animation_data.action.keys()) == []

    def test_a_handle_moved_since_stays(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (9, 0.5), (14, 0.25))
        point = curve_of(head, "jawOpen").keyframe_points[0]
        point.handle_left_type = point.handle_right_type = "ALIGNED"
        bake(face, empty_scene)
        point = next(p for p in curve_of(head, "jawOpen").keyframe_points if p.co[0] == 9)
        point.handle_left, point.handle_right = (7, 0), (11, 1)
        clear_bakes(face)
        assert tuple(curve_of(head, "jawOpen").keyframe_points[0].handle_right) == (11, 1)

    def test_generated_keys_of_others_stay(self, face, head, empty_scene):
        key_by_hand(head, "jawOpen", (50, 0.25))
        curve_of(head, "jawOpen").keyframe_points[0].type = "GENERATED"
        bake(face, empty_scene)
        clear_bakes(face)
        assert keys_of(head, "jawOpen") == [(50, 0.25)]

    def test_a_locked_curve_stays_until_it_is_unlocked(self, face, head, empty_scene, lip_sync):
        bake(face, empty_scene, channels=None)
        curve_of(head, "jawOpen").lock = True
        assert clear_bakes(face) == 15
        assert len(keys_of(head, "jawOpen")) == 8
        curve_of(head, "jawOpen").lock = False
        assert clear_bakes(face) == 5
        assert all_keys(head.data.shape_keys) == lip_sync

    def test_a_curve_removed_since_is_passed_over(self, face, head, empty_scene):
        bake(face, empty_scene, channels=None)
        key = head.data.shape_keys
        for frame in range(1, 6):
            key.key_blocks["jawOpen"].keyframe_delete("value", frame=frame)
        clear_bakes(face)
        assert bpy.data.actions.keys() == []

    def test_an_action_stays_though_it_is_empty(self, face, head, empty_scene):
        action = bpy.data.actions.new("Mine")
        head.data.shape_keys.animation_data_create().action = action
        bake(face, empty_scene)
        clear_bakes(face)
        assert head.data.shape_keys.animation_data.action == action
        assert list(action.keys()) == []

    def test_shape_keys_renamed_since_are_followed(self, face, head, empty_scene, lip_sync):
        head.data.shape_keys.key_blocks["mouthClose"].value = 0.25
        bake(face, empty_scene, channels=None)
        blocks = head.data.shape_keys.key_blocks
        blocks["jawOpen"].name, blocks["mouthClose"].name = "JAW_OPEN", "mouth close"
        clear_bakes(find_face(head, empty_scene))
        paths = [path for (path, *_), *_ in all_keys(head.data.shape_keys)]
        assert paths == ['key_blocks["JAW_OPEN"].value', 'key_blocks["Hair"].value']
        assert keys_of(head, "JAW_OPEN") == [
            (-10, 0.1), (0, 0.2), (2, 0.7), (3.25, 0.9), (5, 0.3), (20, 0.4),
        ]  # fmt: skip
        assert blocks["mouth close"].value == 0.25

    def test_a_layer_that_is_there_by_now_keeps_the_value_from_before(
        self, face, head, empty_scene
    ):
        head.data.shape_keys.key_blocks["jawOpen"].value = 0.375
        bake(face, empty_scene)
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "B", DENSE, ["jawOpen"])
        clear_bakes(face)
        assert values_at(head, "jawOpen", (5,)) == [1]
        clear_layer(face)
        assert values_at(head, "jawOpen", (5,)) == [0.375]


class TestSharedActions:
    def test_a_twin_keeps_its_keys(self, face, head, empty_scene, lip_sync):
        bake(face, empty_scene)
        baked = all_keys(head.data.shape_keys)
        twin = head.copy()
        twin.data = head.data.copy()
        empty_scene.collection.objects.link(twin)
        clear_bakes(find_face(twin, empty_scene))
        assert all_keys(head.data.shape_keys) == baked
        assert all_keys(twin.data.shape_keys) == lip_sync
        clear_bakes(find_face(head, empty_scene))
        assert all_keys(head.data.shape_keys) == lip_sync

    @pytest.mark.skipif(not HAS_SLOTS, reason="slots came with Blender 4.4")
    def test_slots_of_one_action(self, add, empty_scene):
        rig = add("ARMATURE", "Rig")
        head = add("MESH", "Head", ["eyeBlinkLeft", "mouthClose"], armature=rig)
        teeth = add("MESH", "Teeth", ["jawOpen"], armature=rig)
        key_by_hand(head, "mouthClose", (2, 0.25))
        action = head.data.shape_keys.animation_data.action
        data = teeth.data.shape_keys.animation_data_create()
        data.action = action
        data.action_slot = action.slots.new(id_type="KEY", name="Teeth")
        key_by_hand(teeth, "jawOpen", (3, 0.75))
        before = all_keys(head.data.shape_keys), all_keys(teeth.data.shape_keys)
        face = find_face(rig, empty_scene)
        bake(face, empty_scene, channels=None, mouthClose=RAMP)
        bake(face, empty_scene, 3, channels=None)
        assert bpy.data.actions.keys() == [action.name]
        clear_bakes(face)
        assert (all_keys(head.data.shape_keys), all_keys(teeth.data.shape_keys)) == before


class TestRefused:
    def test_a_linked_action(self, face, head, empty_scene, tmp_path):
        bake(face, empty_scene)
        keys = head.data.shape_keys
        action = keys.animation_data.action
        library = str(tmp_path / "actions.blend")
        bpy.data.libraries.write(library, {action})
        with bpy.data.libraries.load(library, link=True) as (_, wanted):
            wanted.actions = [action.name]
        keys.animation_data.action = wanted.actions[0]
        if HAS_SLOTS:
            keys.animation_data.action_slot = wanted.actions[0].slots[0]
        before = state()
        for refused in (check_bakes, clear_bakes):
            with pytest.raises(EmoteBotError, match="is linked and cannot be changed"):
                refused(face)
        assert state() == before

    def test_tweak_mode(self, face, head, empty_scene):
        bake(face, empty_scene)
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        data = head.data.shape_keys.animation_data
        data.nla_tracks[0].strips[0].select = True
        data.use_tweak_mode = True
        assert data.use_tweak_mode
        before = tracks_of(head)
        with pytest.raises(EmoteBotError, match="leave tweak mode"):
            clear_bakes(face)
        assert tracks_of(head) == before

    def test_nothing_in_the_way(self, face, head, empty_scene):
        bake(face, empty_scene)
        before = state()
        check_bakes(face)
        assert state() == before
