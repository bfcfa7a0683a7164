# SPDX-License-Identifier: GPL-3.0-or-later
"""A Blender of the tests' own, with EmoteBot registered, and faces to act on."""

import atexit
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType

_resources = tempfile.TemporaryDirectory(prefix="emotebot-blender-")
os.environ["BLENDER_USER_RESOURCES"] = _resources.name  # before bpy reads it

import bpy  # noqa: E402
import pytest  # noqa: E402
from bpy.types import Object  # noqa: E402

import emotebot_blender  # noqa: E402
from emotebot_blender.core.channels import CHANNELS  # noqa: E402


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once when all is said: a bpy that something still refers to may hang on its way out.

    Blender as a module ends when Python lets go of it; Blender 4.2 and failed tests hold it fast.
    """
    session = config.pluginmanager.get_plugin("session")
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(session.exitstatus))


@pytest.fixture
def blender() -> Iterator[ModuleType]:
    """Yield bpy with an empty file open and EmoteBot registered."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    emotebot_blender.register()
    yield bpy
    emotebot_blender.unregister()


@pytest.fixture
def add_face(blender) -> Callable[[str], Object]:
    """Return a function that adds a triangle with all 52 channels, which becomes active."""

    def add(name: str) -> Object:
        data = bpy.data.meshes.new(name)
        data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        face = bpy.data.objects.new(name, data)
        bpy.context.scene.collection.objects.link(face)
        for key in ("Basis", *CHANNELS):
            face.shape_key_add(name=key, from_mix=False).value = 0  # 1 in Blender 5
        bpy.context.view_layer.objects.active = face
        return face

    return add


@pytest.fixture
def face(add_face) -> Object:
    """Return the only face in the scene, the active object."""
    return add_face("Face")
