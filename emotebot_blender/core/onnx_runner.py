# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that imports onnxruntime, with its telemetry switched off."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import EmoteBotError

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
        EmoteBotError: the file is missing or is no ONNX network.
    """
    os.environ[_TELEMETRY_SWITCH] = "1"
    import onnxruntime  # heavy: only once a network is wanted

    if not path.is_file():
        raise EmoteBotError("There is no network at {path}", path=path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # small networks; threads cost more and blur the last bit
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # a faulty file is reported once, by us
    try:
        return onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's exceptions share no narrower public base
        raise EmoteBotError("{path} is not an ONNX network that can be read", path=path) from error
