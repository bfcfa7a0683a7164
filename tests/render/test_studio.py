# SPDX-License-Identifier: GPL-3.0-or-later
"""What a portrait shows of the character."""

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view

from emotebot_blender.render.film import render_film
from emotebot_blender.render.images import read_image, render_frame, set_quality
from emotebot_blender.render.studio import Shot, portrait
from emotebot_blender.rig.face import find_face


def covered(face, scene, shot, path):
    """Return which pixels of a portrait show the character, from the bottom row up."""
    with portrait(face, scene, 64, 64, shot) as studio:
        set_quality(studio, 1)
        studio.render.image_settings.color_mode = "RGBA"
        render_frame(studio, 1, path)
        return read_image(path)[..., 3] > 0.5


def test_a_shot_ends_where_it_says(talker, empty_scene, tmp_path):
    face = find_face(talker, empty_scene)
    shot = Shot((1, 1), below=1.0, above=1.0, backdrop=False)
    rows, _ = np.nonzero(covered(face, empty_scene, shot, tmp_path / "a.png"))
    assert (rows.min(), rows.max() + 1) == (pytest.approx(16, abs=2), pytest.approx(48, abs=2))
    shot = Shot((1, 1), below=0.0, above=1.0, backdrop=False)
    rows, _ = np.nonzero(covered(face, empty_scene, shot, tmp_path / "b.png"))
    assert (rows.min(), rows.max() + 1) == (0, pytest.approx(32, abs=2))


def test_a_turned_shot_sees_the_head_from_the_side(talker, empty_scene, tmp_path):
    talker.scale.y = 0.5
    face = find_face(talker, empty_scene)
    front, side = (
        np.ptp(np.nonzero(covered(face, empty_scene, shot, tmp_path / "a.png"))[1])
        for shot in (Shot((1, 1), backdrop=False), Shot((1, 1), turn=90, backdrop=False))
    )
    assert side == pytest.approx(front / 2, abs=3)


def test_parts_of_the_character_without_shape_keys_are_in_the_picture(
    talker, empty_scene, tmp_path
):
    face = find_face(talker, empty_scene)
    render_film(face, empty_scene, [1], tmp_path, None, 64, 1)
    without = read_image(tmp_path / "0001.png")
    hat = bpy.data.objects.new("Hat", talker.data.copy())
    hat.data.shape_keys and hat.shape_key_clear()
    hat.location.z = 0.15
    root = bpy.data.objects.new("Root", None)
    for obj in (root, hat):
        empty_scene.collection.objects.link(obj)
    render_film(face, empty_scene, [1], tmp_path, None, 64, 1)
    np.testing.assert_allclose(read_image(tmp_path / "0001.png"), without, atol=0.02)
    talker.parent = hat.parent = root
    render_film(face, empty_scene, [1], tmp_path, None, 64, 1)
    assert np.abs(read_image(tmp_path / "0001.png") - without).mean() > 0.02


def add_nodding_neck(talker, scene) -> bpy.types.Object:
    """Set the talker and an antenna on a neck that leans over to both sides and back in 60 frames.

    Return the antenna.
    """
    data = bpy.data.meshes.new("Antenna")
    data.from_pydata([(0.06, 0.05, 1.2), (0.06, 0.05, 1.3)], [(0, 1)], [])
    antenna = bpy.data.objects.new("Antenna", data)
    neck = bpy.data.objects.new("Neck", None)
    for obj in (antenna, neck):
        scene.collection.objects.link(obj)
    neck.location.z = 1.0
    for obj in (talker, antenna):
        obj.parent = neck
        obj.matrix_parent_inverse.translation.z = -1.0
    for frame, lean, raised in ((1, 0, 0), (20, 0.5, 0), (40, -0.5, 0), (60, 0, -0.4)):
        neck.rotation_euler = (raised, lean, 0)
        neck.keyframe_insert("rotation_euler", frame=frame)
    scene.frame_set(1)
    return antenna


@pytest.mark.parametrize("turn", [0, 30])
def test_a_head_that_leans_stays_in_the_picture_with_what_is_above_it(talker, empty_scene, turn):
    antenna = add_nodding_neck(talker, empty_scene)
    face, frames = find_face(talker, empty_scene), range(1, 61)

    def is_seen(*framed: int) -> bool:
        with portrait(face, empty_scene, 64, 80, Shot(turn=turn), framed) as studio:
            seen = []
            for frame in frames:
                studio.frame_set(frame)
                for obj, corners in ((talker, talker.data.vertices[:8]), (antenna, [])):
                    for vertex in corners or antenna.data.vertices:
                        point = obj.matrix_world @ vertex.co
                        seen.append(world_to_camera_view(studio, studio.camera, point))
            return all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in seen)

    assert not is_seen()
    assert is_seen(*frames)
    assert empty_scene.frame_current == 1


def test_a_head_that_is_still_is_framed_alike_by_one_frame_and_by_many(talker, empty_scene):
    talker.data.shape_keys.animation_data_clear()
    face, cameras = find_face(talker, empty_scene), []
    for frames in ((), range(4, 90)):
        with portrait(face, empty_scene, 64, 80, frames=frames) as studio:
            cameras.append(np.array(studio.camera.matrix_world))
    np.testing.assert_allclose(cameras[0], cameras[1], atol=1e-4)


def test_a_long_film_is_looked_at_on_a_few_of_its_frames(talker, empty_scene):
    looked: list[int] = []
    bpy.app.handlers.frame_change_pre.append(lambda scene, _: looked.append(scene.frame_current))
    try:
        with portrait(find_face(talker, empty_scene), empty_scene, 64, 80, frames=range(1, 5001)):
            pass
    finally:
        bpy.app.handlers.frame_change_pre.pop()
    assert len(looked) <= 35
    assert {1, 5000} <= set(looked)
