# SPDX-License-Identifier: GPL-3.0-or-later
"""What the networks are measured against: simpler ways to make faces, to move and to hold them.

Every way of making faces learns from the same training rows and is asked for the same feelings.
Its "class" is the ``CLASS`` training rows whose feelings are nearest to the one that is asked for,
so that mixtures and intensities have classes too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.signal import lfilter
from scipy.spatial import KDTree, distance

from emotebot_blender.core.performance.networks import MOTION_RATE

from ..metrics.expression_metrics import DITHER, Faces
from ..metrics.hold_metrics import RECORDED

CLASS = 100
"""Training rows that make up the class of a feeling."""

SMOTE_NEIGHBOURS = 5


@dataclass(frozen=True)
class Classes:
    """Training rows in reach of feelings.

    Attributes:
        training: all of them.
        near: int, shape (n, ``CLASS``), the rows of each feeling's class, nearest first.
    """

    training: Faces
    near: np.ndarray

    @classmethod
    def of(cls, training: Faces, requested: Faces) -> "Classes":
        """Return the classes of the feelings that some faces were asked to show."""
        size = min(CLASS, len(training))
        _, near = KDTree(training.condition()).query(requested.condition(), k=size)
        return cls(training, np.reshape(near, (len(requested), size)))

    def rows(self, index: int) -> np.ndarray:
        """Return the weights of one feeling's class, shape (``CLASS``, 52)."""
        members: np.ndarray = self.training.weights[self.near[index]]
        return members


FaceMaker = Callable[[Classes, np.random.Generator], np.ndarray]
"""From classes and chance to weights, shape (requested, 52)."""


def copy(classes: Classes, rng: np.random.Generator) -> np.ndarray:
    """Repeat a training face of the class."""
    return np.array([_draw_row(classes.rows(i), rng) for i in range(len(classes.near))])


def mean(classes: Classes, rng: np.random.Generator) -> np.ndarray:
    """Show the class's mean, always the same: what a table of presets does."""
    return np.array([classes.rows(i).mean(axis=0) for i in range(len(classes.near))])


def gaussian(classes: Classes, rng: np.random.Generator) -> np.ndarray:
    """Draw from the normal distribution of the class, clipped to what weights can be."""
    drawn = []
    for i in range(len(classes.near)):
        rows = classes.rows(i)
        centred = rows - rows.mean(axis=0)
        # A normal mixture of the centred rows has their covariance, without inverting anything.
        mixing = rng.normal(size=len(rows)) / np.sqrt(len(rows) - 1)
        drawn.append(rows.mean(axis=0) + mixing @ centred)
    return np.clip(drawn, 0, 1)


def kernel_density(classes: Classes, rng: np.random.Generator) -> np.ndarray:
    """Blur a training face of the class by as little as the classifiers' dither."""
    drawn = []
    for i in range(len(classes.near)):
        rows = classes.rows(i)
        blur = DITHER * rng.normal(size=rows.shape[1])
        drawn.append(_draw_row(rows, rng) + blur * (rows.std(axis=0) > 0))
    return np.clip(drawn, 0, 1)


def smote(classes: Classes, rng: np.random.Generator) -> np.ndarray:
    """Interpolate between a training face and a near one of its class (Chawla et al. 2002)."""
    drawn = []
    for i in range(len(classes.near)):
        rows = classes.rows(i)
        row = _draw_row(rows, rng)
        apart = distance.cdist(row[None], rows)[0]
        nearest = np.argsort(apart, kind="stable")[1 : SMOTE_NEIGHBOURS + 1]
        neighbour = rows[rng.choice(nearest)]
        drawn.append(row + rng.random() * (neighbour - row))
    return np.array(drawn)


def _draw_row(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    row: np.ndarray = rows[rng.integers(len(rows))]
    return row


CLASS_BASELINES: dict[str, FaceMaker] = {
    "copier": copy,
    "class mean": mean,
    "Gaussian": gaussian,
    "KDE": kernel_density,
    "SMOTE": smote,
}
"""The methods of generating faces that need nothing but the class."""


@dataclass
class VariationalAutoencoder:
    """A conditional variational autoencoder (Sohn, Lee & Yan 2015), small, trained on a processor.

    Args:
        training: what it learns from.
        seed: the same seed gives the same faces.
        steps: of the training, of 256 faces each.
    """

    training: Faces
    seed: int
    steps: int = 1500
    latent: int = 16
    width: int = 128
    _decoder: object = field(init=False, repr=False)

    def __post_init__(self) -> None:
        import torch
        from torch import nn

        faces, condition = (
            torch.from_numpy(np.asarray(array, dtype=np.float32))
            for array in (self.training.weights, self.training.condition())
        )
        torch.set_num_threads(1)  # threads gain nothing on networks this small
        torch.manual_seed(self.seed)
        size, condition_size = faces.shape[1], condition.shape[1]
        encoder = nn.Sequential(
            nn.Linear(size + condition_size, self.width),
            nn.LeakyReLU(0.2),
            nn.Linear(self.width, self.width),
            nn.LeakyReLU(0.2),
            nn.Linear(self.width, 2 * self.latent),
        )
        decoder = nn.Sequential(
            nn.Linear(self.latent + condition_size, self.width),
            nn.LeakyReLU(0.2),
            nn.Linear(self.width, self.width),
            nn.LeakyReLU(0.2),
            nn.Linear(self.width, size),
            nn.Sigmoid(),
        )
        step = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3, fused=True)
        noise = 0.05  # deviation that the decoder allows a channel, as the classifiers' dither
        for _ in range(self.steps):
            chosen = torch.randint(len(faces), (256,))
            real, labels = faces[chosen], condition[chosen]
            centre, spread = encoder(torch.cat([real, labels], 1)).chunk(2, dim=1)
            code = centre + torch.exp(spread / 2) * torch.randn_like(centre)
            generated = decoder(torch.cat([code, labels], 1))
            reconstruction = ((generated - real) ** 2).sum(1) / (2 * noise**2)
            divergence = (centre**2 + spread.exp() - spread - 1).sum(1) / 2
            loss = (reconstruction + divergence).mean()
            step.zero_grad()
            loss.backward()
            step.step()
        self._decoder = decoder.eval().requires_grad_(False)

    def draw(self, requested: Faces, rng: np.random.Generator) -> np.ndarray:
        """Return faces of the feelings that some faces were asked to show, shape (n, 52)."""
        import torch

        code = rng.normal(size=(len(requested), self.latent))
        inputs = np.concatenate([code, requested.condition()], axis=1).astype(np.float32)
        generated: np.ndarray = self._decoder(torch.from_numpy(inputs)).numpy()  # type: ignore[operator]
        return generated


def linear(share: np.ndarray) -> np.ndarray:
    """Return the progress at shares of the time, any shape, at one speed."""
    covered: np.ndarray = np.clip(share, 0, 1)
    return covered


def bezier_ease(share: np.ndarray) -> np.ndarray:
    """Return it as between two keys with level handles, the animator's ease."""
    share = linear(share)
    covered: np.ndarray = share * share * (3 - 2 * share)
    return covered


def minimum_jerk(share: np.ndarray) -> np.ndarray:
    """Return it as by the smoothest movement there is (Flash & Hogan 1985)."""
    share = linear(share)
    covered: np.ndarray = share**3 * (10 - 15 * share + 6 * share * share)
    return covered


SPRING_RATE = 6.638
"""Rate of a critically damped spring times the time in which it covers 99 % of the displacement."""


def damped_spring(share: np.ndarray) -> np.ndarray:
    """Return it as by a critically damped spring, at 99 % in time (Holden 2021)."""
    turned = SPRING_RATE * np.maximum(share, 0)
    covered: np.ndarray = 1 - (1 + turned) * np.exp(-turned)
    return covered


CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": linear,
    "Bezier ease": bezier_ease,
    "minimum jerk": minimum_jerk,
    "damped spring": damped_spring,
}
"""The ways of moving: from shares of the time to progress, both of any shape."""


def frozen(apex: np.ndarray, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return an apex that stands still, from shape (52,) to (steps, 52)."""
    held: np.ndarray = np.tile(apex, (steps, 1))
    return held


def white_noise(apex: np.ndarray, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return an apex with noise in each frame and channel of its own, as much as people move."""
    return _around(apex, rng.standard_normal((steps, len(apex))))


def random_walk(apex: np.ndarray, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return an apex about which each channel walks at random, and comes back (AR(1)).

    It has the recorded spread and half-life, and nothing else of a face.
    """
    kept = 0.5 ** (1 / (RECORDED["hold_half_life"].median * MOTION_RATE))
    shocks = rng.standard_normal((steps, len(apex)))
    shocks[1:] *= np.sqrt(1 - kept**2)
    return _around(apex, lfilter([1.0], [1.0, -kept], shocks, axis=0))


def _around(apex: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    spread = RECORDED["hold_spread"].median * apex
    held: np.ndarray = np.clip(apex + spread * deviations, 0, 1)
    return held


HoldApex = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]
"""From an apex, shape (52,), steps and a source of chance to weights, shape (steps, 52)."""

HOLDS: dict[str, HoldApex] = {
    "frozen": frozen,
    "white noise": white_noise,
    "random walk": random_walk,
}
"""The ways of holding a feeling."""
