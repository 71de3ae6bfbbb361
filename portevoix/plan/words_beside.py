"""Words beside a picture: a quotation in half of a wide frame or below a face, a notice or an announcement beside its
inset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.order import Order
from portevoix.plan.photo_move import Window, choose_move, is_too_small, mounted_box, stood_aside
from portevoix.plan.split import Panes, halves, inset
from portevoix.timeline.cards import Announcement, AnyCard, Notice, Opening, Pane, PictureCredit, Point, Quote
from portevoix.timeline.cards_of import beside_picture

# What an inset takes of a frame's longer side: the first at which all words find room in large type.
SHARES = {
    "wide": (0.46, 0.4, 0.34),
    "square": (0.42, 0.36, 0.3, 0.24, 0.2),
    "portrait": (0.44, 0.38, 0.32, 0.26),
    "story": (0.46, 0.42, 0.38, 0.32, 0.26),
}
# What a photo of somebody takes of an upright frame, above a quotation.
QUOTED = {"square": (0.44, 0.4, 0.38, 0.36, 0.32), "portrait": (0.5, 0.46, 0.42, 0.38, 0.34), "story": (0.4, 0.34)}
ONE = Fraction(1)
LARGE = 2  # a step of type: smaller words are too small beside a large picture
SMALLER_PICTURE = 1.0  # what the next share costs, against a step of type


def quotation_panes(order: Order, artist: Artist, canvas: Canvas) -> Panes | None:
    """The photo's part of the frame and the quotation's: halves of a wide one; in others the words stand below a photo
    of somebody, whose face they and their shade would hide.

    None where they stand over the photo: one without a face, and also where the words of one language, or of an account
    with wide margins, find no room in their own part.
    """
    job = order.job
    if order.recipe.portrait != "beside" or job.picture is None or job.clips:
        return None
    if canvas.format == "wide":
        return _chosen([halves(canvas.width, canvas.height, mirrored(order))], Quote(), (order, artist, canvas))
    if canvas.format not in QUOTED or not _shows_somebody(order, artist):
        return None
    tried = [inset(canvas.width, canvas.height, share, False) for share in QUOTED[canvas.format]]
    return _chosen(tried, Quote(), (order, artist, canvas))


def _shows_somebody(order: Order, artist: Artist) -> bool:
    """Whether a face was found in the job's one photo."""
    from portevoix.framing.photo_faces import faces_in_photo  # here: it takes a second to load

    return bool(faces_in_photo(order.photos[0], artist.ground, artist.store))


def photo_aside(order: Order, artist: Artist, canvas: Canvas, photo: int) -> tuple[Window, Pane] | None:
    """Where a point's photo of too few pixels stands in a wide frame, and the part of it that is left to its words, or
    to the title over the first; None where the photo fills the frame or words of one language find no room there.
    """
    given, frame = order.photos[photo], SIZES["wide"]
    points = [number for number, point in enumerate(order.job.points) if point.picture]
    if canvas.format != "wide" or photo >= len(points) or not is_too_small((given.width, given.height), frame):
        return None
    mounted = choose_move((given.width, given.height), frame, (0.5, 0.5), 1, ONE).end
    window = stood_aside(mounted, frame, mirrored(order))
    left, _, width, _ = mounted_box(window, frame) or (0, 0, 0, 0)
    pane = ((left + width) / frame[0], 0.0, 1.0, 1.0) if mirrored(order) else (0.0, 0.0, left / frame[0], 1.0)
    point = order.job.points[points[photo]]
    words: list[AnyCard] = [Point(points[photo], pane, over_picture=True)] if point.title or point.text else []
    words += [Opening(pane=pane)] if _has_opening(order) and points[photo] == 0 else []
    return (window, pane) if all(artist.fits(card, one) for card in words for one in _editions(order, canvas)) else None


def _has_opening(order: Order) -> bool:
    return bool(order.recipe.opening and order.job.title and not order.job.clips)


def _pane_of_point(number: int, order: Order, artist: Artist, canvas: Canvas) -> Pane | None:
    points = order.job.points
    if number >= len(points) or not points[number].picture:
        return None
    aside = photo_aside(order, artist, canvas, sum(point.picture is not None for point in points[:number]))
    return aside and aside[1]


def inset_card(order: Order) -> Notice | Announcement | None:
    """The card that stands beside the job's picture."""
    if order.job.picture is None:
        return None
    return next((card for scene in order.recipe.scenes if (card := beside_picture(scene.card))), None)


def inset_panes(order: Order, artist: Artist, canvas: Canvas) -> Panes | None:
    """The picture's part of the frame and the words': the picture is as large as the words of all languages let it be.

    Words that find no room beside the smallest are found when they are drawn. None where the job has no such picture.
    """
    card = inset_card(order)
    if card is None:
        return None
    tried = [inset(canvas.width, canvas.height, share, mirrored(order)) for share in SHARES[canvas.frame.name]]
    return _chosen(tried, card, (order, artist, canvas)) or tried[-1]


def _chosen(tried: list[Panes], card: Notice | Announcement | Quote, of: tuple[Order, Artist, Canvas]) -> Panes | None:
    """That division of the frame, the largest picture first, in which the card's words are large enough; None where
    they find room in none.
    """
    found: list[tuple[float, int]] = []
    for number, panes in enumerate(tried):
        step = _step(replace(card, pane=pane_of(panes[1], of[2])), *of)
        found += [(step + SMALLER_PICTURE * number, number)] if step is not None else []
        if step is not None and step <= LARGE:
            break
    return tried[min(found)[1]] if found else None


def _step(card: AnyCard, order: Order, artist: Artist, canvas: Canvas) -> int | None:
    """The step of type that a card's words have there; None where they find no room."""
    editions = list(_editions(order, canvas))
    if not all(artist.fits(card, edition) for edition in editions):
        return None
    return max(artist.step(card, edition) for edition in editions)


def beside_its_picture(card: AnyCard, order: Order, artist: Artist, canvas: Canvas) -> AnyCard:
    """A card in its own part of the frame, where it stands beside a picture, or on it."""
    match card:
        case Point(over_picture=True):
            return replace(card, pane=_pane_of_point(card.number, order, artist, canvas))
        case Opening(place="", cover=False) if _has_opening(order):
            return replace(card, pane=_pane_of_point(0, order, artist, canvas))
        case Quote():
            panes = quotation_panes(order, artist, canvas)
            return replace(card, pane=pane_of(panes[1], canvas)) if panes else card
        case Notice() | Announcement():
            panes = inset_panes(order, artist, canvas)
            return replace(card, pane=pane_of(panes[1], canvas)) if panes else card
        case PictureCredit():
            panes = inset_panes(order, artist, canvas)
            return replace(card, pane=pane_of(panes[0], canvas)) if panes else card
    return card


def mirrored(order: Order) -> bool:
    """Whether pictures beside each other are, for the job's first language: all languages share the composition."""
    return next(iter(order.languages.values())).direction == "rtl"


def pane_of(box: Iterable[int], canvas: Canvas) -> Pane:
    """A part of the canvas, in parts of it."""
    left, top, right, bottom = box
    return left / canvas.width, top / canvas.height, right / canvas.width, bottom / canvas.height


def _editions(order: Order, canvas: Canvas) -> Iterator[DrawnJob]:
    """The job in every language, with the margins of every account."""
    draft = canvas.width != canvas.frame.width
    zones = dict.fromkeys(a.zone for a in order.everybody or order.audiences if a.format == canvas.format)
    languages = tuple(order.languages.items())
    for one in [Canvas.of_format(canvas.format, draft, zone) for zone in zones] or [canvas]:
        yield from (DrawnJob(order.job, code, language, one, languages) for code, language in languages)
