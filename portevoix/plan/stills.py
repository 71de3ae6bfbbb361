"""The stills that a recipe makes beside its film: of a card, or a set of them, one of each point."""

from __future__ import annotations

from collections.abc import Iterable

from portevoix.drawing.artist import DrawnJob
from portevoix.drawing.drawn import Drawn
from portevoix.plan.model import PhotoStill
from portevoix.plan.picture import Pictures
from portevoix.plan.variant import Overlay
from portevoix.plan.words_beside import beside_its_picture
from portevoix.timeline.cards import AnyCard, Bug, DraftMark, Opening, PictureCredit
from portevoix.timeline.cards_of import full_card, point_card

POINTS = "points"  # the recipe's name for a set of stills


def still_of(pictures: Pictures, edition: DrawnJob, overlays: Iterable[Overlay]) -> PhotoStill | None:
    """The still of a card, beside the job's picture where it stands there; None where the recipe makes none.

    `overlays`: the film's, of which whose picture it is and a draft's mark are in the still too.
    """
    order, canvas, artist = pictures.order, edition.canvas, pictures.artist
    if order.recipe.still in (None, POINTS):
        return None
    card = full_card(str(order.recipe.still))
    drawn = artist.card(beside_its_picture(card, order, artist, canvas), edition)
    photo, window, pane = pictures.inset_at_rest(canvas) or (None, None, None)
    over = tuple(dict.fromkeys(one.drawn for one in overlays if isinstance(one.card, PictureCredit | DraftMark)))
    return PhotoStill(drawn, (canvas.width, canvas.height), photo, window, over, pane)


def stills_of(pictures: Pictures, edition: DrawnJob, overlays: Iterable[Overlay]) -> tuple[PhotoStill, ...]:
    """The set of stills, where the recipe makes one: the title over the first photo, then one for each point; in a
    draft with its mark.
    """
    recipe, job, canvas = pictures.order.recipe, edition.job, edition.canvas
    if recipe.still != POINTS:
        return ()
    artist = pictures.artist

    def card(shown: AnyCard) -> Drawn:
        return artist.card(beside_its_picture(shown, pictures.order, artist, canvas), edition)

    mark = tuple(overlay.drawn for overlay in overlays if isinstance(overlay.card, DraftMark))
    above = (card(Bug()), *mark) if recipe.bug else mark
    found, size = [], (canvas.width, canvas.height)
    photo = 0
    for number, point in enumerate(job.points):
        if not point.picture:
            if point.title or point.text:
                found.append(PhotoStill(card(point_card(job, number)), size, over=mark))
            continue
        over = pictures.photo_at_rest(canvas, photo)
        if number == 0 and job.title:
            found.append(PhotoStill(card(Opening()), size, *over, above))
        words = card(point_card(job, number)) if point.title or point.text else card(Bug())
        found.append(PhotoStill(words, size, *over, above))
        photo += 1
    return tuple(found)
