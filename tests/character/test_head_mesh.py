# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head's form: what its meshes are made of, before anything moves."""

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("bpy")

from emotebot_blender.character import form
from emotebot_blender.character.character import head_parts
from emotebot_blender.character.head_mesh import build_head
from emotebot_blender.character.materials import FINISHES, skin_tint
from emotebot_blender.character.openings import NO_RING
from emotebot_blender.character.part import Part


@pytest.fixture(scope="module")
def skin():
    return build_head()


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    """All parts but the skin, by name."""
    return {part.name: part for part in head_parts()[1:]}


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
    assert len(np.unique(skin.faces)) == len(skin.surface)


def test_the_skin_is_open_at_the_neck_and_behind_each_lid_alone(skin):
    count = sides(skin.faces)
    follows = {a: b for a, b in count if (b, a) not in count}
    loops = []
    while follows:
        start, point = next(iter(follows.items()))
        loop = [start]
        del follows[start]
        while point != start:
            loop.append(point)
            point = follows.pop(point)
        loops.append(skin.surface.points[loop])
    heights = sorted(round(float(loop[:, 2].mean())) for loop in loops)
    assert heights == [-14, 0, 0]


def test_the_right_half_of_the_skin_is_the_left_mirrored_to_the_bit(skin):
    points, mirror = skin.surface.points, skin.mirror
    np.testing.assert_array_equal(mirror[mirror], np.arange(len(points)))
    np.testing.assert_array_equal(points[mirror], points * (-1, 1, 1))
    np.testing.assert_array_equal(skin.surface.slopes[mirror], skin.surface.slopes * (-1, 1))
    faces = {frozenset(face) for face in skin.faces.tolist()}
    assert {frozenset(face) for face in mirror[skin.faces].tolist()} == faces
    tint = skin_tint(skin.surface, skin.seam)
    np.testing.assert_array_equal(tint[mirror], tint)


def test_no_two_points_of_the_skin_coincide(skin):
    in_metres = (skin.surface.points / 100).astype(np.float32)
    assert len(np.unique(in_metres, axis=0)) == len(in_metres)


def test_no_quad_of_the_skin_is_folded(skin):
    # inside the mouth the lips overlap
    outside = (skin.surface.mouth_ring[skin.faces] >= 0).all(axis=1)
    corners = skin.surface.points[skin.faces[outside]]
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    for corner in range(4):
        after, before = corners[:, (corner + 1) % 4], corners[:, corner - 1]
        here = corners[:, corner]
        turn = np.sum(np.cross(after - here, before - here) * normals, axis=1)
        assert turn.min() > -1e-6  # the smallest, at the mouth's corners, may be slightly bent


def test_a_points_ring_is_that_of_the_opening_it_lies_at(skin):
    surface = skin.surface
    eyes = np.abs(surface.points[surface.eye_ring == 0]) - form.EYE_CENTRE
    assert np.linalg.norm(eyes, axis=1).min() > form.EYE_RADIUS
    assert np.abs(eyes[:, 0]).max() < form.EYE_RADIUS
    seam = surface.points[surface.mouth_ring == 0]
    assert np.ptp(seam[:, 0]) == pytest.approx(2 * form.MOUTH_HALF_WIDTH, abs=0.05)
    assert not ((surface.eye_ring != NO_RING) & (surface.mouth_ring != NO_RING)).any()


def test_parts_are_closed_and_look_outwards(parts):
    for name, part in parts.items():
        count = sides(part.faces)
        glints = {
            index
            for face, slot in zip(part.faces, part.materials, strict=True)
            if part.slots[slot] == "glint"
            for index in face
        }
        loose = {edge for edge in count if edge[::-1] not in count and edge[0] not in glints}
        assert set(count.values()) == {1}, name
        # the shell of the skull is open where it stands on the skin
        assert bool(loose) == (name == "shell"), name
        assert volume(part.points, part.faces) > 0, name


def test_every_number_is_finite_and_every_face_has_a_finish(skin, parts):
    assert np.isfinite(skin.surface.points).all()
    assert np.isfinite(skin.surface.slopes).all()
    for part in parts.values():
        assert np.isfinite(part.points).all()
        assert len(part.materials) == len(part.faces)
        assert set(part.slots) <= set(FINISHES)
        assert {part.slots[index] for index in part.materials} == set(part.slots)
        if part.tint is not None:
            assert part.tint.shape == (len(part.points), 4)
            assert (part.tint >= 0).all()


def test_the_head_is_as_large_as_a_persons_and_looks_along_minus_y(skin, parts):
    body = [part.points for name, part in parts.items() if name not in ("lamp", "ears")]
    breadth, depth, height = np.ptp(np.concatenate([skin.surface.points, *body]), axis=0)
    assert 14 < breadth < 22
    assert 17 < depth < 26
    assert 24 < height < 34
    assert parts["eye left"].points[:, 1].mean() < -4
    assert parts["eye left"].points[:, 0].mean() > 2


def test_the_head_has_between_5000_and_15000_points(skin, parts):
    total = len(skin.surface) + sum(len(part.points) for part in parts.values())
    assert 5_000 <= total <= 15_000
