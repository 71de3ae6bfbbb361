"""What lies over the picture, as a list of timed images: cards, the logo, part marks and captions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portevoix.drawing.motion import Glide, Step
from portevoix.plan.cue_states import captions_of
from portevoix.plan.placing import placed_cards
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import (
    Announcement,
    Bug,
    Chapter,
    Claim,
    Closing,
    LowerThird,
    MarkPlace,
    Notice,
    Opening,
    PartMark,
    Point,
    Progress,
    Quote,
    TimedCard,
)
from portevoix.timing import frame_at, frames_of_move

SLIDE = 4  # how far a card slides, in hundredths of the short side


@dataclass(frozen=True)
class _Piece:
    """A card, or one of the drawings that it consists of.

    `enter` and `leave`: pixels that it slides while it fades in and out; None where it is there, or gone, at once.
    """

    shown: TimedCard
    enter: tuple[int, int] | None = None
    leave: tuple[int, int] | None = None


def overlays_of(context: OverlayContext) -> list[Overlay]:
    """Everything over the picture of one variant, the lowest first, on programme frames."""
    found = [*_cards(context), *_logo(context), *_part_marks(context)]
    if context.variant.burned:
        found += captions_of(context, found)
    return found


def _cards(context: OverlayContext) -> Iterator[Overlay]:
    for timed in placed_cards(context):
        if isinstance(timed.card, LowerThird):
            name = replace(timed.card, high=not context.variant.burned)
            yield from _drawn_at_each_step(replace(timed, card=name), context)
        else:
            for piece in _pieces(timed, context):
                yield from _gliding(piece, context)


def _logo(context: OverlayContext) -> Iterator[Overlay]:
    for scene in context.timeline.scenes if context.order.recipe.bug else ():
        if not scene.picture.of_house:
            yield Overlay(scene.first_frame, scene.end_frame, context.card(Bug()), Bug())


def _part_marks(context: OverlayContext) -> Iterator[Overlay]:
    """Which part it is, over the first seconds of each: there from its first frame, so that no picture stands without
    it.
    """
    recipe, figures = context.order.recipe, context.language.figures
    by_logo: MarkPlace = "below" if recipe.headline and context.order.job.headline else "beside"
    place: MarkPlace = by_logo if recipe.bug else "corner"
    frames = frame_at(recipe.part_mark_s, context.timeline.fps)
    for part in context.variant.parts if frames else ():
        first = part.span.first_frame
        mark = PartMark(figures(part.number), figures(part.count), place)
        shown = TimedCard(first, first + min(frames, part.span.frame_count), mark)
        yield from _drawn_at_each_step(shown, context, enters=False)


def _pieces(card: TimedCard, context: OverlayContext) -> list[_Piece]:
    """What a card consists of, and how each drawing comes and goes.

    It comes from the side where reading starts. A shade comes from the edge where it is darkest, so that its own edge
    is never seen.
    """
    canvas, slide = context.canvas, round(SLIDE * context.unit)
    side = slide * (1 if context.language.direction == "rtl" else -1), 0
    look, way = context.artist.kit.cards, side
    match card.card:
        case Quote() as quote:
            return _by_line(card, quote, context, side)
        case Claim() as claim:
            return [_claim(card, claim, context, side)]
        case Progress() | Announcement():  # a segment fills at once; an announcement's loop has no beginning
            return [_Piece(card)]
        case Opening(place=place) if look.titles == "shade" and (place or canvas.width <= canvas.height):
            way = 0, slide if place in ("foot", "raised") else -slide
        case Closing() | Notice() | Chapter(of="point") if look.ground == "band":
            way = 0, 0  # a band that reaches both edges would show its end
        case Point(over_picture=True):
            way = 0, slide
    # The first picture is whole at once, since it is shown before anybody plays it; the last one stays.
    begins, ends = card.first_frame == 0, card.end_frame == context.timeline.frame_count
    return [_Piece(card, None if begins else way, None if ends else way)]


def _claim(card: TimedCard, claim: Claim, context: OverlayContext, side: tuple[int, int]) -> _Piece:
    """One state of a claim: the first slides in, the next fade in over the one before, which stands until they are
    there.
    """
    cards = context.timeline.cards
    same = [other for other in cards if isinstance(other.card, Claim) and other.card.number == claim.number]
    first, last = card.first_frame == same[0].first_frame, card.end_frame == same[-1].end_frame
    into, _ = _frames_of_motion(context)
    if not last:
        card = replace(card, end_frame=min(card.end_frame + into, same[-1].end_frame))
    return _Piece(card, side if first else (0, 0), side if last else None)


def _by_line(card: TimedCard, quote: Quote, context: OverlayContext, side: tuple[int, int]) -> list[_Piece]:
    """A quotation's ground, then its lines, each as it is spoken, and the name under them for the last third of the
    time.
    """
    count = len(context.artist.quotation_lines(context.edition))
    frames = card.end_frame - card.first_frame
    edges = [card.first_frame + frames * 2 * n // (3 * max(1, count)) for n in range(count + 1)]
    pieces = [*(str(n + 1) for n in range(count)), "name"]
    lines = [
        _Piece(TimedCard(first, card.end_frame, replace(quote, piece=piece)), side, (0, 0))
        for first, piece in zip(edges, pieces, strict=True)
    ]
    return [_Piece(replace(card, card=replace(quote, piece="ground")), (0, 0), (0, 0)), *lines]


def _frames_of_motion(context: OverlayContext) -> tuple[int, int]:
    """How many frames a card takes to come, and to go."""
    motion = context.artist.kit.motion
    into, out = (frames_of_move(seconds, context.timeline.fps) for seconds in (motion.enter_s, motion.leave_s))
    return into, out


def _gliding(piece: _Piece, context: OverlayContext) -> list[Overlay]:
    """A drawing's way in, its stand, and its way out; moved as a whole, so drawn once."""
    shown = piece.shown
    drawn = context.card(shown.card)
    into, out = _frames_of_motion(context)
    into, out = into * (piece.enter is not None), out * (piece.leave is not None)
    if shown.end_frame - shown.first_frame < 3 * (into + out):
        into = out = 0
    stands, goes = shown.first_frame + into, shown.end_frame - out
    found = [Overlay(stands, goes, drawn, shown.card)]
    if into and piece.enter is not None:
        found.insert(0, Overlay(shown.first_frame, stands, drawn, shown.card, Glide(0, into, False, *piece.enter)))
    if out and piece.leave is not None:
        found.append(Overlay(goes, shown.end_frame, drawn, shown.card, Glide(0, out, True, *piece.leave)))
    return found


def _drawn_at_each_step(card: TimedCard, context: OverlayContext, enters: bool = True) -> list[Overlay]:
    """A small drawing's way in (where it `enters` slowly) and out, each frame of it drawn."""

    def overlay(first: int, end: int, step: Step | None = None) -> Overlay:
        return Overlay(first, end, context.card(card.card, step), card.card)

    into, out = _frames_of_motion(context)
    into *= enters
    if card.end_frame - card.first_frame < 3 * (into + out):
        return [overlay(card.first_frame, card.end_frame)]
    stands, goes = card.first_frame + into, card.end_frame - out
    entering = [overlay(card.first_frame + n, card.first_frame + n + 1, Step(n, into, False)) for n in range(into)]
    leaving = [overlay(goes + n, goes + n + 1, Step(n, out, True)) for n in range(out)]
    return [*entering, *leaving, overlay(stands, goes)]
