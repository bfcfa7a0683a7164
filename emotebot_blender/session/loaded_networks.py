# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that the interface plays with, loaded once."""

from typing import TYPE_CHECKING

from ..core.errors import EmoteBotError
from ..core.messages import Message
from .events import NetworksChosen
from .preferences import choices
from .runtime import runtime

if TYPE_CHECKING:
    from ..core.performance.networks import Networks


def networks() -> "Networks":
    """Return the networks of the preferences' folder, else those that come along.

    Raises:
        EmoteBotError: a file of that folder is missing, damaged, or no network for this EmoteBot.
    """
    from ..core.performance.networks import load_networks

    folder, loaded = choices().models, runtime().networks
    if folder not in loaded:
        loaded[folder] = load_networks(folder) if folder else load_networks()
    return loaded[folder]


def follow_choice(_event: NetworksChosen) -> None:
    """Load the networks of the folder chosen, anew if they were there before."""
    running = runtime()
    running.networks.clear()
    running.networks_problem = None
    if choices().models is not None:
        try:
            networks()
        except EmoteBotError as error:
            running.networks_problem = error.message


def networks_problem() -> Message | None:
    """Return what kept the networks of the folder chosen from being used, None if nothing did."""
    return runtime().networks_problem


def runner_problem() -> Message | None:
    """Return why networks run in NumPy though onnxruntime is there, None if all is well so far."""
    from ..core import onnx_runner

    return onnx_runner.runner_problem()
