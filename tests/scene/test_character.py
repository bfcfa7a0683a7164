# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head: all channels there, each doing its own thing at its own place."""

import itertools

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

from mathutils.bvhtree import BVHTree  # noqa: E402

from emotebot_blender.core.channels import CHANNELS, mirrored_name  # noqa: E402
from emotebot_blender.scene import headform  # noqa: E402
from emotebot_blender.scene.character import FLOOR, add_character  # noqa: E402
from emotebot_blender.scene.face import find_face  # noqa: E402
from emotebot_blender.scene.headcorrectives import CORRECTIVES  # noqa: E402
from emotebot_blender.scene.headdrivers import LOOKS  # noqa: E402
from emotebot_blender.scene.headmesh import build_head  # noqa: E402

MILLIMETRE = 0.001
EYE_LEVEL = -FLOOR / 100
MOUTH_LEVEL = EYE_LEVEL + headform.MOUTH_HEIGHT / 100
# Where a region's channels may move anything: lowest and highest point over the eyes, in metres.
REACH = {
    "eye": (-0.04, 0.05),
    "brow": (-0.03, 0.08),
    "cheek": (-0.11, 0.04),
    "nose": (-0.09, 0.06),
    "mouth": (-0.12, 0.03),
    "jaw": (-0.13, 0.01),
    "tongue": (-0.10, -0.02),
}


@pytest.fixture(scope="module")
def root():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return add_character(bpy.context.scene)


@pytest.fixture(scope="module")
def meshes(root):
    """Neutral places and displacements by channel of every part, by the part's name."""
    result = {}
    for item in root.children_recursive:
        keys = item.data.shape_keys
        places = coordinates(item.data.vertices)
        moves = {}
        if keys:
            moves = {
                key.name: coordinates(key.data) - places
                for key in keys.key_blocks
                if key != keys.reference_key
            }
        result[item.name.removeprefix("EmoteBot ")] = (places, moves)
    return result


def coordinates(points) -> np.ndarray:
    flat = np.empty(len(points) * 3, dtype=np.float32)
    points.foreach_get("co", flat)
    return flat.reshape(-1, 3)


def posed(meshes, part: str, **weights: float) -> np.ndarray:
    places, moves = meshes[part]
    return places + sum(np.float32(weight) * moves[name] for name, weight in weights.items())


def test_the_shape_keys_are_the_channels_and_what_is_driven_by_them(meshes):
    names = {name for _, moves in meshes.values() for name in moves}
    assert names == {*CHANNELS, *CORRECTIVES, *LOOKS}


def test_the_head_begins_neutral(root):
    keys = [item.data.shape_keys for item in root.children_recursive if item.data.shape_keys]
    assert {block.value for each in keys for block in each.key_blocks[1:]} == {0.0}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_moves_its_own_region_visibly(meshes, channel):
    moved = [
        (places, np.linalg.norm(moves[channel], axis=1))
        for places, moves in meshes.values()
        if channel in moves
    ]
    assert max(distance.max() for _, distance in moved) > 2 * MILLIMETRE
    assert max(distance.max() for _, distance in moved) < 60 * MILLIMETRE
    low, high = next(reach for region, reach in REACH.items() if channel.startswith(region))
    for places, distance in moved:
        heights = places[distance > 0.5 * MILLIMETRE, 2] - EYE_LEVEL
        assert np.all(heights > low)
        assert np.all(heights < high)


@pytest.mark.parametrize(
    "channel",
    [name for name in CHANNELS if name.endswith("Left") and name not in ("mouthLeft", "jawLeft")],
)
def test_a_channel_of_the_left_leaves_the_right_alone(meshes, channel):
    for places, moves in meshes.values():
        if channel in moves:
            far = places[:, 0] < -20 * MILLIMETRE
            assert np.abs(moves[channel][far]).max(initial=0) < 0.5 * MILLIMETRE


@pytest.mark.parametrize("part", ["head", "brows", "lashes", "teeth lower"])
def test_left_and_right_mirror_exactly(meshes, part):
    places, moves = meshes[part]
    number = {tuple(place): index for index, place in enumerate(places.tolist())}
    other = np.array([number[-x if x else 0.0, y, z] for x, y, z in places.tolist()])
    for channel, move in moves.items():
        twin = moves[mirrored_name(channel)][other] * np.float32([-1, 1, 1])
        np.testing.assert_allclose(move, twin, atol=1e-7)


def eye_cover(meshes, **weights: float) -> np.ndarray:
    """How far over the left eyeball's front the skin lies, in metres; NaN where it is bare."""
    skin = BVHTree.FromPolygons(
        posed(meshes, "head", **weights).tolist(),
        [tuple(polygon.vertices) for polygon in bpy.data.meshes["EmoteBot head"].polygons],
    )
    centre = headform.EYE_CENTRE / 100 + (0, 0, EYE_LEVEL)
    result = []
    for place in meshes["eye left"][0]:
        arm = place - centre
        distance = np.linalg.norm(arm)
        if -arm[1] > distance * np.cos(np.radians(38)):
            start = centre + arm * 2.5
            _, _, _, way = skin.ray_cast(start, -arm, distance * 1.5 + MILLIMETRE)
            result.append(np.nan if way is None else distance * 1.5 - way)
    return np.array(result)


def test_an_open_eye_is_bare_and_a_blink_covers_it(meshes):
    assert np.isnan(eye_cover(meshes)).mean() > 0.6
    closed = eye_cover(meshes, eyeBlinkLeft=1)
    assert not np.isnan(closed).any()
    assert closed.min() > 0.5 * MILLIMETRE


@pytest.mark.parametrize("other", ["eyeLookDownLeft", "eyeSquintLeft", "cheekSquintLeft"])
def test_a_blink_covers_the_eye_whatever_else_the_lids_do(meshes, other):
    closed = eye_cover(meshes, **{"eyeBlinkLeft": 1, other: 1})
    assert not np.isnan(closed).any()
    assert closed.min() > 0


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize(
    "channel", ["eyeBlinkLeft", "eyeWideLeft", "eyeSquintLeft", "eyeLookDownLeft", "eyeLookUpLeft"]
)
def test_lids_never_sink_into_the_eyeball(meshes, channel, weight):
    ring = build_head().surface.eye_ring
    places = posed(meshes, "head", **{channel: weight})
    lids = places[(ring >= 0) & (ring <= 2) & (places[:, 0] > 0)]
    centre = headform.EYE_CENTRE / 100 + (0, 0, EYE_LEVEL)
    assert np.linalg.norm(lids - centre, axis=1).min() > headform.EYE_RADIUS / 100


def test_a_wide_eye_is_barer_and_a_squint_less_bare(meshes):
    bare = [
        np.isnan(eye_cover(meshes, **weights)).sum()
        for weights in ({"eyeSquintLeft": 1}, {}, {"eyeWideLeft": 1})
    ]
    assert bare[0] < bare[1] < bare[2]


@pytest.mark.parametrize(
    ("channel", "axis", "sign"),
    [
        ("eyeLookUpLeft", 2, 1),
        ("eyeLookDownLeft", 2, -1),
        ("eyeLookInLeft", 0, -1),
        ("eyeLookOutLeft", 0, 1),
        ("eyeLookInRight", 0, 1),
        ("eyeLookOutRight", 0, -1),
    ],
)
def test_the_pupil_goes_where_the_channel_says(meshes, channel, axis, sign):
    places, moves = meshes["eye left" if channel.endswith("Left") else "eye right"]
    pupil = np.argmin(places[:, 1])
    assert moves[channel][pupil, axis] * sign > 6 * MILLIMETRE


def mouth_depth(meshes, x: float, **weights: float) -> float:
    """How far behind the foremost lip the eye can see into the mouth at ``x``, in metres."""
    skin = BVHTree.FromPolygons(
        posed(meshes, "head", **weights).tolist(),
        [tuple(polygon.vertices) for polygon in bpy.data.meshes["EmoteBot head"].polygons],
    )
    depths = []
    for height in np.arange(MOUTH_LEVEL - 0.028, MOUTH_LEVEL + 0.008, 0.0003):
        hit, *_ = skin.ray_cast((x, -0.3, height), (0, 1, 0))
        depths.append(hit.y)
    return max(depths) - min(depths)


@pytest.mark.parametrize(
    "channel", [None, "mouthRollLower", "mouthShrugLower", "mouthPucker", "mouthFrownLeft"]
)
def test_the_inside_of_the_mouth_does_not_pierce_the_chin(meshes, root, channel):
    data = bpy.data.meshes["EmoteBot head"]
    inside = [material.name.endswith("mouth") for material in data.materials].index(True)
    faces = [tuple(polygon.vertices) for polygon in data.polygons]
    weights = {channel: 1.0} if channel else {}
    skin = BVHTree.FromPolygons(posed(meshes, "head", **weights).tolist(), faces)
    for x in np.arange(-0.02, 0.0201, 0.002):
        for height in np.arange(MOUTH_LEVEL - 0.03, MOUTH_LEVEL - 0.007, 0.0005):
            _, _, face, _ = skin.ray_cast((x, -0.3, height), (0, 1, 0))
            assert data.polygons[face].material_index != inside


@pytest.mark.parametrize("x", [0.0, 0.008, -0.008])
@pytest.mark.parametrize("opening", [0.3, 0.6, 1.0])
def test_the_jaw_parts_the_lips_and_mouth_close_seals_them(meshes, x, opening):
    assert mouth_depth(meshes, x) < 0.03
    assert mouth_depth(meshes, x, jawOpen=opening) > 0.05
    assert mouth_depth(meshes, x, jawOpen=opening, mouthClose=opening) < 0.03


@pytest.mark.parametrize(
    "channel",
    ["mouthSmileLeft", "mouthFrownRight", "mouthPucker", "mouthLeft", "mouthPressLeft",
     "mouthShrugLower", "mouthShrugUpper", "mouthDimpleLeft", "mouthStretchRight", "cheekPuff"],
)  # fmt: skip
def test_closed_lips_stay_closed(meshes, channel):
    assert mouth_depth(meshes, 0.004, **{channel: 1}) < 0.03


def test_lower_teeth_go_with_the_jaw_and_upper_teeth_stay(meshes):
    assert meshes["teeth upper"][1] == {}
    places, moves = meshes["teeth lower"]
    front = np.argmin(places[:, 1])
    assert moves["jawOpen"][front, 2] < -15 * MILLIMETRE
    assert moves["jawLeft"][front, 0] > 5 * MILLIMETRE
    assert moves["jawForward"][front, 1] < -5 * MILLIMETRE


def test_a_smile_lifts_and_widens_the_corner_and_a_frown_lowers_it(meshes):
    surface = build_head().surface
    corner = np.nonzero((surface.mouth_ring == 0) & (surface.mouth_angle == 0))[0][0]
    _, moves = meshes["head"]
    assert moves["mouthSmileLeft"][corner, 0] > 3 * MILLIMETRE
    assert moves["mouthSmileLeft"][corner, 1] > 1 * MILLIMETRE
    assert moves["mouthSmileLeft"][corner, 2] > 4 * MILLIMETRE
    assert moves["mouthFrownLeft"][corner, 2] < -3 * MILLIMETRE


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"browDownLeft": 1, "browDownRight": 1, "eyeSquintLeft": 1},
        {"browInnerUp": 1, "browOuterUpLeft": 1, "browOuterUpRight": 1},
        {"browInnerUp": 1, "browDownLeft": 1, "noseSneerLeft": 1},
        {"browDownLeft": 1, "eyeBlinkLeft": 1},
    ],
)
def test_brows_stay_before_the_skin(meshes, weights):
    skin = BVHTree.FromPolygons(
        posed(meshes, "head", **weights).tolist(),
        [tuple(polygon.vertices) for polygon in bpy.data.meshes["EmoteBot head"].polygons],
    )
    moves = meshes["brows"][1]
    brows = posed(
        meshes, "brows", **{name: weight for name, weight in weights.items() if name in moves}
    )
    sections = brows.reshape(-1, 10, 3)
    foremost = np.take_along_axis(sections, sections[..., 1:2].argmin(axis=1)[:, None], axis=1)
    for place in foremost[:, 0]:
        hit, *_ = skin.ray_cast(place, (0, -1, 0))
        assert hit is None


def test_a_second_character_gets_names_of_its_own_and_leaves_the_first_alone():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    first = add_character(scene, "Robo")
    before = {item.name: item.data.name for item in first.children}
    second = add_character(scene, "Robo")
    assert second.name != first.name
    assert {item.name: item.data.name for item in first.children} == before
    assert len(second.children) == len(first.children)
    shared = {item.data.name for item in first.children} & {
        item.data.name for item in second.children
    }
    assert not shared
    for a, b in itertools.pairwise((first, second)):
        ours = {slot.material.name for item in a.children for slot in item.material_slots}
        theirs = {slot.material.name for item in b.children for slot in item.material_slots}
        assert ours.isdisjoint(theirs)
    for item in second.children:
        if item.data.shape_keys:
            names = [key.name for key in item.data.shape_keys.key_blocks[1:]]
            assert set(names) <= {*CHANNELS, *CORRECTIVES, *LOOKS}


def test_the_face_is_found_from_every_part():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    root = add_character(scene)
    for start in (root, *root.children):
        face = find_face(start, scene)
        assert set(face.channels) == set(CHANNELS)
