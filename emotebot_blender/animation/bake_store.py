# SPDX-License-Identifier: GPL-3.0-or-later
"""What bakes have replaced in an action, kept on the action itself.

It goes where the action goes: into copies, other files and other Blenders. Everything is filed by
data path and array index; as Blender changes paths when a shape key or a bone is renamed, the paths
of all members are stored with it, and what has changed is followed.
"""

import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from bpy.types import ID
from numpy.typing import NDArray

from ..rig.control import Path, followed, renamed_paths
from ..rig.control_values import members
from .actions import read_bakes, write_bakes
from .curves import FrameRange
from .key_attributes import Keys, from_record, to_record, with_types


@dataclass(frozen=True)
class BakedCurve:
    """What a bake did to one F-curve.

    Attributes:
        path: of the number that it animates.
        written: frame, value and type of each key that was written, float32, shape (n, 3),
            ascending.
        frames: first and last frame that it wrote to.
        replaced: the keys that stood on these frames before; None where there were none.
        previous: the value of the number before, where there was no F-curve; None where there was.
        beside: keys outside of these frames before and after Blender moved handles of theirs, as
            others came to stand beside them; None where it moved none.
    """

    path: Path
    written: NDArray[np.float32]
    frames: FrameRange
    replaced: Keys | None
    previous: float | None
    beside: tuple[Keys, Keys] | None = None

    @property
    def tables(self) -> tuple[Keys | None, Keys | None, Keys | None]:
        """The keys replaced, and those beside, before and after."""
        return (self.replaced, *(self.beside or (None, None)))


@dataclass(frozen=True)
class StoredBake:
    """What a bake did to the action of one data-block.

    Attributes:
        kinds: of the layers that were flattened; none is known of the bakes of older files.
        curves: what it did to each F-curve.
    """

    kinds: tuple[str, ...]
    curves: tuple[BakedCurve, ...]

    def is_of(self, kinds: Collection[str] | None) -> bool:
        """Return whether it flattened layers of these kinds, as ``clear_bakes`` takes them."""
        return kinds is None or not self.kinds or not set(kinds).isdisjoint(self.kinds)


def stored_bakes(owner: ID) -> list[StoredBake]:
    """Return the bakes into a data-block's action, the first one first."""
    return [_unpack(bake, members(owner)) for bake in read_bakes(owner)]


def store_bakes(owner: ID, bakes: list[StoredBake]) -> None:
    """Store what ``stored_bakes`` returns on the data-block's own action."""
    write_bakes(owner, [_pack(bake, members(owner)) for bake in bakes if bake.curves])


def add_bake(owner: ID, bake: StoredBake) -> None:
    """Store one more bake."""
    write_bakes(owner, [*read_bakes(owner), _pack(bake, members(owner))])


def values_before_bakes(owner: ID) -> dict[Path, float]:
    """Return the values that numbers had before a bake gave them an F-curve in the action."""
    values: dict[Path, float] = {}
    for packed in reversed(read_bakes(owner)):
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            heading = _heading(arrays["heading"], members(owner))
        entries = heading["curves"]
        values |= {path: previous for path, previous, *_ in entries if previous is not None}
    return values


def members_when_baked(owner: ID) -> list[str] | None:
    """Return the data paths of a data-block's members at the last bake; None without any."""
    packed = read_bakes(owner)
    if not packed:
        return None
    with np.load(io.BytesIO(packed[-1]), allow_pickle=False) as arrays:
        return [*json.loads(arrays["heading"].tobytes())["members"]]


def _pack(bake: StoredBake, member_paths: list[str]) -> bytes:
    """Return a bake as it is stored: a heading, and all keys one after the other."""
    heading = {
        "members": member_paths,
        "kinds": bake.kinds,
        "curves": [
            [
                *curve.path,
                curve.previous,
                curve.frames,
                len(curve.written),
                [0 if keys is None else len(keys["co"]) for keys in curve.tables],
            ]
            for curve in bake.curves
        ],
    }
    tables = [keys for curve in bake.curves for keys in curve.tables if keys is not None]
    arrays: dict[str, NDArray[Any]] = {
        "heading": np.frombuffer(json.dumps(heading).encode(), dtype=np.uint8),
        "written": np.concatenate([curve.written for curve in bake.curves]).astype("<f4"),
    }
    if tables:
        arrays["keys"] = np.concatenate([to_record(keys) for keys in tables])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _unpack(packed: bytes, member_paths: list[str]) -> StoredBake:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        heading = _heading(arrays["heading"], member_paths)
        if "kinds" not in heading:
            return _unpack_older(arrays, heading)
        written = arrays["written"].astype(np.float32)
        records = arrays["keys"] if "keys" in arrays.files else None
    curves = []
    for path, previous, frames, count, counts in heading["curves"]:
        own, written = written[:count], written[count:]
        tables: list[Keys | None] = []
        for length in counts:
            if records is None or length == 0:
                tables.append(None)
            else:
                tables.append(from_record(records[:length]))
                records = records[length:]
        replaced, before, after = tables
        beside = None if before is None or after is None else (before, after)
        curves.append(BakedCurve(path, own, tuple(frames), replaced, previous, beside))
    return StoredBake(tuple(heading["kinds"]), tuple(curves))


def _unpack_older(arrays: Any, heading: dict[str, Any]) -> StoredBake:
    """Return a bake that was stored before bakes knew their layers: arrays for each curve."""
    curves = []
    for number, (path, previous) in enumerate(heading["curves"]):
        written = with_types(arrays[f"written {number}"].astype(np.float32))
        keys = from_record(arrays[name]) if (name := f"replaced {number}") in arrays else None
        frames = float(written[0, 0]), float(written[-1, 0])
        curves.append(BakedCurve(path, written, frames, keys, previous))
    return StoredBake((), tuple(curves))


def _heading(stored: NDArray[np.uint8], member_paths: list[str]) -> dict[str, Any]:
    """Return what a heading holds; its curves begin with their path, as it is now."""
    heading: dict[str, Any] = json.loads(stored.tobytes())
    renamed = renamed_paths(heading["members"], member_paths)
    heading["curves"] = [
        ((followed(data_path, renamed), index), *rest)
        for data_path, index, *rest in heading["curves"]
    ]
    return heading
