# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re

import bpy
import pytest
from interface import Clock, curves_of
from panel_drawing import PANELS, SHOWN, draw, labels, operators

from emotebot_blender.core import emotions
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.messages import Message
from emotebot_blender.session import words
from emotebot_blender.session.runtime import paused_updates
from emotebot_blender.session.settings import scene_settings
from emotebot_blender.ui import emotion_buttons, face_panels, notices, sequence_panels

EMOTIONS = {
    "Happy": "happiness",
    "Sad": "sadness",
    "Surprised": "surprise",
    "Angry": "anger",
    "Afraid": "fear",
    "Disgusted": "disgust",
    "Contempt": "contempt",
    "Neutral": "neutral",
}
FURTHER = {
    "Bored": "boredom",
    "Confused": "confusion",
    "Interested": "interest",
    "Thinking": "thinking",
    "Tired": "tiredness",
    "In Pain": "pain",
    "Determined": "determination",
    "Embarrassed": "embarrassment",
}


def test_without_a_face_there_is_one_to_add(blender) -> None:
    drawn = draw(*PANELS)
    assert "no face" in labels(drawn)
    assert operators(drawn) == ["emotebot.add_character"]


def test_the_face_is_named_with_its_channels(face) -> None:
    assert "52 of 52 channels" in labels(draw(face_panels.FacePanel))


def test_the_meshes_of_a_face_are_counted(blender) -> None:
    bpy.ops.emotebot.add_character()
    drawn = "EmoteBot head + 6 meshes 52 of 52 channels EmoteBot head"  # the popover, and the line
    assert labels(draw(face_panels.FacePanel)) == drawn


def test_an_object_with_one_channel_has_not_several(face, add_face) -> None:
    face.shape_key_remove(face.data.shape_keys.key_blocks["tongueOut"])
    teeth = add_face("Teeth")
    teeth.parent = face
    for key in list(teeth.data.shape_keys.key_blocks)[1:]:
        if key.name != "jawOpen":
            teeth.shape_key_remove(key)
    drawn = labels(draw(face_panels.FacePanel))
    assert ("Face: ARKit, 51 channels" in drawn, "Teeth: ARKit, 1 channel" in drawn) == (True, True)
    assert "1 channels" not in drawn.replace("51 channels", "")


def test_a_face_that_is_left_alone_says_so(face) -> None:
    for key in face.data.shape_keys.key_blocks[1:]:
        key.lock_shape = True
    assert "52 of 52 channels; all left alone" in labels(draw(face_panels.FacePanel))


def test_a_new_face_is_seen_at_once(add_face) -> None:
    assert "no face" in labels(draw(face_panels.FacePanel))
    add_face("Robin")
    assert "Robin" in labels(draw(face_panels.FacePanel))


def test_what_stands_in_the_way_is_reported(face) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].lock_shape = True
    assert "jawOpen (locked)" in labels(draw(face_panels.FacePanel))


def test_everything_of_the_panel_is_there(face) -> None:
    drawn = draw(*PANELS)
    pressed = operators(drawn)
    assert pressed.count("emotebot.pose") == 16  # a tile and its name for each of the eight
    wanted = ("key", "roll_take", "live", "beat_add", "perform_sequence", "bake", "clear")
    assert {f"emotebot.{name}" for name in wanted} <= set(pressed)
    assert {entry[1] for entry in drawn if entry[0] == "prop"} >= {
        *("words", "intensity", "strength", "seed", "take", "region", "keying"),
        *("script", "frame_start", "exaggeration", "liveliness", "automatic"),
        *("mix_mouth", "share_speaking"),
    }


def test_a_beat_is_drawn_with_its_settings(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    beat = face.emotebot.beats[0]
    beat.has_transition = beat.has_hold = beat.has_take = beat.has_liveliness = True
    drawn = [entry[1] for entry in draw(sequence_panels.SequencePanel) if entry[0] == "prop"]
    assert {"start", "transition", "hold", "take", "liveliness", "mute"} <= set(drawn)


def test_a_beat_without_a_liveliness_of_its_own_shows_the_characters(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    face.emotebot.liveliness = 0.25
    drawn = draw(sequence_panels.SequencePanel)
    assert "Liveliness: 0.25, the character's" in labels(drawn)


def test_a_part_that_is_missing_is_reported_at_once_and_all_of_it_behind(face) -> None:
    for block in face.data.shape_keys.key_blocks[1:]:
        if block.name.startswith(("brow", "tongue")):
            face.shape_key_remove(block)
    bpy.context.view_layer.update()
    drawn = draw(face_panels.FacePanel)
    last = [entry[:2] for entry in drawn if entry[0] in ("label", "popover", "prop")]
    reported = "46 of 52 channels, no brows"
    assert ("popover", notices.FaceNotices.bl_idname) in last[last.index(("prop", "seed")) :]
    assert f"{reported} Face: ARKit, 46 channels Missing: brows, tongueOut" in labels(drawn)


def test_too_little_of_a_face_is_reported_with_a_way_out(face) -> None:
    for block in face.data.shape_keys.key_blocks[2:]:
        face.shape_key_remove(block)
    bpy.context.view_layer.update()
    drawn = draw(face_panels.FacePanel)
    assert "Too little of a face was found on “Face”" in labels(drawn)
    assert ("prop", "any_face") in drawn
    face.emotebot.any_face = True
    drawn = draw(face_panels.FacePanel)
    assert "Too little" not in labels(drawn)
    assert ("prop", "any_face") in drawn


def test_a_beat_without_times_of_its_own_shows_the_natural_ones(five) -> None:
    five.emotebot.active = 0  # happy from 0 s, sad from 3 s
    drawn = draw(sequence_panels.SequencePanel)
    assert not {"transition", "hold", "take"} & {entry[1] for entry in drawn if entry[0] == "prop"}
    times = re.findall(r"(Transition|Hold): (\d+\.\d\d) s, natural", labels(drawn))
    assert sum(float(seconds) for _, seconds in times) == pytest.approx(3.0, abs=0.011)


def test_times_are_shown_in_frames_where_that_is_chosen(face) -> None:
    bpy.context.scene.render.fps = 25
    bpy.context.scene.emotebot.time_unit = "FRAMES"
    bpy.ops.emotebot.beat_add(words="happy", start=2)
    drawn = draw(sequence_panels.SequencePanel)
    shown = {entry[1] for entry in drawn if entry[0] == "prop"}
    assert "start_frame" in shown
    assert "start" not in shown
    assert "Hold: 38 frames, natural" in labels(drawn)  # 1.5 s, as the timeline allows for


def test_a_face_that_is_live_is_played_by_the_buttons(face) -> None:
    Clock().start()
    pressed = operators(draw(*PANELS))
    bpy.ops.emotebot.live_stop()
    assert pressed.count("emotebot.trigger") == 16
    assert {"emotebot.record", "emotebot.live_stop"} <= set(pressed)


def test_what_keeps_a_sequence_from_being_performed_is_reported(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    face.emotebot.beats[0].words = "hapy"
    assert "Beat 1: “hapy”" in labels(draw(sequence_panels.SequencePanel))


def test_what_hides_a_layer_is_reported(face) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].keyframe_insert("value", frame=1)
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    drawn = labels(draw(sequence_panels.SequencePanel))
    assert "win on Face: jawOpen" in drawn
    face.data.shape_keys.animation_data.nla_tracks[0].mute = True
    bpy.context.view_layer.update()
    assert "is muted" in labels(draw(sequence_panels.SequencePanel))


def test_a_sequence_that_is_not_performed_at_once_says_so(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    assert "Perform at Once" not in labels(draw(sequence_panels.SequencePanel))
    bpy.ops.emotebot.bake()
    assert "Perform at Once is off" in labels(draw(sequence_panels.SequencePanel))


def test_baked_keys_that_hide_the_layer_go_at_one_press_of_the_notice(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    bpy.ops.emotebot.bake()
    bpy.ops.emotebot.perform_sequence()
    drawn = draw(sequence_panels.SequencePanel)
    assert "press Clear Baked Keys" in labels(drawn)
    clear = next(entry[2] for entry in drawn if entry[:2] == ("operator", "emotebot.clear"))
    bpy.ops.emotebot.clear(**vars(clear))
    bpy.context.view_layer.update()
    assert "press Clear Baked Keys" not in labels(draw(sequence_panels.SequencePanel))


def test_the_line_of_the_sequence_says_where_its_keys_are(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    reported = labels(draw(sequence_panels.SequencePanel))
    assert "1 beat, keyed in the NLA: Edit Keys shows them in the timeline" in reported
    bpy.ops.emotebot.clear()
    bpy.context.view_layer.update()
    assert "1 beat without keys: press Perform" in labels(draw(sequence_panels.SequencePanel))


def test_what_is_said_of_a_sequence_takes_two_lines(face) -> None:
    counts = set()
    for typed in ("happy", "hapy"):
        bpy.ops.emotebot.beat_add(words="happy", start=0)
        face.emotebot.beats[0].words = typed
        drawn = [entry[:2] for entry in draw(sequence_panels.SequencePanel)]
        clear = drawn.index(("operator", "emotebot.clear"))
        below = drawn[clear + 1 : drawn.index(("prop", "words"))]
        counts.add(sum(kind == "popover" or kind == "label" for kind, _ in below))
        bpy.ops.emotebot.clear(beats=True)
    assert min(counts) == 2


def test_a_tile_is_lit_while_its_feeling_is_shown(face, monkeypatch) -> None:
    lit = []
    monkeypatch.setattr(
        emotion_buttons, "draw_tile", lambda *given: lit.append(given[2:5]) or iter(())
    )
    ways = ((lambda: None, []), (bpy.ops.emotebot.pose, ["Happy"]), (bpy.ops.emotebot.clear, []))
    for act, expected in ways:
        act()
        bpy.context.view_layer.update()
        lit.clear()
        draw(face_panels.EmotePanel)
        assert [label for label, _, shown in lit if shown] == expected


OPENING = ("popover", emotion_buttons.FurtherFeelings.bl_idname, "More Feelings")


def test_more_feelings_open_from_below_the_tiles(face) -> None:
    assert OPENING in draw(face_panels.EmotePanel)
    drawn = draw(emotion_buttons.FurtherFeelings)
    pressed = [entry[2].words for entry in drawn if entry[:2] == ("operator", "emotebot.pose")]
    words_of = [button.words for button in emotion_buttons.further_buttons()]
    assert sorted(pressed) == sorted(2 * words_of)  # a tile and its name each


def test_a_further_feeling_is_lit_and_named_while_it_is_shown(face, monkeypatch) -> None:
    lit = []
    monkeypatch.setattr(
        emotion_buttons, "draw_tile", lambda *given: lit.append(given[2:5]) or iter(())
    )
    for typed, name, shown in (("happy", "More Feelings", []), ("tired", "Tired", ["Tired"])):
        scene_settings(bpy.context.scene).words = typed
        bpy.ops.emotebot.pose()
        bpy.context.view_layer.update()
        lit.clear()
        draw(emotion_buttons.FurtherFeelings)
        assert [label for label, _, is_lit in lit if is_lit] == shown
        assert (*OPENING[:2], name) in draw(face_panels.EmotePanel)


def test_a_feeling_without_a_picture_is_drawn_without_one(blender) -> None:
    assert emotion_buttons.picture_of(emotion_buttons.Button("Odd", "odd", "oddity")) == 0


def test_a_channel_that_is_missing_is_named(face) -> None:
    face.shape_key_remove(face.data.shape_keys.key_blocks["tongueOut"])
    bpy.context.view_layer.update()
    assert "Missing: tongueOut" in labels(draw(face_panels.FacePanel))


def test_a_beat_without_time_to_arrive_is_reported(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=1)
    bpy.ops.emotebot.beat_add(words="sad", start=4)
    assert "time to arrive" not in labels(draw(sequence_panels.SequencePanel))
    face.emotebot.beats[1].start = 1.1
    drawn = labels(draw(sequence_panels.SequencePanel))
    assert "Move “sad” to" in drawn
    assert "“happy” has no time to arrive" in drawn


def test_a_sequence_that_is_longer_than_its_scene_is_reported(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=4)
    bpy.context.scene.frame_end = 50
    assert "ends on frame 50" in labels(draw(sequence_panels.SequencePanel))
    bpy.ops.emotebot.perform_sequence()
    assert "ends on frame" not in labels(draw(sequence_panels.SequencePanel))


def test_there_is_nothing_to_clear_on_a_face_that_is_untouched(face) -> None:
    assert not bpy.ops.emotebot.clear.poll()
    bpy.ops.emotebot.pose(words="happy")
    assert bpy.ops.emotebot.clear.poll()


def test_the_press_that_began_to_edit_keys_ends_it(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    for text in ("Edit Keys", "Done Editing", "Edit Keys"):
        drawn = draw(sequence_panels.SequencePanel)
        assert text in [entry[3] for entry in drawn if entry[0] == "operator"]
        bpy.ops.emotebot.edit_keys()


def test_a_narrow_sidebar_is_drawn_too(face) -> None:
    assert len(draw(*PANELS, width=130)) >= len(draw(*PANELS))


def test_keys_edited_by_hand_are_reported_and_kept(face) -> None:
    bpy.ops.emotebot.beat_add(words="happy", start=0)
    strip = face.data.shape_keys.animation_data.nla_tracks[0].strips[0]
    curve = curves_of(strip.action)[0]
    curve.keyframe_points[0].co.y = 0.5
    bpy.context.view_layer.update()
    assert "keys that you edited" in labels(draw(sequence_panels.SequencePanel))
    face.emotebot.beats[0].words = "sad"
    assert "keys that you edited" in labels(draw(sequence_panels.SequencePanel))
    assert curve.keyframe_points[0].co.y == 0.5
    bpy.ops.emotebot.perform_sequence()
    assert "keys that you edited" not in labels(draw(*PANELS))


def test_a_message_without_a_face_is_reported_on_lines_that_fit(blender) -> None:
    wide, narrow = (draw(face_panels.FacePanel, width=width) for width in (900, 180))
    assert labels(wide).split() == labels(narrow).split()
    assert len([entry for entry in narrow if entry[0] == "label"]) > 2


@pytest.mark.parametrize("width", [180, 292])
def test_an_unknown_word_takes_one_line_that_opens_in_full(face, width) -> None:
    lines = {}
    for typed in ("happy", "hapy"):
        scene_settings(bpy.context.scene).words = typed
        drawn = draw(face_panels.EmotePanel, width=width)
        lines[typed] = [entry[0] for entry in drawn[: [e[0] for e in drawn].index("icon")]]
    assert lines["happy"].count("label") == 1
    assert lines["hapy"].count("popover") == 1
    assert "“hapy”" in labels(drawn)
    assert "happy" in labels(drawn)  # what it may be


@pytest.mark.parametrize(
    ("typed", "taken_for"),
    [("terrified", "Afraid"), ("sad 20% and happy 40%", "Happy, Sad"), ("", "What should")],
)
def test_the_line_below_the_words_says_what_they_are_taken_for(face, typed, taken_for) -> None:
    scene_settings(bpy.context.scene).words = typed
    assert taken_for in labels(draw(face_panels.EmotePanel))


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("unbreakable", ["unbreakable"]),
        ("気持ちの言葉", ["気持ちの", "言葉"]),
        ("「hapy」は言葉", ["「hapy」", "は言葉"]),
    ],
)
def test_lines_break_at_spaces_and_between_wide_letters(sentence, lines) -> None:
    assert notices.wrapped(sentence, 8) == lines


@pytest.mark.parametrize(
    "button",
    [*emotion_buttons.buttons(), *emotion_buttons.further_buttons()],
    ids=lambda button: button.label,
)
def test_a_button_shows_the_emotion_that_it_names(button) -> None:
    mixture = Lexicon.load().read(button.words).mixture
    assert mixture.amounts() == {(EMOTIONS | FURTHER)[button.label]: 1}
    assert button.emotion == (EMOTIONS | FURTHER)[button.label]
    assert emotion_buttons.label_of(button.emotion) == Message(button.label)


def test_there_is_a_button_for_each_emotion() -> None:
    assert [button.label for button in emotion_buttons.buttons()] == list(EMOTIONS)
    assert [button.label for button in emotion_buttons.further_buttons()] == list(FURTHER)
    assert {*EMOTIONS.values(), *FURTHER.values()} == set(emotions.EMOTIONS)


def test_a_list_of_own_words_is_read_again_when_it_changes(preferred, tmp_path) -> None:
    own = tmp_path / "words.json"
    preferred.word_list = str(own)
    assert "words.json" in str(words.problem_in("zorblax"))
    entry = {"emotion": {"happiness": 1}, "intensity": 0.5, "words": ["zorblax"]}
    own.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    assert words.problem_in("zorblax") is None


def test_a_long_sequence_draws_no_more_than_what_is_in_sight(face) -> None:
    drawn, face.emotebot.automatic = [], False  # 200 performances would take half a minute
    for count in (SHOWN, 200):
        with paused_updates():
            while len(face.emotebot.beats) < count:
                number = len(face.emotebot.beats)
                bpy.ops.emotebot.beat_add(words=("happy", "sad")[number % 2], start=number)
        drawn.append(len(draw(*PANELS)))
    assert drawn[0] == drawn[1]
