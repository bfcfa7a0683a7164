# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the built-in head passes through anything else."""

import numpy as np
import pytest

pytest.importorskip("bpy")

from contacts import Contacts
from headpose import HeadArrays, both_sides

from emotebot_blender.character.styles import READY_STYLES
from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.emotions import EMOTIONS, Feeling, Mixture
from emotebot_blender.core.performance.networks import load_networks
from emotebot_blender.core.performance.performance import express

TAKES = 10
PAIRS = sorted(
    {
        name.removesuffix("Left")
        for name in CHANNELS
        if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
    }
)
SHARES = (1.0, 0.5)

TOUCH = {
    "hair through skin": 6,
    "skin of lids": 15,
    "skin of face and lids": 2,
    "skin of lips": 32,
    "brow under skin": 2,
    "lids crossed": 7,
    "teeth upper through skin": 9,
    "eye right through skin": 6,
}
"""Faces that may touch: tips of hair lie on skin that moves under them, lids fold at the corners of
the eye, under the lashes, and lips that are pressed and rolled, or pushed up under a raised upper
lip, lie upon each other; ends of brows sink in. Lids cross in single laughs; bared teeth come
through the drawn lower lip in strong disgust, at full intensity."""

OTHERS_TOUCH = TOUCH | {
    "skin of face": 15,
    "skin of lips": 60,
    "skin of face and lips": 14,
    "lids crossed": 7,
    "teeth upper through skin": 16,
}
"""The same for other styles than EmoteBot's: cheeks fold against lips, and more of the
lips lies upon each other in disgust and embarrassment."""


@pytest.fixture(scope="module")
def contacts(arrays) -> Contacts:
    return Contacts(arrays)


@pytest.fixture(scope="module")
def takes() -> dict[str, np.ndarray]:
    """Return takes of each emotion at full intensity, shape (TAKES, 52)."""
    networks = load_networks()
    return {
        emotion: express(networks, Feeling(Mixture.of({emotion: 1.0}), 1.0), count=TAKES)
        for emotion in EMOTIONS
    }


def unwanted(contacts: Contacts, weights, touch=TOUCH) -> dict[str, int]:
    """Return what passes through what, but for what may touch."""
    found = contacts.found(weights)
    return {kind: count for kind, count in found.items() if count > touch.get(kind, 0)}


def test_nothing_passes_through_at_rest(contacts):
    assert contacts.found({}) == {}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_passes_through_in_a_channel_alone(contacts, channel, share):
    assert unwanted(contacts, {channel: share}) == {}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_passes_through_in_a_channel_of_both_sides(contacts, pair, share):
    assert unwanted(contacts, both_sides(**{f"{pair}Left": share})) == {}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_nothing_passes_through_in_a_full_emotion(contacts, takes, emotion, share):
    for take in share * takes[emotion]:
        assert unwanted(contacts, dict(zip(CHANNELS, take.tolist(), strict=True))) == {}


@pytest.mark.parametrize("style", range(1, len(READY_STYLES)))
def test_nothing_passes_through_in_another_style(takes, style):
    contacts = Contacts(HeadArrays(style))
    for emotion in EMOTIONS:
        take = dict(zip(CHANNELS, takes[emotion][0].tolist(), strict=True))
        assert unwanted(contacts, take, OTHERS_TOUCH) == {}, emotion
