# SPDX-License-Identifier: GPL-3.0-or-later
"""The training command, from a checkout to ONNX files."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")
pytest.importorskip("tqdm", reason="training needs tqdm")

from emotebot_blender.core.performance import networks  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.collecting.collection_files import SHIPPED  # noqa: E402
from training.run.config import CONFIGS  # noqa: E402
from training.run.train import TrainingRun, install, train  # noqa: E402


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    assert main(["train", "--config", "smoke", "--run-dir", str(folder), "--seed", "3"]) == 0
    return folder


def test_the_networks_can_be_used(run: Path) -> None:
    expression = networks.ExpressionModel(run / "expression.onnx")
    latents = [np.zeros((2, expression.sizes[n]), np.float32) for n in ("character", "take")]
    emotion = np.eye(16, dtype=np.float32)[:2]
    still = expression.predict(emotion, np.zeros((2, 1), np.float32), *latents)
    assert np.array_equal(still, np.zeros((2, 52), np.float32))
    holding = networks.HoldModel(run / "hold.onnx")
    assert holding.metadata["kind"] == "hold"
    moving = networks.MotionModel(run / "motion.onnx")
    assert "seed 3" in moving.metadata["training_run"]


def test_the_configuration_lies_beside_the_result(run: Path) -> None:
    for name in ("expression", "motion", "hold"):
        said = json.loads((run / f"{name}.json").read_text(encoding="utf-8"))
        assert said["name"] == "smoke"
        assert said[name]["seed"] == 3
        assert said[name]["steps"] > 0


def test_the_data_is_named_beside_the_result(run: Path) -> None:
    said = json.loads((run / "expression.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in said["collections"]] == ["london", "crema_d"]
    assert [each["licence"] for each in said["collections"]] == ["CC BY 4.0", "ODbL 1.0"]
    assert all(len(each["sha256"]) == 64 for each in said["collections"])


def test_the_curve_of_each_network_reaches_its_last_step(run: Path) -> None:
    for name in ("expression", "motion", "hold"):
        said = json.loads((run / f"{name}.json").read_text(encoding="utf-8"))
        with (run / f"{name}_curve.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        tuned = said[name].get("tuning", 0)  # steps against the motion discriminator come last
        assert int(rows[-1]["step"]) == said[name]["steps"] + tuned


def test_the_split_is_settled_before_training(tmp_path: Path) -> None:
    seen: list[str] = []

    def listen(name: str) -> object:
        seen.extend(file.name for file in tmp_path.iterdir())
        return lambda done, total, word: None

    train(TrainingRun(CONFIGS["smoke"], tmp_path), ["motion"], listen)
    assert seen == ["splits.csv"]
    with (tmp_path / "splits.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["collection"] == "london" for row in rows) == 102  # people of the London set


def test_data_of_ones_own_is_learned_from(run: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(SHIPPED[0], own)
    about = json.loads((own / "collection.json").read_text(encoding="utf-8"))
    (own / "collection.json").write_text(json.dumps({**about, "name": "own"}), encoding="utf-8")
    arguments = ["train", "--config", "smoke", "--only", "expression", "--seed", "3"]
    assert main([*arguments, "--data", str(own), "--run-dir", str(tmp_path / "run")]) == 0
    said = json.loads((tmp_path / "run" / "expression.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in said["collections"]] == ["london", "crema_d", "own"]
    without = (run / "expression.onnx").read_bytes()
    assert (tmp_path / "run" / "expression.onnx").read_bytes() != without


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (["nowhere"], "nowhere is not a collection"),
        ([str(SHIPPED[0])] * 2, "Two collections are called “london”"),
    ],
)
def test_data_that_cannot_be_used_is_one_line(
    data: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    assert main(["train", "--config", "smoke", "--run-dir", str(folder), "--data", *data]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not folder.exists()


def test_a_users_whole_data_set_takes_the_place_of_the_shipped_part(
    run: Path, tmp_path: Path
) -> None:
    arguments = ["train", "--config", "smoke", "--only", "expression", "--seed", "3"]
    same = str(SHIPPED[1])
    assert main([*arguments, "--data", same, "--run-dir", str(tmp_path)]) == 0
    said = json.loads((tmp_path / "expression.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in said["collections"]] == ["london", "crema_d"]
    assert (tmp_path / "expression.onnx").read_bytes() == (run / "expression.onnx").read_bytes()


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("only", [[], ["--only", "motion"]])
def test_a_missing_gpu_is_one_line(
    only: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--config", "smoke", "--device", "cuda", *only]
    assert main([*arguments, "--run-dir", str(tmp_path)]) == 1
    last = capfd.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("training: --device cuda needs a GPU")


@pytest.mark.skipif(os.name == "nt", reason="Windows interrupts otherwise")
def test_an_interrupt_ends_training_with_130(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    arguments = [sys.executable, "-m", "training", "train", "--run-dir", str(tmp_path / "run")]
    process = subprocess.Popen(
        arguments,
        cwd=root,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that run in the background may ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    heard = ""
    while "step" not in heard:  # the bar of a network
        heard += process.stderr.read(1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to home and both processes
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in rest.strip().splitlines()[-1]
    assert "Traceback" not in heard + rest


def test_a_finished_run_is_not_overwritten(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "motion.onnx").read_bytes()
    assert main(["train", "--config", "smoke", "--run-dir", str(run)]) == 1
    error = capsys.readouterr().err
    assert "already holds" in error
    assert error.count("\n") == 1
    assert (run / "motion.onnx").read_bytes() == before


def test_one_network_alone_is_the_same_again(run: Path, tmp_path: Path) -> None:
    arguments = ["train", "--config", "smoke", "--only", "motion", "--seed", "3"]
    assert main([*arguments, "--run-dir", str(tmp_path)]) == 0
    assert (tmp_path / "motion.onnx").read_bytes() == (run / "motion.onnx").read_bytes()
    assert not (tmp_path / "expression.onnx").exists()


def test_progress_is_reported_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []

    def listen(name: str) -> object:
        return lambda done, total, word: heard.append((name, done, total))

    train(TrainingRun(CONFIGS["smoke"], tmp_path), ["motion"], listen)
    assert heard[-1][0] == "motion"
    assert heard[-1][1] == heard[-1][2] == len(heard)


def test_installed_networks_take_the_place_of_the_old(run: Path, tmp_path: Path) -> None:
    (tmp_path / "motion.onnx").write_bytes(b"old")
    install({"motion": run / "motion.onnx"}, tmp_path)
    assert (tmp_path / "motion.onnx").read_bytes() == (run / "motion.onnx").read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["motion.onnx"]


def test_the_smoke_run_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (networks.FOLDER / "motion.onnx").read_bytes()
    assert main(["train", "--config", "smoke", "--install", "--run-dir", str(tmp_path)]) == 1
    assert "not worth installing" in capsys.readouterr().err
    assert (networks.FOLDER / "motion.onnx").read_bytes() == before


@pytest.mark.parametrize(
    "wrong", [["--seed", "-1"], ["--seed", "x"], ["--config", "huge"], ["--only", "hands"]]
)
def test_a_wrong_option_ends_with_status_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", *wrong])
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    assert main(["train", "--config", "smoke", "--run-dir", str(file / "run")]) == 1
    error = capsys.readouterr().err
    assert "cannot be made" in error
    assert error.count("\n") == 1
