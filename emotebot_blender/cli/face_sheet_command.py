# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet of a face test as a file: what ``emotebot map FILE --sheet`` writes."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..core.messages import Message
from .output_files import check_distinct, check_output, replacing
from .terminal import Progress

if TYPE_CHECKING:
    from bpy.types import Scene

    from ..rig.face import Face


def check_face_sheet(path: Path, face: Path) -> None:
    """Check that a sheet can be written.

    Args:
        path: of the sheet.
        face: of the .blend file with the face.

    Raises:
        EmoteBotError: it cannot, or would replace the face's file.
    """
    check_output(path, ".png")
    check_distinct([path], [(Message("the file with the face"), face)])


def write_face_sheet(face: "Face", scene: "Scene", path: Path, progress: Progress) -> None:
    """Test a face and write the sheet as a PNG file; the scene is left as it is.

    Args:
        face: what is tested.
        scene: where it is.
        path: of the file.
        progress: shows how far it is.

    Raises:
        EmoteBotError: nothing of the face can be posed, this Blender cannot render, or the file
            cannot be written.
    """
    from ..core.performance.networks import load_networks
    from ..render.face_sheet import compose_face_sheet, picture_poses, sheet_poses
    from ..render.images import write_image

    poses = sheet_poses(face, load_networks())
    pictures = []
    with replacing(path) as part, progress.stage("Face test") as show:
        for picture in picture_poses(face, scene, poses):
            pictures.append(picture)
            show(len(pictures) / (len(poses) + 1))
        write_image(compose_face_sheet(face, poses, pictures), part)
