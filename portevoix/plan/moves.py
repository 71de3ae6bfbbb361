"""How cards come and go, in the kit's vocabulary: piece by piece, each drawn once and moved by the composition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from portevoix.drawing.drawn import Drawn, DrawnPiece
from portevoix.drawing.frame import Part
from portevoix.drawing.motion import Glide
from portevoix.plan.leaving import Going, going
from portevoix.plan.on_ground import ground_at
from portevoix.plan.pace import MovePace, faded
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import Chapter, Closing, Notice, Point, TimedCard, Title
from portevoix.timing import frames_of_move

STANDS = 2  # a card stands so many times as long as it moves, or it does not move
# How many pieces' time words wait for a shade or a state's larger box, and a stroke for the one before it.
AFTER_SHADE, AFTER_STATE, AFTER_STRIKE = 2, 4, 3
FIRST_TURN, TURNS = 0.12, 0.5  # of a card's time: until the first words in turn, and over which all of them come
LEAST_DISSOLVE = 4  # frames


Leave = tuple[int, int] | Literal["apart"]  # pixels that a card slides while it fades out, or piece by piece


@dataclass(frozen=True)
class Moving:
    """A card, or one of the drawings that it consists of, and how it moves.

    `enters`: piece by piece; else it is there at once, but for words in turn. `leave`: None where it is gone at once.
    `before`: the state over which it comes, which stands until this one is there.
    """

    shown: TimedCard
    enters: bool = False
    leave: Leave | None = None
    before: TimedCard | None = None


@dataclass(frozen=True)
class _Coming:
    """A piece that comes `at` frames after its card begins; without a `glide` it is there at once."""

    drawn: Drawn
    at: int
    glide: Glide | None

    @property
    def there(self) -> int:
        """From when on it stands still."""
        return self.at + (self.glide.count if self.glide else 0)


def moved(moving: Moving, context: OverlayContext) -> Iterator[Overlay]:
    """A card's way in, its stand, and its way out."""
    shown = moving.shown
    dissolve = dissolving(shown.first_frame, context) if isinstance(shown.card, Closing) else 0
    shown = replace(shown, first_frame=shown.first_frame - dissolve)
    coming, leaving = _in_time(replace(moving, shown=shown), context, dissolve)
    stands, goes = shown.first_frame + _there(coming), shown.end_frame - _gone(leaving)
    if dissolve and (ground := ground_at(moving.shown.first_frame, context)):  # until it is the picture itself
        yield Overlay(shown.first_frame, moving.shown.first_frame, ground, shown.card, faded(dissolve))
    for piece in coming:
        if shown.first_frame + piece.at < stands:
            yield Overlay(shown.first_frame + piece.at, stands, piece.drawn, shown.card, piece.glide)
    drawn = context.card(shown.card)
    yield Overlay(stands, goes, drawn, shown.card)
    for one in leaving:
        if one.at:
            yield Overlay(goes, goes + one.at, one.drawn, shown.card)
        yield Overlay(goes + one.at, goes + one.gone, one.drawn, shown.card, one.glide)


def _there(coming: Sequence[_Coming]) -> int:
    return max((piece.there for piece in coming), default=0)


def _gone(leaving: Sequence[Going]) -> int:
    return max((piece.gone for piece in leaving), default=0)


def _leaving(moving: Moving, context: OverlayContext, pace: MovePace) -> list[Going]:
    """What a card consists of on its way out; nothing where it is gone at once."""
    card = moving.shown.card
    if moving.leave is None or not pace.out:
        return []
    if moving.leave == "apart":
        return going(context.artist.pieces(card, context.edition), pace)
    return [Going(context.card(card), 0, Glide(0, pace.out, True, *moving.leave, power=pace.power))]


def dissolving(frame: int, context: OverlayContext) -> int:
    """For how many frames the film dissolves into a closing card that begins at a `frame`; 0 where it cuts.

    The programme is no shorter for it: the card comes over the last pictures, once the last caption has gone.
    """
    scenes, cards = context.timeline.scenes, context.timeline.cards
    last = next((scene for scene in scenes if scene.end_frame == frame), None)
    closing = any(isinstance(timed.card, Closing) and timed.first_frame == frame for timed in cards)
    if last is None or last.picture.of_house or not closing:
        return 0
    said = max((cue.end_frame for cue in context.cues), default=0) if context.variant.burned else 0
    asked = frames_of_move(context.artist.kit.motion.dissolve_s, context.timeline.fps)
    found = min(asked, frame - said, last.frame_count // 2)
    return found if found >= LEAST_DISSOLVE else 0


def _in_time(moving: Moving, context: OverlayContext, dissolve: int) -> tuple[list[_Coming], list[Going]]:
    """A card's pieces on their way in, and on their way out. Where it stands briefly all pieces move together, then
    quicker, and where even that takes too long none moves.
    """
    pace, frames = MovePace.of(context), moving.shown.end_frame - moving.shown.first_frame
    moves = pace.into and (moving.enters or isinstance(moving.shown.card, Notice))
    pieces = context.artist.pieces(moving.shown.card, context.edition) if moves else []
    later = list(_in_turns([piece for piece in pieces if piece.turn], frames, pace))
    at_first = [piece for piece in pieces if not piece.turn]
    there = [_Coming(piece.drawn, 0, None) for piece in at_first if later]
    for quicker in pace.hurried:
        coming = _coming(moving, at_first, context, quicker, dissolve) if moving.enters else there
        leaving = _leaving(moving, context, quicker)
        if frames >= STANDS * (_there(coming) + _gone(leaving)):
            return [*coming, *later], leaving
    return [*there, *later] if not moving.enters else [], []


def _in_turns(pieces: Sequence[DrawnPiece], frames: int, pace: MovePace) -> Iterator[_Coming]:
    """Words that come one after the other, each once those before it can have been read: the more lines, the longer."""
    lines = 0
    for _, run in groupby(pieces, lambda piece: piece.turn):
        at = round(frames * (FIRST_TURN + TURNS * lines / len(pieces)))
        for number, piece in enumerate(run):
            yield _Coming(piece.drawn, at + number * pace.after, pace.way_in(piece))
            lines += 1


def _coming(
    moving: Moving, pieces: Sequence[DrawnPiece], context: OverlayContext, pace: MovePace, dissolve: int
) -> list[_Coming]:
    """Pieces on their way in. What stood there before this state of a card fades over itself."""
    card = moving.shown.card
    if moving.before:
        stood = {_place(piece.drawn) for piece in context.artist.pieces(moving.before.card, context.edition)}
        known = [piece.part in ("panel", "stripe") or _place(piece.drawn) in stood for piece in pieces]
    else:
        known = [False] * len(pieces)
    full, waits = _full(card), AFTER_STATE if moving.before else 0
    news = [piece.part for piece, old in zip(pieces, known, strict=True) if not old]
    begins = _begins([part for part in news if not (full and part == "ground")], pace)
    found = []
    for piece, old in zip(pieces, known, strict=True):
        part, drawn = piece.part, piece.drawn
        if old:  # its words stay as bright as they were while the larger box comes under them
            found.append(_Coming(drawn, 0, faded(pace.into) if part in ("panel", "stripe") else None))
        elif part == "ground" and full:
            found.append(_Coming(drawn, 0, faded(dissolve) if dissolve else None))
        else:
            at = dissolve + next(begins) + waits * pace.after  # no word over a face that is still seen
            found.append(_Coming(drawn, at, pace.way_in(piece)))
    return found


def _begins(parts: Sequence[Part], pace: MovePace) -> Iterator[int]:
    """For how many frames each of the parts waits: a box for its stripe or the box before it, words until their box is
    open under them, each line for the one above it.
    """
    at, stripe, boxes = 0, pace.after * ("stripe" in parts), list[int]()
    for part in parts:
        match part:
            case "ground" | "stripe":
                yield 0
                at = max(at, AFTER_SHADE * pace.after * (part == "ground"))
            case "digit":
                yield at
            case "panel":
                boxes.append(boxes[-1] + pace.after if boxes else at + stripe)
                yield boxes[-1]
                at = max(at, boxes[-1] + pace.opened)
            case _:
                yield at
                at += pace.after * (AFTER_STRIKE if part == "strike" else 1)


def _full(card: object) -> bool:
    """Whether a card stands on the house's ground, whose own ground is no news."""
    alone = isinstance(card, Point) and not card.over_picture
    return alone or isinstance(card, Title | Closing | Notice) or (isinstance(card, Chapter) and card.of == "point")


def _place(drawn: Drawn) -> tuple[int, int, int, int]:
    return drawn.x, drawn.y, drawn.width, drawn.height
