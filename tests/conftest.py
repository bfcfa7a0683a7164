# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test may use, and a Blender of the tests' own.

No settings and no extensions of the person who runs the tests are read or changed.
"""

import atexit
import os
import sys
import tempfile
from pathlib import Path

_resources = tempfile.TemporaryDirectory(prefix="emotebot-blender-")
os.environ["BLENDER_USER_RESOURCES"] = _resources.name  # before any test imports bpy

import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once when all is said: a bpy that something still refers to may hang on its way out.

    Blender as a module ends when Python lets go of it; Blender 4.2 and failed tests hold it fast.
    """
    if "bpy" not in sys.modules:
        return
    session = config.pluginmanager.get_plugin("session")
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(session.exitstatus))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real heads and faces that lies beside the checkout, else skip."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the shared folder beside the checkout")
    return folder
