# SPDX-License-Identifier: GPL-3.0-or-later
import importlib
import os

import numpy as np
import pytest

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.onnx_runner import open_session, run_session
from emotebot_blender.core.performance.networks import FOLDER


class FailingSession:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def run(self, *_: object) -> None:
        raise self._error


def of_runtime(name: str) -> type[Exception]:
    """An exception of onnxruntime, which is imported with its telemetry switched off."""
    open_session(FOLDER / "expression.onnx")
    module = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    return getattr(module, name)


def test_want_of_memory_is_an_error_of_one_sentence():
    with pytest.raises(EmoteBotError, match="The network cannot be run"):
        run_session(FailingSession(MemoryError()), {})


def test_a_failure_of_the_runtime_is_an_error_of_one_sentence():
    failure = of_runtime("Fail")("failed to allocate memory")
    with pytest.raises(EmoteBotError, match=r"The network cannot be run.*failed to allocate"):
        run_session(FailingSession(failure), {})


def test_inputs_of_another_shape_are_a_bug_and_stay_one():
    session = open_session(FOLDER / "expression.onnx")
    inputs = {entry.name: np.zeros((1, 1), np.float32) for entry in session.get_inputs()}
    with pytest.raises(of_runtime("InvalidArgument")):
        run_session(session, inputs)


def test_a_folder_is_no_network(tmp_path):
    with pytest.raises(EmoteBotError, match="is a folder, not a file"):
        open_session(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is of Unix")
def test_a_pipe_is_no_network(tmp_path):
    os.mkfifo(tmp_path / "expression.onnx")
    with pytest.raises(EmoteBotError, match="is a device or a pipe, not a file"):
        open_session(tmp_path / "expression.onnx")
