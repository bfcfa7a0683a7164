# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys recognised by what they do, on real heads."""

import random
from dataclasses import dataclass

import bpy
import numpy as np
import pytest

from emotebot_blender.character.character import add_character
from emotebot_blender.core.channels import CHANNELS, mirrored_name
from emotebot_blender.core.rig.displacements import Displacements, Moved
from emotebot_blender.core.rig.face_template import read_template, template_of
from emotebot_blender.core.rig.orientation import measure_any_way
from emotebot_blender.core.rig.recognition import CONFIDENT, ShapeMatch, recognise
from emotebot_blender.rig.face import find_face
from emotebot_blender.rig.mesh_displacements import read_displacements


@dataclass(frozen=True)
class KnownFace:
    """A face whose names say what its keys do: ``channels`` to rows of ``displacements.keys``."""

    displacements: Displacements
    channels: dict[str, list[int]]

    def keeping(self, *channels: str) -> "KnownFace":
        """Return the face without the keys of other channels; those of none stay."""
        gone = {row for name, rows in self.channels.items() if name not in channels for row in rows}
        face = self.displacements
        keys = [key for row, key in enumerate(face.keys) if row not in gone]
        rows = {
            name: [keys.index(list(face.keys)[row]) for row in self.channels[name]]
            for name in channels
        }
        return self._with({key: face.keys[key] for key in keys}, rows)

    def in_one(self) -> "KnownFace":
        """Return the face with one key for both sides, and for both eyes to one side."""
        shown = [("eyeLookOutLeft", "eyeLookInRight"), ("eyeLookInLeft", "eyeLookOutRight")]
        for name in self.channels:
            if name.startswith(("eyeLookIn", "eyeLookOut")):
                continue
            directed = name in ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
            names = (name,) if directed else tuple(sorted({name, mirrored_name(name)}))
            if names not in shown:
                shown.append(names)
        random.Random(0).shuffle(shown)
        keys = {f"Key {row}": self.moved(*names) for row, names in enumerate(shown)}
        return self._with(keys, {name: [row] for row, names in enumerate(shown) for name in names})

    def moved(self, *channels: str) -> Moved:
        """Return what channels do together."""
        keys, step = (
            list(self.displacements.keys.values()),
            np.zeros_like(self.displacements.positions),
        )
        for row in (row for name in channels for row in self.channels[name]):
            at, by = keys[row]
            step[at] += by
        at = np.flatnonzero(np.abs(step).max(axis=1))
        return at, step[at]

    def _with(self, keys: dict[str, Moved], channels: dict[str, list[int]]) -> "KnownFace":
        face = self.displacements
        return KnownFace(Displacements(face.positions, face.islands, keys), channels)

    def right(self, matches: tuple[ShapeMatch, ...]) -> list[ShapeMatch]:
        return [m for m in matches if self.channels.get(m.channel) == sorted(m.keys)]

    def wrong(self, matches: tuple[ShapeMatch, ...]) -> list[ShapeMatch]:
        return [m for m in matches if self.channels.get(m.channel) != sorted(m.keys)]


def known_face(start: bpy.types.Object | None) -> KnownFace:
    face = find_face(start, bpy.context.scene)
    displacements = read_displacements(face.objects)
    rows = {name: row for row, name in enumerate(displacements.keys)}
    channels: dict[str, set[int]] = {}
    for rig_map in face.maps:
        for channel, feeds in rig_map.feeds.items():
            shown = {rows[feed.control.name] for feed in feeds if feed.control.name in rows}
            channels.setdefault(channel, set()).update(shown)
    return KnownFace(displacements, {name: sorted(keys) for name, keys in channels.items() if keys})


@pytest.fixture(scope="module")
def own() -> KnownFace:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    root = add_character(bpy.context.scene)
    bpy.context.view_layer.update()
    return known_face(root)


@pytest.fixture(scope="module")
def reference(shared) -> KnownFace:
    bpy.ops.wm.open_mainfile(filepath=str(shared / "rigs" / "reference_head.blend"))
    return known_face(None)


def recognised(face: Displacements, **named: list[int]) -> tuple[ShapeMatch, ...]:
    template = read_template()
    return recognise(measure_any_way(face, template), template, named)


def test_emotebots_own_head_is_recognised_in_full(own):
    matches = recognised(own.displacements)
    assert len(own.right(matches)) == len(CHANNELS)
    assert not own.wrong(matches)
    assert all(match.size == pytest.approx(1, abs=0.02) for match in matches)


def test_the_reference_head_is_recognised_by_emotebots_own(reference):
    matches = recognised(reference.displacements)
    assert len(reference.right(matches)) >= 44  # of 51: it has no tongue
    assert all(match.confidence < CONFIDENT for match in reference.wrong(matches))
    assert sum(match.confidence >= CONFIDENT for match in reference.right(matches)) >= 30


def test_emotebots_own_head_is_recognised_by_the_reference_head(own, reference):
    effects = measure_any_way(reference.displacements, read_template())
    template = template_of(effects, reference.channels)
    matches = recognise(measure_any_way(own.displacements, template), template)
    assert len(own.right(matches)) >= 40  # it is drawn with more cross-talk than other heads
    assert all(match.confidence < CONFIDENT for match in own.wrong(matches))


def test_a_large_head_that_lies_on_its_back_is_recognised(own):
    lying = np.array([[-1, 0, 0], [0, 0, 1], [0, 1, 0]])
    turned = own.displacements.turned(lying * 40.0)
    assert len(own.right(recognised(turned))) == len(CHANNELS)


def test_a_head_seen_in_a_mirror_has_its_sides_swapped(own):
    mirrored = own.displacements.turned(np.diag((-1.0, 1.0, 1.0)))
    keys = {match.channel: match.keys for match in recognised(mirrored)}
    for name, rows in own.channels.items():
        assert keys[mirrored_name(name)] == tuple(rows)


def test_keys_that_show_no_expression_are_sure_of_nothing(own):
    face = own.displacements
    rng = np.random.default_rng(0)
    everything = np.arange(len(face.positions))
    moved = dict(face.keys)
    moved["noise"] = everything, rng.normal(scale=1e-3, size=face.positions.shape)
    moved["larger"] = everything, 0.1 * face.positions
    moved["longer"] = everything, np.array([0, 0, 0.1]) * face.positions
    wider = Displacements(face.positions, face.islands, moved)
    names = list(moved)
    matches = recognised(wider)
    assert len(own.right(matches)) == len(CHANNELS)
    odd = {names[key] for match in matches for key in match.keys if match.confidence >= 0.5}
    assert not odd & {"noise", "larger", "longer"}


def test_what_is_named_is_not_recognised_again(own):
    smile = own.channels["mouthSmileLeft"][0]
    matches = recognised(own.displacements, jawOpen=[smile])
    assert smile not in {key for match in matches for key in match.keys}
    assert "jawOpen" not in {match.channel for match in matches}


MISSING = (
    "eyeBlinkLeft",
    "eyeLookUpRight",
    "browInnerUp",
    "browOuterUpLeft",
    "mouthSmileLeft",
    "mouthPucker",
    "jawOpen",
    "mouthShrugLower",
)
"""Channels whose keys are left out: those of the eyes, the brows, the lips and the jaw."""


@pytest.mark.parametrize("missing", MISSING)
def test_what_passes_for_a_missing_channel_is_not_sure(reference, missing):
    pair = {missing, mirrored_name(missing)}
    face = reference.keeping(*(name for name in reference.channels if name not in pair))
    matches = recognised(face.displacements)
    assert len(face.right(matches)) >= 44
    assert all(match.confidence < CONFIDENT for match in face.wrong(matches))


@pytest.mark.parametrize("seed", range(3))
def test_on_a_face_of_25_channels_no_wrong_one_is_sure(reference, seed):
    kept = random.Random(seed).sample(sorted(reference.channels), 25)
    face = reference.keeping(*kept)
    matches = recognised(face.displacements)
    assert len(face.right(matches)) >= 18
    assert all(match.confidence < CONFIDENT for match in face.wrong(matches))


def test_whole_emotions_and_visemes_beside_the_channels_are_not_sure(reference):
    shown = (
        ("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft", "cheekSquintRight"),
        ("browDownLeft", "browDownRight", "noseSneerLeft", "noseSneerRight"),
        ("jawOpen", "mouthFunnel"),
        ("browInnerUp", "mouthFrownLeft", "mouthFrownRight"),
    )
    keys = dict(reference.displacements.keys)
    keys |= {f"more {number}": reference.moved(*names) for number, names in enumerate(shown)}
    positions, islands = reference.displacements.positions, reference.displacements.islands
    matches = recognised(Displacements(positions, islands, keys))
    assert len(reference.right(matches)) >= 44
    assert all(match.confidence < CONFIDENT for match in reference.wrong(matches))


def test_one_key_for_both_sides_shows_both_channels(own):
    face = own.in_one()
    matches = recognised(face.displacements)
    assert len(face.right(matches)) == len(CHANNELS)
    keys = {match.channel: match.keys for match in matches}
    assert keys["mouthSmileLeft"] == keys["mouthSmileRight"]
    assert keys["eyeLookOutLeft"] == keys["eyeLookInRight"] != keys["eyeLookInLeft"]


def test_one_key_for_both_sides_on_the_reference_head(own, reference):
    face = reference.in_one()
    matches = recognised(face.displacements)
    assert len(face.right(matches)) >= 44
    assert all(match.confidence < CONFIDENT for match in face.wrong(matches))
    effects = measure_any_way(reference.displacements, read_template())
    template, face = template_of(effects, reference.channels), own.in_one()
    matches = recognise(measure_any_way(face.displacements, template), template)
    assert len(face.right(matches)) >= 37  # it is drawn with more cross-talk than other heads
    assert all(match.confidence < CONFIDENT for match in face.wrong(matches))
