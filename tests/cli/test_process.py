# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as a process: standard streams, memory, signals."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "emotebot_blender"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX systems")


def run(*arguments: str, redirect: str = "", **variables: str) -> tuple[int, str, list[str]]:
    """Run the command in a shell; return its status, output and complaints."""
    line = ["sh", "-c", f'exec "$0" "$@" {redirect}', *COMMAND, *arguments]
    done = subprocess.run(
        line, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, timeout=100
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode().splitlines()


@pytest.mark.parametrize(
    ("redirect", "reason"),
    [(">&-", "Standard output is closed"), (">/dev/full", "No space left on device")],
)
@pytest.mark.parametrize("line", [("express", "happy"), ("--help",)])
def test_an_output_that_takes_nothing(line, redirect, reason):
    if "full" in redirect and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    status, _, err = run(*line, redirect=redirect)
    assert (status, len(err), reason in err[0]) == (1, 1, True)


def test_an_output_of_few_characters_gets_json_all_the_same():
    status, out, err = run("express", "嬉しい", PYTHONIOENCODING="cp1252")
    assert (status, err) == (0, [])
    assert out.isascii()
    assert json.loads(out)[0]["name"] == "嬉しい"


def test_complaints_that_nobody_hears(tmp_path):
    table = tmp_path / "out.csv"
    assert run("perform", "happy", "--csv", str(table), redirect="2>&-")[0] == 0
    assert table.read_text().startswith("frame,time,")
    assert run("perform", "zork", "--csv", str(table), redirect="2>&- >&-")[0] == 1


def test_a_working_folder_that_is_gone(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        "import os, sys\n"
        "from emotebot_blender.cli.process import run\n"
        f"os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n"
        "sys.exit(run(['perform', 'happy', '--csv', 'out.csv']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "emotebot: The working folder is gone; change to another one"
    ]


def test_too_little_memory(tmp_path):
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))\n"
        "from emotebot_blender.cli.process import run\n"
        "line = ['perform', 'happy at 43000s', '--fps', '1000', '--csv', sys.argv[1]]\n"
        "sys.exit(run([*line, '--quiet']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.csv")], cwd=ROOT, capture_output=True
    )
    err = done.stderr.decode().splitlines()
    assert (done.returncode, len(err), "memory" in err[0]) == (1, 1, True)
    assert list(tmp_path.iterdir()) == []


WHILE_BLENDER_CALLS = """
import os, signal, bpy
from emotebot_blender.cli.signals import ending_at_once

def stop(*_):
    os.kill(os.getpid(), signal.{name})

bpy.app.handlers.frame_change_post.append(stop)
with ending_at_once():
    for frame in range(100_000):
        bpy.context.scene.frame_set(frame)
"""
"""Raised in there, an interrupt would be printed, and Blender would go on."""


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("SIGINT", 130, "emotebot: interrupted"),
        ("SIGTERM", 143, "emotebot: terminated"),
        ("SIGHUP", 129, "emotebot: terminal closed"),
    ],
)
def test_a_signal_while_blender_calls_python_is_not_swallowed(name, status, sentence):
    code = WHILE_BLENDER_CALLS.format(name=name)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=100)
    assert (done.returncode, done.stderr.decode().splitlines()) == (status, [sentence])


def test_a_signal_leaves_nothing_half_written(tmp_path):
    code = (
        "import os, signal, sys, threading, time\n"
        "from pathlib import Path\n"
        "from emotebot_blender.cli.output_files import replacing, temporary_files\n"
        "from emotebot_blender.cli.signals import ending_at_once\n"
        "with ending_at_once(), temporary_files(), replacing(Path(sys.argv[1])) as part:\n"
        "    part.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    threading.Event().wait()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out.csv")],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        timeout=100,
    )
    assert done.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_the_handlers_of_signals_are_given_back():
    from emotebot_blender.cli.signals import ending_at_once

    before = signal.getsignal(signal.SIGINT)
    with ending_at_once():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_what_is_done_is_said_before_a_signal_ends_the_process():
    code = (
        "import os, signal, threading\n"
        "from emotebot_blender.cli.signals import ending_at_once, ending_with\n"
        "with ending_at_once(), ending_with(lambda: '2 performed'):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    threading.Event().wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=100)
    assert done.returncode == 143
    assert done.stderr.decode() == "emotebot: terminated; 2 performed\n"


def test_progress_for_programs(tmp_path):
    status, out, err = run(
        "perform", "happy", "--csv", str(tmp_path / "a.csv"), "--progress", "json"
    )
    events = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, [])
    assert {event["event"] for event in events[:-1]} <= {"progress"}
    assert events[-1]["event"] == "done"
    assert events[-1]["summary"] == "2.0 s, 49 frames at 24 a second"
    assert events[-1]["files"] == [str(tmp_path / "a.csv")]
