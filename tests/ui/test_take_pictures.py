# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of takes, as far as they go without a window."""

import bpy
import numpy as np
import pytest
from interface import values
from mathutils import Vector

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.render.framing import Framing
from emotebot_blender.rig.pose import apply_weights
from emotebot_blender.ui import take_pictures
from emotebot_blender.ui.shown import face_of

FRAMING = Framing(Vector((1, 2, 3)), Vector((0, -1, 0)), 0.2)


def test_without_a_viewport_no_pictures_are_taken(face) -> None:
    assert not bpy.ops.emotebot.choose_take.poll()


@pytest.mark.parametrize(
    ("offset", "seen"),
    [
        ((0, 0, 0), (0, 0)),
        (
            (0, 0, 0.2),
            (0, 1),
        ),  # up by a height: the edge of a picture of two
        ((0.1, 0, 0), (0.5, 0)),  # to the right of a viewer who looks along +Y
        ((0, 0.3, 0), (0, 0)),  # the back of the head, straight behind
    ],
)
def test_a_picture_shows_a_face_from_the_front(offset, seen) -> None:
    view, projection = take_pictures.matrices(FRAMING)
    point = projection @ view @ (FRAMING.centre + Vector(offset)).to_4d()
    assert tuple(point.xy) == pytest.approx(seen, abs=1e-5)
    assert -1 < point.z < 1


def test_what_lies_before_something_else_is_nearer() -> None:
    view, projection = take_pictures.matrices(FRAMING)
    depths = [
        (projection @ view @ (FRAMING.centre + Vector((0, y, 0))).to_4d()).z for y in (-0.1, 0.3)
    ]
    assert depths[0] < depths[1]


def test_the_face_stands_as_before_whatever_happens(face) -> None:
    face.data.shape_keys.key_blocks["jawOpen"].value = 0.25
    before = values(face)

    def fail() -> None:
        with take_pictures.kept(face_of(bpy.context), "WHOLE"):
            apply_weights(face_of(bpy.context), np.full(len(CHANNELS), 0.5, dtype=np.float32))
            raise RuntimeError("no memory for a picture")

    with pytest.raises(RuntimeError, match="no memory"):
        fail()
    assert values(face) == before
