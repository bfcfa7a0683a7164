# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators: each gathers what it needs, calls one plain function and reports.

Scripts call them with keyword arguments and get the defaults for the rest; pressed in the panel,
they take from the panel's settings what the button does not say.
"""

from . import character, emote, exchange, expressions, layers, live, sequence

CLASSES: tuple[type, ...] = (
    character.AddCharacter,
    emote.Pose,
    emote.Key,
    emote.RollTake,
    sequence.AddBeat,
    sequence.RemoveBeat,
    sequence.MoveBeat,
    sequence.DuplicateBeat,
    sequence.SlideBeat,
    sequence.Perform,
    layers.PerformSequence,
    layers.Bake,
    layers.Clear,
    exchange.BeatsFromMarkers,
    exchange.BeatsToMarkers,
    exchange.BeatsFromText,
    exchange.BeatsToText,
    exchange.ImportSequence,
    exchange.ExportSequence,
    live.Live,
    live.Trigger,
    live.Record,
    live.StopLive,
    expressions.SaveExpression,
    expressions.RemoveExpression,
    expressions.ExportExpressions,
    expressions.ImportExpressions,
)
"""In the order of registration."""
