# SPDX-License-Identifier: GPL-3.0-or-later
"""RAF-DB: photographs from the web, labelled by a crowd with seven emotions.

Li, Deng & Du 2017. ``list_patition_label.txt`` (their spelling) with lines ``train_00001.jpg 5``,
anywhere below the folder (``basic/EmoLabel``); the photographs under ``Image/aligned``
(``train_00001_aligned.jpg``) or ``Image/original``, or anywhere below the folder. Nobody knows who
is on them, so everyone counts as another person.
"""

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

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

EMOTION = {
    "1": "surprise",
    "2": "fear",
    "3": "disgust",
    "4": "happiness",
    "5": "sadness",
    "6": "anger",
    "7": "neutral",
}
LABELS = "list_patition_label.txt"
LAYOUT = Message("list_patition_label.txt and the photographs that it names")


def items(request: Request) -> Listing:
    """List the photographs, the aligned ones before the original ones.

    Raises:
        EmoteBotError: there are no labels.
    """
    tables = files_in(request.folder, LABELS)
    if not tables:
        raise EmoteBotError(
            "{path} is missing; a folder of RAF-DB holds {layout}",
            path=request.folder / LABELS,
            layout=LAYOUT,
        )
    photographs = {path.stem: path for path in files_in(request.folder, ".jpg")}
    for line in tables[0].read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        file, _, label = line.strip().partition(" ")
        name = file.removesuffix(".jpg")
        path = photographs.get(f"{name}_aligned") or photographs.get(name)
        if path is None:
            yield Omitted(name, "no photograph")
        elif label not in EMOTION:
            yield Omitted(name, "none of the seven emotions")
        else:
            yield Item(name, name, ImageFile(path), pure(EMOTION[label]))


RAFDB = Source(
    name="rafdb",
    title="RAF-DB, Real-world Affective Faces Database (Li, Deng & Du 2017)",
    licence="research only, by its authors",
    address="http://www.whdeng.cn/RAF/model1.html",
    layout=LAYOUT,
    items=items,
    commercial=False,
    terms="Not for commercial use; ask its authors before anything made from it is passed on.",
)
