"""Cards that stand on the ground: which of them leave it to a picture that moves under them."""

from __future__ import annotations

from dataclasses import replace

from portevoix.drawing.drawn import Drawn
from portevoix.plan.variant import OverlayContext
from portevoix.plan.words_beside import beside_its_picture
from portevoix.timeline.cards import Backdrop, Full, TimedCard
from portevoix.timeline.pictures import GroundPicture


def on_ground(timed: TimedCard, context: OverlayContext) -> TimedCard:
    """A full card beside the job's picture, where it stands there, or afloat, where the ground moves under it."""
    card = beside_its_picture(timed.card, context.order, context.artist, context.canvas)
    if isinstance(card, Full) and _on_moving_ground(timed, context):
        card = replace(card, afloat=True)
    return replace(timed, card=card)


def _on_moving_ground(timed: TimedCard, context: OverlayContext) -> bool:
    ground = _ground_at(timed.first_frame, context)
    if ground is None or ground.still:
        return False
    return context.artist.kit.cards.light == "drift" or _film(ground, context) is not None


def ground_at(frame: int, context: OverlayContext) -> Drawn:
    """What is seen under a card that is afloat, when it begins at a `frame`."""
    ground = _ground_at(frame, context)
    return (ground and _film(ground, context)) or context.card(Backdrop(bare=True))


def _ground_at(frame: int, context: OverlayContext) -> GroundPicture | None:
    scene = next(scene for scene in context.timeline.scenes if frame < scene.end_frame)
    return scene.picture if isinstance(scene.picture, GroundPicture) else None


def _film(ground: GroundPicture, context: OverlayContext) -> Drawn | None:
    return context.behind.at_rest(context.canvas, ground) if context.behind else None
