# SPDX-License-Identifier: GPL-3.0-or-later
"""An observer made for the test looks at rendered faces."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the observer of the test is made with onnx")
pytest.importorskip("cv2", reason="crops need OpenCV")

import onnx
from onnx import TensorProto, helper

from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.performance.networks import load_networks
from training.evaluation import observer
from training.evaluation.observer import Observer, crop_face

CLASSES = ("sad", "happy")


def brightness_network(path: Path) -> Path:
    """Write a network that says “happy” of bright pictures and “sad” of dark ones."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Neg", ["mean"], ["dark"]),
        helper.make_node("Concat", ["dark", "mean"], ["predictions"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 64, 64])],
        [helper.make_tensor_value_info("predictions", TensorProto.FLOAT, ["n", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


def test_an_observer_names_what_it_sees(tmp_path: Path) -> None:
    observer = Observer(brightness_network(tmp_path / "observer.onnx"), CLASSES)
    assert observer.name(np.full((64, 64), 250, np.uint8)) == "happiness"
    assert observer.name(np.full((64, 64), 5, np.uint8)) == "sadness"
    assert observer.names() == ["sadness", "happiness", "no face"]


@pytest.mark.parametrize(
    ("classes", "complaint"),
    [
        (("sad", "happy", "angry"), "gives 2 numbers, but there are 3 classes"),
        (("sad", "hungry"), "“hungry”"),
    ],
)
def test_classes_must_fit(tmp_path: Path, classes: tuple[str, ...], complaint: str) -> None:
    path = brightness_network(tmp_path / "observer.onnx")
    with pytest.raises(EmoteBotError, match=complaint):
        Observer(path, classes)


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmoteBotError, match="There is no file"):
        Observer(tmp_path / "absent.onnx", CLASSES)
    (tmp_path / "words.onnx").write_text("no network")
    with pytest.raises(EmoteBotError, match="can be read"):
        Observer(tmp_path / "words.onnx", CLASSES)


def test_a_crop_is_the_landmarks_square_a_tenth_wider() -> None:
    picture = np.zeros((300, 200, 3), np.uint8)
    picture[100:200, 50:150] = 255
    points = np.array([[50.0, 100.0], [150.0, 200.0]])
    crop = crop_face(picture, points)
    assert crop.shape == (64, 64)
    white = (crop > 127).sum(axis=1).max()
    assert white == pytest.approx(64 / 1.1, abs=1)
    assert crop[32, 32] > 250
    assert crop[0, 0] < 5


def test_shares_by_hand() -> None:
    rows = {name: {name: 10} for name in ("happiness", "surprise", "fear")}
    full = {
        **rows,
        "sadness": {"sadness": 9, "anger": 1},
        "anger": {"disgust": 6, "anger": 1, "sadness": 3},
        "disgust": {"anger": 10},
    }
    half = {name: {"neutral": 10} for name in full} | {"anger": {"happiness": 2, "neutral": 8}}
    shares = observer.Observations({"1": full, "0.5": half}, {}).shares()
    assert shares["strong_named"] == pytest.approx(0.9)
    assert shares["anger_disgust"] == pytest.approx(0.7)
    assert shares["half_opposite"] == pytest.approx(0.2)
    assert shares["right_full"] == pytest.approx((1 + 1 + 0.9 + 1 + 0.1 + 0) / 6)
    assert shares["right_half"] == 0


@pytest.fixture(scope="module")
def reader(shared: Path) -> Iterator[object]:
    pytest.importorskip("mediapipe", reason="reading faces needs MediaPipe")
    pytest.importorskip("bpy", reason="rendering needs Blender as a module")
    from training.faces.landmarks import FaceReader

    model = shared / "models" / "face_landmarker.task"
    if not model.is_file():
        pytest.skip("needs the face landmarker")
    with FaceReader(model) as found:
        yield found


def test_rendered_takes_are_observed(reader: object, tmp_path: Path) -> None:
    from training.evaluation.camera import open_head

    heard: list[float] = []
    observations = observer.observe(
        load_networks(),
        Observer(brightness_network(tmp_path / "observer.onnx"), CLASSES),
        reader,
        open_head(),
        1,
        heard.append,
        ("happiness",),
    )
    for strength in ("1", "0.5"):
        assert sum(observations.counts[strength]["happiness"].values()) == 1
        (crop,) = observations.seen[strength]["happiness"]
        assert crop.std() > 10  # a face, not a flat colour
    assert heard == [0.5, 1.0]


def test_an_open_jaw_is_read_back(reader: object) -> None:
    from training.evaluation.camera import open_head
    from training.evaluation.readback import responses

    found = responses(*open_head(), reader, lambda share: None, ("jawOpen",))
    assert list(found) == ["jawOpen"]
    assert found["jawOpen"].gain > 0.4
    assert found["jawOpen"].rank > 0.89  # one pair of its five readings may be the other way round
