# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``emotebot``, from a shell and as ``blender --command emotebot``."""

import argparse
import json
import math
import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from ..core.errors import EmoteBotError

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130

_MOST_EXPRESSIONS = 100_000
_MOST_FPS = 1000
_DIGITS = 9
"""Of a seed or a count at most."""


def main(arguments: list[str]) -> int:
    """Run the command.

    Args:
        arguments: what follows the command's name.

    Returns:
        Exit status: 0 done, 1 something handed in has a fault, 2 wrong usage, 130 interrupted.
    """
    try:
        options = _parser().parse_args(arguments)
        options.run(options)
        sys.stdout.flush()
    except _Misuse as error:
        _complain(f"{error} (try “{error.command} --help”)")
        return WRONG_USAGE
    except SystemExit as leaving:  # argparse's way to say that it has printed its help
        return int(leaving.code or 0)
    except EmoteBotError as error:
        _complain(str(error))
        return FAILED
    except BrokenPipeError:  # whoever was reading has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    return 0


class _Misuse(Exception):  # noqa: N818 - it leaves this file as an exit status
    """The command line makes no sense.

    Args:
        message: why.
        command: the command whose help tells more.
    """

    def __init__(self, message: str, command: str) -> None:
        super().__init__(message)
        self.command = command


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong, to be told in one line."""

    def error(self, message: str) -> NoReturn:
        raise _Misuse(message, self.prog)


def _complain(message: str) -> None:
    print(f"emotebot: {' '.join(message.split())}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
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
        "--seed", type=_seed, default=0, help="another number, another take (%(default)s)"
    )
    words.add_argument("--lexicon", type=Path, metavar="FILE", help="JSON file of your own words")
    words.add_argument("--models", type=Path, metavar="FOLDER", help="networks of your own")
    _add_perform(commands.add_parser("perform", parents=[words, common], help="perform a script"))
    _add_express(commands.add_parser("express", parents=[words, common], help="give expressions"))
    _add_map(commands.add_parser("map", parents=[common], help="show what a face offers"))
    _add_character(commands.add_parser("character", parents=[common], help="make a character"))
    return parser


def _add_perform(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Perform a script on a face: keys in a .blend, a film, a sheet of pictures, a table."
    )
    parser.add_argument("script", metavar="SCRIPT", help="text, or a .txt, .json, .csv, .srt file")
    parser.add_argument(
        "--face", type=Path, metavar="FILE.blend", help="the built-in head if left out"
    )
    parser.add_argument(
        "--object", metavar="NAME", help="of the character, where there are several"
    )
    parser.add_argument("--fps", type=_fps, help="frames a second (the file's own, else 24)")
    parser.add_argument(
        "--reduce",
        type=_tolerance,
        default=0.01,
        metavar="TOLERANCE",
        help="for few Bezier keys; 0 keys every frame (%(default)s)",
    )
    parser.add_argument("--output", type=Path, metavar="OUT.blend", help="keyed file to write")
    parser.add_argument("--render", type=Path, metavar="OUT.mp4|FOLDER", help="film to write")
    parser.add_argument("--sheet", type=Path, metavar="OUT.png", help="a labelled picture per beat")
    parser.add_argument("--csv", type=Path, metavar="OUT.csv", help="frame, time, 52 channels")
    parser.add_argument("--force", action="store_true", help="replace OUT.blend if it is there")
    parser.set_defaults(run=_perform, complain=parser.error)


def _add_express(parser: argparse.ArgumentParser) -> None:
    parser.description = "Give expressions of a feeling as JSON; needs no Blender."
    parser.add_argument("words", metavar="WORDS", nargs="+", help="a feeling, such as: very happy")
    parser.add_argument("--intensity", type=_intensity, help="0 to 1, in place of the words' own")
    parser.add_argument("--count", type=_count, default=1, help="how many (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="OUT.json", help="standard output if left out")
    parser.set_defaults(run=_express)


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.description = "Show which face a file holds and which channels it covers."
    parser.add_argument("face", type=Path, metavar="FILE.blend")
    parser.add_argument(
        "--object", metavar="NAME", help="of the character, where there are several"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_map)


def _add_character(parser: argparse.ArgumentParser) -> None:
    parser.description = "Make a character of the built-in kind, alone in a new .blend file."
    parser.add_argument("--output", type=Path, metavar="OUT.blend", required=True)
    parser.add_argument("--name", default="EmoteBot", help="of the character (%(default)s)")
    parser.add_argument(
        "--size", type=_number, metavar="METRES", help="its height (a person's if left out)"
    )
    parser.add_argument(
        "--palette", default="", metavar="NAME", help="such as ember (the style's if left out)"
    )
    parser.add_argument(
        "--style", type=_style, default=0, help="another number, someone else (%(default)s)"
    )
    parser.add_argument("--asset", action="store_true", help="show it in the asset browser")
    parser.add_argument("--force", action="store_true", help="replace OUT.blend if it is there")
    parser.set_defaults(run=_character)


def _perform(options: argparse.Namespace) -> None:
    from . import perform_command
    from .terminal import Progress, blender_silenced

    wanted = perform_command.Wanted(
        script=options.script,
        face=options.face,
        thing=options.object,
        fps=options.fps,
        seed=options.seed,
        tolerance=options.reduce or None,
        output=options.output,
        film=options.render,
        sheet=options.sheet,
        table=options.csv,
        lexicon=options.lexicon,
        force=options.force,
        **_models(options),
    )
    if not (wanted.output or wanted.film or wanted.sheet or wanted.table):
        options.complain("say what to write: --output, --render, --sheet or --csv")
    with blender_silenced():
        made = perform_command.perform(wanted, Progress(quiet=options.quiet))
    for control, reason in made.keys.skipped if made.keys else ():
        _complain(f"“{control}” was left alone: {reason}")
    if not options.quiet:
        clip = made.clip
        keyed = f", {made.keys.keys} keys on {made.keys.curves} curves" if made.keys else ""
        print(f"{clip.duration:.1f} s, {len(clip)} frames at {clip.fps:g} a second{keyed}")
        for path in made.files:
            print(f"wrote {path}")


def _express(options: argparse.Namespace) -> None:
    from ..core.lexicon.lexicon import Lexicon
    from ..core.performance.networks import FOLDER
    from ..core.performance.performance import load_networks
    from .output_files import check_output
    from .perform_command import expressions, write_json

    words = " ".join(options.words)
    feeling = Lexicon.load(options.lexicon).read(words)
    if options.intensity is not None:
        feeling = replace(feeling, intensity=options.intensity)
    if options.json:
        check_output(options.json, ".json")
        if options.lexicon and options.json.exists() and options.json.samefile(options.lexicon):
            raise EmoteBotError(
                "“{json}” is the word list itself; choose another name", json=options.json
            )
    networks = load_networks(options.models or FOLDER)
    found = expressions(words, feeling, networks, options.seed, options.count)
    if options.json is None:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    write_json(found, options.json)
    if not options.quiet:
        print(f"wrote {options.json}")


def _map(options: argparse.Namespace) -> None:
    from .face_table import describe, tabulate
    from .perform_command import open_face
    from .terminal import blender_silenced

    with blender_silenced():
        face, _ = open_face(options.face, options.object)
        described = describe(face)
    print(
        json.dumps(described, indent=2, ensure_ascii=False) if options.json else tabulate(described)
    )


def _character(options: argparse.Namespace) -> None:
    from ..character.character import add_character
    from ..character.palettes import HEIGHT
    from .output_files import check_output
    from .perform_command import check_not_there, new_scene, save_file
    from .terminal import blender_silenced

    check_output(options.output, ".blend")
    check_not_there(options.output, options.force)
    with blender_silenced():
        add_character(
            new_scene(),
            options.name,
            HEIGHT if options.size is None else options.size,
            options.palette.upper(),
            style=options.style,
            asset=options.asset,
        )
        save_file(options.output)
    if not options.quiet:
        print(f"wrote {options.output}")


def _models(options: argparse.Namespace) -> dict[str, Path]:
    return {"models": options.models} if options.models else {}


def _version() -> str:
    package = Path(__file__).resolve().parent.parent
    for folder in (package, package.parent):  # an extension holds its manifest, a checkout is held
        manifest = folder / "blender_manifest.toml"
        if manifest.is_file():
            return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
    from importlib.metadata import version

    return version("emotebot")


def _seed(text: str, called: str = "seed") -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(
            f"a {called} is a whole number from 0 of at most {_DIGITS} digits, not “{text}”"
        )
    return int(text)


def _style(text: str) -> int:
    return _seed(text, "style")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:_DIGITS]) <= _MOST_EXPRESSIONS:
        raise argparse.ArgumentTypeError(
            f"a count is a whole number from 1 to {_MOST_EXPRESSIONS}, not “{text}”"
        )
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _fps(text: str) -> float:
    fps = _number(text)
    if not 1 <= fps <= _MOST_FPS:
        raise argparse.ArgumentTypeError(
            f"frames a second are a number from 1 to {_MOST_FPS}, not “{text}”"
        )
    return fps


def _tolerance(text: str) -> float:
    tolerance = _number(text)
    if not 0 <= tolerance < 1:
        raise argparse.ArgumentTypeError(
            f"a tolerance is a number from 0 and below 1, not “{text}”"
        )
    return tolerance


def _intensity(text: str) -> float:
    intensity = _number(text)
    if not 0 <= intensity <= 1:
        raise argparse.ArgumentTypeError(f"an intensity is a number from 0 to 1, not “{text}”")
    return intensity
