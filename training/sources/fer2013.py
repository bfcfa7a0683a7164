# SPDX-License-Identifier: GPL-3.0-or-later
"""FER2013: small grey pictures from the web, labelled with seven emotions.

Goodfellow et al. 2013. ``fer2013.csv`` with the columns emotion, pixels (48 × 48 numbers) and
Usage. Nobody knows who is on them, so everyone counts as another person. A face in them is 35 to 40
pixels wide and never sharp: the thresholds are lower than elsewhere, and so is what can be trusted.
"""

import csv

import numpy as np

from ..collecting.quality import Thresholds
from .item import Item, Listing, Omitted, Pixels, Request, Source, need, pure

EMOTION = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
SIDE = 48
TABLE = "fer2013.csv"
LAYOUT = f"{TABLE} with the columns emotion, pixels and Usage"


def items(request: Request) -> Listing:
    """List the pictures.

    Raises:
        EmoteBotError: there is no table.
    """
    table = request.folder if request.folder.is_file() else request.folder / TABLE
    with need(table, "FER2013", LAYOUT).open(newline="", encoding="ascii") as file:
        for number, entry in enumerate(csv.DictReader(file)):
            name = f"{number:05d}"
            pixels = np.array(entry["pixels"].split(), dtype=np.uint8)
            label = int(entry["emotion"])
            if pixels.size != SIDE * SIDE or not 0 <= label < len(EMOTION):
                yield Omitted(name, "not a row of FER2013")
                continue
            yield Item(name, name, Pixels(pixels.reshape(SIDE, SIDE)), pure(EMOTION[label]))


FER2013 = Source(
    name="fer2013",
    title="FER2013, Facial Expression Recognition 2013 (Goodfellow et al. 2013)",
    licence="none stated by its authors",
    address="https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge",
    layout=LAYOUT,
    items=items,
    commercial=False,
    terms="Pictures from the web without a stated licence: keep what is made from it to yourself.",
    thresholds=Thresholds(size=24.0, sharpness=15.0),
)
