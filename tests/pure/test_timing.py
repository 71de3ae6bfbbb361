from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.timing import clock, decimal, frame_at, parse_rate, parse_time, sample_near, seconds_at

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1:30", 90), ("0:58.4", Fraction(584, 10)), ("1:00:00.5", Fraction(7201, 2)), (2.5, Fraction(5, 2))],
)
def test_a_time_is_read_in_every_way_that_people_write_it(text: str, seconds: Fraction) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["1:75", "soon", "-3", "1:2:3:4"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_time(text)


@pytest.mark.parametrize("fps", RATES)
@given(frame=st.integers(0, 10_000_000))
def test_a_frame_and_its_second_are_each_others_inverse(fps: Fraction, frame: int) -> None:
    assert frame_at(seconds_at(frame, fps), fps) == frame


def test_a_rounded_rate_is_read_as_the_exact_one() -> None:
    assert parse_rate("23.976") == Fraction(24000, 1001)
    assert parse_rate(29.97) == Fraction(30000, 1001)


def test_time_codes_carry_over() -> None:
    assert clock(Fraction(59999, 1000)) == "00:00:59.999"
    assert clock(Fraction(3599_9999, 10000)) == "01:00:00.000"
    assert decimal(Fraction(-1, 3)) == "-0.333333"


def test_a_second_between_two_samples_takes_the_nearer_one_and_the_later_of_equals() -> None:
    assert sample_near(Fraction(1, 3), 48_000) == 16_000
    assert [sample_near(Fraction(n, 100_000), 48_000) for n in (1, 2)] == [0, 1]
    assert sample_near(Fraction(1, 96_000), 48_000) == 1
