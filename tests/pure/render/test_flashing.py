"""More than three flashes a second are found, and nothing slower, smaller or weaker."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from portevoix.render.flashing import COLUMNS, ROWS, harmful_flashes

FPS = Fraction(25)


def written(folder: Path, pictures: np.ndarray) -> Path:
    pictures.astype(np.uint8).tofile(folder / "cells")
    return folder / "cells"


def flashing(a_second: float, bright: int = 220, part: float = 1.0) -> np.ndarray:
    """Three seconds of a dark picture, of which a part flashes."""
    frames = np.full((75, ROWS, COLUMNS), 40)
    lit = (np.arange(75) / 25 * a_second) % 1 < 0.5
    frames[lit, : round(ROWS * part), : round(COLUMNS * part)] = bright
    return frames


@pytest.mark.parametrize(("a_second", "found"), [(1, 0), (3, 0), (4, 4), (8, 8), (12.5, 12)])
def test_flashes_are_counted_by_the_second(tmp_path: Path, a_second: float, found: int) -> None:
    stretches = harmful_flashes(written(tmp_path, flashing(a_second)), FPS)
    assert [count for _, _, count in stretches] == ([found] if found else [])
    assert all(start < 0.5 and end > 2.5 for start, end, _ in stretches)


@pytest.mark.parametrize(
    "pictures",
    [
        flashing(8, bright=80),  # a change of 0.06 of relative luminance
        flashing(8, part=0.15),  # a fifth of a third by a third
        np.linspace(0, 255, 75)[:, None, None] * np.ones((1, ROWS, COLUMNS)),  # a fade
        np.zeros((0, ROWS, COLUMNS)),
    ],
    ids=["weak", "small", "a fade", "no picture"],
)
def test_what_is_weak_small_or_slow_is_no_flash(tmp_path: Path, pictures: np.ndarray) -> None:
    assert harmful_flashes(written(tmp_path, pictures), FPS) == []


def test_two_places_that_change_in_turn_are_not_one_that_flashes(tmp_path: Path) -> None:
    pictures = np.full((75, ROWS, COLUMNS), 40)
    for number in range(8):  # each place brightens once, one after the other
        pictures[number * 3 :, :, number * 6 : number * 6 + 6] = 220
    assert harmful_flashes(written(tmp_path, pictures), FPS) == []
