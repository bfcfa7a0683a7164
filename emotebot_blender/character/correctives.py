# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrective shape keys by their names.

A corrective is what has to be added where the sum of channels goes wrong. Its name says how its
weight comes from the channels' weights: channels joined by plus signs are multiplied, ``^2``
squares the one before it, and of two products with a minus sign between, the first counts as far as
it exceeds the second. In the name of a shape key, which has at most 63 characters, sides are
shortened to ``L`` and ``R`` where it would be too long.
"""

import math
import re
from collections.abc import Container, Mapping
from string import ascii_lowercase

from ..core.channels import CHANNELS, mirrored_name

_LONGEST = 63
"""Characters of a shape key's name, in Blender before 5.0."""

_CHANNEL, _FACTOR = re.compile("[A-Za-z]+"), re.compile(r"([A-Za-z]+)(\^2)?")

_LONG = {name.replace("Left", "L").replace("Right", "R"): name for name in CHANNELS}
"""The channel by its name with a short side."""


def is_corrective(name: str) -> bool:
    """Return whether a shape key's name is that of a corrective."""
    return not name.isalpha()


def squared(name: str) -> str:
    """Return the corrective whose weight is the square of a channel's or of a product's."""
    # of one channel, as a product: a name that says one channel might be taken for it
    return f"{name}+{name}" if name.isalpha() else _CHANNEL.sub(r"\g<0>^2", name)


def key_name(name: str) -> str:
    """Return the name of the shape key of a channel or corrective."""
    if len(name.replace("Left", "Right")) <= _LONGEST:  # the same on both sides
        return name
    return _CHANNEL.sub(lambda found: found[0].replace("Left", "L").replace("Right", "R"), name)


def factors_of(name: str) -> tuple[str, ...]:
    """Return the channels that weigh a corrective, each once; the name may be a shape key's."""
    return tuple(dict.fromkeys(channel for product in _products(name) for channel in product))


def weight_of(name: str, weights: Mapping[str, float]) -> float:
    """Return the weight of a corrective.

    Args:
        name: of the corrective.
        weights: of channels; those that are left out are at 0.
    """
    first, *others = (
        math.prod(weights.get(channel, 0.0) for channel in product) for product in _products(name)
    )
    return max(first - others[0], 0.0) if others else first


def expression_of(name: str) -> str:
    """Return the expression of a driver, ``factors_of`` being its variables a, b, c and so on."""
    letters = dict(zip(factors_of(name), ascii_lowercase, strict=False))
    products = [" * ".join(letters[channel] for channel in part) for part in _products(name)]
    return f"max({' - '.join(products)}, 0)" if len(products) > 1 else products[0]


def _products(name: str) -> list[list[str]]:
    """Return the channels of each product in the name of a corrective or of its shape key."""
    return [
        [
            _LONG.get(channel, channel)
            for channel, square in _FACTOR.findall(part)
            for _ in range(2 if square else 1)
        ]
        for part in name.split("-")
    ]


def sided(name: str, side: str, middle: Container[str]) -> str:
    """Return a channel or corrective of a side.

    Args:
        name: without sides.
        side: "Left" or "Right".
        middle: channels that have no side.
    """
    return _CHANNEL.sub(lambda found: found[0] + ("" if found[0] in middle else side), name)


def mirrored_corrective(name: str) -> str:
    """Return the channel or corrective of the other side; that of the middle is its own."""
    return _CHANNEL.sub(lambda found: mirrored_name(_LONG.get(found[0], found[0])), name)
