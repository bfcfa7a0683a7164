# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the motion network: imitation of the published times, then tuning on real sequences.

Imitation comes first and stays. In the second part a critic compares the network's rollouts with
the real sequences that they stand beside, and the network is kept as it then is only where it
imitates the published times as well as before.
"""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from ..collecting.collection import Collection
from ..distributed import ALONE, Team
from ..expression_data.data_mixture import with_shipped_collections
from . import motion_discriminator as judge
from .motion_network import MotionConfig, MotionNetwork, imitation_loss, roll_out
from .real_sequences import Film, draw_rehearsal, read_films
from .rollouts import draw_lesson

LOGGED = 20
"""Steps between two rows of the curve."""

WORSE = 1.05
"""The tuned network may be this much worse at imitation, else the untuned one is kept."""

REHEARSED = 100
"""Steps of a rollout beside a real sequence."""

CRITIC_RATE, PENALTY = 1e-3, 1.0
"""Learning rate of the critic, and weight of its gradient penalties."""

_CHECKED = (48, 150)  # rollouts and their length by which imitation is checked

Progress = Callable[[int, int, str], None]
Log = Callable[[dict[str, float]], None]


def train_motion(
    config: MotionConfig,
    progress: Progress,
    team: Team = ALONE,
    log: Log | None = None,
    collections: Sequence[Collection] = (),
) -> MotionNetwork:
    """Return a motion network trained on the published times and on real sequences.

    Args:
        config: what to train and how.
        progress: told the gradient steps done, their number, and a word on how it goes.
        team: the processes that train together.
        log: told now and then how it goes, in numbers.
        collections: of measured faces, beside those that come with the project; their training
            sequences are learned from.
    """
    torch.manual_seed(config.seed)
    network = MotionNetwork(config.hidden).to(team.device)
    generator = torch.Generator().manual_seed(team.stream(config.seed))
    films = read_films(with_shipped_collections(collections), "train") if config.tuning else ()
    course = _Course(config, progress, team, log or _quiet, generator, bool(films))
    _imitate(network, course)
    if films:
        _tune(network, films, course)
    return network.cpu().eval()


class _Course:
    """What both parts of a training share: where it stands and how it draws."""

    def __init__(
        self,
        config: MotionConfig,
        progress: Progress,
        team: Team,
        log: Log,
        generator: torch.Generator,
        tuned: bool,
    ) -> None:
        self.config, self.team, self.generator = config, team, generator
        self._progress, self._log, self._done = progress, log, 0
        self._total = config.steps + tuned * config.tuning

    def imitation(self, network: MotionNetwork) -> torch.Tensor:
        """Return the loss of a new lesson."""
        choice = torch.randint(len(self.config.rollout), (), generator=self.generator)
        length, batch = self.config.rollout[int(choice)], self.team.share(self.config.batch)
        lesson = draw_lesson(length, batch, self.generator).to(self.team.device)
        return imitation_loss(roll_out(network, lesson), lesson)

    def step(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor
    ) -> None:
        """Take a step down the gradient, all processes the same one."""
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.team.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    def tell(self, imitation: torch.Tensor, critic: float) -> None:
        """Say how a step of the network went."""
        self._done += 1
        self._progress(self._done, self._total, f"imitation loss {imitation.item():.3f}")
        if self._done % LOGGED == 0 or self._done == self._total:
            self._log({"step": self._done, "imitation": imitation.item(), "critic": critic})


def _imitate(network: MotionNetwork, course: _Course) -> None:
    config = course.config
    optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps)
    for _ in range(config.steps):
        loss = course.imitation(network)
        course.step(network, optimizer, loss)
        schedule.step()
        course.tell(loss, 0.0)


def _tune(network: MotionNetwork, films: tuple[Film, ...], course: _Course) -> None:
    config, team = course.config, course.team
    before = {name: value.clone() for name, value in network.state_dict().items()}
    good = checked_imitation(network, team)
    critic = judge.Critic().to(team.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=config.tuning_rate, betas=(0.5, 0.99))
    against = torch.optim.Adam(critic.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.99))
    for _ in range(config.tuning):
        count = team.share(config.tuning_batch)
        beside = draw_rehearsal(films, REHEARSED, count, course.generator).to(team.device)
        real = judge.windows_of(beside.path, measured=True)
        made = judge.windows_of(roll_out(network, beside), measured=False)
        number = min(len(real), len(made))
        real = judge.as_many(real, number, course.generator)
        made = judge.as_many(made, number, course.generator)
        verdict = judge.critic_loss(critic, real, made, PENALTY)
        course.step(critic, against, verdict)
        imitation = course.imitation(network)
        persuasion = judge.motion_loss(critic, real, made)
        course.step(network, optimizer, imitation + config.critic_weight * persuasion)
        course.tell(imitation, verdict.item())
    if checked_imitation(network, team) > WORSE * good:
        network.load_state_dict(before)


def checked_imitation(network: MotionNetwork, team: Team = ALONE) -> float:
    """Return the imitation loss on lessons that are the same in every run and process."""
    generator = torch.Generator().manual_seed(1)
    count, length = _CHECKED
    lesson = draw_lesson(length, count, generator).to(team.device)
    with torch.no_grad():
        return float(imitation_loss(roll_out(network, lesson), lesson))


def _quiet(row: dict[str, float]) -> None:
    pass
