"""What a poster keeps off."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from portevoix.delivery.poster.make import spans_of
from portevoix.timeline.cards import Closing, TimedCard
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import ClipPicture, GroundPicture


def test_a_poster_shows_no_film_that_dissolves_into_its_closing_card() -> None:
    scenes = (Scene(0, 300, ClipPicture(0)), Scene(300, 75, GroundPicture()))
    timeline = Timeline(Fraction(25), scenes, (TimedCard(300, 375, Closing()),), (), ())
    plan: Any = SimpleNamespace(timeline=timeline, cues={})
    grounds, ways, *_ = spans_of(plan)
    worst = [*grounds, *ways]
    assert any(start <= 11 and end >= 12 for start, end in worst)
    assert not any(start < 11 and end > 10 for start, end in worst)
