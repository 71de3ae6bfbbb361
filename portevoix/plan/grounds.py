"""What is seen where no footage is: the kit's ground, lit or not; a ground that moves, which is a light or a picture of
the film; the ground of a loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.drawn import Drawn
from portevoix.order import Order
from portevoix.plan.composition import GroundRange, PhotoRange
from portevoix.plan.film_behind import FilmBehind, moving_ground
from portevoix.plan.photo_move import WHOLE, PhotoMove, Window
from portevoix.timeline.cards import Backdrop
from portevoix.timeline.pictures import DriftPicture, GroundPicture
from portevoix.timing import frame_at

DRIFT_ZOOM = 1.06  # of the ground that drifts, at the turn
# In which a ground goes to both sides and comes back: a light by 7 % of the frame's width a second at most, 130 pixels
# of 1920, half as fast as a photo's pan; what has no edge is felt at that pace and not watched.
TURN_S = Fraction(20)


@dataclass(frozen=True)
class Grounds:
    """The grounds of one job in one of its kits."""

    order: Order
    artist: Artist
    fps: Fraction
    behind: FilmBehind

    def under(self, canvas: Canvas, ground: GroundPicture, ahead: int, half: bool) -> GroundRange | PhotoRange | None:
        """What lies under a card, `ahead` frames after the scene's first; None for the colour alone, which is also what
        lies in `half` a frame.
        """
        if half:
            return None
        if field := moving_ground(ground, canvas, self.artist, self.behind):
            turn = frame_at(TURN_S, self.fps)
            return GroundRange(field.key, field.aside, field.lower, turn, ground.offset + ahead)
        if self.artist.kit.cards.light == "none":
            return None
        drawn = self._drawn(Backdrop(bare=True), canvas)
        return PhotoRange(drawn.key, (drawn.width, drawn.height), PhotoMove(WHOLE, WHOLE, 1), 0)

    def drifting(self, canvas: Canvas, ground: DriftPicture, ahead: int) -> PhotoRange:
        """The background, slowly zooming in and out; the loop is seamless."""
        drawn = self._drawn(Backdrop(), canvas)
        spare = 1 - 1 / DRIFT_ZOOM
        closest = Window(spare / 2, spare / 2, 1 - spare, 1 - spare)
        move = PhotoMove(WHOLE, closest, ground.total, "return")
        return PhotoRange(drawn.key, (drawn.width, drawn.height), move, ground.offset + ahead)

    def _drawn(self, card: Backdrop, canvas: Canvas) -> Drawn:
        code, language = next(iter(self.order.languages.items()))
        return self.artist.card(card, DrawnJob(self.order.job, code, language, canvas))
