# SPDX-License-Identifier: GPL-3.0-or-later
"""Any folder of pictures and films whose names say the emotion.

The emotion is the word of feeling in the names of the sub-folders or of the file, whatever
EmoteBot understands in its languages: ``happy/anna_01.jpg``, ``anna/very sad.png``,
``anna_surprised_2.mp4``, ``freude/7.jpg``. The person is the sub-folder that names no emotion, else
the beginning of the file's name up to the first "_", "-" or space. What cameras and data sets call
their files and folders ("IMG_0001", "train") is nobody's name; where there is no other, everyone
counts as another person. Pictures named neutral show their person's neutral face.
"""

import re
from functools import lru_cache
from pathlib import Path

from emotebot_blender.core.emotions import Feeling
from emotebot_blender.core.errors import EmoteBotError, TriggerError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.messages import Message

from .item import (
    IMAGE_ENDINGS,
    VIDEO_ENDINGS,
    ImageFile,
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    VideoFile,
    files_in,
    neutral_frames,
)

LAYOUT = Message("pictures or films named by emotion, or in sub-folders named by emotion")
_APART = re.compile(r"[\s_\-.,()\d]+")
_NOBODY = re.compile(
    "(public|private)?test(ing)?|train(ing)?|val(id|idation)?|data(set)?|set|part|"
    "im(g|ages?)?|dsc[fn]?|pxl|gopr|pic(ture)?s?|photos?|scan|screenshot|"
    "mov(ie)?s?|vid(eo)?s?|films?|clips?|take|frames?|faces?|"
    "front|aligned|cropped|original|webcam|whatsapp|fer|ffhq",
    re.IGNORECASE,
)
"""Words by which cameras, programs and data sets name files and folders, whoever is on them."""


def items(request: Request) -> Listing:
    """List pictures and films whose path names one emotion.

    Raises:
        EmoteBotError: there are no pictures or films at all.
    """
    files = files_in(request.folder, *IMAGE_ENDINGS, *VIDEO_ENDINGS)
    if not files:
        raise EmoteBotError(
            "{folder} has no pictures or films; it should hold {layout}",
            folder=request.folder,
            layout=LAYOUT,
        )
    common = Lexicon.load().read(request.emotion) if request.emotion else None
    for path in files:
        relative = path.relative_to(request.folder)
        name = relative.as_posix()
        named = [(part, feeling_named(part)) for part in (*relative.parent.parts, path.stem)]
        mixtures = {feeling.mixture for _, feeling in named if feeling is not None}
        if len(mixtures) > 1:
            yield Omitted(name, "its name tells two emotions")
            continue
        mixture = next(iter(mixtures), common.mixture if common else None)
        if mixture is None:
            yield Omitted(name, "its name tells no emotion")
            continue
        folders = [part for part, feeling in named[:-1] if feeling is None and not _is_nobody(part)]
        person = request.person or (folders[-1] if folders else _beginning(path, name))
        film = path.suffix.lower() in VIDEO_ENDINGS
        yield Item(
            person,
            name,
            VideoFile(path) if film else ImageFile(path),
            mixture,
            None,  # a name says which emotion, and hardly how strong
            neutral_frames(mixture),
        )


@lru_cache(maxsize=4096)
def feeling_named(name: str) -> Feeling | None:
    """Return the feeling that is in a name, None where there is none or several.

    The whole of it is read first ("very happy"), then each word by itself ("anna_happy_01").
    """
    words = [word for word in _APART.split(name) if word]
    feeling = _read(" ".join(words))
    if feeling is not None:
        return feeling
    feelings = {named for word in words if (named := _read(word)) is not None}
    return next(iter(feelings)) if len(feelings) == 1 else None


def _read(phrase: str) -> Feeling | None:
    try:
        return Lexicon.load().read(phrase)
    except TriggerError:
        return None


def _is_nobody(part: str) -> bool:
    """Return whether a part of a path is made of words that are nobody's name."""
    words = [word for word in _APART.split(part) if word]
    return bool(words) and all(_NOBODY.fullmatch(word) for word in words)


def _beginning(path: Path, name: str) -> str:
    """Return the beginning of a file's name where it is a person's name, else the whole name."""
    first, _, remainder = path.stem.replace("-", "_").replace(" ", "_").partition("_")
    return first if remainder and feeling_named(first) is None and not _is_nobody(first) else name


FOLDER = Source(
    name="folder",
    title="A folder of pictures and films",
    licence="",
    address="",
    layout=LAYOUT,
    items=items,
    terms="Your own pictures: ask the people on them.",
)
