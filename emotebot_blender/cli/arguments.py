# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the command ``emotebot``."""

import argparse
import math
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from ..core.messages import shortened
from ..core.performance.liveliness import DEFAULT_LIVELINESS
from .recording_arguments import add_recording_options
from .terminal import print_result

_MAX_EXPRESSIONS = 100_000
_MAX_FPS = 1000
_MAX_TOLERANCE = 0.5
_MAX_DIGITS = 9
"""Of a seed, a style or a count."""

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


def parser_of(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        runs: for each subcommand (perform, express, map, character) what its option ``run`` is.
    """
    parser = _Parser(
        prog="emotebot",
        description="A script of feelings goes in, a facial performance comes out.",
    )
    parser.add_argument("--version", action="version", version=f"emotebot {_version()}")
    commands = parser.add_subparsers(required=True, metavar="perform | express | map | character")
    common = _Parser(add_help=False)
    common.add_argument("--quiet", action="store_true", help="show neither progress nor results")
    words = _Parser(add_help=False)
    words.add_argument(
        "--seed", type=_seed, default=0, help="another number, another person (%(default)s)"
    )
    words.add_argument(
        "--exaggerate",
        type=_exaggeration,
        default=1.0,
        metavar="GAIN",
        help="how much more than a realistic face is shown, 0.5 to 2 (%(default)s)",
    )
    words.add_argument("--lexicon", type=Path, metavar="FILE", help="JSON file of your own words")
    words.add_argument("--models", type=Path, metavar="FOLDER", help="networks of your own")
    adders = {
        "perform": (_add_perform, [words, common], "perform a script"),
        "express": (_add_express, [words, common], "give expressions"),
        "map": (_add_map, [common], "show what a face offers"),
        "character": (_add_character, [common], "make a character"),
    }
    for name, (add_options, parents, description) in adders.items():
        command = commands.add_parser(name, parents=parents, help=description)
        add_options(command)
        command.set_defaults(run=runs[name], refuse=command.error)
    return parser


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
        type=_from_0_to_1("liveliness"),
        default=DEFAULT_LIVELINESS,
        metavar="SHARE",
        help="how much a held feeling moves, 0 holds still, 1 is the liveliest (%(default)s)",
    )
    parser.add_argument("--fps", type=_fps, help="frames a second (the file's own, else 24)")
    parser.add_argument(
        "--change-rate",
        action="store_true",
        help="let --fps make other animation of the file faster or slower",
    )
    parser.add_argument(
        "--reduce",
        type=_tolerance,
        default=0.01,
        metavar="TOLERANCE",
        help="for few Bezier keys; 0 keys every frame (%(default)s)",
    )
    parser.add_argument(
        "--whole",
        type=_from_0_to_1("a share"),
        metavar="SHARE",
        help="how much of a feeling the face's own emotion shapes show, 0 to 1, and finer controls "
        "the rest (what suits the face)",
    )
    parser.add_argument(
        "--head",
        type=_from_0_to_1("a share"),
        default=1.0,
        metavar="SHARE",
        help="how much the head turns with what is felt, 0 to 1 (%(default)s)",
    )
    parser.add_argument(
        "--look-at",
        type=_name,
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
    parser.add_argument("--sheet", type=Path, metavar="OUT.png", help="a labelled picture per beat")
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="frame, time, 52 channels")
    _add_force(parser)


def _add_express(parser: argparse.ArgumentParser) -> None:
    parser.description = "Give expressions of a feeling as JSON; needs no Blender."
    parser.add_argument("words", metavar="WORDS", nargs="+", help="a feeling, such as: very happy")
    parser.add_argument(
        "--intensity", type=_from_0_to_1("an intensity"), help="0 to 1, in place of the words' own"
    )
    parser.add_argument("--count", type=_count, default=1, help="how many (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="OUT.json", help="standard output if left out")


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.description = "Show which face a file holds and which channels it covers."
    parser.add_argument("face", type=Path, metavar="FILE.blend")
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
        "--name", type=_name, default="EmoteBot", help="of the character (%(default)s)"
    )
    parser.add_argument(
        "--size", type=_number, metavar="METRES", help="its height (a person's if left out)"
    )
    parser.add_argument(
        "--palette",
        type=_name,
        default="",
        metavar="NAME",
        help="such as nova (the style's if left out)",
    )
    parser.add_argument(
        "--style",
        type=_style,
        default=0,
        help="0 to 7 come ready, every number above is someone new (%(default)s)",
    )
    parser.add_argument("--asset", action="store_true", help="show it in the asset browser")
    _add_force(parser)


def _add_object(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--object", type=_name, metavar="NAME", help="of the character, where there are several"
    )


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace OUT.blend if it is there")


def _version() -> str:
    package = Path(__file__).resolve().parent.parent
    for folder in (package, package.parent):  # an extension holds its manifest, a checkout is held
        manifest = folder / "blender_manifest.toml"
        if manifest.is_file():
            return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
    from importlib.metadata import version

    return version("emotebot")


def _refusal(reason: str, text: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{reason}, not “{shortened(text)}”")


def _whole_number(text: str) -> int | None:
    """Return the whole number from 0 that a text is, None where it is none or too long a one."""
    digits = text.lstrip("0") or text[-1:]
    if not (text.isascii() and text.isdigit()) or len(digits) > _MAX_DIGITS:
        return None
    return int(digits)


def _seed(text: str, noun: str = "seed") -> int:
    number = _whole_number(text)
    if number is None:
        raise _refusal(f"a {noun} is a whole number from 0 of at most {_MAX_DIGITS} digits", text)
    return number


def _style(text: str) -> int:
    return _seed(text, "style")


def _count(text: str) -> int:
    number = _whole_number(text)
    if number is None or not 1 <= number <= _MAX_EXPRESSIONS:
        raise _refusal(f"a count is a whole number from 1 to {_MAX_EXPRESSIONS}", text)
    return number


def _name(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refusal("a name is text in UTF-8", text) from error
    return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _fps(text: str) -> float:
    fps = _number(text)
    if not 1 <= fps <= _MAX_FPS:
        raise _refusal(f"frames a second are a number from 1 to {_MAX_FPS}", text)
    return fps


def _tolerance(text: str) -> float:
    tolerance = _number(text)
    if not 0 <= tolerance <= _MAX_TOLERANCE:
        raise _refusal(f"a tolerance is a number from 0 to {_MAX_TOLERANCE}", text)
    return tolerance


def _from_0_to_1(what: str) -> Callable[[str], float]:
    """Return what reads a number from 0 to 1 and calls it that where it refuses."""

    def read(text: str) -> float:
        number = _number(text)
        if not 0 <= number <= 1:
            raise _refusal(f"{what} is a number from 0 to 1", text)
        return number

    return read


def _exaggeration(text: str) -> float:
    from ..core.performance.exaggeration import LEAST, MOST

    gain = _number(text)
    if not LEAST <= gain <= MOST:
        raise _refusal(f"exaggeration is a number from {LEAST:g} to {MOST:g}", text)
    return gain
