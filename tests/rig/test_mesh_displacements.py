# SPDX-License-Identifier: GPL-3.0-or-later
"""What shape keys do is read with what follows them alone."""

import numpy as np
import pytest

from emotebot_blender.rig.mesh_displacements import read_displacements

STEPS = {"smile": 1.0, "frown": 2.0, "corrective": -0.25}
"""How far each shape key moves the only vertex that it moves."""


@pytest.fixture
def face(add):
    """Return a mesh with three shape keys."""
    obj = add("MESH", "Face")
    obj.shape_key_add(name="Basis", from_mix=False)
    for name, step in STEPS.items():
        block = obj.shape_key_add(name=name, from_mix=False)
        block.value = 0  # 1 in Blender 5
        block.data[0].co.x += step
    return obj


def drive(obj, expression: str, *names: str) -> None:
    """Drive the corrective by other keys: a, b and so on in the expression."""
    keys = obj.data.shape_keys
    driver = keys.key_blocks["corrective"].driver_add("value").driver
    for letter, name in zip("ab", names, strict=False):
        variable = driver.variables.new()
        variable.name = letter
        variable.targets[0].id_type = "KEY"
        variable.targets[0].id = keys
        variable.targets[0].data_path = f'key_blocks["{name}"].value'
    driver.expression = expression


def steps_of(obj) -> dict[str, float]:
    """Return how far keys move that vertex."""
    return {
        name: float(np.linalg.norm(by)) for name, (_, by) in read_displacements([obj]).keys.items()
    }


def test_keys_that_nothing_drives_stand_for_themselves(face):
    assert steps_of(face) == pytest.approx({name: abs(step) for name, step in STEPS.items()})


@pytest.mark.parametrize("expression", ["a", "a * a", "a * a * a"])
def test_a_power_of_a_key_is_part_of_what_that_does(face, expression):
    drive(face, expression, "smile")
    assert steps_of(face) == pytest.approx({"smile": 0.75, "frown": 2.0})


@pytest.mark.parametrize(
    ("expression", "names"),
    [("a * b", ("smile", "frown")), ("a * 0.5", ("smile",)), ("a * a - 1", ("smile",))],
)
def test_what_follows_in_another_way_is_left_out(face, expression, names):
    drive(face, expression, *names)
    assert steps_of(face) == pytest.approx({"smile": 1.0, "frown": 2.0})


def test_a_driven_key_that_is_renamed_still_counts(face):
    drive(face, "a * a", "smile")
    face.data.shape_keys.key_blocks["smile"].name = "Key 1"
    assert steps_of(face) == pytest.approx({"Key 1": 0.75, "frown": 2.0})
