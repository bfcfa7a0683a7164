# SPDX-License-Identifier: GPL-3.0-or-later
"""Find MediaPipe's face landmarker, ``face_landmarker.task``, or fetch it.

The file is not part of the project. It is looked for where the user says (``--landmarker``), then
where the variable ``EMOTEBOT_FACE_LANDMARKER`` says, then in the user's cache; else it is fetched
from MediaPipe's model store into the cache, and taken only if it is the very file that EmoteBot was
made with.
"""

import hashlib
import os
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from emotebot_blender.core.errors import EmoteBotError

ADDRESS = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
    "float16/1/face_landmarker.task"
)
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
"""Of the bundle float16, version 1, Apache License 2.0."""

VARIABLE = "EMOTEBOT_FACE_LANDMARKER"
NAME = "face_landmarker.task"
_PATIENCE = 30.0
"""Seconds to wait for the model store to say something."""


def find_landmarker(
    given: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    address: str = ADDRESS,
    sha256: str = SHA256,
) -> Path:
    """Return the path of the landmarker, which is fetched where it is nowhere yet.

    Args:
        given: where the user says it is.
        environment: the process's variables.
        address: where it is fetched from.
        sha256: what the fetched file must be.

    Raises:
        EmoteBotError: it is not where the user says, or cannot be fetched.
    """
    for path, who in ((given, "--landmarker"), (environment.get(VARIABLE), VARIABLE)):
        if path:
            if not Path(path).is_file():
                raise EmoteBotError(
                    "There is no face landmarker at {path}, where {who} points", path=path, who=who
                )
            return Path(path)
    cached = cache(environment) / NAME
    if cached.is_file() and digest(cached) == sha256:
        return cached
    _fetch(address, cached, sha256)
    return cached


def cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder in which this user's system keeps what can be fetched again."""
    if sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "emotebot"


def digest(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(address: str, path: Path, sha256: str) -> None:
    """Fetch a file; it stands at its path whole and right, or not at all."""
    by_hand = f"fetch {address} yourself and put it at {path}, or say --landmarker FILE"
    print(f"fetching the face landmarker from {address}", file=sys.stderr)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError as error:
        raise EmoteBotError(
            "{parent} cannot be written ({error}): {by_hand}",
            parent=path.parent,
            error=error,
            by_hand=by_hand,
        ) from error
    partial = Path(name)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            urllib.request.urlopen(address, timeout=_PATIENCE) as answer,
        ):
            while block := answer.read(1 << 16):
                file.write(block)
        found = digest(partial)
        if found != sha256:
            raise EmoteBotError(
                f"{address} gave another file than expected (sha256 {found}, not {sha256}): "
                "perhaps the way to it was blocked; " + by_hand
            )
        partial.replace(path)
    except OSError as error:  # an address that cannot be reached is one, too
        reason = getattr(error, "reason", error)
        raise EmoteBotError(
            "The face landmarker cannot be fetched ({reason}): {by_hand}",
            reason=reason,
            by_hand=by_hand,
        ) from error
    finally:
        partial.unlink(missing_ok=True)
