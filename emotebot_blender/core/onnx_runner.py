# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that imports onnxruntime, with its telemetry switched off."""

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import EmoteBotError
from .input_files import check_input_file

if TYPE_CHECKING:
    import onnxruntime

_TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY"
"""Environment variable that onnxruntime reads when it is imported. Its own function
``disable_telemetry_events`` comes too late: by then a thread is set to look up a host."""


def open_session(path: Path) -> "onnxruntime.InferenceSession":
    """Return an ONNX network ready to run on the processor, in one thread.

    Args:
        path: of the file.

    Raises:
        EmoteBotError: the file is missing, unreadable, no regular file or no ONNX network.
    """
    runtime = _runtime("onnxruntime")
    check_input_file(path)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1  # small networks; threads cost more and blur the last bit
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # a faulty file is reported once, by us
    try:
        session: onnxruntime.InferenceSession = runtime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's exceptions share no narrower public base
        raise EmoteBotError("{path} is not an ONNX network that can be read", path=path) from error
    return session


def run_session(
    session: "onnxruntime.InferenceSession", inputs: dict[str, NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    """Return the outputs of a network.

    Args:
        session: from ``open_session``.
        inputs: by name; float32, shapes as the network has them.

    Raises:
        EmoteBotError: the runtime fails, for want of memory for example.
    """
    errors = _runtime("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        outputs: list[NDArray[np.float32]] = session.run(None, inputs)
    except (errors.Fail, errors.RuntimeException, MemoryError) as error:
        raise EmoteBotError(
            "The network cannot be run; is there enough memory? {reason}", reason=str(error)
        ) from error
    return outputs


def _runtime(module: str) -> Any:
    """Return a module of onnxruntime; heavy, so imported only once a network is wanted."""
    os.environ[_TELEMETRY_SWITCH] = "1"
    return importlib.import_module(module)
