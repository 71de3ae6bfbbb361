"""The limits of a reading."""

from __future__ import annotations

from fractions import Fraction

from portevoix.sources.reading import LIMITS, limits_for


def test_a_clip_that_begins_behind_its_films_end_leaves_a_reading_its_time() -> None:
    assert limits_for(Fraction(-260)) == LIMITS
    assert limits_for(Fraction(10)).time_s > LIMITS.time_s
