"""The limits of a reading."""

from __future__ import annotations

from fractions import Fraction

from portevoix.sources.reading import LIMITS, decoding


def test_a_clip_that_begins_behind_its_films_end_leaves_a_reading_its_time() -> None:
    assert decoding(Fraction(-260)).limits == LIMITS
    assert decoding(Fraction(10)).limits.time_s > LIMITS.time_s
