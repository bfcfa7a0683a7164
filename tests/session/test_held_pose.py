# SPDX-License-Identifier: GPL-3.0-or-later
"""A pose that is only looked at leaves nothing behind."""

from collections.abc import Callable

import bpy
import pytest
from interface import new_face, value, values
from keying import key_by_hand

import emotebot_blender
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.rig.control_values import ControlValues
from emotebot_blender.session import held_pose, live, posing
from emotebot_blender.ui.shown import face_of

REST = {"jawOpen": 0.25, "mouthSmileLeft": 0.125, "browInnerUp": 0.5}
"""What the artist has set."""


@pytest.fixture
def posed(face):
    """Return a face that the artist has set, and that shows a feeling over that."""
    set_by_hand(face)
    bpy.ops.emotebot.pose(words="happy")
    assert value(face, "mouthSmileLeft") > 0.2
    return face


def set_by_hand(face) -> None:
    for channel, number in REST.items():
        face.data.shape_keys.key_blocks[channel].value = number


def is_as_set(face) -> bool:
    rest = [REST.get(block.name, 0.0) for block in face.data.shape_keys.key_blocks]
    return values(face) == rest


def clear() -> None:
    bpy.ops.emotebot.clear()


def key_and_clear() -> None:
    bpy.ops.emotebot.key(words="sad")
    bpy.ops.emotebot.clear()


def perform_and_clear() -> None:
    bpy.ops.emotebot.perform(script="happy, then sad")
    bpy.ops.emotebot.clear()


def bake_and_clear() -> None:
    bpy.ops.emotebot.perform(script="happy, then sad", target="ACTION")
    bpy.ops.emotebot.clear()


def play_live() -> None:
    live.start(face_of(bpy.context), bpy.context.scene, 0.0)
    live.trigger("sad")
    for tick in range(60):
        live.tick(bpy.context.scene, tick / 60, False)
    live.stop()


ROADS = [clear, key_and_clear, perform_and_clear, bake_and_clear, play_live]


@pytest.mark.parametrize("road", ROADS)
def test_it_is_put_back(posed, road: Callable[[], None]) -> None:
    bpy.ops.emotebot.pose(words="surprised")
    road()
    assert is_as_set(posed)


def test_the_mouth_is_not_left_smiling_by_another_region(face) -> None:
    bpy.ops.emotebot.pose(words="happy")
    bpy.context.scene.emotebot.region = "NO_MOUTH"
    assert value(face, "mouthSmileLeft") == 0
    assert value(face, "cheekSquintLeft") > 0.1
    face.emotebot.region = "NO_MOUTH"
    bpy.ops.emotebot.perform(script="happy, then sad")
    for frame in (1, 30, 60):
        bpy.context.scene.frame_set(frame)
        assert value(face, "mouthSmileLeft") == 0
    bpy.ops.emotebot.clear()
    assert values(face) == [0.0] * 53


def test_what_the_artist_has_changed_since_stays(posed) -> None:
    blocks = posed.data.shape_keys.key_blocks
    blocks["mouthSmileLeft"].value = 0.75
    blocks["cheekPuff"].value = 0.625
    bpy.ops.emotebot.pose(words="sad")
    bpy.ops.emotebot.clear()
    assert value(posed, "mouthSmileLeft") == 0.75
    assert value(posed, "cheekPuff") == 0.625
    assert value(posed, "mouthSmileRight") == 0


def test_a_shape_key_that_was_renamed_since_is_put_back(posed) -> None:
    block = posed.data.shape_keys.key_blocks["mouthSmileLeft"]
    assert block.value > 0.2
    block.name = "Grin"
    bpy.ops.emotebot.clear()
    assert block.value == REST["mouthSmileLeft"]


def test_that_a_pose_has_gone_is_reported(posed, capsys) -> None:
    bpy.ops.emotebot.clear()
    assert "Cleared on “Face”: the pose that was shown" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="left nothing"):
        bpy.ops.emotebot.clear()


def test_it_is_put_back_in_a_file_that_was_saved(posed, tmp_path) -> None:
    path = str(tmp_path / "posed.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    face = bpy.data.objects["Face"]
    assert value(face, "mouthSmileLeft") > 0.2
    bpy.ops.emotebot.clear()
    assert is_as_set(face)


def test_it_is_put_back_after_undo(face) -> None:
    set_by_hand(face)
    bpy.ops.ed.undo_push(message="start")
    for words in ("happy", "sad"):
        bpy.ops.emotebot.pose("EXEC_DEFAULT", True, words=words)
    bpy.ops.ed.undo()
    bpy.ops.emotebot.clear()
    assert is_as_set(bpy.data.objects["Face"])


def test_over_a_layer_it_stays_until_the_next_frame(face) -> None:
    bpy.ops.emotebot.perform(script="sad")
    for words in ("happy", "surprised"):
        bpy.ops.emotebot.pose(words=words)
    bpy.context.view_layer.update()
    shown = values(face)
    assert value(face, "browInnerUp") > 0.2
    for block in face.data.shape_keys.key_blocks:
        block.lock_shape = True
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.pose(words="happy")
    bpy.context.view_layer.update()
    assert values(face) == shown
    bpy.ops.emotebot.clear()
    assert values(face) == [0.0] * 53


def test_keys_that_cannot_be_written_leave_it_as_it_is(posed) -> None:
    before = values(posed)
    for block in posed.data.shape_keys.key_blocks:
        block.lock_shape = True
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.key(words="sad")
    assert values(posed) == before
    bpy.ops.emotebot.clear()
    assert is_as_set(posed)


def test_of_two_faces_only_one_is_put_back(posed) -> None:
    other = new_face("Other")
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.clear()
    assert values(other) == [0.0] * 53
    assert value(posed, "mouthSmileLeft") > 0.2


def test_keys_have_the_last_word(face) -> None:
    bpy.ops.emotebot.pose(words="happy")
    key_by_hand(face, "mouthSmileLeft", (1, 0.75), (10, 0.75))
    bpy.ops.emotebot.clear()
    bpy.context.scene.frame_set(5)
    assert value(face, "mouthSmileLeft") == 0.75


@pytest.fixture
def bones(bone_face):
    """Yield the values of a face of bones and properties, as the artist has set them."""
    emotebot_blender.register()
    bone_face.objects[0]["look"] = 0.25
    bone_face.objects[0].pose.bones["jaw"].rotation_euler[0] = 0.125
    yield ControlValues(bone_face.controls())
    emotebot_blender.unregister()


HAPPY = Feeling(Mixture.of({"happiness": 0.7, "surprise": 0.3}), 1.0)


def test_a_pose_of_bones_and_properties_is_put_back(bone_face, bones) -> None:
    before = bones.read().tolist()
    posing.pose(bone_face, HAPPY, 0)
    assert bones.read().tolist() != before
    with held_pose.without_shown_pose(bone_face) as was_shown:
        assert was_shown
    assert bones.read().tolist() == before


def test_bones_and_properties_stand_as_before_once_live_has_ended(bone_face, bones) -> None:
    before = bones.read().tolist()
    held_pose.hold_pose(bone_face, None)
    bone_face.objects[0]["look"] = 1.0
    held_pose.restore_poses()
    assert bones.read().tolist() == before


@pytest.mark.parametrize(("name", "number"), [("exaggeration", 2.0), ("seed", 5)])
def test_a_shown_feeling_follows_the_character_and_goes_as_it_came(posed, name, number) -> None:
    before = value(posed, "cheekSquintLeft")
    bpy.context.scene.emotebot.words = "happy"
    setattr(posed.emotebot, name, number)
    assert abs(value(posed, "cheekSquintLeft") - before) > 0.01
    clear()
    assert is_as_set(posed)
    setattr(posed.emotebot, name, 1)
    assert is_as_set(posed)
