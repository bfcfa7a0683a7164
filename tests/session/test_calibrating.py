# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces that are measured before they first move: a smile is as much of one as elsewhere."""

import bpy
import pytest
from interface import Clock
from key_sizes import scale_keys, shown

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import MIX_GROUPS
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.face_calibration import gains_on
from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.rig.recognised_keys import record_of
from emotebot_blender.session import live
from emotebot_blender.ui.shown import sequence_notices

MOUTH = MIX_GROUPS["MOUTH"]


def add_head(style: int = 0):
    """Add EmoteBot's own head and return its skin, the active object."""
    root = add_character(bpy.context.scene, style=style)
    bpy.context.view_layer.update()
    head = bpy.data.objects[f"{root.name} head"]
    bpy.context.view_layer.objects.active = head
    return head


@pytest.fixture
def head(blender):
    """Return the skin of EmoteBot's own head."""
    return add_head()


@pytest.fixture
def faint(head):
    """Return the same with a mouth that goes half as far."""
    scale_keys(MOUTH, 0.5)
    return head


def full(head, channel: str) -> float:
    return map_of(head).feeds[channel][0].full


def smile_of(head) -> float:
    """Return how far a head smiles with a feeling and a take."""
    bpy.ops.emotebot.pose(words="very happy", take=0)
    return shown(head, "mouthSmileLeft")


@pytest.mark.parametrize("style", [0, 4])
def test_heads_made_with_care_have_no_gain(blender, style):
    head = add_head(style)
    bpy.ops.emotebot.pose(words="happy")
    assert gains_on(find_face(head, bpy.context.scene)) == {}
    assert record_of(head).calibration == "measured"


@pytest.mark.parametrize(
    ("factor", "as_far"),
    [
        (0.5, 1 / 1.3),  # the least that is usual: EmoteBot's own smile, by what styles stray
        (0.3, 0.6),  # the end of gains
        (3.0, 1.304 * 1.3),  # the most: the reference head's smile is 1.304 times EmoteBot's
    ],
)
def test_a_smile_goes_as_far_as_on_known_heads(head, factor, as_far):
    known = smile_of(head)
    bpy.ops.emotebot.clear()
    scale_keys(MOUTH, factor)
    assert smile_of(head) / known == pytest.approx(as_far, rel=0.01)
    assert full(head, "eyeBlinkLeft") == full(head, "browInnerUp") == 1


def test_what_was_calibrated_is_reported_once(faint, capfd):
    bpy.ops.emotebot.pose(words="happy")
    reported = "Calibrated 25 channels of EmoteBot head: jawForward × 1.4, jawLeft × 1.16,"
    assert reported in capfd.readouterr().out
    bpy.ops.emotebot.pose(words="sad")
    assert "Calibrated" not in capfd.readouterr().out


@pytest.mark.parametrize(
    "act",
    [
        lambda: bpy.ops.emotebot.key(words="happy"),
        lambda: bpy.ops.emotebot.perform(script="happy"),
        lambda: bpy.ops.emotebot.perform(script="happy", target="ACTION"),
        lambda: bpy.ops.emotebot.beat_add(words="happy"),
    ],
)
def test_whatever_moves_a_face_first_calibrates_it(faint, act):
    act()
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)


def test_a_live_face_is_calibrated_and_the_panel_says_so(faint):
    Clock().start()
    live.stop()
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)
    assert "Calibrated 25 channels" in str(sequence_notices(bpy.context)[0])


def test_looking_alone_calibrates_nothing(faint):
    sequence_notices(bpy.context)
    find_face(faint, bpy.context.scene).controls()
    assert faint.emotebot_recognition == ""


def test_sliders_reach_the_gain(faint):
    bpy.ops.emotebot.perform(script="very happy")
    assert faint.data.shape_keys.key_blocks["mouthSmileLeft"].slider_max == pytest.approx(1.538)
    assert faint.data.shape_keys.key_blocks["eyeBlinkLeft"].slider_max == 1


def test_an_artists_gain_wins(faint):
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.channel_choose(
        channel="mouthSmileLeft", object=faint.name, control="mouthSmileLeft", gain=1.1
    )
    bpy.ops.emotebot.pose(words="happy")
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.1)
    assert full(faint, "mouthSmileRight") == pytest.approx(1.538)
    bpy.ops.emotebot.channel_reset(channel="mouthSmileLeft")
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)


def test_gains_that_are_cleared_stay_away_until_the_face_is_calibrated_anew(faint, capfd):
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.calibration_clear()
    bpy.ops.emotebot.pose(words="sad")
    assert full(faint, "mouthSmileLeft") == 1
    capfd.readouterr()
    bpy.ops.emotebot.channels_calibrate()
    assert "Calibrated 25 channels" in capfd.readouterr().out
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)


def test_a_layer_follows_gains_that_are_cleared(faint):
    bpy.ops.emotebot.perform(script="very happy")
    before = highest_key(faint)
    bpy.ops.emotebot.calibration_clear()
    assert before / highest_key(faint) == pytest.approx(1.538, rel=0.01)


def highest_key(head) -> float:
    """Return the greatest value that the keys of the smile have on the layer."""
    from emotebot_blender.animation.actions import strip_curves

    (track,) = head.data.shape_keys.animation_data.nla_tracks
    (curve,) = (c for c in strip_curves(track.strips[0]) if "mouthSmileLeft" in c.data_path)
    return max(point.co.y for point in curve.keyframe_points)


def test_a_face_can_be_performed_on_without_calibration(faint):
    bpy.ops.emotebot.perform(script="happy", calibrate=False)
    bpy.ops.emotebot.pose(words="sad")
    assert full(faint, "mouthSmileLeft") == 1


def test_a_face_that_needs_no_gain_says_so(head, capfd):
    bpy.ops.emotebot.channels_calibrate()
    assert "No channel of “EmoteBot head” needs a gain" in capfd.readouterr().out
    bpy.ops.emotebot.calibration_clear()
    assert "had no gains" in capfd.readouterr().out


def test_undo_takes_gains_and_sliders_back(faint):
    bpy.ops.ed.undo_push(message="Before")
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.ed.undo_push(message="Posed")
    bpy.ops.ed.undo()
    head = bpy.data.objects["EmoteBot head"]
    assert head.emotebot_recognition == ""
    assert head.data.shape_keys.key_blocks["mouthSmileLeft"].slider_max == 1


def test_gains_are_saved_with_the_file(faint, tmp_path):
    bpy.ops.emotebot.pose(words="happy")
    path = str(tmp_path / "head.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert full(bpy.data.objects["EmoteBot head"], "mouthSmileLeft") == pytest.approx(1.538)


def test_a_key_that_was_sculpted_has_no_gain_until_it_is_measured_again(faint):
    bpy.ops.emotebot.pose(words="happy")
    scale_keys(["mouthSmileLeft", "mouthSmileRight"], 2)
    assert full(faint, "mouthSmileLeft") == 1
    assert full(faint, "mouthFunnel") == pytest.approx(1.538)
    bpy.ops.emotebot.pose(words="sad")
    assert full(faint, "mouthSmileLeft") == 1
    assert gains_on(find_face(faint, bpy.context.scene))["mouthFunnel"] == pytest.approx(1.538)
    scale_keys(["mouthSmileLeft", "mouthSmileRight"], 0.5)
    bpy.ops.emotebot.pose(words="happy")
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)


def test_a_key_that_was_renamed_keeps_its_gain(faint):
    bpy.ops.emotebot.pose(words="happy")
    faint.data.shape_keys.key_blocks["mouthSmileLeft"].name = "Mouth_Smile_Left"
    assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)


def test_gains_that_are_saved_for_other_characters_count_once(faint):
    bpy.ops.emotebot.pose(words="happy")
    bpy.ops.emotebot.channels_save(name="Faint")
    try:
        assert map_of(faint).convention == "Faint"
        assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)
        bpy.ops.emotebot.channels_calibrate()
        assert full(faint, "mouthSmileLeft") == pytest.approx(1.538)
    finally:
        bpy.ops.emotebot.channels_remove(name="Faint")


@pytest.mark.parametrize(("factor", "gain"), [(0.5, 1), (4.0, 0.5)])
def test_gains_of_a_library_override_are_those_that_outlast_the_session(
    head, tmp_path, capfd, factor, gain
):
    scale_keys(MOUTH, factor)
    library = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=library)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.collections = ["EmoteBot"]
    (linked,) = wanted.collections
    scene, layer = bpy.context.scene, bpy.context.view_layer
    scene.collection.children.link(linked)
    linked.override_hierarchy_create(scene, layer, do_fully_editable=True)
    own = own_head()
    layer.objects.active = own
    bpy.ops.emotebot.pose(words="happy")
    is_short = "too short for gains of" in capfd.readouterr().out
    assert is_short == (factor < 1)
    path = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    own = own_head()
    assert full(own, "mouthFrownLeft") == gain
    assert own.data.shape_keys.key_blocks["mouthFrownLeft"].slider_max == 1


def own_head():
    """Return the skin of EmoteBot's head that a library override has made the scene's own."""
    named = (obj for obj in bpy.context.scene.objects if obj.name == "EmoteBot head")
    return next(obj for obj in named if obj.library is None)


def test_a_face_of_three_vertices_is_left_alone(face):
    bpy.ops.emotebot.pose(words="happy")
    assert face.emotebot_recognition == ""
