# SPDX-License-Identifier: GPL-3.0-or-later
import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core import onnx_runner
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.onnx_graph.numpy_runner import NumpyNetwork
from emotebot_blender.core.onnx_graph.onnx_file import read_onnx_file
from emotebot_blender.core.onnx_runner import (
    CHOICE,
    RuntimeNetwork,
    open_session,
    run_session,
    runner_name,
    runner_problem,
)
from emotebot_blender.core.performance.networks import FOLDER, ExpressionModel

ROOT = Path(__file__).resolve().parents[2]


class FailingSession:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def run(self, *_: object) -> None:
        raise self._error


@pytest.fixture
def file():
    return read_onnx_file(FOLDER / "expression.onnx")


def test_want_of_memory_is_an_error_of_one_sentence():
    with pytest.raises(EmoteBotError, match="The network cannot be run"):
        run_session(FailingSession(MemoryError()), {})


def test_a_failure_of_the_runtime_is_an_error_of_one_sentence(file):
    network = RuntimeNetwork(NumpyNetwork(file.graph(), file.opset), FailingSession(MemoryError()))
    module = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    network._session = FailingSession(module.Fail("failed to allocate memory"))
    with pytest.raises(EmoteBotError, match=r"The network cannot be run.*failed to allocate"):
        run_session(network, {})


def test_inputs_of_another_shape_are_a_bug_and_stay_one(file, runner):
    session = open_session(file)
    inputs = {name: np.zeros((1, 1), np.float32) for name in session.inputs}
    with pytest.raises(Exception, match=r"emotion|dimension") as bug:
        run_session(session, inputs)
    assert not isinstance(bug.value, EmoteBotError)


def test_a_folder_is_no_network(tmp_path):
    with pytest.raises(EmoteBotError, match="is a folder, not a file"):
        ExpressionModel(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is of Unix")
def test_a_pipe_is_no_network(tmp_path):
    os.mkfifo(tmp_path / "expression.onnx")
    with pytest.raises(EmoteBotError, match="is a device or a pipe, not a file"):
        ExpressionModel(tmp_path / "expression.onnx")


def test_onnxruntime_runs_where_it_is_there(file, monkeypatch):
    monkeypatch.delenv(CHOICE, raising=False)
    assert runner_name() == "onnxruntime"
    assert isinstance(open_session(file), RuntimeNetwork)


def test_the_runner_can_be_chosen(file, runner):
    assert runner_name() == runner
    kinds = {"numpy": NumpyNetwork, "onnxruntime": RuntimeNetwork}
    assert isinstance(open_session(file), kinds[runner])


def test_a_runner_that_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv(CHOICE, "tensorrt")
    with pytest.raises(EmoteBotError, match="EMOTEBOT_RUNNER is “tensorrt”, and not numpy, onnxr"):
        runner_name()


TELL = """
from emotebot_blender.core import onnx_runner
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import load_networks
try:
    load_networks()
    print(onnx_runner.runner_name(), onnx_runner.runner_problem(), sep="|")
except EmoteBotError as error:
    print(error)
"""


def reported(folder: Path, chosen: str = "") -> str:
    """What another Python says of its runner, whose onnxruntime is the one of a folder."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, CHOICE: chosen}
    done = subprocess.run(
        [sys.executable, "-c", TELL], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.fixture
def absent(tmp_path) -> Path:
    """Return a folder that hides onnxruntime, as if it had never been there."""
    (tmp_path / "onnxruntime.py").write_text(
        "raise ModuleNotFoundError('no module', name='onnxruntime')"
    )
    return tmp_path


@pytest.fixture
def broken(tmp_path) -> Path:
    """Return a folder with an onnxruntime whose library cannot be loaded."""
    (tmp_path / "onnxruntime.py").write_text("raise ImportError('DLL load failed')")
    return tmp_path


def test_without_onnxruntime_numpy_runs_and_nothing_is_said(absent):
    assert reported(absent) == "numpy|None"


def test_an_onnxruntime_that_cannot_be_loaded_is_told(broken):
    reason = "onnxruntime cannot be loaded, so networks run in NumPy: DLL load failed"
    assert reported(broken) == f"numpy|{reason}"


def test_what_is_left_of_an_onnxruntime_that_was_removed_is_not_used(tmp_path):
    (tmp_path / "onnxruntime.py").write_text("")
    assert reported(tmp_path).startswith(
        "numpy|onnxruntime cannot be loaded, so networks run in NumPy"
    )


def test_an_onnxruntime_that_is_asked_for_has_to_be_there(absent):
    said = reported(absent, "onnxruntime")
    assert said.startswith("onnxruntime, which EMOTEBOT_RUNNER asks for, cannot be loaded: no mod")


def test_numpy_that_is_asked_for_does_not_look_for_onnxruntime(broken):
    assert reported(broken, "numpy") == "numpy|None"


def test_nothing_is_said_where_all_is_well(monkeypatch):
    monkeypatch.setattr(onnx_runner, "_problems", [])
    monkeypatch.delenv(CHOICE, raising=False)
    runner_name()
    assert runner_problem() is None
