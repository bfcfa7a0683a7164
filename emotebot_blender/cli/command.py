# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``emotebot``, from a shell and as ``blender --command emotebot``."""

import argparse
import json
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from ..core.errors import EmoteBotError
from ..core.messages import shortened
from .arguments import NOTHING_TO_WRITE, UsageError, parser_of
from .terminal import discard_output, print_fault, print_result

FAILED, WRONG_USAGE = 1, 2


def main(arguments: list[str]) -> int:
    """Run the command.

    Args:
        arguments: what follows the command's name.

    Returns:
        Exit status: 0 done, 1 something handed in has a fault or the system refuses, 2 wrong usage.
    """
    status = 0
    try:
        status = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except UsageError as error:
        sentence = str(error)
        for argument in arguments:
            sentence = sentence.replace(argument, shortened(argument)) if argument else sentence
        print_fault(sentence)
        return WRONG_USAGE
    except EmoteBotError as error:
        print_fault(str(error))
        status = FAILED
    except BrokenPipeError:  # whoever was reading has seen enough
        status = FAILED
    except MemoryError:
        print_fault("There is not enough memory for this")
        status = FAILED
    except OSError as error:
        name = f"“{shortened(str(error.filename))}”: " if error.filename else ""
        print_fault(f"{name}{error.strerror or error}")
        status = FAILED
    if status:
        discard_output()
    return status


def _run(arguments: list[str]) -> int:
    try:
        os.getcwd()  # paths may be relative, and modules are imported from there
    except FileNotFoundError as error:
        raise EmoteBotError("The working folder is gone; change to another one") from error
    parser = parser_of(
        {
            "perform": _perform,
            "batch": _batch,
            "express": _express,
            "map": _map,
            "character": _character,
        }
    )
    try:
        options = parser.parse_args(arguments)
    except SystemExit as ended:  # argparse's way to say that it has printed its help
        return int(ended.code or 0)
    options.run(options)
    return 0


def _perform(options: argparse.Namespace) -> None:
    from .perform_command import perform
    from .perform_options import options_of
    from .recording_command import perform_recording
    from .terminal import JsonProgress, Progress

    if (options.script is None) == (options.recording is None):
        options.refuse("give a SCRIPT, or --recording FILE")
    if options.export_format and not options.export:
        options.refuse("--export-format goes with --export")
    if options.change_rate and options.fps is None:
        options.refuse("--change-rate goes with --fps")
    chosen = options_of(options)
    if not chosen.outputs:
        options.refuse(NOTHING_TO_WRITE)
    events = JsonProgress() if options.progress == "json" else None
    with _blender_at_work():
        progress = events or Progress(quiet=options.quiet)
        if options.recording is None:
            result = perform(chosen, progress)
        else:
            result = perform_recording(chosen, options.recording, progress)
    for note in result.notes:
        print_fault(str(note))
    if result.keys:
        for control, reason in result.keys.skipped:
            print_fault(f"“{control}” was left alone: {reason}")
        for note in result.keys.short_of():
            print_fault(str(note))
    _tell_runner_problem()
    if events:
        events.write("done", **result.described())
    elif not options.quiet:
        calibrated = [str(result.calibrated)] if result.calibrated else []
        written = [f"wrote {path}" for path in result.files]
        print_result("\n".join([*calibrated, result.summary(), *written]))


def _batch(options: argparse.Namespace) -> None:
    from .batch_command import BatchOptions, batch
    from .terminal import JsonProgress, Progress

    chosen = BatchOptions(
        table=options.table,
        jobs=options.jobs,
        only=frozenset(options.shot),
        state=options.state,
        report=options.report,
        force=options.force,
    )
    events = JsonProgress() if options.progress == "json" else None
    result = batch(chosen, Progress(quiet=options.quiet or bool(events)), events)
    if not options.quiet and not events:
        print_result(result.text())
    if result.shortfall():
        raise EmoteBotError(result.shortfall())


def _express(options: argparse.Namespace) -> None:
    from ..core.lexicon.lexicon import Lexicon
    from ..core.messages import Message
    from ..core.performance.networks import FOLDER, load_networks
    from .express_command import expressions
    from .output_files import check_distinct, check_output, write_json
    from .perform_options import model_files

    words = " ".join(options.words)
    folder = options.models or FOLDER
    if options.json:
        check_output(options.json, ".json")
        inputs = [(Message("the word list"), options.lexicon)] if options.lexicon else []
        check_distinct([options.json], inputs + model_files(folder))
    feeling = Lexicon.load(options.lexicon).read(words)
    if options.intensity is not None:
        feeling = replace(feeling, intensity=options.intensity)
    networks = load_networks(folder)
    _tell_runner_problem()
    content = expressions(words, feeling, networks, options.seed, options.count, options.exaggerate)
    if options.json is None:
        _print_json(content)
        return
    write_json(content, options.json)
    if not options.quiet:
        print_result(f"wrote {options.json}")


def _map(options: argparse.Namespace) -> None:
    from ..rig.face_calibration import as_measured
    from ..rig.key_recognition import MANY_NAMED
    from .blend_files import open_face, path_of_open_file, sequences_known
    from .face_sheet_command import check_face_sheet, write_face_sheet
    from .face_table import describe, tabulate
    from .terminal import Progress

    path = options.face or path_of_open_file()
    if path is None:
        raise UsageError("say which file: FILE.blend", "emotebot map")
    if options.sheet:
        check_face_sheet(options.sheet, path)
    with _blender_at_work(), sequences_known():
        fewest_named = MANY_NAMED if options.recognise else 0
        face, scene = open_face(options.face, options.object, fewest_named)
        face, _ = as_measured(face)
        description = describe(face)
        if options.sheet:
            write_face_sheet(face, scene, options.sheet, Progress(quiet=options.quiet))
    if options.json:
        _print_json(description)
        return
    if options.quiet:
        return
    print_result(tabulate(description, options.channels))
    if options.sheet:
        print_result(f"wrote {options.sheet}")


def _character(options: argparse.Namespace) -> None:
    from ..character.character import add_character
    from ..character.palettes import HEIGHT
    from .blend_files import check_not_there, new_scene, save_copy
    from .output_files import check_output, replacing

    check_output(options.output, ".blend")
    check_not_there(options.output, options.force)
    with _blender_at_work():
        add_character(
            new_scene(),
            options.name,
            HEIGHT if options.size is None else options.size,
            options.palette.upper(),
            style=options.style,
            asset=options.asset,
        )
        with replacing(options.output) as part:
            save_copy(part)
    if not options.quiet:
        print_result(f"wrote {options.output}")


def _blender_at_work() -> ExitStack:
    """Return a context in which Blender prints nothing and leaves no temporary files."""
    from .output_files import temporary_files
    from .terminal import blender_silenced

    with ExitStack() as stack:
        stack.enter_context(temporary_files())
        stack.enter_context(blender_silenced())
        return stack.pop_all()


def _tell_runner_problem() -> None:
    from ..core.onnx_runner import runner_problem

    if (problem := runner_problem()) is not None:
        print_fault(str(problem))


def _print_json(content: Any) -> None:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    takes_all = encoding.replace("_", "-").startswith(("utf-8", "utf-16", "utf-32"))
    print_result(json.dumps(content, indent=2, ensure_ascii=not takes_all))
