# SPDX-License-Identifier: GPL-3.0-or-later
"""Type, press and play a face live in a real Blender window, with what is really pressed.

    blender-ui SHOT.png .ci/try_window.py

The extension has to be installed in that Blender. Prints READY if all went well.
"""

import math
import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import bpy

MIDDLE = (400, 500)

WORDS, BEAT_WORDS = (1138, 692), (1138, 54)
"""The fields of the feeling and of the active beat in a window of 1600 x 1000, from its bottom."""

HAPPY, SURPRISED = (1063, 634), (1187, 634)
"""Pictures of two emotions."""

FURTHER, TIRED = (1138, 501), (1025, 577)
"""What opens more pictures, and one of them."""


class Hand:
    """A mouse and a keyboard."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.at = MIDDLE

    def move(self, position: tuple[int, int]) -> None:
        """Move the mouse."""
        self.at = position
        self._send("MOUSEMOVE", "NOTHING")

    def press(self, key: str, **held: Any) -> None:
        """Press and release a key or a button of the mouse."""
        self._send(key, "PRESS", **held)
        held.pop("unicode", None)
        self._send(key, "RELEASE", **held)

    def type(self, word: str) -> Iterator[float]:
        """Type a word and finish it."""
        for letter in word:
            self.press(letter.upper(), unicode=letter)
            yield 0.1
        yield 0.3
        self.press("RET")

    def fill(self, field: tuple[int, int], word: str) -> Iterator[float]:
        """Type a word into a field, in place of what it holds."""
        self.move(field)
        yield 0.3
        self.press("RET")  # over a field it begins to edit
        yield 0.5
        self.press("A", ctrl=True)
        yield 0.2
        yield from self.type(word)
        yield 1.0

    def click(self, position: tuple[int, int]) -> Iterator[float]:
        """Press the mouse somewhere."""
        self.move(position)
        yield 0.3
        self.press("LEFTMOUSE")
        yield 1.0

    def undo(self) -> Iterator[float]:
        """Undo one step, with the mouse over the viewport."""
        self.move(MIDDLE)
        yield 0.3
        self.press("Z", ctrl=True)
        yield 1.0

    def _send(self, kind: str, value: str, **more: Any) -> None:
        self.window.event_simulate(type=kind, value=value, x=self.at[0], y=self.at[1], **more)


def steps() -> Iterator[float]:
    """Play, record, stop, undo; then press and type; yield the seconds to wait in between."""
    window = bpy.context.window_manager.windows[0]
    hand = Hand(window)
    press = hand.press
    hand.move(MIDDLE)
    handlers = [len(getattr(bpy.app.handlers, name)) for name in ("undo_post", "frame_change_post")]
    yield 0.5
    with in_viewport(window):
        bpy.ops.object.select_all(action="SELECT")
        bpy.ops.object.delete()
        bpy.ops.emotebot.add_character()
        bpy.ops.ed.undo_push(message="a character")
    yield 1.0
    rest = pose()
    with in_viewport(window):
        bpy.ops.emotebot.live("INVOKE_DEFAULT")
    yield 1.0
    press("TAB")
    yield from hand.type("furious")
    yield 3.0
    assert pose()["browDownLeft"] > 0.2, "the face is not furious"
    assert turn() > 0.5, "the head does not turn"
    press("ONE")
    yield 3.0
    assert pose()["mouthSmileLeft"] > 0.2, "the face is not happy"
    press("FIVE", shift=True)
    yield 1.5
    press("ESC")
    yield 1.5
    assert pose() == rest, "the pose was not given back"
    assert turn() < 0.01, "the head was not given back"
    now = [len(getattr(bpy.app.handlers, name)) for name in ("undo_post", "frame_change_post")]
    assert now == handlers, "handlers stay behind"
    assert words() == ["furious", "happy", "tired"], f"the beats are {words()}"
    press("Z", ctrl=True)
    yield 1.0
    assert words() == [], "undo leaves beats behind"
    yield from type_and_undo(hand)


def type_and_undo(hand: Hand) -> Iterator[float]:
    """Press pictures of emotions and type words: each is one step to undo."""
    close_timeline(hand.window)
    yield 0.5
    yield from open_sidebar(hand.window)
    yield from hand.click(HAPPY)
    yield from hand.click(SURPRISED)
    assert feeling() == "surprised", f"pictures do not press: {feeling()}"
    yield from hand.click(FURTHER)
    yield from hand.click(TIRED)
    assert feeling() == "tired", f"pictures of more feelings do not press: {feeling()}"
    hand.press("ESC")  # they stay open until then
    yield 1.0
    yield from hand.undo()
    assert feeling() == "surprised", f"undoing a press of them leads to {feeling()}"
    yield from hand.fill(WORDS, "terrified")
    assert feeling() == "terrified", f"the field has {feeling()}"
    yield from hand.undo()
    assert feeling() == "surprised", f"undoing a typed word leads to {feeling()}"
    yield from hand.undo()
    assert feeling() == "happy", f"undoing a press leads to {feeling()}"
    with in_viewport(hand.window):
        bpy.ops.emotebot.beat_add("EXEC_DEFAULT", True, words="calm", start=0)
    yield 1.0
    yield from hand.fill(BEAT_WORDS, "furious")
    assert words() == ["furious"], f"the beats are {words()}"
    yield from hand.undo()
    assert words() == ["calm"], f"undoing a typed beat leads to {words()}"


def close_timeline(window: Any) -> None:
    """Give the viewport the room of the timeline, so that all of the beat is in sight."""
    area = next(area for area in window.screen.areas if area.type == "DOPESHEET_EDITOR")
    with bpy.context.temp_override(window=window, area=area, region=area.regions[0]):
        bpy.ops.screen.area_close()


def open_sidebar(window: Any) -> Iterator[float]:
    """Open the sidebar of the viewport and choose the tab."""
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    area.spaces.active.show_region_ui = True
    yield 1.0
    region = next(region for region in area.regions if region.type == "UI")
    region.active_panel_category = "EmoteBot"
    area.tag_redraw()
    yield 1.0


def feeling() -> str:
    """Return the words of the panel's feeling."""
    return str(bpy.data.scenes[0].emotebot.words)


def in_viewport(window: Any) -> Any:
    """Return the context of the window's 3D viewport."""
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region)


def pose() -> dict[str, float]:
    """Return the values of the face's shape keys."""
    blocks = bpy.data.objects["EmoteBot head"].data.shape_keys.key_blocks
    return {block.name: block.value for block in blocks}


def turn() -> float:
    """Return the degrees by which the bone of the head is rotated."""
    bone = bpy.data.objects["EmoteBot"].pose.bones["head"]
    return math.degrees(bone.rotation_quaternion.angle)


def words() -> list[str]:
    """Return the words of the sequence."""
    return [beat.words for beat in bpy.data.objects["EmoteBot head"].emotebot.beats]


def main() -> None:
    """Go from piece to piece whenever Blender has waited long enough."""
    bpy.context.preferences.view.show_splash = False
    walk = steps()

    def go_on() -> float | None:
        try:
            return next(walk)
        except StopIteration:
            print("READY", flush=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        return None

    bpy.app.timers.register(go_on, first_interval=1.5, persistent=True)


main()
