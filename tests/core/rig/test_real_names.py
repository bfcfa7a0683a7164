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


class TestNamesThatSayNothing:
    @pytest.mark.parametrize(
        "names",
        [
            ["Key 1", "Key 2", "Key 3"],
            list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            [f"Group_{letter}" for letter in "ABCDEFGHI"],
            ["Smile", "Frown", "Fat", "Thin"],
            ["joy"],
            ["blink", "Blink.001"],
            ["Left", "Right", "L", "R", "_L"],
            ["mouthSmileLeft_old", "mouthSmile_backup", "Smile"],
            ["eye", "mouth", "jaw"],
        ],
    )
    def test_no_face(self, names):
        rig_map = guess(names)
        assert not rig_map.feeds
        assert not rig_map.presets

    def test_a_word_that_is_known_among_others(self):
        rig_map = guess(["Smile", "jawOpen", "blink", "A", "Fun", "Jaw Opener", "jawOpen_max"])
        assert feeds_of(rig_map) == {"jawOpen": {"jawOpen": 1}}
        assert not rig_map.presets


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
    ("ARKit", 52, 0, 0, "arkit52.json", ("names",)),
    ("ARKit", 51, 0, 0, "mediapipe52.json", ("names",)),
    ("Live Link Face", 52, 0, 0, "livelinkface_csv.json", ("shapes52",)),
    ("Live Link Face", 52, 0, 0, "vrm_presets.json", ("perfect_sync", "names")),
    ("Live Link Face", 52, 0, 0, "nvidia_a2f.json", ("blendshapes68",)),
    ("Face Cap", 52, 0, 0, "facecap_ifacialmocap.json", ("names",)),
    ("ICT FaceKit", 51, 0, 0, "ict_facekit.json", ("names",)),
    ("FaceScape", 51, 0, 0, "facescape51.json", ("names",)),
    ("Ready Player Me", 52, 0, 0, "ready_player_me.json", ("names",)),
    ("Rocketbox", 52, 0, 0, "rocketbox.json", ("arkit_map",)),
    ("Unified Expressions", 50, 0, 0, "unified_expressions.json", ("arkit_map",)),
    ("Audio2Face 46", 46, 5, 0, "nvidia_a2f.json", ("a2f46",)),
    ("Mixamo Fuse", 32, 6, 0, "mixamo_fuse.json", ("names",)),
    ("Character Creator 3+", 52, 0, 0, "reallusion_cc.json", ("shapes", "TRA_CC3")),
    ("Character Creator 4 standard", 52, 0, 0, "reallusion_cc.json", ("shapes", "STD_CC4")),
    ("Character Creator 4 extended", 52, 0, 0, "reallusion_cc.json", ("shapes", "EXT_CC4")),
    ("Character Creator 5 HD", 52, 0, 0, "reallusion_cc.json", ("shapes", "MH_CC5HD")),
    ("Daz Genesis 8.1", 52, 0, 0, "daz_genesis.json", ("all_properties", "genesis81")),
    ("Daz Genesis 9", 52, 0, 0, "daz_genesis.json", ("all_properties", "genesis9")),
    ("Daz Genesis labels", 52, 0, 0, "daz_genesis.json", ("all_properties", "labels81")),
    ("Daz Genesis labels", 52, 0, 0, "daz_genesis.json", ("all_properties", "labels9")),
    ("MakeHuman", 16, 13, 0, "mpfb_makehuman.json", ("legacy_makehuman_units",)),
    ("Oculus visemes", 0, 8, 0, "visemes.json", ("oculus15",)),
    ("VRChat", 0, 8, 0, "visemes.json", ("vrchat15",)),
    ("VRM 0.x", 10, 5, 4, "vrm_presets.json", ("vrm0",)),
    ("VRM 1.0", 10, 5, 5, "vrm_presets.json", ("vrm1",)),
    ("VRoid", 4, 22, 5, "vroid.json", ("names",)),
    ("MikuMikuDance", 47, 0, 0, "mmd_jp.json", ("arkit_to_mmd",)),
]
"""Convention, channels of its own and approximated ones, presets, and where the names are."""


def flat(names) -> list[str]:
    """Return names from a list, or from groups by channel."""
    groups = names.values() if isinstance(names, dict) else [names]
    return list(dict.fromkeys(name for group in groups for name in group))


@pytest.mark.parametrize(
    ("convention", "own", "approximated", "presets", "file", "keys"),
    PUBLISHED,
    ids=[f"{row[0]}, {row[5][-1]}" for row in PUBLISHED],
)
def test_published_names(shared, convention, own, approximated, presets, file, keys):
    rig_map = guess(flat(read(shared, file, *keys)))
    assert rig_map.convention == convention
    assert len(rig_map.channels) == own + approximated
    assert len(rig_map.approximated) == approximated
    assert len(rig_map.presets) >= presets
    assert not rig_map.doubtful


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        ("facecap_ifacialmocap.json", ("arkit_map",)),
        ("ict_facekit.json", ("arkit_map",)),
        ("rocketbox.json", ("arkit_map",)),
        ("unified_expressions.json", ("arkit_map",)),
        ("mixamo_fuse.json", ("arkit_map",)),
        ("mpfb_makehuman.json", ("arkit_map",)),
    ],
)
def test_published_names_move_what_they_are_published_to_move(shared, file, keys):
    published = read(shared, file, *keys)
    moved = feeds_of(guess(flat(published)))
    for channel, names in published.items():
        assert set(moved[channel]) & set(names), channel
        assert set(moved[channel]) <= set(names), channel


def feeds_of(rig_map) -> dict[str, dict[str, float]]:
    return {
        channel: {feed.control.name: feed.full for feed in feeds}
        for channel, feeds in rig_map.feeds.items()
    }


def test_japanese_morphs_move_one_of_those_that_are_listed(shared):
    published = read(shared, "mmd_jp.json", "arkit_to_mmd")
    moved = feeds_of(guess(flat(published)))
    assert all(set(names) <= set(published[channel]) for channel, names in moved.items())


def test_classic_japanese_morphs(shared):
    names = [entry["jp"] for entry in read(shared, "mmd_jp.json", "names")]
    rig_map = guess(names)
    moved = feeds_of(rig_map)
    assert moved["eyeBlinkLeft"] == {"ウィンク２": 1}
    assert moved["eyeBlinkRight"] == {"ウィンク２右": 1}
    assert moved["jawOpen"] == {"あ": 1}
    assert moved["mouthSmileLeft"] == {"口角上げ": 0.5}
    shown = {
        preset.feed.control.name: (*preset.emotions.items(), *preset.parts, *preset.overrides)
        for preset in rig_map.presets
    }
    assert shown == {
        "笑い": (("happiness", 1), "EYES", "blink"),  # the eyes close
        "にこり": (("happiness", 1), "BROWS"),
        "怒り": (("anger", 1), "BROWS"),
        "困る": (("sadness", 1), "BROWS"),
        "びっくり": (("surprise", 1), "EYES"),
        "驚き": (("surprise", 1), "BROWS"),
        "なごみ": (("happiness", 0.5), "EYES", "blink"),
    }


def test_whole_faces_of_a_letter_each():
    rig_map = guess(["喜", "怒", "哀", "楽", "驚"])
    assert rig_map.convention == "MikuMikuDance"
    assert len(rig_map.presets) == 5


def test_older_exports_of_vroid_name_the_mesh(shared):
    names = read(shared, "vroid.json", "names")
    plain, prefixed = guess(names), guess([f"Face.M_F00_000_00_{name}" for name in names])
    assert prefixed.convention == "VRoid"
    assert prefixed.channels == plain.channels
    assert len(prefixed.presets) == len(plain.presets) == 5
    assert feeds_of(prefixed)["eyeBlinkLeft"] == {"Face.M_F00_000_00_Fcl_EYE_Close_L": 1}


def test_channels_of_one_and_whole_faces_of_another(shared):
    whole, channels = read(shared, "vroid.json", "names"), list(CHANNELS)
    rig_map = guess([*whole, *channels])
    assert feeds_of(rig_map) == {channel: {channel: 1} for channel in CHANNELS}
    assert {preset.feed.control.name for preset in rig_map.presets} == {
        f"Fcl_ALL_{name}" for name in ("Joy", "Angry", "Sorrow", "Surprised", "Fun")
    }
    assert not guess([*channels, "joy", "angry"]).presets


def test_units_of_mb_lab(shared):
    units = read(shared, "mblab_charmorph.json", "units")
    rig_map = guess([f"{unit}_{end}" for unit in units for end in ("min", "max")])
    assert rig_map.convention == "MB-Lab"
    assert len(rig_map.channels) == 31
    assert feeds_of(rig_map)["mouthFrownLeft"] == {"Expressions_mouthSmileL_min": 1}


def test_an_older_ready_player_me():
    rig_map = guess(["mouthOpen", "mouthSmile"])
    assert rig_map.convention == "Ready Player Me"
    assert feeds_of(rig_map) == {
        "jawOpen": {"mouthOpen": 1},
        "mouthSmileLeft": {"mouthSmile": 0.5},
        "mouthSmileRight": {"mouthSmile": 0.5},
    }


def test_lips_that_stay_together_while_the_jaw_drops():
    rig_map = guess(["jawDrop", "jawDropLipTowards", "lipSuck"])
    assert feeds_of(rig_map)["mouthClose"] == {"jawDropLipTowards": 1, "jawDrop": -1}


@pytest.mark.parametrize("profile", ["TRA", "STD", "EXT", "MH"])
def test_character_creator_moves_what_its_tools_move(shared, profile):
    expected = read(shared, "reallusion_cc.json", "arkit_map", profile)
    shapes = {"TRA": "TRA_CC3", "STD": "STD_CC4", "EXT": "EXT_CC4", "MH": "MH_CC5HD"}
    rig_map = guess(read(shared, "reallusion_cc.json", "shapes", shapes[profile]))
    moved = feeds_of(rig_map)
    assert {channel: moved[channel] for channel in expected} == {
        channel: dict.fromkeys(names, 1.0) for channel, names in expected.items()
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
