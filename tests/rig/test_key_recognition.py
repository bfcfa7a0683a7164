# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces whose names say nothing: found by what their shape keys do, and that is kept with them."""

import random

import bpy
import pytest

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import ControlName, Feed
from emotebot_blender.core.rig.recognition import CONFIDENT
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.rig.face_coverage import coverage_of
from emotebot_blender.rig.face_notes import notes_on_face
from emotebot_blender.rig.key_recognition import recognise_shape_keys, wants_recognition
from emotebot_blender.rig.map_corrections import correct
from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.rig.recognised_keys import record_of

pytestmark = pytest.mark.usefixtures("registered")


def name_by_numbers(scene) -> dict[str, str]:
    """Give all shape keys numbers for names, shuffled, and return what they were called."""
    keys = {obj.data.shape_keys for obj in scene.objects if obj.type == "MESH"} - {None}
    names = sorted({block.name for key in keys for block in key.key_blocks[1:]})
    random.Random(0).shuffle(names)
    numbers = {name: f"Key {index}" for index, name in enumerate(names)}
    for key in keys:
        for block in key.key_blocks[1:]:
            block.name = numbers[block.name]
    return {number: name for name, number in numbers.items()}


@pytest.fixture
def android(empty_scene):
    """Return EmoteBot's own head."""
    root = add_character(empty_scene)
    bpy.context.view_layer.update()
    return root


def shown(face: Face) -> dict[str, set[str]]:
    """Return which shape keys show each channel."""
    shown: dict[str, set[str]] = {}
    for rig_map in face.maps:
        for channel, feeds in rig_map.feeds.items():
            shown.setdefault(channel, set()).update(feed.control.name for feed in feeds)
    return shown


def skin(root):
    return bpy.data.objects[f"{root.name} head"]


def with_keys(root):
    """Yield the meshes of a head that have shape keys, and these."""
    for obj in root.children:
        if obj.type == "MESH" and obj.data.shape_keys:
            yield obj, obj.data.shape_keys.key_blocks


def rename(root, **names: str) -> None:
    """Give shape keys of a head other names on all its meshes."""
    for _, keys in with_keys(root):
        for former, name in names.items():
            if former in keys:
                keys[former].name = name


def test_a_face_of_numbers_is_found_once_it_was_recognised(android, empty_scene):
    former = name_by_numbers(empty_scene)
    with pytest.raises(EmoteBotError):
        find_face(android, empty_scene)
    assert wants_recognition(android, empty_scene)
    report = recognise_shape_keys(android, empty_scene)
    assert (report.named, report.confident + report.doubtful) == (0, 52)
    face = find_face(android, empty_scene)
    assert {c: {former[key] for key in keys} for c, keys in shown(face).items()} == {
        name: {name} for name in CHANNELS
    }
    assert not wants_recognition(android, empty_scene)
    coverage = coverage_of(face)
    assert str(coverage.found).startswith("52 of 52 channels, 52 by shape")
    assert all(
        ("recognised by its shape" in str(doubt)) == (coverage.recognised[channel] < CONFIDENT)
        for channel, doubt in coverage.doubts.items()
    )


def test_the_reference_head_by_numbers(reference_head):
    former = name_by_numbers(reference_head)
    head = next(obj for obj in reference_head.objects if obj.type == "MESH")
    recognise_shape_keys(head, reference_head)
    face = find_face(head, reference_head)

    def plain(name):  # the reference head has brows and cheeks in halves
        return former[name].replace("_L", "Left").replace("_R", "Right")

    halves = {"browInnerUp", "cheekPuff"}
    right = [
        channel
        for channel, keys in shown(face).items()
        if {plain(key) for key in keys}
        == ({f"{channel}{side}" for side in ("Left", "Right")} if channel in halves else {channel})
    ]
    assert len(right) >= 44
    wrong = set(shown(face)) - set(right)
    assert wrong <= set(coverage_of(face).doubts)


def test_it_is_kept_in_the_file(android, empty_scene, tmp_path):
    name_by_numbers(empty_scene)
    recognise_shape_keys(android, empty_scene)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "face.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "face.blend"))
    assert len(find_face(None, bpy.context.scene).channels) == 52


def test_a_renamed_key_is_followed(android, empty_scene):
    name_by_numbers(empty_scene)
    recognise_shape_keys(android, empty_scene)
    (key,) = map_of(skin(android)).feeds["jawOpen"]
    skin(android).data.shape_keys.key_blocks[key.control.name].name = "renamed"
    assert map_of(skin(android)).feeds["jawOpen"] == (Feed(ControlName("renamed")),)


def test_a_key_that_was_sculpted_since_counts_no_more(android, empty_scene):
    name_by_numbers(empty_scene)
    recognise_shape_keys(android, empty_scene)
    head = skin(android)
    (key,) = map_of(head).feeds["mouthPucker"]
    block = head.data.shape_keys.key_blocks[key.control.name]
    for point, rest in zip(block.points, block.relative_key.points, strict=True):
        point.co = 2 * rest.co - point.co
    assert "mouthPucker" not in map_of(head).feeds
    assert "mouthFunnel" in map_of(head).feeds
    notes = [str(note) for note in notes_on_face(find_face(android, empty_scene))]
    assert any("changed since they were recognised" in note for note in notes)


def test_names_go_before_shapes(android, empty_scene):
    rename(android, mouthSmileLeft="Ausdruck links")
    report = recognise_shape_keys(android, empty_scene)
    assert (report.named, report.confident, report.doubtful) == (51, 1, 0)
    rig_map = map_of(skin(android))
    assert rig_map.feeds["mouthSmileLeft"] == (Feed(ControlName("Ausdruck links")),)
    assert list(rig_map.recognised) == ["mouthSmileLeft"]
    assert rig_map.convention == "ARKit"


def test_one_key_for_both_sides_is_moved_by_both_channels(android, empty_scene):
    for obj, keys in with_keys(android):
        if {"mouthSmileLeft", "mouthSmileRight"} <= set(keys.keys()):
            left, right = keys["mouthSmileLeft"], keys["mouthSmileRight"]
            points = zip(left.points, right.points, right.relative_key.points, strict=True)
            for point, other, rest in points:
                point.co += other.co - rest.co
            obj.shape_key_remove(right)
    rename(android, mouthSmileLeft="Key 7", mouthSmileRight="Key 7")
    report = recognise_shape_keys(android, empty_scene)
    assert (report.named, report.confident + report.doubtful) == (50, 2)
    rig_map = map_of(skin(android))
    half = (Feed(ControlName("Key 7"), 0.5),)
    assert rig_map.feeds["mouthSmileLeft"] == rig_map.feeds["mouthSmileRight"] == half
    coverage = coverage_of(find_face(android, empty_scene))
    assert coverage.states["mouthSmileLeft"] in ("approximated", "doubtful")


def test_what_an_artist_corrects_goes_before_both(android, empty_scene):
    name_by_numbers(empty_scene)
    recognise_shape_keys(android, empty_scene)
    head = skin(android)
    other = map_of(head).feeds["mouthPucker"]
    correct(head, {"jawOpen": other})
    assert map_of(head).feeds["jawOpen"] == other
    assert "jawOpen" not in map_of(head).recognised


def test_a_damaged_record_counts_for_nothing(android, empty_scene):
    name_by_numbers(empty_scene)
    recognise_shape_keys(android, empty_scene)
    skin(android).emotebot_recognition = "{"
    assert not record_of(skin(android)).channels
    assert not map_of(skin(android)).feeds


def test_a_linked_head_cannot_keep_it(linked_head):
    head, scene = linked_head
    with pytest.raises(EmoteBotError, match="cannot be kept with “Head”: it is linked"):
        recognise_shape_keys(head, scene)


def test_what_has_no_shape_keys_is_reported(add, empty_scene):
    with pytest.raises(EmoteBotError, match="“Box” has no shape keys to recognise"):
        recognise_shape_keys(add("MESH", "Box"), empty_scene)
