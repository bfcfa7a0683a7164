# SPDX-License-Identifier: GPL-3.0-or-later
"""Feelings shown by presets, by channels, or by both, wherever a face shows them."""

import bpy
import numpy as np
import pytest
from interface import curves_of

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import Feeling, Mixture
from emotebot_blender.core.rig.convention import ControlName, Feed, Preset, RigMap
from emotebot_blender.core.rig.whole_share import automatic_share
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.rig.pose import FacePoser, read_pose
from emotebot_blender.session import performing, posing
from emotebot_blender.session.live_face import LiveFace, LivePerformer
from emotebot_blender.session.loaded_networks import networks
from emotebot_blender.session.sequence import as_chosen, sequence_of
from emotebot_blender.ui.shown import face_of, summary_of

PRESETS = ("happy", "angry", "sad", "surprised", "relaxed")
HAPPY, FEAR = (Feeling(Mixture.of({name: 1.0}), 0.8) for name in ("happiness", "fear"))


@pytest.fixture
def anime(face):
    """Return a face with the channels of ARKit and the expressions of VRM."""
    for name in PRESETS:
        face.shape_key_add(name=name, from_mix=False).value = 0
    return face


def shown(obj) -> tuple[float, float]:
    """Return how far the preset and the smile are up."""
    blocks = obj.data.shape_keys.key_blocks
    return blocks["happy"].value, blocks["mouthSmileLeft"].value


def choose(detail: str, share: float = 0.5) -> Face:
    found = face_of(bpy.context)
    sequence_of(found).detail, sequence_of(found).whole_share = detail, share
    return found


def test_a_posed_feeling_is_shown_as_chosen(anime) -> None:
    posing.pose(choose("DETAIL"), HAPPY, 0)
    none, smile = shown(anime)
    assert none == 0
    assert smile > 0.2
    posing.pose(choose("WHOLE"), HAPPY, 0)
    assert shown(anime) == (pytest.approx(0.8), pytest.approx(0, abs=1e-6))
    posing.pose(choose("BLEND", 0.25), HAPPY, 0)
    assert shown(anime) == (pytest.approx(0.2), pytest.approx(0.75 * smile))
    posing.pose(choose("AUTO"), HAPPY, 0)
    assert shown(anime) == (0, smile)


def test_a_part_of_the_face_is_shown_in_detail(anime) -> None:
    brows = anime.data.shape_keys.key_blocks
    posing.pose(choose("WHOLE"), Feeling(Mixture.of({"anger": 1.0}), 1.0), 0, "NO_MOUTH")
    assert brows["angry"].value == 0
    assert brows["browDownLeft"].value > 0.2


def test_a_layer_moves_the_preset_with_the_timing_of_the_face(anime) -> None:
    bpy.ops.emotebot.perform(script="1.0 happy in 0.5s for 1s\n4 sad", detail="WHOLE")
    (track,) = anime.data.shape_keys.animation_data.nla_tracks
    curves = {curve.data_path.split('"')[1]: curve for curve in curves_of(track.strips[0].action)}
    frames = np.arange(1, 110)
    joy, smile, sorrow = (
        np.array([curves[name].evaluate(frame) for frame in frames])
        for name in ("happy", "mouthSmileLeft", "sad")
    )
    assert joy[:24].max() == pytest.approx(0, abs=0.01)
    assert 0.05 < joy[28] < 0.95 * joy.max()  # on its way there a sixth of a second after the start
    assert joy[40] == pytest.approx(joy.max(), abs=0.01)
    assert joy[90] == pytest.approx(0, abs=0.02)
    assert sorrow[-1] > 0.3
    assert np.abs(smile).max() < 0.01


def test_a_choice_performs_the_sequence_again(anime) -> None:
    bpy.ops.emotebot.perform(script="happy", detail="DETAIL")

    def keyed(name: str) -> float:
        (track,) = anime.data.shape_keys.animation_data.nla_tracks
        (curve,) = (c for c in curves_of(track.strips[0].action) if f'"{name}"' in c.data_path)
        return max(point.co.y for point in curve.keyframe_points)

    assert keyed("happy") == 0
    smile = keyed("mouthSmileLeft")
    assert smile > 0.2
    anime.emotebot.detail = "WHOLE"
    assert keyed("happy") > 0.4
    assert keyed("mouthSmileLeft") < 0.01


def test_a_live_face_shows_its_presets(anime) -> None:
    found = as_chosen(choose("WHOLE"))
    performer = LivePerformer(networks(), 0, *read_pose(found))
    live_face = LiveFace(found, performer, strength=0.5)
    performer.set_target(HAPPY, 0)
    heights = []
    for _ in range(40):
        live_face.advance(0.1)
        live_face.show()
        heights.append(shown(anime)[0])
    assert heights[0] < 0.2
    assert heights[-1] == pytest.approx(0.4, abs=1e-3)
    assert heights == sorted(heights)
    assert shown(anime)[1] < 1e-6


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_goes_on_from_a_pose_starts_as_it_stands(anime, share) -> None:
    found = as_chosen(choose("BLEND", share))
    posing.pose(found, HAPPY, 0)
    blocks = anime.data.shape_keys.key_blocks
    before = [block.value for block in blocks]
    FacePoser(found).show(*read_pose(found))
    assert [block.value for block in blocks] == pytest.approx(before, abs=1e-5)


def test_a_report_says_once_what_a_face_cannot_show(anime) -> None:
    for block in list(anime.data.shape_keys.key_blocks):
        if block.name not in ("Basis", *PRESETS):
            anime.shape_key_remove(block)
    for name in ("blink", "blinkLeft", "blinkRight", "lookUp", "lookDown"):
        anime.shape_key_add(name=name, from_mix=False).value = 0
    face = find_face(anime, bpy.context.scene)
    report = performing.perform_script(face, script("afraid, then happy"), bpy.context.scene, {})
    notes = [str(note) for note in report.notes]
    assert sum("neither an emotion shape nor finer controls for fear" in n for n in notes) == 1
    report = performing.perform_script(face, script("happy"), bpy.context.scene, {})
    assert not any("emotion shape" in str(note) for note in report.notes)


def script(text: str):
    from emotebot_blender.core.lexicon.lexicon import Lexicon
    from emotebot_blender.core.script.script_files import read_script

    return read_script(text, Lexicon.load())


def rig_of(channels, approximated=()) -> RigMap:
    feeds = {name: (Feed(ControlName(name)),) for name in channels}
    joy = Preset(Feed(ControlName("joy")), {"happiness": 1.0})
    return RigMap("Test", feeds, (joy,), frozenset(approximated))


@pytest.mark.parametrize(
    ("brows", "lips", "approximated", "share"),
    [
        (3, 14, 0, 0.0),  # half of 5 brows and half of 27 of mouth and jaw, rounded up
        (2, 27, 0, 1.0),
        (5, 13, 0, 1.0),
        (5, 14, 1, 1.0),
    ],
)
def test_what_is_automatic_goes_by_brows_and_mouth(brows, lips, approximated, share) -> None:
    all_brows = [name for name in CHANNELS if name.startswith("brow")]
    all_lips = [name for name in CHANNELS if name.startswith(("mouth", "jaw"))]
    channels = all_brows[:brows] + all_lips[:lips]
    assert automatic_share([rig_of(channels, channels[-1:] if approximated else ())]) == share


def test_the_panel_offers_the_choice_where_there_are_presets(face) -> None:
    assert not summary_of(bpy.context).has_presets
    for name in PRESETS:
        face.shape_key_add(name=name, from_mix=False)
    bpy.context.view_layer.update()
    assert summary_of(bpy.context).has_presets
