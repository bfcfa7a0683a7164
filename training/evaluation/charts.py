# SPDX-License-Identifier: GPL-3.0-or-later
"""The charts of the report that are drawn from its figures alone, in one restrained style."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from emotebot_blender.core.emotions import EMOTIONS

from .expressions import REFERENCE, Table
from .targets import Target, targets

PAPER, INK, QUIET = "#fcfbf8", "#26292c", "#8b9096"
GENERATED, REAL, OTHER = "#0f766e", "#c77d2b", "#b3b9bf"
"""Colours of what the network makes, of held-out faces, and of baselines."""

GOOD, BAND = "#2e7d4f", "#e4f0e8"
WIDTH = 8.6
"""Inches; a page is as wide at 100 dots an inch."""

_STYLE: Any = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.edgecolor": "#c9ccd0",
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#ececea",
    "text.color": INK,
    "xtick.color": "#55595e",
    "ytick.color": "#55595e",
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.hashsalt": "emotebot",
}


@contextmanager
def sheet(path: Path, rows: int, columns: int, height: float, **how: Any) -> Iterator[Any]:
    """Give the axes of a new picture and write it when done.

    Args:
        path: of the PNG file.
        rows: of axes.
        columns: of axes.
        height: inches.
        **how: for ``pyplot.subplots``.
    """
    matplotlib.use("Agg")
    with matplotlib.rc_context(_STYLE):
        figure, axes = pyplot.subplots(
            rows, columns, figsize=(WIDTH, height), layout="constrained", **how
        )
        try:
            yield axes
            _write(figure, path)
        finally:
            pyplot.close(figure)


def _write(figure: Figure, path: Path) -> None:
    from PIL import Image

    figure.savefig(path, dpi=130, metadata={"Software": None})
    with Image.open(path) as opened:  # a palette makes a chart a third as large
        small = opened.convert("RGB").quantize(128, Image.Quantize.MEDIANCUT)
    small.save(path, optimize=True)


def colour_of(name: str, models: Sequence[str]) -> str:
    """Return the colour of a generator."""
    if name in models:
        return GENERATED
    return REAL if name == REFERENCE else OTHER


def scoreboard(table: Table, models: Sequence[str], path: Path) -> None:
    """Draw each metric of the whole mix: everybody a dot, the target a band.

    Args:
        table: figures by row.
        models: names of the networks among the rows.
        path: of the PNG file.
    """
    keys = [key for key in next(iter(table.values())) if key in targets()]
    with sheet(path, 3, 3, 8.4, sharey=True) as grid:
        for index, axes in enumerate(grid.flat):
            if index >= len(keys):
                axes.set_visible(False)
                continue
            target = targets()[keys[index]]
            _dots(axes, {name: row[keys[index]] for name, row in table.items()}, target, models)
        grid.flat[0].invert_yaxis()


def _dots(
    axes: Axes, rows: Mapping[str, Sequence[float]], target: Target, models: Sequence[str]
) -> None:
    names = list(rows)
    middle = [float(np.mean(rows[name])) for name in names]
    near = [value for value in middle if math.isfinite(value)]
    low, high = _limits(near, target)
    least = target.least if target.least is not None else low
    most = target.most if target.most is not None else high
    axes.axvspan(max(least, low), min(most, high), color=BAND, zorder=0)
    for y, name in enumerate(names):
        colour = colour_of(name, models)
        shown = np.clip(rows[name], low, high)
        axes.plot([shown.min(), shown.max()], [y, y], color=colour, lw=2.5, alpha=0.45)
        marker = "o" if low <= middle[y] <= high else (">" if middle[y] > high else "<")
        size = 8 if name in models else 5.5
        axes.plot(np.clip(middle[y], low, high), y, marker, color=colour, ms=size, clip_on=False)
    axes.set_xlim(low, high)
    axes.set_yticks(range(len(names)), names)
    axes.grid(axis="y", visible=False)
    axes.set_title(f"{target.title}   {target.words()}")


def _limits(values: Sequence[float], target: Target) -> tuple[float, float]:
    """Return what an axis shows: the target, and most of the values without the furthest."""
    edges = [edge for edge in (target.least, target.most) if edge is not None]
    shown = [*np.quantile(values, (0.0, 0.8)), *edges]
    low, high = min(shown), max(shown)
    room = 0.12 * (high - low or 1)
    floor = 0.0 if min(values) >= 0 else -math.inf
    return max(low - room, floor), high + room


def by_emotion(tables: Mapping[str, Table], models: Sequence[str], path: Path) -> None:
    """Draw coverage, AUC and variety of each emotion in full, beside other held-out faces.

    Args:
        tables: emotion to figures by row.
        models: names of the networks among the rows.
        path: of the PNG file.
    """
    keys = ("coverage", "auc", "pairwise_ratio")
    with sheet(path, 1, 3, 3.0, sharey=True) as grid:
        for axes, key in zip(grid, keys, strict=True):
            target = targets()[key]
            ceiling = 1.02 if key != "pairwise_ratio" else 1.5
            low = target.least if target.least is not None else 0.4
            axes.axvspan(low, target.most or 1.0, color=BAND, zorder=0)
            for y, (_, table) in enumerate(tables.items()):
                axes.plot(min(np.mean(table[REFERENCE][key]), ceiling), y, "o", color=REAL, ms=5.5)
                for name in models:
                    shown = np.minimum(table[name][key], ceiling)
                    axes.plot(
                        [shown.min(), shown.max()], [y, y], color=GENERATED, lw=2.5, alpha=0.45
                    )
                    axes.plot(shown.mean(), y, "o", color=GENERATED, ms=8)
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.set_yticks(range(len(tables)), list(tables))
            axes.set_title(f"{target.title}   {target.words()}")
        grid[0].invert_yaxis()


def compounds(units: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw how often each unit shows in each compound emotion, published and made."""
    names = list(dict.fromkeys(row["emotion"] for row in units))
    with sheet(path, 5, 3, 9.0, sharex=True) as grid:
        for index, (axes, name) in enumerate(zip(grid.flat, names, strict=False)):
            rows = [row for row in units if row["emotion"] == name]
            for x, row in enumerate(rows):
                axes.plot([x, x], [row["published"], row["made"]], color="#d5d8db", lw=2)
            axes.plot([r["published"] for r in rows], "D", color=REAL, ms=5, label="Du et al. 2014")
            axes.plot([r["made"] for r in rows], "o", color=GENERATED, ms=6, label="EmoteBot")
            axes.set_ylim(-0.05, 1.05)
            axes.set_title(name, fontsize=9)
            axes.set_xlim(-0.6, 9.6)
            axes.set_xticks([])
            for x, row in enumerate(rows):
                axes.annotate(
                    str(row["unit"]),
                    (x, 0),
                    xycoords=("data", "axes fraction"),
                    xytext=(0, -9),
                    textcoords="offset points",
                    ha="center",
                    fontsize=7.5,
                    color=QUIET,
                )
            if index == 0:
                axes.legend(loc="lower right", fontsize=7.5, handletextpad=0.2)
        for axes in grid.flat[len(names) :]:
            axes.set_visible(False)


def characters(table: Mapping[str, Mapping[str, float]], unit: str, path: Path) -> None:
    """Draw how far takes of one subject and faces of different subjects are apart.

    Args:
        table: emotion to ``own`` and ``others``, and with ``real_`` those of held-out subjects.
        unit: of the distances.
        path: of the PNG file.
    """
    names = list(table)
    with sheet(path, 1, 1, 2.9) as axes:
        for y, name in enumerate(names):
            row = table[name]
            for shift, colour, prefix in ((-0.14, GENERATED, ""), (0.14, REAL, "real_")):
                own, others = row[prefix + "own"], row[prefix + "others"]
                axes.plot([own, others], [y + shift] * 2, color=colour, lw=2, alpha=0.5)
                axes.plot(own, y + shift, "o", color=colour, ms=5, mfc=PAPER, mew=1.6)
                axes.plot(others, y + shift, "o", color=colour, ms=6.5)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel(f"distance in {unit}: open, takes of one subject; full, different subjects")


def motion_distances(table: Mapping[str, Any], models: Sequence[str], path: Path) -> None:
    """Draw Kolmogorov and Smirnov's distances of onsets by action unit and emotion.

    Args:
        table: figures by row.
        models: names of the networks among the rows.
        path: of the PNG file.
    """
    model = table[models[0]]
    best = {
        "linear": "#d9dcdf",
        "Bezier ease": "#b3b9bf",
        "minimum jerk": "#8b9096",
    }
    with sheet(path, 2, 1, 5.2) as grid:
        for axes, key, label in ((grid[0], "units", "AU "), (grid[1], "emotions", "")):
            names = list(model[key])
            movers = {**{name: table[name] for name in best}, models[0]: model}
            wide = 0.8 / len(movers)
            for number, (name, figures) in enumerate(movers.items()):
                heights = [
                    (
                        figures[key].get(row, {}) if key == "units" else figures[key][row]["onset"]
                    ).get("distance", math.nan)
                    for row in names
                ]
                positions = np.arange(len(names)) + (number - len(movers) / 2 + 0.5) * wide
                axes.bar(
                    positions, heights, wide * 0.9, color=best.get(name, GENERATED), label=name
                )
            axes.axhline(0.15, color=GOOD, lw=1.2, ls=(0, (4, 3)))
            axes.set_xticks(range(len(names)), [label + name for name in names])
            axes.set_ylabel("distance")
            axes.grid(axis="x", visible=False)
        grid[0].set_title(
            "Onset of each action unit: distance from its published distribution (target .15)"
        )
        grid[1].set_title("Onset of whole faces by emotion")
        grid[0].set_ylim(top=1.2 * grid[0].get_ylim()[1])
        grid[0].legend(ncols=4, loc="upper right")


def confusion(
    counts: Mapping[str, Mapping[str, int]], names: Sequence[str], title: str, path: Path
) -> None:
    """Draw what was requested against what was named, in shares of each row.

    Args:
        counts: emotion requested to emotion named to number of takes.
        names: what the observer may name.
        title: above it.
        path: of the PNG file.
    """
    requested = [name for name in EMOTIONS if name in counts]
    shares = np.array([[counts[a].get(n, 0) for n in names] for a in requested], dtype=float)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    ramp = matplotlib.colors.LinearSegmentedColormap.from_list(
        "generated", [PAPER, "#8fc4bf", GENERATED]
    )
    with sheet(path, 1, 1, 3.9) as axes:
        axes.imshow(shares, cmap=ramp, vmin=0, vmax=1, aspect="auto")
        for y, x in np.ndindex(shares.shape):
            if shares[y, x]:
                colour = PAPER if shares[y, x] > 0.55 else INK
                axes.text(
                    x,
                    y,
                    f"{shares[y, x]:.0%}".replace("%", " %"),
                    ha="center",
                    va="center",
                    color=colour,
                )
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(requested)), requested)
        axes.grid(visible=False)
        axes.set_xlabel("named")
        axes.set_ylabel("requested")
        axes.set_title(title)


def training_curves(curves: Mapping[str, Mapping[str, np.ndarray]], path: Path) -> None:
    """Draw the curves of the trainings: one panel for each network.

    Args:
        curves: network to column name, "step" first, to values.
        path: of the PNG file.
    """
    with sheet(path, 1, len(curves), 3.1, squeeze=False) as grid:
        shades = (GENERATED, REAL, "#5b7aa8", "#a85b7a", QUIET, INK)
        for axes, (network, columns) in zip(grid[0], curves.items(), strict=True):
            steps = columns["step"]
            losses = {name: column for name, column in columns.items() if name != "step"}
            for number, (name, column) in enumerate(losses.items()):
                axes.plot(steps, column, color=shades[number % len(shades)], lw=1.3, label=name)
            if all((column[np.isfinite(column)] > 0).all() for column in losses.values()):
                axes.set_yscale("log")
            axes.set_title(f"{network} network")
            axes.set_xlabel("step")
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=3)
