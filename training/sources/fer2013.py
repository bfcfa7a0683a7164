# SPDX-License-Identifier: GPL-3.0-or-later
"""FER2013: small grey pictures from the web, labelled with seven emotions.

Goodfellow et al. 2013. ``fer2013.csv`` with the columns emotion, pixels (48 × 48 numbers) and
Usage. Nobody knows who is on them, so everyone counts as another person. A face in them is 35 to 40
pixels wide and never sharp: the thresholds are lower than elsewhere, and so is what can be trusted.
"""

import csv

import numpy as np

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from ..faces.quality import Thresholds
from .damaged_files import READ_ERRORS
from .item import ImageArray, Item, Listing, Omitted, Request, Source, pure, require

EMOTION = {
    "0": "anger",
    "1": "disgust",
    "2": "fear",
    "3": "happiness",
    "4": "sadness",
    "5": "surprise",
    "6": "neutral",
}
SIDE = 48
TABLE = "fer2013.csv"
LAYOUT = Message("fer2013.csv with the columns emotion, pixels and Usage")


def items(request: Request) -> Listing:
    """List the pictures.

    Raises:
        EmoteBotError: there is no table, or it is another one.
    """
    table = request.folder if request.folder.is_file() else request.folder / TABLE
    with require(table, "FER2013", LAYOUT).open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file, skipinitialspace=True)
        if not {"emotion", "pixels"} <= set(rows.fieldnames or ()):
            raise EmoteBotError(
                "{table} is not FER2013, which is {layout}", table=table, layout=LAYOUT
            )
        for number, entry in enumerate(rows):
            name = f"{number:05d}"
            try:
                pixels = np.array(entry["pixels"].split(), dtype=np.uint8).reshape(SIDE, SIDE)
                emotion = pure(EMOTION[entry["emotion"]])
            except READ_ERRORS:
                yield Omitted(name, "not a row of FER2013")
                continue
            yield Item(name, name, ImageArray(pixels), emotion)


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
