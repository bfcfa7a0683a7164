# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``emotebot`` command for a Python that has bpy from its package index."""

import sys
from typing import NoReturn

from .cli import process


def main() -> NoReturn:
    """Run the command and leave with its exit status."""
    process.leave(process.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
