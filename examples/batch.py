# SPDX-License-Identifier: GPL-3.0-or-later
"""Perform a script on a face, or a table of shots, in a Blender that has EmoteBot enabled.

    blender -b FILE.blend -P examples/batch.py -- "happy, then sad" --output OUT.blend
    blender -b -P examples/batch.py -- --table shots.csv --jobs 2

What follows --table are the arguments of ``emotebot batch``; see docs/batch.md.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import NoReturn

import bpy

LARGEST_SEED = 2**31 - 1
"""Blender holds no larger whole number."""

WRONG_USAGE = 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and leave with status 2."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message}\n")


def seed(text: str) -> int:
    """Return the seed that a text is."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {LARGEST_SEED}")
    return int(text)


def tolerance(text: str) -> float:
    """Return the tolerance that a text is."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 0.5:
        raise argparse.ArgumentTypeError("a tolerance is a number from 0 to 0.5")
    return number


def check_enabled() -> None:
    """Leave with status 1 and one line where EmoteBot is not enabled."""
    if not hasattr(bpy.types, "EMOTEBOT_OT_perform"):
        sys.exit("batch.py: enable the EmoteBot extension first")


def perform_table(arguments: list[str]) -> NoReturn:
    """Run ``emotebot batch``, of the extension that is enabled, and leave with its status."""
    check_enabled()
    package = bpy.types.EMOTEBOT_OT_perform.__module__.partition(".ui.")[0]
    sys.exit(importlib.import_module(f"{package}.cli.process").run(["batch", *arguments]))


def main(arguments: list[str]) -> None:
    """Perform, save, and leave with status 0; with 1 and one line if that cannot be done."""
    if arguments[:1] == ["--table"]:
        perform_table(arguments[1:])
    parser = Parser(prog="batch.py", description="Perform a script on a face.")
    parser.add_argument("script", help="text, or a .txt, .json, .csv or .srt file")
    parser.add_argument("--output", required=True, type=Path, help=".blend file to write")
    parser.add_argument("--seed", type=seed, default=0, help="another number, another person")
    parser.add_argument("--reduce", type=tolerance, default=0.01, help="0 keys every frame")
    options = parser.parse_args(arguments)
    check_enabled()
    if options.output.suffix != ".blend" or not options.output.absolute().parent.is_dir():
        sys.exit("batch.py: --output is a .blend in a folder that is there")
    if options.output.exists():
        sys.exit(f"batch.py: “{options.output}” is already there")
    try:
        bpy.ops.emotebot.perform(script=options.script, seed=options.seed, tolerance=options.reduce)
        bpy.ops.wm.save_as_mainfile(filepath=str(options.output.resolve()), copy=True)
    except (RuntimeError, UnicodeEncodeError) as error:  # what an operator reports as an error
        message = str(error).strip().removeprefix("Error: ").rpartition(".poll() ")[2]
        sys.exit(f"batch.py: {message}")


if __name__ == "__main__":
    main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else [])
