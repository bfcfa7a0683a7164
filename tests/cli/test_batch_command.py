# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches as processes: what is performed, skipped, failed, ended and taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "emotebot_blender", "batch"]
VARIABLES = {**os.environ, "PYTHONPATH": str(ROOT)}

QUICK = "shot,script,csv\na,happy,a.csv\nb,sad,b.csv\n"


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table, in a folder with nothing else in it."""

    def table(text: str) -> Path:
        path = tmp_path / "shots.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return table


def run(path: Path, *options: object, status: int | None = None) -> dict[str, dict]:
    """Run a batch and return what became of each shot; ``None`` stands for whatever status."""
    line = [*COMMAND, str(path), "--progress", "json", *map(str, options)]
    done = subprocess.run(line, env=VARIABLES, capture_output=True, timeout=300)
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert status is None or done.returncode == status, done.stderr.decode()
    return {event["shot"]: event for event in events if event["event"] == "shot"}


def states(shots: dict[str, dict]) -> dict[str, str]:
    return {name: shot["state"] for name, shot in shots.items()}


def test_every_shot_is_performed_and_then_skipped(table, tmp_path):
    path = table(QUICK)
    assert states(run(path, "--jobs", 2, status=0)) == {"a": "performed", "b": "performed"}
    assert (tmp_path / "a.csv").read_text().startswith("frame,time,")
    before = (tmp_path / "a.csv").stat().st_mtime_ns
    assert states(run(path, status=0)) == {"a": "skipped", "b": "skipped"}
    assert (tmp_path / "a.csv").stat().st_mtime_ns == before


def test_a_shot_is_what_perform_makes_of_it(table, tmp_path):
    run(table("script,csv,seed,fps,start\nhappy,a.csv,5,10,7\n"), status=0)
    alone = tmp_path / "alone.csv"
    line = [*COMMAND[:-1], "perform", "happy", "--csv", str(alone), "--seed", "5", "--fps", "10"]
    subprocess.run([*line, "--start", "7"], env=VARIABLES, check=True, capture_output=True)
    assert (tmp_path / "a.csv").read_bytes() == alone.read_bytes()
    assert alone.read_text().splitlines()[1].startswith("7,0.000000,")


def test_what_has_changed_is_performed_again(table, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("happy")
    text = "shot,script,csv\na,script.txt,a.csv\nb,sad,b.csv\n"
    run(table(text), status=0)
    script.write_text("angry")
    assert states(run(table(text))) == {"a": "performed", "b": "skipped"}
    assert states(run(table(text.replace("sad", "afraid")))) == {"a": "skipped", "b": "performed"}
    (tmp_path / "a.csv").write_text("cut off")
    assert states(run(table(text.replace("sad", "afraid")))) == {"a": "performed", "b": "skipped"}
    (tmp_path / "b.csv").unlink()
    assert states(run(table(text.replace("sad", "afraid")))) == {"a": "skipped", "b": "performed"}


def test_a_file_that_was_only_touched_is_unchanged(table, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("happy")
    path = table("script,csv\nscript.txt,a.csv\n")
    run(path, status=0)
    os.utime(script, (1, 1))
    assert states(run(path)) == {"a": "skipped"}


def test_a_shot_that_fails_holds_up_no_other(table, tmp_path):
    report = tmp_path / "report.json"
    path = table("shot,script,csv\na,zork,a.csv\nb,sad,none/b.csv\nc,sad,c.csv\n")
    shots = run(path, "--report", report, status=1)
    assert states(shots) == {"a": "failed", "b": "failed", "c": "performed"}
    assert "“zork” is unknown" in shots["a"]["reason"]
    assert "There is no folder" in shots["b"]["reason"]
    content = json.loads(report.read_text())
    assert (content["performed"], content["failed"], content["left"]) == (1, 2, 0)
    assert [shot["reason"] for shot in content["shots"]] == [
        shots["a"]["reason"],
        shots["b"]["reason"],
        "",
    ]
    (tmp_path / "none").mkdir()
    assert states(run(path, status=1)) == {"a": "failed", "b": "performed", "c": "skipped"}


def test_people_get_a_line_a_shot_and_one_on_what_failed(table):
    path = table("shot,script,csv\nfirst,zork,a.csv\nb,happy,b.csv\n")
    done = subprocess.run([*COMMAND, str(path)], env=VARIABLES, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("first  failed     line 1, column 1: “zork” is unknown")
    assert lines[1:] == [
        "b      performed  2.0 s, 49 frames at 24 a second",
        "2 shots: 1 performed, 1 failed",
    ]
    assert done.stderr.splitlines()[-1] == "emotebot: 1 of 2 shots failed"


def test_only_the_shots_that_are_named(table, tmp_path):
    assert states(run(table(QUICK), "--shot", "b", status=0)) == {"b": "performed"}
    assert not (tmp_path / "a.csv").exists()
    assert run(table(QUICK), "--shot", "x", status=1) == {}


def test_force_performs_what_is_done(table):
    run(table(QUICK), status=0)
    assert states(run(table(QUICK), "--force")) == {"a": "performed", "b": "performed"}


BLEND = "shot,script,output\na,happy,a.blend\n"


def test_a_blend_of_somebody_else_stays(table, tmp_path):
    mine = tmp_path / "a.blend"
    mine.write_bytes(b"mine")
    for _ in range(2):
        shots = run(table(BLEND), status=1)
        assert "is already there; --force replaces it" in shots["a"]["reason"]
    assert mine.read_bytes() == b"mine"
    assert states(run(table(BLEND), "--force", status=0)) == {"a": "performed"}


def test_a_blend_that_was_worked_on_stays(table, tmp_path):
    run(table(BLEND), status=0)
    made = tmp_path / "a.blend"
    assert states(run(table(BLEND.replace("happy", "sad")), status=0)) == {"a": "performed"}
    made.write_bytes(b"worked on")
    assert states(run(table(BLEND.replace("happy", "sad")), status=0)) == {"a": "skipped"}
    shots = run(table(BLEND), status=1)
    assert "was changed since it was written" in shots["a"]["reason"]
    assert made.read_bytes() == b"worked on"


LONG = "shot,script,csv,render\na,happy,a.csv,\nb,happy at 600s,,b.mp4\n"
"""The film takes hours."""


def begin(path: Path) -> tuple[subprocess.Popen, list[int]]:
    """Begin a batch; return its process once the first shot is done and the second is filmed."""
    line = [*COMMAND, str(path), "--progress", "json"]
    process = subprocess.Popen(
        line, env=VARIABLES, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for text in process.stdout:
        event = json.loads(text)
        if event["event"] == "progress" and event["shot"] == "b":
            break
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
    )
    return process, [int(pid) for pid in children.stdout.split()]


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def gone(pids: list[int]) -> bool:
    """Wait for processes to end; return whether they did."""
    for _ in range(300):
        if not any(map(is_running, pids)):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [
        (signal.SIGINT, 130, "interrupted; 1 performed, 1 left"),
        (signal.SIGTERM, 143, "terminated; 1 performed, 1 left"),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_a_batch_that_is_ended_goes_on_where_it_was(number, status, word, table, tmp_path):
    path = table(LONG)
    process, workers = begin(path)
    assert workers
    process.send_signal(number)
    _, complaints = process.communicate(timeout=100)
    assert process.returncode == status
    assert (f"emotebot: {word}" in complaints.splitlines()) == bool(word)
    assert gone(workers)
    assert not (tmp_path / "b.mp4").exists()
    assert list(tmp_path.glob(".b*")) == []
    path.write_text(LONG.replace("happy at 600s,,b.mp4", "sad,b.csv,"))
    assert states(run(path, status=0)) == {"a": "skipped", "b": "performed"}


def test_a_process_that_ends_without_a_word(table, tmp_path):
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (3, 3))\n"
        "from emotebot_blender.__main__ import main\n"
        "main()"
    )
    line = [sys.executable, "-c", code, "batch", str(table(LONG)), "--shot", "b"]
    done = subprocess.run(line, env=VARIABLES, capture_output=True, text=True, timeout=100)
    assert "Blender was ended by signal" in done.stdout
    assert not (tmp_path / "b.mp4").exists()


def test_a_full_disk_loses_nothing(mount_disk):
    small_disk = mount_disk("64k")
    path = small_disk / "shots.csv"
    path.write_text("shot,script,csv,sheet,size\na,happy,a.csv,,\nb,sad,b.csv,b.png,64\n")
    shots = run(path, status=1)
    assert states(shots) == {"a": "performed", "b": "failed"}
    assert sorted(file.name for file in small_disk.iterdir()) == [
        "a.csv",
        "shots.csv",
        "shots.state",
    ]
    assert states(run(path, status=1))["a"] == "skipped"
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    assert states(run(path, status=0)) == {"a": "skipped", "b": "performed"}
    assert (small_disk / "b.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_may_not_grow_is_an_error_not_a_part(table, tmp_path):
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from emotebot_blender.__main__ import main\n"
        "main()"
    )
    line = [sys.executable, "-c", code, "batch", str(table(QUICK)), "--progress", "json"]
    done = subprocess.run(line, env=VARIABLES, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert done.stdout.count("File too large") == 2
    assert list(tmp_path.glob("*.csv")) == [tmp_path / "shots.csv"]


def test_notes_that_cannot_be_read_are_none(table, tmp_path):
    path = table(QUICK)
    run(path, status=0)
    for note in (tmp_path / "shots.state").iterdir():
        note.write_text("[[[")
    assert states(run(path, status=0)) == {"a": "performed", "b": "performed"}
