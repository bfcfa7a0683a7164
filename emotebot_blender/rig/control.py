# SPDX-License-Identifier: GPL-3.0-or-later
"""A control is a number that Blender keeps: an ID, a data path and an array index.

Shape keys, axes of pose bones and properties are posed, keyed and given back by the same code.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

import numpy as np
from bpy.types import ID, FCurve, Object
from bpy.utils import escape_identifier, unescape_identifier
from numpy.typing import NDArray

from ..core.messages import Message, with_more
from ..core.rig.solver import NOT_DRIVEN, Drive

BlockedReason = tuple[str | Message, Message]
"""What cannot be driven, a control's label or "all of Head", and why, such as "muted"."""

Path = tuple[str, int]
"""Data path and array index of a number, from the ID that its animation belongs to."""

LARGEST = 3.4e38
"""Ends of the range of a control that has none: the largest single-precision number."""


@dataclass(frozen=True)
class Control:
    """A number that channels or emotions move; valid until undo, a removal or another file.

    Attributes:
        owner: the ID that its animation belongs to: of a shape key the ``Key``.
        data_path: from the owner.
        index: in an array; 0 where the property is none.
        kind: "shape_key", "bone" or "property".
        object: of the face that it is a part of.
        name: without that of the object, for people.
        rest: value that it has when nothing moves it.
        low: least value.
        high: greatest value.
        blocked: why it cannot be driven, such as "muted"; None where it can.
        drive: what moves it.
    """

    owner: ID
    data_path: str
    index: int
    kind: str
    object: Object
    name: str
    rest: float = 0.0
    low: float = -LARGEST
    high: float = LARGEST
    blocked: Message | None = None
    drive: Drive = NOT_DRIVEN

    @property
    def path(self) -> Path:
        """The data path and the array index."""
        return self.data_path, self.index

    @property
    def neutral(self) -> float:
        """The value that it has on a neutral face: at rest, and the offset of its drive."""
        return self.rest + self.drive.offset

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest value that it has at rest or by one channel at full."""
        moved = (0.0, self.drive.full, *(full for _, full in self.drive.channels))
        return self.neutral + min(moved), self.neutral + max(moved)

    @property
    def label(self) -> str:
        """The names of the object and of the control, for people."""
        return f"{self.object.name}: {self.name}"


class Accessor(Protocol):
    """Reads and writes the values of some controls of one kind and one owner, in bulk."""

    def __init__(self, owner: ID, controls: Sequence[Control]) -> None:
        """Find the controls once."""

    def read(self, owner: ID) -> NDArray[np.float32]:
        """Return their values, float32 (controls,), from the owner or an evaluated copy of it."""

    def write(self, values: NDArray[np.float32]) -> None:
        """Set their values, float32 (controls,).

        Raises:
            EmoteBotError: the controls of the owner are not what they were.
        """


def summarise(controls: Iterable[Control]) -> tuple[BlockedReason, ...]:
    """Return (control, reason) pairs that make sentences: "Head: jawOpen" is "muted".

    Where one kind of reason stops a whole object, that is one pair: "all of Head" is "muted", or
    "driven by “jaw” and 51 more".
    """
    by_object: dict[str, list[Control]] = {}
    for control in controls:
        by_object.setdefault(control.object.name, []).append(control)
    pairs: list[BlockedReason] = []
    for name, members in by_object.items():
        reasons = {control.blocked for control in members}
        first, templates = members[0].blocked, {reason and reason.template for reason in reasons}
        if len(members) > 1 and len(templates) == 1 and first is not None:
            why = with_more(first, len(reasons) - 1)
            pairs.append((Message("all of {object}", object=name), why))
        else:
            pairs += [(control.label, control.blocked) for control in members if control.blocked]
    return tuple(pairs)


def path_of(curve: FCurve) -> Path:
    """Return the number that an F-curve moves."""
    return curve.data_path, curve.array_index


def driven_paths(owner: ID) -> set[Path]:
    """Return what drivers of an ID set."""
    data = owner.animation_data
    return {path_of(curve) for curve in data.drivers} if data else set()


def not_editable(owner: ID) -> Message | None:
    """Return why nothing of a data-block can be changed, or None."""
    if owner.library is not None:
        return Message(
            "linked from “{library}”; make the {kind} local or a library override first",
            library=owner.library.name,
            kind=Message("mesh data" if owner.id_type == "MESH" else "object"),
        )
    if owner.override_library is not None and owner.override_library.is_system_override:
        return Message("a library override that is not editable; make it editable first")
    return None


def renamed_paths(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Return the data paths of members of an ID that have changed since, as members were renamed.

    Where members came or went, those are renamed that are as many as before between two others
    that kept their names.

    Args:
        before: data path, or name, of each member at first, in their order.
        after: the same later.
    """
    old, new = set(before), set(after)
    if len(before) == len(after):
        pairs = list(zip(before, after, strict=True))
    else:
        pairs = [
            pair
            for kind, start, end, first, last in SequenceMatcher(
                None, before, after, autojunk=False
            ).get_opcodes()
            if kind == "replace" and end - start == last - first
            for pair in zip(before[start:end], after[first:last], strict=True)
        ]
    return {path: later for path, later in pairs if path not in new and later not in old}


def followed(data_path: str, renamed: Mapping[str, str]) -> str:
    """Return a data path as it is once members were renamed, as ``renamed_paths`` has it."""
    for path, later in renamed.items():
        if data_path == path or data_path.startswith((f"{path}.", f"{path}[")):
            return later + data_path[len(path) :]
    return data_path


def member_path(collection: str, name: str) -> str:
    """Return the data path of a member of a collection."""
    return f'{collection}["{escape_identifier(name)}"]'


def quoted_name(data_path: str) -> str:
    """Return the name that a data path has in quotes, or the path itself where it has none."""
    match = re.search(r'\["(.*)"\]', data_path)
    return str(unescape_identifier(match[1])) if match else data_path


def resolve(owner: ID, data_path: str) -> tuple[Any, str] | None:
    """Return the struct that a property belongs to, and its name there; None where there is none.

    The name of a custom property is in brackets and quotes, as in the path.
    """
    start = max(data_path.rfind('["') if data_path.endswith('"]') else data_path.rfind("."), 0)
    try:
        struct = owner.path_resolve(data_path[:start]) if start > 0 else owner
        owner.path_resolve(data_path)
    except ValueError:  # how Blender says that there is no such path
        return None
    return struct, data_path[start:].removeprefix(".")
