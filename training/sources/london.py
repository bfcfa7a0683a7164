# SPDX-License-Identifier: GPL-3.0-or-later
"""Face Research Lab London Set: 102 people, each with a neutral and a smiling face, from the front.

``NNN_03.jpg`` is neutral and ``NNN_08.jpg`` smiles, in one folder or in ``neutral_front`` and
``smiling_front``, as they are handed out; how strongly people smile nobody rated.
"""

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .item import ImageFile, Item, Listing, Request, Source, files_in, pure

NEUTRAL, SMILING = "03", "08"


def items(request: Request) -> Listing:
    """List people with both photographs.

    Raises:
        EmoteBotError: there are none.
    """
    photographs = {path.stem: path for path in files_in(request.folder, ".jpg")}
    people = [
        person
        for name in photographs
        for person, _, kind in [name.partition("_")]
        if kind == NEUTRAL and f"{person}_{SMILING}" in photographs
    ]
    if not people:
        raise EmoteBotError(
            "{folder} holds no NNN_{neutral}.jpg with an NNN_{smiling}.jpg",
            folder=request.folder,
            neutral=NEUTRAL,
            smiling=SMILING,
        )
    for person in sorted(people):
        neutral, smiling = f"{person}_{NEUTRAL}", f"{person}_{SMILING}"
        yield Item(person, neutral, ImageFile(photographs[neutral]), pure("neutral"), neutral="all")
        yield Item(person, smiling, ImageFile(photographs[smiling]), pure("happiness"))


LONDON = Source(
    name="london",
    title="Face Research Lab London Set (DeBruine & Jones 2017)",
    licence="CC BY 4.0",
    address="https://doi.org/10.6084/m9.figshare.5047666",
    layout=Message("NNN_03.jpg and NNN_08.jpg, or neutral_front and smiling_front with them"),
    items=items,
    terms="Name the authors and the licence, and say what was changed.",
)
