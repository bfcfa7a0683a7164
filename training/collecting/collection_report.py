# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what a data set gave as one HTML page that stands by itself."""

import base64
from pathlib import Path

import numpy as np

from emotebot_blender.core.channels import INDEX, mirrored_name
from emotebot_blender.core.emotions import EMOTIONS

from .collection import Collection

TEMPLATE = Path(__file__).resolve().parent / "report.html.jinja"
_CHANNELS = 12
"""Channels at most that are shown of an emotion."""

_LEAST = 0.01
"""Mean weight from which on a channel is shown."""

_SIDEWAYS = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
"""Channels with a side that are no halves of one movement."""


def write(collection: Collection, faces: Path | None, note: str, path: Path) -> None:
    """Write the report.

    Args:
        collection: with the counts in its ``about``.
        faces: the picture of mean faces, PNG; None without one.
        note: sentences about the mean faces.
        path: of the page, HTML.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = template.render(
        collection=collection,
        about=collection.about,
        counts=collection.about["counts"],
        faces=None if faces is None else _embedded(faces.read_bytes()),
        note=note,
        channels=strongest_channels(collection),
    )
    path.write_text(page, encoding="utf-8")


def strongest_channels(collection: Collection) -> dict[str, dict[str, float]]:
    """Return emotion to channel to mean weight, of the strongest channels of the emotions shown."""
    shown: dict[str, dict[str, float]] = {}
    for emotion in EMOTIONS:
        means = [pair for pair in mean_channels(collection, emotion).items() if pair[1] >= _LEAST]
        if means:
            shown[emotion] = dict(means[:_CHANNELS])
    return shown


def mean_channels(collection: Collection, emotion: str) -> dict[str, float]:
    """Return channel to mean weight over the rows with an emotion's share the largest, in order.

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
