"""Cards that stand on the ground: which of them leave it to a picture that moves under them."""

from __future__ import annotations

from dataclasses import replace

from portevoix.drawing.drawn import Drawn
from portevoix.drawing.ground_field import GroundField, at_rest
from portevoix.plan.film_behind import moving_ground
from portevoix.plan.variant import OverlayContext
from portevoix.plan.words_beside import beside_its_picture
from portevoix.timeline.cards import Full, TimedCard
from portevoix.timeline.pictures import GroundPicture


def on_ground(timed: TimedCard, context: OverlayContext) -> TimedCard:
    """A full card beside the job's picture, where it stands there, or afloat, where the ground moves under it."""
    card = beside_its_picture(timed.card, context.order, context.artist, context.canvas)
    if isinstance(card, Full) and _moving(timed.first_frame, context):
        card = replace(card, afloat=True)
    return replace(timed, card=card)


def ground_at(frame: int, context: OverlayContext) -> Drawn | None:
    """What is seen of the ground that moves under a card, when the card begins at a `frame`; None where it stands."""
    field = _moving(frame, context)
    return at_rest(field, (context.canvas.width, context.canvas.height)) if field else None


def _moving(frame: int, context: OverlayContext) -> GroundField | None:
    scene = next(scene for scene in context.timeline.scenes if frame < scene.end_frame)
    if not isinstance(scene.picture, GroundPicture):
        return None
    return moving_ground(scene.picture, context.canvas, context.artist, context.behind)
