# SPDX-License-Identifier: GPL-3.0-or-later
"""How a face stands, and how it is posed without keys."""

from collections.abc import Collection, Iterable

import numpy as np
from bpy.types import Key, ShapeKey
from numpy.typing import NDArray

from ..core.channels import CHANNELS, INDEX
from ..core.errors import EmoteBotError
from ..core.messages import Message
from .face import Control, Face, summarise

_NOT_POSED = "Nothing on “{face}” can be posed: {control} is {reason}"


class FacePoser:
    """A face to be posed many times a second.

    What can be driven is found once; the poser dies with undo, a removed shape key or another
    file, and the caller makes a new one then.

    Args:
        face: what is posed.
        channels: only controls that one of these feeds are touched; None for all.

    Raises:
        EmoteBotError: nothing on the face can be posed, or a channel is unknown.
    """

    def __init__(self, face: Face, channels: Collection[str] | None = None) -> None:
        controls = controls_of(face, channels)
        free = [control for control in controls if control.blocked is None]
        if not free:
            raise EmoteBotError(why_nothing(face, controls, _NOT_POSED))
        by_owner: dict[Key, list[Control]] = {}
        for control in free:
            by_owner.setdefault(control.mesh.data.shape_keys, []).append(control)
        self._parts = [_Part(owner, members) for owner, members in by_owner.items()]

    def show(self, weights: NDArray[np.floating]) -> None:
        """Pose the face; some 10 µs for 52 controls.

        Args:
            weights: shape (52,), 0 to 1, in the order of ``CHANNELS``.

        Raises:
            EmoteBotError: the weights have another shape or are no finite numbers, or the shape
                keys of the face have changed.
        """
        if weights.shape != (len(CHANNELS),) or not np.isfinite(weights).all():
            raise EmoteBotError("A pose is {count} finite weights", count=len(CHANNELS))
        for part in self._parts:
            part.show(weights)


class _Part:
    """The free controls of one set of shape keys, set in one go.

    Values set one by one have Blender look for the meshes of the shape keys each time, which takes
    long in a large scene.
    """

    def __init__(self, owner: Key, controls: list[Control]) -> None:
        self._owner = owner
        self._names = owner.key_blocks.keys()
        places = {name: place for place, name in enumerate(owner.key_blocks.keys())}
        self._places = np.array([places[control.shape_key] for control in controls])
        self._values = np.empty(len(places), dtype=np.float32)
        self._gains = np.zeros((len(controls), len(CHANNELS)), dtype=np.float32)
        for row, control in enumerate(controls):
            for index, gain in control.sources:
                self._gains[row, index] += gain

    def show(self, weights: NDArray[np.floating]) -> None:
        blocks = self._owner.key_blocks
        if blocks.keys() != self._names:
            raise EmoteBotError("The shape keys of the face have changed; start again")
        blocks.foreach_get("value", self._values)
        self._values[self._places] = self._gains @ weights
        blocks.foreach_set("value", self._values)
        self._owner.update_tag()  # Blender 4.2 does not see it otherwise


def apply_weights(
    face: Face, weights: NDArray[np.floating], channels: Collection[str] | None = None
) -> None:
    """Pose a face without keys; controls that cannot be driven stay as they are.

    Args:
        face: what is posed.
        weights: shape (52,), 0 to 1, in the order of ``CHANNELS``.
        channels: only controls that one of these feeds are touched; None for all.

    Raises:
        EmoteBotError: nothing on the face can be posed, the weights have another shape or are no
            finite numbers, or a channel is unknown.
    """
    FacePoser(face, channels).show(weights)


def read_weights(face: Face) -> NDArray[np.float32]:
    """Return the weights that the face shows as it stands, float32 (52,), 0 to 1."""
    return mean_weights((control, float(block_of(control).value)) for control in face.controls())


def mean_weights(held: Iterable[tuple[Control, float]]) -> NDArray[np.float32]:
    """Return the weights, float32 (52,), 0 to 1, that values of controls stand for.

    A channel's weight is the mean of what the controls that it alone feeds say; 0 without any.
    """
    said: dict[int, list[float]] = {}
    for control, value in held:
        if len(control.sources) == 1:
            channel, gain = control.sources[0]
            said.setdefault(channel, []).append(value / gain)
    weights = np.zeros(len(CHANNELS), dtype=np.float32)
    for channel, values in said.items():
        weights[channel] = np.clip(np.mean(values), 0, 1)
    return weights


def controls_of(face: Face, channels: Collection[str] | None) -> list[Control]:
    """Return the controls that one of the channels feeds; all of them for None.

    Raises:
        EmoteBotError: a channel is unknown.
    """
    for name in channels or ():
        if name not in INDEX:
            raise EmoteBotError(
                "“{name}” is not one of the {count} channels", name=name, count=len(CHANNELS)
            )
    wanted = {INDEX[name] for name in (CHANNELS if channels is None else channels)}
    return [
        control
        for control in face.controls()
        if any(index in wanted for index, _ in control.sources)
    ]


def why_nothing(face: Face, controls: Collection[Control], template: str) -> Message:
    """Return why nothing on a face can be posed, keyed and so on.

    Args:
        face: what was to be driven.
        controls: those that were asked for, none of them free.
        template: a sentence with {face}, {control} and {reason}.
    """
    if not controls:
        return Message("“{face}” has no control for the channels to be driven", face=face.name)
    control, reason = summarise(controls)[0]
    return Message(template, face=face.name, control=control, reason=reason)


def block_of(control: Control) -> ShapeKey:
    """Return the shape key of a control."""
    return control.mesh.data.shape_keys.key_blocks[control.shape_key]


def path_of(control: Control) -> str:
    """Return the data path of a control's value, from its shape keys."""
    return str(block_of(control).path_from_id("value"))
