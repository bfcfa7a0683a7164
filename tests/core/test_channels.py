# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from emotebot_blender.core.channels import (
    CHANNELS,
    INDEX,
    MASKS,
    MIRROR,
    MIX_GROUPS,
    REGIONS,
    anatomical,
    mirrored_name,
)


def test_there_are_52_channels_with_an_index_each():
    assert len(set(CHANNELS)) == 52
    assert [INDEX[name] for name in CHANNELS] == list(range(52))


def test_every_channel_belongs_to_one_region():
    assert sorted(name for names in REGIONS.values() for name in names) == sorted(CHANNELS)
    assert {region: len(names) for region, names in REGIONS.items()} == {
        "eye": 14,
        "jaw": 4,
        "mouth": 23,
        "brow": 5,
        "cheek": 3,
        "nose": 2,
        "tongue": 1,
    }


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("eyeBlinkLeft", "eyeBlinkRight"),
        ("mouthRight", "mouthLeft"),
        ("jawLeft", "jawRight"),
        ("eyeLookInLeft", "eyeLookInRight"),
        ("browInnerUp", "browInnerUp"),
        ("mouthRollUpper", "mouthRollUpper"),
    ],
)
def test_a_mirror_exchanges_left_and_right(name, other):
    assert mirrored_name(name) == other


def test_the_mirror_undoes_itself_and_keeps_the_central_channels():
    assert (MIRROR[MIRROR] == np.arange(52)).all()
    central = {name for name in CHANNELS if MIRROR[INDEX[name]] == INDEX[name]}
    assert central == {name for name in CHANNELS if not name.endswith(("Left", "Right"))}
    assert len(central) == 12


def test_masks_have_the_channels_that_apple_lists():
    assert {mask: len(names) for mask, names in MASKS.items()} == {
        "WHOLE": 52,
        "UPPER": 19,
        "LOWER": 5,
        "NO_MOUTH": 24,
        "EYES": 14,
    }
    assert MASKS["LOWER"] == (
        "cheekPuff",
        "cheekSquintLeft",
        "cheekSquintRight",
        "noseSneerLeft",
        "noseSneerRight",
    )


def test_a_mask_goes_from_top_to_bottom_of_the_channels():
    for names in MASKS.values():
        assert [INDEX[name] for name in names] == sorted(INDEX[name] for name in names)


def test_no_mask_but_the_whole_touches_what_lip_sync_moves():
    for mask in ("UPPER", "LOWER", "NO_MOUTH", "EYES"):
        assert not [name for name in MASKS[mask] if name.startswith(("jaw", "mouth", "tongue"))]
    assert set(MASKS["UPPER"]) | set(MASKS["LOWER"]) == set(MASKS["NO_MOUTH"])


def test_anatomy_of_a_hand_worked_face():
    weights = np.zeros(len(CHANNELS), dtype=np.float32)
    for name, weight in (
        ("mouthClose", 0.5), ("jawOpen", 0.2), ("eyeWideLeft", 0.9), ("eyeBlinkLeft", 0.75),
        ("jawLeft", 0.3), ("jawRight", 0.1), ("mouthSmileLeft", 1.5), ("mouthRight", -0.2),
    ):  # fmt: skip
        weights[INDEX[name]] = weight
    limited = dict(zip(CHANNELS, anatomical(weights).tolist(), strict=True))
    expected = {
        "mouthClose": 0.2, "jawOpen": 0.2, "eyeWideLeft": 0.25, "eyeBlinkLeft": 0.75,
        "jawLeft": 0.2, "mouthSmileLeft": 1.0,
    }  # fmt: skip
    assert {name: weight for name, weight in limited.items() if weight} == pytest.approx(expected)


def test_every_channel_is_in_one_part_that_mixes():
    parts = [name for group in MIX_GROUPS.values() for name in group]
    assert sorted(parts) == sorted(CHANNELS)
    assert {"jawOpen", "mouthSmileLeft", "tongueOut"} <= set(MIX_GROUPS["MOUTH"])
    assert "noseSneerLeft" in MIX_GROUPS["CHEEKS"]
