# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of scripts share: a lexicon of few words, a script, and scripts at random."""

from pathlib import Path

from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS, CustomExpression, Feeling, Mixture
from emotebot_blender.core.errors import TriggerError
from emotebot_blender.core.lexicon.lexicon import Lexicon, canonical_form
from emotebot_blender.core.script.beats import LARGEST_TAKE, Beat, EmotionScript

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "scripts"


def face(word: str, **weights: float) -> CustomExpression:
    """An expression of the user's own; channels that are not named have no weight."""
    return CustomExpression(word, tuple(weights.get(name, 0.0) for name in CHANNELS))


SMIRK = face("smirk", mouthSmileLeft=0.6)
WINK = face("Big wink", eyeBlinkLeft=1.0)
FISH = face("🐟", mouthPucker=0.9)

HAPPY = Feeling(Mixture.of({"happiness": 1}), 0.75)
SURPRISED = Feeling(Mixture.of({"surprise": 1}), 0.8625)
ANGRY_BUT_SAD = Feeling(Mixture.of({"anger": 1, "sadness": 1}), 0.75)
STARTLED = Feeling(Mixture.of({"fear": 0.7, "surprise": 0.3}), 0.5)
SLIGHTLY_SAD = Feeling(Mixture.of({"sadness": 1}), 0.3)
NEUTRAL = Feeling(Mixture.of({"neutral": 1}), 0.0)

PHRASES = {
    "happy": HAPPY,
    "surprised": Feeling(SURPRISED.mixture, 0.75),
    "surprised!": SURPRISED,
    "surprised 80%": Feeling(SURPRISED.mixture, 0.6),
    "80% surprised": Feeling(SURPRISED.mixture, 0.6),
    "at 80% surprised": Feeling(SURPRISED.mixture, 0.6),
    "angry but sad": ANGRY_BUT_SAD,
    "slightly sad": SLIGHTLY_SAD,
    "sad": Feeling(SLIGHTLY_SAD.mixture, 0.75),
    "70% fear 30% surprise": Feeling(STARTLED.mixture, 0.75),
    "neutral": NEUTRAL,
    "😮": SURPRISED,
    "怒り": Feeling(Mixture.of({"anger": 1}), 0.75),
    "悲しい": Feeling(Mixture.of({"sadness": 1}), 0.75),
}

HOMECOMING = EmotionScript(
    (
        Beat(HAPPY, 0.0, words="happy"),
        Beat(SURPRISED, 2.0, transition=0.3, hold=2.0, words="surprised!"),
        Beat(ANGRY_BUT_SAD, 4.3, take=7, words="angry but sad", liveliness=0.3),
        Beat(STARTLED, 7.25, hold=0.0, words="startled"),
    )
)


class FewWords(Lexicon):
    """Knows a few phrases as wholes, and the canonical form."""

    def __init__(self) -> None:
        super().__init__({})

    def read(self, text: str) -> Feeling:
        if "=" in text:
            return super().read(text)
        if text not in PHRASES:
            known = [phrase for phrase in PHRASES if text.startswith(phrase + " ")]
            offset = len(known[0]) + 1 if known else 0
            raise TriggerError(f"“{text[offset:]}” is not known", offset)
        return PHRASES[text]


RECORDINGS = ("", "take1.csv", "//takes/a, b.json", 'C:\\my "best"\\[1].csv', "録画；#1.csv")
"""None, and paths that a format could take for something else."""


def feelings() -> st.SearchStrategy[Feeling]:
    amounts = st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0.001, 1), min_size=1)
    mixtures = st.builds(Mixture.of, amounts)
    return st.builds(Feeling, mixtures, st.floats(0, 1))


def felt_words() -> st.SearchStrategy[tuple[Feeling, str]]:
    """A feeling and its words: fitting ones, ones for another feeling, any text, or none."""
    phrases = st.sampled_from(sorted(PHRASES))
    awkward = st.sampled_from(
        [
            "happy, sad",
            "happy ",
            "3 happy",
            "s",
            "happy over 2s",
            'a "b" \\',
            "#",
            "a\nb\r\nc",
            "[x]",
        ]
    )
    anything = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    fitting = phrases.map(lambda words: (PHRASES[words], words))
    exact = feelings().map(lambda feeling: (feeling, canonical_form(feeling)))
    return fitting | exact | st.tuples(feelings(), phrases | awkward | anything)


@st.composite
def scripts(draw: st.DrawFn) -> EmotionScript:
    seconds = st.floats(0, 1e5)
    starts = sorted(draw(st.sets(seconds, max_size=5)))
    beats = []
    for start in starts:
        feeling, words = draw(felt_words())
        transition = draw(st.none() | st.floats(0, 1e4, exclude_min=True))
        hold = draw(st.none() | seconds)
        take = draw(st.none() | st.integers(0, LARGEST_TAKE))
        liveliness = draw(st.none() | st.floats(0, 1))
        recording = draw(st.sampled_from(RECORDINGS))
        beats.append(Beat(feeling, start, transition, hold, take, words, liveliness, recording))
    return EmotionScript(tuple(beats))


def many(count: int) -> EmotionScript:
    """A script of many beats, every other one in words."""
    beats = []
    for index in range(count):
        words = "happy" if index % 2 else ""
        feeling = HAPPY if words else Feeling(STARTLED.mixture, index / count)
        beats.append(Beat(feeling, index * 0.75, hold=0.25, take=index, words=words))
    return EmotionScript(tuple(beats))
