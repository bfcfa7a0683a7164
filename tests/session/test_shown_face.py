# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of the shown face is right after every change, once Blender has evaluated it."""

from collections.abc import Callable
from types import SimpleNamespace

import bpy
import pytest
from bpy.types import Object
from interface import curves_of

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.session import shown_face
from emotebot_blender.session.face_summary import FaceSummary
from emotebot_blender.ui.shown import owner_of, summary_of


@pytest.fixture
def layered(face) -> Object:
    """Return a face with a layer, of which a summary has been drawn."""
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    summary()
    return face


def summary() -> FaceSummary:
    bpy.context.view_layer.update()  # as Blender does before it draws
    return summary_of(bpy.context)


def track(face: Object) -> bpy.types.NlaTrack:
    return face.data.shape_keys.animation_data.nla_tracks[0]


def change(face: Object, what: Callable[[Object], object]) -> FaceSummary:
    what(face)
    return summary()


def test_another_name(layered) -> None:
    layered.name = "Robin"
    assert summary().name == "Robin"
    assert owner_of(bpy.context) == layered


def test_a_name_that_is_not_evaluated_yet_leads_to_the_same_object(layered) -> None:
    layered.name = "Robin"
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Face", None))
    assert owner_of(bpy.context) == layered


@pytest.mark.parametrize("attribute", ["mute", "lock_shape"])
def test_a_shape_key_that_cannot_be_driven(layered, attribute) -> None:
    assert summary().blocked == ()
    setattr(layered.data.shape_keys.key_blocks["jawOpen"], attribute, True)
    assert len(summary().blocked) == 1


def test_a_shape_key_that_is_none_of_the_channels_any_more(layered) -> None:
    layered.data.shape_keys.key_blocks["jawOpen"].name = "jaw"
    assert summary().coverage.count == 51


@pytest.mark.parametrize(
    "what",
    [
        lambda face: setattr(track(face), "mute", True),
        lambda face: setattr(track(face).strips[0], "mute", True),
        lambda face: setattr(face.data.shape_keys.animation_data, "use_nla", False),
    ],
    ids=["track", "strip", "nla"],
)
def test_a_layer_that_is_silenced(layered, what) -> None:
    assert summary().layer.silenced is None
    assert change(layered, what).layer.silenced is not None


def test_another_name_of_the_track(layered) -> None:
    assert change(layered, lambda face: setattr(track(face), "name", "Mine")).layers == ("Mine",)


def test_keys_that_are_edited(layered) -> None:
    curves_of(track(layered).strips[0].action)[0].keyframe_points[0].co.y = 0.5
    assert summary().layer.edited


def test_a_layer_that_is_removed(layered) -> None:
    data = layered.data.shape_keys.animation_data
    data.nla_tracks.remove(track(layered))
    layered.data.shape_keys.update_tag()
    assert summary().layers == ()


def test_a_face_that_is_removed(layered) -> None:
    bpy.data.objects.remove(layered)
    with pytest.raises(EmoteBotError, match="no face"):
        summary()


def test_another_active_object(add_face) -> None:
    first, second = add_face("First"), add_face("Second")
    assert summary().name == "Second"
    bpy.context.view_layer.objects.active = first
    assert summary_of(bpy.context).name == "First"
    bpy.context.scene.emotebot.face = second
    assert summary_of(bpy.context).name == "Second"


def test_undo_and_redo(layered) -> None:
    bpy.ops.ed.undo_push(message="start")
    layered.name = "Robin"
    bpy.ops.ed.undo_push(message="named")
    assert summary().name == "Robin"
    bpy.ops.ed.undo()
    assert summary_of(bpy.context).name == "Face"
    bpy.ops.ed.redo()
    assert summary_of(bpy.context).name == "Robin"


def test_another_file(layered, tmp_path) -> None:
    path = str(tmp_path / "saved.blend")
    layered.name = "Robin"
    bpy.ops.wm.save_as_mainfile(filepath=path)
    layered.name = "Face"
    summary()
    bpy.ops.wm.open_mainfile(filepath=path)
    assert summary_of(bpy.context).name == "Robin"


def test_a_draw_asks_once(layered, monkeypatch) -> None:
    summary()
    monkeypatch.setattr(
        shown_face, "find_shown_face", lambda *_: pytest.fail("the face was looked for again")
    )
    context = SimpleNamespace(scene=bpy.context.scene, view_layer=bpy.context.view_layer)
    assert [summary_of(context).name for _ in range(5)] == ["Face"] * 5


def test_an_object_that_is_moved_changes_nothing(layered, monkeypatch) -> None:
    summary()
    monkeypatch.setattr(
        shown_face, "find_shown_face", lambda *_: pytest.fail("the face was looked for again")
    )
    layered.location.x = 1
    assert summary().name == "Face"


def test_a_character_that_is_moved_changes_nothing(blender, monkeypatch) -> None:
    bpy.ops.emotebot.add_character()
    summary()
    monkeypatch.setattr(
        shown_face, "find_shown_face", lambda *_: pytest.fail("the face was looked for again")
    )
    bpy.context.view_layer.objects.active.location.x = 1
    assert summary().name == "EmoteBot head"


@pytest.mark.parametrize(
    ("what", "note"),
    [
        (lambda face: setattr(face, "show_only_shape_key", True), "all of Robin (pinned to one"),
        (lambda face: _flatten(face, "jawOpen"), "Robin: jawOpen (equal to “Basis”)"),
        (
            lambda face: setattr(face.data.shape_keys.key_blocks["jawOpen"], "slider_max", 0.3),
            "The range of Robin: jawOpen ends at 0.3",
        ),
    ],
    ids=["pinned", "flat", "range"],
)
def test_what_does_not_show(layered, what, note) -> None:
    layered.name = "Robin"
    assert summary().notes == ()
    (reported,) = change(layered, what).notes
    assert note in str(reported)


def _flatten(face: Object, name: str) -> None:
    block = face.data.shape_keys.key_blocks[name]
    block.data[0].co = block.relative_key.data[0].co


@pytest.mark.parametrize(
    "act",
    [
        lambda: bpy.ops.emotebot.perform(script="angry"),
        lambda: bpy.ops.emotebot.pose(words="angry"),
        lambda: bpy.ops.emotebot.key(words="angry"),
    ],
    ids=["perform", "pose", "key"],
)
def test_what_does_not_show_is_reported_when_it_is_driven(layered, capfd, act) -> None:
    layered.show_only_shape_key = True
    act()
    assert "pinned to one shape key" in capfd.readouterr().out


class TestLinkedDuplicate:
    """A face and its linked duplicate, as Alt-D makes it: one face, one sequence."""

    @pytest.fixture
    def twin(self, layered) -> Object:
        """Return the duplicate, which has the active object's place."""
        twin = layered.copy()
        bpy.context.scene.collection.objects.link(twin)
        bpy.context.view_layer.objects.active = twin
        return twin

    def test_either_leads_to_the_same_sequence(self, layered, twin) -> None:
        assert owner_of(bpy.context) == layered
        bpy.context.view_layer.objects.active = layered
        assert owner_of(bpy.context) == layered

    def test_the_panel_tells(self, layered, twin) -> None:
        (reported,) = map(str, summary().notes)
        assert f"“{layered.name}” shares its shape keys with “{twin.name}”" in reported

    def test_a_script_for_the_duplicate_is_the_first_ones_and_reported(
        self, layered, twin, capfd
    ) -> None:
        before = len(layered.emotebot.beats)
        bpy.ops.emotebot.perform(script="sad")
        reported = capfd.readouterr().out
        assert "shares its shape keys with" in reported
        assert f"{before} beat of “{layered.name}” gave way" in reported
        assert [beat.words for beat in layered.emotebot.beats] == ["sad"]
        assert len(layered.data.shape_keys.animation_data.nla_tracks) == 1
