# SPDX-License-Identifier: GPL-3.0-or-later
"""RAVDESS: 24 actors speak and sing in eight emotions.

Livingstone & Russo 2018. ``Actor_01/MM-VC-EE-II-SS-RR-AA.mp4``: modality (01 picture and sound, 02
picture alone, 03 sound alone), speech or song, emotion, intensity, sentence, repetition, actor.
"Calm" counts as neutral; "normal" and "strong" are what the actors were asked for, not a rating,
and count as .6 and 1.
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
    "01": "neutral",
    "02": "neutral",
    "03": "happiness",
    "04": "sadness",
    "05": "anger",
    "06": "fear",
    "07": "disgust",
    "08": "surprise",
}
INTENSITY = {"01": 0.6, "02": 1.0}
LAYOUT = Message("Actor_01/MM-VC-EE-II-SS-RR-AA.mp4 and so on")


def items(request: Request) -> Listing:
    """List the films; the same take without sound is not measured twice.

    Raises:
        EmoteBotError: there are none.
    """
    films = [film for film in files_in(request.folder, ".mp4") if len(film.stem.split("-")) == 7]
    if not films:
        raise EmoteBotError(
            "{folder} has no films; a folder of RAVDESS holds {layout}",
            folder=request.folder,
            layout=LAYOUT,
        )
    names = {film.stem for film in films}
    for film in films:
        modality, *others = parts = film.stem.split("-")
        if parts[2] not in EMOTION or parts[3] not in INTENSITY:
            yield Omitted(film.stem, "not a name of RAVDESS")
        elif modality == "02" and "-".join(("01", *others)) in names:
            yield Omitted(film.stem, "the same take again, without sound")
        else:
            neutral = "all" if parts[2] == "01" else "none"
            emotion = pure(EMOTION[parts[2]])
            yield Item(parts[6], film.stem, VideoFile(film), emotion, INTENSITY[parts[3]], neutral)


RAVDESS = Source(
    name="ravdess",
    title="RAVDESS, Ryerson Audio-Visual Database of Emotional Speech and Song "
    "(Livingstone & Russo 2018)",
    licence="CC BY-NC-SA 4.0",
    address="https://zenodo.org/records/1188976",
    layout=LAYOUT,
    spoken=True,
    items=items,
    commercial=False,
    terms="Not for commercial use; name the authors; pass on under the same licence.",
)
