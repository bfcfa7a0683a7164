# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender with EmoteBot registered, and faces to act on."""

from collections.abc import Callable, Iterator
from types import ModuleType

import bpy
import pytest
from bpy.types import Object
from interface import Clock, new_face

import emotebot_blender
from emotebot_blender.session import live


@pytest.fixture
def blender() -> Iterator[ModuleType]:
    """Yield bpy with an empty file open and EmoteBot registered."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    yield bpy
    emotebot_blender.unregister()


@pytest.fixture
def preferred() -> Iterator[object]:
    """Yield the preferences of EmoteBot, enabled as an add-on, with an empty file open."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module="emotebot_blender")
    yield bpy.context.preferences.addons["emotebot_blender"].preferences
    bpy.ops.preferences.addon_disable(module="emotebot_blender")


@pytest.fixture
def add_face(blender) -> Callable[[str], Object]:
    """Return a function that adds a triangle with all 52 channels, which becomes active."""

    return new_face


@pytest.fixture
def face(add_face) -> Object:
    """Return the only face in the scene, the active object."""
    return add_face("Face")


@pytest.fixture
def five(face):
    """Return a face with five beats, three seconds apart."""
    for number, words in enumerate(("happy", "sad", "angry", "afraid", "surprised")):
        bpy.ops.emotebot.beat_add(words=words, start=3.0 * number)
    return face


@pytest.fixture
def clock(face):
    """Start the face live and return its clock; stop it at the end."""
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    yield Clock().start()
    live.stop()
