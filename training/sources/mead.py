# SPDX-License-Identifier: GPL-3.0-or-later
"""MEAD: actors speak in eight emotions at three levels, filmed from several sides.

Wang et al. 2020. ``M003/video/front/angry/level_1/001.mp4``; other views than the front are left
out. The levels are what the actors were asked for, not a rating.
"""

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .item import (
    Item,
    Listing,
    Omitted,
    Request,
    Source,
    VideoFile,
    files_in,
    pure,
)

EMOTION = {
    "angry": "anger",
    "contempt": "contempt",
    "disgusted": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}
LAYOUT = Message("M003/video/front/angry/level_1/001.mp4 and so on")


def items(request: Request) -> Listing:
    """List the films from the front.

    Raises:
        EmoteBotError: there are none.
    """
    films = [film.absolute() for film in files_in(request.folder, ".mp4")]
    films = [film for film in films if film.parts[-5:-4] == ("video",)]
    if not films:
        raise EmoteBotError(
            "{folder} has no films; a folder of MEAD holds {layout}",
            folder=request.folder,
            layout=LAYOUT,
        )
    for film in films:
        person, _, view, word, level = film.parts[-6:-1]
        name = f"{person}_{view}_{word}_{level}_{film.stem}"
        if view != "front":
            yield Omitted(name, "not from the front")
        elif word not in EMOTION or level not in ("level_1", "level_2", "level_3"):
            yield Omitted(name, "not a name of MEAD")
        else:
            emotion = pure(EMOTION[word])
            neutral = "all" if word == "neutral" else "none"
            yield Item(person, name, VideoFile(film), emotion, int(level[-1]) / 3, neutral)


MEAD = Source(
    name="mead",
    title="MEAD, Multi-view Emotional Audio-visual Dataset (Wang et al. 2020)",
    licence="research only, by its authors",
    address="https://wywu.github.io/projects/MEAD/MEAD.html",
    layout=LAYOUT,
    spoken=True,
    items=items,
    commercial=False,
    terms="Not for commercial use; ask its authors before anything made from it is passed on.",
)
