"""Words that reach into what a platform covers are found, by how far."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from portevoix.delivery.checks.zones import SOFT_PX, zone_checks
from portevoix.drawing.drawn import Drawn
from portevoix.library import Library

INSIDE = Drawn("a", 100, 1300, 800, 180)


def verdicts(
    library: Library, drawn: Drawn, placement: str = "instagram_reel", scale: float = 1, **account: str
) -> list[str]:
    canvas = SimpleNamespace(width=round(1080 * scale), height=round(1920 * scale))
    small = Drawn("a", *(round(value * scale) for value in (drawn.x, drawn.y, drawn.width, drawn.height)))
    step = SimpleNamespace(key="k", overlays=(SimpleNamespace(drawn=small, glide=None),))
    plan: Any = SimpleNamespace(batches=(SimpleNamespace(steps=(step,)),))
    video: Any = SimpleNamespace(canvas=canvas, chunks=("k",), format="story")
    whose: Any = SimpleNamespace(**account) if account else None
    return [check.verdict for check in zone_checks(plan, video, library.placements[placement], whose)]


@pytest.mark.parametrize("scale", [1, 0.5])
def test_words_below_a_reels_zone_are_named_and_those_inside_are_not(library: Library, scale: float) -> None:
    assert verdicts(library, INSIDE, scale=scale) == ["pass"]
    assert verdicts(library, Drawn("a", 100, 1470 - 180 + SOFT_PX, 800, 180), scale=scale) == ["pass"]
    assert verdicts(library, Drawn("a", 100, 1480 - 180 + SOFT_PX, 800, 180), scale=scale) == ["warn"]
    assert verdicts(library, Drawn("a", 700, 1300, 300, 180), scale=scale) == ["warn"], "the buttons at the right"


def test_the_zone_for_advertisements_counts_where_an_account_asks_for_it(library: Library) -> None:
    low = Drawn("a", 100, 1200, 800, 180)
    assert verdicts(library, low, safe_zone="organic") == ["pass"]
    assert verdicts(library, low, safe_zone="strict") == ["warn"]


def test_a_ground_and_a_placement_without_a_zone_are_left_alone(library: Library) -> None:
    assert verdicts(library, Drawn("a", 0, 0, 1080, 1920)) == ["pass"]
    assert verdicts(library, Drawn("a", 0, 1800, 800, 100), "x") == []
