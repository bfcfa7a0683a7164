# SPDX-License-Identifier: GPL-3.0-or-later
import bpy
import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import NEUTRAL, CustomExpression, Feeling, Mixture
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.script.beats import Beat
from emotebot_blender.render.film import check_film, render_film
from emotebot_blender.render.framing import crown_height, frame_face, sees, view_layer_of
from emotebot_blender.render.images import read_image, render_frame, set_quality, write_image
from emotebot_blender.render.lettering import Line, can_show, render_lines
from emotebot_blender.render.sheet import MOST_PICTURES, SheetPicture, picture_of, render_sheet
from emotebot_blender.render.studio import Shot, portrait
from emotebot_blender.rig.face import find_face

BLOCKS = ("scenes", "objects", "cameras", "lights", "worlds", "materials", "curves", "fonts")


def contents() -> dict[str, list[str]]:
    return {kind: sorted(block.name for block in getattr(bpy.data, kind)) for kind in BLOCKS}


@pytest.fixture
def talker(empty_scene):
    """A block, 20 cm wide, that looks along -Y; jawOpen widens its front. Far below lies a body."""
    data = bpy.data.meshes.new("Block")
    corners = [(x, y, z) for x in (-0.1, 0.1) for y in (-0.1, 0.1) for z in (1.0, 1.2)]
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    data.from_pydata([*corners, (0, 0, -3)], [], sides)
    block = bpy.data.objects.new("Block", data)
    empty_scene.collection.objects.link(block)
    block.shape_key_add(name="Basis", from_mix=False)
    for name, reach in (("jawOpen", 0.6), ("mouthSmileLeft", 0.1), ("eyeBlinkLeft", 0.1)):
        key = block.shape_key_add(name=name, from_mix=False)
        for index, (x, y, _) in enumerate(corners):
            if y < 0:
                key.data[index].co.x = x * (1 + reach)
        key.value = 0
    jaw = data.shape_keys.key_blocks["jawOpen"]
    for frame, value in ((1, 0.0), (3, 1.0)):
        jaw.value = value
        jaw.keyframe_insert("value", frame=frame)
    empty_scene.frame_set(1)
    return block


def add_camera(scene, place, turn):
    data = bpy.data.cameras.new("Mine")
    camera = bpy.data.objects.new("Mine", data)
    camera.location, camera.rotation_euler = place, turn
    scene.collection.objects.link(camera)
    scene.camera = camera
    return camera


def test_framing_finds_the_face_without_the_body_and_which_way_it_looks(talker, empty_scene):
    talker.location = (5, 0, 0)
    talker.rotation_euler = (0, 0, np.pi / 2)  # from -Y to +X
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    assert framing.forward.to_tuple(3) == (1, 0, 0)
    assert framing.centre.to_tuple(3) == (5.1, 0, 1.1)
    assert framing.height == pytest.approx(0.2, abs=1e-3)


def test_the_crown_is_what_stands_highest_over_the_head(talker, empty_scene):
    hat = bpy.data.meshes.new("Hat")
    hat.from_pydata([(0, 0.05, 1.35), (0.5, 0.05, 1.8)], [], [])  # a tip, and a hand raised beside
    hat = bpy.data.objects.new("Hat", hat)
    empty_scene.collection.objects.link(hat)
    layer = view_layer_of(empty_scene)
    framing = frame_face(find_face(talker, empty_scene), layer)
    assert crown_height(framing, [talker], layer) == pytest.approx(0.1, abs=1e-3)
    assert crown_height(framing, [talker, hat], layer) == pytest.approx(0.25, abs=1e-3)


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


def test_a_camera_sees_what_is_before_it_and_not_what_is_behind(talker, empty_scene):
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    camera = add_camera(empty_scene, (0, -2, 1.1), (np.pi / 2, 0, 0))
    bpy.context.view_layer.update()
    assert sees(camera, framing, empty_scene)
    camera.rotation_euler = (np.pi / 2, 0, np.pi)
    bpy.context.view_layer.update()
    assert not sees(camera, framing, empty_scene)


def test_a_camera_from_which_the_face_is_a_dot_does_not_see_it(talker, empty_scene):
    framing = frame_face(find_face(talker, empty_scene), view_layer_of(empty_scene))
    camera = add_camera(empty_scene, (0, -2, 1.1), (np.pi / 2, 0, 0))
    camera.data.lens = 3
    bpy.context.view_layer.update()
    assert not sees(camera, framing, empty_scene)


def test_a_film_shows_each_frame_as_it_is_keyed(talker, empty_scene, tmp_path):
    told = []
    render_film(
        find_face(talker, empty_scene), empty_scene, range(1, 4), tmp_path, told.append, 64, 1
    )
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["0001.png", "0002.png", "0003.png"]
    first, middle, last = (read_image(file) for file in files)
    assert first.shape == (64, 64, 4)
    assert np.abs(last - first).mean() > np.abs(middle - first).mean() > 0.003
    assert told == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1, 1]


@pytest.mark.skipif(not bpy.app.ffmpeg.supported, reason="this Blender writes no films")
def test_an_mp4_holds_every_frame_at_the_rate_of_the_scene(talker, empty_scene, tmp_path):
    empty_scene.render.fps = 30
    path = tmp_path / "film.mp4"
    render_film(find_face(talker, empty_scene), empty_scene, range(1, 4), path, None, 64, 1)
    assert path.read_bytes()[4:8] == b"ftyp"
    assert b"avc1" in path.read_bytes()
    clip = bpy.data.movieclips.load(str(path))
    assert (clip.frame_duration, clip.fps, tuple(clip.size)) == (3, 30, (64, 64))


@pytest.mark.parametrize("own", [False, True])
def test_filming_leaves_the_scene_as_it_was(own, talker, empty_scene, tmp_path):
    if own:
        add_camera(empty_scene, (0, -2, 1.1), (np.pi / 2, 0, 0))
    empty_scene.frame_set(2)
    render = empty_scene.render
    before = contents(), render.engine, render.resolution_x, render.filepath, render.fps
    render_film(find_face(talker, empty_scene), empty_scene, [3], tmp_path, None, 64, 1)
    after = contents(), render.engine, render.resolution_x, render.filepath, render.fps
    assert after == before
    assert empty_scene.frame_current == 2
    assert talker.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(0.5, abs=0.01)


def test_the_scenes_own_camera_films_when_it_sees_the_face(talker, empty_scene, tmp_path):
    add_camera(empty_scene, (0, -2, 1.1), (np.pi / 2, 0, 0))
    empty_scene.render.resolution_x, empty_scene.render.resolution_y = 1920, 960
    render_film(find_face(talker, empty_scene), empty_scene, [1], tmp_path, None, 64, 1)
    assert read_image(tmp_path / "0001.png").shape == (32, 64, 4)


def test_a_camera_that_looks_elsewhere_is_not_used(talker, empty_scene, tmp_path):
    add_camera(empty_scene, (0, -2, 1.1), (np.pi / 2, 0, np.pi))
    empty_scene.render.resolution_x, empty_scene.render.resolution_y = 1920, 960
    render_film(find_face(talker, empty_scene), empty_scene, [1], tmp_path, None, 64, 1)
    assert read_image(tmp_path / "0001.png").shape == (64, 64, 4)


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
    for thing in (root, hat):
        empty_scene.collection.objects.link(thing)
    render_film(face, empty_scene, [1], tmp_path, None, 64, 1)
    np.testing.assert_allclose(read_image(tmp_path / "0001.png"), without, atol=0.02)
    talker.parent = hat.parent = root
    render_film(face, empty_scene, [1], tmp_path, None, 64, 1)
    assert np.abs(read_image(tmp_path / "0001.png") - without).mean() > 0.02


def test_a_film_that_is_no_film_is_refused(tmp_path):
    with pytest.raises(EmoteBotError, match=r"\.mp4"):
        check_film(tmp_path / "film.gif")


def test_a_sheet_shows_every_beat_and_wraps_into_rows(talker, empty_scene, tmp_path):
    before = contents()
    pictures = [SheetPicture(1 + place % 3, f"word {place}", "fear 95 %") for place in range(8)]
    path = tmp_path / "sheet.png"
    render_sheet(find_face(talker, empty_scene), empty_scene, pictures, path, None, 48, 1)
    height, width, _ = read_image(path).shape
    assert 4 * 48 < width < 5 * 48  # eight in two rows of four, with margins
    assert height > 2 * 60
    assert contents() == before


@pytest.mark.parametrize("count", [0, MOST_PICTURES + 1])
def test_a_sheet_of_nothing_or_too_much_is_refused(count, talker, empty_scene, tmp_path):
    face = find_face(talker, empty_scene)
    with pytest.raises(EmoteBotError, match=f"not {count}"):
        render_sheet(face, empty_scene, [SheetPicture(1, "a", "b")] * count, tmp_path / "sheet.png")
    assert list(tmp_path.iterdir()) == []


def feeling(**amounts: float) -> Feeling:
    return Feeling(Mixture.of(amounts), 0.95)


def test_a_label_gives_the_words_and_what_they_stand_for():
    picture = picture_of(Beat(feeling(fear=1), words="terrified"), 7)
    assert picture == SheetPicture(7, "terrified", "fear 95 %")


def test_a_label_names_the_two_greatest_parts_of_a_mixture():
    mixed = Feeling(Mixture.of({"fear": 0.5, "anger": 0.3, "disgust": 0.2}), 1.0)
    assert picture_of(Beat(mixed, words="x"), 0).note == "fear 50 %  anger 30 %"


def test_a_picture_names_an_expression_of_the_users_own():
    gawp = CustomExpression("gawp", (0.5,) * len(CHANNELS))
    mixed = Feeling(Mixture.of({"fear": 1}), 0.5, ((gawp, 0.4),))
    assert picture_of(Beat(mixed, words="x"), 0).note == "fear 30 %  gawp 20 %"
    alone = Feeling(NEUTRAL, 0.5, ((gawp, 1.0),))
    assert picture_of(Beat(alone, words="x"), 0).note == "gawp 50 %"


@pytest.mark.parametrize("words", ["", "سعيد", "ཀ"])
def test_words_that_cannot_be_shown_give_way_to_the_emotion(words):
    assert picture_of(Beat(feeling(sadness=1), words=words), 0).title == "sadness"


@pytest.mark.parametrize(
    "words", ["triste à mourir", "грусть", "怒り", "悲しい 😢", "슬픔", "😀", "❤️"]
)
def test_words_of_other_languages_and_emoji_are_shown(words):
    assert can_show(words)


def ink(text: str, width: float = 200, size: float = 20) -> np.ndarray:
    return render_lines([Line(text, 100, 10, size, width, 0.1)], 200, 32)[..., 3]


def test_letters_stand_where_they_are_set(empty_scene):
    rows, columns = np.nonzero(ink("HHHH") > 0.5)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(100, abs=2)
    assert rows.min() == pytest.approx(10, abs=1)


def test_a_long_line_keeps_to_its_width(empty_scene):
    _, columns = np.nonzero(ink("a line of words that goes on for ever and ever", 80) > 0.1)
    assert 60 < columns.max() - columns.min() <= 81


@pytest.mark.parametrize(("one", "other"), [("怒", "楽"), ("😀", "😢")])
def test_two_signs_are_not_both_the_box_of_a_missing_letter(one, other, empty_scene):
    assert np.abs(ink(one) - ink(other)).sum() > 5


def test_a_picture_reads_as_it_was_written(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.float32) / 255
    write_image(pixels, tmp_path / "p.png")
    np.testing.assert_allclose(read_image(tmp_path / "p.png")[..., :3], pixels, atol=1e-6)


def test_a_letter_has_no_hole_where_its_strokes_meet(empty_scene):
    cover = ink("w", size=28)
    columns = np.flatnonzero(cover.max(axis=0) > 0.02)
    w = cover[:, columns.min() : columns.max() + 1]
    assert np.abs(w - w[:, ::-1]).sum() < 0.25 * w.sum()  # both halves are alike
