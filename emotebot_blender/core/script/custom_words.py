# SPDX-License-Identifier: GPL-3.0-or-later
"""What words a user may give to an expression of their own."""

from ..channels import CHANNELS
from ..emotions import NEUTRAL, CustomExpression, Feeling
from ..errors import EmoteBotError
from ..lexicon.lexicon import Lexicon
from .parsing import PhraseReader
from .text_format import PhraseWriter


def check_custom_word(word: str, lexicon: Lexicon) -> None:
    """Check that a word can be that of an expression, alone and in every format of a script.

    A word that stands for a feeling already is fine: the expression takes its place.

    Raises:
        EmoteBotError: it cannot; the message says why.
    """
    expression = CustomExpression(word, (0.0,) * len(CHANNELS))
    known = lexicon.with_custom((expression,))
    alone = Feeling(NEUTRAL, 1.0, ((expression, 1.0),))
    if PhraseWriter(PhraseReader(known), reserved="[]").meaning(word) != alone:
        raise EmoteBotError(
            "“{word}” would be read as something else in a script: call your expression something "
            "without commas, full stops and times",
            word=word,
        )
