# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from headpose import HeadArrays
from scene_fixtures import add, empty_scene, face, head, linked_head, reference_head

__all__ = ["add", "empty_scene", "face", "head", "linked_head", "reference_head"]


@pytest.fixture(scope="module")
def arrays() -> HeadArrays:
    """Return a new character as arrays."""
    return HeadArrays()
