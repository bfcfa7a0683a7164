# SPDX-License-Identifier: GPL-3.0-or-later
"""Go through EmoteBot in a real Blender window with mouse and keyboard, and take a picture a step.

    blender --enable-event-simulate --window-geometry 0 0 1600 1200 --python tools/tour.py

The extension has to be installed in that Blender, and ImageMagick's ``import`` takes the pictures,
into the folder that TOUR names; with FILM set, it goes on taking them all the way. Every step
checks what it did; READY is printed at the end, or FAILED with the fault. ``tools/film.py`` makes
the pictures and the film of the documents of them.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

FOLDER = Path(os.environ.get("TOUR", "tour"))
HEIGHT = 1200
"""Of the window; positions are measured from its top left corner, as in a picture of it."""

VIEWPORT = (450, 550)
TAB = (1300, 300)
ADD = (1155, 200)
WORDS = (1130, 309)
HAPPY = (1062, 366)
NEXT_TAKE = (1264, 548)
NEW_BEAT = (1264, 736)
FACE, SCRIPT = (1100, 97), (1100, 615)
GO_LIVE = (1155, 967)

SEQUENCE = {"happy": 1, "surprised 80%": 49, "angry": 97, "slightly sad": 145, "calm": 205}
"""Words of the beats and the frames at which they are added."""

_KEYS = {" ": "SPACE", "%": "FIVE", "8": "EIGHT", "0": "ZERO"}

Steps = Iterator[float]
"""Does something piece by piece and yields the seconds to wait before the next piece."""


class Desk:
    """A window with a mouse and a keyboard, and a camera in front of it."""

    def __init__(self) -> None:
        self.window = bpy.context.window_manager.windows[0]
        self.at = (0, 0)
        self.shots = 0

    def move(self, position: tuple[int, int]) -> Steps:
        """Move the mouse."""
        self.at = (position[0], HEIGHT - position[1])
        self._send("MOUSEMOVE", "NOTHING")
        yield 0.1

    def click(self, position: tuple[int, int]) -> Steps:
        """Press and release the mouse somewhere."""
        yield from self.move(position)
        self._send("LEFTMOUSE", "PRESS")
        yield 0.05
        self._send("LEFTMOUSE", "RELEASE")
        yield 0.4

    def press(self, key: str, **held: Any) -> Steps:
        """Press and release a key."""
        self._send(key, "PRESS", **held)
        yield 0.02
        held.pop("unicode", None)
        self._send(key, "RELEASE", **held)
        yield 0.05

    def type(self, text: str) -> Steps:
        """Type a text."""
        for letter in text:
            yield from self.press(_KEYS.get(letter, letter.upper()), unicode=letter)

    def fill(self, position: tuple[int, int], text: str) -> Steps:
        """Type a text into a field, in place of what it holds."""
        yield from self.move(position)
        yield from self.press("RET")  # over a field it begins to edit
        yield 0.2
        yield from self.press("A", ctrl=True)
        yield from self.type(text)
        yield 0.3
        yield from self.press("RET")
        yield 0.5

    def shoot(self, name: str) -> Steps:
        """Take a picture of the window."""
        yield 1.0
        self.shots += 1
        path = FOLDER / f"{self.shots:02d}_{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], check=True)
        print(f"shot {path.name}", flush=True)

    def _send(self, kind: str, value: str, **more: Any) -> None:
        self.window.event_simulate(type=kind, value=value, x=self.at[0], y=self.at[1], **more)


def head() -> Any:
    """Return the object of the character that remembers its sequence."""
    return bpy.data.objects["EmoteBot head"]


def value(channel: str) -> float:
    """Return how far a channel of the face is."""
    return float(head().data.shape_keys.key_blocks[channel].value)


def tracks() -> list[str]:
    """Return the names of the face's NLA tracks."""
    data = head().data.shape_keys.animation_data
    return [track.name for track in data.nla_tracks] if data else []


def tour(desk: Desk) -> Steps:
    """Go from an empty scene to a performance, back and forth again."""
    yield from open_sidebar(desk)
    yield from add_character(desk)
    yield from emote(desk)
    yield from build_sequence(desk)
    yield from play_live(desk)
    yield from undo_and_reopen(desk)


def open_sidebar(desk: Desk) -> Steps:
    """Empty the scene, open the sidebar and choose the tab."""
    yield from desk.move(VIEWPORT)
    yield from desk.press("A")
    yield from desk.press("X")
    yield 0.5
    yield from desk.press("RET")
    yield 0.5
    assert not bpy.data.scenes[0].objects, "the scene is not empty"
    yield from desk.press("N")
    yield 1.0
    yield from desk.click(TAB)
    yield from desk.shoot("open")


def add_character(desk: Desk) -> Steps:
    """Press "Add EmoteBot" and look at it from the front."""
    yield from desk.click(ADD)
    yield 2.0
    assert head(), "there is no character"
    yield from desk.move(VIEWPORT)
    yield from desk.press("NUMPAD_1")
    yield 1.0
    yield from desk.press("Z", shift=True, alt=True)  # no grid and no bones over the face
    yield from desk.shoot("add")


def emote(desk: Desk) -> Steps:
    """Type "furious", press the picture of Happy, go through three takes."""
    yield from desk.fill(WORDS, "furious")
    assert value("browDownLeft") > 0.2, "the face is not furious"
    yield from desk.shoot("furious")
    yield from desk.click(HAPPY)
    assert value("mouthSmileLeft") > 0.2, "the face is not happy"
    yield from desk.shoot("happy")
    smiles = set()
    for number in range(3):
        yield from desk.click(NEXT_TAKE)
        smiles.add(round(value("mouthSmileLeft"), 4))
        yield from desk.shoot(f"take{number + 1}")
    assert len(smiles) == 3, "the takes are alike"


def build_sequence(desk: Desk) -> Steps:
    """Add five beats at the playhead and scrub."""
    scene = bpy.data.scenes[0]
    for words, frame in SEQUENCE.items():
        scene.frame_set(frame)
        yield from desk.fill(WORDS, words)
        yield from desk.click(NEW_BEAT)
    assert [beat.words for beat in head().emotebot.beats] == [*SEQUENCE]
    assert tracks() == ["EmoteBot"], f"the tracks are {tracks()}"
    yield from desk.shoot("sequence")
    for frame in range(1, 220, 6):
        scene.frame_set(frame)
        yield 0.1
        if frame in (43, 67, 127):
            yield from desk.shoot(f"scrub{frame}")


def play_live(desk: Desk) -> Steps:
    """Go live, record ten seconds of typed words and number keys, stop."""
    scene = bpy.data.scenes[0]
    scene.frame_set(241)
    for panel in (SCRIPT, FACE):
        yield from desk.click(panel)  # closed, those below come into sight
        yield 2.0  # it closes slowly
    yield from desk.click(GO_LIVE)
    updates: list[float] = []
    counting = lambda *_: updates.append(time.monotonic())  # noqa: E731 - to be removed by name
    bpy.app.handlers.depsgraph_update_post.append(counting)
    yield 3.0
    bpy.app.handlers.depsgraph_update_post.remove(counting)
    print(
        f"live: {(len(updates) - 1) / (updates[-1] - updates[0]):.0f} updates a second", flush=True
    )
    yield from desk.move(VIEWPORT)
    yield from desk.press("TAB")
    began = time.monotonic()
    yield from desk.type("furious")
    yield from desk.shoot("live_typing")
    yield from desk.press("RET")
    yield 1.5
    yield from desk.shoot("live_furious")
    for key in ("THREE", "ONE"):
        yield from desk.press(key)
        yield 1.5
        yield from desk.shoot(f"live_{key.lower()}")
    yield max(10 - (time.monotonic() - began), 0.1)
    yield from desk.press("TAB")
    yield from desk.press("ESC")
    yield 1.0
    words = [beat.words for beat in head().emotebot.beats]
    assert words[-3:] == ["furious", "surprised", "happy"], f"the beats are {words}"
    yield from desk.shoot("recorded")


def undo_and_reopen(desk: Desk) -> Steps:
    """Undo all of it, redo it, save, reopen."""
    yield from desk.move(VIEWPORT)
    steps = 0
    while "EmoteBot head" in bpy.data.objects and steps < 60:
        yield from desk.press("Z", ctrl=True)
        yield 0.3
        steps += 1
    assert "EmoteBot head" not in bpy.data.objects, "undo does not lead back"
    print(f"undone in {steps} steps", flush=True)
    yield from desk.shoot("undone")
    for _ in range(steps):
        yield from desk.press("Z", ctrl=True, shift=True)
        yield 0.3
    beats = [(beat.words, round(beat.start, 3)) for beat in head().emotebot.beats]
    assert len(beats) == 8, f"redo leads to {beats}"
    path = str(FOLDER / "tour.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    yield 2.0
    assert beats == [(beat.words, round(beat.start, 3)) for beat in head().emotebot.beats]
    assert tracks() == ["EmoteBot"]
    desk.window = bpy.context.window_manager.windows[0]
    bpy.data.scenes[0].frame_set(67)
    yield from desk.shoot("reopened")


def main() -> None:
    """Go from piece to piece whenever Blender has waited long enough."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bpy.context.preferences.view.show_splash = False
    walk = tour(Desk())

    def go_on() -> float | None:
        try:
            return next(walk)
        except StopIteration:
            print("READY", flush=True)
        except BaseException:
            traceback.print_exc()
            print("FAILED", flush=True)
            subprocess.run(["import", "-window", "root", str(FOLDER / "failed.png")], check=False)
            sys.stdout.flush()
            os._exit(1)
        return None

    bpy.app.timers.register(go_on, first_interval=2.0, persistent=True)
    if os.environ.get("FILM"):
        loop = f'while :; do import -window root "{FOLDER}/film_$(date +%s%N).jpg" || exit; done'
        subprocess.Popen(["sh", "-c", loop])


main()
