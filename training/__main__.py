# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m training``: measure faces, train the networks, and put them to the test."""

import argparse
import importlib.util
import sys
from pathlib import Path

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .collecting import collect
from .evaluation import evaluate

_NEEDS = ("torch", "onnx", "onnxruntime", "scipy", "sklearn", "tqdm")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for a fault, 130 when interrupted."""
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return 0
        return int(options.run(options))
    except EmoteBotError as error:
        return _fail(error.message)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)


def run_training(options: argparse.Namespace) -> int:
    """Do what the arguments of ``train`` say, and return the exit status.

    Raises:
        EmoteBotError: something is missing, or is not what it should be.
    """
    _check_packages()
    from .run.config import CONFIGS
    from .run.registry import NETWORKS
    from .run.train import TrainingRun, install, train

    config = CONFIGS[options.config].seeded(options.seed)
    folder = options.run_dir or Path("runs") / f"{config.name}-{options.seed}"
    if options.install and config.name == "smoke":
        raise EmoteBotError("networks of the smoke configuration are not worth installing")
    run = TrainingRun(config, folder, tuple(options.data), options.device)
    try:
        files = train(run, [options.only] if options.only else NETWORKS)
        if options.install:
            install(files)
    except KeyboardInterrupt:
        return _fail(Message("interrupted; what was finished lies in {folder}", folder=folder), 130)
    for file in files.values():
        print(f"{file}  {file.stat().st_size / 1024:.0f} KiB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=_plain(__doc__))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    training = commands.add_parser(
        "train",
        help="train the networks",
        description="Train the networks from the tables and collections in the checkout, and "
        "from collections of your own.",
    )
    _add_training_arguments(training)
    training.set_defaults(run=run_training)
    for module, name in ((collect, "collect"), (evaluate, "evaluate")):
        command = commands.add_parser(name, help=module.HELP, description=_plain(module.__doc__))
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _add_training_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", choices=("full", "smoke"), default="full", help="smoke: a try in seconds"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="whole number from 0 (default 0)")
    parser.add_argument(
        "--only", type=_network, metavar="NETWORK", help="train this one alone, such as motion"
    )
    parser.add_argument(
        "--run-dir", type=Path, metavar="FOLDER", help="where the networks go (runs/CONFIG-SEED)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="collections to learn from beside the project's own, made by the command collect",
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="(default cpu)")
    parser.add_argument(
        "--install", action="store_true", help="make them EmoteBot's own networks when done"
    )


def _plain(text: str | None) -> str:
    """Return a docstring as the terminal shows it."""
    return (text or "").replace("``", "")


def _seed(text: str) -> int:
    if not text.isdecimal():
        message = Message("a seed is a whole number from 0, not “{text}”", text=text)
        raise argparse.ArgumentTypeError(str(message))
    return int(text)


def _network(text: str) -> str:
    """Return the name of a registered network; torch is imported for no other option."""
    _check_packages()
    from .run.registry import NETWORKS

    if text not in NETWORKS:
        message = Message("there are {names}, but no “{text}”", names=tuple(NETWORKS), text=text)
        raise argparse.ArgumentTypeError(str(message))
    return text


def _check_packages() -> None:
    missing = tuple(name for name in _NEEDS if importlib.util.find_spec(name) is None)
    if missing:
        raise EmoteBotError(
            "training needs {packages}: python -m pip install -e '.[training]'", packages=missing
        )


def _fail(message: Message | str, status: int = 1) -> int:
    print(f"training: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
