# SPDX-License-Identifier: GPL-3.0-or-later
"""What EmoteBot does to a face between an artist's steps, and what must hold, as rules."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import artist
import bpy
import numpy as np
from artist import Pair
from artist_rules import Steps, amounts, frames, is_animated, is_baked, is_closed, is_free
from artist_state import (
    State,
    differences,
    everything,
    own_action_state,
    shown,
    strips_state,
    values_state,
)
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from interface import Clock
from recorded_samples import posed

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.exchange.livelink_csv import write_livelink
from emotebot_blender.session import live, recording
from emotebot_blender.session.events import FrameRateChanged
from emotebot_blender.session.runtime import runtime
from emotebot_blender.session.sequence import SequenceSettings
from emotebot_blender.session.settings import scene_settings
from emotebot_blender.ui.shown import sequence_in

FRAMES = range(-5, 60)
"""On which faces are compared."""

BLENDING = ("action_blend_type",)
OWN_MARKERS = "own markers"
"""Custom property of the scene: name and frame of each marker of the artist's."""

NOTHING_TO_CLEAR = "has left nothing on"

channels = st.sampled_from(["jawOpen", "mouthSmileLeft", "browInnerUp"])
words = st.sampled_from(["happy", "sad", "surprised 60%"])
starts = st.sampled_from([0.0, 0.3, 0.9])
regions = st.sampled_from(["WHOLE", "NO_MOUTH", "EYES"])
keyings = st.sampled_from(["REDUCED", "DENSE", "STEPPED"])


class EmoteBotSteps(Steps):
    """Work of EmoteBot that is taken off again, and what must hold meanwhile."""

    @rule(words=words, then=words, keying=keyings, frame=frames)
    def perform(self, words: str, then: str, keying: str, frame: int) -> None:
        script = f"{words} over 0.3s for 0.4s, then {then} for 0.3s"
        self.emote("perform", script=script, keying=keying, frame_start=frame)

    @precondition(lambda self: any(map(is_worked_on, artist.active_pairs())))
    @rule()
    def clear_all(self) -> None:
        self.check_cleared(self.emote("clear", mark_cleared))

    def check_cleared(self, refused: str | None) -> None:
        """Check that nothing is left, unless clearing was refused, or stopped at a locked curve."""
        is_clear = refused is None or NOTHING_TO_CLEAR in refused
        if is_clear and not any(map(is_baked, artist.active_pairs())):
            self.all_is_the_artists()

    @invariant()
    def the_artists_is_untouched(self) -> None:
        """Layers change nothing of the artist's, bakes the keys of the active action alone."""
        for pair in artist.pairs():
            found, expected = (
                strips_state(pair, keys)
                | values_state(keys)
                | ({} if is_baked(pair) else own_action_state(pair, keys))
                for keys in pair
            )
            if artist.made_tracks(pair) and found.get(BLENDING) == "COMBINE":
                expected.pop(BLENDING, None)  # until the layer is cleared
            for number in range(len(pair.twin.key_blocks)):
                shows_else = not is_free(pair, number) or pair.twin.get("posed")
                if shows_else or is_animated(pair, number):
                    expected.pop(("block", number, "value"))
            check(pair.name, found, expected)

    def all_is_the_artists(self) -> None:
        """Of what EmoteBot has made nothing is left."""
        for pair in artist.active_pairs():
            assert not artist.made_tracks(pair)
            bpy.context.scene.frame_set(bpy.context.scene.frame_current)
            found, expected = (
                own_action_state(pair, keys) | strips_state(pair, keys) | values_state(keys)
                for keys in pair
            )
            for number in lost_values(pair):
                expected.pop(("block", number, "value"))
            check(pair.name, found, expected)
        lost = {pair.name: lost_values(pair) for pair in artist.active_pairs()}
        for where, (real, twin) in shown(FRAMES).items():
            assert all(
                value == twin[number] or number in lost[where[0]]
                for number, value in enumerate(real)
            ), where
        if not any(is_baked(pair) or artist.made_tracks(pair) for pair in artist.pairs()):
            left = artist.actions_of_nobody()
            assert not left
            assert not [action.name for action in bpy.data.actions if list(action.keys())]

    def emote(
        self, name: str, after: Callable[[], None] | None = None, **options: object
    ) -> str | None:
        """Press a button as a step to undo; return why it was refused, or None."""
        refused = self.press(name, **options)
        if refused is None:
            if name in ("key", "perform", "perform_sequence", "import_performance", "clear"):
                mark("posed", False)
            if after is not None:
                after()
            self.step(name)
        return refused

    def press(self, name: str, **options: object) -> str | None:
        """Press a button; return why it was refused, which changes nothing, or None."""
        before, refused = everything(), None
        try:
            getattr(bpy.ops.emotebot, name)(**options)
        except RuntimeError as error:
            refused = str(error)
        if refused is not None:
            note(refused.strip())
            assert "Traceback" not in refused
            check(f"{name}, which was refused", everything(), before)
            check(f"{name}, which was refused", before, everything())
        return refused


class FeelingRules(EmoteBotSteps):
    """Feelings that are shown, or keyed, and channels that are looked at."""

    @rule(channel=channels, weight=amounts)
    def preview(self, channel: str, weight: float) -> None:
        before, manager = everything(), bpy.context.window_manager
        bpy.context.scene.emotebot_channels.channel_name = channel
        manager.emotebot_preview = weight
        bpy.context.view_layer.update()
        manager.emotebot_preview = 0.0
        bpy.context.view_layer.update()
        check("a preview that has ended", everything(), before)

    @rule(words=words, region=regions)
    def pose(self, words: str, region: str) -> None:
        self.emote("pose", lambda: mark("posed"), words=words, region=region)

    @rule(words=words, region=regions, frame=frames, keying=keyings)
    def key_feeling(self, words: str, region: str, frame: int, keying: str) -> None:
        bpy.context.scene.frame_set(frame)
        self.emote("key", words=words, region=region, keying=keying)


class BakeRules(EmoteBotSteps):
    """Keys in the active action."""

    @rule(keying=keyings)
    def bake(self, keying: str) -> None:
        self.emote("bake", mark_baked, keying=keying)

    @rule(words=words, keying=keyings)
    def perform_and_bake(self, words: str, keying: str) -> None:
        script = f"{words} over 0.4s for 0.3s"
        self.emote("perform", mark_baked, script=script, keying=keying, target="ACTION")

    @rule(keep=st.booleans())
    def edit_keys(self, keep: bool) -> None:
        if self.press("edit_keys") is None:
            for pair in artist.pairs():
                data = pair.real.animation_data
                if data is not None and data.use_tweak_mode:
                    artist.raise_keys(artist.active_curves(pair.real))
            self.emote("edit_keys")
        if keep:
            self.emote("keep_edits")


class RecordingRules(EmoteBotSteps):
    """Recorded faces of files."""

    def write_take(self) -> None:
        """Write the file that is performed: half a second in which the mouth and a brow move."""
        clip = posed("jawOpen", np.linspace(0, 1, 31), 60.0)
        clip.weights[:, INDEX["browInnerUp"]] = 0.5
        self.take = Path(bpy.app.tempdir) / "take.csv"
        with self.take.open("w", newline="") as stream:
            write_livelink(clip, stream)

    @rule(frame=frames, region=regions, strength=amounts, keying=keyings)
    def import_recording(self, frame: int, region: str, strength: float, keying: str) -> None:
        options = {"region": region, "strength": strength, "keying": keying, "frame_start": frame}
        self.emote("import_performance", filepath=str(self.take), **options)

    @rule(frame=frames)
    def import_as_beat(self, frame: int) -> None:
        self.emote("import_performance", filepath=str(self.take), frame_start=frame, as_beat=True)


class ClearRules(EmoteBotSteps):
    """Clearing in part."""

    @rule(layers=st.booleans(), keys=st.booleans(), beats=st.booleans())
    def clear(self, layers: bool, keys: bool, beats: bool) -> None:
        after = mark_cleared if keys else None
        refused = self.emote("clear", after, layers=layers, keys=keys, beats=beats)
        if layers and keys:
            self.check_cleared(refused)


class SequenceRules(EmoteBotSteps):
    """Beats, and how they are performed."""

    @rule(words=words, start=starts)
    def add_beat(self, words: str, start: float) -> None:
        self.emote("beat_add", words=words, start=start)

    @rule()
    def remove_beat(self) -> None:
        self.emote("beat_remove")

    @rule(offset=st.sampled_from([-0.2, 0.35]))
    def slide_beat(self, offset: float) -> None:
        self.emote("beat_slide", offset=offset)

    @rule()
    def perform_again(self) -> None:
        self.emote("perform_sequence")

    @rule(beats=st.booleans(), keys=st.booleans())
    def record(self, beats: bool, keys: bool) -> None:
        scene = bpy.context.scene
        scene_settings(scene).record_beats, scene_settings(scene).record_keys = beats, keys
        with suppress(EmoteBotError):
            clock = Clock().start()
            live.record(scene)
            live.trigger("happy", take=1)
            clock.play(0.4)
            recording.keep(scene)
        live.stop()
        self.step("Record")

    @rule(region=regions)
    def choose_region(self, region: str) -> None:
        sequence().region = region
        self.step("Region")

    @rule(way=st.sampled_from(["AUTO", "ADD", "REPLACE"]), share=amounts)
    def choose_mix(self, way: str, share: float) -> None:
        sequence().mix_mouth = way
        sequence().share_mouth = share
        self.step("Mix")

    @rule(strength=amounts)
    def choose_strength(self, strength: float) -> None:
        sequence().strength = strength
        self.step("Strength")

    @rule(keying=keyings)
    def choose_keying(self, keying: str) -> None:
        sequence().keying = keying
        self.step("Keying")

    @rule(name=st.sampled_from(["Take", "Other"]))
    def name_sequence(self, name: str) -> None:
        sequence().name = name
        self.step("Name")

    @rule(fps=st.sampled_from([24, 30, 48]))
    def choose_rate(self, fps: int) -> None:
        bpy.context.scene.render.fps = fps
        runtime().events.emit(FrameRateChanged())
        self.step("Rate")


class MarkerRules(EmoteBotSteps):
    """Beats shown as markers, beside markers of the artist's own."""

    @rule(name=st.sampled_from(["cut", "happy"]), frame=frames)
    def set_own_marker(self, name: str, frame: int) -> None:
        scene = bpy.context.scene
        scene.timeline_markers.new(name, frame=frame)
        scene[OWN_MARKERS] = [*scene.get(OWN_MARKERS, ()), f"{name} {frame}"]
        self.step("Set marker")

    @rule(are_shown=st.booleans())
    def show_markers(self, are_shown: bool) -> None:
        sequence().markers = are_shown
        self.step("Show markers")

    @rule(number=st.integers(0, 2), offset=st.sampled_from([-5, 9]))
    def move_marker(self, number: int, offset: int) -> None:
        for marker in linked_markers()[number : number + 1]:
            marker.frame += offset
            bpy.context.scene.frame_set(bpy.context.scene.frame_current)
            self.step("Move marker")

    @rule(number=st.integers(0, 2))
    def delete_marker(self, number: int) -> None:
        for marker in linked_markers()[number : number + 1]:
            bpy.context.scene.timeline_markers.remove(marker)
            bpy.context.scene.frame_set(bpy.context.scene.frame_current)
            self.step("Delete marker")

    @invariant()
    def own_markers_are_untouched(self) -> None:
        scene = bpy.context.scene
        standing = Counter(f"{marker.name} {marker.frame}" for marker in scene.timeline_markers)
        assert not Counter(scene.get(OWN_MARKERS, ())) - standing


def linked_markers() -> list[bpy.types.TimelineMarker]:
    """Return markers that are not the artist's own, the earliest first."""
    scene = bpy.context.scene
    own = Counter(scene.get(OWN_MARKERS, ()))
    linked = []
    for marker in sorted(scene.timeline_markers, key=lambda marker: marker.frame):
        place = f"{marker.name} {marker.frame}"
        own[place] -= 1
        if own[place] < 0:
            linked.append(marker)
    return linked


def check(where: str, found: State, expected: State) -> None:
    """Check that all that is expected is there as it should be."""
    wrong = differences(found, expected)
    assert not wrong, "\n".join([where, *wrong])


def lost_values(pair: Pair) -> set[int]:
    """Return the shape keys of which nobody knows what they show without EmoteBot."""
    count = len(pair.twin.key_blocks) if pair.twin.get("silenced") else 0
    return {number for number in range(count) if is_animated(pair, number)}


def is_worked_on(pair: Pair) -> bool:
    """Return whether EmoteBot shows or animates anything on a mesh."""
    return bool(artist.made_tracks(pair) or is_baked(pair) or pair.twin.get("posed"))


def sequence() -> SequenceSettings:
    return sequence_in(bpy.context)


def mark(name: str, value: bool = True) -> None:
    """Note on the twins what EmoteBot has been told to do."""
    for pair in artist.active_pairs():
        pair.twin[name] = value


def mark_baked() -> None:
    mark("baked")


def mark_cleared() -> None:
    """Note that no bake is left, but for that on locked curves."""
    for pair in artist.active_pairs():
        pair.twin["baked"] = is_baked(pair) and any(map(is_closed, artist.active_curves(pair.real)))
        pair.twin["replaced"] = []
