"""What lies over the picture, as a list of timed images: cards, the logo, part marks and captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portevoix.drawing.motion import Step
from portevoix.plan.cue_states import captions_of
from portevoix.plan.logo_ground import logo_of
from portevoix.plan.logo_scenes import scenes_with_logo
from portevoix.plan.moves import AFTER_SHADE, Leave, Moving, dissolving, moved
from portevoix.plan.pace import SLIDE, MovePace, faded
from portevoix.plan.placing import placed_cards
from portevoix.plan.title_times import claim_number
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import (
    Announcement,
    Chapter,
    Claim,
    Closing,
    Headline,
    LowerThird,
    MarkPlace,
    Notice,
    Opening,
    PartMark,
    Point,
    Progress,
    Quote,
    TimedCard,
    Title,
)
from portevoix.timeline.titles import LEAST_NAME_S
from portevoix.timing import frame_at


def overlays_of(context: OverlayContext) -> list[Overlay]:
    """Everything over the picture of one variant, the lowest first, on programme frames."""
    cards = list(_cards(context))
    found = [*cards, *_logo(context, cards), *_part_marks(context)]
    if context.variant.burned:
        found += captions_of(context, found)
    return found


def _cards(context: OverlayContext) -> Iterator[Overlay]:
    cards = [_before_dissolve(timed, context) for timed in placed_cards(context)]
    for timed in cards:
        for moving in _moving(timed, cards, context):
            yield from moved(moving, context)


def _before_dissolve(timed: TimedCard, context: OverlayContext) -> TimedCard:
    """A card that has gone when the film begins to dissolve into the closing card, unless it could not be read then."""
    closing = next((card.first_frame for card in context.timeline.cards if isinstance(card.card, Closing)), None)
    if closing is None or timed.end_frame != closing:
        return timed
    end = closing - dissolving(closing, context)
    least = frame_at(LEAST_NAME_S, context.timeline.fps)
    return replace(timed, end_frame=end) if end - timed.first_frame >= least else timed


def _logo(context: OverlayContext, cards: Sequence[Overlay]) -> Iterator[Overlay]:
    """The logo over all pictures; it goes while the last of them dissolves into the closing card."""
    if not context.order.recipe.bug:
        return
    logo = logo_of(context, cards)
    drawn = context.card(logo)
    for scene in scenes_with_logo(context, drawn.box):
        frames = dissolving(scene.end_frame, context)
        yield Overlay(scene.first_frame, scene.end_frame - frames, drawn, logo)
        if frames:
            yield Overlay(scene.end_frame - frames, scene.end_frame, drawn, logo, faded(frames, leaving=True))


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
        mark = PartMark(figures(part.number), figures(part.count), place, recipe.progress)
        yield from _drawn_at_each_step(TimedCard(first, first + min(frames, part.span.frame_count), mark), context)


def _moving(card: TimedCard, among: Sequence[TimedCard], context: OverlayContext) -> list[Moving]:
    """What a card consists of, and how each drawing comes and goes.

    What says who speaks and what it is about goes piece by piece, the way it came; a point makes room for the next by
    sliding, a quotation fades.
    """
    slide = round(SLIDE * context.canvas.unit)
    way: Leave = (slide * (1 if context.language.direction == "rtl" else -1), 0)
    match card.card:
        case LowerThird() as name:
            card, way = replace(card, card=replace(name, high=not context.variant.burned)), "apart"
        case Opening() | Headline() | Chapter(of="clip"):
            way = "apart"
        case Quote() as quote:
            return _by_line(card, quote, context)
        case Claim():
            return [_claim(card, [one for one in among if claim_number(one) == claim_number(card)], context)]
        case Progress() | Announcement():  # a segment fills at once; an announcement's loop has no beginning
            return [Moving(card)]
        case Title() | Closing() | Notice() | Chapter(of="point") if context.artist.kit.cards.ground == "band":
            way = 0, 0  # a band that reaches both edges would show its end
        case Point(over_picture=True, pane=None):
            way = 0, slide
    # The first picture is whole at once, since it is shown before anybody plays it; the last one stays.
    begins, ends = card.first_frame == 0, card.end_frame == context.timeline.frame_count
    return [Moving(card, not begins, None if ends else way)]


def _claim(card: TimedCard, states: Sequence[TimedCard], context: OverlayContext) -> Moving:
    """One state of a claim: each comes over the one before, which stands until it is there."""
    number, last = states.index(card), card == states[-1]
    if not last:
        card = replace(card, end_frame=min(card.end_frame + MovePace.of(context).into, states[-1].end_frame))
    return Moving(card, True, "apart" if last else None, states[number - 1] if number else None)


def _by_line(card: TimedCard, quote: Quote, context: OverlayContext) -> list[Moving]:
    """A quotation's ground, then its lines, each as it is spoken, and the name under them for the last third of the
    time.
    """
    count = len(context.artist.quotation_lines(quote, context.edition))
    frames = card.end_frame - card.first_frame
    edges = [card.first_frame + frames * 2 * n // (3 * max(1, count)) for n in range(count + 1)]
    edges[0] += MovePace.of(context).after * AFTER_SHADE  # once the picture is dark behind the words
    pieces = [*(str(n + 1) for n in range(count)), "name"]
    lines = [
        Moving(TimedCard(first, card.end_frame, replace(quote, piece=piece)), True, (0, 0))
        for first, piece in zip(edges, pieces, strict=True)
    ]
    return [Moving(replace(card, card=replace(quote, piece="ground")), True, (0, 0)), *lines]


def _drawn_at_each_step(card: TimedCard, context: OverlayContext) -> list[Overlay]:
    """A small drawing that is there at once, and its way out, each frame of it drawn."""

    def overlay(first: int, end: int, step: Step | None = None) -> Overlay:
        return Overlay(first, end, context.card(card.card, step), card.card)

    out = MovePace.of(context).out
    if card.end_frame - card.first_frame < 3 * out:
        return [overlay(card.first_frame, card.end_frame)]
    goes = card.end_frame - out
    return [*(overlay(goes + n, goes + n + 1, Step(n, out, True)) for n in range(out)), overlay(card.first_frame, goes)]
