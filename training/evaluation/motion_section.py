# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page says of movements, changes, holds and heads."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emotebot_blender.core.performance.gaze_target import EYES_ALONE
from emotebot_blender.core.performance.liveliness import DEFAULT_LIVELINESS

from ..metrics.head_metrics import RESTING
from ..metrics.hold_metrics import RECORDED
from .heads import ALONG_DEGREES, FURTHEST_ASIDE, HEADS, OBSERVERS, SEEN_SECONDS
from .holds import ARRIVAL_SECONDS, FULL, HALF, SECONDS
from .movements import UNPUBLISHED
from .report_elements import Cell, Figures, Section, TableView, cell, written
from .targets import targets


def motion_section(figures: Figures, models: Sequence[str]) -> Section:
    """Return the section on movements, without pictures."""
    motion, limit = figures["motion"], targets()["unit_onsets"]
    names = list(motion)
    units = list(motion[models[0]]["units"])
    by_unit = [
        (
            name,
            [cell(motion[name]["units"].get(unit, {}).get("distance"), limit) for unit in units],
            name in models,
        )
        for name in names
    ]
    emotions = list(motion[models[0]]["emotions"])
    tables = [
        TableView(
            "Onsets by action unit: distance from the published distribution  ≤ 0.15",
            [f"AU {unit}" for unit in units],
            by_unit,
        )
    ]
    for kind in ("onset", "offset", "total"):
        rows = [
            (
                name,
                [
                    cell(
                        motion[name]["emotions"][emotion][kind]["distance"],
                        None if emotion == UNPUBLISHED else limit,
                    )
                    for emotion in emotions
                ],
                name in models,
            )
            for name in names
        ]
        tables.append(
            TableView(
                f"{kind.capitalize()}s of whole faces: distance from the published distribution  "
                "≤ 0.15",
                [e if e != UNPUBLISHED else f"{e} (AU 14)" for e in emotions],
                rows,
                "The total is onset and offset; the hold between is the script's."
                if kind == "total"
                else "",
            )
        )
    tables.append(_shapes(motion, models))
    if figures["windows"]:
        rows = [
            (name, [cell(values, targets()["windows"])], name in models)
            for name, values in figures["windows"].items()
        ]
        tables.append(
            TableView(
                "Half-second windows classified against real ones of held-out sequences",
                [f"AUC  {targets()['windows'].words()}"],
                rows,
                "The films are two of the six of CREMA-D, all of one actor, who speaks; only brows "
                "and eyes are looked at. This says nothing about other people.",
            )
        )
    return Section(
        "motion",
        "Movements",
        "How faces move to a feeling and back, from 5 % to 95 % of each channel's displacement, "
        "against hand-coded spontaneous expressions (CAS(ME)², SAMM Long Videos). The curves of "
        "animators and engineers stand beside: they take the published times of the emotions, and "
        "know nothing of action units. Contempt has no published times; those of AU 14 stand in.",
        tables,
    )


def _shapes(motion: Mapping[str, Any], models: Sequence[str]) -> TableView:
    columns: dict[str, tuple[str | None, Callable[[Any], Any]]] = {
        "peak × T ÷ amplitude": ("peaks", lambda f: f["peaks"]["median"]),
        "SPARC at 30 fps": (None, lambda f: f["smoothness"]),
        "offset ÷ onset": (None, lambda f: f["offset_over_onset"]["median"]),
        "offset longer": (None, lambda f: f["offset_over_onset"]["longer"]),
        "AU 5 leads, s": (None, lambda f: f["leads"]["5"]["median"]),
        "AU 9 leads, s": (None, lambda f: f["leads"]["9"]["median"]),
        "late, frames": ("asked", lambda f: f["asked"]["late"]),
        "95 % done at": (None, lambda f: f["asked"]["done_at"]),
        "jolt at new target": (
            "retarget",
            lambda f: f["retarget"]["worst"] / f["retarget"]["usual"],
        ),
        "seeds differ": ("seeds", lambda f: f["seeds"]["difference"]),
        "missed in an hour": ("hour", lambda f: f.get("hour", {}).get("missed")),
    }
    rows = [
        (
            name,
            [cell(get(figures), targets()[key] if key else None) for key, get in columns.values()],
            name in models,
        )
        for name, figures in motion.items()
    ]
    heads = [
        f"{head}  {targets()[key].words()}" if key else head for head, (key, _) in columns.items()
    ]
    return TableView(
        "Shapes of movements",
        heads,
        rows,
        "Published: offsets are 1.29 to 1.71 times as long as onsets and longer in 62 to 81 % of "
        "cases; the lid (AU 5) and the nose (AU 9) come 60 to 200 ms before brows and upper lip. "
        "One minimum jerk has a SPARC of -1.40. “95 % done at”: share of the time asked for.",
    )


def changes_section(figures: Figures, models: Sequence[str]) -> Section:
    """Return the section on changes of feeling, without pictures."""
    changes, target = figures["changes"], targets()["landed"]
    rows = [
        (
            name,
            [
                cell(found["landed"], target),
                *map(cell, map(found.get, ("neither", "frames", "named"))),
            ],
            name in models,
        )
        for name, found in changes.items()
    ]
    tables = [
        TableView(
            "Changes from each emotion to each other one",
            [
                f"{target.title}  {target.words()}",
                "called neither",
                "frames of 1/24 s called neither",
                "both ends named rightly",
            ],
            rows,
            "What is called neither is counted from when the first channel is seen to move until "
            "95 % of the face's way are done, in changes whose ends are named rightly.",
        )
    ]
    for name in models:
        table = changes[name]["units"]
        units = sorted({int(unit) for row in table.values() for unit in row})
        published = {unit: row[unit]["published"] for row in table.values() for unit in row}
        lines: list[tuple[str, Sequence[Cell], bool]] = [
            (emotion, [_landing(row.get(str(unit))) for unit in units], True)
            for emotion, row in table.items()
        ]
        lines.append(("published onset", [cell(published[str(unit)]) for unit in units], False))
        tables.append(
            TableView(
                f"{name}: seconds until nine tenths of what rises, by new emotion",
                [f"AU {unit}" for unit in units],
                lines,
                "Medians; units that carry the emotion are judged, the others came with single "
                "characters. A dropped jaw is AU 26, however far.",
            )
        )
    return Section(
        "changes",
        "Changes",
        f"One emotion in full gives way to another, {figures['sizes']['changes']} characters for "
        "each of the 42 ways. A plain classifier, logistic regression on training faces in which "
        "mixtures and compounds are a class of their own, names each step. The curves of animators "
        "and engineers take the published time of the new emotion.",
        tables,
    )


def _landing(row: Mapping[str, Any] | None) -> Cell:
    if row is None:
        return Cell("")
    found = cell(row["seconds"])
    verdict = "met" if row["seconds"] <= row["published"] else "missed"
    return dataclasses.replace(found, verdict=verdict) if row["carries"] else found


def hold_medians(figures: Mapping[str, Any]) -> dict[str, float]:
    """Return key to median over the channels of holds.

    Args:
        figures: from ``holds.hold_figures``, or from a file, which has null for what is endless.
    """
    return {key: _endless(row["median"]) for key, row in figures["metrics"].items()}


def holds_section(figures: Figures, models: Sequence[str]) -> Section:
    """Return the section on holds, without pictures."""
    chosen = [targets()[key] for key in RECORDED]
    columns = [f"{target.title}  {target.words()}" for target in chosen]
    tables = []
    for intensity, words in ((HALF, "half"), (FULL, "full")):
        rows: list[tuple[str, Sequence[Cell], bool]] = []
        for name, table in figures["holds"].items():
            found = table[intensity]
            cells = []
            for target in chosen:
                row = {key: _endless(value) for key, value in found["metrics"][target.key].items()}
                spread = f"({written(row['p5'])} to {written(row['p95'])})"
                cells.append(dataclasses.replace(cell(row["median"], target), spread=spread))
            shares = cell(found["within"]), cell(found["named"])
            rows.append((name, [*cells, *shares], name in models))
        people = [
            Cell(f"{row.median:g}", "", f"({row.least:g} to {row.most:g})")
            for row in RECORDED.values()
        ]
        rows.append(("recordings of one talker", [*people, Cell(""), Cell("")], False))
        tables.append(
            TableView(
                f"Holds at {words} intensity: median over channels, percentiles 5 and 95",
                [*columns, "channels within all four", "frames named rightly"],
                rows,
            )
        )
    by_emotion = [
        (
            emotion if len(models) == 1 else f"{emotion}, {name}",
            [cell(_endless(row[target.key]), target) for target in chosen],
            True,
        )
        for name in models
        for emotion, row in figures["holds"][name][HALF]["emotions"].items()
    ]
    tables.append(
        TableView("The network, emotion by emotion at half intensity", columns, by_emotion)
    )
    return Section(
        "holds",
        "Holds",
        f"How a feeling moves while it is held, for {SECONDS:g} s from {ARRIVAL_SECONDS:g} s after "
        "the end of the transition on, in every channel with a mean over .03; blinks and gaze do "
        f"not count. {figures['sizes']['holds']} characters hold each of the seven emotions. The "
        "ranges are those of nine recordings of one adult who acts anger, fear and sadness and "
        "talks: they say how much, not how exactly. The networks perform as they do by "
        f"default, at a liveliness of {DEFAULT_LIVELINESS:g}, and at 1 beside it. A still face, "
        "white noise and a random walk of the recorded spread (the walk with the recorded "
        "half-life, too) stand beside. A channel that stands still has a half-life without end. "
        "The classifier of the changes names each frame.",
        tables,
    )


def least_accuracy(figures: Figures) -> float:
    """Return what an observer of pitch and speed tells by a head, the least of the intensities.

    Args:
        figures: intensity to shares, as ``heads.heads`` has them for each way to turn a head.
    """
    return min(float(shares[next(iter(OBSERVERS))]) for shares in figures.values())


def heads_section(figures: Figures) -> Section:
    """Return the section on heads, without pictures."""
    found, target, (own, *_) = figures["heads"], targets()["head_accuracy"], HEADS
    accuracies = [
        (
            name,
            [
                cell(shares[observer], target if observer == next(iter(OBSERVERS)) else None)
                for shares in table.values()
                for observer in OBSERVERS
            ],
            name == own,
        )
        for name, table in found["accuracy"].items()
    ]
    words = {HALF: "half", FULL: "full"}
    by_feeling = [
        (
            name,
            [
                _pitch(row),
                Cell(row["direction"] or "–"),
                dataclasses.replace(cell(row["speed"]), spread=f"±{written(row['speed_spread'])}"),
                cell(row["rest"]),
                Cell(row["source"] if row["read"] else ""),
            ],
            True,
        )
        for name, row in found["feelings"].items()
    ]
    kinds = {"along": "head goes along", "by_head": "share that the head does"}
    kinds |= {"reached": "target reached", "eyes_alone": "reached by eyes alone (strength 0)"}
    shifts = [
        (name, [cell(row[key]) for key in kinds], True) for name, row in found["shifts"].items()
    ]
    return Section(
        "heads",
        "Heads",
        "What can be told from the turns of a head, the face hidden. A simple observer knows a "
        f"take's mean pitch and mean speed over {SEEN_SECONDS:g} s from the beginning of the "
        f"change on, and the line that best parts {figures['sizes']['heads']} happy takes from as "
        "many sad ones; it is asked about as many others. Postures, speeds and their spread are a "
        "table of ours with the directions that are published, and no network: that the observer "
        "is right far more often than people are says that the postures differ clearly, not that "
        "people hold their heads so. The strength of a head multiplies its turns; at 0 no bone is "
        "keyed.",
        [
            TableView(
                f"Share of takes called rightly happy or sad  {target.words()}",
                [
                    f"{observer}, {words[intensity]} intensity"
                    for intensity in found["accuracy"][own]
                    for observer in OBSERVERS
                ],
                accuracies,
                ".5 is guessing. Speed alone says little at half intensity: the sad head goes "
                "slowly, but further.",
            ),
            TableView(
                "How heads move in each emotion at full intensity: means and deviations of takes",
                [
                    "pitch, degrees down",
                    "direction in our table",
                    "speed, degrees a second",
                    "share of a hold at rest",
                    "direction or speed read in",
                ],
                by_feeling,
                "Judged is the direction of the pitch where a source was read; the others are "
                f"general knowledge. A head that is slower than {RESTING:g} degree a second rests, "
                f"in the {SECONDS:g} s after the first {SEEN_SECONDS:g}.",
            ),
            TableView(
                "Shifts of the gaze to a target that jumps",
                [*kinds.values()],
                shifts,
                f"Targets are anywhere up to {FURTHEST_ASIDE:g} degrees aside and half as much up "
                f"or down; a head that turns by {ALONG_DEGREES:g} degree or more goes along. The "
                f"head does what lies beyond {EYES_ALONE:g} degrees to a side, or up or down, from "
                "straight ahead; an oblique shift of that length, or one between both sides, may "
                "leave it where it is.",
            ),
        ],
    )


def _pitch(row: Mapping[str, Any]) -> Cell:
    """Return the mean pitch in an emotion, judged where its direction was read in a source."""
    found = dataclasses.replace(cell(row["pitch"]), spread=f"±{written(row['pitch_spread'])}")
    if not row["read"]:
        return found
    is_right = row["pitch"] * {"up": -1, "down": 1}[row["direction"]] > 0
    return dataclasses.replace(found, verdict="met" if is_right else "missed")


def _endless(value: float | None) -> float:
    return math.inf if value is None else value
