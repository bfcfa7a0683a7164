# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head as an asset: appended to another file, and linked with overrides."""

import bpy
import numpy as np
import pytest
from mathutils import Vector

from emotebot_blender.character.armature import GAZE_AIM
from emotebot_blender.character.character import add_character, mark_as_asset
from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.render.images import write_image
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.pose import apply_weights


@pytest.fixture
def library(tmp_path) -> str:
    """Return the path of a file with the character as an asset, beside an empty file open now."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_character(bpy.context.scene, asset=True)
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return path


def link(library: str) -> bpy.types.Collection:
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.collections = ["EmoteBot"]
    return wanted.collections[0]


def smile_and_look_up(face) -> dict[str, float]:
    """Pose a face and its gaze, and return what follows by itself."""
    weights = np.zeros(len(CHANNELS))
    weights[INDEX["mouthSmileLeft"]] = weights[INDEX["mouthSmileRight"]] = 1.0
    apply_weights(face, weights)
    root = face.armature
    root[GAZE_AIM] = 1.0
    root.update_tag()
    root.pose.bones["gaze"].location.z = 0.3
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    lamp = next(obj for obj in root.children if obj.name.endswith(" lamp"))
    eye = root.evaluated_get(graph).pose.bones["eye.L"].matrix.to_3x3() @ Vector((0, 1, 0))
    return {
        "smile": face.objects[0].data.shape_keys.key_blocks["mouthSmileLeft"].value,
        "eye": eye.z,
        "lid": face.objects[0].data.shape_keys.key_blocks["gazeUpLeft"].value,
        "lamp": lamp.evaluated_get(graph)["glad"],
    }


def assert_alive(face) -> None:
    assert face.channels == CHANNELS
    assert face.blocked() == ()
    values = smile_and_look_up(face)
    assert values["smile"] == 1
    assert values["eye"] > 0.3
    assert values["lid"] == pytest.approx(1, abs=1e-3)
    assert values["lamp"] == pytest.approx(1)


def test_what_the_asset_browser_shows(library):
    collection = link(library)
    metadata = collection.asset_data
    assert "52 ARKit channels" in metadata.description
    assert {"character", "face"} <= {tag.name for tag in metadata.tags}
    assert metadata.author
    assert metadata.license == "CC0-1.0"
    assert tuple(collection.preview.image_size) == (128, 128)


def test_a_character_is_no_asset_unless_asked(empty_scene):
    add_character(empty_scene)
    collection = bpy.data.collections["EmoteBot"]
    assert collection.asset_data is None
    assert not collection.use_fake_user


def test_the_picture_is_that_of_the_file(empty_scene, tmp_path):
    picture = tmp_path / "neutral.png"
    write_image(np.full((128, 128, 3), (1.0, 0.5, 0.0), dtype=np.float32), picture)
    collection = bpy.data.collections.new("Robin")
    mark_as_asset(collection, "Ember", 3, picture)
    assert tuple(collection.preview.image_size) == (128, 128)
    seen = tuple(collection.preview.image_pixels_float[:4])
    assert seen == pytest.approx((1, 0.5, 0, 1), abs=0.01)
    assert "palette Ember, style 3" in collection.asset_data.description
    assert not bpy.data.images


def test_an_appended_character_is_whole(library):
    bpy.ops.wm.append(directory=f"{library}/Collection/", filename="EmoteBot")
    scene = bpy.context.scene
    assert list(scene.collection.objects) == []  # nothing lies about beside the collection
    face = find_face(None, scene)
    assert_alive(face)
    assert not bpy.data.libraries or all(not library.users_id for library in bpy.data.libraries)
    for obj in (face.armature, *face.armature.children):
        assert obj.library is None


def test_a_linked_character_says_what_to_do(library):
    bpy.context.scene.collection.children.link(link(library))
    face = find_face(None, bpy.context.scene)
    with pytest.raises(EmoteBotError, match=r"linked from “library.blend”.*library override first"):
        smile_and_look_up(face)


def test_an_instance_of_a_linked_character_says_what_to_do(library):
    instance = bpy.data.objects.new("Instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", link(library)
    bpy.context.scene.collection.objects.link(instance)
    with pytest.raises(EmoteBotError, match="“Instance” shows a collection; make it real"):
        find_face(None, bpy.context.scene)


def test_an_override_that_is_not_editable_says_so(library):
    link(library).override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
    face = find_face(None, bpy.context.scene)
    assert "make it editable first" in str(face.blocked()[0][1])


def test_an_editable_override_is_a_character_like_any_other(library, tmp_path):
    link(library).override_hierarchy_create(
        bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
    )
    assert_alive(find_face(None, bpy.context.scene))
    path = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    face = find_face(None, bpy.context.scene)
    assert face.armature[GAZE_AIM] == 1.0
    assert face.armature.pose.bones["gaze"].location.z == pytest.approx(0.3)
    assert_alive(face)
