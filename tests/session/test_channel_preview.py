# SPDX-License-Identifier: GPL-3.0-or-later
"""One channel looked at without keys, after which the face stands as before."""

import bpy
import pytest
from interface import Clock, new_face, value, values
from keying import key_by_hand

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.map_corrections import correct
from emotebot_blender.session import live
from emotebot_blender.session.channel_preview import (
    DURATION,
    preview_channel,
    previewed_weight,
    weight_at,
)
from emotebot_blender.session.held_pose import end_preview


@pytest.fixture
def posed(face):
    """Return a face whose jaw is open by hand."""
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    face.data.shape_keys.key_blocks["cheekPuff"].value = 0.5
    return face


def preview(obj, weight: float, name: str = "jawOpen") -> None:
    scene = bpy.context.scene
    preview_channel(find_face(obj, scene), scene, name, weight)


def weight(name: str = "jawOpen") -> float:
    return previewed_weight(bpy.context.scene, name)


def is_as_before(obj) -> bool:
    """Return whether the face stands as by hand, and nothing is previewed."""
    shown = {block.name: block.value for block in obj.data.shape_keys.key_blocks if block.value}
    return (shown, weight(), obj.emotebot.held_pose) == ({"jawOpen": 0.25, "cheekPuff": 0.5}, 0, "")


def test_a_channel_is_played_to_full_and_back() -> None:
    shown = [weight_at(part * DURATION) for part in (0, 0.25, 0.5, 0.75, 1, 2)]
    assert shown == pytest.approx([0, 0.5, 1, 0.5, 0, 0])


def test_a_channel_is_shown_by_its_weight_alone(posed) -> None:
    for part in (0.5, 1, 0, 0.75):
        preview(posed, part)
        assert (value(posed, "jawOpen"), weight()) == (part, part)
        assert (value(posed, "cheekPuff"), weight("cheekPuff")) == (0.5, 0)
    end_preview()
    assert is_as_before(posed)


def test_another_channel_takes_its_place(posed) -> None:
    preview(posed, 1)
    preview(posed, 0.75, "tongueOut")
    assert (value(posed, "jawOpen"), value(posed, "tongueOut")) == (0.25, 0.75)
    assert (weight(), weight("tongueOut")) == (0, 0.75)
    end_preview()
    assert is_as_before(posed)


def test_another_face_takes_its_place(posed) -> None:
    other = new_face("Other")
    preview(posed, 1)
    preview(other, 0.5)
    assert (value(posed, "jawOpen"), value(other, "jawOpen")) == (0.25, 0.5)
    end_preview()
    assert is_as_before(posed)
    assert values(other) == [0] * 53


def test_a_channel_with_an_offset_starts_from_it(posed) -> None:
    correct(posed, {"jawOpen": [Feed(ControlName("jawOpen"), 0.5, offset=0.125)]})
    for part, shown in ((0, 0.125), (1, 0.625)):
        preview(posed, part)
        assert value(posed, "jawOpen") == pytest.approx(shown)
    end_preview()
    assert is_as_before(posed)


def test_an_emotion_as_a_whole_is_shown(posed) -> None:
    correct(posed, {"happiness": [Feed(ControlName("tongueOut"))], "tongueOut": ()})
    preview(posed, 1, "happiness")
    assert (value(posed, "tongueOut"), value(posed, "jawOpen")) == (1, 0.25)
    end_preview()
    assert is_as_before(posed)


def test_what_the_artist_sets_meanwhile_stays(posed) -> None:
    keys = posed.data.shape_keys.key_blocks
    preview(posed, 1)
    keys["jawOpen"].value = 0.125
    keys["mouthPucker"].value = 0.75
    end_preview()
    assert (value(posed, "jawOpen"), value(posed, "mouthPucker")) == (0.125, 0.75)


def test_a_feeling_that_is_shown_is_there_again(posed) -> None:
    bpy.ops.emotebot.pose(words="surprised")
    shown = values(posed)
    preview(posed, 1)
    assert values(posed) != shown
    end_preview()
    assert values(posed) == shown
    bpy.ops.emotebot.clear()
    assert is_as_before(posed)


def test_a_file_that_is_saved_has_the_face_as_before(posed, tmp_path) -> None:
    path = str(tmp_path / "character.blend")
    preview(posed, 1)
    bpy.ops.wm.save_as_mainfile(filepath=path)
    assert is_as_before(posed)
    preview(posed, 1)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert is_as_before(bpy.data.objects["Face"])


def test_undo_and_redo_show_the_face_as_before(posed) -> None:
    bpy.ops.ed.undo_push(message="before")
    preview(posed, 1)
    bpy.context.scene.gravity[0] = 1
    bpy.ops.ed.undo_push(message="while it is shown")
    preview(posed, 0.5)
    bpy.context.scene.gravity[0] = 2
    bpy.ops.ed.undo_push(message="while it is shown by another weight")
    for step, gravity in ((bpy.ops.ed.undo, 1), (bpy.ops.ed.undo, 0), (bpy.ops.ed.redo, 1)):
        step()
        assert bpy.context.scene.gravity[0] == gravity
        assert is_as_before(bpy.data.objects["Face"])
        preview(bpy.data.objects["Face"], 0.75)
    end_preview()
    assert is_as_before(bpy.data.objects["Face"])


def test_keys_have_the_last_word(posed) -> None:
    key_by_hand(posed, "jawOpen", (1, 0.125), (11, 0.125))
    bpy.context.scene.frame_set(1)
    preview(posed, 1)
    assert value(posed, "jawOpen") == 1
    bpy.context.scene.frame_set(5)
    assert (value(posed, "jawOpen"), weight()) == (0.125, 0)
    preview(posed, 1)
    end_preview()
    bpy.context.view_layer.update()
    assert value(posed, "jawOpen") == 0.125


def test_poses_over_keys_that_are_not_keyed_yet_stay(posed) -> None:
    keys = posed.data.shape_keys.key_blocks
    for name in ("jawOpen", "mouthPucker"):
        key_by_hand(posed, name, (1, 0.125), (11, 0.125))
        keys[name].value = 0.75
    for _ in range(2):
        preview(posed, 1)
        bpy.context.view_layer.update()
        bpy.ops.emotebot.channel_choose(
            channel="jawOpen", object="Face", control="jawOpen", gain=0.5
        )
        bpy.context.view_layer.update()
        assert (value(posed, "jawOpen"), value(posed, "mouthPucker")) == (0.5, 0.75)
        end_preview()
        bpy.context.view_layer.update()
        assert (value(posed, "jawOpen"), value(posed, "mouthPucker")) == (0.75, 0.75)


def test_nothing_is_keyed_with_auto_keying(posed) -> None:
    bpy.context.scene.tool_settings.use_keyframe_insert_auto = True
    preview(posed, 1)
    bpy.context.view_layer.update()
    end_preview()
    bpy.context.scene.tool_settings.use_keyframe_insert_auto = False
    assert posed.data.shape_keys.animation_data is None
    assert posed.animation_data is None


def pose() -> None:
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.clear()


def key() -> None:
    bpy.ops.emotebot.key(words="happy")
    bpy.ops.emotebot.clear()


def perform() -> None:
    bpy.ops.emotebot.perform(script="happy, then sad")
    bpy.ops.emotebot.clear()


def bake() -> None:
    bpy.ops.emotebot.perform(script="happy, then sad", target="ACTION")
    bpy.ops.emotebot.clear()


@pytest.mark.parametrize("act", [pose, key, perform, bake])
def test_what_emotebot_shows_or_keys_ends_it(posed, act) -> None:
    preview(posed, 1)
    act()
    bpy.context.view_layer.update()
    assert is_as_before(posed)


def test_a_pose_over_keys_is_seen_in_its_place(posed) -> None:
    key_by_hand(posed, "jawOpen", (1, 0.125), (11, 0.125))
    bpy.ops.emotebot.pose(words="astonished!")
    shown = value(posed, "jawOpen")
    assert shown > 0.2
    preview(posed, 1)
    bpy.ops.emotebot.pose(words="astonished!")
    bpy.context.view_layer.update()
    assert value(posed, "jawOpen") == shown


def test_a_live_face_cannot_be_previewed(posed, clock) -> None:
    with pytest.raises(EmoteBotError, match="A face is live already"):
        preview(posed, 1)


@pytest.mark.parametrize("is_shown", [False, True])
def test_live_ends_it(posed, is_shown) -> None:
    if is_shown:
        preview(posed, 1)
    clock = Clock().start()
    assert weight() == 0
    assert clock.play(0.5) == ""
    live.stop()
    assert is_as_before(posed)


def test_the_face_follows_a_correction(posed) -> None:
    preview(posed, 1)
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="jawOpen", gain=0.5)
    assert (value(posed, "jawOpen"), weight()) == (0.5, 1)
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="tongueOut", gain=0.5)
    assert (value(posed, "jawOpen"), value(posed, "tongueOut")) == (0.25, 0.5)
    with pytest.raises(RuntimeError, match="must be a number other than 0"):
        bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="jawOpen", gain=0)
    assert (value(posed, "jawOpen"), value(posed, "tongueOut")) == (0.25, 0.5)
    bpy.ops.emotebot.channel_remove(channel="jawOpen")
    assert is_as_before(posed)


def test_the_face_follows_a_correction_over_its_layer(posed) -> None:
    posed.data.shape_keys.key_blocks["jawOpen"].value = 0
    bpy.ops.emotebot.beat_add(words="surprised", start=0)
    bpy.context.scene.frame_set(60)
    performed = value(posed, "jawOpen")
    assert 0 < performed < 0.9
    preview(posed, 1)
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="jawOpen", gain=0.5)
    bpy.context.view_layer.update()
    assert (value(posed, "jawOpen"), weight()) == (0.5, 1)
    end_preview()
    bpy.context.view_layer.update()
    assert value(posed, "jawOpen") == pytest.approx(performed / 2, abs=0.02)


def test_a_reset_channel_is_not_shown_any_more(posed) -> None:
    bpy.ops.emotebot.channel_choose(channel="jawOpen", object="Face", control="jawOpen", gain=0.5)
    preview(posed, 1)
    bpy.ops.emotebot.channel_reset(channel="jawOpen")
    assert is_as_before(posed)


def test_a_channel_that_moves_nothing_is_told(posed) -> None:
    correct(posed, {"jawOpen": ()})
    with pytest.raises(EmoteBotError, match="has no control for the channels"):
        preview(posed, 1)
    correct(posed, {"jawOpen": [Feed(ControlName("jawOpen"))]})
    preview(posed, 1)
    posed.data.shape_keys.key_blocks["jawOpen"].lock_shape = True
    with pytest.raises(EmoteBotError, match=r"Nothing on “Face” can be posed: .*locked"):
        preview(posed, 0.5)
    assert is_as_before(posed)


def test_a_shape_key_may_be_removed_meanwhile(posed) -> None:
    preview(posed, 1)
    posed.shape_key_remove(posed.data.shape_keys.key_blocks["tongueOut"])
    preview(posed, 0.5)
    end_preview()
    assert is_as_before(posed)


def test_a_copy_of_a_live_face_can_be_previewed(posed) -> None:
    Clock().start().play(0.1)
    copied = posed.copy()
    copied.data = posed.data.copy()
    bpy.context.scene.collection.objects.link(copied)
    held = copied.emotebot.held_pose
    live.stop()
    copied.emotebot.held_pose = held  # as where only the copy comes from another file
    preview(copied, 1)
    end_preview()
    assert is_as_before(copied)
