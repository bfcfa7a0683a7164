# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that appear whole or not at all."""

import os
import shutil
from pathlib import Path

from .errors import EmoteBotError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, which takes the place of one that is there once it is complete.

    A file that is replaced hands on its permissions.

    Raises:
        EmoteBotError: it cannot be written; what was there is as it was then.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
    try:
        try:
            part.write_bytes(content)
            if target.exists():
                shutil.copymode(target, part)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise EmoteBotError(
            "{path} cannot be written: {reason}", path=path, reason=error.strerror or error
        ) from error
