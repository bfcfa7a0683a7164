# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what a data set gave as one HTML page that stands by itself."""

import base64
import io
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import INDEX, mirrored_name
from emotebot_blender.core.emotions import EMOTIONS

from ..collection import Collection

TEMPLATE = Path(__file__).resolve().parent / "report.html.jinja"
_BARS = 14
"""Channels that the sheet of mean channels shows of an emotion at most."""

_LEAST = 0.01
"""Mean from which on a channel is shown."""

_SIDEWAYS = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
"""Channels with a side that are no halves of one movement."""


def write(collection: Collection, faces: Path | None, told: str, path: Path) -> None:
    """Write the report.

    Args:
        collection: with the counts in what is said about it.
        faces: the picture of mean faces, if there is one.
        told: a sentence about the mean faces.
        path: where the page goes.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = template.render(
        collection=collection,
        about=collection.about,
        counts=collection.about["counts"],
        faces=None if faces is None else _embedded(faces.read_bytes()),
        told=told,
        bars=_embedded(draw_bars(collection)) if collection.people else None,
    )
    path.write_text(page, encoding="utf-8")


def draw_bars(collection: Collection) -> bytes:
    """Return a picture, PNG, of each emotion's strongest mean channels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    means = {name: mean_channels(collection, name) for name in EMOTIONS}
    shown = {name: mean for name, mean in means.items() if mean}
    figure = Figure(figsize=(3.1 * min(4, len(shown)), 3.4 * -(-len(shown) // 4)))
    FigureCanvasAgg(figure)
    for place, (emotion, mean) in enumerate(shown.items()):
        axes = figure.add_subplot(-(-len(shown) // 4), min(4, len(shown)), place + 1)
        names = [name for name in list(mean)[:_BARS] if mean[name] >= _LEAST]
        axes.barh(names, [mean[name] for name in names], color="#3b6ea8")
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.tick_params(labelsize=7)
        axes.set_title(emotion, fontsize=10)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    stream = io.BytesIO()
    figure.savefig(stream, dpi=110)
    return stream.getvalue()


def mean_channels(collection: Collection, emotion: str) -> dict[str, float]:
    """Return channel to mean over the rows that show an emotion most of all, the largest first.

    Left and right count as one, under the name without its side. Empty where no row shows it.
    """
    rows = collection.emotion.argmax(axis=1) == EMOTIONS.index(emotion)
    if not rows.any():
        return {}
    mean = collection.weights[rows].mean(axis=0)
    sides: dict[str, list[float]] = {}
    for name in collection.measured:
        both = mirrored_name(name) != name and name not in _SIDEWAYS
        pool = name.removesuffix("Left").removesuffix("Right") if both else name
        sides.setdefault(pool, []).append(float(mean[INDEX[name]]))
    pooled = {name: float(np.mean(values)) for name, values in sides.items()}
    return dict(sorted(pooled.items(), key=lambda entry: -entry[1]))


def _embedded(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
