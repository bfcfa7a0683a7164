# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the core may use."""

import pytest

from emotebot_blender.core.onnx_runner import CHOICE, NUMPY, ONNXRUNTIME


@pytest.fixture(params=[NUMPY, ONNXRUNTIME])
def runner(request, monkeypatch) -> str:
    """Choose what networks run in, each in turn, and return its name."""
    monkeypatch.setenv(CHOICE, request.param)
    return request.param
