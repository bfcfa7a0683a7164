# SPDX-License-Identifier: GPL-3.0-or-later
from types import SimpleNamespace

import bpy
import pytest
from bpy.types import Object

from emotebot_blender.animation.actions import find_curve, strip_curves
from emotebot_blender.ui.operators.operator_base import take_from_panel
from emotebot_blender.ui.shown import summary_of

SMILE = ("mouthSmileLeft", "mouthSmileRight")


def _value(face: Object, channel: str) -> float:
    return face.data.shape_keys.key_blocks[channel].value


def _values(face: Object) -> list[float]:
    return [block.value for block in face.data.shape_keys.key_blocks]


def _feeling_frames(face, channel: str) -> list[float]:
    """Return the frames of a channel's keys in the first strip of the face."""
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    curve = strip_curves(strip).find(f'key_blocks["{channel}"].value')
    return [point.co[0] for point in curve.keyframe_points]


def _keys(face: Object, channel: str) -> list[tuple[float, float]]:
    curve = find_curve(face.data.shape_keys, f'key_blocks["{channel}"].value')
    return [tuple(point.co) for point in curve.keyframe_points]


def test_pose_shows_the_feeling_without_keys(face) -> None:
    assert bpy.ops.emotebot.pose(words="happy") == {"FINISHED"}
    assert min(_value(face, channel) for channel in SMILE) > 0.2
    assert face.data.shape_keys.animation_data is None


def test_pose_without_intensity_is_neutral(face) -> None:
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.pose(words="happy", intensity=0)
    assert _values(face) == [0.0] * 53


def test_pose_is_stronger_with_more_intensity(face) -> None:
    strength = []
    for intensity in (0.3, 0.6, 1.0):
        bpy.ops.emotebot.pose(words="happy", intensity=intensity)
        strength.append(sum(_value(face, channel) for channel in SMILE))
    assert strength == sorted(strength)
    assert strength[0] < strength[2] / 1.5


def test_another_take_is_another_face(face) -> None:
    takes = []
    for take in (0, 1, 0):
        bpy.ops.emotebot.pose(words="surprised", take=take)
        takes.append(_values(face))
    assert takes[0] == takes[2] != takes[1]


def test_a_pose_is_one_step_to_undo(face) -> None:
    name = face.name
    bpy.ops.ed.undo_push(message="start")
    smiles = []
    for words in ("happy", "sad"):
        bpy.ops.emotebot.pose("EXEC_DEFAULT", True, words=words)
        smiles.append(_value(bpy.data.objects[name], "mouthSmileLeft"))
    bpy.ops.ed.undo()
    assert _value(bpy.data.objects[name], "mouthSmileLeft") == smiles[0] > 0.2
    bpy.ops.ed.undo()
    assert _value(bpy.data.objects[name], "mouthSmileLeft") == 0


def test_unknown_words_name_known_ones(face) -> None:
    with pytest.raises(RuntimeError, match=r"hapy.*happy"):
        bpy.ops.emotebot.pose(words="hapy")
    assert _values(face) == [0.0] * 53


def test_only_the_active_face_is_posed(add_face) -> None:
    first, second = add_face("First"), add_face("Second")
    bpy.context.view_layer.objects.active = first
    bpy.ops.emotebot.pose(words="happy")
    assert max(_values(first)) > 0.2
    assert max(_values(second)) == 0


def test_the_only_face_is_posed_when_something_else_is_active(face) -> None:
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.view_layer.objects.active = camera
    bpy.ops.emotebot.pose(words="happy")
    assert max(_values(face)) > 0.2


def test_a_camera_between_two_faces_is_no_choice(add_face) -> None:
    add_face("First"), add_face("Second")
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.view_layer.objects.active = camera
    with pytest.raises(RuntimeError, match="Camera"):
        bpy.ops.emotebot.pose(words="happy")


@pytest.mark.parametrize("operator", ["pose", "key", "perform"])
def test_without_a_face_the_operator_says_so(blender, operator) -> None:
    with pytest.raises(RuntimeError, match="no face"):
        getattr(bpy.ops.emotebot, operator)()


def test_a_locked_shape_key_stays_as_it_is(face) -> None:
    locked = face.data.shape_keys.key_blocks["mouthSmileLeft"]
    locked.value, locked.lock_shape = 0.125, True
    bpy.ops.emotebot.pose(words="happy")
    assert _value(face, "mouthSmileRight") > 0.2
    bpy.ops.emotebot.perform(target="ACTION", script="happy")
    assert locked.value == 0.125
    assert find_curve(face.data.shape_keys, 'key_blocks["mouthSmileLeft"].value') is None


def test_a_face_of_locked_shape_keys_cannot_be_keyed(face) -> None:
    for block in face.data.shape_keys.key_blocks:
        block.lock_shape = True
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.key(words="happy")
    assert face.data.shape_keys.animation_data is None


def test_key_reaches_the_pose_at_the_current_frame(face) -> None:
    scene = bpy.context.scene
    scene.frame_set(50)
    bpy.ops.emotebot.pose(words="happy", take=3)
    posed = _values(face)
    bpy.ops.emotebot.key(words="happy", take=3)
    scene.frame_set(50)
    assert _values(face) == pytest.approx(posed, abs=0.02)
    frames = _feeling_frames(face, "mouthSmileLeft")
    assert frames[-1] == 50
    assert 50 - 24 < frames[0] < 50 - 4  # medians of an onset lie between a third and half a second
    scene.frame_set(int(frames[0]))
    assert max(_values(face)) == pytest.approx(0, abs=0.02)


def test_key_starts_from_the_keys_before(face) -> None:
    scene = bpy.context.scene
    scene.frame_set(30)
    bpy.ops.emotebot.key(words="happy")
    scene.frame_set(30)
    happy = _values(face)
    scene.frame_set(35)
    bpy.ops.emotebot.key(words="sad")
    scene.frame_set(30)
    assert _values(face) == pytest.approx(happy, abs=0.02)
    scene.frame_set(35)
    assert max(_value(face, channel) for channel in SMILE) < min(happy[24], happy[25]) / 2


def test_key_again_replaces_the_feeling(face) -> None:
    scene = bpy.context.scene
    scene.frame_set(30)
    bpy.ops.emotebot.key(words="happy", keying="DENSE")
    bpy.ops.emotebot.key(words="happy", keying="DENSE")
    frames = _feeling_frames(face, "mouthSmileLeft")
    assert frames[-1] == 30
    assert [len(track.strips) for track in face.data.shape_keys.animation_data.nla_tracks] == [1]


def test_key_leaves_other_keys_alone(face) -> None:
    block = face.data.shape_keys.key_blocks["jawOpen"]
    for frame, value in ((1, 0.5), (100, 0.25)):
        block.value = value
        block.keyframe_insert("value", frame=frame)
    bpy.context.scene.frame_set(60)
    bpy.ops.emotebot.key(words="happy")
    keys = _keys(face, "jawOpen")
    assert keys[0] == (1, 0.5)
    assert keys[-1] == (100, 0.25)


def test_perform_begins_with_the_scene_and_makes_room(face) -> None:
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 11, 20
    bpy.ops.emotebot.perform(target="ACTION", script="happy, then sad", keying="DENSE")
    frames = [frame for frame, _ in _keys(face, "mouthSmileLeft")]
    assert frames == list(range(11, scene.frame_end + 1))
    assert scene.frame_end > 60


def test_perform_begins_where_it_is_set(face) -> None:
    bpy.ops.emotebot.perform(target="ACTION", script="happy", frame_start=-5)
    assert _keys(face, "mouthSmileLeft")[0][0] == -5


def test_a_key_that_is_pressed_stands_as_densely_as_those_of_the_sequence(face) -> None:
    face.emotebot.keying, face.emotebot.step = "STEPPED", 5
    known = bpy.ops.emotebot.key.get_rna_type()
    pressed = SimpleNamespace(bl_rna=known, is_property_set=lambda _: False)
    take_from_panel(pressed, bpy.context)
    assert (pressed.keying, pressed.step) == ("STEPPED", 5)


def test_the_panel_stays_with_a_face_until_the_pin_is_pressed_again(add_face) -> None:
    pinned, other = add_face("Robin"), add_face("Other")
    bpy.context.view_layer.objects.active = pinned
    bpy.ops.emotebot.pin_face()
    bpy.context.view_layer.objects.active = other
    assert summary_of(bpy.context).name == "Robin"
    bpy.ops.emotebot.pin_face()
    assert summary_of(bpy.context).name == "Other"


@pytest.mark.parametrize("keying", ["DENSE", "REDUCED", "STEPPED"])
def test_an_action_is_given_the_keys_of_the_layer(face, keying) -> None:
    """Keys are not thinned out twice on their way into an action."""
    options = {"script": "happy, then sad", "keying": keying, "step": 2}
    bpy.ops.emotebot.perform(target="LAYER", **options)
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    curve = strip_curves(strip).find('key_blocks["mouthSmileLeft"].value')
    on_layer = [tuple(point.co) for point in curve.keyframe_points]
    bpy.ops.emotebot.perform(target="ACTION", **options)
    assert _keys(face, "mouthSmileLeft") == on_layer
    assert face.emotebot.keying == keying


def test_perform_reduces_to_fewer_keys(face) -> None:
    bpy.ops.emotebot.perform(target="ACTION", script="happy, then sad", keying="DENSE")
    dense = len(_keys(face, "mouthSmileLeft"))
    bpy.ops.emotebot.perform(
        target="ACTION", script="happy, then sad", keying="REDUCED", tolerance=0.05
    )
    assert len(_keys(face, "mouthSmileLeft")) < dense / 2


def test_perform_plays_the_feelings_in_order(face) -> None:
    bpy.ops.emotebot.perform(
        target="ACTION", script="0 happy in 0.5s\n3 sad in 0.5s", frame_start=0
    )
    scene = bpy.context.scene
    scene.frame_set(36)
    smile = _value(face, "mouthSmileLeft")
    scene.frame_set(scene.frame_end)
    assert smile > 0.2
    assert _value(face, "mouthSmileLeft") < smile / 2
    assert _value(face, "mouthFrownLeft") > 0.1


def test_perform_reads_a_text_data_block(face) -> None:
    text = bpy.data.texts.new("Scene one")
    text.write("happy, then sad")
    bpy.ops.emotebot.perform(target="ACTION", text="Scene one")
    from_text = _keys(face, "mouthSmileLeft")
    bpy.ops.emotebot.perform(target="ACTION", script="happy, then sad")
    assert _keys(face, "mouthSmileLeft") == from_text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": "Nowhere"}, "There is no text “Nowhere”"),
        ({"script": ""}, "no beats|empty|expected"),
        ({"script": "happy, then hapy"}, "line 1, column 13"),
    ],
)
def test_perform_says_what_is_wrong_and_keys_nothing(face, arguments, message) -> None:
    with pytest.raises(RuntimeError, match=message):
        bpy.ops.emotebot.perform(**arguments)
    assert face.data.shape_keys.animation_data is None


def test_words_of_the_panel_pose_as_they_are_typed(face) -> None:
    bpy.context.scene.emotebot.words = "happy"
    assert _value(face, "mouthSmileLeft") > 0.2
    bpy.context.scene.emotebot.words = "hap"
    assert _value(face, "mouthSmileLeft") > 0.2
    bpy.context.scene.emotebot.intensity = 0
    bpy.context.scene.emotebot.words = "happy"
    assert _values(face) == [0.0] * 53


def test_perform_says_in_one_line_what_it_did_and_what_is_cut(face, capfd) -> None:
    face.data.shape_keys.key_blocks["mouthSmileLeft"].slider_max = 0.3
    bpy.ops.emotebot.perform(script="happy")
    reported = capfd.readouterr().out
    assert "52 channels on 1 object, in the layer “EmoteBot”" in reported
    assert f"Cut off at the end of the slider’s range: {face.name}: mouthSmileLeft" in reported
