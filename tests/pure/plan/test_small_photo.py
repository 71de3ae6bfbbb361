"""A photo of far too few pixels is set on a ground, whole, and its author is told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from portevoix.drawing.canvas import SIZES
from portevoix.plan.photo_move import MOUNTED, choose_move, is_too_small, mounted_box

SMALL = {"square": (128, 128), "upright": (96, 160), "lying": (300, 120)}
FPS = Fraction(25)


@pytest.mark.parametrize("frame", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("photo", SMALL.values(), ids=SMALL)
def test_a_small_photo_is_whole_undistorted_and_inside_its_frame(
    photo: tuple[int, int], frame: tuple[int, int]
) -> None:
    move = choose_move(photo, frame, (0.1, 0.9), 100, FPS)
    assert move.start == move.end and is_too_small(photo, frame)
    box = mounted_box(move.end, frame)
    assert box
    left, top, width, height = box
    assert left >= 0 and top >= 0 and left + width <= frame[0] and top + height <= frame[1]
    assert width <= photo[0] * MOUNTED + 1 and abs(width / photo[0] - height / photo[1]) < 0.02
    assert abs(left * 2 + width - frame[0]) <= 1


@pytest.mark.parametrize("frame", SIZES.values(), ids=SIZES)
def test_a_photo_of_enough_pixels_fills_its_frame(frame: tuple[int, int]) -> None:
    move = choose_move((960, 540), frame, (0.5, 0.5), 100, FPS)
    assert not is_too_small((960, 540), frame) and mounted_box(move.end, frame) is None
