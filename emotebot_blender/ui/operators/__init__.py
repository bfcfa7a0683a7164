# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators: each gathers what it needs, calls one plain function and reports.

Scripts call them with keyword arguments and get the defaults for the rest; pressed in the panel,
they take from the panel's settings what the button does not say.
"""

from . import (
    character_ops,
    exchange_ops,
    expression_ops,
    face_sheet_ops,
    feeling_ops,
    key_ops,
    layer_ops,
    live_ops,
    pin_ops,
    sequence_ops,
    take_ops,
)

CLASSES: tuple[type, ...] = (
    character_ops.AddCharacter,
    pin_ops.PinFace,
    face_sheet_ops.FaceTest,
    feeling_ops.Pose,
    feeling_ops.Key,
    feeling_ops.RollTake,
    take_ops.ChooseTake,
    sequence_ops.AddBeat,
    sequence_ops.RemoveBeat,
    sequence_ops.MoveBeat,
    sequence_ops.DuplicateBeat,
    sequence_ops.SlideBeat,
    sequence_ops.Perform,
    layer_ops.PerformSequence,
    layer_ops.Bake,
    layer_ops.Clear,
    key_ops.EditKeys,
    key_ops.KeepEdits,
    key_ops.SelectKeys,
    exchange_ops.BeatsFromMarkers,
    exchange_ops.BeatsToMarkers,
    exchange_ops.BeatsFromText,
    exchange_ops.BeatsToText,
    exchange_ops.ImportSequence,
    exchange_ops.ExportSequence,
    live_ops.GoLive,
    live_ops.Trigger,
    live_ops.Record,
    live_ops.StopLive,
    expression_ops.SaveExpression,
    expression_ops.RemoveExpression,
    expression_ops.ExportExpressions,
    expression_ops.ImportExpressions,
)
"""In the order of registration."""
