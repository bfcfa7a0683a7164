# SPDX-License-Identifier: GPL-3.0-or-later
"""What animation gives numbers on frames, evaluated by Blender without anything that hangs on them.

A scene of its own holds an empty object, whose drivers read from the IDs in question. Blender then
evaluates their animation on each frame, NLA and all, and nothing that is not asked for: no mesh, no
modifier, no constraint. The user's scenes stay on their frames, and nothing of them is written.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import bpy
import numpy as np
from bpy.types import ID, Depsgraph, Key, Object, Scene
from numpy.typing import NDArray

from ..core.messages import Message
from ..rig.control import Control
from ..rig.control_values import ControlValues, by_owner
from .plain_strips import plain_values

_NAME = "EmoteBot Evaluation"


def values_on(
    frames: NDArray[np.int64],
    scene: Scene,
    controls: Sequence[Control],
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float32]:
    """Return what the animation of controls gives on frames, float32, shape (frames, controls).

    It is what the scene shows there, also of objects that are disabled. Python's handlers of frame
    changes are called with another scene.

    Args:
        frames: of the scene, shape (n,), ascending.
        scene: whose time stretching counts; it stays as it is.
        controls: what is read, driven by nothing.
        progress: called with the share that is done, 0 to 1.
    """
    columns = np.empty((len(frames), len(controls)), dtype=np.float32)
    plain = {}
    if time_scale(scene) == 1:
        plain = plain_values(controls, int(frames[0]), int(frames[-1]))
    for column, control in enumerate(controls):
        if control in plain:
            columns[:, column] = plain[control][frames - frames[0]]
    rest = [column for column, control in enumerate(controls) if control not in plain]
    if rest:
        columns[:, rest] = _played(frames, scene, [controls[column] for column in rest], progress)
    elif progress is not None:
        progress(1.0)
    return columns


def time_scale(scene: Scene) -> np.float32:
    """Return the frames of animation in a frame of a scene: 1 without time stretching.

    It is in single precision, as Blender's own.
    """
    render = scene.render
    return np.float32(render.frame_map_old) / np.float32(render.frame_map_new)


def notes_on_stretching(scene: Scene, frame: float) -> tuple[Message, ...]:
    """Return a sentence that says where a frame of the animation is seen, if elsewhere."""
    scale = float(time_scale(scene))
    if scale == 1:
        return ()
    shown = round(frame / scale, 2)
    note = "The scene stretches time: what is keyed on frame {frame:g} is seen on {shown:g}"
    return (Message(note, frame=frame, shown=shown),)


def _evaluated(depsgraph: Depsgraph, owner: ID) -> ID:
    copy = owner.evaluated_get(depsgraph)
    assert copy.is_evaluated, f"Blender has not evaluated {owner.name}"
    return copy


def _played(
    frames: NDArray[np.int64],
    scene: Scene,
    controls: Sequence[Control],
    progress: Callable[[float], None] | None,
) -> NDArray[np.float32]:
    """Return what Blender gives controls on frames that it plays, as ``values_on`` does."""
    values = ControlValues(controls)
    columns = np.empty((len(frames), len(controls)), dtype=np.float32)
    with _scene_of(by_owner(controls), scene) as played:
        for row, frame in enumerate(frames.tolist()):
            played.frame_set(frame)
            columns[row] = values.read(partial(_evaluated, played.view_layers[0].depsgraph))
            if progress is not None:
                progress((row + 1) / len(frames))
    return columns


@contextmanager
def _scene_of(owners: dict[ID, list[Control]], scene: Scene) -> Iterator[Scene]:
    """Give a scene that evaluates the animation of IDs, as long as it is needed.

    Args:
        owners: the IDs, each with some of its controls.
        scene: another one, whose time stretching it has.
    """
    played, reader = None, None
    try:
        played = bpy.data.scenes.new(_NAME)
        reader = bpy.data.objects.new(_NAME, None)
        played.collection.objects.link(reader)
        played.render.frame_map_old = scene.render.frame_map_old
        played.render.frame_map_new = scene.render.frame_map_new
        for number, (owner, controls) in enumerate(owners.items()):
            _read_from(owner, controls[0], reader, str(number))
        yield played
    finally:
        if played is not None:
            bpy.data.scenes.remove(played)
        if reader is not None:
            bpy.data.objects.remove(reader)


def _read_from(owner: ID, control: Control, reader: Object, name: str) -> None:
    """Have a custom property of an object follow an ID, which is then evaluated.

    Args:
        owner: the ID.
        control: one of its controls.
        reader: the object.
        name: of the property.
    """
    reader[name] = 0.0
    driver = reader.driver_add(f'["{name}"]').driver
    driver.type = "SUM"  # without Python, so that it plays in files that are not trusted
    target = driver.variables.new().targets[0]
    target.id_type = owner.id_type
    target.id = owner
    target.data_path = _plain_path(owner, control)


def _plain_path(owner: ID, control: Control) -> str:
    """Return the data path of a number that all animation of an ID comes before.

    One that no pose, transform or geometry has to be evaluated for, where the ID has one.
    """
    if isinstance(owner, Object):
        return "pass_index"
    if isinstance(owner, Key):
        return "eval_time"
    is_array = hasattr(owner.path_resolve(control.data_path), "__getitem__")
    return f"{control.data_path}[{control.index}]" if is_array else control.data_path
