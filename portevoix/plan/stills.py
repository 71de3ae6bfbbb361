"""The stills that a recipe makes beside its film: of a card, or a set of them, one of each point."""

from __future__ import annotations

import functools

from portevoix.drawing.artist import DrawnJob
from portevoix.plan.model import PhotoStill
from portevoix.plan.picture import Pictures
from portevoix.plan.words_beside import beside_its_picture
from portevoix.timeline.cards import Bug, Opening
from portevoix.timeline.cards_of import full_card, point_card

POINTS = "points"  # the recipe's name for a set of stills


def still_of(pictures: Pictures, edition: DrawnJob) -> PhotoStill | None:
    """The still of a card, beside the job's picture where it stands there; None where the recipe makes none."""
    order, canvas, artist = pictures.order, edition.canvas, pictures.artist
    if order.recipe.still in (None, POINTS):
        return None
    card = full_card(str(order.recipe.still))
    drawn = artist.card(beside_its_picture(card, order, artist, canvas), edition)
    photo, window, pane = pictures.inset_at_rest(canvas) or (None, None, None)
    return PhotoStill(drawn, (canvas.width, canvas.height), photo, window, pane=pane)


def stills_of(pictures: Pictures, edition: DrawnJob) -> tuple[PhotoStill, ...]:
    """The set of stills, where the recipe makes one: the title over the first photo, then one for each point."""
    recipe, job, canvas = pictures.order.recipe, edition.job, edition.canvas
    if recipe.still != POINTS:
        return ()
    card = functools.partial(pictures.artist.card, edition=edition)
    bug = card(Bug()) if recipe.bug else None
    found, size = [], (canvas.width, canvas.height)
    photo = 0
    for number, point in enumerate(job.points):
        if not point.picture:
            if point.title or point.text:
                found.append(PhotoStill(card(point_card(job, number)), size))
            continue
        over = pictures.photo_at_rest(canvas, photo)
        if number == 0 and job.title:
            found.append(PhotoStill(card(Opening()), size, *over, bug))
        words = card(point_card(job, number)) if point.title or point.text else card(Bug())
        found.append(PhotoStill(words, size, *over, bug))
        photo += 1
    return tuple(found)
