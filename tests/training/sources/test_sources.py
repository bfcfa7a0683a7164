# SPDX-License-Identifier: GPL-3.0-or-later
import json
from pathlib import Path

import numpy as np
import pytest

from emotebot_blender.core.channels import CHANNELS, INDEX
from emotebot_blender.core.errors import EmoteBotError
from training.sources import SOURCES, beat, livelink
from training.sources.item import EncodedFrames, FrameFiles, ImageArray, Item, Omitted, Request


def lay(folder: Path, *names: str) -> Path:
    """Lay out empty files: a loader's listing does not open pictures and films."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def listed(name: str, folder: Path, **options: str) -> tuple[dict[str, Item], dict[str, str]]:
    entries = list(SOURCES[name].items(Request(folder, **options)))
    items = {entry.name: entry for entry in entries if isinstance(entry, Item)}
    return items, {entry.name: entry.reason for entry in entries if isinstance(entry, Omitted)}


def shown(item: Item) -> str:
    return "none" if item.emotion is None else item.emotion.dominant()


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "webcam"])
def test_an_empty_folder_says_what_belongs_in_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmoteBotError) as caught:
        listed(name, tmp_path)
    assert tmp_path.name in str(caught.value)  # a long path is cut at its beginning
    assert "…" not in str(caught.value).removeprefix("…")  # what belongs in it is not cut


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_licence_that_forbids_commerce_says_so(source) -> None:
    forbids = any(word in source.licence for word in ("NC", "research", "none stated"))
    assert source.commercial != forbids


def test_london(tmp_path: Path) -> None:
    lay(tmp_path, "001_03.jpg", "001_08.jpg", "002_03.jpg", "london_info.csv")
    items, _ = listed("london", tmp_path)
    assert list(items) == ["001_03", "001_08"]  # the second person has no smile
    assert [shown(item) for item in items.values()] == ["neutral", "happiness"]
    assert [item.neutral for item in items.values()] == ["all", "none"]


def test_crema_d_takes_the_crowds_word(tmp_path: Path) -> None:
    lay(tmp_path, "VideoFlash/1001_DFA_HAP_XX.flv", "VideoFlash/1001_DFA_NEU_XX.flv")
    lay(tmp_path, "VideoFlash/1091_WSI_SAD_XX.flv")
    (tmp_path / "tabulatedVotes.csv").write_text(
        '"","A","D","F","H","N","S","fileName","meanEmoResp"\n'
        '"100060",9,0,0,0,0,0,"1001_DFA_HAP_XX",90\n'  # the voice
        '"200060",0,0,0,7,2,0,"1001_DFA_HAP_XX",62.5\n'  # the silent picture
        '"200061",1,0,0,0,9,0,"1001_DFA_NEU_XX",77\n',
        encoding="utf-8",
    )
    items, omitted = listed("crema_d", tmp_path)
    happy = items["1001_DFA_HAP_XX"]
    assert happy.emotion is not None
    assert happy.emotion.amounts() == pytest.approx({"happiness": 7 / 9, "neutral": 2 / 9})
    assert (happy.person, happy.intensity, happy.neutral) == ("1001", 0.625, "none")
    assert items["1001_DFA_NEU_XX"].neutral == "all"
    assert omitted == {"1091_WSI_SAD_XX": "no votes"}


def test_the_votes_of_crema_d_as_they_are(shared: Path) -> None:
    # tabulatedVotes.csv, row 200060: of nine people seven saw happiness and two nothing.
    items, _ = listed("crema_d", shared / "data" / "crema_d")
    assert len(items) == 6
    mixture = items["1001_DFA_HAP_XX"].emotion
    assert mixture is not None
    assert mixture.amounts() == pytest.approx({"happiness": 7 / 9, "neutral": 2 / 9})
    assert items["1001_DFA_HAP_XX"].intensity == pytest.approx(0.6233, abs=1e-4)


def test_ravdess(tmp_path: Path) -> None:
    lay(tmp_path, *(f"Actor_07/01-01-{code:02}-01-01-01-07.mp4" for code in range(1, 9)))
    lay(tmp_path, "Actor_07/02-01-08-01-01-01-07.mp4", "Actor_07/02-02-06-02-01-01-07.mp4")
    items, omitted = listed("ravdess", tmp_path)
    assert [shown(item) for item in items.values()] == [
        *("neutral", "neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise"),
        "fear",
    ]
    assert [item.neutral for item in items.values()][:2] == ["all", "none"]  # calm is no rest
    assert {item.person for item in items.values()} == {"07"}
    assert items["02-02-06-02-01-01-07"].intensity == 1.0
    assert list(omitted) == ["02-01-08-01-01-01-07"]  # there with sound, too


def test_mead(tmp_path: Path) -> None:
    lay(tmp_path, "M003/video/front/disgusted/level_2/001.mp4")
    lay(tmp_path, "M003/video/left_30/disgusted/level_2/001.mp4")
    items, omitted = listed("mead", tmp_path)
    (item,) = items.values()
    assert (item.person, shown(item), item.intensity) == ("M003", "disgust", pytest.approx(2 / 3))
    assert list(omitted.values()) == ["not from the front"]


def test_affectnet(tmp_path: Path) -> None:
    words = ["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"]
    for label in range(9):
        lay(tmp_path, f"train_set/images/{label}.jpg", f"train_set/annotations/{label}_exp.npy")
        np.save(tmp_path / f"train_set/annotations/{label}_exp.npy", str(label))
    items, omitted = listed("affectnet", tmp_path)
    assert [shown(item) for item in items.values()] == words
    assert len({item.person for item in items.values()}) == 8  # nobody knows who they are
    assert omitted == {"train_set_8": "none of the eight emotions"}


def test_ckplus(tmp_path: Path) -> None:
    lay(tmp_path, *(f"cohn-kanade-images/S005/001/S005_001_{i:08}.png" for i in (2, 1, 3)))
    lay(tmp_path, "cohn-kanade-images/S010/002/S010_002_00000001.png")
    lay(tmp_path, "Emotion/S005/001/S005_001_00000003_emotion.txt")
    (tmp_path / "Emotion/S005/001/S005_001_00000003_emotion.txt").write_text("   3.0000000e+00\n")
    items, _ = listed("ckplus", tmp_path)
    posed = items["S005_001"]
    assert (shown(posed), posed.neutral, posed.apex) == ("disgust", "first", "last")
    assert isinstance(posed.material, FrameFiles)
    assert [path.stem[-1] for path in posed.material.paths] == ["1", "2", "3"]
    assert items["S010_002"].emotion is None


def test_rafdb(tmp_path: Path) -> None:
    words = ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"]
    lay(tmp_path, *(f"Image/aligned/train_{i:05}_aligned.jpg" for i in range(1, 8)))
    lay(tmp_path, "Image/original/train_00001.jpg", "EmoLabel/list_patition_label.txt")
    lines = [f"train_{i:05}.jpg {i}\n" for i in range(1, 8)] + ["test_0001.jpg 5\n"]
    (tmp_path / "EmoLabel/list_patition_label.txt").write_text("".join(lines))
    items, omitted = listed("rafdb", tmp_path)
    assert [shown(item) for item in items.values()] == words
    assert items["train_00001"].material.path.parent.name == "aligned"  # type: ignore[union-attr]
    assert omitted == {"test_0001": "no photograph"}


def test_fer2013(tmp_path: Path) -> None:
    words = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
    pixels = " ".join(str(value % 256) for value in range(48 * 48))
    lines = [f"{label},{pixels},Training\n" for label in range(7)] + ["3,1 2 3,Training\n"]
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n" + "".join(lines))
    items, omitted = listed("fer2013", tmp_path)
    assert [shown(item) for item in items.values()] == words
    material = items["00000"].material
    assert isinstance(material, ImageArray)
    assert material.pixels.shape == (48, 48)
    assert material.pixels[1, 0] == 48  # row after row
    assert omitted == {"00007": "not a row of FER2013"}


def test_kdef(tmp_path: Path) -> None:
    lay(tmp_path, "KDEF/AF01/AF01AFS.JPG", "KDEF/AF01/AF01AFHL.JPG", "KDEF/BF01/BF01NES.JPG")
    lay(tmp_path, "KDEF/AM01/AM01SUS.JPG")
    items, omitted = listed("kdef", tmp_path)
    assert {name: shown(item) for name, item in items.items()} == {
        "AF01AFS": "fear",
        "AM01SUS": "surprise",
        "BF01NES": "neutral",
    }
    assert items["AF01AFS"].person == items["BF01NES"].person != items["AM01SUS"].person
    assert omitted == {"AF01AFHL": "not from the front"}


def write_beat(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = sorted(set(CHANNELS) - {"tongueOut"})
    rows = [[0.5 * (name == "jawOpen") * frame for name in names] for frame in range(4)]
    frames = [{"weights": row, "time": frame / 60} for frame, row in enumerate(rows)]
    path.write_text(json.dumps({"names": names, "frames": frames}))


def test_beat(tmp_path: Path) -> None:
    starts = (1, 64, 65, 73, 81, 87, 95, 103, 111, 118)
    for start in starts:
        write_beat(tmp_path / f"1/1_wayne_0_{start}_{start}.json")
    write_beat(tmp_path / "1/1_wayne_1_1_1.json")
    items, _ = listed("beat", tmp_path)
    assert [shown(items[f"1_wayne_0_{start}_{start}"]) for start in starts] == [
        *("neutral", "neutral", "happiness", "anger", "sadness", "contempt", "surprise", "fear"),
        *("disgust", "disgust"),
    ]
    assert shown(items["1_wayne_1_1_1"]) == "none"  # a conversation
    seconds, weights = beat.read_channels(tmp_path / "1/1_wayne_0_1_1.json")
    assert seconds == pytest.approx([0, 1 / 60, 2 / 60, 3 / 60])
    assert weights[:, INDEX["jawOpen"]] == pytest.approx([0, 0.5, 1, 1])  # never beyond 1
    assert weights.sum() == pytest.approx(2.5)


def write_take(path: Path, shared: Path) -> None:
    """Write a take as the phone does, with the columns that real takes have."""
    header = json.loads((shared / "names" / "livelinkface_csv.json").read_text())["header"]
    lines = [",".join(header)]
    for frame in range(3):
        values = {"Timecode": f"14:52:18:{58 + frame:02}.500", "BlendshapeCount": "61"}
        values |= {"JawLeft": "0.25", "MouthSmileLeft": f"{frame / 2}", "HeadYaw": "-0.4"}
        if frame == 2:
            values["Timecode"] = "14:52:19:00.500"
        lines.append(",".join(values.get(name, "0.0") for name in header))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_live_link_face(tmp_path: Path, shared: Path) -> None:
    for name in ("anna/one.csv", "anna/two.csv", "three.csv"):
        write_take(tmp_path / name, shared)
    (tmp_path / "labels.csv").write_text(
        "file,emotion,person\none.csv,a little sad,\nthree.csv,neutral,bert\n", encoding="utf-8"
    )
    items, _ = listed("livelink", tmp_path)
    assert {name: (item.person, shown(item), item.neutral) for name, item in items.items()} == {
        "anna/one": ("anna", "sadness", "none"),
        "anna/two": ("anna", "none", "none"),
        "three": ("bert", "neutral", "all"),
    }
    assert 0 < (items["anna/one"].intensity or 0) < 0.6
    items, _ = listed("livelink", tmp_path, emotion="happy 80%")
    assert shown(items["anna/two"]) == "happiness"
    seconds, weights = livelink.read_channels(tmp_path / "three.csv")
    assert seconds == pytest.approx([0, 1 / 60, 2 / 60])
    assert weights[:, INDEX["mouthSmileLeft"]] == pytest.approx([0, 0.5, 1])
    assert weights[:, INDEX["jawLeft"]] == pytest.approx([0.25] * 3)
    assert not weights[:, INDEX["jawRight"]].any()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("file,emotion\nfour.csv,happy\n", "line 2: there is no take “four.csv”"),
        ("file,emotion\none.csv,\none.csv,hapy\n", "line 3: .*“hapy” is unknown"),
        ("take,feeling\n", "needs the columns file and emotion"),
    ],
)
def test_faulty_labels_are_named(tmp_path: Path, shared: Path, table: str, message: str) -> None:
    write_take(tmp_path / "one.csv", shared)
    (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    with pytest.raises(EmoteBotError, match=message):
        listed("livelink", tmp_path)


def test_any_folder_named_by_emotion(tmp_path: Path) -> None:
    lay(tmp_path, "happy/anna_01.jpg", "happy/anna_02.jpg", "neutral/anna_03.jpg")
    lay(tmp_path, "bert/very sad.png", "bert/Überraschung 2.webp", "carl_angry_7.MP4")
    lay(tmp_path, "angst/1.jpg", "notes.txt", "dora/1.jpg", "happy/sad.jpg")
    items, omitted = listed("folder", tmp_path)
    assert {name: (item.person, shown(item)) for name, item in items.items()} == {
        "happy/anna_01.jpg": ("anna", "happiness"),
        "happy/anna_02.jpg": ("anna", "happiness"),
        "neutral/anna_03.jpg": ("anna", "neutral"),
        "bert/very sad.png": ("bert", "sadness"),
        "bert/Überraschung 2.webp": ("bert", "surprise"),
        "carl_angry_7.MP4": ("carl", "anger"),
        "angst/1.jpg": ("angst/1.jpg", "fear"),
    }
    assert items["neutral/anna_03.jpg"].neutral == "all"
    assert items["carl_angry_7.MP4"].moves
    assert omitted == {
        "dora/1.jpg": "its name tells no emotion",
        "happy/sad.jpg": "its name tells two emotions",
    }


def test_what_names_nobody_is_nobodys_name(tmp_path: Path) -> None:
    lay(tmp_path, "neutral/IMG_0001.jpg", "happy/IMG_0002.jpg", "train/happy/Training_3.jpg")
    items, _ = listed("folder", tmp_path)
    assert [item.person for item in items.values()] == list(items)  # each of another person


def test_how_strong_a_name_says_makes_no_other_emotion(tmp_path: Path) -> None:
    lay(tmp_path, "happy/anna very happy.jpg")
    items, _ = listed("folder", tmp_path)
    assert [shown(item) for item in items.values()] == ["happiness"]


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("crema_d", "1001_DFA_ANG_XX.FLV"),
        ("ravdess", "Video_Speech_Actor_01/Actor_01/01-01-03-01-01-01-01.MP4"),
        ("beat", "beat_english/1/1_wayne_0_65_65.JSON"),
        ("mead", "MEAD/M003/video/front/angry/level_1/001.MP4"),
        ("kdef", "AF01/af01ans.jpeg"),
        ("folder", "Happy/Anna_1.JPG"),
    ],
)
def test_deeper_folders_and_capitals_do_no_harm(tmp_path: Path, source: str, file: str) -> None:
    lay(tmp_path, file, str(Path(file).with_name("._" + Path(file).name)))  # a Mac's shadow
    header = '"","A","D","F","H","N","S","fileName","meanEmoResp"'
    row = '"200001",9,0,0,0,0,0,"1001_DFA_ANG_XX",90'
    (tmp_path / "tabulatedVotes.csv").write_text(f"{header}\n{row}\n")
    items, omitted = listed(source, tmp_path)
    assert len(items) == 1
    assert not omitted


def test_the_london_set_as_it_is_unpacked(tmp_path: Path) -> None:
    lay(tmp_path, "neutral_front/001_03.jpg", "smiling_front/001_08.jpg")
    items, _ = listed("london", tmp_path)
    assert list(items) == ["001_03", "001_08"]


def test_labels_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    lay(tmp_path, "train_set/images/1.jpg", "train_set/annotations/1_exp.npy")
    _, omitted = listed("affectnet", tmp_path)
    assert omitted == {"train_set_1": "a label that cannot be read"}


@pytest.mark.parametrize("label", ["-1", "7", ""])
def test_numbers_of_no_emotion_are_left_out(tmp_path: Path, label: str) -> None:
    pixels = " ".join(["9"] * 48 * 48)
    (tmp_path / "fer2013.csv").write_text(f"emotion, pixels, Usage\n{label}, {pixels}, Training\n")
    _, omitted = listed("fer2013", tmp_path)
    assert omitted == {"00000": "not a row of FER2013"}


@pytest.mark.parametrize(
    ("source", "table"), [("fer2013", "fer2013.csv"), ("crema_d", "tabulatedVotes.csv")]
)
def test_another_table_than_the_data_sets_is_named(tmp_path: Path, source: str, table: str) -> None:
    lay(tmp_path, "1001_DFA_ANG_XX.flv")
    (tmp_path / table).write_text("name,value\na,1\n")
    with pytest.raises(EmoteBotError, match=f"{table} is not"):
        listed(source, tmp_path)


def test_a_recording_is_taken_from_the_camera(tmp_path: Path, shared: Path) -> None:
    pytest.importorskip("cv2", reason="needs the extra “training”")
    film = shared / "data" / "crema_d" / "1001_DFA_HAP_XX.flv"
    items, _ = listed("webcam", tmp_path, person="anna", camera=str(film), seconds=0.2)  # type: ignore[arg-type]
    assert list(items)[:2] == ["anna_neutral", "anna_happiness"]
    assert len(items) == 8
    assert items["anna_neutral"].neutral == "all"
    for item in items.values():
        assert isinstance(item.material, EncodedFrames)
        assert len(item.material.pictures) == 6  # 0.2 s at 29.97 frames a second
        assert item.material.seconds[0] == 0


def test_a_camera_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="needs the extra “training”")
    with pytest.raises(EmoteBotError, match="cannot be opened"):
        listed("webcam", tmp_path, camera=str(tmp_path / "none.mp4"))


def test_a_take_past_midnight_that_broke_off(tmp_path: Path) -> None:
    header = "Timecode,BlendshapeCount,JawOpen"
    rows = "23:59:59:59.0,61,0.1\n00:00:00:00.0,61,0.2\n00:00:00:01.0,61"
    (tmp_path / "take.csv").write_text(f"{header}\n{rows}")
    seconds, weights = livelink.read_channels(tmp_path / "take.csv")
    assert seconds == pytest.approx([0, 1 / 60])
    assert weights[:, INDEX["jawOpen"]] == pytest.approx([0.1, 0.2])
