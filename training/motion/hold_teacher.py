# SPDX-License-Identifier: GPL-3.0-or-later
"""The teacher of the hold network: how a face moves while a feeling lasts.

It makes bouts out of white noise. Each number of the noise passes three leaky integrators in a row,
which leave waves of some seconds; a saturation makes of the waves a level that is up, down, or
quickly on its way between; and what the expression is made of rises and falls by that, as a whole,
part by part, and a little differently on both sides. After its apex the expression falls away to a
lower level, over which the bouts are surges. Strong fear, anger and grief tremble. Now and then a
number of the noise crosses a threshold: brows flick up, lips press, a swallow, a breath.

The figures that it aims at are those of ``metrics.hold_metrics.RECORDED``, recordings of one adult
who acts and talks; that spontaneous expressions fall away within .6 to .7 s is measured (CAS(ME)²,
SAMM Long Videos), that sadness is slow and happiness quick is seen (Sowden 2021). Everything else,
by emotion above all, is a choice of ours and says so. No recorded motion is in it.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from emotebot_blender.core.channels import CHANNELS, MIRROR
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import HOLD_NOISE, MOTION_RATE

from .hold_network import EVENTS

PARTS: tuple[tuple[str, ...], ...] = (
    ("brow",),
    ("eyeSquint", "eyeWide", "cheek"),
    ("nose", "mouthUpperUp"),
    ("mouth",),
    ("jaw", "tongue"),
)
"""Beginnings of the names of the channels that surge together; the first that fits counts."""

WAVES = 1 + len(PARTS) + 2
"""Of the noise, the numbers that make bouts: the whole face, its parts, its upper and its lower
sides. Two more make the tremble above and below, and one each the ``EVENTS``."""

WAVE_SECONDS, EVENT_SECONDS = 0.7, 0.1
"""Time constant of each integrator of waves and of events."""

SATURATION = 2.2
"""How steep the level changes from down to up, for a standard deviation of the wave."""

WHOLE, PART, SIDE = 0.55, 0.6, 0.25
"""Levels of the whole face, of a part and of a side in how a channel surges."""

SURGE, DECAY = 0.55, 1.1
"""How far an expression rises over its lasting level, and how far it falls below, for a level of 1,
as shares of its weights."""

FALL, FALL_SECONDS = 0.12, 1.2
"""Share of an expression that falls away after its apex, and the time constant in which it does."""

GATE_SECONDS, MOVING = 0.25, 0.2
"""Time constant in which a hold sets in and ends, and what is left of it during a transition."""

TREMBLE, TREMBLE_HERTZ, TREMBLE_KEPT = 0.04, 5.5, 0.88
"""Deviation of the tremble as a share of the weights, its rate, and what a step keeps of it."""

THRESHOLD = 2.3
"""Deviations of its wave over which an event begins: about four times a minute."""

_RATE = {"happiness": 1.15, "surprise": 1.1, "fear": 1.2, "contempt": 0.85, "sadness": 0.7}
_SIZE = {"sadness": 0.85, "surprise": 1.1, "fear": 1.1, "contempt": 0.9}
_FALL = {"surprise": 3.0, "fear": 1.4, "happiness": 1.2}
"""Factors of the speed of waves, of their size and of what falls away, by emotion."""

_TREMBLES = {"fear": 1.0, "anger": 0.7, "sadness": 0.6}
"""How much each emotion trembles, times its intensity twice."""

_SOONER = {
    "flick": {"surprise": 0.4, "fear": 0.2, "anger": -0.5, "sadness": -0.3},
    "press": {"anger": 0.4, "sadness": 0.2, "happiness": -0.5, "surprise": -0.8},
    "swallow": {"fear": 0.4, "sadness": 0.3, "happiness": -0.3, "surprise": -0.5},
    "breath": {"fear": 0.5, "surprise": 0.3, "anger": 0.3},
}
"""By how many deviations the threshold of an event is lower, by emotion."""

_TREMBLE_COLUMNS = slice(WAVES, WAVES + 2)
_EVENT_COLUMNS = slice(WAVES + 2, HOLD_NOISE)
_STEP = 1 / MOTION_RATE


@dataclass(frozen=True)
class HoldState:
    """Where the teacher of n faces is, float32.

    Attributes:
        waves: of the three integrators, shape (3, n, ``HOLD_NOISE`` - 2).
        tremble: turning vectors, shape (2, n, 2).
        gate: how much of the hold is there, shape (n, 1).
        fallen: share that has fallen away, shape (n, 1).
    """

    waves: torch.Tensor
    tremble: torch.Tensor
    gate: torch.Tensor
    fallen: torch.Tensor

    @classmethod
    def of(cls, count: int) -> "HoldState":
        """Return the state of n faces that have held nothing yet."""
        return cls(
            torch.zeros(3, count, HOLD_NOISE - 2),
            torch.zeros(2, count, 2),
            torch.zeros(count, 1),
            torch.zeros(count, 1),
        )


def teach_hold(
    noise: torch.Tensor, emotion: torch.Tensor, held: torch.Tensor, state: HoldState
) -> tuple[torch.Tensor, HoldState]:
    """Return how n faces move in a hold and the state after it.

    Args:
        noise: standard normal, shape (steps, n, ``HOLD_NOISE``), new at each step.
        emotion: shares times intensity as shown, shape (steps, n, 8).
        held: seconds since the apex, 0 before it, shape (steps, n, 1).
        state: from ``HoldState.of`` or the call before.

    Returns:
        Shape (steps, n, 56), as of ``HoldNetwork.forward``.
    """
    rate = _factors(emotion, _RATE)
    seconds = torch.full((HOLD_NOISE - 2,), WAVE_SECONDS)
    seconds[WAVES:] = EVENT_SECONDS
    seconds = seconds / rate
    follow = 1 - torch.exp(-_STEP / seconds)
    # Three equal integrators of white noise have a variance of 3/16 of a step over a time constant.
    drive = torch.sqrt(16 * seconds / (3 * _STEP))
    slow = torch.cat([noise[..., :WAVES], noise[..., _EVENT_COLUMNS]], dim=-1) * drive
    turn = 2 * math.pi * TREMBLE_HERTZ * _STEP
    turned = np.float32(TREMBLE_KEPT * math.cos(turn)), np.float32(TREMBLE_KEPT * math.sin(turn))
    shake = noise[..., _TREMBLE_COLUMNS] * math.sqrt(1 - TREMBLE_KEPT**2)
    open_gate = torch.where(held > 0, 1.0, MOVING)
    fall = FALL * _factors(emotion, _FALL) * (1 - torch.exp(-held / FALL_SECONDS))
    ease = np.float32(1 - math.exp(-_STEP / GATE_SECONDS))
    # Arrays of NumPy: its calls on few numbers cost a fifth of torch's.
    waves, tremble = (tuple(tensor.numpy()) for tensor in (state.waves, state.tremble))
    gate, fallen = state.gate.numpy(), state.fallen.numpy()
    per_step = (tensor.numpy() for tensor in (follow, slow, shake, open_gate, fall))
    rows: list[tuple[np.ndarray, ...]] = []
    for own, driven, shaken, opened, lowered in zip(*per_step, strict=True):
        first = waves[0] + own * (driven - waves[0])
        second = waves[1] + own * (first - waves[1])
        waves = (first, second, waves[2] + own * (second - waves[2]))
        x, y = tremble
        tremble = (turned[0] * x - turned[1] * y + shaken, turned[1] * x + turned[0] * y)
        gate = gate + ease * (opened - gate)
        fallen = fallen + ease * (lowered - fallen)
        rows.append((waves[2], tremble[0], gate, fallen))
    wave, shaking, gates, lower = (
        torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)
    )
    levels = torch.tanh(SATURATION * wave[..., :WAVES]) @ _level_layout()
    levels = levels * _factors(emotion, _SIZE)
    relative = torch.where(levels > 0, SURGE, DECAY) * levels - lower
    strength = sum(
        share * emotion[..., BASIC_EMOTIONS.index(name), None] for name, share in _TREMBLES.items()
    )
    trembling = TREMBLE * strength * emotion.sum(-1, keepdim=True).clamp(max=1)
    relative = relative + trembling * (shaking @ _tremble_layout())
    over = wave[..., WAVES:] - THRESHOLD * (2 - gates) + emotion @ _sooner()
    after = (np.stack(waves), np.stack(tremble), gate, fallen)
    outputs = torch.cat([relative.clamp(min=-0.9) * gates, over], dim=-1)
    return outputs, HoldState(*(torch.from_numpy(array) for array in after))


def _factors(emotion: torch.Tensor, by_emotion: dict[str, float]) -> torch.Tensor:
    """Return the factor of each face, shape (..., 1), between those of what it shows."""
    logarithms = torch.tensor([math.log(by_emotion.get(name, 1.0)) for name in BASIC_EMOTIONS])
    return torch.exp(emotion @ logarithms)[..., None]


def _level_layout() -> torch.Tensor:
    """Return what each wave does to each channel, shape (``WAVES``, 52)."""
    layout = torch.zeros(WAVES, len(CHANNELS))
    layout[0] = WHOLE
    sides = torch.from_numpy(MIRROR - range(len(CHANNELS))).sign()
    for index, name in enumerate(CHANNELS):
        part = next((place for place, starts in enumerate(PARTS) if name.startswith(starts)), None)
        if part is not None:
            layout[1 + part, index] = PART
        layout[WAVES - (2 if _is_upper(name) else 1), index] = SIDE * sides[index]
    return layout


def _tremble_layout() -> torch.Tensor:
    """Return which tremble each channel takes, shape (2, 52)."""
    upper = torch.tensor([float(_is_upper(name)) for name in CHANNELS])
    return torch.stack([upper, 1 - upper])


def _sooner() -> torch.Tensor:
    """Return by how much each emotion lowers each event's threshold, (8, number of events)."""
    rows = [[_SOONER[event].get(name, 0.0) for event in EVENTS] for name in BASIC_EMOTIONS]
    return torch.tensor(rows)


def _is_upper(name: str) -> bool:
    return name.startswith(("brow", "eye", "cheek"))
