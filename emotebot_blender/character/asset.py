# SPDX-License-Identifier: GPL-3.0-or-later
"""The character as an entry of the asset browser."""

from pathlib import Path

from bpy.types import Collection

from ..render.images import read_image

PICTURE = Path(__file__).resolve().parents[1] / "data" / "icons" / "neutral.png"
"""The neutral face."""


def mark_as_asset(
    collection: Collection, palette: str, style: int, picture: Path = PICTURE
) -> None:
    """Show a character's collection in the asset browser.

    Everything of the character is in its collection, so that appending or linking that brings all.
    Marking sets the fake user: Blender keeps the collection in the file although nobody uses it.

    Args:
        collection: of the character.
        palette: what its colours are called.
        style: the number of its style.
        picture: of the entry, square; none where there is no such file.
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
    if picture.is_file():
        pixels = read_image(picture)
        preview = collection.preview_ensure()
        preview.image_size = (pixels.shape[1], pixels.shape[0])
        preview.image_pixels_float.foreach_set(pixels.ravel())
