# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot opens no socket and writes nothing while its networks are loaded.

onnxruntime's wheels carry telemetry that, unless it is switched off, looks up a host and writes
files some nine seconds after a network has been loaded (seen with 1.31.1 and 1.32.0).
"""

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SOCKET_NUMBERS = {"x86_64": 41, "aarch64": 198}
"""Machine to the number of the system call ``socket`` on Linux."""

KILL_ON_SOCKET = """
import ctypes, struct, sys

def kill_on_socket(number):
    load, equal, result = 0x20, 0x15, 0x06  # BPF: load a word, jump if equal, return
    allow, kill = 0x7FFF0000, 0x80000000
    code = [(load, 0, 0, 0), (equal, 0, 1, number), (result, 0, 0, kill), (result, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_void_p)]
    filter = Filter(len(code), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    assert libc.prctl(22, 2, ctypes.byref(filter), 0, 0) == 0, ctypes.get_errno()  # PR_SET_SECCOMP

kill_on_socket(int(sys.argv[1]))
"""
"""Has Linux end the process, and each thread it starts, with SIGSYS when it opens a socket."""

LOAD_AND_WAIT = """
import time
from emotebot_blender.core.performance.networks import load_networks
networks = load_networks()
time.sleep(22)
"""

PERFORM_IN_BLENDER = """
import emotebot_blender
emotebot_blender.register()
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.emotebot.add_character()
bpy.ops.emotebot.perform(script="happy, then sad", seed=1, frame_start=1)
assert any(key.animation_data.nla_tracks for key in bpy.data.shape_keys)
import os
os._exit(0)  # bpy as a module may hang on its way out
"""

OPEN_A_SOCKET = """
import socket
socket.socket()
"""


def run(code: str, folder: Path, runner: str = "", before: str = "") -> int:
    """Run code that must open no socket, and return its exit status.

    Args:
        code: of Python.
        folder: holds every folder for temporary files.
        runner: that the networks are to run in.
        before: code that may open sockets, as Blender does while it starts.
    """
    number = SOCKET_NUMBERS.get(platform.machine())
    if sys.platform != "linux" or number is None:
        pytest.skip("watches system calls of Linux on x86_64 and aarch64")
    places = {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    environment = {**os.environ, **places, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    environment["EMOTEBOT_RUNNER"] = runner
    environment["BLENDER_USER_RESOURCES"] = str(folder)
    command = [sys.executable, "-c", before + KILL_ON_SOCKET + code, str(number)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_loaded_networks_open_no_socket_and_write_nothing(tmp_path) -> None:
    assert run(LOAD_AND_WAIT, tmp_path) == 0
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("runner", ["numpy", "onnxruntime"])
def test_performing_in_blender_opens_no_socket(runner, tmp_path) -> None:
    assert run(PERFORM_IN_BLENDER, tmp_path, runner, before="import bpy") == 0


def test_a_socket_would_be_noticed(tmp_path) -> None:
    assert run(OPEN_A_SOCKET, tmp_path) == -signal.SIGSYS
