"""What a cover says, in which places its words may stand, and whether they can be set."""

from __future__ import annotations

from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.order import Audience, Order
from portevoix.timeline.cards import Opening, TitlePlace


def cover_cards(size: tuple[int, int]) -> list[Opening]:
    """The places of a cover's words, the first one first: beside the middle of a wide picture, at an edge."""
    width, height = size
    places: tuple[TitlePlace, ...] = ("", "end", "foot") if width > height else ("foot", "")
    return [Opening(place, cover=True) for place in places]


def cover_edition(order: Order, audience: Audience, canvas: Canvas) -> DrawnJob:
    """The job in an audience's language, with the cover's words as its title."""
    assert order.job.cover
    job = order.job.model_copy(update={"title": order.job.cover.title, "kicker": {}})
    language = order.languages[audience.language]
    return DrawnJob(job, audience.language, language, canvas, tuple(order.languages.items()))


def set_cover(order: Order, audience: Audience, canvas: Canvas, artist: Artist) -> None:
    """Set the cover's words at each of their places, so that what does not fit is known before anything is made."""
    if order.job.cover and canvas.format != "source":
        for card in cover_cards((canvas.width, canvas.height)):
            artist.card(card, cover_edition(order, audience, canvas))
