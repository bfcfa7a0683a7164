# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of layers and bakes on several meshes: one for all, but before Blender 4.4."""

import json

import bpy
import pytest
from keying import (
    DENSE,
    HEAD,
    RAMP,
    all_keys,
    clip_of,
    key_by_hand,
    keys_of,
    strip_curve,
    strip_keys,
    strip_of,
)

from emotebot_blender.animation.actions import HAS_SLOTS, curves_of, strip_curves
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.edited_keys import begin_editing, edited_strips, end_editing
from emotebot_blender.animation.keyed_feelings import write_keyed_feeling
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.animation.layers import clear_layer, editable_strips, find_layer, rename_layer
from emotebot_blender.animation.retiming import retime_layer
from emotebot_blender.animation.slot_paths import restore_slot_paths
from emotebot_blender.animation.strip_actions import read_stored, write_stored
from emotebot_blender.rig.face import find_face

RECORD = "emotebot_layer"
ON_FRAMES = list(zip(range(1, 6), RAMP, strict=True))

with_slots = pytest.mark.skipif(not HAS_SLOTS, reason="slots came with Blender 4.4")


@pytest.fixture
def head(add):
    return add("MESH", "Head", HEAD, armature=add("ARMATURE", "Rig"))


@pytest.fixture
def teeth(add, head):
    return add("MESH", "Teeth", ["jawOpen"], armature=head.modifiers[0].object)


@pytest.fixture
def face(head, teeth, empty_scene):
    return find_face(head, empty_scene)


@pytest.fixture
def perform(face, empty_scene):
    """Return a function that performs on both meshes."""

    def perform(values=RAMP, name: str = "A", of=face) -> None:
        write_layer(of, clip_of(jawOpen=values), empty_scene, 1, name, DENSE)

    return perform


def slots() -> dict[str, int]:
    """Return how many slots each action of the file has, before 4.4 one."""
    return {action.name: len(getattr(action, "slots", " ")) for action in bpy.data.actions}


def expected(name: str, count: int = 2) -> dict[str, int]:
    """Return what ``slots`` does where so many meshes play one layer."""
    if HAS_SLOTS:
        return {name: count}
    return dict.fromkeys([name, *(f"{name}.{number:03}" for number in range(1, count))], 1)


def part_as_older_files(*meshes) -> None:
    """Have each mesh play an action of its own, as layers did before they shared one."""
    for mesh in meshes:
        strip = strip_of(mesh)
        record = read_stored(strip, RECORD)
        copied, slot = strip.action.copy(), strip.action_slot
        for other in list(copied.slots):
            if other.handle != slot.handle:
                copied.slots.remove(other)
        shared, strip.action = strip.action, copied
        strip.action_slot = copied.slots[0]
        copied[RECORD] = record
        if shared.users == 0:
            bpy.data.actions.remove(shared)


def test_a_layer_has_one_action_with_a_slot_for_each_mesh(perform, head, teeth):
    perform()
    assert slots() == expected("Head: A")
    assert strip_keys(head, "jawOpen") == strip_keys(teeth, "jawOpen") == ON_FRAMES


def test_performing_again_leaves_one(perform, head, teeth):
    perform()
    perform([0.5, 0.25], name="B")
    assert slots() == expected("Head: B")
    assert strip_keys(teeth, "jawOpen") == [(1, 0.5), (2, 0.25)]


def test_renaming(perform, face):
    perform()
    rename_layer(face, "sequence", "C")
    assert slots() == expected("Head: C")
    assert find_layer(face).name == "C"


def test_clearing_leaves_none(perform, face):
    perform()
    assert clear_layer(face)
    assert slots() == {}


def test_a_mesh_that_is_no_part_of_the_face_any_more(perform, head, teeth, empty_scene):
    perform()
    teeth.modifiers.clear()
    perform([1.0, 1.0], of=find_face(head, empty_scene))
    assert strip_keys(teeth, "jawOpen") == ON_FRAMES
    assert strip_keys(head, "jawOpen") == [(1, 1), (2, 1)]


def test_a_keyed_feeling(face, empty_scene):
    write_keyed_feeling(face, clip_of(jawOpen=RAMP), empty_scene, 1, "Head: joy", DENSE)
    assert slots() == expected("Head: joy")


def test_a_duplicate_of_the_face_gets_its_own(perform, face, head, teeth, empty_scene):
    perform()
    twins = [head.copy(), teeth.copy()]
    for twin in twins:
        twin.data = twin.data.copy()
        empty_scene.collection.objects.link(twin)
        rig = bpy.data.objects.get("Twin rig") or head.modifiers[0].object.copy()
        rig.name = "Twin rig"
        twin.modifiers[0].object = rig
    perform([1.0, 0.5], of=find_face(twins[0], empty_scene))
    assert [strip_keys(mesh, "jawOpen") for mesh in (head, teeth)] == [ON_FRAMES] * 2
    assert [strip_keys(mesh, "jawOpen") for mesh in twins] == [[(1, 1), (2, 0.5)]] * 2
    clear_layer(face)
    assert [strip_keys(mesh, "jawOpen") for mesh in twins] == [[(1, 1), (2, 0.5)]] * 2


def test_what_the_artist_plays_of_it_elsewhere_stays(perform, face, head, teeth, add):
    perform()
    other = add("MESH", "Other", ["jawOpen"])
    strip, data = strip_of(teeth), other.data.shape_keys.animation_data_create()
    data.action = strip.action
    if HAS_SLOTS:
        data.action_slot = strip.action_slot
    clear_layer(face)
    assert slots() == {"Head: A" if HAS_SLOTS else "Head: A.001": 1}
    assert keys_of(other, "jawOpen") == ON_FRAMES


def test_a_user_of_its_own_keeps_all_of_an_action(perform, face, head):
    perform()
    strip_of(head).action.use_fake_user = True
    clear_layer(face)
    assert slots() == ({"Head: A": 2} if HAS_SLOTS else {"Head: A": 1})


def test_another_frame_rate(perform, face, head, teeth):
    perform()
    retime_layer(face, "sequence", 48.0, 1)
    for mesh in (head, teeth):
        assert [frame for frame, _ in strip_keys(mesh, "jawOpen")] == [1, 3, 5, 7, 9]
    assert slots() == expected("Head: A")


@with_slots
class TestOlderFiles:
    @pytest.fixture(autouse=True)
    def older(self, perform, head, teeth):
        perform()
        part_as_older_files(head, teeth)
        assert [*slots().values()] == [1, 1]

    def test_they_are_layers(self, face):
        layer = find_layer(face)
        assert (layer.name, layer.edited, layer.frames) == ("A", False, (1, 5))

    def test_performing_again_brings_them_together(self, perform, head, teeth):
        perform([0.5, 0.25])
        assert list(slots().values()) == [2]
        assert strip_keys(head, "jawOpen") == strip_keys(teeth, "jawOpen") == [(1, 0.5), (2, 0.25)]

    def test_clearing_leaves_none(self, face):
        clear_layer(face)
        assert slots() == {}

    @pytest.mark.parametrize("made", ["modifier", "curve", "shield", "property"])
    def test_what_the_artist_has_made_of_one_stays(self, perform, face, teeth, made):
        curve, action = strip_curve(teeth, "jawOpen"), strip_of(teeth).action
        if made == "modifier":
            curve.modifiers.new("NOISE").strength = 0
        elif made == "curve":
            strip_curves(strip_of(teeth)).new("key_blocks[0].slider_max")
        elif made == "shield":
            action.use_fake_user = True
        else:
            action["shot"] = 7
        perform([0.5, 0.25])
        assert strip_of(teeth).action == action
        assert len(slots()) == 2

    def test_values_from_before_are_kept(self, perform, face, head):
        record = json.loads(read_stored(strip_of(head), RECORD))
        perform([0.5, 0.25])
        again = json.loads(read_stored(strip_of(head), RECORD))
        assert again["previous"] == record["previous"]


class TestEditing:
    def test_keys_of_each_mesh_are_shown(self, perform, face, head, teeth):
        perform()
        begin_editing(editable_strips(face, "sequence"))
        assert [layer.owner for layer in edited_strips(face)] == [
            mesh.data.shape_keys for mesh in (head, teeth)
        ]
        end_editing(face)
        assert edited_strips(face) == []

    def test_what_was_edited_on_one_mesh_is_known(self, perform, face, teeth):
        perform()
        strip_curve(teeth, "jawOpen").keyframe_points[2].co.y = 0.9
        assert find_layer(face).edited


class TestBakes:
    @pytest.fixture(autouse=True)
    def baked(self, perform, face, empty_scene):
        perform()
        bake_layers(face, empty_scene, ["sequence"], DENSE)

    def test_they_have_one_action(self, head, teeth):
        assert keys_of(head, "jawOpen") == keys_of(teeth, "jawOpen") == ON_FRAMES
        names = ["Head: A baked"] if HAS_SLOTS else ["Head: A baked", "Teeth: A baked"]
        assert [*bpy.data.actions.keys()] == names

    def test_clearing_leaves_none(self, face, head):
        clear_bakes(face)
        assert slots() == {}
        assert head.data.shape_keys.animation_data.action is None

    def test_keys_by_hand_on_one_mesh_stay(self, face, head, teeth):
        key_by_hand(teeth, "jawOpen", (9, 0.25))
        clear_bakes(face)
        assert keys_of(teeth, "jawOpen") == [(9, 0.25)]
        assert all_keys(head.data.shape_keys) == []
        assert len(slots()) == 1
        assert [*slots().values()] == [1]

    def test_another_bake_with_what_one_mesh_has_kept(
        self, perform, face, head, teeth, empty_scene
    ):
        key_by_hand(teeth, "jawOpen", (9, 0.25))
        clear_bakes(face)
        perform()
        bake_layers(face, empty_scene, ["sequence"], DENSE)
        assert keys_of(head, "jawOpen")[:5] == ON_FRAMES
        clear_bakes(face)
        assert keys_of(teeth, "jawOpen") == [(9, 0.25)]
        assert all_keys(head.data.shape_keys) == []


class TestRenamed:
    """A shape key that is renamed on one mesh, while another has one of that name."""

    @pytest.fixture(params=["layer", "bake"])
    def baked(self, request, perform, face, empty_scene):
        perform()
        if request.param == "bake":
            bake_layers(face, empty_scene, ["sequence"], DENSE)
        return request.param == "bake"

    def curves(self, mesh, baked: bool) -> list[str]:
        keys = mesh.data.shape_keys
        return [curve.data_path for curve in (curves_of(keys) if baked else strip_curves_of(mesh))]

    def test_the_other_keeps_its_animation(self, baked, head, teeth):
        head.data.shape_keys.key_blocks["jawOpen"].name = "Jaw"
        restore_slot_paths(bpy.data.shape_keys)
        assert 'key_blocks["Jaw"].value' in self.curves(head, baked)
        assert self.curves(teeth, baked) == ['key_blocks["jawOpen"].value']

    def test_both_at_once(self, baked, head, teeth):
        head.data.shape_keys.key_blocks["jawOpen"].name = "Jaw"
        teeth.data.shape_keys.key_blocks["jawOpen"].name = "Teeth Down"
        restore_slot_paths(bpy.data.shape_keys)
        assert 'key_blocks["Jaw"].value' in self.curves(head, baked)
        assert self.curves(teeth, baked) == ['key_blocks["Teeth Down"].value']

    def test_twice(self, baked, head, teeth):
        for name in ("Jaw", "Jaw Down"):
            head.data.shape_keys.key_blocks[HEAD.index("jawOpen") + 1].name = name
            restore_slot_paths(bpy.data.shape_keys)
        assert 'key_blocks["Jaw Down"].value' in self.curves(head, baked)
        assert self.curves(teeth, baked) == ['key_blocks["jawOpen"].value']

    def test_clearing_leaves_nothing(self, baked, face, head, teeth):
        head.data.shape_keys.key_blocks["jawOpen"].name = "Jaw"
        restore_slot_paths(bpy.data.shape_keys)
        face = find_face(teeth, bpy.context.scene)
        clear_bakes(face) if baked else clear_layer(face)
        assert slots() == {}


def strip_curves_of(mesh):
    return strip_curves(strip_of(mesh))


@with_slots
def test_what_is_stored_without_a_slot(perform, head, teeth):
    perform()
    part_as_older_files(head, teeth)
    strip = strip_of(head)
    record = read_stored(strip, RECORD)
    strip.action.slots.remove(strip.action_slot)
    assert read_stored(strip, RECORD) == record
    write_stored(strip, RECORD, "{}")
    assert read_stored(strip, RECORD) == "{}"
