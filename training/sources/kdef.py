# SPDX-License-Identifier: GPL-3.0-or-later
"""KDEF: 70 people pose seven emotions, photographed twice from five angles.

Lundqvist, Flykt & Öhman 1998. ``KDEF/AF01/AF01ANS.JPG``: session A or B, sex, number, emotion,
angle. A person keeps sex and number over both sessions. Only the front view is measured.
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
    "AF": "fear",
    "AN": "anger",
    "DI": "disgust",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}
ANGLES = ("FL", "HL", "S", "HR", "FR")
LAYOUT = Message("KDEF/AF01/AF01ANS.JPG and so on")


def items(request: Request) -> Listing:
    """List the photographs from the front.

    Raises:
        EmoteBotError: there are none at all.
    """
    photographs = files_in(request.folder, ".jpg", ".jpeg")
    if not photographs:
        raise EmoteBotError(
            "{folder} has no photographs; KDEF holds {layout}", folder=request.folder, layout=LAYOUT
        )
    for path in photographs:
        name = path.stem.upper()
        session, person, word, angle = name[:1], name[1:4], name[4:6], name[6:]
        if session not in ("A", "B") or word not in EMOTION or angle not in ANGLES:
            yield Omitted(name, "not a name of KDEF")
        elif angle != "S":
            yield Omitted(name, "not from the front")
        else:
            neutral = "all" if word == "NE" else "none"
            yield Item(person, name, ImageFile(path), pure(EMOTION[word]), None, neutral)


KDEF = Source(
    name="kdef",
    title="KDEF, Karolinska Directed Emotional Faces (Lundqvist, Flykt & Öhman 1998)",
    licence="free for research, by its authors",
    address="https://kdef.se",
    layout=LAYOUT,
    items=items,
    commercial=False,
    terms="Not for commercial use; ask its authors before anything made from it is passed on.",
)
