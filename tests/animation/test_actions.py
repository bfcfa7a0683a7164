# SPDX-License-Identifier: GPL-3.0-or-later
import bpy
import pytest

from emotebot_blender.animation import actions
from emotebot_blender.animation.own_actions import ensure_action
from emotebot_blender.core.errors import EmoteBotError

PATH = 'key_blocks["jawOpen"].value'


@pytest.fixture
def keys(add):
    return add("MESH", "Head", ["jawOpen"]).data.shape_keys


@pytest.fixture
def other_keys(add):
    return add("MESH", "Other", ["jawOpen"]).data.shape_keys


def animate(owner, value: float) -> None:
    """Key the shape key's value at frame 1 the way Blender's own interface does."""
    owner.key_blocks["jawOpen"].value = value
    assert owner.key_blocks["jawOpen"].keyframe_insert("value", frame=1)


def share(owner, other) -> None:
    """Let another data-block be animated by all that animates the first."""
    data = other.animation_data_create()
    data.action = owner.animation_data.action
    if actions.HAS_SLOTS:
        data.action_slot = owner.animation_data.action_slot


def value_at(owner, frame: float) -> float:
    return actions.find_curve(owner, PATH).evaluate(frame)


def test_slots_are_known_from_4_4_on():
    assert (bpy.app.version >= (4, 4)) == actions.HAS_SLOTS


def test_a_new_action_moves_the_shape_key(keys, empty_scene):
    action = ensure_action(keys, "Performance")
    assert action.name == "Performance"
    assert keys.animation_data.action == action
    curve = actions.ensure_curve(actions.curves_of(keys), PATH)
    curve.keyframe_points.insert(1, 0.0)
    curve.keyframe_points.insert(11, 1.0)
    curve.keyframe_points[0].interpolation = "LINEAR"
    empty_scene.frame_set(6)
    assert keys.key_blocks["jawOpen"].value == pytest.approx(0.5)


def test_an_action_and_its_curves_are_kept(keys):
    animate(keys, 0.25)
    before = keys.animation_data.action
    assert ensure_action(keys, "Performance") == before
    assert actions.ensure_curve(actions.curves_of(keys), PATH).keyframe_points[0].co[1] == 0.25


def test_an_action_without_a_place_for_the_data_block(keys):
    keys.animation_data_create().action = bpy.data.actions.new("Empty")
    assert actions.find_curve(keys, PATH) is None
    ensure_action(keys, "Performance")
    assert actions.ensure_curve(actions.curves_of(keys), PATH) is not None
    assert [action.name for action in bpy.data.actions] == ["Empty"]


def test_no_action_has_no_curve(keys):
    assert actions.find_curve(keys, PATH) is None
    assert actions.read_bakes(keys) == []


def test_what_others_use_stays_theirs(keys, other_keys):
    animate(keys, 0.25)
    share(keys, other_keys)
    theirs = other_keys.animation_data.action
    own = ensure_action(keys, "Performance")
    assert own != theirs
    curve = actions.ensure_curve(actions.curves_of(keys), PATH)
    assert curve.keyframe_points[0].co[1] == 0.25
    curve.keyframe_points[0].co[1] = 0.75
    assert value_at(keys, 1) == 0.75
    assert value_at(other_keys, 1) == 0.25
    assert ensure_action(keys, "Performance") == own


@pytest.mark.skipif(not actions.HAS_SLOTS, reason="slots came with Blender 4.4")
class TestSlots:
    def test_an_action_with_a_slot_for_each_is_not_copied(self, keys, other_keys):
        animate(keys, 0.25)
        action = keys.animation_data.action
        other_keys.animation_data_create().action = action
        other_keys.animation_data.action_slot = action.slots.new(id_type="KEY", name="Other")
        animate(other_keys, 0.5)
        assert ensure_action(keys, "Performance") == action
        assert value_at(keys, 1) == 0.25
        assert value_at(other_keys, 1) == 0.5

    def test_a_copy_holds_no_slots_of_others(self, keys, other_keys):
        animate(keys, 0.25)
        action = keys.animation_data.action
        action.slots.new(id_type="OBJECT", name="Someone")
        share(keys, other_keys)
        assert len(ensure_action(keys, "Performance").slots) == 1
        assert len(action.slots) == 2

    def test_each_slot_has_bakes_of_its_own(self, keys, other_keys):
        action = ensure_action(keys, "Performance")
        other_keys.animation_data_create().action = action
        other_keys.animation_data.action_slot = action.slots.new(id_type="KEY", name="Other")
        actions.write_bakes(keys, [b"one", b"two"])
        assert actions.read_bakes(other_keys) == []
        actions.write_bakes(other_keys, [b"three"])
        assert actions.read_bakes(keys) == [b"one", b"two"]
        assert actions.read_bakes(other_keys) == [b"three"]

    def test_bakes_stored_before_there_were_slots(self, keys):
        ensure_action(keys, "Performance")["emotebot_bakes"] = {"0": {"0": b"one"}}
        assert actions.read_bakes(keys) == [b"one"]


def test_bakes_survive_saving(keys, tmp_path):
    ensure_action(keys, "Performance")
    bakes = [bytes(range(256)) * 100, b"", b"\0"]
    actions.write_bakes(keys, bakes)
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert actions.read_bakes(bpy.data.objects["Head"].data.shape_keys) == bakes


def test_a_fake_user_is_no_other_user(keys):
    animate(keys, 0.25)
    action = keys.animation_data.action
    action.use_fake_user = True
    assert ensure_action(keys, "Performance") == action


def test_an_armature_that_was_never_evaluated(keys, add):
    """Blender 4.4 and later would crash if asked who uses a slot."""
    add("ARMATURE", "Rig")
    own = ensure_action(keys, "Performance")
    assert ensure_action(keys, "Performance") == own


def test_an_action_in_tweak_mode_is_refused(keys):
    animate(keys, 0.25)
    data = keys.animation_data
    strip = data.nla_tracks.new().strips.new("Strip", 1, data.action)
    data.action = None
    strip.select = True
    data.use_tweak_mode = True
    assert data.use_tweak_mode
    with pytest.raises(EmoteBotError, match="leave tweak mode"):
        actions.check_editable(keys)


def test_linked_data_and_linked_actions_are_refused(keys, tmp_path):
    animate(keys, 0.25)
    library = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=library)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.objects = ["Head"]
    head = wanted.objects[0]
    with pytest.raises(EmoteBotError, match="is linked and cannot be given keys"):
        actions.check_editable(head.data.shape_keys)
    head.make_local()
    head.data.make_local()
    assert head.data.shape_keys.is_editable
    with pytest.raises(EmoteBotError, match=r"The action “.*” is linked"):
        actions.check_editable(head.data.shape_keys)
