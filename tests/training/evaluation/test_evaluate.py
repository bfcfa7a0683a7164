# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that evaluates, and the figures that it left in the documents."""

import functools
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="evaluation needs torch")
pytest.importorskip("sklearn", reason="evaluation needs scikit-learn")
pytest.importorskip("matplotlib", reason="evaluation needs matplotlib")
pytest.importorskip("jinja2", reason="evaluation needs jinja2")
pytest.importorskip("tqdm", reason="evaluation needs tqdm")

from emotebot_blender.core.performance import networks
from emotebot_blender.core.performance.networks import load_networks
from training.__main__ import main
from training.evaluation import behaviour, changes, heads, holds, movements
from training.evaluation.baselines import CLASS_BASELINES, CURVES, HOLDS
from training.evaluation.evaluation_setup import training_of
from training.evaluation.heads import HEADS
from training.evaluation.motion_section import hold_medians
from training.evaluation.report_sections import summary
from training.expression_data.data_mixture import DataMixture

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "docs" / "evaluation" / "report.json"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation")
    arguments = ["evaluate", str(networks.FOLDER), "--small", "--no-faces", "--output", str(folder)]
    assert main(arguments) == 0
    return folder / "report.html"


def test_every_picture_of_the_page_lies_beside_it(page: Path) -> None:
    from PIL import Image

    named = set(re.findall(r'<img src="([^"]+)"', page.read_text(encoding="utf-8")))
    assert named == {path.name for path in page.parent.glob("*.png")}
    assert len(named) >= 9
    for name in named:
        with Image.open(page.parent / name) as picture:
            assert min(picture.size) > 200, name


def test_everybody_stands_beside_the_network(page: Path) -> None:
    figures = json.loads((page.parent / "report.json").read_text(encoding="utf-8"))
    generators = {*CLASS_BASELINES, "conditional VAE", "other held-out faces", "EmoteBot"}
    assert set(figures["whole_mix"]) == generators
    for table in figures["each_emotion"].values():
        assert set(table) == generators
    assert set(figures["seen_variety"]) == generators
    assert set(figures["heads"]["accuracy"]) == {*HEADS}
    assert set(figures["real_people"]) == generators | {"synthetic subjects"}
    assert set(figures["motion"]) == {"EmoteBot", *CURVES}
    assert set(figures["changes"]) == {"EmoteBot", *CURVES}
    assert set(figures["holds"]) == {"EmoteBot", "EmoteBot, liveliness 1", *HOLDS}


def test_targets_are_judged_in_words(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.search(r'class="verdict">(met|missed)<', text)
    assert "coverage" in text
    assert "drawn from a distribution" in re.sub(r"\s+", " ", text)
    assert "cheekSquintLeft †" in text  # no landmarker sees it


def test_the_report_says_of_which_networks(page: Path) -> None:
    figures = json.loads((page.parent / "report.json").read_text(encoding="utf-8"))
    for name in ("expression", "motion"):
        digest = hashlib.sha256((networks.FOLDER / f"{name}.onnx").read_bytes()).hexdigest()
        assert figures["networks"]["EmoteBot"][name]["sha256"] == digest


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["absent"], "There is no file"),
        ([str(networks.FOLDER), str(networks.FOLDER)], "Two runs"),
        ([str(networks.FOLDER), "--takes", "0"], "no 0 takes"),
        ([str(networks.FOLDER), "--observe", "absent.onnx"], "There is no file"),
        ([str(networks.FOLDER), "--head", "absent.blend"], "no head"),
    ],
)
def test_what_a_user_can_put_right_is_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status = main(["evaluate", *arguments, "--small", "--output", str(tmp_path)])
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert status == 1
    assert complaint in said


def test_a_run_says_what_it_learned_from(tmp_path: Path) -> None:
    said = {
        "expression": {"mix": vars(DataMixture(pure=0.5, blended=0.38)), "seed": 7, "pairs": 300}
    }
    (tmp_path / "expression.json").write_text(json.dumps(said))
    mix, seed, pairs = training_of(tmp_path, load_networks())
    assert (mix.pure, seed, pairs) == (0.5, 7, 300)


@pytest.fixture(scope="module")
def committed() -> dict:
    if not COMMITTED.is_file():
        pytest.skip("the documents hold no evaluation")
    return json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_the_committed_figures_are_of_the_shipped_networks(committed: dict) -> None:
    for name in ("expression", "motion"):
        digest = hashlib.sha256((networks.FOLDER / f"{name}.onnx").read_bytes()).hexdigest()
        assert committed["networks"]["EmoteBot"][name]["sha256"] == digest


def test_the_model_card_says_what_the_report_says(committed: dict) -> None:
    card = (ROOT / "training" / "MODEL_CARD.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (met|missed|) \|$", card, re.MULTILINE)
    expected = [
        (target.title, target.words() + " \\*" * target.own, cell.whole(), cell.verdict)
        for target, cell in summary(committed)
    ]
    assert rows[-len(expected) :] == expected


class Silent:
    """A classifier that names nothing: the real one learns from more faces than a test can draw."""

    def names(self, weights: np.ndarray) -> np.ndarray:
        return np.full(len(weights), "")


def test_the_committed_figures_come_out_again(committed: dict) -> None:
    """The cheap ones, within a hundredth: other processors round otherwise."""
    networks = load_networks()
    sides = behaviour.one_sidedness(
        networks.expression, DataMixture(), committed["sizes"]["emotion"]
    )
    for name, row in sides.items():
        for key, value in row.items():
            said = committed["one_sidedness"][name][key]
            assert said == pytest.approx(value, abs=0.01) or np.isnan(value), (name, key)
    compounds = behaviour.compounds(networks.expression, committed["sizes"]["emotion"])
    assert committed["compounds"]["difference"] == pytest.approx(compounds["difference"], abs=0.01)
    motion = committed["motion"]["EmoteBot"]
    asked = movements.arrival_times(networks)
    assert motion["asked"]["done_at"] == pytest.approx(asked["done_at"], abs=0.01)
    assert motion["asked"]["left"] == pytest.approx(asked["left"], abs=0.01)
    assert motion["seeds"]["difference"] == pytest.approx(
        movements.seed_difference(networks)["difference"], abs=0.01
    )
    held = holds.hold_figures(
        functools.partial(holds.network_hold, networks),
        Silent(),
        float(holds.HALF),
        committed["sizes"]["holds"],
    )
    assert hold_medians(committed["holds"]["EmoteBot"][holds.HALF]) == pytest.approx(
        hold_medians(held), abs=0.01
    )


def test_the_committed_times_of_changes_come_out_again(committed: dict) -> None:
    change = functools.partial(changes.network_change, load_networks())
    made = changes.change_figures(change, Silent(), committed["sizes"]["changes"])
    said = committed["changes"]["EmoteBot"]
    assert said["landed"] == pytest.approx(made["landed"], abs=0.05)
    for name, by_unit in made["units"].items():
        seconds = {unit: row["seconds"] for unit, row in by_unit.items()}
        assert {unit: row["seconds"] for unit, row in said["units"][name].items()} == (
            pytest.approx(seconds, abs=0.02)
        )


@pytest.mark.parametrize("intensity", [holds.HALF, holds.FULL])
def test_what_the_heads_tell_comes_out_again(committed: dict, intensity: str) -> None:
    accuracies = heads.observer_accuracies(
        heads.performed, float(intensity), committed["sizes"]["heads"]
    )
    assert committed["heads"]["accuracy"]["EmoteBot"][intensity] == pytest.approx(
        accuracies, abs=0.01
    )
