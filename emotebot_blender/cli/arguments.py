# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the command ``emotebot``."""

import argparse
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

from ..core.performance.liveliness import DEFAULT_LIVELINESS
from .argument_values import (
    count,
    exaggeration,
    fps,
    frame,
    frames,
    from_0_to_1,
    jobs,
    name,
    number,
    pixels,
    samples,
    seed,
    style,
    tolerance,
)
from .recording_arguments import add_recording_options
from .terminal import print_result

NOTHING_TO_WRITE = (
    "say what to write: --output, --export-model, --render, --sheet, --csv or --export"
)
"""Of a call of ``perform`` that would leave nothing behind."""

Run = Callable[[argparse.Namespace], None]
"""Does what the options of a subcommand say."""


class UsageError(Exception):
    """The command line makes no sense.

    Args:
        reason: why.
        command: the command whose help says more.
    """

    def __init__(self, reason: str, command: str) -> None:
        super().__init__(f"{reason} (try “{command} --help”)")


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong, to be printed in one line, and prints its help as any result."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.prog)

    def _print_message(self, message: str, _file: object = None) -> None:
        print_result(message.rstrip("\n"))  # argparse itself would say nothing of a full disk


@cache
def perform_parser() -> argparse.ArgumentParser:
    """Return the parser of what follows ``emotebot perform``."""
    parser = _Parser(prog="emotebot perform", add_help=False, parents=[_words(), _common()])
    _add_perform(parser)
    return parser


def parser_of(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        runs: for each subcommand (perform, batch, express, map, character) what its option ``run``
            is.
    """
    parser = _Parser(
        prog="emotebot",
        description="A script of feelings goes in, a facial performance comes out.",
    )
    parser.add_argument("--version", action="version", version=f"emotebot {version()}")
    commands = parser.add_subparsers(
        required=True, metavar="perform | batch | express | map | character"
    )
    progressing = _Parser(add_help=False)
    progressing.add_argument(
        "--progress",
        choices=("auto", "json"),
        default="auto",
        help="json: events on standard output, a line each, in place of results (%(default)s)",
    )
    words, common = _words(), _common()
    adders = {
        "perform": (_add_perform, [words, progressing, common], "perform a script"),
        "batch": (_add_batch, [progressing, common], "perform a table of shots"),
        "express": (_add_express, [words, common], "give expressions"),
        "map": (_add_map, [common], "show what a face offers"),
        "character": (_add_character, [common], "make a character"),
    }
    for command_name, (add_options, parents, description) in adders.items():
        command = commands.add_parser(command_name, parents=parents, help=description)
        add_options(command)
        command.set_defaults(run=runs[command_name], refuse=command.error)
    return parser


def _common() -> _Parser:
    common = _Parser(add_help=False)
    common.add_argument("--quiet", action="store_true", help="show neither progress nor results")
    return common


def _words() -> _Parser:
    words = _Parser(add_help=False)
    words.add_argument(
        "--seed", type=seed, default=0, help="another number, another person (%(default)s)"
    )
    words.add_argument(
        "--exaggerate",
        type=exaggeration,
        default=1.0,
        metavar="GAIN",
        help="how much more than a realistic face is shown, 0.5 to 2 (%(default)s)",
    )
    words.add_argument("--lexicon", type=Path, metavar="FILE", help="JSON file of your own words")
    words.add_argument("--models", type=Path, metavar="FOLDER", help="networks of your own")
    return words


def _add_perform(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Perform a script on a face: a layer in a .blend, a film, a sheet of pictures, a table."
    )
    parser.add_argument(
        "script",
        metavar="SCRIPT",
        nargs="?",
        help="text, or a .txt, .json, .csv, .srt file",
    )
    add_recording_options(parser)
    parser.add_argument(
        "--face", type=Path, metavar="FILE.blend", help="the built-in head if left out"
    )
    _add_object(parser)
    parser.add_argument(
        "--any-face",
        action="store_true",
        help="perform even where little of a face is found (--force is for files)",
    )
    parser.add_argument(
        "--no-calibration",
        action="store_true",
        help="give channels that go too far, or hardly, no gain where they have none yet",
    )
    parser.add_argument(
        "--liveliness",
        type=from_0_to_1("liveliness"),
        default=DEFAULT_LIVELINESS,
        metavar="SHARE",
        help="how much a held feeling moves, 0 holds still, 1 is the liveliest (%(default)s)",
    )
    parser.add_argument("--fps", type=fps, help="frames a second (the file's own, else 24)")
    parser.add_argument(
        "--start", type=frame, metavar="FRAME", help="first frame (the first of the scene, else 1)"
    )
    parser.add_argument(
        "--change-rate",
        action="store_true",
        help="let --fps make other animation of the file faster or slower",
    )
    parser.add_argument(
        "--reduce",
        type=tolerance,
        default=0.01,
        metavar="TOLERANCE",
        help="for few Bezier keys; 0 keys every frame (%(default)s)",
    )
    parser.add_argument(
        "--whole",
        type=from_0_to_1("a share"),
        metavar="SHARE",
        help="how much of a feeling the face's own emotion shapes show, 0 to 1, and finer controls "
        "the rest (what suits the face)",
    )
    parser.add_argument(
        "--head",
        type=from_0_to_1("a share"),
        default=1.0,
        metavar="SHARE",
        help="how much the head turns with what is felt, 0 to 1 (%(default)s)",
    )
    parser.add_argument(
        "--look-at",
        type=name,
        metavar="NAME",
        help="an object of the file that the eyes are on, CAMERA for the camera of its scene",
    )
    parser.add_argument(
        "--bake", action="store_true", help="keys in the active action in place of a layer"
    )
    parser.add_argument("--output", type=Path, metavar="OUT.blend", help="keyed file to write")
    parser.add_argument(
        "--export-model",
        type=Path,
        metavar="OUT.glb|.fbx|.usdc",
        help="character to write for other programs, with what plays in its scene",
    )
    parser.add_argument("--render", type=Path, metavar="OUT.mp4|FOLDER", help="film to write")
    parser.add_argument(
        "--frames", type=frames, metavar="A-B", help="frames of the film (all of the performance)"
    )
    parser.add_argument("--sheet", type=Path, metavar="OUT.png", help="a labelled picture per beat")
    parser.add_argument(
        "--engine",
        choices=("cycles", "eevee", "workbench"),
        default="cycles",
        help="what renders film and sheet; all but cycles want a display or a GPU (%(default)s)",
    )
    parser.add_argument(
        "--size",
        type=pixels,
        metavar="PIXELS",
        help="of the film's longer side (448) and across each picture of the sheet (336)",
    )
    parser.add_argument("--samples", type=samples, help="a pixel (2 in a film, 8 in a sheet)")
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="frame, time, 52 channels")
    _add_force(parser)


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Perform a table of shots, each as “emotebot perform” does. What is done and unchanged is "
        "skipped, so that a run that was ended goes on where it was."
    )
    parser.add_argument("table", type=Path, metavar="TABLE", help="a .csv or .json file of shots")
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="shots at a time (%(default)s)"
    )
    parser.add_argument(
        "--shot",
        type=name,
        action="append",
        default=[],
        metavar="NAME",
        help="this shot alone; may be given again for more",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FOLDER", help="notes of what is done (beside the table)"
    )
    parser.add_argument("--report", type=Path, metavar="OUT.json", help="what became of each shot")
    parser.add_argument(
        "--force",
        action="store_true",
        help="perform what is done, too, and replace .blend files of others",
    )


def _add_express(parser: argparse.ArgumentParser) -> None:
    parser.description = "Give expressions of a feeling as JSON; needs no Blender."
    parser.add_argument("words", metavar="WORDS", nargs="+", help="a feeling, such as: very happy")
    parser.add_argument(
        "--intensity", type=from_0_to_1("an intensity"), help="0 to 1, in place of the words' own"
    )
    parser.add_argument("--count", type=count, default=1, help="how many (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="OUT.json", help="standard output if left out")


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.description = "Show which face a file holds and which channels it covers."
    parser.add_argument(
        "face", type=Path, nargs="?", metavar="FILE.blend", help="in Blender, else the open file"
    )
    _add_object(parser)
    parser.add_argument(
        "--recognise",
        action="store_true",
        help="recognise shape keys by what they do, where names say nothing",
    )
    parser.add_argument("--channels", action="store_true", help="a line for every channel")
    parser.add_argument("--json", action="store_true", help="all that is known, as JSON")
    parser.add_argument(
        "--sheet", type=Path, metavar="OUT.png", help="a labelled picture per channel and emotion"
    )


def _add_character(parser: argparse.ArgumentParser) -> None:
    parser.description = "Make a character of the built-in kind, alone in a new .blend file."
    parser.add_argument("--output", type=Path, metavar="OUT.blend", required=True)
    parser.add_argument(
        "--name", type=name, default="EmoteBot", help="of the character (%(default)s)"
    )
    parser.add_argument(
        "--size", type=number, metavar="METRES", help="its height (a person's if left out)"
    )
    parser.add_argument(
        "--palette",
        type=name,
        default="",
        metavar="NAME",
        help="such as nova (the style's if left out)",
    )
    parser.add_argument(
        "--style",
        type=style,
        default=0,
        help="0 to 7 come ready, every number above is someone new (%(default)s)",
    )
    parser.add_argument("--asset", action="store_true", help="show it in the asset browser")
    _add_force(parser)


def _add_object(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--object", type=name, metavar="NAME", help="of the character, where there are several"
    )


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace OUT.blend if it is there")


def version() -> str:
    """Return the version of EmoteBot."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package, package.parent):  # an extension holds its manifest, a checkout is held
        manifest = folder / "blender_manifest.toml"
        if manifest.is_file():
            return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
    from importlib.metadata import version

    return version("emotebot")
