# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.channels import CHANNELS, mirrored_name
from emotebot_blender.core.rig.spelling import (
    NO_AFFIX,
    Form,
    FormIndex,
    follows_region,
    form_of,
    mirrored_control_name,
    without_duplicate_number,
    word_count,
)


@pytest.mark.parametrize(
    "name",
    [
        "eyeBlinkLeft",
        "EyeBlinkLeft",
        "eyeblinkleft",
        "EYE_BLINK_LEFT",
        "eyeBlink_L",
        "eyeBlink.L",
        "eyeBlink_l",
        "eyeBlink left",
        "eyeBlinkL",
        "L_eyeBlink",
        "left-eye-blink",
        "Eye_L_Blink",
        "ｅｙｅＢｌｉｎｋＬｅｆｔ",
        "eyeBlink左",
        "lefteyeblink",
    ],
)
def test_spelled_alike(name):
    assert form_of(name) == Form("eyeblink", "l")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("mouthFunnel", Form("mouthfunnel")),  # its l is no side
        ("jawOpener", Form("jawopener")),
        ("Mouth_Funnel_UL", Form("mouthfunnelul")),
        ("ウィンク２右", Form("ウィンク2", "r")),
        ("ｳｨﾝｸ２右", Form("ウィンク2", "r")),
        ("Eye_L_Look_R", Form("eyelook", "eyellookr")),  # two sides: their order tells
        ("Eye_Look_Right_L", Form("eyelook", "eyelookrightl")),
    ],
)
def test_sides(name, form):
    assert form_of(name) == form


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("mouthSmileLeft", "mouthSmileRight"),
        ("Smile_L", "Smile_R"),
        ("smile.r", "smile.l"),
        ("L_smile", "R_smile"),
        ("corner.L.001", "corner.R.001"),
        ("EYE_LEFT_old", "EYE_RIGHT_old"),
        ("smileL", "smileR"),
        ("Fcl_EYE_Close_R", "Fcl_EYE_Close_L"),
        ("左ウィンク", "右ウィンク"),
        ("jawOpen", "jawOpen"),
        ("Lips", "Lips"),
        ("LOL", "LOL"),
        ("lefteyeblink", "righteyeblink"),
        ("mouth_smileleft01", "mouth_smileright01"),
        ("AU12L", "AU12R"),
        ("brightnessUp", "brightnessUp"),
        ("Copyrighted", "Copyrighted"),
    ],
)
def test_the_name_of_the_other_side(name, other):
    assert mirrored_control_name(name) == other
    assert mirrored_control_name(other) == name


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_are_mirrored_as_controls_of_their_names(channel):
    assert mirrored_control_name(channel) == mirrored_name(channel)


@given(st.text("lLrR_. aZ") | st.text())
def test_twice_mirrored_is_as_before(name):
    assert mirrored_control_name(mirrored_control_name(name)) == name


@given(
    st.lists(st.sampled_from(["Left", "left", "L", "l", "_", "mouth", "Smile", "2"])).map("".join)
)
def test_what_is_a_side_of_a_form_is_one_in_a_mirror(name):
    form, other = form_of(name), form_of(mirrored_control_name(name))
    assert other.stem == form.stem
    assert bool(form.side) == (other.side != form.side)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("jawOpen.001", "jawOpen"),
        ("jawOpen.01", "jawOpen.01"),
        ("jawOpen_001", "jawOpen_001"),
        ("jawOpen", "jawOpen"),
    ],
)
def test_number_of_a_duplicate(name, plain):
    assert without_duplicate_number(name) == plain


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("Eye_L_Blink", 2),
        ("joy", 1),
        ("mouthLeft", 1),
        ("まばたき", 1),
        ("笑い", 1),
        ("目上左", 2),
        ("ウィンク２右", 2),
        ("", 0),
    ],
)
def test_words(name, count):
    assert word_count(name) == count


class TestReadings:
    def read(self, name: str, *known: str, suffixes: bool = True):
        index = FormIndex(form_of(one) for one in known)
        return [(reading.form, reading.affix) for reading in index.readings(name, suffixes)]

    @pytest.mark.parametrize(
        ("name", "affix"),
        [
            ("jawOpen", NO_AFFIX),
            ("!ex-jawOpen", (("ex",), ())),
            ("Face.M_F00_000_00_jaw_open", (("face", "m", "f#", "#", "#"), ())),
            ("A01_Jaw_Open", (("a#",), ())),
            ("01jawOpen", (("#",), ())),
            ("facs_bs_JawOpen_div2", (("facs", "bs"), ("div#",))),
        ],
    )
    def test_affixes(self, name, affix):
        assert self.read(name, "jawOpen") == [(Form("jawopen"), affix)]

    def test_without_suffixes(self):
        assert self.read("head_jawOpen", "jawOpen", suffixes=False)
        assert not self.read("jawOpen_head", "jawOpen", suffixes=False)

    def test_an_affix_says_no_other_side(self):
        assert not self.read("Eye_R_Look_L", "Look_L")
        assert not self.read("Jaw_Left_Right", "jawLeft")
        assert self.read("EyeLeft.look_L", "lookLeft")

    def test_parts_of_words_are_no_names(self):
        assert not self.read("myjawOpen", "jawOpen")
        assert not self.read("jawOpener", "jawOpen")

    def test_all_ways_to_read_a_name(self):
        readings = self.read("Fcl_MTH_A", "A", "MTH_A")
        assert [form.stem for form, _ in readings] == ["a", "mtha"]

    @given(st.text(), st.text())
    def test_any_text_is_a_name_of_itself(self, one, other):
        forms = [form for form, affix in self.read(one, one, other) if affix == NO_AFFIX]
        assert form_of(one) in forms or not form_of(one).stem


@pytest.mark.parametrize(
    ("affix", "expected"),
    [((("fcl", "mouth"), ()), True), ((("eyes",), ()), True), ((("head",), ()), False)],
)
def test_parts_of_the_face_before_a_name(affix, expected):
    assert follows_region(affix) == expected
    assert not follows_region(NO_AFFIX)
