# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes to test in: empty, with made-up characters, linked, and the reference head."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import bpy
import pytest
from bpy.types import Object, Scene
from keying import HEAD, all_keys, curve_of, key_by_hand

from emotebot_blender.core.rig.convention import ControlName, Feed, Preset, RigMap
from emotebot_blender.rig.face import Face, find_face
from emotebot_blender.session import registration


@pytest.fixture
def empty_scene() -> Scene:
    """Return the scene of a new, empty file; 24 frames a second."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


@pytest.fixture
def registered() -> Iterator[None]:
    """Register what files remember, without the interface."""
    registration.register(bpy.context.preferences)
    yield
    registration.unregister()


@pytest.fixture
def add(empty_scene) -> Callable[..., Object]:
    """Return a function that adds an object to the empty scene."""

    def add(
        kind: str,
        name: str,
        keys: Iterable[str] = (),
        parent: Object | None = None,
        armature: Object | None = None,
    ) -> Object:
        data = None
        if kind == "MESH":
            data = bpy.data.meshes.new(name)
            data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        elif kind == "ARMATURE":
            data = bpy.data.armatures.new(name)
        obj = bpy.data.objects.new(name, data)
        empty_scene.collection.objects.link(obj)
        for key in ("Basis", *keys) if keys else ():
            block = obj.shape_key_add(name=key, from_mix=False)
            block.value = 0  # 1 in Blender 5
            block.data[0].co.z = key != "Basis"
        obj.parent = parent
        if armature is not None:
            obj.modifiers.new("Armature", "ARMATURE").object = armature
        return obj

    return add


@pytest.fixture
def head(add) -> Object:
    """Return a head with four channels and a shape key that is none."""
    return add("MESH", "Head", HEAD)


@pytest.fixture
def face(head, empty_scene) -> Face:
    """Return the face of that head."""
    return find_face(head, empty_scene)


@pytest.fixture
def bone_face(empty_scene) -> Face:
    """Return a face without shape keys, moved by axes of bones and by properties."""
    return add_bone_face("Robot")


def add_bone_face(name: str) -> Face:
    """Add a face without shape keys to the current scene.

    The jaw turns about an Euler axis, the tongue by quaternions, a lip is scaled; a custom property
    looks up and down, another shows happiness, and the object's own size puffs the cheeks.
    """
    data = bpy.data.armatures.new(name)
    rig = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for bone_name in ("jaw", "tongue", "lip"):
        bone = data.edit_bones.new(bone_name)
        bone.head, bone.tail = (0, 0, 0), (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    for bone, mode in zip(rig.pose.bones, ("XYZ", "QUATERNION", "XYZ"), strict=True):
        bone.rotation_mode = mode
    for number in ("look", "joy"):
        rig[number] = 0.0
        rig.id_properties_ui(number).update(min=-1.0, max=1.0, default=0.0)
    look, jaw, tongue = ControlName("look", "property"), "jaw", "tongue"
    feeds = {
        "jawOpen": (
            Feed(ControlName(jaw, "bone", "rotation_x"), 0.4),
            Feed(ControlName(jaw, "bone", "location_y"), -0.02),
        ),
        "tongueOut": (Feed(ControlName(tongue, "bone", "rotation_z"), 0.3),),
        "mouthPucker": (Feed(ControlName("lip", "bone", "scale_x"), -0.5),),
        "eyeLookUpLeft": (Feed(look, 1.0, half=True),),
        "eyeLookDownLeft": (Feed(look, -1.0, half=True),),
        "cheekPuff": (Feed(ControlName("delta_scale[2]", "property"), 0.5),),
    }
    joy = Preset(Feed(ControlName("joy", "property")), {"happiness": 1.0})
    return Face(name, (rig,), rig, (RigMap("Robot", feeds, (joy,)),))


@pytest.fixture
def linked_head(empty_scene, add, tmp_path) -> tuple[Object, Scene]:
    """Return a head that is linked from another file, and its scene."""
    add("MESH", "Head", ["eyeBlinkLeft", "mouthClose", "jawOpen"])
    library = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=library)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.objects = ["Head"]
    scene.collection.objects.link(wanted.objects[0])
    return wanted.objects[0], scene


@pytest.fixture
def reference_head(shared) -> Scene:
    """Return the scene of the realistic head that this project did not make."""
    path: Path = shared / "rigs" / "reference_head.blend"
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.context.scene


@pytest.fixture
def lip_sync(head) -> list:
    """Key the jaw as an artist would, each key in a way of its own; return all of that."""
    key_by_hand(head, "jawOpen", (-10, 0.1), (0, 0.2), (2, 0.7), (3.25, 0.9), (5, 0.3), (20, 0.4))
    key_by_hand(head, "Hair", (2, 0.5))
    curve = curve_of(head, "jawOpen")
    points = curve.keyframe_points
    points[0].interpolation, points[0].easing, points[0].back = "BACK", "EASE_IN", 2.5
    points[2].handle_left_type = points[2].handle_right_type = "FREE"
    points[2].handle_right, points[2].handle_left = (2.5, 0.8), (1.5, 0.1)
    points[3].type, points[3].interpolation = "EXTREME", "CONSTANT"
    points[4].interpolation, points[4].amplitude, points[4].period = "ELASTIC", 3, 5
    points[4].select_control_point = False
    curve.modifiers.new("NOISE").strength = 0
    curve.extrapolation = "LINEAR"
    curve.keyframe_points.handles_recalc()
    return all_keys(head.data.shape_keys)
