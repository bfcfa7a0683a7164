# SPDX-License-Identifier: GPL-3.0-or-later
"""Films: their frames, their camera, and the scene that they leave alone."""

import bpy
import numpy as np
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.render.film import check_film, render_film
from emotebot_blender.render.images import read_image
from emotebot_blender.rig.face import find_face


def test_a_film_shows_each_frame_as_it_is_keyed(talker, empty_scene, tmp_path):
    render_film(find_face(talker, empty_scene), empty_scene, range(1, 4), tmp_path, None, 64, 1)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["0001.png", "0002.png", "0003.png"]
    first, middle, last = (read_image(file) for file in files)
    assert first.shape == (64, 64, 4)
    assert np.abs(last - first).mean() > np.abs(middle - first).mean() > 0.003


def test_the_progress_of_a_film_is_the_share_of_its_frames(talker, empty_scene, tmp_path):
    shares = []
    face = find_face(talker, empty_scene)
    render_film(face, empty_scene, range(1, 4), tmp_path, shares.append, 16, 1)
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1, 1]


@pytest.mark.skipif(not bpy.app.ffmpeg.supported, reason="this Blender writes no films")
def test_an_mp4_holds_every_frame_at_the_rate_of_the_scene(talker, empty_scene, tmp_path):
    empty_scene.render.fps = 30
    path = tmp_path / "film.mp4"
    render_film(find_face(talker, empty_scene), empty_scene, range(1, 4), path, None, 64, 1)
    assert path.read_bytes()[4:8] == b"ftyp"
    assert b"avc1" in path.read_bytes()
    clip = bpy.data.movieclips.load(str(path))
    assert (clip.frame_duration, clip.fps, tuple(clip.size)) == (3, 30, (64, 64))


@pytest.mark.parametrize("filmed_by", ["studio", "camera"])
def test_filming_leaves_the_scene_as_it_was(
    filmed_by, talker, empty_scene, contents, request, tmp_path
):
    if filmed_by == "camera":
        request.getfixturevalue("camera")
    empty_scene.frame_set(2)
    render = empty_scene.render
    before = contents(), render.engine, render.resolution_x, render.filepath, render.fps
    render_film(find_face(talker, empty_scene), empty_scene, [3], tmp_path, None, 64, 1)
    after = contents(), render.engine, render.resolution_x, render.filepath, render.fps
    assert after == before
    assert empty_scene.frame_current == 2
    assert talker.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(0.5, abs=0.01)


def test_the_scenes_own_camera_films_when_it_sees_the_face(talker, camera, empty_scene, tmp_path):
    empty_scene.render.resolution_x, empty_scene.render.resolution_y = 1920, 960
    render_film(find_face(talker, empty_scene), empty_scene, [1], tmp_path, None, 64, 1)
    assert read_image(tmp_path / "0001.png").shape == (32, 64, 4)


def test_a_camera_that_looks_elsewhere_is_not_used(talker, camera, empty_scene, tmp_path):
    camera.rotation_euler = (np.pi / 2, 0, np.pi)
    empty_scene.render.resolution_x, empty_scene.render.resolution_y = 1920, 960
    render_film(find_face(talker, empty_scene), empty_scene, [1], tmp_path, None, 64, 1)
    assert read_image(tmp_path / "0001.png").shape == (64, 64, 4)


def test_a_film_that_is_no_film_is_refused(tmp_path):
    with pytest.raises(EmoteBotError, match=r"\.mp4"):
        check_film(tmp_path / "film.gif")
