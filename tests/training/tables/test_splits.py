# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np

from training.collecting.collection_files import SHIPPED, read_collection
from training.expression_data.measured_subjects import prepare
from training.tables import splits


def test_a_third_of_london_is_held_out() -> None:
    london = read_collection(SHIPPED[0])
    held = [name for name in london.everyone() if splits.part_of("london", name) == "held-out"]
    assert len(held) == 34  # of 102


def test_nobody_falls_into_two_parts() -> None:
    london = read_collection(SHIPPED[0])
    parts = [
        set(
            prepare(
                london, {n for n in london.everyone() if splits.part_of("london", n) == p}
            ).subjects
        )
        for p in splits.PARTS
    ]
    assert parts[0]
    assert parts[1]
    assert not parts[0] & parts[1]


def test_the_one_actor_trains_but_two_films_are_held_out() -> None:
    crema = read_collection(SHIPPED[1])
    assert splits.part_of("crema_d", "1001") == "train"
    parts = [splits.part_of("crema_d", s.person, s.item) for s in crema.sequences]
    assert parts.count("held-out") == 2


def test_strangers_fall_where_the_hash_of_their_name_puts_them() -> None:
    # sha256("films/ann") = 79bf..., sha256("films/bob") = 4d65...: a third is 5555....
    assert splits.part_of("films", "ann") == "train"
    assert splits.part_of("films", "bob") == "held-out"


def test_about_a_third_of_strangers_is_held_out() -> None:
    held = [splits.part_of("films", f"person {n}") == "held-out" for n in range(2000)]
    assert abs(np.mean(held) - 1 / 3) < 0.04
