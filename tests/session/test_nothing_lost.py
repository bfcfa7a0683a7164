# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the artist's is lost, whatever is done in whichever order.

An artist and EmoteBot work on one face; the artist does the same to a twin that EmoteBot never
touches (``tests/support/artist.py``). What is the artist's must be on both alike, to the bit, and
once EmoteBot's work is cleared so must be all that the two faces show. One machine follows all
rules; the others follow those alone that meet in one place, from a state where they do.
"""

import os
from dataclasses import replace

import artist
import bpy
import pytest
from artist import KeyByHand
from artist_rules import (
    CurveRules,
    FaceRules,
    KeyRules,
    LayerRules,
    ShapeKeyRules,
    StripRules,
    TrackRules,
    UndoRules,
    amounts,
    blocks,
    frames,
    keys_by_hand,
    pair_of,
    parts,
)
from emotebot_rules import (
    BakeRules,
    ClearRules,
    FeelingRules,
    MarkerRules,
    RecordingRules,
    SequenceRules,
    keyings,
    words,
)
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

RUNS, STEPS = 200, 30
"""Runs of the machine with all rules, and rules that are followed in each; the same every time.

``EMOTEBOT_RUNS`` in the environment asks for another number of runs of each machine, and for the
shortest run that fails, which takes up to five minutes more to be found.
"""

RUNS_OF_FEW, STEPS_OF_FEW = 100, 15
"""The same of a machine with few rules."""

SHARE_ELSEWHERE = 0.15
"""Of the runs, on other Blenders than 4.5."""

mouths = st.integers(1, 4)
"""Shape keys of which most move the mouth."""

beside = st.sampled_from([-2, 2, 30, 44, 58])
"""Frames on which a key may stand next to baked ones."""


some = st.sets(st.tuples(parts, blocks), min_size=1)
"""Shape keys, each by its mesh and its number."""


class AnyOrder(
    KeyRules,
    CurveRules,
    StripRules,
    TrackRules,
    ShapeKeyRules,
    FaceRules,
    UndoRules,
    LayerRules,
    FeelingRules,
    SequenceRules,
    BakeRules,
    ClearRules,
):
    """The face "Head" with "Teeth", and their twins."""

    @initialize(keyed=st.booleans(), pushed=st.booleans())
    def open_file(self, keyed: bool, pushed: bool) -> None:
        open_face()
        for pair in artist.pairs():
            if pushed:
                artist.talk(pair)
                artist.push_down(pair)
            if keyed:
                artist.talk(pair)
        self.begin()


class BakesAmongKeys(KeyRules, UndoRules, BakeRules):
    """A face that talks by the active action, which has other keys of the mouth beside that."""

    @initialize(keys=st.lists(st.tuples(parts, mouths, keys_by_hand, beside), max_size=6))
    def open_file(self, keys: list[tuple[int, int, KeyByHand, int]]) -> None:
        open_face()
        for pair in artist.pairs():
            artist.talk(pair)
        for part, block, key, frame in keys:
            artist.set_key(pair_of(part), block, replace(key, frame=frame))
        self.begin()

    @rule(words=words, keying=keyings, frame=st.sampled_from([4, 9]))
    def bake_layer(self, words: str, keying: str, frame: int) -> None:
        self.perform(words=words, then="neutral", keying=keying, frame=frame)
        self.bake(keying=keying)

    @rule(part=parts, block=mouths, key=keys_by_hand, frame=beside, words=words, keying=keyings)
    def bake_beside_key(
        self, part: int, block: int, key: KeyByHand, frame: int, words: str, keying: str
    ) -> None:
        self.clear_all()
        self.set_key(part=part, block=block, key=replace(key, frame=frame))
        self.bake_layer(words=words, keying=keying, frame=4)
        self.clear_all()


class RenamedMeanwhile(ShapeKeyRules, UndoRules, FeelingRules, BakeRules):
    """A face of which any shape key is set, and which may show a feeling."""

    @initialize(value=amounts, talks=st.booleans(), posed=st.booleans())
    def open_file(self, value: float, talks: bool, posed: bool) -> None:
        open_face()
        for pair in artist.pairs():
            if talks:
                artist.talk(pair)
                artist.push_down(pair)
            for keys in pair:
                artist.settle(keys.key_blocks[3:], value=value)
        self.begin()
        if posed:
            self.pose(words="surprised", region="WHOLE")

    @rule(renamed=some, words=words, frame=frames)
    def rename_below_layer(self, renamed: set[tuple[int, int]], words: str, frame: int) -> None:
        self.perform(words=words, then="happy", keying="REDUCED", frame=1)
        self.go_to(frame=frame)
        self.rename_and_clear(renamed)

    @rule(renamed=some, words=words)
    def rename_baked(self, renamed: set[tuple[int, int]], words: str) -> None:
        self.perform_and_bake(words=words, keying="REDUCED")
        self.rename_and_clear(renamed)

    @rule(renamed=some, words=words)
    def rename_posed(self, renamed: set[tuple[int, int]], words: str) -> None:
        self.pose(words=words, region="WHOLE")
        self.rename_and_clear(renamed)

    def rename_and_clear(self, renamed: set[tuple[int, int]]) -> None:
        for part, block in sorted(renamed):
            self.rename_shape_key(part=part, block=block)
        self.clear_all()


class SoloTracks(TrackRules, LayerRules, UndoRules, FeelingRules):
    """A face that talks by a track which may be solo, and has a keyed feeling."""

    @initialize(is_solo=st.booleans(), words=words, frame=frames)
    def open_file(self, is_solo: bool, words: str, frame: int) -> None:
        open_face()
        for pair in artist.pairs():
            artist.talk(pair)
            artist.push_down(pair)
            artist.settle([artist.tracks_of(pair, keys)[0] for keys in pair], is_solo=is_solo)
        self.begin()
        self.key_feeling(words=words, region="WHOLE", frame=frame, keying="REDUCED")


class LinkedMarkers(SequenceRules, MarkerRules, UndoRules, FeelingRules):
    """A face with beats that are shown as markers."""

    @initialize(name=st.sampled_from(["cut", "happy"]), frame=frames)
    def open_file(self, name: str, frame: int) -> None:
        open_face()
        self.begin()
        self.set_own_marker(name=name, frame=frame)
        for start in (0.0, 0.9):
            self.add_beat(words="happy", start=start)
        self.show_markers(are_shown=True)


class RecordedFaces(KeyRules, TrackRules, UndoRules, FeelingRules, ClearRules, RecordingRules):
    """A face that may talk, on which recordings of files are performed."""

    @initialize(talks=st.booleans())
    def open_file(self, talks: bool) -> None:
        open_face()
        for pair in artist.pairs():
            if talks:
                artist.talk(pair)
                artist.push_down(pair)
        self.write_take()
        self.begin()


def open_face() -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.frame_end = 60
    artist.add_faces()


@pytest.mark.parametrize(
    ("machine", "runs", "steps"),
    [
        (AnyOrder, RUNS, STEPS),
        (BakesAmongKeys, RUNS_OF_FEW, STEPS_OF_FEW),
        (RenamedMeanwhile, RUNS_OF_FEW, STEPS_OF_FEW),
        (SoloTracks, RUNS_OF_FEW, STEPS_OF_FEW),
        (LinkedMarkers, RUNS_OF_FEW, STEPS_OF_FEW),
        (RecordedFaces, RUNS_OF_FEW, STEPS_OF_FEW),
    ],
)
def test_nothing_of_the_artists_is_lost(
    machine: type[RuleBasedStateMachine], runs: int, steps: int, blender
) -> None:
    more = os.environ.get("EMOTEBOT_RUNS")
    share = 1 if bpy.app.version[:2] == (4, 5) else SHARE_ELSEWHERE
    profile = settings(
        max_examples=int(more or runs * share),
        stateful_step_count=steps,
        phases=[Phase.generate, Phase.shrink] if more else [Phase.generate],
        report_multiple_bugs=False,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=profile)
