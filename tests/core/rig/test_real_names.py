# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that real rigs have, as published, and spellings of them that people meet."""

import json
import re

import pytest

from emotebot_blender.core.channels import CHANNELS
from emotebot_blender.core.rig.matching import guess

LATERAL = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")


def with_sides(pattern: str) -> list[str]:
    """Return the 52 names with their sides put as in ``pattern``, of name and side."""
    names = []
    for channel in CHANNELS:
        match = re.fullmatch(r"(.+)(Left|Right)", channel)
        if match is None or channel in LATERAL:
            names.append(channel)
        else:
            names.append(pattern.format(name=match[1], letter=match[2][0], word=match[2]))
    return names


def split(name: str, separator: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", separator, name)


SPELLINGS = {
    "as it is": list(CHANNELS),
    "upper case": [name.upper() for name in CHANNELS],
    "lower case": [name.lower() for name in CHANNELS],
    "words": [split(name, " ").title() for name in CHANNELS],
    "separators": [split(name, "_").lower() for name in CHANNELS],
    "_L": with_sides("{name}_{letter}"),
    ".L": with_sides("{name}.{letter}"),
    "L": with_sides("{name}{letter}"),
    "L_": with_sides("{letter}_{name}"),
    " left": [name.lower() for name in with_sides("{name} {word}")],
    ".001": [f"{name}.001" for name in CHANNELS],
    "every second .001": [
        f"{name}.001" if index % 2 else name for index, name in enumerate(CHANNELS)
    ],
    "_Head": [f"{name}_Head" for name in CHANNELS],
    "_head_geo": [f"{name}_head_geo" for name in CHANNELS],
    "numbers": [f"{index:02}_{name}" for index, name in enumerate(CHANNELS, 1)],
    "numbers without separators": [f"{index}{name}" for index, name in enumerate(CHANNELS, 1)],
    "A01": [f"A{index:02}_{split(name, '_').title()}" for index, name in enumerate(CHANNELS, 1)],
    "AK_01": [f"AK_{index:02}_{name}" for index, name in enumerate(CHANNELS, 1)],
    "!ex-": [f"!ex-{name}" for name in CHANNELS],
    "blendShape1.": [f"blendShape1.{name}" for name in CHANNELS],
    "Face.M_F00_000_00_": [f"Face.M_F00_000_00_{name}" for name in CHANNELS],
    "a prefix by region": [
        f"{'upper' if name.startswith(('brow', 'eye')) else 'lower'}.{name}" for name in CHANNELS
    ],
    "full width": ["".join(chr(ord(letter) + 0xFEE0) for letter in name) for name in CHANNELS],
}


@pytest.mark.parametrize("names", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_spellings_of_all_channels(names):
    rig_map = guess([*names, "Smile", "mouthSmileLeft_old", "Basis"])
    expected = dict(zip(CHANNELS, names, strict=True))
    moved = {
        channel: [feed.control.name for feed in feeds] for channel, feeds in rig_map.feeds.items()
    }
    assert moved == {channel: [name] for channel, name in expected.items()}
    assert not rig_map.approximated
    assert not rig_map.doubtful


class TestAffixesThatMeanSomethingElse:
    def test_of_one_name(self):
        assert guess([*CHANNELS[1:], f"old_{CHANNELS[0]}"]).channels == CHANNELS[1:]
        assert guess([*CHANNELS[1:], f"{CHANNELS[0]}_old"]).channels == CHANNELS[1:]

    def test_of_names_that_are_there_already(self):
        """Of twelve old ones two have no new one: those are old as well."""
        rig_map = guess([*CHANNELS[2:], *(f"old_{name}" for name in CHANNELS[:12])])
        assert rig_map.channels == CHANNELS[2:]

    def test_a_part_of_the_face_before_a_word_of_feeling(self):
        assert not guess(["Mouth_Joy", "Mouth_Angry", "Mouth_Sorrow", "Mouth_Fun"]).presets


def read(shared, file: str, *keys: str):
    content = json.loads((shared / "names" / file).read_text(encoding="utf-8"))
    for key in keys:
        content = content[key]
    return content


PUBLISHED = [
    ("ARKit", 52, "arkit52.json", ("names",)),
    ("Face Cap", 52, "facecap_ifacialmocap.json", ("names",)),
    ("Live Link Face", 52, "livelinkface_csv.json", ("shapes52",)),
    ("Live Link Face", 52, "vrm_presets.json", ("perfect_sync", "names")),
    ("Live Link Face", 52, "nvidia_a2f.json", ("blendshapes68",)),
    ("ARKit", 51, "mediapipe52.json", ("names",)),
    ("ICT FaceKit", 51, "ict_facekit.json", ("names",)),
    ("FaceScape", 51, "facescape51.json", ("names",)),
    ("Ready Player Me", 52, "ready_player_me.json", ("names",)),
    ("Character Creator 3+", 52, "reallusion_cc.json", ("shapes", "TRA_CC3")),
    ("Character Creator 4 standard", 52, "reallusion_cc.json", ("shapes", "STD_CC4")),
    ("Character Creator 4 extended", 52, "reallusion_cc.json", ("shapes", "EXT_CC4")),
    ("Character Creator 5 HD", 52, "reallusion_cc.json", ("shapes", "MH_CC5HD")),
    ("Daz Genesis 8.1", 52, "daz_genesis.json", ("all_properties", "genesis81")),
    ("Daz Genesis 9", 52, "daz_genesis.json", ("all_properties", "genesis9")),
]


@pytest.mark.parametrize(
    ("convention", "count", "file", "keys"), PUBLISHED, ids=lambda value: str(value)
)
def test_published_names_are_of_their_convention(shared, convention, count, file, keys):
    rig_map = guess(read(shared, file, *keys))
    assert rig_map.convention == convention
    assert len(rig_map.channels) == count
    assert not rig_map.approximated
    assert not rig_map.doubtful


@pytest.mark.parametrize("profile", ["TRA", "STD", "EXT", "MH"])
def test_character_creator_moves_what_its_tools_move(shared, profile):
    expected = read(shared, "reallusion_cc.json", "arkit_map", profile)
    shapes = {"TRA": "TRA_CC3", "STD": "STD_CC4", "EXT": "EXT_CC4", "MH": "MH_CC5HD"}
    rig_map = guess(read(shared, "reallusion_cc.json", "shapes", shapes[profile]))
    moved = {
        channel: {feed.control.name for feed in feeds} for channel, feeds in rig_map.feeds.items()
    }
    assert {channel: moved[channel] for channel in expected} == {
        channel: set(names) for channel, names in expected.items()
    }


@pytest.mark.parametrize("kind", ["shape_key", "property"])
@pytest.mark.parametrize("genesis", ["genesis81", "genesis9"])
def test_daz_moves_its_controls_by_their_sign(shared, genesis, kind):
    expected = read(shared, "daz_genesis.json", "arkit_map_signed", genesis)
    names = read(shared, "daz_genesis.json", "all_properties", genesis)
    rig_map = guess(names) if kind == "shape_key" else guess(properties=names)
    assert {
        channel: [(feed.control.kind, feed.control.name, feed.full) for feed in feeds]
        for channel, feeds in rig_map.feeds.items()
    } == {channel: [(kind, name, sign)] for channel, (name, sign) in expected.items()}
