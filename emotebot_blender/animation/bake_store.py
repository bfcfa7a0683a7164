# SPDX-License-Identifier: GPL-3.0-or-later
"""What bakes have replaced in an action, kept on the action itself.

It goes where the action goes: into copies, other files and other Blenders. Everything is filed by
data path and array index; as Blender changes paths when a shape key or a bone is renamed, the paths
of all members are stored with it, and what has changed is followed.
"""

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from bpy.types import ID
from numpy.typing import NDArray

from ..rig.control import Path, followed, renamed_paths
from ..rig.control_values import members
from .actions import read_bakes, write_bakes
from .curves import Keys, from_record, to_record, with_types


@dataclass(frozen=True)
class BakedCurve:
    """What a bake did to one F-curve.

    Attributes:
        path: of the number that it animates.
        written: frame, value and type of each key that was written, float32, shape (n, 3),
            ascending.
        replaced: the keys that stood on these frames before; None where there were none.
        previous: the value of the number before, where there was no F-curve; None where there was.
        beside: keys outside of these frames before and after Blender moved handles of theirs, as
            others came to stand beside them; None where it moved none.
    """

    path: Path
    written: NDArray[np.float32]
    replaced: Keys | None
    previous: float | None
    beside: tuple[Keys, Keys] | None = None


def stored_bakes(owner: ID) -> list[list[BakedCurve]]:
    """Return the curves of each bake into a data-block's action, the first bake first."""
    return [_unpack(bake, members(owner)) for bake in read_bakes(owner)]


def store_bakes(owner: ID, bakes: list[list[BakedCurve]]) -> None:
    """Store what ``stored_bakes`` returns on the data-block's own action."""
    write_bakes(owner, [_pack(curves, members(owner)) for curves in bakes if curves])


def add_bake(owner: ID, curves: list[BakedCurve]) -> None:
    """Store one more bake."""
    write_bakes(owner, [*read_bakes(owner), _pack(curves, members(owner))])


def values_before_bakes(owner: ID) -> dict[Path, float]:
    """Return the values that numbers had before a bake gave them an F-curve in the action."""
    values: dict[Path, float] = {}
    for bake in reversed(read_bakes(owner)):
        heading = _heading(bake, members(owner))
        values |= {path: previous for path, previous in heading if previous is not None}
    return values


def _pack(curves: list[BakedCurve], member_paths: list[str]) -> bytes:
    heading = {
        "members": member_paths,
        "curves": [[*curve.path, curve.previous] for curve in curves],
    }
    arrays: dict[str, NDArray[Any]] = {
        "heading": np.frombuffer(json.dumps(heading).encode(), dtype=np.uint8)
    }
    for number, curve in enumerate(curves):
        arrays[f"written {number}"] = curve.written.astype("<f4", copy=False)
        if curve.replaced is not None:
            arrays[f"replaced {number}"] = to_record(curve.replaced)
        if curve.beside is not None:
            arrays[f"beside {number}"] = np.stack([to_record(keys) for keys in curve.beside])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _unpack(bake: bytes, member_paths: list[str]) -> list[BakedCurve]:
    with np.load(io.BytesIO(bake), allow_pickle=False) as arrays:
        return [
            BakedCurve(
                path,
                with_types(arrays[f"written {number}"].astype(np.float32)),
                from_record(arrays[name]) if (name := f"replaced {number}") in arrays else None,
                previous,
                _pair(arrays[name]) if (name := f"beside {number}") in arrays else None,
            )
            for number, (path, previous) in enumerate(_heading(bake, member_paths))
        ]


def _pair(records: NDArray[np.void]) -> tuple[Keys, Keys]:
    before, after = records
    return from_record(before), from_record(after)


def _heading(bake: bytes, member_paths: list[str]) -> list[tuple[Path, float | None]]:
    """Return the path of each curve, as it is now, and the value before."""
    with np.load(io.BytesIO(bake), allow_pickle=False) as arrays:
        heading = json.loads(arrays["heading"].tobytes())
    renamed = renamed_paths(heading["members"], member_paths)
    return [
        ((followed(data_path, renamed), index), previous)
        for data_path, index, previous in heading["curves"]
    ]
