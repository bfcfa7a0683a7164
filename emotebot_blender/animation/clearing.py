# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the way of clearing a face, asked before any of it is cleared."""

from collections.abc import Collection

from ..rig.face import Face
from .keyframes import check_keys
from .layers import check_layers


def check_clear(face: Face, kinds: Collection[str], keys: bool) -> None:
    """Check that ``clear_layer`` and ``clear_keys`` can both do their work, and change nothing.

    Args:
        face: what is to be cleared.
        kinds: of the layers that are to go; those that it has not are passed over.
        keys: whether the keys of EmoteBot's in the active action are to go.

    Raises:
        EmoteBotError: a track is locked, an action or the shape keys are linked, or a strip is
            being tweaked.
    """
    check_layers(face, kinds)
    if keys:
        check_keys(face)
