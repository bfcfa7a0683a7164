# SPDX-License-Identifier: GPL-3.0-or-later
"""The hold network: a GRU that makes the life of a held feeling out of noise, 60 steps a second.

It says by how much of its weight each channel rises or falls, and what short events add to it; the
performer lays that over what the motion network does. So a face moves in what its expression is
made of, and at a liveliness of 0 it is what the motion network makes it, to the bit.

It is a network beside the motion network, not a part of it: that one is run for parts of the face
in times of their own, several times over a step; a hold is played once.

Shapes: ``steps`` of 1/60 s; ``...`` are faces side by side. All tensors are float32.
"""

from dataclasses import dataclass

import torch
from torch import nn

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS
from emotebot_blender.core.performance.networks import HOLD_NOISE

HELD_SECONDS = 1.2
"""Seconds at which the feature of the held time is at a half."""

EVENTS: dict[str, dict[str, float]] = {
    "flick": {"browInnerUp": 0.3, "browOuterUpLeft": 0.3, "browOuterUpRight": 0.3},
    "press": {"mouthPressLeft": 0.35, "mouthPressRight": 0.35, "mouthRollLower": 0.15},
    "swallow": {"mouthShrugLower": 0.3, "mouthRollUpper": 0.1, "mouthRollLower": 0.1},
    "breath": {"noseSneerLeft": 0.12, "noseSneerRight": 0.12, "mouthUpperUpLeft": 0.08}
    | {"mouthUpperUpRight": 0.08, "jawOpen": 0.1},
}
"""What short events do to channels, in weights for a standard deviation over their threshold; a
choice of ours."""

LONGEST_MEMORY = 120
"""Steps that a unit remembers before it has learned anything, at the most."""

INPUTS = HOLD_NOISE + len(BASIC_EMOTIONS) + 2


@dataclass(frozen=True)
class HoldConfig:
    """Architecture and training of the hold network.

    Attributes:
        hidden: units of the GRU.
        steps: gradient steps.
        batch: faces in a gradient step.
        window: steps of 1/60 s in a gradient step; the state is carried on to the next.
        windows: how many follow each other before all begins anew.
        learning_rate: at the beginning; falls to nothing along a cosine.
        seed: of the weights and of everything drawn.
    """

    hidden: int = 96
    steps: int = 2400
    batch: int = 48
    window: int = 240
    windows: int = 6
    learning_rate: float = 4e-3
    seed: int = 0

    @classmethod
    def smoke(cls) -> "HoldConfig":
        """Return a run of seconds that learns nothing worth having."""
        return cls(hidden=16, steps=4, batch=4, window=30, windows=2)


class HoldNetwork(nn.Module):
    """What a held face does, step by step.

    Args:
        hidden: units of the GRU.
    """

    def __init__(self, hidden: int = 96) -> None:
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(INPUTS, hidden)
        self.relative = nn.Linear(hidden, len(CHANNELS))
        self.events = nn.Linear(hidden, len(EVENTS))
        for head in (self.relative, self.events):
            nn.init.zeros_(head.weight)  # it begins as a hold that stands still
            nn.init.zeros_(head.bias)
        # Chrono initialisation (Tallec & Ollivier 2018): units begin with memories of up to so long
        with torch.no_grad():
            bias = dict(self.gru.named_parameters())["bias_ih_l0"]
            bias[hidden : 2 * hidden].copy_(
                torch.log(torch.empty(hidden).uniform_(1, LONGEST_MEMORY))
            )

    def forward(
        self,
        noise: torch.Tensor,
        emotion: torch.Tensor,
        held: torch.Tensor,
        state: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Advance faces by as many steps as there are rows.

        Args:
            noise: standard normal, shape (steps, n, ``HOLD_NOISE``).
            emotion: shares times intensity, shape (steps, n, 8).
            held: seconds since the apex, 0 before it, shape (steps, n, 1).
            state: shape (n, hidden), zeros at first.

        Returns:
            Shape (steps, n, 56): the change of each channel as a share of its weight, and by how
            many deviations the wave of each event is over its threshold, both before anything is
            cut off, as ``movement_of`` takes them; and the state after the last step.
        """
        features = [(held > 0).to(held.dtype), held / (held + HELD_SECONDS)]
        memory, last = self.gru(torch.cat([noise, emotion, *features], dim=-1), state[None])
        return torch.cat([self.relative(memory), self.events(memory)], dim=-1), last[0]


def movement_of(outputs: torch.Tensor) -> torch.Tensor:
    """Return how a face moves, as ``HoldModel`` gives it.

    Args:
        outputs: shape (..., 56), of the network or of its teacher.

    Returns:
        Shape (..., 104): the change of each channel as a share of its weight, -1 or more, and what
        events add to it, 0 or more.
    """
    relative, over = torch.split(outputs, [len(CHANNELS), len(EVENTS)], dim=-1)
    return torch.cat([relative.clamp(min=-1), over.clamp(min=0) @ event_layout()], dim=-1)


def event_layout() -> torch.Tensor:
    """Return what each event does to each channel, shape (number of ``EVENTS``, 52)."""
    layout = torch.zeros(len(EVENTS), len(CHANNELS))
    for row, amounts in enumerate(EVENTS.values()):
        for name, amount in amounts.items():
            layout[row, INDEX[name]] = amount
    return layout
