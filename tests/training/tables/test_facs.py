# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from training.tables import action_units, facs

# Lucey et al. 2010: share of the posed peak faces of an emotion that show a unit.
CKPLUS = {
    "happiness": {6: 0.957, 12: 0.971, 25: 0.971, 7: 0.101},
    "sadness": {1: 0.929, 4: 0.821, 15: 0.821, 17: 0.964, 2: 0.250},
    "surprise": {1: 0.976, 2: 0.976, 5: 0.843, 25: 0.988, 27: 0.867},
    "anger": {4: 0.889, 7: 0.711, 17: 0.867, 23: 0.800, 24: 0.733, 5: 0.133},
    "fear": {1: 0.880, 4: 0.840, 5: 0.640, 20: 1.0, 25: 0.920, 2: 0.400},
    "disgust": {4: 0.610, 7: 0.559, 9: 0.983, 17: 0.678, 10: 0.119},
    "contempt": {14: 0.944, 12: 0.278, 17: 0.278, 15: 0.222},
}
# The same faces: how often two units were seen together.
CKPLUS_PAIRS = {
    ("happiness", 6, 12): 65 / 69,
    ("sadness", 1, 4): 21 / 28,
    ("surprise", 5, 27): 60 / 83,
    ("anger", 23, 24): 25 / 45,
    ("anger", 5, 24): 0 / 45,
    ("fear", 1, 5): 15 / 25,
    ("disgust", 4, 17): 28 / 59,
    ("contempt", 12, 14): 5 / 18,
}


def draws(distribution: facs.UnitDistribution, count: int) -> list[facs.Units]:
    rng = np.random.default_rng(7)
    return [distribution.draw(rng) for _ in range(count)]


@pytest.mark.parametrize("emotion", CKPLUS)
def test_sampled_units_are_as_frequent_as_published(emotion: str) -> None:
    shown = draws(facs.ckplus()[emotion], 2000)
    for unit, published in CKPLUS[emotion].items():
        sampled = sum(unit in units for units in shown) / len(shown)
        assert sampled == pytest.approx(published, abs=0.04), unit


@pytest.mark.parametrize(("emotion", "first", "second"), CKPLUS_PAIRS)
def test_sampled_units_go_together_as_published(emotion: str, first: int, second: int) -> None:
    shown = draws(facs.ckplus()[emotion], 2000)
    together = sum(first in units and second in units for units in shown) / len(shown)
    assert together == pytest.approx(CKPLUS_PAIRS[emotion, first, second], abs=0.04)


def test_all_tables_of_pairs_are_met_at_once() -> None:
    for emotion, (faces, counts) in facs.ckplus_counts().items():
        distribution = facs.ckplus()[emotion]
        for (i, j), count in counts.items():
            both = [
                p
                for s, p in zip(distribution.sets, distribution.probabilities, strict=True)
                if {i, j} <= s
            ]
            assert sum(both) == pytest.approx(count / faces, abs=0.01), (emotion, i, j)


def test_fit_of_two_units_is_their_table() -> None:
    # 100 faces: 50 both, 20 the first alone, 10 the second alone, 20 neither.
    distribution = facs.fit_joint(100, {(1, 1): 70, (2, 2): 60, (1, 2): 50})
    chances = dict(zip(distribution.sets, distribution.probabilities, strict=True))
    assert chances[frozenset({1, 2})] == pytest.approx(0.5, abs=0.002)
    assert chances[frozenset({1})] == pytest.approx(0.2, abs=0.002)
    assert chances[frozenset({2})] == pytest.approx(0.1, abs=0.002)


def test_given_a_smile_the_cheeks_rise() -> None:
    # CK+: 65 of the 67 happy faces with unit 12 show unit 6.
    distribution = facs.ckplus()["happiness"].given({12: True})
    assert distribution.frequency(12) == 1
    assert distribution.frequency(6) == pytest.approx(65 / 67, abs=0.01)


def test_du_percentages() -> None:
    # Du, Tao & Martinez 2014, Table 1: fear shows unit 5 on 63 % of the people; the compound
    # "happily surprised" shows unit 26 on 67 %.
    distributions = {tuple(m.amounts().items()): distribution for m, distribution in facs.du2014()}
    assert distributions[(("fear", 1.0),)].frequency(5) == pytest.approx(0.63)
    happily_surprised = distributions[(("happiness", 0.5), ("surprise", 0.5))]
    assert happily_surprised.frequency(26) == pytest.approx(0.67)


def test_letters() -> None:
    # A/B/C/D/E at 10/46/27/14/3 %: a tenth lies below the end of A, 56 % below the end of B.
    assert facs.amount_at(0.10, facs.SPONTANEOUS_INTENSITIES) == pytest.approx(0.15)
    assert facs.amount_at(0.56, facs.SPONTANEOUS_INTENSITIES) == pytest.approx(0.35)
    assert facs.amount_at(0.97, facs.SPONTANEOUS_INTENSITIES) == pytest.approx(0.90)


def test_every_unit_of_the_tables_has_channels() -> None:
    known = {pull.unit for pull in action_units.unit_effects()} | {21}  # 21 is in the neck
    distributions = [
        *facs.ckplus().values(),
        *facs.prototypes().values(),
        *(distribution for _, distribution in facs.du2014()),
    ]
    assert {
        unit for distribution in distributions for shown in distribution.sets for unit in shown
    } <= known


def test_signature_keeps_the_sets_that_carry_it() -> None:
    signature = facs.signatures()["fear"]
    distribution = facs.ckplus()["fear"].carrying(signature)
    assert all({1, 4, 5, 20} <= shown and not shown & {6, 12, 14} for shown in distribution.sets)
    assert all(signature.holds(shown) for shown in distribution.sets)
    assert distribution.probabilities.sum() == pytest.approx(1)


def test_fifteen_compounds() -> None:
    assert len(facs.compounds()) == 15


@pytest.mark.parametrize("emotion", facs.signatures())
def test_a_prototype_of_every_emotion_carries_its_signature(emotion: str) -> None:
    assert facs.prototypes()[emotion].share_of(facs.signatures()[emotion]) >= 0.5


def test_people_name_bared_teeth_anger_and_a_wrinkled_nose_over_sunk_corners_disgust() -> None:
    sets = [frozenset({9, 16, 25}), frozenset({9, 15})]
    anger, disgust = (facs.naming_chances(name, sets) for name in ("anger", "disgust"))
    assert anger[0] > 0.5 > anger[1]
    assert disgust[1] > 0.4 > disgust[0]
    everybody = [
        facs.naming_chances(name, sets) for name in next(iter(facs.naming_lifts().values()))
    ]
    np.testing.assert_allclose(sum(everybody), 1)


def test_sets_count_by_how_they_are_named() -> None:
    sets = (frozenset({1}), frozenset({2}))
    drawn = facs.UnitDistribution(sets, np.array([0.5, 0.5])).named(np.array([0.9, 0.3]))
    np.testing.assert_allclose(drawn.probabilities, [0.75, 0.25])


def test_an_emotion_without_faces_in_ckplus_is_posed_as_its_prototypes() -> None:
    assert facs.posed("happiness") is facs.ckplus()["happiness"]
    assert facs.posed("pain") is facs.prototypes()["pain"]


def test_the_letter_of_a_unit_is_likeliest_and_its_neighbours_share_the_rest() -> None:
    letters = facs.unit_intensities()["boredom", 43]
    assert letters == pytest.approx((0, 0.15, 0.7, 0.15, 0))
    assert all(sum(letters) == pytest.approx(1) for letters in facs.unit_intensities().values())


def test_letters_are_given_for_units_that_the_prototypes_have() -> None:
    for emotion, unit in facs.unit_intensities():
        assert facs.prototypes()[emotion].frequency(unit) > 0, (emotion, unit)
