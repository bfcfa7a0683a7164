# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the built-in head that ship, and the script that makes them."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from emotebot_blender.core.channels import INDEX
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.render.images import read_image

ROOT = Path(__file__).resolve().parent.parent.parent
ICONS = ROOT / "emotebot_blender" / "data" / "icons"


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    """Return tools/pictures.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")  # as for a script that is started there
        yield importlib.import_module("pictures")


def test_every_emotion_has_an_icon_and_no_icon_is_of_anything_else():
    assert {path.name for path in ICONS.iterdir()} == {f"{name}.png" for name in EMOTIONS}


@pytest.mark.parametrize("name", EMOTIONS)
def test_an_icon_is_a_face_on_nothing(name):
    pixels = read_image(ICONS / f"{name}.png")
    assert pixels.shape == (128, 128, 4)
    cover = pixels[..., 3]
    assert cover[64, 64] == 1
    assert cover[0, 0] == cover[-1, 0] == cover[-1, -1] == 0


def test_icons_of_two_emotions_are_told_apart_when_small():
    small = [
        read_image(ICONS / f"{name}.png").reshape(32, 4, 32, 4, 4).mean(axis=(1, 3))
        for name in EMOTIONS
    ]
    for index, one in enumerate(small):
        for other in small[index + 1 :]:
            assert (np.abs(one - other).max(axis=2) > 0.1).sum() > 8


def test_the_script_renders_an_icon_of_each_emotion(tool, tmp_path):
    progress = []
    written = tool.icons(tmp_path, progress.append, size=24, samples=1)
    assert [path.stem for path in written] == list(EMOTIONS)
    assert progress[-1] == 1
    happy, sad = (read_image(tmp_path / f"{name}.png") for name in ("happiness", "sadness"))
    assert happy.shape == (24, 24, 4)
    assert happy[..., 3].min() == 0
    assert happy[12, 12, 3] == 1
    assert np.abs(happy - sad).max() > 0.05


def test_halving_keeps_colour_and_lets_what_is_transparent_lend_none(tool):
    pixels = np.zeros((2, 2, 4))
    pixels[0, 0] = (1, 0.5, 0, 1)
    pixels[1, 1] = (0, 0, 1, 0)
    np.testing.assert_allclose(tool.halved(pixels), [[[1, 0.5, 0, 0.25]]])


def test_a_turn_begins_with_a_smile_and_is_neutral_from_behind(tool):
    smile = np.zeros(len(INDEX))
    smile[INDEX["mouthSmileLeft"]] = 0.6
    weights = tool.turn_weights(smile, np.radians(np.arange(360)))
    np.testing.assert_allclose(weights[0], smile, atol=1e-9)
    np.testing.assert_allclose(weights[90:271], 0, atol=1e-9)


def test_in_a_turn_the_eyes_stay_on_the_viewer(tool):
    weights = tool.turn_weights(np.zeros(len(INDEX)), np.radians(np.arange(360)))
    to_its_left = weights[30]  # so it looks to its right
    assert to_its_left[INDEX["eyeLookInLeft"]] == to_its_left[INDEX["eyeLookOutRight"]] > 0.3
    assert to_its_left[INDEX["eyeLookOutLeft"]] == to_its_left[INDEX["eyeLookInRight"]] == 0
    assert weights[330, INDEX["eyeLookOutLeft"]] > 0.3
    assert weights[:, INDEX["eyeBlinkLeft"]].max() == 1


def test_moving_pictures_keep_time_and_size(tool, tmp_path):
    image = pytest.importorskip("PIL.Image")
    for index in range(3):
        image.new("RGB", (40, 20), (index * 90, 0, 0)).save(tmp_path / f"{index}.png")
    path = tool.write_moving(sorted(tmp_path.iterdir()), tmp_path / "moving.webp", 15, 20)
    with image.open(path) as moving:
        assert (moving.n_frames, moving.size, moving.info["loop"]) == (3, (20, 10), 0)


def test_a_shrunk_sheet_looks_the_same(tool, tmp_path):
    image = pytest.importorskip("PIL.Image")
    ramp = np.linspace(0, 255, 256, dtype=np.uint8)
    before = np.stack([np.tile(ramp, (64, 1))] * 3, axis=2)
    image.fromarray(before).save(tmp_path / "sheet.png")
    with image.open(tool.shrink(tmp_path / "sheet.png")) as shrunk:
        assert shrunk.mode == "P"
        assert np.abs(np.asarray(shrunk.convert("RGB")).astype(int) - before).max() <= 4
