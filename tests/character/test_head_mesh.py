# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head's form: what its meshes are made of, before anything moves."""

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("bpy")

from emotebot_blender.character.character import head_parts
from emotebot_blender.character.head_mesh import build_skin
from emotebot_blender.character.materials import FINISHES
from emotebot_blender.character.openings import NONE
from emotebot_blender.character.part import Part
from emotebot_blender.character.styles import READY_STYLES


@pytest.fixture(scope="module", params=READY_STYLES, ids=lambda style: style.name)
def style(request):
    return request.param


@pytest.fixture(scope="module")
def skin(style):
    return build_skin(style)


@pytest.fixture(scope="module")
def all_parts(style) -> dict[str, Part]:
    return {part.name: part for part in head_parts(style, style.colours)}


@pytest.fixture(scope="module")
def parts(all_parts) -> dict[str, Part]:
    """All parts but the skin, by name."""
    return {name: part for name, part in all_parts.items() if name != "head"}


def sides(faces) -> Counter:
    """How many faces each edge belongs to, by direction."""
    return Counter(
        (int(face[i]), int(face[(i + 1) % len(face)])) for face in faces for i in range(len(face))
    )


def volume(points: np.ndarray, faces) -> float:
    """Signed volume: positive where faces look outwards."""
    points = points - points.mean(axis=0)
    return sum(
        float(points[face[0]] @ np.cross(points[face[i]], points[face[i + 1]])) / 6
        for face in faces
        for i in range(1, len(face) - 1)
    )


def test_the_skin_is_quads_that_meet_edge_to_edge(skin):
    assert skin.faces.shape[1] == 4
    assert all(len(set(face)) == 4 for face in skin.faces.tolist())
    count = sides(skin.faces)
    assert set(count.values()) == {1}  # neighbours pass each edge in opposite directions
    assert len(np.unique(skin.faces)) == len(skin.points)


def test_the_skin_is_open_behind_each_lid_in_the_mouth_and_at_the_neck(skin):
    """The end of the mouth is in the dark, the neck in the bust."""
    count = sides(skin.faces)
    follows = {a: b for a, b in count if (b, a) not in count}
    heights = []
    while follows:
        start, point = next(iter(follows.items()))
        loop = [start]
        del follows[start]
        while point != start:
            loop.append(point)
            point = follows.pop(point)
        heights.append(float(skin.points[loop, 2].mean()))
    neck, mouth, left, right = sorted(heights)
    assert left == pytest.approx(right)
    assert neck < mouth < left


def test_the_right_half_of_the_skin_is_the_left_mirrored_to_the_bit(skin, all_parts):
    points, mirror = skin.points, skin.mirror
    np.testing.assert_array_equal(mirror[mirror], np.arange(len(points)))
    np.testing.assert_array_equal(points[mirror], points * (-1, 1, 1))
    faces = {frozenset(face) for face in skin.faces.tolist()}
    assert {frozenset(face) for face in mirror[skin.faces].tolist()} == faces
    tint = all_parts["head"].tint
    np.testing.assert_array_equal(tint[mirror], tint)


def test_no_two_points_of_the_skin_coincide(skin):
    in_metres = (skin.points / 100).astype(np.float32)
    assert len(np.unique(in_metres, axis=0)) == len(in_metres)


def test_no_quad_of_the_skin_is_folded(skin):
    # inside the mouth the lips overlap
    outside = (skin.mouth[skin.faces, 0] >= 0).all(axis=1)
    corners = skin.points[skin.faces[outside]]
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    for place in range(4):
        after, before = corners[:, (place + 1) % 4], corners[:, place - 1]
        here = corners[:, place]
        corner = np.cross(after - here, before - here)
        sizes = np.linalg.norm(corner, axis=1) * np.linalg.norm(normals, axis=1)
        turn = np.sum(corner * normals, axis=1) / sizes
        large = np.linalg.norm(normals, axis=1) > 0.03  # the mouth's corners may be bent
        assert turn[large].min() > -0.1


def test_a_points_ring_is_that_of_the_opening_it_lies_at(style, skin):
    eyes = np.abs(skin.points[skin.eye[:, 0] == 0]) * (1, -1, 1) - style.eye_centre
    assert np.linalg.norm(eyes, axis=1).min() > style.eye.radius
    assert np.linalg.norm(eyes, axis=1).max() < 1.2 * style.eye.lid
    seam = skin.points[skin.mouth[:, 0] == 0]
    assert np.ptp(seam[:, 0]) == pytest.approx(2 * style.mouth.half_width, rel=0.05)
    assert not ((skin.eye[:, 0] != NONE) & (skin.mouth[:, 0] != NONE)).any()


def test_faces_of_parts_look_outwards(parts):
    for name, part in parts.items():
        assert set(sides(part.faces).values()) == {1}, name
        # a row of teeth is open at the gums
        assert name.startswith("teeth") or volume(part.points, part.faces) > 0, name


def test_every_number_is_finite_and_every_face_has_a_finish(all_parts):
    for part in all_parts.values():
        assert np.isfinite(part.points).all()
        assert len(part.materials) == len(part.faces)
        assert set(part.slots) <= set(FINISHES)
        assert {part.slots[index] for index in part.materials} == set(part.slots)
        if part.tint is not None:
            assert part.tint.shape == (len(part.points), 3)
            assert (part.tint >= 0).all()


def test_the_head_looks_along_minus_y(style, parts):
    assert style.eye.centre[0] > 2
    assert parts["eye left"].points[:, 1].mean() < -3
    assert parts["eye left"].points[:, 0].mean() > 2


def test_the_head_has_between_5000_and_15000_points(all_parts):
    assert 5_000 <= sum(len(part.points) for part in all_parts.values()) <= 15_000
