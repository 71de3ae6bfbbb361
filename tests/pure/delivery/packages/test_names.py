"""Names in a package: safe on every system, no two alike, sorted as their numbers are."""

from __future__ import annotations

import pytest

from portevoix.delivery.packages.names import LONGEST, safe_name, safe_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("climat_wide_fr.mp4", "climat_wide_fr.mp4"),
        ("Été à Paris_wide_fr.fr_FR.srt", "Ete-a-Paris_wide_fr.fr_FR.srt"),
        ("climat_story_fr_2of12.mp4", "climat_story_fr_02of12.mp4"),
        ("-rf.mp4", "rf.mp4"),
        ("con.mp4", "_con.mp4"),
        ('a:b*c?"<>|.mp4', "a-b-c.mp4"),
    ],
)
def test_a_name_is_one_that_every_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_name_in_another_script_keeps_its_ending_and_stays_apart_from_others() -> None:
    first, second = safe_name("مناخ.mp4"), safe_name("气候.mp4")
    assert first != second and first.endswith(".mp4") and first.isascii()
    film, words = safe_name("مناخ_wide_ar.mp4"), safe_name("مناخ_wide_ar.AR.srt")
    assert film.removesuffix(".mp4") == words.removesuffix(".AR.srt"), "the files of one post stay together"


def test_parts_sort_as_they_follow_each_other() -> None:
    names = [safe_name(f"a_{number}of11.mp4") for number in range(1, 12)]
    assert names == sorted(names)


def test_long_names_are_cut_and_names_that_would_be_alike_are_not() -> None:
    long = safe_name("é" * 300 + ".fr_FR.srt")
    assert len(long) <= LONGEST and long.endswith(".fr_FR.srt")
    assert len(set(map(str.casefold, safe_names(["x/é.mp4", "x/e.mp4", "x/E.mp4"]).values()))) == 3
