# SPDX-License-Identifier: GPL-3.0-or-later
"""Put trained networks to the test: one page of figures and pictures, and the figures as JSON.

Every figure stands beside simpler ways to do the same, and beside its target. The same files give
the same figures again. A run is a folder with expression.onnx, motion.onnx and hold.onnx, as
training leaves it, or emotebot_blender/data/models for the networks that EmoteBot ships; of several
runs the spread is given as well.
"""

import argparse
import hashlib
import importlib.util
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotebot_blender.core.errors import EmoteBotError

if TYPE_CHECKING:
    from emotebot_blender.core.performance.networks import Networks

    from .evaluation_setup import EvaluationSetup
    from .observer import Observer
    from .report_elements import Picture

HELP = "put trained networks to the test"
NEEDS = ("numpy", "onnxruntime", "torch", "tqdm", "scipy", "sklearn", "matplotlib", "jinja2")

OBSERVED = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""What the outputs of an observer network mean, unless given otherwise."""

JSON = "report.json"
PAGE = "report.html"

Figures = dict[str, Any]
ShareProgress = Callable[[float], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser."""
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder with networks")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="for the report (default: RUN/evaluation, for the shipped networks runs/shipped)",
    )
    parser.add_argument(
        "--small", action="store_true", help="a try in seconds whose figures mean little"
    )
    parser.add_argument(
        "--head",
        type=Path,
        metavar="FILE.blend",
        help="face that is observed and read (default: EmoteBot's own)",
    )
    parser.add_argument(
        "--no-faces", action="store_true", help="render no sheets of faces, which need bpy"
    )
    parser.add_argument(
        "--curves",
        type=Path,
        nargs="+",
        metavar="FOLDER",
        help="where training left its curves, to be drawn (default: the first RUN)",
    )
    observing = parser.add_argument_group("asking an observer network")
    observing.add_argument(
        "--observe",
        type=Path,
        metavar="FILE.onnx",
        help="network that names emotions of grey 64×64 faces",
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
            "evaluation needs {names}: python -m pip install -e '.[training]'",
            names=", ".join(missing),
        )
    if options.takes < 1:
        raise EmoteBotError("There are no {takes} takes of an emotion", takes=options.takes)
    wants_face = bool(options.observe or options.mediapipe or not options.no_faces)
    if wants_face and importlib.util.find_spec("bpy") is None:
        raise EmoteBotError("pictures of faces need bpy: install it, or say --no-faces")
    if options.head and not options.head.is_file():
        raise EmoteBotError("There is no head at {head}", head=options.head)
    from .evaluation_setup import prepare
    from .expressions import Sizes
    from .gallery import draw_charts
    from .report_sections import write_page

    networks = load(options.runs)
    observer = _open_observer(options)
    landmarker = _landmarker(options)
    folder = options.output or _default_folder(options.runs[0])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmoteBotError(
            "{folder} cannot be made: {reason}", folder=folder, reason=error.strerror
        ) from error
    sizes = Sizes.small() if options.small else Sizes()
    with _bars() as begin:
        setup = prepare(networks, options.runs, sizes, begin("baselines"))
        figures = measure(setup, begin)
        pictures = draw_charts(
            setup, figures, options.curves or options.runs[:1], folder, begin("charts")
        )
        if wants_face:
            for section, more in _faces(
                options, networks, observer, landmarker, figures, folder, begin
            ):
                pictures[section] = [*more, *pictures.get(section, [])]
    save(figures, folder / JSON)
    write_page(figures, pictures, folder / PAGE)
    if observer:
        _print_observed(figures["observer"])
    print(folder / PAGE)
    print(folder / JSON)
    return 0


def load(runs: Sequence[Path]) -> dict[str, "Networks"]:
    """Return the networks of some runs by the names of their folders.

    Raises:
        EmoteBotError: a folder lacks one, or two bear the same name.
    """
    from emotebot_blender.core.performance.networks import FOLDER, load_networks

    networks: dict[str, Networks] = {}
    for run in runs:
        own = run.resolve() == FOLDER.resolve()
        name = "EmoteBot" if own or len(runs) == 1 else run.resolve().name
        if name in networks:
            raise EmoteBotError("Two runs are called “{name}”; rename one folder", name=name)
        networks[name] = load_networks(run)
    return networks


def measure(setup: "EvaluationSetup", begin: Callable[[str], ShareProgress]) -> Figures:
    """Return all figures that need neither a rendered face nor an observer.

    Args:
        setup: from ``evaluation.evaluation_setup.prepare``.
        begin: given a word on what begins, returns what is called with the share done, 0 to 1.
    """
    from ..expression_data.data_mixture import shipped_collections
    from . import (
        behaviour,
        changes,
        expressions,
        heads,
        holds,
        movements,
        naming,
        seen_variety,
        windows,
    )

    generators, mix, sizes = setup.generators, setup.mix, setup.sizes
    network, regressor, scale = setup.first.expression, setup.regressor, setup.scale
    subjects = max(sizes.emotion // 4, 10)
    return {
        "networks": {name: _described(networks) for name, networks in setup.networks.items()},
        "sizes": vars(sizes),
        "whole_mix": expressions.whole_mix(generators, mix, sizes, begin("synthetic subjects")),
        "each_emotion": expressions.each_emotion(generators, mix, sizes, begin("each emotion")),
        "seen_variety": seen_variety.seen_variety(generators, mix, sizes, begin("seen variety")),
        "real_people": expressions.real_people(generators, mix, sizes, begin("measured smiles")),
        "intensity": behaviour.intensity(network, regressor, mix, sizes.emotion),
        "compounds": behaviour.compounds(network, sizes.emotion),
        "mixtures": behaviour.mixtures(network, regressor, subjects),
        "naming": naming.naming(network, generators.training, mix, sizes.emotion),
        "characters": behaviour.characters(network, scale, mix, subjects),
        "one_sidedness": behaviour.one_sidedness(network, mix, sizes.emotion),
        "channels": behaviour.channels(network, scale, mix, sizes.people),
        "motion": movements.movements(setup.networks, sizes, begin("movements")),
        "changes": changes.changes(
            setup.networks, setup.classifier, sizes, begin("changes of feeling")
        ),
        "holds": holds.holds(setup.networks, setup.classifier, sizes, begin("holds")),
        "heads": heads.heads(sizes, begin("heads")),
        "windows": windows.window_aucs(setup.networks, shipped_collections(), sizes.seeds),
    }


def _open_observer(options: argparse.Namespace) -> "Observer | None":
    if not options.observe:
        return None
    from .observer import Observer

    classes = [name.strip() for name in options.classes.split(",")]
    return Observer(options.observe, classes)


def _landmarker(options: argparse.Namespace) -> Path | None:
    """Return the face landmarker's model file where a rendered face will be looked for."""
    if not (options.observe or options.mediapipe):
        return None
    from ..faces.landmarker import find_landmarker

    return find_landmarker(options.landmarker)


def _default_folder(run: Path) -> Path:
    from emotebot_blender.core.performance.networks import FOLDER

    shipped = run.resolve() == FOLDER.resolve()  # what lies there becomes a part of the extension
    return (Path("runs") / "shipped" if shipped else run) / "evaluation"


def _faces(
    options: argparse.Namespace,
    networks: "Mapping[str, Networks]",
    observer: "Observer | None",
    landmarker: Path | None,
    figures: Figures,
    folder: Path,
    begin: Callable[[str], ShareProgress],
) -> "Iterator[tuple[str, list[Picture]]]":
    """Yield the pictures of rendered faces by section; what they tell goes into the figures."""
    from .camera import open_head, silenced
    from .gallery import draw_faces, draw_observed
    from .observer import observe
    from .readback import responses

    first = next(iter(networks.values()))
    head_name = options.head.name if options.head else "EmoteBot's own head"
    with silenced():
        if not options.no_faces:
            yield from draw_faces(first, open_head(), folder, begin("faces")).items()
        if landmarker is None:
            return
        from ..faces.landmarks import FaceReader

        head = open_head(options.head)
        with FaceReader(landmarker) as reader:
            if observer:
                progress = begin("observer")
                observations = observe(first, observer, reader, head, options.takes, progress)
                figures["observer"] = {
                    "network": options.observe.name,
                    "head": head_name,
                    "takes": options.takes,
                    "names": observer.names(),
                    "counts": observations.counts,
                    "shares": observations.shares(),
                }
                yield from draw_observed(observations, observer.names(), folder).items()
            if options.mediapipe:
                results = responses(*head, reader, begin("mediapipe"))
                figures["mediapipe"] = {
                    "head": head_name,
                    "channels": {name: vars(response) for name, response in results.items()},
                }


def _print_observed(results: Figures) -> None:
    """Print what the observer named."""
    from .observer import confusion_text

    for strength, counts in results["counts"].items():
        print(f"intensity {strength}")
        print(confusion_text(counts, results["names"]))
    for name, share in results["shares"].items():
        print(f"{name.replace('_', ' '):16s}{share:6.2f}")


def _described(networks: "Networks") -> Figures:
    return {
        network.kind: {
            "training_run": network.metadata["training_run"],
            "sha256": hashlib.sha256(network.path.read_bytes()).hexdigest(),
        }
        for network in (networks.expression, networks.motion, networks.hold)
    }


def save(figures: Figures, path: Path) -> None:
    """Write figures as JSON; what is no number becomes null, and no digit is written for show."""
    path.write_text(
        json.dumps(_rounded(figures), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


@contextmanager
def _bars() -> Iterator[Callable[[str], ShareProgress]]:
    """Yield what begins a bar on the terminal and returns what is called with the share done."""
    from tqdm import tqdm

    bars: list[Any] = []

    def begin(words: str) -> ShareProgress:
        bar = tqdm(total=100, desc=f"{words:<16}", bar_format="{l_bar}{bar}| {elapsed}")
        bars.append(bar)

        def progress(share: float) -> None:
            bar.update(round(100 * share) - bar.n)
            if share >= 1:
                bar.close()

        return progress

    try:
        yield begin
    finally:
        for bar in bars:
            bar.close()
