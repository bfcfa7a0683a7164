# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest

from emotebot_blender.core.channels import INDEX, mirrored_name
from emotebot_blender.core.emotions import EMOTIONS
from emotebot_blender.core.errors import EmoteBotError
from emotebot_blender.core.rig.convention import (
    ControlName,
    Feed,
    Preset,
    RigMap,
)
from emotebot_blender.core.rig.convention_files import FOLDER, conventions, read_convention
from emotebot_blender.core.rig.solver import Drive
from emotebot_blender.core.rig.spelling import form_of

FILES = sorted(FOLDER.glob("*.json"))


def keys_fed(rig_map: RigMap) -> dict[str, dict[str, float]]:
    """Return the shape keys of each channel and their values at full."""
    return {
        channel: {feed.control.name: feed.full for feed in feeds}
        for channel, feeds in rig_map.feeds.items()
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryConvention:
    def test_mirrors(self, path):
        feeds = read_convention(path).feeds
        assert {mirrored_name(channel) for channel in feeds} == set(feeds)
        for channel, groups in feeds.items():
            mirrored = feeds[mirrored_name(channel)]
            assert [sorted(abs(feed.full) for feed in group) for group in groups] == [
                sorted(abs(feed.full) for feed in group) for group in mirrored
            ]

    def test_names_differ_by_more_than_their_spelling(self, path):
        controls = read_convention(path).controls()
        forms = {(form_of(name.name), name.kind, name.axis) for name in controls}
        assert len(forms) == len(controls)

    def test_says_where_it_was_read(self, path):
        assert read_convention(path).source


class TestMap:
    def test_drives_gather_what_shares_a_control(self):
        smile = ControlName("S")
        rig_map = RigMap(
            "x", {"mouthSmileRight": (Feed(smile, 0.5),), "mouthSmileLeft": (Feed(smile, 0.25),)}
        )
        assert rig_map.channels == ("mouthSmileLeft", "mouthSmileRight")
        left, right = INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]
        assert rig_map.drives == {smile: Drive(((left, 0.25), (right, 0.5)))}

    @pytest.mark.parametrize(
        ("feeds", "message"),
        [
            ({"smile": (Feed(ControlName("a")),)}, "not one of the 52"),
            ({"jawOpen": ()}, "has no control"),
        ],
    )
    def test_a_map_that_makes_no_sense(self, feeds, message):
        with pytest.raises(EmoteBotError, match=message):
            RigMap("x", feeds)

    @pytest.mark.parametrize("full", [0.0, float("nan"), float("inf")])
    def test_a_gain_is_a_number_other_than_0(self, full):
        with pytest.raises(EmoteBotError, match="gain of “jaw rotation_x”"):
            Feed(ControlName("jaw", "bone", "rotation_x"), full)

    @pytest.mark.parametrize(
        ("kind", "axis"), [("bone", ""), ("shape_key", "rotation_x"), ("hair", "")]
    )
    def test_a_control_that_makes_no_sense(self, kind, axis):
        with pytest.raises(EmoteBotError, match="“a” is no control"):
            ControlName("a", kind, axis)


EXAMPLE = {
    "name": "Example",
    "source": "made up",
    "channels": {
        "jawOpen": [
            {"bone": "jaw", "axis": "rotation_x", "full": 0.35},
            {"bone": "jaw", "axis": "location_y", "full": -0.01},
        ],
        "mouthFunnel": {"first_of": [{"funnel": 1}, {"lips_u": 0.7, "lips_o": 0.3}, {"oo": 1}]},
        "eyeLookUpLeft": [{"property": "look", "full": 1, "half": True}],
        "eyeLookDownLeft": [{"property": "look", "full": -1, "half": True}],
    },
    "approximations": {"mouthPucker": {"kiss": 0.5}, "mouthFunnel": {"ooo": 1}},
    "presets": [
        {
            "first_of": [
                {"shape_key": "joy", "full": 1, "emotions": {"happiness": 1}},
                {"shape_key": "smile", "full": 2, "emotions": {"happiness": 1}},
            ]
        },
        {"shape_key": "fun", "full": 0.5, "emotions": {"happiness": 0.5, "surprise": 0.5}},
    ],
}


class TestOffsets:
    def test_those_of_channels_and_presets_add_up_on_a_control(self):
        key, other = ControlName("key"), ControlName("other")
        feeds = {
            "jawOpen": (Feed(key, 1, offset=-0.5),),
            "cheekPuff": (Feed(key, 2, offset=0.125),),
        }
        joy = Preset(Feed(key, offset=0.25), {"happiness": 1.0})
        drives = RigMap("x", {**feeds, "tongueOut": (Feed(other),)}, (joy,)).drives
        assert {name.name: drive.offset for name, drive in drives.items()} == {
            "key": -0.125,
            "other": 0,
        }

    def test_one_that_is_not_finite_is_refused(self):
        with pytest.raises(EmoteBotError, match=r"^The offset of “key” must be a finite number$"):
            Feed(ControlName("key"), offset=float("inf"))


class TestSayings:
    """What a file can say beyond names and gains of shape keys."""

    @pytest.fixture
    def on(self, tmp_path):
        """Return a function that gives the map of a rig with some of the example's names."""
        path = tmp_path / "example.json"
        path.write_text(json.dumps(EXAMPLE), encoding="utf-8")
        convention = read_convention(path)
        return lambda names: convention.on(
            {control: control for control in convention.controls() if control.name in names}
        )

    def test_axes_of_a_bone(self, on):
        rig_map = on(["jaw", "neck"])
        assert rig_map.feeds == {
            "jawOpen": (
                Feed(ControlName("jaw", "bone", "rotation_x"), 0.35),
                Feed(ControlName("jaw", "bone", "location_y"), -0.01),
            )
        }

    def test_halves_of_a_property(self, on):
        (drive,) = on(["look"]).drives.values()
        up, down = INDEX["eyeLookUpLeft"], INDEX["eyeLookDownLeft"]
        assert drive == Drive(((up, 1.0), (down, -1.0))[:: 1 if up < down else -1], halves=True)

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["funnel", "lips_u", "lips_o"], {"funnel": 1.0}),
            (["oo", "lips_u", "lips_o"], {"lips_u": 0.7, "lips_o": 0.3}),
            (["oo", "lips_u"], {"oo": 1.0}),
            (["lips_o"], {"lips_o": 0.3}),
        ],
    )
    def test_alternatives_in_the_order_of_preference(self, on, names, expected):
        assert keys_fed(on(names)) == {"mouthFunnel": expected}

    @pytest.mark.parametrize(
        ("names", "expected", "approximated"),
        [
            (
                ["oo", "kiss"],
                {"mouthFunnel": {"oo": 1.0}, "mouthPucker": {"kiss": 0.5}},
                {"mouthPucker"},
            ),
            (["funnel", "ooo"], {"mouthFunnel": {"funnel": 1.0}}, set()),
            (["ooo"], {"mouthFunnel": {"ooo": 1.0}}, {"mouthFunnel"}),
        ],
    )
    def test_approximations_stand_in_for_what_is_missing(self, on, names, expected, approximated):
        rig_map = on(names)
        assert keys_fed(rig_map) == expected
        assert rig_map.approximated == approximated

    def test_presets(self, on):
        happiness, surprise = EMOTIONS.index("happiness"), EMOTIONS.index("surprise")
        drives = on(["joy", "fun"]).drives
        joy, fun = drives[ControlName("joy")], drives[ControlName("fun")]
        assert set(on(["smile", "joy"]).drives) == {ControlName("joy")}
        assert on(["smile"]).drives[ControlName("smile")].full == 2
        assert [joy.emotions[happiness], joy.emotions[surprise], joy.full] == [1, 0, 1]
        assert [fun.emotions[happiness], fun.emotions[surprise], fun.full] == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    "change",
    [
        {"channels": {"jawOpen": "a"}},
        {"channels": {"jawOpen": [{"hair": "a", "full": 1}]}},
        {"channels": {"jawOpen": [{"shape_key": "a"}]}},
        {"presets": [{"shape_key": "joy", "full": 1}]},
        {"name": None, "channels": None},
    ],
)
def test_a_convention_that_is_none(tmp_path, change):
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(EXAMPLE | change), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=r"broken\.json is not a naming convention"):
        read_convention(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": {"smile": {"a": 1}}}, "not one of the 52"),
        ({"channels": {"jawOpen": {}}}, "has no control"),
        ({"channels": {"jawOpen": {"first_of": []}}}, "has no control"),
        ({"presets": [{"shape_key": "a", "full": 1, "emotions": {"joy": 1}}]}, "no share of “joy”"),
        ({"presets": [{"shape_key": "a", "full": 1, "emotions": {}}]}, "shows no emotion"),
    ],
)
def test_a_convention_that_makes_no_sense(tmp_path, change, message):
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(EXAMPLE | change), encoding="utf-8")
    with pytest.raises(EmoteBotError, match=message):
        read_convention(path)


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_file_that_is_no_convention(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EmoteBotError, match=r"broken\.json is not a naming convention"):
        read_convention(path)


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(EmoteBotError, match="There is no file at"):
        read_convention(tmp_path / "none.json")


def test_every_file_is_a_convention_with_a_name_of_its_own():
    assert len({convention.name for convention in conventions()}) == len(FILES) >= 2
