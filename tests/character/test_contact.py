# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the built-in head passes through anything else.

What counts is what can be seen: lips and skin through themselves or each other, teeth, tongue and
eyeballs through lips and skin, lids and lashes in the eyeball, brows under the skin. What is built
into each other does not: gums and tongue in the walls of the mouth, rims of lids in the eyeball.
"""

import numpy as np
import pytest

pytest.importorskip("bpy")

from headpose import EYE_CENTRE, EYE_RADIUS, HeadArrays, Weights
from mathutils.bvhtree import BVHTree

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import express

TAKES = 6
ROUND = 20
"""Corners from which a face is a cap or a highlight of the eye and no part of the ball."""
PAIRS = sorted(
    {
        name.removesuffix("Left")
        for name in CHANNELS
        if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
    }
)


@pytest.fixture(scope="module")
def networks():
    return load_networks()


def contacts(arrays: HeadArrays, weights: Weights) -> list[str]:
    """Return what passes through what."""
    faces = arrays.visible
    skin = arrays.tree("head", weights, faces)
    result = []
    for a, b in skin.overlap(skin):
        if a < b and not set(faces[a]) & set(faces[b]):
            result.append(f"skin through skin at points {faces[a]} and {faces[b]}")
    for part in ("teeth upper", "teeth lower", "tongue", "eye left", "eye right"):
        body = [face for face in arrays.faces[part] if len(face) < ROUND or part == "tongue"]
        if skin.overlap(arrays.tree(part, weights, body)):
            result.append(f"{part} through skin")
    for part in ("head", "lashes"):
        points = arrays.posed(part, weights)
        if part == "head":
            points = points[(arrays.surface.eye_ring >= 0) & (arrays.surface.eye_ring <= 3)]
        for side in (1, -1):
            distance = np.linalg.norm(points - EYE_CENTRE * (side, 1, 1), axis=1)
            if distance.min() < EYE_RADIUS:
                result.append(f"{part} in the eyeball")
    return result + hidden_brows(arrays, weights, skin)


def hidden_brows(arrays: HeadArrays, weights: Weights, skin: BVHTree) -> list[str]:
    """Return where the ridge of a brow, the foremost point of each section, is under the skin."""
    sections = arrays.posed("brows", weights).reshape(-1, 10, 3)
    foremost = np.take_along_axis(sections, sections[..., 1:2].argmin(axis=1)[:, None], axis=1)
    return [
        f"brow under the skin at {point}"
        for point in foremost[:, 0].tolist()
        if skin.ray_cast(point, (0, -1, 0))[0] is not None
    ]


@pytest.mark.parametrize("channel", [None, *CHANNELS])
def test_nothing_passes_through_in_a_channel_alone(arrays, channel):
    assert contacts(arrays, {channel: 1.0} if channel else {}) == []


@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_passes_through_in_a_channel_of_both_sides(arrays, pair):
    assert contacts(arrays, {f"{pair}Left": 1.0, f"{pair}Right": 1.0}) == []


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_nothing_passes_through_in_a_full_emotion(arrays, networks, emotion):
    feeling = Feeling(Mixture.of({emotion: 1.0}), 1.0)
    for take in express(networks, feeling, count=TAKES):
        assert contacts(arrays, dict(zip(CHANNELS, take.tolist(), strict=True))) == []
