# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.emotions import BASIC_EMOTIONS, EMOTIONS
from training.__main__ import main
from training.collecting.collection import Collection
from training.collecting.collection_files import read_collection
from training.tables.published import DATA

cv2 = pytest.importorskip("cv2", reason="needs the extra “training”")
pytest.importorskip("mediapipe", reason="needs the extra “training”")
pytest.importorskip("jinja2", reason="needs the extra “training”")

from training.collecting.journal import NAME as JOURNAL  # noqa: E402
from training.collecting.measure import read_video  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
SMILE = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]
Photograph = Callable[[str], np.ndarray]


@pytest.fixture(autouse=True)
def _the_landmarker_is_known(landmarker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTEBOT_FACE_LANDMARKER", str(landmarker))


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))


def film(path: Path, frames: list[np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    out = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 30.0, frames[0].shape[1::-1])
    for frame in frames:
        out.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    out.release()


@pytest.fixture(scope="session")
def acted(shared: Path) -> Callable[[str], list[np.ndarray]]:
    """Return what gives 18 frames of a clip of CREMA-D, 360 × 240 pixels."""
    folder = shared / "data" / "crema_d"
    if not folder.is_dir():
        pytest.skip("needs the clips of CREMA-D")

    def read(emotion: str) -> list[np.ndarray]:
        frames = [pixels for _, pixels in read_video(folder / f"1001_DFA_{emotion}_XX.flv")]
        return [cv2.resize(frame, (360, 270))[:, :] for frame in frames[20:38]]

    return read


@pytest.fixture
def people(tmp_path: Path, photograph: Photograph) -> Path:
    """Return a folder laid out like the London set, of two people."""
    for name in ("001_03", "001_08", "003_03", "003_08"):
        save(tmp_path / "people" / f"{name}.jpg", photograph(name))
    return tmp_path / "people"


def collected(source: str, folder: Path, output: Path, *options: str) -> Collection:
    options = options if "--workers" in options else (*options, "--workers", "1")
    assert main(["collect", source, str(folder), "--output", str(output), *options]) == 0
    return read_collection(output)


def counts(output: Path) -> dict:
    return json.loads((output / "collection.json").read_text(encoding="utf-8"))["counts"]


def test_photographs_become_rows(people: Path, tmp_path: Path) -> None:
    made = collected("london", people, tmp_path / "out")
    assert made.people == ("001", "003")
    assert made.neutral_known.all()
    shipped = read_collection(DATA / "london")
    # Half the pixels, and packed as JPEG once more: close to what the whole photographs gave.
    rows = [shipped.people.index(person) for person in made.people]
    np.testing.assert_allclose(made.weights[:, SMILE], shipped.weights[rows][:, SMILE], atol=0.15)
    assert counts(tmp_path / "out")["neutral_items"] == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("collection.json", "expressions.csv", "report.html"),
    ]


def test_the_shipped_rows_come_out_again(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "london"
    if not folder.is_dir():
        pytest.skip("needs the photographs of the London set")
    (tmp_path / "in").mkdir()
    for name in ("001_03", "001_08"):
        (tmp_path / "in" / f"{name}.jpg").write_bytes((folder / f"{name}.jpg").read_bytes())
    made = collected("london", tmp_path / "in", tmp_path / "out")
    shipped = read_collection(DATA / "london")
    np.testing.assert_allclose(made.weights[0], shipped.weights[0], atol=0.02)


def test_what_is_dropped_is_counted(tmp_path: Path, photograph: Photograph) -> None:
    good = photograph("001_08")
    save(tmp_path / "in" / "anna_neutral.jpg", photograph("001_03"))
    save(tmp_path / "in" / "anna_happy_1.jpg", good)
    save(tmp_path / "in" / "anna_happy_2.jpg", cv2.GaussianBlur(good, (0, 0), 4))
    save(tmp_path / "in" / "anna_happy_3.jpg", cv2.resize(good, (80, 80)))
    save(tmp_path / "in" / "anna_happy_4.jpg", np.zeros_like(good))
    (tmp_path / "in" / "anna_happy_5.jpg").write_text("no picture at all")
    (tmp_path / "in" / "anna_happy_6.jpg").touch()
    save(tmp_path / "in" / "holiday.jpg", good)
    made = collected("folder", tmp_path / "in", tmp_path / "out")
    assert made.items == ("anna_happy_1.jpg",)
    found = counts(tmp_path / "out")
    assert found["dropped_items"] == {"unreadable": 2, "blurred": 1, "too small": 1, "no face": 1}
    assert found["not_tried"] == {"its name tells no emotion": 1}
    assert found["unreadable"] == {
        "anna_happy_5.jpg": "not a picture",
        "anna_happy_6.jpg": "not a picture",
    }
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for reported in ("too small", "blurred", "no face", "unreadable", "its name tells no emotion"):
        assert reported in page


def test_thresholds_can_be_given(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["collect", "london", str(people), "--output", str(tmp_path / "out"), "--workers", "1"]
    assert main([*words, "--size", "300"]) == 1  # the pictures are 360 pixels wide
    assert "No item of" in (reported := capsys.readouterr().err)
    assert "4 × too small" in reported
    assert main(words) == 0  # nothing is left of the first try
    assert read_collection(tmp_path / "out").about["thresholds"]["size"] == 40


def test_the_report_says_what_it_must(people: Path, tmp_path: Path) -> None:
    collected("london", people, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "CC BY 4.0" in page
    assert "from the FACS tables" in page
    assert "cheekSquintLeft, cheekSquintRight, noseSneerLeft" in page
    assert "fewer than 12 people" in page
    assert '<h3>happiness</h3>\n<div class="bars">\n\n<span>mouthSmile</span>' in page
    assert "built-in method" not in page


def test_two_workers_give_what_one_gives(people: Path, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        collected("london", people, tmp_path / workers, "--workers", workers)
    for name in ("expressions.csv", "collection.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_finished_collection_is_not_overwritten(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collected("london", people, tmp_path / "out")
    assert main(["collect", "london", str(people), "--output", str(tmp_path / "out")]) == 1
    assert "holds a collection already" in capsys.readouterr().err


def measured_in(journal: Path) -> int:
    if not journal.is_file():
        return 0
    base = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        return int(base.execute("SELECT count(*) FROM items").fetchone()[0])
    except sqlite3.OperationalError:  # no table yet
        return 0
    finally:
        base.close()


@pytest.mark.skipif(os.name == "nt", reason="signals are sent")
@pytest.mark.parametrize(("sent", "workers"), [(signal.SIGINT, "2"), (signal.SIGKILL, "1")])
def test_an_interrupted_call_is_taken_up(
    tmp_path: Path,
    acted: Callable[[str], list[np.ndarray]],
    capsys: pytest.CaptureFixture[str],
    sent: signal.Signals,
    workers: str,
) -> None:
    frames = {"neutral": acted("NEU"), "happy": acted("HAP")}
    for take in range(3):
        for emotion, pixels in frames.items():
            film(tmp_path / "in" / f"anna_{emotion}_{take}.mp4", pixels)
    out = tmp_path / "out"
    words = ["collect", "folder", str(tmp_path / "in"), "--output", str(out), "--workers", workers]
    process = subprocess.Popen(
        [sys.executable, "-m", "training", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while process.poll() is None and measured_in(out / JOURNAL) == 0:
        time.sleep(0.02)
    os.killpg(process.pid, sent)  # as a terminal does: to the workers, too
    _, reported = process.communicate()
    before = measured_in(out / JOURNAL)
    assert before > 0
    if sent == signal.SIGINT:
        assert process.returncode == 130
        assert "call again and it goes on" in reported
        assert "Traceback" not in reported
    else:
        assert process.returncode == -signal.SIGKILL

    assert main([*words, "--turn", "11"]) == 1
    assert "was begun with another thresholds" in capsys.readouterr().err

    made = collected("folder", tmp_path / "in", out, "--workers", "1")
    assert f"{before}/6" in capsys.readouterr().err  # where the bar begins
    assert len(made.sequences) == 6
    assert not (out / JOURNAL).exists()


def test_films_become_apexes_and_sequences(
    tmp_path: Path, acted: Callable[[str], list[np.ndarray]], capsys: pytest.CaptureFixture[str]
) -> None:
    film(tmp_path / "in/Actor_01/01-01-01-01-01-01-01.mp4", acted("NEU"))
    film(tmp_path / "in/Actor_01/01-01-03-02-01-01-01.mp4", acted("HAP"))
    made = collected("ravdess", tmp_path / "in", tmp_path / "out")
    assert "CC BY-NC-SA 4.0" in capsys.readouterr().err
    happy = made.emotion[:, EMOTIONS.index("happiness")] == 1
    assert happy.sum() == 4  # a fifth of 18 frames
    assert made.weights[happy][:, SMILE].mean() > 0.5
    assert [sequence.fps for sequence in made.sequences] == [30.0, 30.0]
    assert [len(sequence.weights) for sequence in made.sequences] == [18, 18]
    assert made.sequences[1].intensity == 1.0
    assert made.about["spoken"]
    assert not made.about["commercial"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "not for commercial use" in page


def test_in_a_film_of_two_the_nearer_one_is_measured(
    tmp_path: Path, acted: Callable[[str], list[np.ndarray]], photograph: Photograph
) -> None:
    other = cv2.resize(photograph("001_03"), (200, 200))
    other = cv2.copyMakeBorder(other, 35, 35, 0, 0, cv2.BORDER_CONSTANT, value=(200, 200, 200))
    alone = acted("HAP")
    film(tmp_path / "in/anna_happy.mp4", alone)
    film(tmp_path / "in/bert_happy.mp4", [np.concatenate([other, one], axis=1) for one in alone])
    made = collected("folder", tmp_path / "in", tmp_path / "out")
    anna, bert = (sequence.weights[:, SMILE].mean() for sequence in made.sequences)
    assert bert == pytest.approx(anna, abs=0.1)
    assert anna > 0.4


def test_a_peak_comes_after_a_neutral_beginning(tmp_path: Path, photograph: Photograph) -> None:
    folder = tmp_path / "in" / "cohn-kanade-images" / "S005" / "001"
    for frame in range(20):
        name = "001_08" if frame > 8 else "001_03"
        save(folder / f"S005_001_{frame + 1:08}.png", photograph(name))
    label = tmp_path / "in" / "Emotion" / "S005" / "001" / "S005_001_00000020_emotion.txt"
    label.parent.mkdir(parents=True)
    label.write_text("   5.0000000e+00\n")
    made = collected("ckplus", tmp_path / "in", tmp_path / "out")
    assert len(made.people) == 3
    assert made.emotion[0, EMOTIONS.index("happiness")] == 1
    assert made.weights[:, SMILE].min() > 0.4
    (sequence,) = made.sequences
    assert not sequence.weights[0].any()  # the first frame is the neutral face
    assert sequence.weights[-1, SMILE].min() > 0.4


def test_small_grey_pictures(tmp_path: Path, photograph: Photograph) -> None:
    lines = ["emotion,pixels,Usage"]
    for label, name in ((3, "001_08"), (6, "003_03")):
        face = photograph(name)[90:310, 70:290]
        grey = cv2.resize(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), (48, 48), cv2.INTER_AREA)
        lines.append(f"{label},{' '.join(map(str, grey.flatten()))},Training")
    (tmp_path / "fer2013.csv").write_text("\n".join(lines) + "\n")
    made = collected("fer2013", tmp_path, tmp_path / "out")
    assert made.items == ("00000", "00001")
    assert not made.neutral_known.any()  # nobody knows who they are
    assert made.weights[0, SMILE].mean() > made.weights[1, SMILE].mean() + 0.1


def test_recordings_of_a_phone_need_no_landmarker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOTEBOT_FACE_LANDMARKER", str(tmp_path / "nowhere"))
    names = sorted(set(CHANNELS) - {"tongueOut"})
    for start, rest, peak in ((1, 0.2, 0.2), (65, 0.2, 0.6)):
        frames = []
        for frame in range(60):
            values = dict.fromkeys(names, 0.0) | {"cheekSquintLeft": rest, "eyeLookUpLeft": 0.5}
            if 20 <= frame < 40:
                values["cheekSquintLeft"] = peak
            weights = [values[name] for name in names]
            frames.append({"weights": weights, "time": frame / 60})
        path = tmp_path / "in" / "2" / f"2_scott_0_{start}_{start}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"names": names, "frames": frames}))
    made = collected("beat", tmp_path / "in", tmp_path / "out")
    happy = made.sequences[1]
    assert (happy.person, happy.fps, happy.neutral_known) == ("2_scott", 60.0, True)
    # What is beyond the .2 of the neutral face: .4 of the .8 that were left.
    assert happy.weights[30, INDEX["cheekSquintLeft"]] == pytest.approx(0.5)
    assert happy.weights[0].sum() == 0  # gaze is left out
    assert "cheekSquintLeft" in made.measured
    assert made.unmeasured == (*[n for n in CHANNELS if n.startswith("eyeLook")], "tongueOut")
    assert made.about["landmarker"] is None


def test_a_person_before_the_camera(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = shared / "data" / "crema_d" / "1001_DFA_HAP_XX.flv"
    if not clip.is_file():
        pytest.skip("needs the clips of CREMA-D")
    words = ["--camera", str(clip), "--seconds", "0.2", "--person", "anna", "--workers", "1"]
    assert main(["collect", "webcam", str(tmp_path / "anna"), *words]) == 0
    made = read_collection(tmp_path / "anna")
    assert made.name == "anna"
    assert set(made.people) == {"anna"}
    assert set(made.items) == {f"anna_{emotion}" for emotion in BASIC_EMOTIONS}
    asked = capsys.readouterr().err
    assert asked.index("at rest. ") < asked.index("to happiness") < asked.index("to contempt")
    assert not list(tmp_path.rglob("*.jpg"))


def test_many_people_have_a_mean_face(tmp_path: Path, photograph: Photograph) -> None:
    names = [f"{number:03}_08" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)]
    for name in names:
        save(tmp_path / "in" / f"{name}_happy.jpg", photograph(name))
    made = collected("folder", tmp_path / "in", tmp_path / "out")
    assert not made.neutral_known.any()
    sheet = cv2.imread(str(tmp_path / "out" / "mean_faces.png"))
    height, width = sheet.shape[:2]
    assert width == 328  # happiness alone
    assert height > width
    face = sheet[4:324, 4:324]
    assert face.std() > 30  # a face and no mist
    left, right = face[:, :160].mean(axis=2), face[:, :159:-1].mean(axis=2)
    assert np.corrcoef(left.ravel(), right.ravel())[0, 1] > 0.8  # of many people, the same
