# SPDX-License-Identifier: GPL-3.0-or-later
"""Find MediaPipe's face landmarker, ``face_landmarker.task``, or fetch it.

The file is not part of the project. It is looked for where the user says (``--landmarker``), then
where the variable ``EMOTEBOT_FACE_LANDMARKER`` says, then in the user's cache; else it is fetched
from MediaPipe's model store into the cache, and taken only if it is the very file that EmoteBot was
made with.
"""

import hashlib
import http.client
import os
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

ADDRESS = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
    "float16/1/face_landmarker.task"
)
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
"""Of the bundle float16, version 1, Apache License 2.0."""

VARIABLE = "EMOTEBOT_FACE_LANDMARKER"
NAME = "face_landmarker.task"
_TIMEOUT = 30.0
"""Seconds to wait for the model store."""


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
        sha256: of the file, in hexadecimal.

    Raises:
        EmoteBotError: it is not where the user says, or cannot be read or fetched.
    """
    for path, origin in ((given, "--landmarker"), (environment.get(VARIABLE), VARIABLE)):
        if path:
            if not Path(path).is_file():
                raise EmoteBotError(
                    "There is no face landmarker at {path}, where {origin} points",
                    path=Path(path),
                    origin=origin,
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
    """Return the sha256 of a file, in hexadecimal.

    Raises:
        EmoteBotError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be read: {reason}", path=path, reason=error.strerror
        ) from error


def _fetch(address: str, path: Path, sha256: str) -> None:
    """Fetch a file, which is at its path afterwards whole and with the right sum, or not at all."""
    source = Message(address)  # neither it nor the path may be cut: both are there to be copied
    by_hand = Message(
        "fetch {source} yourself and put it at {path}, or say --landmarker FILE",
        source=source,
        path=Message(str(path)),
    )
    print(Message("fetching the face landmarker from {source}", source=source), file=sys.stderr)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError as error:
        raise EmoteBotError(
            "{folder} cannot be written ({reason}): {by_hand}",
            folder=path.parent,
            reason=error.strerror,
            by_hand=by_hand,
        ) from error
    partial = Path(name)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            urllib.request.urlopen(address, timeout=_TIMEOUT) as answer,
        ):
            while block := answer.read(1 << 16):
                file.write(block)
        fetched = digest(partial)
        if fetched != sha256:
            raise EmoteBotError(
                "{source} gave another file than expected (sha256 {fetched}, not {expected}): "
                "perhaps a page of the network that blocks it; {by_hand}",
                source=source,
                fetched=Message(fetched),
                expected=Message(sha256),
                by_hand=by_hand,
            )
        partial.replace(path)
    except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
        reason = getattr(error, "reason", error)
        raise EmoteBotError(
            "The face landmarker cannot be fetched ({reason}): {by_hand}",
            reason=reason,
            by_hand=by_hand,
        ) from error
    finally:
        partial.unlink(missing_ok=True)
