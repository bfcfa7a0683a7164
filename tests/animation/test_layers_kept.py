# SPDX-License-Identifier: GPL-3.0-or-later
"""What a layer is like, what is refused, and what files and undo keep of it."""

import bpy
import pytest
from keying import DENSE, RAMP, clip_of, state, strip_keys, strip_of, tracks_of, values_at

from emotebot_blender.animation.actions import HAS_SLOTS, strip_curves
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import (
    Layer,
    clear_layer,
    find_layer,
    rename_layer,
    set_layer_strength,
)
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.face import find_face


class TestFind:
    def test_what_it_is_like(self, face, empty_scene):
        assert find_layer(face) is None
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 3, "A", DENSE)
        assert find_layer(face) == Layer("A", (3, 7), 1.0, False, False, 24.0, (), None)
        rename_layer(face, "sequence", "Opening")
        assert find_layer(face).name == "Opening"

    def test_renamed_by_the_user(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        head.data.shape_keys.animation_data.nla_tracks[0].name = "My track"
        strip_of(head).name = "My strip"
        strip_of(head).action.name = "My action"
        assert find_layer(face).name == "My track"

    @pytest.mark.parametrize("keying", [DENSE, Keying(), Keying(step=2)])
    def test_edited_by_hand(self, face, head, empty_scene, keying, tmp_path):
        write_layer(face, clip_of(jawOpen=RAMP * 5), empty_scene, 1, "A", keying)
        empty_scene.frame_set(3)
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        face = find_face(None, bpy.context.scene)
        assert not find_layer(face).edited
        curve = strip_curves(strip_of(face.objects[0])).find('key_blocks["jawOpen"].value')
        curve.update()
        assert not find_layer(face).edited
        curve.keyframe_points[1].co[1] += 0.01
        assert find_layer(face).edited

    def test_a_shape_key_renamed_is_no_edit(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        head.data.shape_keys.key_blocks["jawOpen"].name = "Jaw_Open"
        assert not find_layer(find_face(None, empty_scene)).edited

    def test_what_keeps_it_from_showing(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        data = head.data.shape_keys.animation_data
        data.use_nla = False
        assert find_layer(face).silenced == Message("the NLA is switched off")
        data.use_nla = True
        other = data.nla_tracks.new()
        other.name = "Other"
        other.is_solo = True
        assert find_layer(face).silenced == Message("the NLA track “Other” is solo")

    @pytest.mark.skipif(not HAS_SLOTS, reason="slots came with Blender 4.4")
    def test_a_slot_that_was_unassigned(self, face, head, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        strip_of(head).action_slot = None
        assert find_layer(face).edited
        write_layer(face, clip_of(jawOpen=[1, 1]), empty_scene, 1, "A", DENSE)
        assert strip_keys(head, "jawOpen") == [(1, 1), (2, 1)]
        assert not find_layer(face).edited


def test_a_record_of_another_kind_makes_no_layer(face, head, empty_scene):
    write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
    strip_of(head).action["emotebot_layer"] = {"kind": "sequence"}
    assert find_layer(face) is None


class TestRefused:
    @pytest.fixture
    def written(self, face, empty_scene):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        return face

    def refuse(self, face, scene, message: str) -> None:
        before = state(), tracks_of(face.objects[0])
        with pytest.raises(EmoteBotError, match=message):
            write_layer(face, clip_of(jawOpen=[1, 1]), scene, 9, "B", DENSE)
        with pytest.raises(EmoteBotError, match=message):
            clear_layer(face)
        with pytest.raises(EmoteBotError, match=message):
            set_layer_strength(face, "sequence", 0.5)
        with pytest.raises(EmoteBotError, match=message):
            rename_layer(face, "sequence", "C")
        assert (state(), tracks_of(face.objects[0])) == before

    def test_a_locked_track(self, written, head, empty_scene):
        head.data.shape_keys.animation_data.nla_tracks[0].lock = True
        self.refuse(written, empty_scene, "The NLA track “A” is locked; unlock it first")

    def test_tweak_mode(self, written, head, empty_scene):
        strip_of(head).select = True
        head.data.shape_keys.animation_data.use_tweak_mode = True
        assert head.data.shape_keys.animation_data.use_tweak_mode
        self.refuse(written, empty_scene, "leave tweak mode")

    def test_a_linked_action(self, written, head, empty_scene, tmp_path):
        library = str(tmp_path / "actions.blend")
        bpy.data.libraries.write(library, set(bpy.data.actions))
        with bpy.data.libraries.load(library, link=True) as (held, wanted):
            wanted.actions = held.actions
        strip_of(head).action = wanted.actions[0]
        self.refuse(written, empty_scene, "The action “Head: A” is linked")

    def test_a_linked_head(self, linked_head):
        head, scene = linked_head
        with pytest.raises(EmoteBotError, match="keyed: all of Head is linked from “library"):
            write_layer(find_face(head, scene), clip_of(jawOpen=[1]), scene, 1, "A", DENSE)
        assert head.data.shape_keys.animation_data is None

    def test_no_layer(self, face):
        with pytest.raises(EmoteBotError, match="“Head” has no layer"):
            set_layer_strength(face, "sequence", 0.5)


class TestFiles:
    def test_saved_and_opened(self, face, empty_scene, tmp_path):
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE, strength=0.5)
        layer, tracks = find_layer(face), tracks_of(face.objects[0])
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        scene = bpy.context.scene
        face = find_face(None, scene)
        assert find_layer(face) == layer
        assert tracks_of(face.objects[0]) == tracks
        assert values_at(face.objects[0], "jawOpen", (1, 3)) == [0, 0.25]
        write_layer(face, clip_of(jawOpen=[1, 1]), scene, 1, "A", DENSE)
        assert len(tracks_of(face.objects[0])) == 1
        clear_layer(face)
        assert face.objects[0].data.shape_keys.key_blocks["jawOpen"].value == 0

    def test_a_library_override_keeps_its_layer(self, linked_head, tmp_path):
        head, scene = linked_head
        head.override_create(remap_local_usages=True).data.override_create(remap_local_usages=True)
        write_layer(find_face(None, scene), clip_of(jawOpen=RAMP), scene, 1, "A", DENSE)
        path = str(tmp_path / "override.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        scene = bpy.context.scene
        (head,) = scene.objects
        assert values_at(head, "jawOpen", (3,)) == [0.5]
        face = find_face(None, scene)
        write_layer(face, clip_of(jawOpen=[1, 1]), scene, 1, "A", DENSE, strength=0.5)
        assert values_at(head, "jawOpen", (1,)) == [0.5]
        assert clear_layer(face)
        assert tracks_of(head) == []

    def test_undo(self, face, head, empty_scene):
        bpy.ops.ed.undo_push(message="start")
        before, tracks = state(), tracks_of(head)
        write_layer(face, clip_of(jawOpen=RAMP), empty_scene, 1, "A", DENSE)
        bpy.ops.ed.undo_push(message="layer")
        after = state(), tracks_of(head)
        bpy.ops.ed.undo()
        head = bpy.context.scene.objects["Head"]
        assert (state(), tracks_of(head)) == (before, tracks)
        bpy.ops.ed.redo()
        head = bpy.context.scene.objects["Head"]
        assert (state(), tracks_of(head)) == after
        assert find_layer(find_face(None, bpy.context.scene)).name == "A"
