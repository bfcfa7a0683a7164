# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of the built-in head."""

import bpy
import pytest

from emotebot_blender.character.character import add_character
from emotebot_blender.character.materials import LASH, finishes
from emotebot_blender.character.palettes import GROUPS, PALETTES
from emotebot_blender.character.style import luminance
from emotebot_blender.character.styles import style_of


def colour_of(root, slot: str) -> tuple[float, ...]:
    return tuple(bpy.data.materials[f"{root.name} {slot}"].diffuse_color)[:3]


@pytest.mark.parametrize("palette", PALETTES)
def test_a_palette_paints_what_it_names(empty_scene, palette):
    root = add_character(empty_scene, palette=palette)
    for name, colour in PALETTES[palette].colours.items():
        if name not in ("blush", "lamp"):  # the light changes with the face
            assert colour_of(root, name) == pytest.approx(colour, abs=1e-4)


@pytest.mark.parametrize("palette", PALETTES)
def test_a_palette_has_all_colours_of_all_groups(palette):
    names = {name for members in GROUPS.values() for name in members}
    assert PALETTES[palette].colours.keys() == names | {"lamp"}


@pytest.mark.parametrize("palette", PALETTES)
def test_the_lines_of_the_lids_are_dark_on_every_skin(palette):
    colours = PALETTES[palette].colours
    line = finishes(colours)[LASH].colour
    assert (luminance(colours["skin"]) + 0.05) / (luminance(line) + 0.05) > 2.2


def test_an_own_colour_takes_its_group_along(empty_scene):
    green = (0.2, 0.6, 0.1)
    plain = add_character(empty_scene, palette="EMOTEBOT")
    own = add_character(empty_scene, palette="EMOTEBOT", colours={"skin": green})
    assert colour_of(own, "skin") == pytest.approx(green)
    assert colour_of(own, "lips") != colour_of(plain, "lips")
    assert colour_of(own, "shell") == colour_of(plain, "shell")


def test_a_style_brings_its_palette_unless_one_is_named(empty_scene):
    own = style_of(1).colours
    styled = add_character(empty_scene, style=1)
    named = add_character(empty_scene, style=1, palette="EMOTEBOT")
    assert colour_of(styled, "shell") == pytest.approx(own["shell"])
    assert colour_of(named, "shell") == pytest.approx(PALETTES["EMOTEBOT"].colours["shell"])
