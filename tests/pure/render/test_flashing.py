"""More than three flashes a second are found, and nothing slower, smaller or weaker."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from portevoix.render.flashing import COLUMNS, ROWS, Flashes, harmful_flashes

FPS = Fraction(25)


def written(folder: Path, pictures: np.ndarray) -> Path:
    coloured = pictures if pictures.ndim == 4 else np.repeat(pictures[..., None], 3, axis=3)
    coloured.astype(np.uint8).tofile(folder / "cells")
    return folder / "cells"


def flashing(a_second: float, bright: int = 220, part: float = 1.0) -> np.ndarray:
    """Three seconds of a dark picture, of which a part flashes."""
    frames = np.full((75, ROWS, COLUMNS), 40)
    lit = (np.arange(75) / 25 * a_second) % 1 < 0.5
    frames[lit, : round(ROWS * part), : round(COLUMNS * part)] = bright
    return frames


@pytest.mark.parametrize(("a_second", "found"), [(1, 0), (3, 0), (4, 4), (8, 8), (12.5, 12)])
def test_flashes_are_counted_by_the_second(tmp_path: Path, a_second: float, found: int) -> None:
    stretches = harmful_flashes(written(tmp_path, flashing(a_second)), FPS).general
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
    assert harmful_flashes(written(tmp_path, pictures), FPS) == Flashes((), ())


def test_two_places_that_change_in_turn_are_not_one_that_flashes(tmp_path: Path) -> None:
    pictures = np.full((75, ROWS, COLUMNS), 40)
    for number in range(8):  # each place brightens once, one after the other
        pictures[number * 3 :, :, number * 6 : number * 6 + 6] = 220
    assert harmful_flashes(written(tmp_path, pictures), FPS) == Flashes((), ())


def coloured(a_second: float, colour: tuple[int, int, int], ground: tuple[int, int, int], part: float) -> np.ndarray:
    """Three seconds of a ground, of which a part flashes in a colour."""
    frames = np.full((75, ROWS, COLUMNS, 3), ground)
    frames[(np.arange(75) / 25 * a_second) % 1 < 0.5, : round(ROWS * part)] = colour
    return frames


DARK_RED, GREY, BLACK = (130, 0, 0), (70, 70, 70), (0, 0, 0)  # of alike luminance, but for black: below a tenth


@pytest.mark.parametrize(
    ("a_second", "colour", "ground", "part", "found"),
    [
        (4, DARK_RED, GREY, 1, 4),
        (8, GREY, DARK_RED, 1, 8),
        (8, DARK_RED, BLACK, 1, 8),
        (3, DARK_RED, GREY, 1, 0),
        (8, DARK_RED, GREY, 0.05, 0),
        (8, (110, 60, 60), GREY, 1, 0),  # no saturated red
        (8, DARK_RED, (120, 40, 0), 1, 0),  # near to it in the diagram
        (8, (0, 60, 130), GREY, 1, 0),  # blue
        (8, (9, 0, 0), BLACK, 1, 0),  # as good as black
    ],
)
def test_red_flashes_are_counted_by_themselves(
    tmp_path: Path, a_second: float, colour: tuple[int, int, int], ground: tuple[int, int, int], part: float, found: int
) -> None:
    flashes = harmful_flashes(written(tmp_path, coloured(a_second, colour, ground, part)), FPS)
    assert [count for _, _, count in flashes.red] == ([found] if found else [])
    assert flashes.general == ()
