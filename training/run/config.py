# SPDX-License-Identifier: GPL-3.0-or-later
"""What a training run depends on, apart from the data in the checkout."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .registry import NETWORKS


@dataclass(frozen=True)
class TrainingConfig:
    """One training run.

    Attributes:
        name: of the configuration, "full" or "smoke".
        networks: name of each network to its configuration.
        threads: of torch; more than one gain little on networks this small, and the same number
            gives the same networks to the bit.
    """

    name: str
    networks: Mapping[str, Any]
    threads: int = 1

    def seeded(self, seed: int) -> "TrainingConfig":
        """Return the same run from another seed, a whole number from 0."""
        return dataclasses.replace(
            self,
            networks={
                name: dataclasses.replace(config, seed=seed)
                for name, config in self.networks.items()
            },
        )

    def described(self) -> dict[str, Any]:
        """Return the configuration as it is written beside the networks."""
        networks = {name: dataclasses.asdict(config) for name, config in self.networks.items()}
        return {"name": self.name, **networks, "threads": self.threads}


CONFIGS: dict[str, TrainingConfig] = {
    "full": TrainingConfig("full", {name: network.config() for name, network in NETWORKS.items()}),
    "smoke": TrainingConfig(
        "smoke", {name: network.config.smoke() for name, network in NETWORKS.items()}
    ),
}
"""The configurations by name: the shipped networks', and one of seconds that shows all works."""
