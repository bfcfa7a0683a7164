# SPDX-License-Identifier: GPL-3.0-or-later
"""What a viewport shows of a box, seen from the front."""

from collections.abc import Iterator

import bpy
import numpy as np
import pytest
from mathutils import Vector

from emotebot_blender.ui.viewport import show_from_front

BOX = np.array([[1.0, -1.0, 0.0], [3.0, 1.0, 2.0]])


@pytest.fixture
def view() -> Iterator[bpy.types.SpaceView3D]:
    """Yield the viewport of a new file, in whose context the test runs."""
    bpy.ops.wm.read_factory_settings()
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=window, area=area, region=region):
        yield area.spaces.active


def seen_from(view: bpy.types.SpaceView3D) -> tuple[float, ...]:
    """Return the direction from the box to the eye."""
    return tuple(view.region_3d.view_rotation @ Vector((0, 0, 1)))


@pytest.mark.parametrize("perspective", ["PERSP", "ORTHO"])
def test_the_box_is_in_the_middle_of_the_view_from_the_front(view, perspective) -> None:
    view.region_3d.view_perspective = perspective
    assert show_from_front(bpy.context, BOX) == []
    assert view.region_3d.view_perspective == perspective
    assert tuple(view.region_3d.view_location) == (2, 0, 1)
    assert seen_from(view) == pytest.approx((0, -1, 0), abs=1e-6)


def test_a_flat_view_is_filled_by_85_percent(view) -> None:
    view.region_3d.view_perspective = "ORTHO"
    show_from_front(bpy.context, BOX)
    region = bpy.context.region
    # A viewport shows 72 mm over the lens of the distance on its larger side.
    metres = view.region_3d.view_distance * 72 / view.lens
    shown = metres * region.height / max(region.width, region.height)
    assert 2.0 / shown == pytest.approx(0.85)


def test_a_deep_box_is_not_looked_at_from_within(view) -> None:
    deep = BOX * (1, 20, 1)
    show_from_front(bpy.context, deep)
    assert view.region_3d.view_distance > 20


def test_a_view_that_may_not_be_turned_is_moved_alone(view) -> None:
    before = seen_from(view)
    view.region_3d.lock_rotation = True
    show_from_front(bpy.context, BOX)
    assert seen_from(view) == before
    assert tuple(view.region_3d.view_location) == (2, 0, 1)


def test_a_view_through_a_camera_that_sees_it_is_left(view) -> None:
    view.region_3d.view_perspective = "CAMERA"
    assert show_from_front(bpy.context, BOX) == []
    assert view.region_3d.view_perspective == "CAMERA"


@pytest.mark.parametrize("offset", [(0, 40, 0), (0, 0, 9)], ids=["too small", "outside"])
def test_a_view_through_a_camera_that_does_not_is_left_with_a_word(view, offset) -> None:
    view.region_3d.view_perspective = "CAMERA"
    (reported,) = show_from_front(bpy.context, BOX + offset)
    assert str(reported) == "The viewport has left the camera, which does not see it"
    assert view.region_3d.view_perspective == "PERSP"


def test_wire_becomes_solid_with_a_word(view) -> None:
    view.shading.type = "WIREFRAME"
    (reported,) = show_from_front(bpy.context, BOX)
    assert str(reported) == "The viewport's shading is solid now"
    assert view.shading.type == "SOLID"


@pytest.mark.parametrize("shading", ["SOLID", "MATERIAL", "RENDERED"])
def test_a_shading_that_shows_it_is_kept(view, shading) -> None:
    view.shading.type = shading
    assert show_from_front(bpy.context, BOX) == []
    assert view.shading.type == shading
