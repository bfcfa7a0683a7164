# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door to the networks: onnxruntime where it is there, otherwise our runner in NumPy.

Both give the same numbers, in a call to about 1e-6 of a weight, over a script to less than 1e-4.
Which of them runs can be chosen by the environment variable ``EMOTEBOT_RUNNER``. onnxruntime is
imported here alone, with its telemetry switched off.
"""

import importlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import EmoteBotError
from .messages import Message
from .onnx_graph.graph_values import GraphError, Shape
from .onnx_graph.numpy_runner import NumpyNetwork
from .onnx_graph.onnx_file import OnnxFile, unreadable

if TYPE_CHECKING:
    import onnxruntime

CHOICE = "EMOTEBOT_RUNNER"
"""Environment variable: ``numpy`` or ``onnxruntime``; without it, the latter where it is there."""

NUMPY, ONNXRUNTIME = "numpy", "onnxruntime"

_TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY"
"""Environment variable that onnxruntime reads when it is imported. Its own function
``disable_telemetry_events`` comes too late: by then a thread is set to look up a host."""

_problems: list[Message] = []
"""What kept onnxruntime from being loaded, once that has been tried; empty or one."""


class Session(Protocol):
    """A network that is ready to run.

    Attributes:
        inputs: name of each input to its shape; a size below 0 counts rows.
        outputs: shape of each output, in their order; None for one that is not float32.
    """

    inputs: Mapping[str, Shape]
    outputs: list[Shape | None]

    def run(self, feeds: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the outputs for inputs by name."""


class RuntimeNetwork:
    """A network that is checked as our own runner does it, and runs in onnxruntime.

    Args:
        checked: the same network.
        session: of onnxruntime.
    """

    def __init__(self, checked: NumpyNetwork, session: "onnxruntime.InferenceSession") -> None:
        self.inputs, self.outputs = checked.inputs, checked.outputs
        self._session = session
        self._errors = _runtime("onnxruntime.capi.onnxruntime_pybind11_state")

    def run(self, feeds: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the outputs for inputs by name, float32, of the shapes of ``inputs``.

        Raises:
            EmoteBotError: the runtime fails.
            MemoryError: there is not enough.
        """
        try:
            outputs: list[NDArray[np.float32]] = self._session.run(None, dict(feeds))
        except (self._errors.Fail, self._errors.RuntimeException) as error:
            raise _failure(error) from error
        return outputs


def open_session(file: OnnxFile) -> Session:
    """Return a network ready to run on the processor, in one thread.

    Args:
        file: of the network; it is checked before any runtime sees it.

    Raises:
        EmoteBotError: there is something in the file that EmoteBot does not run, or the runner
            that was chosen is not there.
    """
    try:
        network = NumpyNetwork(file.graph(), file.opset)
    except (GraphError, MemoryError) as error:
        reason = error if isinstance(error, GraphError) else Message("it is too large")
        raise EmoteBotError(
            "{path} is not a network that EmoteBot can run: {reason}",
            path=file.path,
            reason=reason,
        ) from error
    if runner_name() == NUMPY:
        return network
    return RuntimeNetwork(network, runtime_session(file))


def runtime_session(file: OnnxFile) -> "onnxruntime.InferenceSession":
    """Return a network, unchecked, in onnxruntime on the processor, in one thread.

    Raises:
        EmoteBotError: it is no network that onnxruntime can read.
        ImportError: there is no onnxruntime.
    """
    runtime = _runtime(ONNXRUNTIME)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1  # small networks; threads cost more and blur the last bit
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # a faulty file is reported once, by us
    try:
        session: onnxruntime.InferenceSession = runtime.InferenceSession(
            file.content, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's exceptions share no narrower public base
        raise unreadable(file.path) from error
    return session


def run_session(
    session: Session, feeds: Mapping[str, NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    """Return the outputs of a network.

    Args:
        session: from ``open_session``.
        feeds: inputs by name; float32, shapes as the network has them, all with as many rows.

    Raises:
        EmoteBotError: it fails, for want of memory for example, or gives numbers that are not
            finite.
    """
    try:
        outputs = session.run(feeds)
    except MemoryError as error:
        raise _failure(error) from error
    if not all(np.isfinite(output).all() for output in outputs):
        raise EmoteBotError("The network gives numbers that are not finite")
    return outputs


def runner_name() -> str:
    """Return what networks run in, ``NUMPY`` or ``ONNXRUNTIME``.

    Raises:
        EmoteBotError: another one is chosen than there is.
    """
    chosen = os.environ.get(CHOICE, "")
    if chosen not in ("", NUMPY, ONNXRUNTIME):
        raise EmoteBotError(
            "{variable} is “{chosen}”, and not {known}",
            variable=CHOICE,
            chosen=chosen,
            known=(NUMPY, ONNXRUNTIME),
        )
    if chosen == NUMPY:
        return NUMPY
    reason: Exception
    try:
        _runtime(ONNXRUNTIME).InferenceSession  # noqa: B018  what is left of a removed one has none
        return ONNXRUNTIME
    except ModuleNotFoundError as error:
        reason = error
        missing = error.name == ONNXRUNTIME
    except Exception as error:  # a library that cannot be loaded fails in as many ways as there are
        reason, missing = error, False
    if chosen == ONNXRUNTIME:
        raise EmoteBotError(
            "onnxruntime, which {variable} asks for, cannot be loaded: {reason}",
            variable=CHOICE,
            reason=str(reason),
        ) from reason
    if not missing:
        _problems[:] = [
            Message(
                "onnxruntime cannot be loaded, so networks run in NumPy: {reason}",
                reason=str(reason),
            )
        ]
    return NUMPY


def runner_problem() -> Message | None:
    """Return why the onnxruntime that is there is not used; None if all is well or none is."""
    return _problems[0] if _problems else None


def _failure(error: Exception) -> EmoteBotError:
    return EmoteBotError(
        "The network cannot be run; is there enough memory? {reason}", reason=str(error)
    )


def _runtime(module: str) -> Any:
    """Return a module of onnxruntime; heavy, so imported only once a network is wanted."""
    os.environ[_TELEMETRY_SWITCH] = "1"
    return importlib.import_module(module)
