# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and styles of the built-in head."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotebot_blender.character import form, style
from emotebot_blender.character.character import FLOOR, add_character
from emotebot_blender.character.eyes import eye, lashes
from emotebot_blender.character.head_mesh import build_head
from emotebot_blender.character.palettes import HEIGHT, PALETTES
from emotebot_blender.character.style import Style, Warp, style_of, warped

MILLIMETRE = 0.001
EAR = np.array([7.8, 0.7, -0.7])
SEEDS = st.integers(1, 2**31 - 1)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def warp_of(seed: int) -> Warp:
    return Warp(style_of(seed), EAR, FLOOR)


def grid() -> np.ndarray:
    """Points all over the head and around it, shape (n, 3)."""
    return np.stack(
        np.meshgrid(np.linspace(-9, 9, 37), np.linspace(-11, 11, 34), np.linspace(-17, 12, 59)),
        axis=-1,
    ).reshape(-1, 3)


class TestWarp:
    def test_style_0_is_the_head_as_it_is(self, empty_scene):
        assert style_of(0) == Style()
        np.testing.assert_array_equal(Warp(Style(), EAR, FLOOR)(grid()), grid())

    @few
    @given(SEEDS)
    def test_space_is_never_folded_or_turned_over(self, seed):
        warp, points, step = warp_of(seed), grid() + 0.013, 1e-4
        columns = [
            (warp(points + move) - warp(points - move)) / (2 * step) for move in np.eye(3) * step
        ]
        assert np.linalg.det(np.stack(columns, axis=-1)).min() > 0.15

    @pytest.mark.parametrize("corner", list(itertools.product((-1.0, 1.0), repeat=3)))
    def test_nor_by_the_strongest_of_styles(self, corner):
        """The maps that overlap are pushed to their ends together."""
        names = [name for name in Style.__dataclass_fields__ if name != "palette"]
        style = Style(**{name: corner[index % 3] for index, name in enumerate(names)})
        warp, points, step = Warp(style, EAR, FLOOR), grid() + 0.013, 1e-4
        columns = [
            (warp(points + move) - warp(points - move)) / (2 * step) for move in np.eye(3) * step
        ]
        assert np.linalg.det(np.stack(columns, axis=-1)).min() > 0.15

    @few
    @given(SEEDS)
    def test_left_and_right_are_warped_alike(self, seed):
        warp = warp_of(seed)
        mirrored = warp(grid() * (-1, 1, 1))
        np.testing.assert_array_equal(mirrored, warp(grid()) * (-1, 1, 1))

    @few
    @given(SEEDS)
    def test_eyes_stay_round_and_lids_off_them(self, seed):
        warp = warp_of(seed)
        ball = warped(eye(1), warp)
        centre = warp(form.EYE_CENTRE)
        outline = eye(1).points - form.EYE_CENTRE
        scale = np.linalg.norm(ball.points - centre, axis=1) / np.linalg.norm(outline, axis=1)
        np.testing.assert_allclose(scale, scale[0], atol=1e-9)
        surface = build_head().surface
        lids = surface.points[(surface.eye_ring == 0) & (surface.points[:, 0] > 0)]
        gap = np.linalg.norm(warp(lids) - centre, axis=1) / scale[0]
        assert gap.min() > form.EYE_RADIUS

    @few
    @given(SEEDS)
    def test_a_channel_ends_where_its_end_is_warped_to(self, seed):
        warp, part = warp_of(seed), lashes()
        made = warped(part, warp)
        for name, displacement in part.displacements.items():
            np.testing.assert_allclose(
                made.points + made.displacements[name], warp(part.points + displacement), atol=1e-9
            )

    def test_styles_differ_from_each_other(self):
        styles = [style_of(seed) for seed in range(40)]
        assert len(set(styles)) == 40
        assert len({style.palette for style in styles}) > len(PALETTES) / 2
        assert style_of(7) == style_of(7)


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

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_another_seed_is_another_character_with_the_same_parts(self, empty_scene, seed):
        usual, other = add_character(empty_scene), add_character(empty_scene, style=seed)
        ours, theirs = points_of(usual), points_of(other)
        assert {name: points.shape for name, points in ours.items()} == {
            name: points.shape for name, points in theirs.items()
        }
        assert max(np.abs(ours[name] - theirs[name]).max() for name in ours) > 2 * MILLIMETRE
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
            assert np.ptp(distance) < 0.012 * distance.max()  # highlights lie on the cornea
        assert bones["head"].tail_local.z == pytest.approx(size, rel=0.15)
        assert bones["jaw"].tail_local.z < bones["eye.L"].head_local.z

    def test_faces_look_outwards_in_every_style(self, empty_scene):
        for seed in (0, 1, 2, 3):
            root = add_character(empty_scene, style=seed)
            for obj in root.children:
                if obj.name.endswith(("eye left", "ears", "collar", "brows", "lamp")):
                    assert volume(obj.data) > 0


def volume(mesh) -> float:
    """The volume that a closed mesh holds, below 0 if its faces look inwards."""
    mesh.calc_loop_triangles()
    corners = [[mesh.vertices[v].co for v in triangle.vertices] for triangle in mesh.loop_triangles]
    return sum(a.dot(b.cross(c)) for a, b, c in corners) / 6


def test_every_proportion_is_used():
    for name in Style.__dataclass_fields__:
        if name != "palette":
            warp = Warp(Style(**{name: 1.0}), EAR, FLOOR)
            assert np.abs(warp(grid()) - grid()).max() > 0.1
    assert style.style_of(3).palette in PALETTES
