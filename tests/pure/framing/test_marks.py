"""Faces marked by eye against the paths made of what the detector saw (recorded by `benchmarks/framing.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import pairwise
from operator import add

import pytest
from marked import CLIPS, HELD_OUT, Share, marks, recorded, share

from portevoix.framing.shot_path import LARGEST_ACCELERATION, LARGEST_SPEED

MARKED = {
    "talk": 16,
    "screencast": 21,
    "webcam": 112,
    "sintel": 16,
    "held_out/talk": 16,
    "held_out/sintel": 15,
    "held_out/prologue": 6,
    "held_out/chaplin": 18,
    "held_out/bikes": 5,
    "held_out/carphone": 10,
    "held_out/signing_woman": 9,
    "held_out/signing_man": 4,
    "held_out/five_places": 5,
}


def together(tables: Iterable[str]) -> Share:
    return reduce(add, (share(table, recorded(table)) for table in tables))


def test_the_marks_are_those_that_were_read_off() -> None:
    assert {table: len(marks(table)) for table in (*CLIPS, *HELD_OUT)} == MARKED


@pytest.mark.parametrize(
    "tables",
    [
        ["talk", "webcam", "sintel"],
        ["held_out/talk", "held_out/sintel", "held_out/prologue"],
        ["talk", "webcam", "sintel", "held_out/talk", "held_out/sintel", "held_out/prologue"],
    ],
    ids=["marked first", "held out", "both"],
)
def test_the_face_stays_in_the_middle_of_a_story_in_95_of_100_marked_frames(tables: list[str]) -> None:
    total = together(tables)
    assert total.kept >= 0.95 * total.marked
    assert total.centre <= total.kept - 0.1 * total.marked
    assert total.marked - total.decided <= 0.02 * total.marked


def test_clips_that_no_threshold_was_set_by_are_kept_nearly_as_well() -> None:
    total = together(HELD_OUT)
    assert total.kept >= 0.94 * total.marked
    assert total.centre < 0.6 * total.marked
    assert total.marked - total.decided <= 0.03 * total.marked


# What is not reached (a blow, a turn too quick for a calm camera, a man who runs in) is said in docs/framing.md.
@pytest.mark.parametrize(
    "table, kept",
    [
        ("talk", 16),
        ("screencast", 21),
        ("webcam", 112),
        ("sintel", 13),
        ("held_out/talk", 16),
        ("held_out/sintel", 14),
        ("held_out/prologue", 6),
        ("held_out/chaplin", 16),
        ("held_out/bikes", 3),
        ("held_out/carphone", 10),
        ("held_out/signing_woman", 9),
        ("held_out/signing_man", 4),
        ("held_out/five_places", 5),
    ],
)
def test_no_clip_gets_worse(table: str, kept: int) -> None:
    assert share(table, recorded(table)).kept >= kept


@pytest.mark.parametrize("clip", sorted({table.split("/")[-1] for table in (*CLIPS, *HELD_OUT)}))
def test_no_path_found_in_a_real_clip_moves_faster_or_starts_harder_than_it_says(clip: str) -> None:
    step = 1 / 50
    for shot in recorded(clip).path().shots:
        count = max(3, round(float(shot.end_s - shot.start_s) / step))
        way = [shot.at(float(shot.start_s) + n * step)[0] for n in range(count)]
        speed = [(b - a) / step for a, b in pairwise(way)]
        assert max(map(abs, speed)) <= LARGEST_SPEED * 1.001
        assert max(abs(b - a) / step for a, b in pairwise(speed)) <= LARGEST_ACCELERATION * 1.001
