# SPDX-License-Identifier: GPL-3.0-or-later
"""Sliders of shape keys that end before the values that channels give them."""

from collections.abc import Iterable

from ..core.messages import Message, with_more
from .control import Control


def widen_ranges(controls: Iterable[Control]) -> tuple[Message, ...]:
    """Have the sliders of shape keys reach what one channel gives them, -10 to 10 at most.

    Blender lets no slider go further. Those that reach it keep their range, and so do those that
    cannot be driven and controls of other kinds.

    Args:
        controls: of any kinds.

    Returns:
        A sentence on the sliders that go further now; none where all of them stay.
    """
    widened = []
    for control in controls:
        if control.kind != "shape_key" or control.blocked is not None:
            continue
        block = control.owner.key_blocks[control.name]
        least, greatest = control.span
        before = block.slider_min, block.slider_max
        block.slider_min = min(least, before[0])
        block.slider_max = max(greatest, before[1])
        if (block.slider_min, block.slider_max) != before:
            widened.append((control.label, block.slider_min, block.slider_max))
    if not widened:
        return ()
    label, low, high = widened[0]
    first = Message(
        "The slider of {control} goes from {low:.3g} to {high:.3g} now",
        control=label,
        low=low,
        high=high,
    )
    return (with_more(first, len(widened) - 1),)
