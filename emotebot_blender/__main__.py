# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``emotebot`` command for a Python that has bpy from its package index."""

import signal
import sys
from typing import NoReturn

from .cli import command


def main() -> NoReturn:
    """Run the command and leave with its exit status."""
    signal.signal(signal.SIGTERM, _stop)  # so that what is half written is cleared away
    sys.exit(command.main(sys.argv[1:]))


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
