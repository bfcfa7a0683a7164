# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a face can be moved, and what is said of it."""

import pytest

from emotebot_blender.core.channels import CHANNELS, MASKS, MIX_GROUPS
from emotebot_blender.core.messages import Message
from emotebot_blender.core.rig.convention import ControlName, Feed, Preset, RigMap
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.rig.face_coverage import coverage_of, name_with_coverage, refusal_of


def rig_map(*channels: str, emotions: tuple[str, ...] = (), **states) -> RigMap:
    """Return the map of an object that has shape keys of these channels' and emotions' names."""
    presets = tuple(Preset(Feed(ControlName(name)), {name: 1.0}) for name in emotions)
    return RigMap("Own", {name: (Feed(ControlName(name)),) for name in channels}, presets, **states)


@pytest.fixture
def coverage(add):
    """Return a function that gives the coverage of a face with objects of these maps."""

    def coverage(*maps: RigMap):
        objects = tuple(add("MESH", f"Part {number}") for number, _ in enumerate(maps))
        return coverage_of(Face("Face", objects, None, maps))

    return coverage


class TestFound:
    def test_all(self, coverage):
        whole = coverage(rig_map(*CHANNELS))
        assert (str(whole.found), whole.is_whole) == ("52 of 52 channels", True)

    def test_parts_that_nothing_moves(self, coverage):
        found = coverage(rig_map("jawOpen", "noseSneerLeft", "eyeBlinkLeft")).found
        assert str(found) == "3 of 52 channels, no brows"
        assert str(coverage(rig_map("jawOpen")).found) == "1 of 52 channels, no eyes, brows, cheeks"

    def test_emotions_that_show_as_a_whole(self, coverage):
        emotions = ("anger", "happiness", "sadness")
        whole_face = "whole-face emotions: happiness, sadness, anger"
        assert str(coverage(rig_map(emotions=emotions)).found) == whole_face
        both = coverage(rig_map(*MIX_GROUPS["EYES"], emotions=emotions)).found
        assert str(both) == f"14 of 52 channels, no brows, cheeks, mouth; {whole_face}"

    def test_what_is_less_than_sure(self, coverage):
        states = {
            "approximated": frozenset(("jawOpen", "cheekPuff")),
            "doubtful": {"mouthLeft": Message("it moves the mouth to the right")},
        }
        partly = coverage(rig_map(*CHANNELS, **states))
        assert str(partly.found) == "52 of 52 channels, 2 approximated, 1 doubtful"
        assert not partly.is_whole

    def test_emotions_are_said_in_the_language_of_the_rest(self, coverage):
        found = coverage(rig_map(emotions=("happiness",))).found
        assert found.translated(lambda text: {"happiness": "Freude"}.get(text, text)) == (
            "whole-face emotions: Freude"
        )

    def test_channels_that_cannot_be_moved_at_this_moment(self, empty_scene, add):
        head = add("MESH", "Head", ("jawOpen", "eyeBlinkLeft", "mouthClose"))
        keys = head.data.shape_keys.key_blocks
        keys["jawOpen"].mute = True
        part = coverage_of(find_face(head, empty_scene))
        assert part.left_alone == ("jawOpen",)
        assert str(part.found) == "3 of 52 channels, 1 left alone, no brows, cheeks"
        keys["eyeBlinkLeft"].lock_shape = keys["mouthClose"].lock_shape = True
        none = coverage_of(find_face(head, empty_scene))
        assert str(none.found) == "3 of 52 channels, no brows, cheeks; all left alone"

    def test_all_channels_of_which_one_cannot_be_moved_are_no_whole_face(self, empty_scene, add):
        head = add("MESH", "Ada", CHANNELS)
        head.data.shape_keys.key_blocks["jawOpen"].mute = True
        reported = str(name_with_coverage(find_face(head, empty_scene)))
        assert reported == "“Ada” (52 of 52 channels, 1 left alone)"

    def test_a_channel_that_another_object_moves_is_not_left_alone(self, empty_scene, add):
        head = add("MESH", "Head", ("jawOpen", "eyeBlinkLeft", "mouthClose"))
        teeth = add("MESH", "Teeth", ("jawOpen",), parent=head)
        teeth.data.shape_keys.key_blocks["jawOpen"].mute = True
        assert coverage_of(find_face(head, empty_scene)).left_alone == ()


class TestStates:
    def test_a_channel_is_in_the_best_state_that_it_has_anywhere(self, coverage):
        doubt = {"jawOpen": Message("it does nothing"), "jawLeft": Message("it is faint")}
        found = coverage(
            rig_map("jawOpen", "jawLeft", "cheekPuff", doubtful=doubt),
            rig_map("jawOpen", "cheekPuff", approximated=frozenset(("jawOpen", "cheekPuff"))),
        )
        assert {name: state for name, state in found.states.items() if state != "missing"} == {
            "jawOpen": "approximated",
            "jawLeft": "doubtful",
            "cheekPuff": "covered",
        }
        assert found.doubts == {"jawLeft": Message("it is faint")}
        assert found.count == 3

    def test_missing_parts_are_named_as_parts(self, coverage):
        found = coverage(rig_map(*MASKS["UPPER"], "mouthSmileLeft", "cheekPuff"))
        assert [str(name) for name in found.missing][:4] == [
            "jawForward", "jawLeft", "jawRight", "jawOpen",
        ]  # fmt: skip
        upper = coverage(rig_map(*MASKS["UPPER"]))
        assert [str(name) for name in upper.missing] == ["cheeks", "mouth"]

    def test_a_channel_that_is_missing_as_its_names_leave_it_open(self, empty_scene, add):
        head = add("MESH", "Head", ("JAWOPEN", "jaw_open", "eyeBlinkLeft", "mouthClose"))
        found = coverage_of(find_face(head, empty_scene))
        assert found.states["jawOpen"] == "missing"
        assert str(found.doubts["jawOpen"]) == "“JAWOPEN” and “jaw_open” could both be it"


class TestObjects:
    def test_each_by_its_own_convention(self, empty_scene, add):
        head = add("MESH", "Head", [name for name in CHANNELS if name != "tongueOut"])
        add("MESH", "Brows", ("browDown_L", "browDown_R", "browOuterUp_L"), parent=head)
        parts = coverage_of(find_face(head, empty_scene)).objects
        assert [(part.name, part.convention, part.channels) for part in parts] == [
            ("Head", "ARKit", 51), ("Brows", "Face Cap", 3),
        ]  # fmt: skip

    def test_channels_that_one_should_have_as_well(self, coverage):
        head = rig_map(*CHANNELS)
        brows = rig_map(*MIX_GROUPS["BROWS"][:4])
        lashes = rig_map(*MIX_GROUPS["BROWS"][:4], *MIX_GROUPS["EYES"])
        assert [part.lacks for part in coverage(head, brows, lashes).objects] == [
            (), ("browOuterUpRight",), (),
        ]  # fmt: skip

    def test_channels_that_nothing_moves_are_lacked_nowhere(self, coverage):
        (part,) = coverage(rig_map(*MIX_GROUPS["BROWS"][:4])).objects
        assert part.lacks == ()


def test_a_face_is_described_by_what_was_found_where_that_is_not_all(empty_scene, add):
    whole, part = add("MESH", "Ada", CHANNELS), add("MESH", "Bob", CHANNELS[:-1])
    assert str(name_with_coverage(find_face(whole, empty_scene))) == "“Ada”"
    assert str(name_with_coverage(find_face(part, empty_scene))) == "“Bob” (51 of 52 channels)"


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        (("jawOpen",), False),
        (("jawOpen", "eyeBlinkLeft"), True),
        (("mouthSmileLeft", "browInnerUp"), True),
        (("mouthSmileLeft", "eyeLookUpLeft", "tongueOut"), False),
        (MIX_GROUPS["EYES"], False),  # an eyeball
        (MIX_GROUPS["BROWS"], False),
        (MASKS["UPPER"], True),
        (MIX_GROUPS["MOUTH"], True),
    ],
)
def test_how_much_of_a_face_is_enough(coverage, names, enough):
    found = coverage(rig_map(*names))
    assert found.is_enough == enough
    refusal = refusal_of("Head", found, Message("give up"))
    assert (refusal is None) == enough


def test_one_emotion_as_a_whole_is_enough(coverage):
    assert coverage(rig_map(emotions=("anger",))).is_enough


def test_what_is_muted_or_locked_is_a_part_of_the_face_still(empty_scene, add):
    head = add("MESH", "Head", ("jawOpen", "eyeBlinkLeft"))
    head.data.shape_keys.key_blocks["jawOpen"].mute = True
    assert coverage_of(find_face(head, empty_scene)).is_enough
