# SPDX-License-Identifier: GPL-3.0-or-later
"""What is too little of a face is refused until it is taken anyway."""

import bpy
import pytest

from emotebot_blender.session.settings import scene_settings
from emotebot_blender.ui.shown import summary_of

FOUND = "“Crate” (1 of 52 channels, no eyes, brows, cheeks): it takes the mouth and the lids"


@pytest.fixture
def crate(blender) -> bpy.types.Object:
    """Return the active object: one of its shape keys has a channel's name by chance."""
    mesh = bpy.data.meshes.new("Crate")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    crate = bpy.data.objects.new("Crate", mesh)
    bpy.context.scene.collection.objects.link(crate)
    for name in ("Basis", "jawOpen", "Lid"):
        block = crate.shape_key_add(name=name, from_mix=False)
        block.value = 0  # 1 in Blender 5
        block.data[0].co.z = name != "Basis"
    bpy.context.view_layer.objects.active = crate
    return crate


@pytest.mark.parametrize(
    "act",
    [
        lambda: bpy.ops.emotebot.perform(script="happy"),
        lambda: bpy.ops.emotebot.beat_add(words="happy", start=0),
        lambda: bpy.ops.emotebot.pose(words="happy"),
        lambda: bpy.ops.emotebot.key(words="happy"),
        lambda: bpy.ops.emotebot.roll_take(),
    ],
)
def test_no_feeling_is_shown_and_nothing_changed(crate, act):
    with pytest.raises(RuntimeError, match="Too little of a face"):
        act()
    assert not crate.is_property_set("emotebot")
    assert crate.data.shape_keys.animation_data is None


def test_it_says_what_was_found_and_what_helps(crate):
    refusal = str(summary_of(bpy.context).refusal)
    assert refusal.startswith(f"Too little of a face was found on {FOUND}")
    assert "rename them, choose them in the panel Channels, or press Use Anyway" in refusal


def test_it_is_taken_anyway(crate):
    crate.emotebot.any_face = True
    assert bpy.ops.emotebot.perform(script="happy") == {"FINISHED"}
    assert crate.data.shape_keys.animation_data.nla_tracks


def test_a_face_with_a_sequence_stays_as_it_was(crate):
    """Files of before open with a face that was performed on."""
    crate.emotebot.beats.add().words = "happy"
    assert bpy.ops.emotebot.perform_sequence() == {"FINISHED"}


def test_what_is_left_of_a_face_can_be_cleared(crate):
    crate.emotebot.any_face = True
    bpy.ops.emotebot.key(words="happy")
    crate.emotebot.any_face = False
    assert bpy.ops.emotebot.clear() == {"FINISHED"}
    assert summary_of(bpy.context).refusal is not None


def test_it_can_be_pinned(crate):
    assert bpy.ops.emotebot.pin_face() == {"FINISHED"}
    assert scene_settings(bpy.context.scene).face == crate
