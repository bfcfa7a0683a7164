# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure a data set of faces into a collection that the networks can learn from.

FOLDER is the data set as its makers hand it out. Pictures and films are measured with MediaPipe's
face landmarker and never copied: a collection holds numbers, a report and, where many people are
in it, a picture of their mean faces. An interrupted call is taken up by calling again.
"""

import argparse
import dataclasses
import importlib.util
import math
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from ..faces.landmarker import ADDRESS, digest, find_landmarker
from ..faces.landmarks import GAZE, WEAKLY_MEASURED, FaceReader
from ..sources import SOURCES
from ..sources.item import EncodedFrames, Request, Source, list_items
from .assemble import Assembled, Peak, assemble
from .collection_files import ABOUT, write_collection
from .journal import NAME as JOURNAL
from .journal import Journal
from .measure import measure_all

HELP = "measure a data set of faces, to learn from it"
LONGEST = 20.0
"""Seconds of one sequence at most, where the user says nothing else."""

MOST_PEOPLE = 500
"""People at most whose expressions are counted one by one in ``collection.json``."""

MOST_UNREADABLE = 50
"""Items at most that are named there as unreadable."""

_NEEDS = ("cv2", "jinja2", "matplotlib", "mediapipe", "scipy", "tqdm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``collect``."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "sources and what a folder of each holds:\n" + "\n".join(
        f"  {source.name:10} {source.layout}" for source in SOURCES.values()
    )
    parser.add_argument("source", choices=SOURCES, metavar="SOURCE", help="one of those below")
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="the data set; for the webcam, where the collection goes",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where the collection goes (collections/SOURCE)",
    )
    parser.add_argument(
        "--landmarker",
        type=Path,
        metavar="FILE",
        help="face_landmarker.task (else $EMOTEBOT_FACE_LANDMARKER, else it is fetched once)",
    )
    parser.add_argument(
        "--workers",
        type=_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at work at once (one a core)",
    )
    for name, text in _THRESHOLDS.items():
        parser.add_argument(f"--{name}", type=_positive, metavar="X", help=text)
    parser.add_argument(
        "--longest",
        type=_positive,
        default=LONGEST,
        metavar="SECONDS",
        help=f"most that is kept of one film's movement ({LONGEST:g})",
    )
    parser.add_argument(
        "--emotion",
        metavar="PHRASE",
        help="for livelink and folder: what is shown where no label says so (“happy 80%%”)",
    )
    parser.add_argument("--person", metavar="NAME", help="for livelink, folder, webcam: who it is")
    parser.add_argument(
        "--camera", default="0", metavar="N", help="for the webcam: its number, or a film file"
    )
    parser.add_argument(
        "--seconds",
        type=_positive,
        default=4.0,
        help="for the webcam: length of each recording (4)",
    )


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 is needed, not “{text}”")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"a number above 0 is needed, not “{text}”")
    return number


_THRESHOLDS = {
    "size": "drop faces narrower than so many pixels (40; fer2013 24)",
    "turn": "drop faces turned aside, up or down by more degrees (30)",
    "sharpness": "drop faces whose Laplacian has less variance (40; fer2013 15)",
    "covered": "drop faces with a larger share of skin in a strange colour (0.16)",
}


def run(options: argparse.Namespace) -> int:
    """Do what the arguments of ``collect`` say, and return the exit status.

    Raises:
        EmoteBotError: the data set, the output or the landmarker is not what it should be.
    """
    source = SOURCES[options.source]
    thresholds = {name: getattr(options, name) for name in _THRESHOLDS}
    thresholds = {name: value for name, value in thresholds.items() if value is not None}
    source = dataclasses.replace(
        source, thresholds=dataclasses.replace(source.thresholds, **thresholds)
    )
    output = options.output or Path("collections") / source.name
    if source.name == "webcam":
        output = options.output or options.folder
    request = Request(
        options.folder, options.emotion, options.person, options.camera, options.seconds
    )
    if not source.commercial:
        _say(
            Message(
                "{title}: {licence}. {terms}",
                title=Message(source.title),
                licence=source.licence,
                terms=Message(source.terms),
            )
        )
    try:
        assembled = collect(
            source, request, output, options.landmarker, options.workers, options.longest
        )
    except KeyboardInterrupt:
        if (output / JOURNAL).is_file():
            _say(
                Message(
                    "interrupted; call again and it goes on from {journal}",
                    journal=output / JOURNAL,
                )
            )
        else:
            _say(Message("interrupted before anything was measured"))
        return 130
    collection, counts = assembled.collection, assembled.counts
    print(
        Message(
            "{output}: {expressions} expressions and {sequences} sequences of {people} people; "
            "{dropped} of {items} items dropped; see {report}",
            output=output,
            expressions=len(collection.people),
            sequences=len(collection.sequences),
            people=len(collection.everyone()),
            dropped=counts.dropped.total(),
            items=counts.items,
            report=output / "report.html",
        )
    )
    return 0


def _say(message: Message) -> None:
    print(f"training: {message}", file=sys.stderr)


def collect(
    source: Source,
    request: Request,
    output: Path,
    landmarker: Path | None = None,
    workers: int = 1,
    longest: float = LONGEST,
) -> Assembled:
    """Measure a data set and write its collection and report.

    Args:
        source: the kind of data set.
        request: where it is, and what the user says of it.
        output: folder of the collection; one that was begun is continued.
        landmarker: path of ``face_landmarker.task``; None to look for it.
        workers: how many processes measure.
        longest: seconds of one sequence at most.

    Raises:
        EmoteBotError: the data set, the output or the landmarker is not what it should be, nothing
            can be measured, or a package is missing.
    """
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise EmoteBotError(
            "collect needs {names}: python -m pip install -e '.[training]'",
            names=missing,
        )
    from tqdm import tqdm

    _check_output(output)
    if source.name != "webcam" and not request.folder.exists():
        raise EmoteBotError(
            "There is no {folder}; {source} needs {layout}",
            folder=request.folder,
            source=source.name,
            layout=source.layout,
        )
    model = _find_model(landmarker) if source.pictures else None
    items, omitted = list_items(source, request)
    if not items:
        raise EmoteBotError(
            "Nothing in {folder} can be measured: {reasons}",
            folder=request.folder,
            reasons=_counted(omitted),
        )
    sha256 = digest(model) if model else None
    settings = {
        "source": source.name,
        "folder": str(request.folder.resolve()),
        "landmarker": sha256,
        "thresholds": dataclasses.asdict(source.thresholds),
    }
    with Journal(output, settings) as journal:
        done = journal.names()
        todo = [
            item
            for item in items
            if item.name not in done or isinstance(item.material, EncodedFrames)
        ]  # recordings of a camera are new ones in every call
        bar = tqdm(total=len(items), initial=len(items) - len(todo), desc="measuring", unit="item")
        with bar:
            for measured in measure_all(todo, model, source.thresholds, workers):
                journal.add(measured)
                bar.update()
        about = _about(source, sha256)
        assembled = assemble(_name(source, output), source, items, journal.get, about, longest)
        if not assembled.collection.people and not assembled.collection.sequences:
            journal.remove()  # another try will be with other thresholds
            raise EmoteBotError(
                "No item of {folder} is good enough: {reasons}",
                folder=request.folder,
                reasons=_counted(assembled.counts.dropped),
            )
        about["counts"] = summary(assembled, omitted)
        try:
            write_collection(assembled.collection, output)
            _report(assembled, model, output)
        except OSError as error:  # as on a full disk; the journal stays, and a second call writes
            raise EmoteBotError(
                "{output} cannot be written: {reason}", output=output, reason=error.strerror
            ) from error
        journal.remove()
    return assembled


def _check_output(output: Path) -> None:
    """Refuse a folder that holds anything but a collection that was begun."""
    if (output / JOURNAL).exists():
        return
    if (output / ABOUT).exists():
        raise EmoteBotError(
            "{output} holds a collection already: choose another --output", output=output
        )
    if output.is_file() or (output.is_dir() and any(output.iterdir())):
        raise EmoteBotError("{output} is no empty folder: choose another --output", output=output)


def _find_model(landmarker: Path | None) -> Path:
    """Return the landmarker's path once it is known to be one."""
    model = find_landmarker(landmarker)
    with FaceReader(model):  # raises if it is something else, before anything is measured
        return model


def _name(source: Source, output: Path) -> str:
    """Return the name of a collection: the data set's, or its folder's where it is the user's own.

    Who is held out depends on it, so a data set keeps its name wherever its collection is.
    """
    return source.name if source.licence else output.resolve().name


def _about(source: Source, landmarker: str | None) -> dict[str, Any]:
    """Return what ``collection.json`` says, apart from the counts."""
    pictures = landmarker is not None
    unmeasured = [name for name in CHANNELS if name not in (*source.measured, *GAZE)]
    return {
        "title": source.title,
        "source": source.address,
        "terms": source.terms,
        "commercial": source.commercial,
        "spoken": source.spoken,
        "landmarker": {"address": ADDRESS, "sha256": landmarker} if pictures else None,
        "thresholds": dataclasses.asdict(source.thresholds) if pictures else None,
        "from_facs_tables": unmeasured,
        "weakly_seen": [
            name for name in source.measured if pictures and name.startswith(WEAKLY_MEASURED)
        ],
    }


def summary(assembled: Assembled, omitted: Counter[str]) -> dict[str, Any]:
    """Return the counts of a collection as ``collection.json`` holds them.

    Args:
        assembled: the collection.
        omitted: reason to how many entries of the data set were not even tried.
    """
    collection, counts = assembled.collection, assembled.counts
    strongest = [EMOTIONS[index] for index in collection.emotion.argmax(axis=1)]
    people = Counter(collection.people)
    moving = Counter(sequence.person for sequence in collection.sequences)
    listed = len(collection.everyone()) <= MOST_PEOPLE
    figures: dict[str, Any] = {
        "items": counts.items,
        "expressions": len(collection.people),
        "sequences": len(collection.sequences),
        "people": len(collection.everyone()),
        "neutral_items": counts.neutral,
        "rows_beyond_neutral": int(collection.neutral_known.sum()),
        "expressions_by_emotion": {name: strongest.count(name) for name in EMOTIONS},
        "expressions_by_person": dict(sorted(people.items())) if listed else {},
        "sequences_by_person": dict(sorted(moving.items())) if listed else {},
        "not_tried": dict(omitted.most_common()),
        "dropped_items": dict(counts.dropped.most_common()),
        "frames": counts.frames,
        "dropped_frames": dict(counts.dropped_frames.most_common()),
    }
    if counts.unreadable:
        figures["unreadable"] = dict(list(counts.unreadable.items())[:MOST_UNREADABLE])
    return figures


def _counted(reasons: Counter[str]) -> tuple[Message, ...]:
    """Return how often each reason was given, the most frequent first."""
    return tuple(
        Message("{count} × {reason}", count=count, reason=Message(reason))
        for reason, count in reasons.most_common()
    )


def _report(assembled: Assembled, model: Path | None, output: Path) -> None:
    """Write the report and, where enough people are in it, the picture of mean faces."""
    from . import collection_report, mean_faces

    picture = output / "mean_faces.png"
    picture.unlink(missing_ok=True)
    peaks: tuple[Peak, ...] = assembled.peaks if model else ()
    shown, note = mean_faces.draw(peaks, model, picture)
    collection_report.write(
        assembled.collection, picture if shown else None, str(note), output / "report.html"
    )
