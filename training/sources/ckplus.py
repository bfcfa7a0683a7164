# SPDX-License-Identifier: GPL-3.0-or-later
"""CK+: people pose from a neutral face to the peak of an emotion.

Lucey et al. 2010. ``cohn-kanade-images/S005/001/S005_001_00000011.png`` with
``Emotion/S005/001/S005_001_00000011_emotion.txt`` for those sequences that show an emotion. The
first frame is neutral and the last is the peak; filmed at 30 frames a second.
"""

from pathlib import Path

from emotebot_blender.core.messages import Message

from .damaged_files import READ_ERRORS
from .item import (
    FrameFiles,
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    files_in,
    pure,
    require,
)

EMOTION = (
    "neutral",
    "anger",
    "contempt",
    "disgust",
    "fear",
    "happiness",
    "sadness",
    "surprise",
)
FPS = 30.0
LAYOUT = Message("cohn-kanade-images/S005/001/*.png and Emotion/S005/001/*_emotion.txt")


def items(request: Request) -> Listing:
    """List the sequences; those without a label serve for their neutral face and as movement.

    Raises:
        EmoteBotError: the folder has no pictures of CK+.
    """
    images = require(request.folder / "cohn-kanade-images", "CK+", LAYOUT)
    labels = require(request.folder / "Emotion", "CK+", LAYOUT)
    for folder in sorted(path for path in images.glob("S*/*") if path.is_dir()):
        person, number = folder.parts[-2:]
        name = f"{person}_{number}"
        paths = tuple(files_in(folder, ".png"))
        if not paths:
            yield Omitted(name, "no pictures")
            continue
        try:
            label = _label(labels / person / number)
        except READ_ERRORS:
            yield Omitted(name, "a label that cannot be read")
            continue
        emotion = None if label is None else pure(EMOTION[label])
        yield Item(person, name, FrameFiles(paths, FPS), emotion, None, "first", "last")


def _label(folder: Path) -> int | None:
    """Return the number in the label file of a sequence, None where it has none.

    Raises:
        ValueError: it holds no number; or any other of ``READ_ERRORS``.
    """
    path = next(iter(sorted(folder.glob("*_emotion.txt"))), None)
    if path is None or not path.is_file():
        return None
    number = int(float(path.read_text(encoding="ascii")))
    return number if 0 <= number < len(EMOTION) else None


CKPLUS = Source(
    name="ckplus",
    title="CK+, Extended Cohn-Kanade Dataset (Lucey et al. 2010)",
    licence="research only, by its authors",
    address="https://www.jeffcohn.net/resources/",
    layout=LAYOUT,
    items=items,
    commercial=False,
    terms="Not for commercial use; ask its authors before anything made from it is passed on.",
)
