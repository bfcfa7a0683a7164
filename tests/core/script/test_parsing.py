# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from script_samples import HAPPY, SMIRK, FewWords

from emotebot_blender.core.emotions import NEUTRAL, Feeling
from emotebot_blender.core.errors import EmoteBotError, ScriptError
from emotebot_blender.core.lexicon.lexicon import Lexicon
from emotebot_blender.core.script.beats import Beat
from emotebot_blender.core.script.parsing import (
    PhraseReader,
    ordered_script,
    readable_amounts,
)


def test_beats_are_put_in_the_order_of_their_starts():
    beats = [Beat(HAPPY, start) for start in (2.0, 0.0, 1.0)]
    script = ordered_script(beats, lambda index: (index, 1))
    assert [beat.start for beat in script.beats] == [0.0, 1.0, 2.0]


def test_beats_with_one_start_are_named_by_their_positions():
    beats = [Beat(HAPPY, start) for start in (2.0, 0.0, 2.0)]
    with pytest.raises(ScriptError, match="the beat on line 10 starts at 2 s too") as caught:
        ordered_script(beats, lambda index: (10 + index, 5))
    assert (caught.value.line, caught.value.column) == (12, 5)


def test_a_phrase_is_read_once(monkeypatch):
    lexicon = FewWords()
    phrases = PhraseReader(lexicon)
    assert phrases.feeling("happy") == HAPPY
    monkeypatch.setattr(lexicon, "read", None)
    assert phrases.feeling("happy") == HAPPY


def test_amounts_of_a_custom_expression_are_readable_where_it_is_known():
    beat = Beat(Feeling(NEUTRAL, 1.0, ((SMIRK, 1.0),)), 1.5)
    assert readable_amounts(beat, Lexicon.load(custom=(SMIRK,))) == {"smirk": 1.0}
    for lexicon in (None, Lexicon.load()):
        with pytest.raises(EmoteBotError, match=r"beat at 1\.5 s cannot be written: .*: smirk"):
            readable_amounts(beat, lexicon)
