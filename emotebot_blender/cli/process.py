# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as a process: its standard streams, and how it begins and ends."""

import io
import os
import sys
from typing import NoReturn

from .signals import ending_at_once


def run(arguments: list[str]) -> int:
    """Run the command as what this process is there for.

    Args:
        arguments: what follows the command's name.

    Returns:
        Exit status, as ``command.main`` has it.
    """
    prepare_streams()
    with ending_at_once():
        from .command import main

        return main(arguments)


def leave(status: int) -> NoReturn:
    """End this process with an exit status.

    A Blender that was imported is not asked to end: as a module, Blender 4.2 crashes there once
    property groups have been registered. Its temporary files are gone by then.
    """
    if "bpy" in sys.modules:
        os._exit(status)
    sys.exit(status)


def prepare_streams() -> None:
    """Make the standard streams safe to have, and able to write any text.

    A file that is opened while one of them is closed would take its number, and what Blender
    prints would go into that file.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
