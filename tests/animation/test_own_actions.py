# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of others, shared or linked, that a bake takes a copy of until it is cleared."""

import bpy
import pytest
from keying import DENSE, all_keys, clip_of, key_by_hand

from emotebot_blender.animation.actions import HAS_SLOTS, curves_of
from emotebot_blender.animation.bake_clearing import clear_bakes
from emotebot_blender.animation.baking import bake_layers
from emotebot_blender.animation.layer_writing import write_layer


@pytest.fixture
def action(head):
    """Return the head's action, in which the artist has keyed the jaw."""
    key_by_hand(head, "jawOpen", (2, 0.25), (9, 0.5))
    return head.data.shape_keys.animation_data.action


@pytest.fixture
def shared(head, action):
    """Return the action, which animates another mesh as well."""
    other = head.copy()
    other.data = head.data.copy()
    data = other.data.shape_keys.animation_data_create()
    data.action = action
    if HAS_SLOTS:
        data.action_slot = action.slots[0]
    assert action.users == 2
    return action


@pytest.fixture
def linked(head, action, tmp_path):
    """Return the action, which is another file's."""
    library = str(tmp_path / "actions.blend")
    bpy.data.libraries.write(library, {action})
    data = head.data.shape_keys.animation_data
    data.action = None
    bpy.data.actions.remove(action)
    with bpy.data.libraries.load(library, link=True) as (found, wanted):
        wanted.actions = found.actions
    data.action = wanted.actions[0]
    if HAS_SLOTS:
        data.action_slot = data.action.slots[0]
    return data.action


def bake(face, scene, channel="mouthClose"):
    clip = clip_of(**{channel: [0, 0.5, 1]})
    write_layer(face, clip, scene, 1, "A", DENSE, [channel])
    return bake_layers(face, scene, ["sequence"], DENSE)


@pytest.mark.parametrize("whose", ["shared", "linked"])
def test_it_comes_back(face, head, empty_scene, whose, request):
    action, keys = request.getfixturevalue(whose), head.data.shape_keys
    before = all_keys(keys)
    bake(face, empty_scene)
    assert keys.animation_data.action != action
    assert len(curves_of(keys)) == 2
    clear_bakes(face)
    assert keys.animation_data.action == action
    assert all_keys(keys) == before
    assert list(action.keys()) == []
    assert bpy.data.actions[:] == [action]


def test_after_two_bakes_and_a_file(face, head, empty_scene, shared, tmp_path):
    name = shared.name
    bake(face, empty_scene)
    bake(face, empty_scene, "eyeBlinkLeft")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "baked.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "baked.blend"))
    scene = bpy.context.scene
    face = type(face)("Head", (scene.objects["Head"],), None, face.maps)
    clear_bakes(face)
    assert face.objects[0].data.shape_keys.animation_data.action.name == name


def test_a_copy_in_which_the_artist_has_keyed_stays(face, head, empty_scene, shared):
    bake(face, empty_scene)
    key_by_hand(head, "jawOpen", (20, 0.75))
    clear_bakes(face)
    action = head.data.shape_keys.animation_data.action
    assert action != shared
    assert list(action.keys()) == []
    assert [key[0][:2] for *_, (*_, key) in all_keys(head.data.shape_keys)] == [(20, 0.75)]


def test_that_it_is_linked_is_reported(face, head, empty_scene, linked):
    (note,) = bake(face, empty_scene).notes
    assert str(note) == (
        f"The action “{linked.name}” is linked: a copy holds the keys until they are cleared"
    )
