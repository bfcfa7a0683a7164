# SPDX-License-Identifier: GPL-3.0-or-later
"""The pose of a head that turns many times a second, without keys."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from bpy.types import Object
from numpy.typing import NDArray

from .control import Control, Path
from .control_values import ControlValues
from .head_bones import Head


class HeadPoser:
    """A head to be turned many times a second, each time on top of how it stands without a turn.

    That is how it stands now, until something else than the poser writes to its bones: what
    animates them, on another frame, or the artist. The poser dies with undo or another file.

    Args:
        head: what turns; bones that are blocked now stay as they are.
        without_layers: gives what controls have now without turns that are keyed already, path to
            value; those missing have what they hold.

    Attributes:
        controls: the numbers that it writes.
    """

    def __init__(
        self,
        head: Head,
        without_layers: Callable[[Sequence[Control]], Mapping[Path, float]] = lambda _: {},
    ) -> None:
        self._head = head
        self._without_layers = without_layers
        self.controls: list[Control] = [own for own in head.controls() if own.blocked is None]
        self._values = ControlValues(self.controls)
        self._before = self._written = self._values.read()
        self._base = {**self.before, **without_layers(self.controls)}
        self._has_changed = False
        self._bones = self._describe_bones()

    @property
    def armature(self) -> Object:
        """The armature whose bones they are."""
        return self._head.armature

    @property
    def before(self) -> dict[Path, float]:
        """Path of each number from the armature to the value that it has once it is put back."""
        paths = (control.path for control in self.controls)
        return dict(zip(paths, self._before.tolist(), strict=True))

    @property
    def is_current(self) -> bool:
        """Whether the bones are those of before, each with its name and its rotation mode.

        Raises:
            ReferenceError: the armature has gone.
        """
        return self._describe_bones() == self._bones

    def show(self, turn: NDArray[np.floating]) -> bool:
        """Turn the head; nothing happens while its armature is edited.

        Args:
            turn: pitch, yaw and roll in degrees, shape (3,), as ``core.performance.head_motion``
                has them.

        Returns:
            Whether something else has written to its bones since the head was turned last.

        Raises:
            EmoteBotError: bones came, went or were renamed.
            ReferenceError: the armature has gone.
        """
        if self.armature.mode == "EDIT":
            return False
        self._take_in()
        values = self._head.values(turn[None], self._base)
        row = [
            values[control.path][0] if control.path in values else before
            for control, before in zip(self.controls, self._before, strict=True)
        ]
        self._write(np.array(row, dtype=np.float32))
        has_changed, self._has_changed = self._has_changed, False
        return has_changed

    def put_back(self) -> None:
        """Have the head stand as without a turn, until it is turned again.

        Raises:
            EmoteBotError: bones came, went or were renamed.
            ReferenceError: the armature has gone.
        """
        poses, (_, modes) = self.armature.pose.bones, self._bones
        bones = zip(self._head.bones, modes, strict=True)
        others = [
            (poses[bone.name], mode, poses[bone.name].rotation_mode)
            for bone, mode in bones
            if bone.name in poses and poses[bone.name].rotation_mode != mode
        ]
        if not others:
            self._take_in()
        for pose, mode, _ in others:  # Blender has converted the turn along with the rest
            pose.rotation_mode = mode
        self._write(self._before)
        for pose, _, chosen in others:
            pose.rotation_mode = chosen

    def _take_in(self) -> None:
        """Take what something else has written for how the head stands without a turn."""
        held = self._values.read()
        is_new = held != self._written
        if is_new.any():
            self._before = np.where(is_new, held, self._before)
            self._base = {**self.before, **self._without_layers(self.controls)}
            self._has_changed = True

    def _write(self, values: NDArray[np.float32]) -> None:
        self._values.write(values)
        self._written = values

    def _describe_bones(self) -> tuple[list[str], list[str | None]]:
        poses = self.armature.pose.bones
        modes = [
            poses[bone.name].rotation_mode if bone.name in poses else None
            for bone in self._head.bones
        ]
        return poses.keys(), modes
