# SPDX-License-Identifier: GPL-3.0-or-later
"""What is reported of keys once they are written, on one line."""

from keying import clip_of

from emotebot_blender.animation.key_report import KeyReport
from emotebot_blender.animation.keyframes import Keying
from emotebot_blender.animation.layer_writing import write_layer
from emotebot_blender.core.messages import Message
from emotebot_blender.rig.face import find_face

REPORT = KeyReport(52, 383, (1.0, 49.0), (), (), (), (52, 52), 1, "EmoteBot")


def test_all_of_a_face_on_a_layer():
    assert str(REPORT.sentence()) == (
        "383 keys on frames 1 to 49, 52 channels on 1 object, in the layer “EmoteBot”"
    )


def test_a_part_of_a_face_in_the_active_action():
    report = KeyReport(40, 90, (1.5, 9.0), (), (), (), (26, 52), 3)
    assert str(report.sentence()) == (
        "90 keys on frames 1.5 to 9, 26 of 52 channels on 3 objects, in the active action"
    )


def test_one_of_each():
    report = KeyReport(1, 1, (9.0, 9.0), (), (), (), (1, 1), 1)
    assert str(report.sentence()) == (
        "1 key on frame 9, 1 channel on 1 object, in the active action"
    )


def test_several_keys_on_one_frame_and_a_face_of_one_channel():
    report = KeyReport(2, 2, (9.0, 9.0), (), (), (), (0, 1), 1)
    assert str(report.sentence()) == (
        "2 keys on frame 9, 0 of 1 channel on 1 object, in the active action"
    )


def test_what_was_left_alone_is_reported_with_its_reason():
    report = KeyReport(
        1, 2, (1, 2), (("Head: jawOpen", Message("driven")),), (), (), (1, 2), 1, "A"
    )
    assert str(report.sentence()).endswith("“A”; left alone: Head: jawOpen (driven)")


def test_cut_values_and_notes_are_sentences_of_their_own():
    report = KeyReport(1, 2, (1, 2), (), ("Head: smile",), (Message("It is dark"),), (1, 1), 1, "A")
    assert str(report.sentence()).endswith(
        "“A”. Cut off at the end of the slider’s range: Head: smile. It is dark"
    )
    assert [str(reported) for reported in report.short_of()] == [
        "Cut off at the end of the slider’s range: Head: smile",
        "It is dark",
    ]


def test_a_report_counts_the_channels_and_objects_of_the_face(reference_head):
    face = find_face(None, reference_head)
    clip = clip_of(jawOpen=[0, 1], browInnerUp=[0, 1])
    report = write_layer(face, clip, reference_head, 1, "A", Keying(), ("jawOpen", "browInnerUp"))
    assert (report.channels, report.objects, report.layer) == ((2, 51), 1, "A")  # without tongueOut


def test_smiles_that_their_sliders_cut_are_reported_by_name(reference_head):
    face = find_face(None, reference_head)
    for name in ("mouthSmile_L", "mouthSmile_R"):
        face.objects[0].data.shape_keys.key_blocks[name].slider_max = 0.3
    clip = clip_of(mouthSmileLeft=[0, 0.7], mouthSmileRight=[0, 0.8], jawOpen=[0, 0.9])
    report = write_layer(face, clip, reference_head, 1, "A", Keying())
    head = face.objects[0].name
    cut = f"Cut off at the end of the slider’s range: {head}: mouthSmile_L, {head}: mouthSmile_R"
    assert cut in str(report.sentence())
