# SPDX-License-Identifier: GPL-3.0-or-later
"""Put trained networks to the test: one page of figures and pictures, and the figures as JSON.

Every figure stands beside simpler ways to do the same, and beside its target. The same files give
the same figures again. A run is a folder with expression.onnx and motion.onnx, as training leaves
it, or emotebot_blender/data/models for the networks that EmoteBot ships; of several runs the
spread is given as well.
"""

import argparse
import hashlib
import importlib.util
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotebot_blender.core.errors import EmoteBotError

if TYPE_CHECKING:
    from emotebot_blender.core.performance import Networks

HELP = "put trained networks to the test"
NEEDS = ("numpy", "onnxruntime", "torch", "tqdm", "scipy", "sklearn", "matplotlib", "jinja2")

OBSERVED = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""What the outputs of an observer network mean, unless said otherwise."""

JSON = "report.json"
PAGE = "report.html"

Figures = dict[str, Any]
Told = Callable[[float], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser."""
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder with networks")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for the report (default: RUN/evaluation)"
    )
    parser.add_argument(
        "--small", action="store_true", help="a try in seconds whose figures mean little"
    )
    parser.add_argument(
        "--head", type=Path, metavar="FILE.blend", help="face to render (default: EmoteBot's own)"
    )
    parser.add_argument(
        "--no-pictures", action="store_true", help="render no faces, and so need no bpy"
    )
    observing = parser.add_argument_group("asking an observer network")
    observing.add_argument(
        "--observe",
        type=Path,
        metavar="FILE.onnx",
        help="network that names emotions of 64×64 faces",
    )
    observing.add_argument(
        "--classes",
        default=",".join(OBSERVED),
        metavar="NAME,…",
        help="what its outputs mean, in order (default: %(default)s)",
    )
    observing.add_argument(
        "--takes", type=int, default=10, metavar="N", help="of each emotion (default: %(default)s)"
    )
    reading = parser.add_argument_group("reading the face with MediaPipe")
    reading.add_argument(
        "--mediapipe", action="store_true", help="send channels through render and FaceLandmarker"
    )
    reading.add_argument(
        "--landmarker", type=Path, metavar="FILE", help="face_landmarker.task (also for --observe)"
    )


def run(options: argparse.Namespace) -> int:
    """Do what the arguments say, and return the exit status.

    Raises:
        EmoteBotError: something is missing, or is not what it should be.
    """
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise EmoteBotError(
            f"evaluation needs {', '.join(missing)}: python -m pip install -e '.[training]'"
        )
    if options.takes < 1:
        raise EmoteBotError(f"There are no {options.takes} takes of an emotion")
    from .evaluation.expressions import Sizes
    from .evaluation.report import write_page

    networks = load(options.runs)
    folder = options.output or options.runs[0] / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    sizes = Sizes.small() if options.small else Sizes()
    with _bars() as stage:
        figures = measure(networks, options.runs, sizes, stage)
        pictures = draw(figures, networks, options, folder, stage)
    save(figures, folder / JSON)
    write_page(figures, pictures, folder / PAGE)
    print(folder / PAGE)
    print(folder / JSON)
    return 0


def load(runs: Sequence[Path]) -> dict[str, "Networks"]:
    """Return the networks of some runs by the names of their folders.

    Raises:
        EmoteBotError: a folder lacks one, or two bear the same name.
    """
    from emotebot_blender.core.model import FOLDER
    from emotebot_blender.core.performance import load_networks

    found: dict[str, Networks] = {}
    for run in runs:
        own = run.resolve() == FOLDER.resolve()
        name = "EmoteBot" if own or len(runs) == 1 else run.resolve().name
        if name in found:
            raise EmoteBotError(f"Two runs are called “{name}”; rename one folder")
        found[name] = load_networks(run)
    return found


def measure(
    networks: "dict[str, Networks]",
    runs: Sequence[Path],
    sizes: Any,
    stage: Callable[[str], Told],
) -> Figures:
    """Return all figures that need neither a rendered face nor an observer.

    Args:
        networks: name to networks; the first are those that the single figures are about.
        runs: their folders.
        sizes: how much is drawn, ``evaluation.expressions.Sizes``.
        stage: given a word on what begins, returns what is told the share done.
    """
    from .baselines import VariationalAutoencoder
    from .evaluation import expressions, manner, movements
    from .evaluation.judge import Judge
    from .evaluation.rows import training_faces
    from .metrics import Scale

    first = next(iter(networks.values()))
    mix, seed, count = training_of(runs[0], first)
    told = stage("baselines")
    training = training_faces(count, mix, seed)[: sizes.training]
    told(0.3)
    rivals = expressions.Rivals(
        {name: each.expression for name, each in networks.items()},
        training,
        VariationalAutoencoder(training, 0, sizes.steps),
    )
    told(0.8)
    judge, scale = Judge(training), Scale.of(training.weights)
    told(1.0)
    network = first.expression
    people = sizes.emotion // 4
    return {
        "networks": {
            name: _about(each, run)
            for (name, each), run in zip(networks.items(), runs, strict=True)
        },
        "sizes": vars(sizes),
        "whole_mix": expressions.whole_mix(rivals, mix, sizes, stage("made-up people")),
        "each_emotion": expressions.each_emotion(rivals, mix, sizes, stage("each emotion")),
        "real_people": expressions.real_people(rivals, mix, sizes, stage("real people")),
        "intensity": manner.intensity(network, judge, mix, sizes.emotion),
        "compounds": manner.compounds(network, sizes.emotion),
        "mixtures": manner.mixtures(network, judge, people),
        "characters": manner.characters(network, scale, mix, people),
        "one_sidedness": manner.one_sidedness(network, mix, sizes.emotion),
        "channels": manner.channels(network, scale, mix, sizes.people),
        "motion": movements.movements(networks, sizes.takes, stage("movements")),
    }


def training_of(run: Path, networks: "Networks") -> tuple[Any, int, int]:
    """Return the mix, the seed and the number of pairs that a run's training drew.

    They stand in the configuration beside the network; EmoteBot's own were made by the full one
    with the seed that the network itself names.

    Raises:
        EmoteBotError: the run does not say.
    """
    from .config import CONFIGS
    from .dataset import Mix

    path = run / "expression.json"
    if path.is_file():
        said = json.loads(path.read_text(encoding="utf-8"))["expression"]
        return Mix(**said["mix"]), said["seed"], said["pairs"]
    config = CONFIGS["full"].expression
    words = str(networks.expression.metadata["training_run"]).split(", ")
    seeds = [word.removeprefix("seed ") for word in words if word.startswith("seed ")]
    if not seeds:
        raise EmoteBotError(f"{run} does not say with which seed it was trained: no {path.name}")
    return config.mix, int(seeds[0]), config.pairs


def _about(networks: "Networks", run: Path) -> Figures:
    return {
        each.kind: {
            "training_run": each.metadata["training_run"],
            "sha256": hashlib.sha256(each.path.read_bytes()).hexdigest(),
        }
        for each in (networks.expression, networks.motion)
    }


def save(figures: Figures, path: Path) -> None:
    """Write figures as JSON; what is no number becomes null, and no digit is written for show."""
    path.write_text(
        json.dumps(_rounded(figures), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


@contextmanager
def _bars() -> Iterator[Callable[[str], Told]]:
    """Give a function that begins a bar on the terminal and returns what it is told."""
    from tqdm import tqdm

    bars: list[Any] = []

    def stage(words: str) -> Told:
        bar = tqdm(total=100, desc=f"{words:<16}", bar_format="{l_bar}{bar}| {elapsed}")
        bars.append(bar)

        def told(share: float) -> None:
            bar.update(round(100 * share) - bar.n)
            if share >= 1:
                bar.close()

        return told

    try:
        yield stage
    finally:
        for bar in bars:
            bar.close()
