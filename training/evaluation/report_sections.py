# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an evaluation: what it says of the figures, and its pictures, in ``report.html``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from emotebot_blender.core.emotions import BASIC_EMOTIONS

from .expressions import REFERENCE
from .heads import HEADS
from .holds import HALF
from .motion_section import (
    changes_section,
    heads_section,
    hold_medians,
    holds_section,
    least_accuracy,
    motion_section,
)
from .movements import UNPUBLISHED
from .report_elements import Cell, Figures, Picture, Section, TableView, cell, comparison, written
from .seen_variety import mean_figures
from .targets import Target, targets
from .variety_tables import variety_tables

TEMPLATE = Path(__file__).resolve().parent / "report.html"

CLOSENESS = (
    "coverage",
    "density",
    "mmd2",
    "auc",
    "conditional_auc",
    "frechet_ratio",
    "tstr",
    "share_closer",
    "pairwise_ratio",
)
SMILES = ("coverage", "density", "mmd2", "auc", "frechet_ratio", "share_closer", "pairwise_ratio")

MARKS = {"only": "†", "mostly": "‡", "": ""}
"""Beside channels that were learned from tables of action units alone, or mostly."""


def write_page(figures: Figures, pictures: Mapping[str, list[Picture]], path: Path) -> None:
    """Write the page.

    Args:
        figures: from ``training.evaluation.evaluate``.
        pictures: name of a section to its pictures, which lie beside the page.
        path: of the page.
    """
    import jinja2

    template = jinja2.Template(
        TEMPLATE.read_text(encoding="utf-8"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    parts = sections(figures)
    for part in parts:
        part.pictures += pictures.get(part.name, [])
    page = template.render(
        networks=figures["networks"],
        summary=summary(figures),
        sections=parts,
        targets=targets(),
        sizes=figures["sizes"],
    )
    path.write_text(page + "\n", encoding="utf-8")


def summary(figures: Figures) -> list[tuple[Target, Cell]]:
    """Return each target that was tried, and the first network's figure with a verdict."""
    values = summary_values(figures)
    return [
        (target, cell(values[key], target)) for key, target in targets().items() if key in values
    ]


def summary_values(figures: Figures) -> dict[str, float | Sequence[float]]:
    """Return the first network's figure for each target; several where there were several seeds."""
    name = next(iter(figures["networks"]))
    motion = figures["motion"][name]
    values: dict[str, Any] = dict(figures["whole_mix"][name])
    values["falls"] = figures["intensity"]["falls"]
    values["at_rest"] = figures["intensity"]["at_rest"]
    seen = figures["intensity"]["spearman"]
    values["intensity"] = min(seen[name]["people"] for name in BASIC_EMOTIONS[:-1])
    values["compounds"] = figures["compounds"]["difference"]
    values["mixtures"] = figures["mixtures"]["mean"]
    names = figures["naming"].values()
    values["named"] = sum(row["made"] for row in names) / sum(row["real"] for row in names)
    values["one_sided"] = figures["one_sidedness"]["contempt"]["one_sided"]
    seen = mean_figures(figures["seen_variety"][name])
    values |= {key: seen[key] for key in ("seen_takes", "seen_subjects")}
    values["unit_onsets"] = _worst_distance(motion["units"].values())
    published = {name: row for name, row in motion["emotions"].items() if name != UNPUBLISHED}
    values["emotion_onsets"] = _worst_distance(row["onset"] for row in published.values())
    values["emotion_totals"] = _worst_distance(row["total"] for row in published.values())
    values["peaks"] = motion["peaks"]["median"]
    values["asked"] = motion["asked"]["late"]
    values["retarget"] = motion["retarget"]["worst"] / motion["retarget"]["usual"]
    values["hour"] = motion["hour"]["missed"]
    values["seeds"] = motion["seeds"]["difference"]
    values["landed"] = figures["changes"][name]["landed"]
    values |= hold_medians(figures["holds"][name][HALF])
    values["head_accuracy"] = least_accuracy(figures["heads"]["accuracy"][next(iter(HEADS))])
    values["windows"] = figures["windows"].get(name, [])
    if figures.get("observer"):
        shares = figures["observer"]["shares"]
        values |= {key: shares[key] for key in ("strong_named", "anger_disgust", "half_opposite")}
    return values


def _worst_distance(rows: Any) -> float:
    return float(max(row["distance"] for row in rows))


def sections(figures: Figures) -> list[Section]:
    """Return the sections of the page, without pictures."""
    models = list(figures["networks"])
    parts = [
        _mix(figures, models),
        _emotions(figures, models),
        _smiles(figures, models),
        _behaviour(figures),
        _channels(figures),
        motion_section(figures, models),
        changes_section(figures, models),
        holds_section(figures, models),
        heads_section(figures),
    ]
    if figures.get("observer"):
        parts.append(_observer(figures["observer"]))
    if figures.get("mediapipe"):
        parts.append(_readback(figures["mediapipe"]))
    parts.append(
        Section("training", "Training", "Losses and validation of each training on its way.")
    )
    return [part for part in parts if part]


def _mix(figures: Figures, models: Sequence[str]) -> Section:
    section = Section(
        "mix",
        "Expressions: held-out synthetic subjects",
        "Synthetic subjects are drawn from a distribution: published frequencies of action units "
        "and our own table from units to channels. They test whether the network learned that "
        "distribution, on subjects that no training drew; they are not people. Means and "
        "deviations over "
        f"{len(figures['sizes']['seeds'])} evaluation seeds of {figures['sizes']['people']} "
        "subjects each, one face a subject.",
    )
    section.tables.append(
        comparison(
            "The whole training mix: all emotions, compounds and mixtures, at all intensities",
            figures["whole_mix"],
            models,
            CLOSENESS,
            "The copier and SMOTE come as near as anything can; “closer to training” tells why: "
            "they repeat their training rows. "
            f"“{REFERENCE}” is what a perfect model would get.",
        )
    )
    return section


def _emotions(figures: Figures, models: Sequence[str]) -> Section:
    keys = ("coverage", "density", "mmd2", "auc", "frechet_ratio", "pairwise_ratio")
    chosen = [targets()[key] for key in keys]
    section = Section(
        "emotions",
        "Each emotion at full intensity",
        "The hardest place: one emotion, all its variety, nothing to hide behind. "
        f"{figures['sizes']['emotion']} held-out synthetic subjects an emotion.",
    )
    columns = [f"{target.title}  {target.words()}" for target in chosen]
    rows: list[tuple[str, Sequence[Cell], bool]] = []
    for emotion, table in figures["each_emotion"].items():
        for name in models:
            cells = [cell(table[name][target.key], target) for target in chosen]
            label = emotion if len(models) == 1 else f"{emotion}, {name}"
            rows.append((label, cells, True))
    section.tables.append(TableView("The network, emotion by emotion", columns, rows))
    generators = [
        name for name in next(iter(figures["each_emotion"].values())) if name not in models
    ]
    means: list[tuple[str, Sequence[Cell], bool]] = []
    for name in [*models, *generators]:
        cells = []
        for target in chosen:
            every = [np.mean(table[name][target.key]) for table in figures["each_emotion"].values()]
            cells.append(cell([float(np.mean(every))], target))
        means.append((name, cells, name in models))
    section.tables.append(TableView("Mean over the emotions", columns, means))
    section.tables += variety_tables(figures["seen_variety"], models)
    return section


def _smiles(figures: Figures, models: Sequence[str]) -> Section:
    return Section(
        "people",
        "Expressions: held-out measured subjects",
        "Smiles of people (Face Research Lab London Set) whom no training saw, measured with "
        "MediaPipe, in the channels that it measures well. They are few, posed, and only smiles. "
        "The network is asked for happiness at each smile's intensity; most of the happy faces it "
        "learned come from the published frequencies, so even a perfect model of the training mix "
        "(“synthetic subjects”) is not what London shows.",
        [
            comparison(
                "Smiles of the London set",
                figures["real_people"],
                models,
                SMILES,
                f"“{REFERENCE}” are smiles of the subjects in the training part.",
            )
        ],
    )


def _behaviour(figures: Figures) -> Section:
    correlations, target = figures["intensity"]["spearman"], targets()["intensity"]
    table = [
        (
            emotion,
            [cell(row["people"], target), cell(row["one_face"], target), cell(row["real"])],
            True,
        )
        for emotion, row in correlations.items()
    ]
    apart = [
        (
            emotion,
            [
                cell(row[key])
                for key in ("own", "others", "ratio", "real_own", "real_others", "real_ratio")
            ],
            True,
        )
        for emotion, row in figures["characters"].items()
    ]
    sides = [
        (
            emotion,
            [cell(row[key]) for key in ("one_sided", "real_one_sided", "left", "real_left")],
            True,
        )
        for emotion, row in figures["one_sidedness"].items()
    ]
    named = [
        (
            f"{emotion} (else {row['mistaken']})" if row["mistaken"] else emotion,
            [cell(row["made"]), cell(row["real"])],
            True,
        )
        for emotion, row in figures["naming"].items()
    ]
    compound = [
        (name, [cell(value, targets()["compounds"])], True)
        for name, value in figures["compounds"]["by_emotion"].items()
    ]
    return Section(
        "behaviour",
        "Intensity, compounds, mixtures, identities",
        "An emotion regressor, boosted trees that learned from training faces how much of each "
        "emotion a face shows, reads what the network makes. It is not the observer. Over all "
        "emotions and their halves the network's largest drop of a channel while the intensity "
        "rises is "
        f"{written(figures['intensity']['falls'])} (in a performance, where an eye that closes "
        f"opens less wide, {written(figures['intensity']['falls_performed'])}), and its largest "
        f"weight at intensity 0 is {written(figures['intensity']['at_rest'])}.",
        [
            TableView(
                "Rank correlation of the intensity with what the emotion regressor reads",
                ["over different subjects  ≥ 0.9", "within one face  ≥ 0.9", "held-out faces"],
                table,
                "The last column is as far as the regressor can tell at all.",
            ),
            TableView(
                "Share of faces at full intensity that a classifier names rightly",
                ["EmoteBot", "held-out faces"],
                named,
                "A logistic regression on the training faces of all sixteen emotions and their "
                "mixtures, which are a class of their own.",
            ),
            TableView(
                "Compound emotions: mean distance of unit frequencies from Du et al. 2014",
                ["distance  ≤ 0.15"],
                compound,
                f"Over all units r = {figures['compounds']['correlation']:.2f}.",
            ),
            TableView(
                "Distances in deviations: takes of one identity, and different identities",
                [
                    "own takes",
                    "others",
                    "ratio",
                    "synthetic: own",
                    "synthetic: others",
                    "synthetic: ratio",
                ],
                apart,
            ),
            TableView(
                "One-sidedness: share of one-sided faces, and whose left side leads",
                ["one-sided", "synthetic", "left leads", "synthetic"],
                sides,
            ),
        ],
    )


def _channels(figures: Figures) -> Section:
    rows = [
        (
            f"{row['channel']} {MARKS[row['from_tables']]}",
            [
                cell(row[key])
                for key in ("real_mean", "made_mean", "real_p95", "made_p95", "distance")
            ],
            True,
        )
        for row in figures["channels"]
    ]
    return Section(
        "channels",
        "Channel by channel",
        "† learned from tables of action units alone: no landmarker sees these channels move. "
        "‡ mostly from tables: the landmarker under-reads them. Channels that never move are left "
        "out here and in all distances: gaze, cheekPuff, tongueOut and the like.",
        [
            TableView(
                "Weights over the whole mix",
                ["held-out mean", "made", "held-out 95 %", "made", "KS distance"],
                rows,
            )
        ],
    )


def _observer(observed: Mapping[str, Any]) -> Section:
    shares = observed["shares"]
    rows = [
        (targets()[key].title, [cell(shares[key], targets()[key])], True)
        for key in ("strong_named", "anger_disgust", "half_opposite")
    ]
    rows += [
        ("right at intensity 1", [cell(shares["right_full"])], True),
        ("right at intensity .5", [cell(shares["right_half"])], True),
    ]
    return Section(
        "observer",
        "What an observer sees",
        f"{observed['takes']} takes of each emotion on {observed['head']}, rendered with its own "
        "camera and lights where it has them, else in our studio, and shown to an "
        f"observer network ({observed['network']}). Nothing was trained, chosen or "
        "tuned by what it says. On the same test poses of professional film characters reach "
        "100 % and 50 %, prototypes written by hand from FACS 75 % and 50 %, presets in common use "
        "0–55 % and 0 %, real people captured through MediaPipe 45 % and 0 %.",
        [TableView("Shares", ["share"], rows)],
    )


def _readback(readback: Mapping[str, Any]) -> Section:
    rows = [
        (name, [cell(row["gain"]), cell(row["rank"])], True)
        for name, row in readback["channels"].items()
    ]
    return Section(
        "mediapipe",
        "Read back by MediaPipe",
        f"Known weights on {readback['head']}, rendered and read by FaceLandmarker. The gain is "
        "what is read at weight 1 less what is read at rest; channels that the landmarker never "
        "moves have none on any head.",
        [TableView("Gain and rank correlation", ["gain", "rank correlation"], rows)],
    )
