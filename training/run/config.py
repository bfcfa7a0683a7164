# SPDX-License-Identifier: GPL-3.0-or-later
"""What a training run depends on, apart from the data in the checkout."""

import dataclasses
from dataclasses import dataclass, field

from ..expression.expression_network import ExpressionConfig
from ..motion.motion_network import MotionConfig

NETWORKS = ("expression", "motion")


@dataclass(frozen=True)
class TrainingConfig:
    """One training run of both networks.

    Attributes:
        name: of the configuration, "full" or "smoke".
        expression: of the expression generator.
        motion: of the motion network.
        threads: of torch; more than one gain little on networks this small, and the same number
            gives the same networks to the bit.
    """

    name: str
    expression: ExpressionConfig = field(default_factory=ExpressionConfig)
    motion: MotionConfig = field(default_factory=MotionConfig)
    threads: int = 1

    def seeded(self, seed: int) -> "TrainingConfig":
        """Return the same run from another seed, a whole number from 0."""
        return dataclasses.replace(
            self,
            expression=dataclasses.replace(self.expression, seed=seed),
            motion=dataclasses.replace(self.motion, seed=seed),
        )


CONFIGS: dict[str, TrainingConfig] = {
    config.name: config
    for config in (
        TrainingConfig("full"),
        TrainingConfig("smoke", ExpressionConfig.smoke(), MotionConfig.smoke()),
    )
}
"""The configurations by name: the shipped networks', and one of seconds that shows all works."""
