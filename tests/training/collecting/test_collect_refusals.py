# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command that collects refuses, each in one sentence, and leaves as it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="needs the extra “training”")
pytest.importorskip("mediapipe", reason="needs the extra “training”")
pytest.importorskip("jinja2", reason="needs the extra “training”")

from training.__main__ import main


@pytest.fixture(autouse=True)
def _the_landmarker_is_known(landmarker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTEBOT_FACE_LANDMARKER", str(landmarker))


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["london", "no such folder"], "There is no no such folder"),
        (["london", "."], "holds no NNN_03.jpg"),
    ],
)
def test_a_folder_that_does_not_fit(
    words: list[str],
    reported: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["collect", *words]) == 1
    assert reported in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_bare_command_tells_what_it_can(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    reported = capsys.readouterr().out
    assert "train" in reported
    assert "collect" in reported


@pytest.mark.parametrize("place", ["in", "in/001_03.jpg", "."])
def test_what_is_there_already_is_not_overwritten(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "001_03.jpg").touch()
    before = sorted(tmp_path.rglob("*"))
    output = str(tmp_path / place)
    assert main(["collect", "london", str(tmp_path / "in"), "--output", output]) == 1
    assert "is no empty folder" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "words", [["--workers", "0"], ["--size", "nan"], ["--turn", "-3"], ["--longest", "0"]]
)
def test_numbers_that_make_no_sense(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["collect", "london", str(tmp_path), *words])
    assert ended.value.code == 2
    assert f"not “{words[1]}”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("times", "smile"), [((0.0, 0.0, 0.0), "0.5"), ((0.0, 0.2, 0.1), "0.5"), ((0, 1, 2), "NaN")]
)
def test_a_take_without_time_or_numbers_is_dropped(
    times: tuple[float, ...], smile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = [{"weights": [float(smile)], "time": time} for time in times]
    path = tmp_path / "in" / "1_wayne_0_65_65.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"names": ["jawOpen"], "frames": frames}))
    assert main(["collect", "beat", str(path.parent), "--output", str(tmp_path / "out")]) == 1
    assert "1 × unreadable" in capsys.readouterr().err


SMALL_FILES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
from training.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def lay_recording(folder: Path) -> None:
    weights = [0.001 * (frame * 7919 % 997) for frame in range(300)]
    frames = [{"weights": [w], "time": n / 60} for n, w in enumerate(weights)]
    folder.mkdir()
    (folder / "1_wayne_0_65_65.json").write_text(
        json.dumps({"names": ["browInnerUp"], "frames": frames})
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file sizes")
def test_a_full_disk_is_reported_in_a_line(tmp_path: Path) -> None:
    """Where files may grow no further, writing fails as on a full disk."""
    lay_recording(tmp_path / "in")
    words = ["beat", str(tmp_path / "in"), "--output", str(tmp_path / "out"), "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, "collect", *words],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "make room on the disk and call again" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_recording(tmp_path / "in")
    out = tmp_path / "out"
    (out / "expressions.csv").mkdir(parents=True)
    (out / "journal.sqlite").touch()  # as of a call that was interrupted
    words = ["beat", str(tmp_path / "in"), "--output", str(out), "--workers", "1"]
    assert main(["collect", *words]) == 1
    assert "out cannot be written: Is a directory" in capsys.readouterr().err
    (out / "expressions.csv").rmdir()
    assert main(["collect", *words]) == 0  # what was measured is still known
