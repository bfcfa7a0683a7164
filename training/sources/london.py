# SPDX-License-Identifier: GPL-3.0-or-later
"""Face Research Lab London Set: 102 people, each with a neutral and a smiling face, from the front.

``NNN_03.jpg`` is neutral and ``NNN_08.jpg`` smiles; how strongly nobody rated.
"""

from emotebot_blender.core.errors import EmoteBotError

from .item import Item, Listing, Picture, Request, Source, pure

NEUTRAL, SMILING = "03", "08"


def items(request: Request) -> Listing:
    """List people with both photographs.

    Raises:
        EmoteBotError: there are none.
    """
    found = False
    for neutral in sorted(request.folder.glob(f"*_{NEUTRAL}.jpg")):
        person = neutral.name.partition("_")[0]
        smiling = neutral.with_name(f"{person}_{SMILING}.jpg")
        if smiling.is_file():
            found = True
            yield Item(person, neutral.stem, Picture(neutral), pure("neutral"), neutral="all")
            yield Item(person, smiling.stem, Picture(smiling), pure("happiness"))
    if not found:
        raise EmoteBotError(
            f"{request.folder} holds no NNN_{NEUTRAL}.jpg beside an NNN_{SMILING}.jpg"
        )


LONDON = Source(
    name="london",
    title="Face Research Lab London Set (DeBruine & Jones 2017)",
    licence="CC BY 4.0",
    address="https://doi.org/10.6084/m9.figshare.5047666",
    layout="NNN_03.jpg and NNN_08.jpg",
    items=items,
    terms="Name the authors and the licence, and say what was changed.",
)
