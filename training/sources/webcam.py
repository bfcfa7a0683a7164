# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera: the person is asked for a neutral face and for each emotion, and recorded.

The frames stay in memory until they are measured and are never written to disk. Instead of a
camera's number a film file may be given, whose successive parts are then the recordings.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.messages import Message

from .item import EncodedFrames, Item, Listing, Request, Source, pure

ORDER = ("neutral", *BASIC_EMOTIONS[:-1])
"""The emotions in the order in which they are recorded."""

PROMPTS = {
    "neutral": Message("Look into the camera with a face at rest."),
    **{
        emotion: Message(
            "Go from a face at rest to {emotion}, as strongly as you can, and back.",
            emotion=emotion,
        )
        for emotion in ORDER[1:]
    },
}
"""What the person is asked for."""

_MOST_FPS = 60
"""Frames a second at most that are kept."""


def items(request: Request) -> Listing:
    """Ask and record, one item for each of the basic emotions.

    Raises:
        EmoteBotError: there is no such camera or film, or it ends.
    """
    import cv2

    number = request.camera.isdecimal()
    camera = cv2.VideoCapture(int(request.camera) if number else request.camera)
    try:
        if not camera.isOpened():
            template = "The camera {name} cannot be opened"
            if not number:
                template = "The film {name} cannot be opened"
            raise EmoteBotError(template, name=request.camera)
        person = request.person or "1"
        for emotion in ORDER:
            prompt = Message(
                "{request} ({seconds:g} s)", request=PROMPTS[emotion], seconds=request.seconds
            )
            print(prompt, file=sys.stderr)
            if number:
                _wait()
            shots = _record(camera, request.seconds, live=number)
            if not shots.pictures:
                raise EmoteBotError(
                    "{camera} gives no more pictures for {emotion}",
                    camera=request.camera,
                    emotion=emotion,
                )
            neutral = "all" if emotion == "neutral" else "none"
            yield Item(person, f"{person}_{emotion}", shots, pure(emotion), None, neutral)
    finally:
        camera.release()


def _wait() -> None:
    """Wait until the person is ready."""
    if sys.stdin.isatty():
        input(str(Message("Press Enter to start: ")))


def _record(camera: Any, seconds: float, live: bool) -> EncodedFrames:
    """Return what the camera sees for some seconds.

    Args:
        camera: ``VideoCapture`` of OpenCV.
        seconds: length of the recording.
        live: whether it is a camera, with the clock's time, and not a film with its own.
    """
    import cv2

    pictures: list[bytes] = []
    times: list[float] = []
    for moment, pixels in _frames(camera, live):
        if moment >= seconds:
            break
        if times and moment - times[-1] < 0.5 / _MOST_FPS:
            continue  # the landmarker wants time to pass from frame to frame
        pictures.append(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes())
        times.append(moment)
    return EncodedFrames(tuple(pictures), tuple(times))


def _frames(camera: Any, live: bool) -> Iterator[tuple[float, Any]]:
    """Yield the seconds since the first frame, and pixels, uint8, shape (height, width, 3), BGR."""
    import cv2

    fps = camera.get(cv2.CAP_PROP_FPS) or 30.0
    start = time.monotonic()
    frame = 0
    while True:
        good, pixels = camera.read()
        if not good:
            return
        yield (time.monotonic() - start if live else frame / fps), pixels
        frame += 1


WEBCAM = Source(
    name="webcam",
    title="Recordings of a camera",
    licence="",
    address="",
    layout=Message("nothing yet: it is where the collection goes"),
    items=items,
    terms="Your own recordings: ask the people in them.",
)
