# SPDX-License-Identifier: GPL-3.0-or-later
"""The character as an entry of the asset browser."""

from pathlib import Path

import numpy as np
from bpy.types import Collection

from .pictures import read_picture

PICTURE = Path(__file__).resolve().parent.parent / "data" / "icons" / "neutral.png"
"""What the entry looks like, if the file is there; square."""


def mark_as_asset(collection: Collection, palette: str, style: int) -> None:
    """Show a character's collection in the asset browser.

    Everything of the character is in its collection, so that appending or linking that brings all.
    Marking sets the fake user: Blender keeps the collection in the file although nobody uses it.

    Args:
        collection: of the character.
        palette: what its colours are called.
        style: the number of its style.
    """
    collection.asset_mark()
    told = collection.asset_data
    told.description = (
        "An android's head with the 52 ARKit channels as shape keys, an armature with neck, head, "
        f"jaw and eyes, and a gaze to aim; palette {palette}, style {style}"
    )
    told.author = "EmoteBot"
    told.license = "GPL-3.0-or-later"
    for tag in ("character", "face", "head", "ARKit", "EmoteBot"):
        told.tags.new(tag, skip_if_exists=True)
    if PICTURE.is_file():
        picture = read_picture(PICTURE)
        preview = collection.preview_ensure()
        preview.image_size = (picture.shape[1], picture.shape[0])
        preview.image_pixels_float.foreach_set(picture.astype(np.float32).ravel())
