"""Where a caption stands: clear of cards and faces, at one place or, where none is free, at two, a cut between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from portevoix.authoring.caption_style import Edge
from portevoix.authoring.language import Language
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import GAP, State
from portevoix.plan.faces import Box, FacesShown, enlarged
from portevoix.plan.hiding import Hidden
from portevoix.plan.variant import Overlay
from portevoix.timeline.cards import Bug, Chapter, Headline, LowerThird, Opening, PartMark, PictureSource
from portevoix.timeline.cues import PlacedCue
from portevoix.timing import frame_at, nearest

AT_HEAD, AT_FOOT = (Headline, PictureSource, PartMark), (LowerThird, Chapter)
CLEAR_OF = (*AT_HEAD, *AT_FOOT, Opening, Bug)  # where captions do not stand
BETWEEN = 0.3, 0.62  # of the height: where what stands between two pictures is
MIDDLE = 0.64  # of the height: the foot of captions in the middle, below a face that is followed
ASIDE: tuple[Literal[0, -1, 1], ...] = 0, -1, 1  # of the safe zone: in the middle first
AIR = 1.6  # in hundredths of the short side: between a caption and eyes or a mouth; faces move between two looks
STEP = 2.0  # in hundredths of the short side: from one height to the next
UNUSUAL = 0.3  # what a place costs in the middle of the height, against a whole face that is hidden
OTHER_EDGE = 0.1  # what a place at the edge that is not its own costs
A_CHANGE = 0.1  # what a change of place costs
LEAST_AT_A_PLACE_S = Fraction(3, 4)  # on each side of a cut at which a caption changes its place


@dataclass(frozen=True)
class Stand:
    """A caption at one of its places, from a frame up to another.

    `price`: what it hides there. `often`: of the looks at that time, in how many it hides somebody's eyes or mouth.
    """

    first_frame: int
    end_frame: int
    state: State
    price: float = 0.0
    often: float = 0.0


@dataclass(frozen=True)
class CaptionPlaces:
    """The places of one cue. `where`: its place in its file, for messages."""

    cue: PlacedCue
    language: Language
    canvas: Canvas
    artist: Artist
    where: str
    faces: FacesShown | None = None

    @property
    def edge(self) -> Edge:
        """Where the cue stands if it may: where its file says, else the job or the kit."""
        return "top" if self.cue.top else self.artist.kit.captions_edge(self.canvas.frame.name)

    def stands(self, state: State, standing: Sequence[Overlay], first: int, end: int) -> list[Stand]:
        """A screen of lines at the first of its places that is free all the time, else where it hides least; where it
        hides eyes or a mouth everywhere, at one place up to a cut and at another after it.
        """
        own = self._own(state, standing, first, end)
        if own.price == 0 or self.faces is None or self.cue.top:  # what an author places stays there
            return [own]
        if own.often == 0:
            return [self._anywhere(state, standing, first, end)]
        least = frame_at(LEAST_AT_A_PLACE_S, self.faces.timeline.fps)
        edges = [(first, end), *((first, cut, end) for cut in self.faces.cuts(first + least, end - least))]
        tried = [[self._anywhere(state, standing, *span) for span in pairwise(each)] for each in edges]
        return min(tried, key=_price)

    def _anywhere(self, state: State, standing: Sequence[Overlay], first: int, end: int) -> Stand:
        """A screen of lines at the best of its own places; where it hides eyes or a mouth there, at the best of all
        places at which it hides none, with air between them if it can be.
        """
        own = self._own(state, standing, first, end)
        if own.price == 0 or self.faces is None:
            return own
        here = [x for x in standing if x.first_frame < end and first < x.end_frame]
        hidden = Hidden(self.faces.seen(self.canvas, first, end), self._boxes_of(here, (True, False)))
        places = list(self._elsewhere(state))
        for air in (AIR * self.canvas.unit, 0.0):
            prices = zip(places, hidden.at([box for _, box, _ in places], air), strict=True)
            found = [Stand(first, end, one, price + cost) for (one, _, cost), (price, often) in prices if not often]
            if found:
                return min([own, *found], key=lambda one: one.price)
        return own

    def _own(self, state: State, standing: Sequence[Overlay], first: int, end: int) -> Stand:
        """The first of its own places that covers no face and no card, else the one that covers least."""
        here = [x for x in standing if x.first_frame < end and first < x.end_frame]
        states = self._states(state, here)
        seen = self.faces.seen(self.canvas, first, end) if self.faces else []
        cards = self._boxes_of(here, (False,))
        in_the_way = seen or (cards and self.edge == "middle")
        if not in_the_way:
            return Stand(first, end, states[0])
        hidden, found = Hidden(seen, cards), list[Stand]()
        for one, box in self._drawn(states):
            found.append(Stand(first, end, one, *hidden.at([box], AIR * self.canvas.unit)[0]))
            if found[-1].price == 0:
                break
        return min(found, key=lambda one: one.price)

    def _boxes_of(self, here: Sequence[Overlay], logo: Sequence[bool]) -> list[Box]:
        """What cards hide of the canvas, with air round it; `logo`: of the logo, or of what is none, or of both."""
        air = GAP * self.canvas.unit / 2
        shown = (one.drawn.box for one in here if isinstance(one.card, Bug) in logo and any(one.drawn.box))
        return [enlarged(box, air) for box in shown]

    def _drawn(self, states: Sequence[State]) -> Iterator[tuple[State, Box]]:
        """States, each with the part of the canvas that it hides."""
        for state in states:
            yield state, self.artist.caption(state, self.language, self.canvas, self.where).box

    def _elsewhere(self, state: State) -> Iterator[tuple[State, Box, float]]:
        """A screen of lines at each height of the safe zone, in its middle and at its sides, and what that costs: the
        less usual the place, the more.
        """
        frame = self.canvas.frame
        scale, step = self.canvas.height / frame.height, round(STEP * frame.unit)
        for aside in ASIDE:
            ((moved, box),) = self._drawn([replace(state, aside=aside)])
            room = round(box[1] / scale) - frame.zone[1]
            for up in range(0, room, step):
                raised = box[0], box[1] - up * scale, box[2], box[3] - up * scale
                away = (room - up if self.edge == "top" else up) / room
                cost = UNUSUAL * (min(up, room - up) / frame.height + abs(aside) / 4) + OTHER_EDGE * away
                yield replace(moved, bottom=frame.zone[3] - up), raised, cost

    def _states(self, state: State, here: Sequence[Overlay]) -> list[State]:
        """Where a screen of lines may stand, its own place first: at the foot, at the head, between two pictures."""
        top = self.edge == "top"
        foot = replace(state, bottom=self._above(here))
        head = replace(state, top=True, head=self._below(here))
        if any(isinstance(x.card, Opening) for x in here):
            top = False  # the title has the head to itself
        if self.cue.top and top:
            return [head]
        between = [replace(state, bottom=self._between(here))] if self.canvas.width < self.canvas.height else []
        if self.edge == "middle":
            middle = replace(state, bottom=round(self.canvas.frame.height * MIDDLE))
            return list(dict.fromkeys([middle, foot, state, *between, head]))
        return list(dict.fromkeys([head, foot] if top else [foot, state, *between, head]))

    def _between(self, here: Sequence[Overlay]) -> int:
        """The lower edge of a caption between two pictures, one over the other: above what stands there."""
        low, high = (self.canvas.height * share for share in BETWEEN)
        tops = [x.drawn.box[1] for x in here if low < x.drawn.box[1] and x.drawn.box[3] < high and any(x.drawn.box)]
        gap = round(GAP * self.canvas.frame.unit)
        return self._laid_out(min(tops)) - gap if tops else self.canvas.frame.height // 2

    def _above(self, standing: Sequence[Overlay]) -> int | None:
        middle = self.canvas.height / 2
        names = [card.drawn.y for card in standing if isinstance(card.card, AT_FOOT) and card.drawn.y > middle]
        return self._laid_out(min(names)) - round(GAP * self.canvas.frame.unit) if names else None

    def _below(self, standing: Sequence[Overlay]) -> int | None:
        middle = self.canvas.height / 2
        feet = [x.drawn.box[3] for x in standing if isinstance(x.card, AT_HEAD) and x.drawn.box[3] < middle]
        return self._laid_out(max(feet)) + round(GAP * self.canvas.frame.unit) if feet else None

    def _laid_out(self, y: int) -> int:
        """A row of the output, in the frame that is laid out."""
        return nearest(y * Fraction(self.canvas.frame.height, self.canvas.height))


def _price(stands: Sequence[Stand]) -> float:
    """What a caption hides at all of its places, each weighed by its time; more where it changes between two."""
    frames = sum(one.end_frame - one.first_frame for one in stands)
    weighed = sum(one.price * (one.end_frame - one.first_frame) for one in stands) / frames
    return weighed + A_CHANGE * (len(stands) - 1)
