# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrected channels that are saved for other characters, and shared as JSON."""

import json

import bpy
import pytest
from interface import new_face

from emotebot_blender.rig.object_maps import map_of
from emotebot_blender.rig.saved_conventions import saved_folder, saved_names


@pytest.fixture(autouse=True)
def nothing_saved():
    """Remove what a test has saved."""
    yield
    for path in saved_folder().glob("*"):
        path.unlink()


@pytest.fixture
def robot(blender):
    """Return a face of keys without telling names, two of which were chosen for channels."""
    face = numbered("Robot")
    choose("jawOpen", "Key 25", 0.8)
    choose("mouthSmileLeft", "Key 31", 1.2)
    return face


def numbered(name: str):
    face = new_face(name)
    for index, block in enumerate(face.data.shape_keys.key_blocks):
        block.name = f"Key {index}"
    return face


def choose(channel: str, control: str, gain: float = 1.0) -> None:
    bpy.ops.emotebot.channel_choose(
        channel=channel, object=bpy.context.object.name, control=control, gain=gain
    )


def moved(obj) -> dict[str, dict[str, float]]:
    return {
        channel: {feed.control.name: round(feed.full, 6) for feed in feeds}
        for channel, feeds in map_of(obj).feeds.items()
    }


BY_HAND = {"jawOpen": {"Key 25": 0.8}, "mouthSmileLeft": {"Key 31": 1.2}}


def test_the_next_character_of_the_kind_is_known_by_what_was_saved(robot):
    bpy.ops.emotebot.channels_save(name="Robots")
    again = numbered("Second")
    assert moved(again) == BY_HAND
    assert map_of(again).convention == "Robots"
    assert again.emotebot_map == ""
    bpy.ops.emotebot.channels_remove(name="Robots")
    assert moved(again) == {}
    assert moved(robot) == BY_HAND


def test_it_is_known_in_another_file(robot):
    bpy.ops.emotebot.channels_save(name="Robots")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert moved(numbered("Third")) == BY_HAND


def test_names_and_corrections_are_saved_together(face):
    choose("jawOpen", "tongueOut", 0.5)
    bpy.ops.emotebot.channel_remove(channel="cheekPuff")
    bpy.ops.emotebot.channels_save(name="Mine")
    again = new_face("Second")
    assert moved(again) == moved(face)
    assert len(moved(again)) == 51
    assert moved(again)["jawOpen"] == {"tongueOut": 0.5}


def test_a_face_that_has_little_of_it_stays_as_it_is_found(robot, add_face):
    bpy.ops.emotebot.channels_save(name="Robots")
    face = add_face("Face")
    assert moved(face) == {name: {name: 1.0} for name in moved(face)}


def test_what_was_saved_is_loaded_as_corrections(robot):
    bpy.ops.emotebot.channels_save(name="Robots")
    choose("jawOpen", "Key 3")
    choose("cheekPuff", "Key 4")
    bpy.ops.emotebot.channels_load(name="Robots")
    assert moved(robot) == {**BY_HAND, "cheekPuff": {"Key 4": 1.0}}


def test_channels_are_shared_as_json(robot, tmp_path):
    path = tmp_path / "robot.json"
    bpy.ops.emotebot.channels_export(filepath=str(path))
    bpy.ops.emotebot.channels_clear()
    assert moved(robot) == {}
    bpy.ops.emotebot.channels_import(filepath=str(path))
    assert moved(robot) == BY_HAND
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["channels"]["jawOpen"] == [{"shape_key": "Key 25", "full": pytest.approx(0.8)}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"channels": {"jawOpen"', "is not a naming convention for a face"),
        ('{"name": "x", "source": "y", "channels": {"jaw": {"a": 1}}}', "“jaw” is not one of"),
        ('{"name": "x", "source": "y", "channels": {"jawOpen": {"a": 0}}}', "a number other than"),
        (
            '{"name": "x", "source": "y", "channels": {"jawOpen": {"a": 1}}}',
            "The face has none of the controls that “x” names",
        ),
    ],
)
def test_files_with_faults_change_nothing(robot, tmp_path, text, problem):
    before = robot.emotebot_map
    path = tmp_path / "faulty.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuntimeError, match=problem):
        bpy.ops.emotebot.channels_import(filepath=str(path))
    with pytest.raises(RuntimeError, match="There is no file"):
        bpy.ops.emotebot.channels_import(filepath=str(tmp_path / "none.json"))
    assert robot.emotebot_map == before


def test_controls_that_the_face_lacks_are_reported(robot, tmp_path, capfd):
    path = tmp_path / "more.json"
    path.write_text(
        '{"name": "x", "source": "y", "channels": {"jawOpen": {"Key 2": 1}, "cheekPuff": {"a": 1}}}'
    )
    bpy.ops.emotebot.channels_import(filepath=str(path))
    assert "The face has no “a”" in capfd.readouterr().out
    assert moved(robot)["jawOpen"] == {"Key 2": 1}


def test_names_that_cannot_be_saved_under_are_reported(robot):
    for name in ("", "a/b", "../x"):
        with pytest.raises(RuntimeError, match="is no name to save under"):
            bpy.ops.emotebot.channels_save(name=name)
    for act in (bpy.ops.emotebot.channels_load, bpy.ops.emotebot.channels_remove):
        with pytest.raises(RuntimeError, match="Nothing was saved as “x”"):
            act(name="x")
    assert saved_names() == []


def test_a_face_without_channels_is_not_saved(blender, tmp_path):
    numbered("Robot")
    path = tmp_path / "none.json"
    with pytest.raises(RuntimeError, match="there is nothing to save"):
        bpy.ops.emotebot.channels_export(filepath=str(path))
    assert not path.exists()


def test_a_damaged_file_among_the_saved_is_passed_over_and_reported(robot):
    bpy.ops.emotebot.channels_save(name="Robots")
    (saved_folder() / "Broken.json").write_text("{")
    assert moved(numbered("Second")) == BY_HAND
    with pytest.raises(RuntimeError, match="is not a naming convention for a face"):
        bpy.ops.emotebot.channels_load(name="Broken")
