"""One set of words over one picture, and the timed images that it consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portevoix.authoring.language import Language
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.drawn import Drawn
from portevoix.drawing.motion import Glide, Step
from portevoix.order import Order
from portevoix.plan.faces import FacesShown
from portevoix.plan.film_behind import FilmBehind
from portevoix.timeline.cards import AnyCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Timeline
from portevoix.timeline.parts import Part

DRAWN_AT_ONCE = 2  # drawing releases Python's lock: two take little longer than one


@dataclass(frozen=True)
class Variant:
    """One set of words over one picture. `zone`: the margins that an account asks for, where they are not the format's.

    `parts`: those in which it is published, each with its mark; none where it stays whole.
    """

    language: str
    burned: bool
    zone: tuple[int, int, int, int] | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Overlay:
    """A drawing over the picture, still or gliding: of a `card`, or (None) of a caption."""

    first_frame: int
    end_frame: int
    drawn: Drawn
    card: AnyCard | None = None
    glide: Glide | None = None


@dataclass(frozen=True)
class OverlayContext:
    """A variant on its canvas, and what its overlays are made from."""

    variant: Variant
    canvas: Canvas
    order: Order
    timeline: Timeline
    cues: Sequence[PlacedCue]
    artist: Artist
    faces: FacesShown | None = None  # None: nobody looks for faces
    behind: FilmBehind | None = None  # None: cards stand on the kit's own ground

    @property
    def language(self) -> Language:
        """The variant's language."""
        return self.order.languages[self.variant.language]

    @property
    def edition(self) -> DrawnJob:
        """The job in the variant's language."""
        return DrawnJob(
            self.order.job, self.variant.language, self.language, self.canvas, tuple(self.order.languages.items())
        )

    def card(self, card: AnyCard, step: Step | None = None) -> Drawn:
        """A card in the variant's language; at one step of its way in or out."""
        return self.artist.card(card, self.edition, step)

    def box(self, card: AnyCard) -> tuple[int, int, int, int]:
        """What a card hides of the canvas."""
        return self.artist.box(card, self.edition)
