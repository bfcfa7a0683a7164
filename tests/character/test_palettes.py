# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of the built-in head."""

import bpy
import pytest

from emotebot_blender.character.character import add_character
from emotebot_blender.character.materials import FINISHES
from emotebot_blender.character.palettes import GROUPS, PALETTES, linear
from emotebot_blender.character.style import style_of


def colour_of(root, slot: str) -> tuple[float, ...]:
    return tuple(bpy.data.materials[f"{root.name} {slot}"].diffuse_color)[:3]


def test_the_usual_palette_changes_nothing(empty_scene):
    root = add_character(empty_scene)
    for slot, finish in FINISHES.items():
        assert colour_of(root, slot) == pytest.approx(finish.colour, abs=1e-4)


@pytest.mark.parametrize("palette", PALETTES)
def test_a_palette_paints_what_it_names(empty_scene, palette):
    root = add_character(empty_scene, palette=palette)
    for group, members in GROUPS.items():
        wanted = PALETTES[palette].colours[group]
        assert colour_of(root, members[0]) == pytest.approx(wanted, abs=1e-4)


def test_an_own_colour_takes_its_group_along(empty_scene):
    green = (0.2, 0.6, 0.1)
    plain = add_character(empty_scene, palette="EMBER")
    own = add_character(empty_scene, palette="EMBER", colours={"skin": green})
    assert colour_of(own, "skin") == pytest.approx(green)
    assert colour_of(own, "lips") != colour_of(plain, "lips")
    assert colour_of(own, "shell") == colour_of(plain, "shell")


def test_a_style_brings_its_palette_unless_one_is_named(empty_scene):
    seed = next(seed for seed in range(1, 50) if style_of(seed).palette == "SUN")
    styled = add_character(empty_scene, style=seed)
    named = add_character(empty_scene, style=seed, palette="EMOTEBOT")
    assert colour_of(styled, "shell") == pytest.approx(PALETTES["SUN"].colours["shell"])
    assert colour_of(named, "shell") == pytest.approx(FINISHES["shell"].colour)


def test_a_colour_code_is_read_as_srgb():
    assert linear("ffffff") == (1, 1, 1)
    assert linear("000000") == (0, 0, 0)
    assert linear("808080")[0] == pytest.approx(0.2159, abs=1e-4)  # IEC 61966-2-1
