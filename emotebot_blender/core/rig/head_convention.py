# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones turn a head, by the names that rigs give them.

``data/head/bones.json`` lists rigs, each with the names of its head and of the bones of its neck,
the lowest first. Where rigs call the head the same, that counts whose neck is found.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ..errors import EmoteBotError

NECK_SHARE = 0.4
"""Of a turn that neck and head share."""

TABLE = Path(__file__).resolve().parents[2] / "data" / "head" / "bones.json"


@dataclass(frozen=True)
class HeadConvention:
    """How one family of rigs names the bones that turn a head.

    Attributes:
        name: of the rigs.
        source: whose they are.
        head: name of the bone of the head.
        necks: of those of the neck, the lowest first, at least one.

    Raises:
        EmoteBotError: a name is missing.
    """

    name: str
    source: str
    head: str
    necks: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.head and self.necks and all(self.necks)):
            raise EmoteBotError("“{name}” is not a naming convention for a head", name=self.name)


@dataclass(frozen=True)
class NamedHead:
    """Bones of an armature that turn its head, by their names.

    Attributes:
        head: of the head.
        necks: of the neck, the lowest first; none where there are none.
    """

    head: str
    necks: tuple[str, ...] = ()


@cache
def head_conventions() -> tuple[HeadConvention, ...]:
    """Return the conventions that EmoteBot knows, in the order of preference."""
    return tuple(
        HeadConvention(entry["name"], entry["source"], entry["head"], tuple(entry["necks"]))
        for entry in json.loads(TABLE.read_text(encoding="utf-8"))
    )


@lru_cache(maxsize=64)
def named_heads(names: Sequence[str]) -> tuple[NamedHead, ...]:
    """Return the bones that may turn the head of an armature, those to be preferred first.

    A prefix that ends in a separator ("mixamorig:Head") makes no difference; one without is
    preferred to those with, and a head with a neck to one without.

    Args:
        names: of the bones, each once, a tuple.
    """
    present, found = set(names), list[tuple[tuple[bool, int], NamedHead]]()
    for convention in head_conventions():
        for name in names:
            prefix = name.removesuffix(convention.head)
            if not name.endswith(convention.head) or prefix[-1:].isalnum():
                continue
            necks = tuple(prefix + neck for neck in convention.necks if prefix + neck in present)
            found.append(((not necks, len(prefix)), NamedHead(name, necks)))
    ordered = sorted(found, key=lambda one: one[0])
    return tuple(dict.fromkeys(head for _, head in ordered))
