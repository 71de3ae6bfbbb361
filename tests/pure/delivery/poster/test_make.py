"""What a poster keeps off."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from portevoix.delivery.poster.make import spans_of
from portevoix.timeline.cards import Closing, Quote, TimedCard
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import ClipPicture, GroundPicture


def test_a_poster_shows_no_film_that_dissolves_into_its_closing_card() -> None:
    scenes = (Scene(0, 300, ClipPicture(0)), Scene(300, 75, GroundPicture()))
    timeline = Timeline(Fraction(25), scenes, (TimedCard(300, 375, Closing()),), (), ())
    plan: Any = SimpleNamespace(timeline=timeline, cues={}, batches=())
    grounds, ways, *_ = spans_of(plan, "wide")
    worst = [*grounds, *ways]
    assert any(start <= 11 and end >= 12 for start, end in worst)
    assert not any(start < 11 and end > 10 for start, end in worst)


def test_a_poster_quotes_nobody_by_half() -> None:
    timeline = Timeline(Fraction(25), (Scene(0, 200, ClipPicture(0)),), (TimedCard(0, 200, Quote()),), (), ())
    plan: Any = SimpleNamespace(timeline=timeline, cues={}, batches=())
    _, moving, *_ = spans_of(plan, "wide")
    assert (0, 6) in moving and not any(start < 7 and end > 6.5 for start, end in moving)


def test_a_poster_is_not_taken_while_a_card_moves_in_any_language_of_its_format() -> None:
    timeline = Timeline(Fraction(25), (Scene(0, 200, ClipPicture(0)),), (), (), ())
    still, moving = SimpleNamespace(first=0, end=50, glide=None), SimpleNamespace(first=10, end=20, glide="in")
    batch = SimpleNamespace(
        canvas=SimpleNamespace(format="story"),
        chunk=SimpleNamespace(first_frame=100),
        steps=(SimpleNamespace(overlays=(still,)), SimpleNamespace(overlays=(still, moving))),
    )
    plan: Any = SimpleNamespace(timeline=timeline, cues={}, batches=(batch,))
    assert (Fraction(110, 25), Fraction(120, 25)) in spans_of(plan, "story")[1]
    assert (Fraction(110, 25), Fraction(120, 25)) not in spans_of(plan, "wide")[1]
