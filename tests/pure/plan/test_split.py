"""The two halves of a split frame are alike, even, and never overlap."""

from __future__ import annotations

import pytest

from portevoix.drawing.canvas import SIZES
from portevoix.plan.split import half_size


@pytest.mark.parametrize("size", SIZES.values())
def test_two_halves_and_the_gap_fill_the_divided_side(size: tuple[int, int]) -> None:
    half = half_size(*size)
    divided = 0 if size[0] > size[1] else 1
    assert half[1 - divided] == size[1 - divided]
    assert half[divided] % 2 == 0
    assert 0 < size[divided] - 2 * half[divided] < 0.02 * min(size)
