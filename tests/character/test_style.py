# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and styles of the built-in head."""

import numpy as np
import pytest
from headpose import MILLIMETRE

from emotebot_blender.character.character import add_character
from emotebot_blender.character.palettes import GROUPS, HEIGHT
from emotebot_blender.character.styles import READY_STYLES, style_of

NUMBERS = range(len(READY_STYLES) + 3)
"""The ready styles and some drawn ones."""


def test_eight_are_ready_and_each_has_a_name_of_its_own():
    assert [style_of(number) for number in range(8)] == list(READY_STYLES)
    assert len({style.label for style in READY_STYLES}) == len(READY_STYLES) == 8
    assert READY_STYLES[0].label == "EmoteBot"


def test_the_ready_skins_go_from_light_to_dark():
    lights = sorted(float(np.mean(style.colours["skin"])) for style in READY_STYLES)
    assert lights[-1] > 5 * lights[0]


def test_drawn_styles_differ_from_each_other_and_come_again():
    drawn = [style_of(number) for number in range(8, 48)]
    assert len({(style.solids, style.eye, style.brow) for style in drawn}) == 40
    assert len({style.shell for style in drawn}) > 4
    assert style_of(20) == drawn[12]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_style_has_all_colours(number):
    names = {name for members in GROUPS.values() for name in members}
    assert style_of(number).colours.keys() >= names


def points_of(root) -> dict[str, np.ndarray]:
    """Return the neutral points of every part, by its name without the character's."""
    result = {}
    for obj in root.children:
        flat = np.empty(len(obj.data.vertices) * 3, dtype=np.float32)
        obj.data.vertices.foreach_get("co", flat)
        result[obj.name.removeprefix(f"{root.name} ")] = flat.reshape(-1, 3)
    return result


def shape_keys_of(root) -> dict[tuple[str, str], np.ndarray]:
    """Return the points of every shape key, by part and key."""
    result = {}
    for obj in root.children:
        for key in obj.data.shape_keys.key_blocks if obj.data.shape_keys else ():
            flat = np.empty(len(key.data) * 3, dtype=np.float32)
            key.data.foreach_get("co", flat)
            result[obj.name.removeprefix(f"{root.name} "), key.name] = flat.reshape(-1, 3)
    return result


class TestStyledCharacter:
    def test_the_same_seed_is_the_same_character_to_the_byte(self, empty_scene):
        first, second = (add_character(empty_scene, style=5) for _ in range(2))
        ours, theirs = shape_keys_of(first), shape_keys_of(second)
        assert ours.keys() == theirs.keys()
        assert all(ours[name].tobytes() == theirs[name].tobytes() for name in ours)

    @pytest.mark.parametrize("seed", NUMBERS[1:])
    def test_another_seed_is_another_character_with_the_same_topology(self, empty_scene, seed):
        usual, other = add_character(empty_scene), add_character(empty_scene, style=seed)
        ours, theirs = points_of(usual), points_of(other)
        for name in ("head", "eye left", "brows", "lashes", "teeth upper", "tongue"):
            assert ours[name].shape == theirs[name].shape
        assert np.abs(ours["head"] - theirs["head"]).max() > 2 * MILLIMETRE
        assert all(np.isfinite(points).all() for points in shape_keys_of(other).values())
        skin = {tuple(point) for point in theirs["head"].tolist()}
        assert all((-x if x else 0.0, y, z) in skin for x, y, z in skin)

    @pytest.mark.parametrize("seed", [0, 4])
    @pytest.mark.parametrize("size", [0.05, HEIGHT, 3.0])
    def test_the_height_is_in_the_geometry(self, empty_scene, size, seed):
        root = add_character(empty_scene, size=size, style=seed)
        heights = np.concatenate(list(points_of(root).values()))[:, 2]
        assert np.ptp(heights) == pytest.approx(size, rel=0.005)
        assert heights.min() == pytest.approx(0, abs=1e-5 * size)
        assert tuple(root.scale) == (1, 1, 1)
        assert all(tuple(obj.scale) == (1, 1, 1) for obj in root.children)

    @pytest.mark.parametrize("seed", [0, 4, 9])
    @pytest.mark.parametrize("size", [0.05, 3.0])
    def test_bones_are_where_the_parts_are(self, empty_scene, size, seed):
        root = add_character(empty_scene, size=size, style=seed)
        bones, parts = root.data.bones, points_of(root)
        for side, name in (("L", "eye left"), ("R", "eye right")):
            ball = parts[name]
            distance = np.linalg.norm(ball - np.array(bones[f"eye.{side}"].head_local), axis=1)
            assert np.ptp(distance) < 0.2 * distance.max()  # cornea and highlights stand out
        assert bones["head"].tail_local.z == pytest.approx(size, rel=0.15)
        assert bones["jaw"].tail_local.z < bones["eye.L"].head_local.z

    def test_faces_look_outwards_in_every_style(self, empty_scene):
        for seed in (0, 1, 2, 3):
            root = add_character(empty_scene, style=seed)
            for obj in root.children:
                if obj.name.endswith((" left", " ears", " bust", " brows", " lamp")):
                    assert volume(obj.data) > 0


def volume(mesh) -> float:
    """The volume that a closed mesh holds, below 0 if its faces look inwards."""
    mesh.calc_loop_triangles()
    corners = [[mesh.vertices[v].co for v in triangle.vertices] for triangle in mesh.loop_triangles]
    return sum(a.dot(b.cross(c)) for a, b, c in corners) / 6
