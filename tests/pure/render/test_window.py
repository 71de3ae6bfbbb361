"""What is taken of a picture before it is scaled: all that the camera sees, from whole scaled pixel to whole pixel."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from portevoix.render.picture.window import Window, margin_px, window

SIDES = st.integers(160, 4096).map(lambda side: side // 2 * 2)
SHOWN = st.sampled_from([270, 540, 566, 1080, 1350, 1920])
PLACES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


def seen(at: float, side: int, shown: int, enlarged: Fraction) -> float:
    """The first pixel of the picture that is shown where the middle lies there."""
    return min(max(side * at - float(shown / enlarged) / 2, 0.0), side - float(shown / enlarged))


@given(
    side=SIDES,
    shown=SHOWN,
    larger=st.fractions(0, 2, max_denominator=60),
    places=st.lists(PLACES, min_size=1, max_size=4),
)
def test_all_that_is_shown_and_what_the_scaler_looks_at_beside_it_is_taken(
    side: int, shown: int, larger: Fraction, places: list[list[float]]
) -> None:
    enlarged = Fraction(shown, side) * (1 + larger)
    found = window(side, shown, enlarged, [(n + 1, *place) for n, place in enumerate(places)])
    assert found.scaled % 2 == 0 and found.scaled >= shown
    assert 0 <= found.beyond == max(0, max(found.starts) + found.size - side) < math.lcm(2, (enlarged / 2).denominator)
    for start, (least, most) in zip(found.starts, places, strict=True):
        first = seen(least, side, shown, enlarged) - margin_px(enlarged)
        last = seen(most, side, shown, enlarged) + float(shown / enlarged) + margin_px(enlarged)
        assert start % 2 == 0 and 0 <= start <= max(0.0, first) + 1e-6
        assert min(last, side) <= start + found.size + 1e-6


@given(side=SIDES, shown=SHOWN, larger=st.fractions(0, 2, max_denominator=60), place=PLACES)
def test_a_window_begins_and_ends_where_the_scaled_picture_has_a_whole_pixel(
    side: int, shown: int, larger: Fraction, place: list[float]
) -> None:
    enlarged = Fraction(shown, side) * (1 + larger)
    found = window(side, shown, enlarged, [(1, *place)])
    assert found.scaled == found.size * enlarged and all((start * enlarged).denominator == 1 for start in found.starts)


def test_a_story_of_a_wide_film_scales_a_third_of_it() -> None:
    found = window(1920, 1080, Fraction(16, 9), [(48, 0.5, 0.5)])
    assert found.size < 1920 * 0.37
    moving = window(1920, 1080, Fraction(16, 9), [(48, 0.4, 0.6)])
    assert found.size < moving.size < 1920 * 0.57


def test_each_shot_of_a_chunk_has_its_own_place_in_the_picture() -> None:
    found = window(1280, 1080, Fraction(2), [(17, 0.5, 0.5), (48, 0.35, 0.35)])
    assert found.start == f"if(lt(n,17),{found.starts[0]},{found.starts[1]})" and found.starts[0] > found.starts[1]
    assert found.place("0.5", 1080).startswith("clip(round(clip(2560")
    assert Window((4, 4), (9, 20), 100, 200, Fraction(400), 0).start == "4"
