# SPDX-License-Identifier: GPL-3.0-or-later
"""What bakes have replaced comes back to the bit once they are cleared."""

import io
import json

import bpy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keying import (
    DENSE,
    RAMP,
    all_keys,
    bake,
    clip_of,
    curve_of,
    key_by_hand,
    keys_of,
    state,
    tracks_of,
)

from emotebot_blender.animation.actions import HAS_SLOTS, write_bakes
from emotebot_blender.animation.bake_clearing import check_bakes, clear_bakes
from emotebot_blender.animation.bake_store import stored_bakes
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.rig.face import find_face


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
