# SPDX-License-Identifier: GPL-3.0-or-later
import runpy
from pathlib import Path

import bpy
import pytest

BATCH = Path(__file__).resolve().parents[2] / "examples" / "batch.py"


@pytest.fixture
def batch(capfd, add_face):
    """Return a function that runs the example and gives its status and its complaints."""
    add_face("Face")

    def batch(*arguments: object) -> tuple[object, list[str]]:
        capfd.readouterr()
        status: object = 0
        try:
            runpy.run_path(str(BATCH))["main"]([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code
        return status, capfd.readouterr().err.splitlines()

    return batch


def test_a_script_is_performed_and_saved(batch, tmp_path):
    output = tmp_path / "out.blend"
    assert batch("happy", "--output", output, "--seed", 3)[0] == 0
    bpy.ops.wm.open_mainfile(filepath=str(output))
    assert [beat.words for beat in bpy.data.objects["Face"].emotebot.beats] == ["happy"]


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--seed", "99999999999", "a seed is a whole number from 0 to 2147483647"),
        ("--seed", "-1", "a seed is a whole number"),
        ("--seed", "few", "a seed is a whole number"),
        ("--reduce", "nan", "a tolerance is a number"),
    ],
)
def test_a_number_that_is_none(option, value, reason, batch, tmp_path):
    status, err = batch("happy", "--output", tmp_path / "out.blend", option, value)
    assert (status, len(err), reason in err[0]) == (2, 1, True)
    assert list(tmp_path.iterdir()) == []


def test_words_that_mean_nothing(batch, tmp_path):
    status, _ = batch("zork", "--output", tmp_path / "out.blend")
    assert "“zork” is unknown" in str(status)
