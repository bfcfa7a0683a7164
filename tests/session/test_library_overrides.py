# SPDX-License-Identifier: GPL-3.0-or-later
"""Sequences of characters that others own too: library overrides, shared meshes, other scenes."""

import bpy
import pytest
from bpy.types import Object
from interface import Clock, new_face
from keying import key_by_hand

from emotebot_blender.animation.layers import find_layer
from emotebot_blender.rig.face import find_face
from emotebot_blender.session import auto_update, live
from emotebot_blender.session.live_face import RecordedTrigger, Recording
from emotebot_blender.session.recording import keep_beats
from emotebot_blender.session.runtime import runtime

SHOWN = ("mouthSmileLeft", "browDownLeft", "eyeBlinkLeft")


@pytest.fixture
def override(blender, tmp_path):
    """Return a function that makes an override of a character whose library has these beats."""

    def overridden(*words: str, named: bool = True, keyed: str | None = None) -> Object:
        source = new_face("Face")
        if keyed is not None:
            key_by_hand(source, keyed, (2, 0.25), (40, 0.5))
        for number, feeling in enumerate(words):
            bpy.ops.emotebot.beat_add(words=feeling, start=3.0 * number)
        path = str(tmp_path / "library.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        if not named:  # as versions before this left them
            for beat in source.emotebot.beats:
                beat.name = ""
            bpy.data.libraries.write(path, {source})
        bpy.ops.wm.read_factory_settings(use_empty=True)
        with bpy.data.libraries.load(path, link=True) as (_, wanted):
            wanted.objects = ["Face"]
        (linked,) = wanted.objects
        bpy.context.scene.collection.objects.link(linked)
        own = linked.override_create(remap_local_usages=True)
        own.data.override_create(remap_local_usages=True)
        bpy.context.view_layer.objects.active = own
        return own

    return overridden


@pytest.fixture
def reopened(tmp_path):
    """Return a function that saves the file, opens it again and returns the character."""

    def reopen() -> Object:
        path = str(tmp_path / "shot.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.ops.wm.open_mainfile(filepath=path)
        own = bpy.context.scene.objects["Face"]
        assert own.override_library is not None
        bpy.context.view_layer.objects.active = own
        return own

    return reopen


def playing(face: Object) -> list[tuple[str, float]]:
    """Return (words, start) of each beat that is not muted, in the order of time."""
    beats = [(beat.words, round(beat.start, 4)) for beat in face.emotebot.beats if not beat.mute]
    return sorted(beats, key=lambda beat: beat[1])


def listed(face: Object) -> list[tuple]:
    """Return all that each beat says, in the order of the list."""
    return [
        (b.words, b.intensity, b.start, b.has_transition, b.has_hold, b.has_take, b.mute)
        for b in face.emotebot.beats
    ]


def tracks(face: Object) -> list[tuple[bool, bool]]:
    """Return for each track of the face's keys whether its action is linked, and its strip mute."""
    data = face.data.shape_keys.animation_data
    strips = [strip for track in (data.nla_tracks if data else ()) for strip in track.strips]
    return [(strip.action.library is not None, strip.mute) for strip in strips]


def value(face: Object, channel: str, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return face.data.shape_keys.key_blocks[channel].value


def lock(face: Object) -> None:
    for block in face.data.shape_keys.key_blocks:
        block.lock_shape = True


@pytest.mark.parametrize("words_before", [(), ("happy",), ("happy", "sad")])
def test_an_override_keeps_its_beats(override, reopened, words_before) -> None:
    own = override(*words_before)
    for number, words in enumerate(("angry", "afraid", "surprised")):
        bpy.ops.emotebot.beat_add(words=words, start=9.0 + 3 * number)
    before = playing(own)
    assert len(before) == len(words_before) + 3
    own = reopened()
    assert playing(own) == before
    bpy.ops.emotebot.beat_add(words="disgusted", start=20)
    bpy.ops.emotebot.beat_remove(index=len(words_before) + 1)
    before = playing(own)
    assert playing(reopened()) == before


def test_an_override_keeps_its_beats_when_its_library_is_read_again(override, reopened) -> None:
    override()
    bpy.ops.emotebot.beat_add(words="angry", start=9)
    bpy.ops.emotebot.beat_add(words="afraid", start=12)
    _read_libraries_again()
    reopened()
    _read_libraries_again()
    (own,) = (obj for obj in bpy.data.objects if obj.override_library)
    assert playing(own) == [("angry", 9), ("afraid", 12)]


def _read_libraries_again() -> None:
    for library in list(bpy.data.libraries):
        library.reload()


def test_beats_of_a_library_without_names_are_kept(override, reopened) -> None:
    own = override("happy", "sad", named=False)
    own.emotebot.beats[1].mute = True
    for number, words in enumerate(("angry", "afraid")):
        bpy.ops.emotebot.beat_add(words=words, start=9.0 + 3 * number)
    for _ in range(2):
        assert playing(own) == [("happy", 0), ("angry", 9), ("afraid", 12)]
        own = reopened()


def test_beats_of_older_files_are_told_apart_once_saved(face, tmp_path) -> None:
    for number in range(3):
        face.emotebot.beats.add().start = number
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "older.blend"))
    assert len({beat.name for beat in face.emotebot.beats} - {""}) == 3


def test_saving_leaves_nothing_on_what_has_no_sequence(face, tmp_path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "plain.blend"))
    assert not face.is_property_set("emotebot")


def test_every_beat_has_a_name_of_its_own(face) -> None:
    bpy.ops.emotebot.perform(script="0 happy\n3 sad")
    bpy.ops.emotebot.beat_duplicate(index=0)
    bpy.ops.emotebot.beat_add(words="angry", start=9)
    lock(face)
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.perform(script="afraid")
    assert len(face.emotebot.beats) == 4
    assert len({beat.name for beat in face.emotebot.beats} - {""}) == 4


def test_a_beat_of_the_library_is_muted_where_it_is_removed(override, reopened) -> None:
    own = override("happy", "sad")
    bpy.ops.emotebot.beat_add(words="angry", start=6)
    bpy.ops.emotebot.beat_remove(index=2)
    bpy.ops.emotebot.beat_remove(index=0)
    assert listed(own)[0][-1]
    assert len(own.emotebot.beats) == 2
    assert own.emotebot.active == 1
    assert playing(reopened()) == [("sad", 3)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_script_takes_the_place_of_the_librarys_beats(override, reopened, count) -> None:
    own = override("happy", "sad")
    own.emotebot.beats[0].mute = True
    own.emotebot.beats[0].intensity = 0.5
    wanted = [("angry", 0), ("afraid", 2), ("surprised", 4)][:count]
    bpy.ops.emotebot.perform(script="\n".join(f"{start} {words}" for words, start in wanted))
    for _ in range(2):
        assert playing(own) == wanted
        assert all(beat.intensity == 1 for beat in own.emotebot.beats if not beat.mute)
        own = reopened()


def test_a_script_that_fails_leaves_the_librarys_beats_as_they_were(override) -> None:
    own = override("happy", "sad")
    bpy.ops.emotebot.beat_add(words="angry", start=6, transition=0.25)
    own.emotebot.beats[0].mute = True
    before = listed(own)
    lock(own)
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.emotebot.perform(script="afraid")
    assert listed(own) == before


def test_clearing_the_beats_of_an_override(override) -> None:
    own = override("happy", "sad")
    bpy.ops.emotebot.beat_add(words="angry", start=6)
    bpy.ops.emotebot.clear(beats=True)
    assert playing(own) == []
    assert tracks(own) == [(True, True)]
    with pytest.raises(RuntimeError, match="left nothing"):
        bpy.ops.emotebot.clear(beats=True)


def test_markers_take_the_place_of_the_librarys_beats(override) -> None:
    own = override("happy", "sad")
    bpy.context.scene.timeline_markers.new("angry", frame=1 + 3 * 24).select = True
    bpy.ops.emotebot.beats_from_markers()
    assert playing(own) == [("happy", 0), ("angry", 3)]


def test_an_override_is_performed_on_a_layer_of_its_own(override, reopened) -> None:
    own = override("happy")
    before = value(own, "mouthSmileLeft", 1 + 2 * 24)
    own.emotebot.beats[0].words = "sad"
    for _ in range(2):
        assert own.session_uid not in runtime().problems
        assert tracks(own) == [(True, True), (False, False)]
        assert value(own, "mouthSmileLeft", 1 + 2 * 24) < before / 2
        own = reopened()
        own.emotebot.beats[0].intensity = 0.9
    own.emotebot.name = "Shot"
    assert [track.name for track in own.data.shape_keys.animation_data.nla_tracks][1] == "Shot"


def test_one_track_of_an_override_has_the_name_of_the_sequence(override, reopened) -> None:
    own = override("happy")
    own.emotebot.beats[0].words = "sad"
    for _ in range(2):
        names = [track.name for track in own.data.shape_keys.animation_data.nla_tracks]
        assert names == ["EmoteBot of Library", "EmoteBot"]
        own = reopened()
        own.emotebot.beats[0].words = "angry"


def test_an_override_without_a_beat_left_rests(override) -> None:
    own = override("happy")
    bpy.ops.emotebot.beat_remove()
    assert tracks(own) == [(True, True)]


def test_an_override_can_be_renamed_before_it_is_performed(override) -> None:
    own = override("happy")
    own.emotebot.name = "Shot"
    assert own.session_uid not in runtime().problems


@pytest.fixture
def twins(face) -> tuple[Object, Object]:
    """Return two objects that share one mesh."""
    other = bpy.data.objects.new("Other", face.data)
    bpy.context.scene.collection.objects.link(other)
    return face, other


@pytest.mark.parametrize("first", [0, 1])
def test_objects_with_one_mesh_have_one_sequence(twins, first) -> None:
    for index, words in ((first, "happy"), (1 - first, "sad")):
        bpy.context.view_layer.objects.active = twins[index]
        bpy.ops.emotebot.beat_add(words=words, start=3.0 * (words == "sad"))
    assert playing(twins[0]) == [("happy", 0), ("sad", 3)]
    assert playing(twins[1]) == []
    assert tracks(twins[0]) == [(False, False)]


def test_a_copy_with_a_mesh_of_its_own_has_a_sequence_of_its_own(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    other = face.copy()
    other.data = face.data.copy()
    bpy.context.scene.collection.objects.link(other)
    bpy.context.view_layer.objects.active = other
    bpy.ops.emotebot.beat_add(words="sad", start=3)
    assert playing(face) == [("happy", 0)]
    assert playing(other) == [("happy", 0), ("sad", 3)]


def test_a_character_of_another_scene_is_performed_there(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    scene = bpy.context.scene
    bpy.context.window.scene = bpy.data.scenes.new("Other")
    face.emotebot.beats[0].words = "sad"
    assert face.session_uid not in runtime().problems
    bpy.context.window.scene = scene
    assert value(face, "mouthSmileLeft", 1 + 2 * 24) < 0.1


def test_a_character_of_two_scenes_is_performed_at_the_rate_of_the_given_one(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    other = bpy.data.scenes.new("Other")
    other.render.fps = 60
    other.collection.objects.link(face)
    auto_update.update(face, other)
    assert find_layer(find_face(face, other)).fps == 60


def test_a_recording_takes_the_place_of_the_librarys_beats_in_its_time(override) -> None:
    own = override("happy", "sad", "angry")
    recording = Recording(
        begin=2.0, triggers=[RecordedTrigger(2.5, "afraid", 1.0, 3)], seconds=[2.0, 4.0]
    )
    keep_beats(own.emotebot, recording, "REPLACE")
    assert playing(own) == [("happy", 0), ("afraid", 2.5), ("angry", 6)]


def test_an_override_plays_live_and_gets_its_pose_back(override) -> None:
    own = override()
    own.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    clock = Clock().start()
    live.trigger("happy")
    clock.play(1.5)
    assert own.data.shape_keys.key_blocks["mouthSmileLeft"].value > 0.2
    live.stop()
    blocks = own.data.shape_keys.key_blocks
    assert (blocks["mouthSmileLeft"].value, blocks["jawOpen"].value) == (0, 0.25)


def test_a_bake_is_kept_by_an_override_and_goes_again(override, reopened) -> None:
    own = override("happy")
    bpy.ops.emotebot.beat_add(words="angry", start=4)
    frames = range(1, 200, 7)
    shown = {name: [value(own, name, frame) for frame in frames] for name in SHOWN}
    bpy.ops.emotebot.bake(keying="DENSE")
    own = reopened()
    for name, values in shown.items():
        assert [value(own, name, frame) for frame in frames] == pytest.approx(values, abs=1e-5)
    bpy.ops.emotebot.clear(layers=False)
    assert own.data.shape_keys.animation_data.action is None
    own = reopened()
    assert own.data.shape_keys.animation_data.action is None


def test_a_bake_beside_keys_of_the_library_is_a_copy_until_it_is_cleared(
    override, reopened
) -> None:
    own = override(keyed="browInnerUp")
    shown = [value(own, "browInnerUp", frame) for frame in (1, 20, 40)]
    bpy.ops.emotebot.perform(script="happy", target="ACTION")
    smile = value(own, "mouthSmileLeft", 40)
    assert smile > 0.2
    own = reopened()
    assert value(own, "mouthSmileLeft", 40) == smile
    assert [value(own, "browInnerUp", frame) for frame in (1, 20, 40)] == shown
    bpy.ops.emotebot.clear()
    own = reopened()
    action = own.data.shape_keys.animation_data.action
    assert action.library is not None
    assert list(bpy.data.actions) == [action]


def test_a_bake_is_undone_and_done_again(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.ops.ed.undo_push(message="performed")
    shown = [value(face, "mouthSmileLeft", frame) for frame in range(1, 60)]
    bpy.ops.emotebot.bake(keying="DENSE")
    bpy.ops.ed.undo_push(message="baked")
    bpy.ops.ed.undo()
    face = bpy.context.scene.objects[0]
    assert [muted for _, muted in tracks(face)] == [False]
    assert face.data.shape_keys.animation_data.action is None
    assert [value(face, "mouthSmileLeft", frame) for frame in range(1, 60)] == shown
    bpy.ops.ed.redo()
    face = bpy.context.scene.objects[0]
    assert tracks(face) == []
    assert [value(face, "mouthSmileLeft", frame) for frame in range(1, 60)] == shown
    bpy.ops.emotebot.clear()
    assert face.data.shape_keys.animation_data.action is None
