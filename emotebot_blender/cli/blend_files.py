# SPDX-License-Identifier: GPL-3.0-or-later
"""The .blend files of the command: opened for their face, made anew, saved as a copy."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import EmoteBotError
from ..core.messages import Message

if TYPE_CHECKING:
    from bpy.types import Object, Scene

    from ..rig.face import Face

DEFAULT_FPS = 24.0
FIRST_FRAME = 1

_ZSTANDARD, _SEEK_TABLE_END = b"\x28\xb5\x2f\xfd", b"\xb1\xea\x92\x8f"
"""First bytes of compressed data (RFC 8878, 3.1.1), last ones of a table of frames."""

_LONGEST_BLOCK_HEAD = 32
"""Bytes of what comes before the content of a block of a .blend file, from Blender 5.0 on."""


_IMPORTERS = {
    ".glb": "import_scene.gltf",
    ".gltf": "import_scene.gltf",
    ".fbx": "import_scene.fbx",
    ".obj": "wm.obj_import",
    ".usd": "wm.usd_import",
    ".usda": "wm.usd_import",
    ".usdc": "wm.usd_import",
    ".usdz": "wm.usd_import",
    ".vrm": "import_scene.vrm",
}
"""Operators that import characters, of Blender and of the VRM add-on, by the ending of a file."""


def check_not_there(path: Path, force: bool) -> None:
    """Check that a .blend file does not replace another, unless that is meant.

    Raises:
        EmoteBotError: it does.
    """
    if path.exists() and not force:
        raise EmoteBotError("“{path}” is already there; --force replaces it", path=path)


def path_of_open_file() -> Path | None:
    """Return the path of the file that is open in Blender; None if none is or Blender is not.

    Raises:
        EmoteBotError: Blender was to open a file, could not, and went on.
    """
    bpy = sys.modules.get("bpy")
    if bpy is None:
        return None
    if not bpy.data.filepath and (refused := _refused_file()):
        raise EmoteBotError("“{path}” is not a .blend file that Blender can read", path=refused)
    return Path(bpy.data.filepath) if bpy.data.filepath else None


def libraries() -> tuple[Path, ...]:
    """Return the paths of the files that the open file links data from."""
    import bpy

    return tuple(
        Path(bpy.path.abspath(library.filepath)).resolve() for library in bpy.data.libraries
    )


def path_from_file(path: str, file: Path | None = None) -> Path:
    """Return a path that may start from a .blend file; None for the one that is open in Blender."""
    if file and path.startswith("//"):
        return file.absolute().parent / path[2:]
    bpy = sys.modules.get("bpy")
    return Path(bpy.path.abspath(path) if bpy and path.startswith("//") else path)


@contextmanager
def sequences_known() -> Iterator[None]:
    """Within this, Blender knows what files remember of characters, also where no add-on is on."""
    import bpy

    from ..session import registration

    if hasattr(bpy.types.Object, "emotebot"):
        yield
        return
    registration.register(bpy.context.preferences)
    try:
        yield
    finally:
        registration.unregister()


def open_face(
    path: Path | None, object_name: str | None, fewest_named: int = 0
) -> "tuple[Face, Scene]":
    """Return a face and its scene: of a file, of the open file, or the built-in head.

    Args:
        path: of a .blend file, which is opened; None for the open file if there is one, else the
            built-in head in an empty file.
        object_name: name of an object of the character; None where there is but one face.
        fewest_named: channels that names must say, else shape keys are recognised by what they do.

    Raises:
        EmoteBotError: the file cannot be read, or has no such object or face.
    """
    import bpy

    from ..rig.face import find_face, find_object

    if path is not None:
        _open_file(path)
    elif path_of_open_file() is None and not object_name and not _has_shape_keys(bpy.context.scene):
        return _built_in_head()
    scene = bpy.context.scene
    start = find_object(object_name, scene) if object_name else None
    _recognise(start, scene, fewest_named)
    return find_face(start, scene), scene


def new_scene() -> "Scene":
    """Return the scene of a new, empty file, which is open then."""
    import bpy

    bpy.ops.wm.read_homefile(use_empty=True)
    return bpy.context.scene


def set_rate(scene: "Scene", fps: float) -> None:
    """Set a scene to a number of frames a second, whole or not."""
    rate = max(round(fps), 1)
    scene.render.fps, scene.render.fps_base = rate, rate / fps


def save_copy(path: Path) -> None:
    """Write a copy of the open file.

    Raises:
        EmoteBotError: it cannot be written.
    """
    import bpy

    try:
        bpy.ops.wm.save_as_mainfile(
            filepath=str(path), copy=True, relative_remap=True, check_existing=False
        )
    except RuntimeError as error:  # what the operator reports as an error
        reason = str(error).strip().removeprefix("Error: ")
        raise EmoteBotError(
            "“{path}” cannot be written: {reason}", path=path, reason=reason
        ) from error
    _check_complete(path)


def _check_complete(path: Path) -> None:
    """Check the end of a .blend file: Blender reports no full disk where it compresses.

    A compressed file ends with the table of its frames (Zstandard's seekable format, 0.1.0), any
    other with the block ENDB.

    Raises:
        EmoteBotError: the end is missing.
    """
    with path.open("rb") as stream:
        is_compressed = stream.read(4) == _ZSTANDARD
        stream.seek(-min(path.stat().st_size, _LONGEST_BLOCK_HEAD), os.SEEK_END)
        end = stream.read()
    if not (end.endswith(_SEEK_TABLE_END) if is_compressed else b"ENDB" in end):
        raise EmoteBotError("“{path}” was not written whole; is the disk full?", path=path)


def _recognise(start: "Object | None", scene: "Scene", fewest_named: int) -> None:
    """Recognise the shape keys of the face that is meant, if names say less of them."""
    from ..rig.key_recognition import keyed_meshes, recognise_shape_keys, wants_recognition
    from ..rig.shape_keys import shape_key_names

    if not fewest_named:
        return
    if start is None:
        keyed = [obj for obj in scene.objects if shape_key_names(obj)]
        if not keyed or len(keyed_meshes(keyed[0], scene)) < len(keyed):
            return  # which of several is meant is for ``find_face`` to say
        start = keyed[0]
    if wants_recognition(start, scene, fewest_named):
        with suppress(EmoteBotError):  # that it has no face is for ``find_face`` to say
            recognise_shape_keys(start, scene)


def _open_file(path: Path) -> None:
    import bpy

    _check_ending(path)
    if not os.path.isfile(path):  # unlike Path.is_file, no to any name that cannot be
        raise EmoteBotError("There is no .blend file “{path}”", path=path)
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.resolve()), load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise EmoteBotError(
            "“{path}” is not a .blend file that Blender can read", path=path
        ) from error


def _check_ending(path: Path) -> None:
    """Check that a file is none that Blender imports rather than opens.

    Raises:
        EmoteBotError: it is; the sentence has the line that imports it.
    """
    importer = _IMPORTERS.get(path.suffix.lower())
    if importer is None:
        return
    imported = path.with_suffix(".blend")
    if imported.exists():
        imported = path.with_suffix(".imported.blend")
    line = Message(
        "blender -b --python-expr \"import bpy; bpy.ops.{importer}(filepath='{path}'); "
        "bpy.ops.wm.save_as_mainfile(filepath='{imported}')\"",
        importer=importer,
        path=_whole(path),
        imported=_whole(imported),
    )
    if path.suffix.lower() == ".vrm":
        raise EmoteBotError(
            "“{path}” is to be imported first, which takes the VRM add-on: {line}",
            path=path,
            line=line,
        )
    raise EmoteBotError("“{path}” is to be imported first: {line}", path=path, line=line)


def _whole(path: Path) -> Message:
    """Return a path of any length as it is to be typed; a message shortens what is too long."""
    names = {f"name{index}": name for index, name in enumerate(path.as_posix().split("/"))}
    return Message("/".join(f"{{{key}}}" for key in names), **names)


def _refused_file() -> Path | None:
    """Return the file of ``blender FILE --command …`` or ``-P …`` that Blender could not open."""
    for index, argument in enumerate(sys.argv):
        if argument in ("--command", "-c", "--python", "-P"):
            names = (name for name in sys.argv[1:index] if name.endswith(".blend"))
            return next(map(Path, names), None)
    return None


def _has_shape_keys(scene: "Scene") -> bool:
    from ..rig.shape_keys import shape_key_names

    return any(shape_key_names(member) for member in scene.objects)


def _built_in_head() -> "tuple[Face, Scene]":
    from ..character.character import add_character
    from ..rig.face import find_face

    scene = new_scene()
    scene.frame_start = scene.frame_end = FIRST_FRAME
    set_rate(scene, DEFAULT_FPS)
    return find_face(add_character(scene), scene), scene
