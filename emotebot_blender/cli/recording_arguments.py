# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the command for recorded faces and files for other programs."""

import argparse
from pathlib import Path


def add_recording_options(parser: argparse.ArgumentParser) -> None:
    """Add the options with which ``perform`` reads a recording and writes a performance."""
    from ..core.exchange.recording_formats import FORMATS

    parser.add_argument(
        "--recording",
        type=Path,
        metavar="FILE",
        help="a recorded face in place of SCRIPT: a take of Live Link Face or a table (.csv), "
        "ARKit, MPFB or EmoteBot (.json)",
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="OUT.csv|json|vrma",
        help="the performance for other programs: a take of Live Link Face, EmoteBot's JSON, a "
        "VRM animation",
    )
    parser.add_argument(
        "--export-format",
        choices=tuple(FORMATS),
        help="of --export, where its ending does not say enough",
    )
