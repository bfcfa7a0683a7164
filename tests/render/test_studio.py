# SPDX-License-Identifier: GPL-3.0-or-later
"""What a portrait shows of the character."""

import bpy
import numpy as np
import pytest

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
