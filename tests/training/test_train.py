# SPDX-License-Identifier: GPL-3.0-or-later
"""The training command, from a checkout to ONNX files."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")
pytest.importorskip("tqdm", reason="training needs tqdm")

from emotebot_blender.core import model
from training.__main__ import main
from training.config import CONFIGS
from training.train import install, train


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    assert main(["train", "--config", "smoke", "--run-dir", str(folder), "--seed", "3"]) == 0
    return folder


def test_both_networks_can_be_used(run: Path) -> None:
    expression = model.ExpressionModel(run / "expression.onnx")
    latents = [np.zeros((2, expression.sizes[n]), np.float32) for n in ("character", "take")]
    emotion = np.eye(8, dtype=np.float32)[:2]
    still = expression.predict(emotion, np.zeros((2, 1), np.float32), *latents)
    assert np.array_equal(still, np.zeros((2, 52), np.float32))
    moving = model.MotionModel(run / "motion.onnx")
    assert "seed 3" in moving.metadata["training_run"]


def test_the_configuration_lies_beside_the_result(run: Path) -> None:
    for name in ("expression", "motion"):
        said = json.loads((run / f"{name}.json").read_text(encoding="utf-8"))
        assert said["name"] == "smoke"
        assert said[name]["seed"] == 3
        assert said[name]["steps"] > 0


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


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []

    def listen(name: str) -> object:
        return lambda done, total, word: heard.append((name, done, total))

    train(CONFIGS["smoke"], tmp_path, ["motion"], listen)
    assert heard[-1][0] == "motion"
    assert heard[-1][1] == heard[-1][2] == len(heard)


def test_installed_networks_take_the_place_of_the_old(run: Path, tmp_path: Path) -> None:
    (tmp_path / "motion.onnx").write_bytes(b"old")
    install({"motion": run / "motion.onnx"}, tmp_path)
    assert (tmp_path / "motion.onnx").read_bytes() == (run / "motion.onnx").read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["motion.onnx"]


def test_the_smoke_run_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (model.FOLDER / "motion.onnx").read_bytes()
    assert main(["train", "--config", "smoke", "--install", "--run-dir", str(tmp_path)]) == 1
    assert "not worth installing" in capsys.readouterr().err
    assert (model.FOLDER / "motion.onnx").read_bytes() == before


@pytest.mark.parametrize("wrong", [["--seed", "-1"], ["--seed", "x"], ["--config", "huge"]])
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
