# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of the takes of a feeling, as the face in the viewport shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..core.channels import MASKS
from ..session import words
from ..session.posing import expression_of
from ..session.runtime import runtime
from ..session.sequence import as_chosen
from ..session.settings import SceneSettings, scene_settings

if TYPE_CHECKING:
    from ..render.framing import Framing
    from ..rig.face import Face
    from ..rig.pose import Pose

SIZE = 160
"""Pixels of a picture, each way."""

_SHOWN = 2.0
"""Height and width of what a picture shows, in heights of a face."""

_DEPTH = 8.0
"""How far before the face the eye is, and how far behind it things are seen, in heights of it."""


def take_pictures(face: "Face", context: bpy.types.Context, takes: range) -> list[int]:
    """Take a picture of each take of the panel's feeling; the face stands as before afterwards.

    Args:
        face: which shows the takes.
        context: of a 3D viewport, whose shading the pictures have.
        takes: numbers of them.

    Returns:
        The number by which Blender knows each picture, until others are taken.

    Raises:
        EmoteBotError: the words are none, a network cannot be read, or nothing can be posed.
    """
    from ..render.framing import frame_face

    settings = scene_settings(context.scene)
    face = as_chosen(face)
    poses = [_pose(face, settings, take) for take in takes]
    framing = frame_face(face, context.view_layer)
    pictures = _collection()
    numbers = []
    with kept(face, settings.region), _without_overlays(context.space_data):
        for take, own in zip(takes, poses, strict=True):
            picture = pictures.new(str(take))
            picture.image_size = (SIZE, SIZE)
            picture.image_pixels_float = _draw(face, own, settings.region, framing, context)
            numbers.append(int(picture.icon_id))
    context.view_layer.update()
    return numbers


def _pose(face: "Face", settings: SceneSettings, take: int) -> "Pose":
    """Return how a take of the panel's feeling is shown."""
    feeling = words.feeling(settings.words, settings.intensity)
    return expression_of(face, feeling, take, settings.strength)


def _draw(
    face: "Face",
    pose: "Pose",
    region: str,
    framing: "Framing",
    context: bpy.types.Context,
) -> NDArray[np.float32]:
    """Return a picture of a face in a pose, float32 RGBA, shape (SIZE * SIZE * 4,).

    Args:
        face: what is shown.
        pose: of it.
        region: the part of it that moves.
        framing: where it is.
        context: of a 3D viewport.
    """
    import gpu

    from ..rig.pose import apply_weights

    weights, shares = pose
    apply_weights(face, weights, MASKS[region], shares)
    context.view_layer.update()
    offscreen = gpu.types.GPUOffScreen(SIZE, SIZE)
    try:
        offscreen.draw_view3d(
            context.scene,
            context.view_layer,
            context.space_data,
            context.region,
            *matrices(framing),
            do_color_management=True,
        )
        pixels = np.array(offscreen.texture_color.read(), dtype=np.float32).reshape(-1)
    finally:
        offscreen.free()
    return pixels / 255


def matrices(framing: "Framing") -> tuple[Matrix, Matrix]:
    """Return the view and the orthographic projection that show a face from the front."""
    right, forward, up = framing.orientation.transposed()
    eye = framing.centre + forward * (_DEPTH * framing.height)
    place = Matrix((right, up, forward)).transposed().to_4x4()
    place.translation = eye
    half, far = _SHOWN * framing.height / 2, 2 * _DEPTH * framing.height
    projection = Matrix.Diagonal((1 / half, 1 / half, -2 / far, 1))
    projection[2][3] = -1
    return place.inverted(), projection


@contextmanager
def kept(face: "Face", region: str) -> Iterator[None]:
    """Give a face back afterwards how it stands now."""
    from ..rig.pose import held_pose, restore_pose

    held = held_pose(face, MASKS[region])
    try:
        yield
    finally:
        for obj, values in held.items():
            restore_pose(obj, values)


@contextmanager
def _without_overlays(space: Any) -> Iterator[None]:
    """Leave grid, bones and outlines out of a viewport for a while."""
    were_shown = space.overlay.show_overlays
    space.overlay.show_overlays = False
    try:
        yield
    finally:
        space.overlay.show_overlays = were_shown


def _collection() -> Any:
    """Return the preview collection of the takes, emptied."""
    from bpy.utils import previews

    running = runtime()
    if running.takes is None:
        running.takes = previews.new()
        running.closing.callback(previews.remove, running.takes)
    running.takes.clear()
    return running.takes
