# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps of faces that the user has saved: a file each in a folder of the user's own.

They are known for every character whose controls have the same names.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import bpy
from bpy.types import Object

from ..core.channels import CHANNELS
from ..core.emotions import EMOTIONS
from ..core.errors import EmoteBotError
from ..core.rig.convention import ControlName, Convention, Feed, RigMap
from ..core.rig.convention_files import convention_text, read_convention
from ..core.rig.corrections import main_emotion
from ..core.rig.saved_maps import convention_of, map_by_exact_names, preferred
from .map_corrections import correct, corrections_of, missing_controls

_PACKAGE = __package__.rpartition(".")[0]

_FOLDER = "channels"


def saved_folder() -> Path:
    """Return the folder of the files, whether it is there or not."""
    try:
        return Path(bpy.utils.extension_path_user(_PACKAGE, path=_FOLDER))
    except ValueError:  # how Blender says that the package is no extension
        return Path(bpy.utils.user_resource("CONFIG", path=f"emotebot/{_FOLDER}"))


def saved_names() -> list[str]:
    """Return the names under which maps were saved, in their order."""
    return sorted(path.stem for path in saved_folder().glob("*.json"))


def as_saved(obj: Object, found: RigMap) -> RigMap:
    """Return the map of an object as a saved one has it, where none says more than what was found.

    Files that are damaged are passed over: ``read_saved`` says so.
    """
    saved = _saved_conventions()
    if not saved:
        return found
    return preferred(found, [(one, _controls_on(obj, one)) for one in saved])


def save_map(name: str, objects: Sequence[Object], maps: Sequence[RigMap]) -> Path:
    """Save the map of a face under a name, for characters whose controls have the same names.

    Args:
        name: in place of what was saved under it before.
        objects: of the face.
        maps: of these objects, corrections and all.

    Returns:
        The file.

    Raises:
        EmoteBotError: the name is empty or no name of a file, nothing is mapped, or the file
            cannot be written.
    """
    name = name.strip()
    if not re.fullmatch(r"[\w -]{1,60}", name):
        raise EmoteBotError("“{name}” is no name to save under: use letters and digits", name=name)
    folder = saved_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error
    path = folder / f"{name}.json"
    write_map(path, name, objects, maps)
    return path


def write_map(path: Path, name: str, objects: Sequence[Object], maps: Sequence[RigMap]) -> None:
    """Write the map of a face to a JSON file, as ``save_map`` does.

    Raises:
        EmoteBotError: nothing is mapped, or the file cannot be written.
    """
    taken_off = {
        channel
        for obj in objects
        for channel, feeds in corrections_of(obj).feeds.items()
        if not feeds and channel in CHANNELS
    }
    convention = convention_of(name, maps, taken_off)
    if not convention.controls():
        raise EmoteBotError("No channel of the face moves anything: there is nothing to save")
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(convention_text(convention), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error


def read_saved(name: str) -> Convention:
    """Return what was saved under a name.

    Raises:
        EmoteBotError: nothing was, or the file is damaged.
    """
    path = saved_folder() / f"{name}.json"
    if name not in saved_names():
        raise EmoteBotError("Nothing was saved as “{name}”", name=name)
    return read_convention(path)


def remove_saved(name: str) -> None:
    """Remove what was saved under a name.

    Raises:
        EmoteBotError: nothing was, or the file cannot be removed.
    """
    if name not in saved_names():
        raise EmoteBotError("Nothing was saved as “{name}”", name=name)
    path = saved_folder() / f"{name}.json"
    try:
        path.unlink()
    except OSError as error:
        raise _not_written(path, error) from error


def apply_convention(
    convention: Convention, objects: Sequence[Object], maps: Sequence[RigMap]
) -> tuple[int, tuple[ControlName, ...]]:
    """Correct every channel of a face that is otherwise in a convention.

    Args:
        convention: of a file or saved.
        objects: of the face.
        maps: of these objects as they are.

    Returns:
        How many channels and emotions were corrected, and controls that no object has.

    Raises:
        EmoteBotError: no object has any of the controls, or one is linked; nothing is changed then.
    """
    chosen: dict[Object, dict[str, tuple[Feed, ...]]] = {}
    found: set[ControlName] = set()
    for obj, before in zip(objects, maps, strict=True):
        controls = _controls_on(obj, convention)
        found |= controls
        now = _by_name(map_by_exact_names(convention, controls))
        now |= dict.fromkeys(convention.without, ())
        had = _by_name(before)
        chosen[obj] = {name: feeds for name, feeds in now.items() if had.get(name, ()) != feeds}
    if not found:
        raise EmoteBotError(
            "The face has none of the controls that “{name}” names", name=convention.name
        )
    for obj, feeds in chosen.items():
        if feeds:
            correct(obj, feeds)
    missing = tuple(control for control in convention.controls() if control not in found)
    return len({name for feeds in chosen.values() for name in feeds}), missing


def _by_name(rig_map: RigMap) -> dict[str, tuple[Feed, ...]]:
    """Return what each channel, and each emotion as a whole, moves."""
    feeds = dict(rig_map.feeds)
    for preset in rig_map.presets:
        name = main_emotion(preset)
        feeds[name] = (*feeds.get(name, ()), preset.feed)
    return {name: feeds[name] for name in (*CHANNELS, *EMOTIONS) if name in feeds}


def _controls_on(obj: Object, convention: Convention) -> set[ControlName]:
    controls = convention.controls()
    return set(controls) - missing_controls(obj, controls)


def _saved_conventions() -> tuple[Convention, ...]:
    folder = saved_folder()
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return ()  # nothing was saved yet
    return _conventions_in(folder, changed)


@lru_cache(maxsize=2)
def _conventions_in(folder: Path, _changed: int) -> tuple[Convention, ...]:
    return tuple(_readable(sorted(folder.glob("*.json"))))


def _readable(paths: Iterable[Path]) -> list[Convention]:
    conventions = []
    for path in paths:
        try:
            conventions.append(read_convention(path))
        except EmoteBotError:
            continue  # said where it is asked for by its name
    return conventions


def _not_written(path: Path, error: OSError) -> EmoteBotError:
    return EmoteBotError("{path} cannot be written: {reason}", path=path, reason=error.strerror)
