# SPDX-License-Identifier: GPL-3.0-or-later
"""AffectNet: photographs from the web, labelled by hand with eight emotions.

Mollahosseini et al. 2017. ``train_set/images/N.jpg`` and ``train_set/annotations/N_exp.npy``, and
the same under ``val_set``. Nobody knows who is on them, so everyone counts as another person.
"""

import numpy as np

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .damaged_files import READ_ERRORS
from .item import (
    ImageFile,
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    files_in,
    pure,
)

EMOTION = (
    "neutral",
    "happiness",
    "sadness",
    "surprise",
    "fear",
    "disgust",
    "anger",
    "contempt",
)
LAYOUT = Message("train_set/images/N.jpg and train_set/annotations/N_exp.npy")


def items(request: Request) -> Listing:
    """List the photographs with one of the eight labels.

    Raises:
        EmoteBotError: there are none.
    """
    labels = files_in(request.folder, "_exp.npy")
    if not labels:
        raise EmoteBotError(
            "{folder} has no labels; a folder of AffectNet holds {layout}",
            folder=request.folder,
            layout=LAYOUT,
        )
    for path in labels:
        part = path.parent.parent
        number = path.name.removesuffix("_exp.npy")
        name = f"{part.name}_{number}"
        photograph = part / "images" / f"{number}.jpg"
        try:
            label = int(np.load(path))
        except READ_ERRORS:
            yield Omitted(name, "a label that cannot be read")
            continue
        if not photograph.is_file():
            yield Omitted(name, "no photograph")
        elif not 0 <= label < len(EMOTION):
            yield Omitted(name, "none of the eight emotions")
        else:
            yield Item(name, name, ImageFile(photograph), pure(EMOTION[label]))


AFFECTNET = Source(
    name="affectnet",
    title="AffectNet (Mollahosseini, Hasani & Mahoor 2017)",
    licence="research only, by its authors",
    address="http://mohammadmahoor.com/pages/databases/affectnet/",
    layout=LAYOUT,
    items=items,
    commercial=False,
    terms="Not for commercial use; ask its authors before anything made from it is passed on.",
)
