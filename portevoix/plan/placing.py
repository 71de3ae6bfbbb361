"""Where each card stands, and from when, so that it covers no face. `face_findings.py` tells which still does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise

from portevoix.authoring.brand import SHADE
from portevoix.drawing.captions import GAP, caption_top
from portevoix.plan.faces import (
    FREE,
    GLIMPSE,
    Box,
    FacesShown,
    covered,
    enlarged,
    mostly_over_eyes_or_mouth,
    over_eyes_or_mouth,
    share,
)
from portevoix.plan.light_under import shade_for
from portevoix.plan.name_times import SELDOM_S, waiting
from portevoix.plan.named_again import named_again
from portevoix.plan.on_ground import on_ground
from portevoix.plan.small_photos import mounted_photos
from portevoix.plan.title_times import chapters_after_title, claims_after_title, other_times, title_places
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import (
    AnyCard,
    Claim,
    CreditPlace,
    Headline,
    LowerThird,
    Opening,
    PictureCredit,
    PictureSource,
    Point,
    Quote,
    QuotePlace,
    TimedCard,
)
from portevoix.timing import frame_at

LEAST_HEADLINE_S = Fraction(2)
LATER_CHOICE = 0.02  # what a place further down the list costs


def placed_cards(context: OverlayContext) -> list[TimedCard]:
    """The programme's cards, each at the first of its places that covers no face and no other card while it stands.

    A title that is free nowhere waits for a while, and a claim for the title. A name waits for its face and stands in
    its own picture, in each part of a story anew; one that would only flash is left out. A headline that is free
    nowhere changes its place with the shot, and stays away from those in which it would stand over a face.
    """
    cards = [on_ground(timed, context) for timed in context.timeline.cards]
    cards += named_again(cards, context)
    if context.faces is None:
        return cards
    taken: list[tuple[int, int, Box]] = []
    found: dict[int, list[TimedCard]] = {}
    numbered, title_end = list(enumerate(cards)), _title_end(context, context.faces)
    for number, timed in sorted(numbered, key=lambda pair: _turn(pair[1].card)):
        found[number] = _placed(_after_title(timed, found.values()), context, context.faces, taken, title_end)
        taken += [(*_time_of(one, context), _room_of(one, context)) for one in found[number] if _fills(one)]

    def meet(one: AnyCard, other: AnyCard) -> bool:
        return share(context.box(one), context.box(other)) > 0

    placed = claims_after_title([timed for number, _ in numbered for timed in found[number]], meet)
    placed = chapters_after_title(placed, context.timeline.fps)
    return [_finished(timed, context, context.faces) for timed in placed]


def _after_title(timed: TimedCard, placed: Iterable[Sequence[TimedCard]]) -> TimedCard:
    """A headline from when the title has gone, also where that had to wait."""
    gone = max((one.end_frame for cards in placed for one in cards if isinstance(one.card, Opening)), default=0)
    late = isinstance(timed.card, Headline) and timed.first_frame < gone < timed.end_frame
    return replace(timed, first_frame=gone) if late else timed


def _finished(timed: TimedCard, context: OverlayContext, faces: FacesShown) -> TimedCard:
    """The card with the shade that its words need over what is seen under them."""
    card, colours = timed.card, context.artist.kit.colours
    if not isinstance(card, Opening | Point | Quote) or (isinstance(card, Point) and not card.over_picture):
        return timed
    if context.artist.kit.cards.titles == "panel" and not isinstance(card, Quote):
        return timed
    if card.pane:
        return timed
    fronts = colours.on_ground, colours.muted
    span = timed.first_frame, timed.end_frame
    opacity = shade_for(context.box(card), fronts, context.canvas, span, faces)
    return timed if opacity == SHADE else replace(timed, card=replace(card, shade=opacity))


def _turn(card: AnyCard) -> int:
    """Who chooses first: what has one place only, then names, then titles, then what stands longest."""
    order: tuple[type[AnyCard], ...] = (Claim, LowerThird, Opening, Headline, PictureSource)
    return order.index(type(card)) if isinstance(card, order) else -1


def _fills(timed: TimedCard) -> bool:
    return isinstance(timed.card, Claim | LowerThird | Opening | Headline)


def _time_of(timed: TimedCard, context: OverlayContext) -> tuple[int, int]:
    """From when to when a card takes its room: a name also as long as a caption stands above it that does not jump."""
    first, end = timed.first_frame, timed.end_frame
    if not (isinstance(timed.card, LowerThird) and context.variant.burned):
        return first, end
    raised = [cue for cue in context.cues if cue.first_frame < end and first < cue.end_frame]
    return min((first, *(cue.first_frame for cue in raised))), max((end, *(cue.end_frame for cue in raised)))


def _room_of(timed: TimedCard, context: OverlayContext) -> Box:
    """What a card takes of the frame, with air round it: a name at the foot also the captions that stand above it."""
    box: Box = context.box(timed.card)
    air = GAP * context.canvas.unit
    if isinstance(timed.card, LowerThird) and context.variant.burned and box[1] > context.canvas.height / 2:
        scale = context.canvas.height / context.canvas.frame.height
        lines = (context.canvas.frame.zone[3] - caption_top(context.language, context.canvas.frame)) * scale
        box = 0, box[1] - lines - air, context.canvas.width, box[3]
    return enlarged(box, air / 2)


def _placed(
    timed: TimedCard,
    context: OverlayContext,
    faces: FacesShown,
    taken: Sequence[tuple[int, int, Box]],
    title_end: int,
) -> list[TimedCard]:
    match timed.card:
        case LowerThird():
            if (found := waiting(timed, timed.card, context, faces, title_end)) is None:
                return []
            timed, name = found
            start = replace(name, high=not context.variant.burned)
            names = [start, replace(start, place="end")]
            if name.pane and (name.pane[0] > 0) != (context.language.direction == "rtl"):
                names.reverse()  # at the frame's edge, where captions in the middle leave it alone
            return [_best(timed, names, context, faces, taken)[0]]
        case Opening(pane=None):
            return [_title(timed, context, faces, [*taken, *mounted_photos(context)])]
        case Quote() as quote if not quote.pane:
            return [_best(timed, _quotations(quote, context), context, faces, taken)[0]]
        case PictureCredit() as credit:
            places: tuple[CreditPlace, ...] = ("foot_end", "foot", "head_end", "head")
            return [_best(timed, [replace(credit, place=place) for place in places], context, faces, taken)[0]]
        case PictureSource(below_headline=True) as source if context.canvas.frame.name != "wide":
            # At the head where no headline stands there, since faces are where it would.
            return [_best(timed, [replace(source, below_headline=False), source], context, faces, taken)[0]]
        case Headline() if context.canvas.frame.name != "wide":
            return _headlines(timed, context, faces, taken)
    return [timed]


def _title(
    timed: TimedCard, context: OverlayContext, faces: FacesShown, taken: Sequence[tuple[int, int, Box]]
) -> TimedCard:
    """A title at its time; where it would cover a face or other words at each of its places, for as long only as it
    takes to read it, or a little later; the headline follows it.
    """
    best, hidden, clash = _best(timed, title_places(timed, context), context, faces, taken)
    for first, end in other_times(timed, context) if hidden or clash else ():
        then = TimedCard(first, end, timed.card)
        other, covers, meets = _best(then, title_places(then, context), context, faces, taken)
        if not (covers or meets):
            return other
    return best


def _title_end(context: OverlayContext, faces: FacesShown) -> int:
    """The frame at which a title that chooses freely is gone; 0 where there is none."""
    title = next((timed for timed in context.timeline.cards if isinstance(timed.card, Opening)), None)
    return _title(title, context, faces, ()).end_frame if title else 0


def _quotations(quote: Quote, context: OverlayContext) -> list[AnyCard]:
    """A quotation in its places: off the picture's middle where its words find room there."""
    place: QuotePlace = "start" if context.canvas.width > context.canvas.height else "foot"
    aside = replace(quote, place=place)
    return [aside, quote] if context.artist.fits(aside, context.edition) else [quote]


def _best(
    timed: TimedCard,
    cards: Sequence[AnyCard],
    context: OverlayContext,
    faces: FacesShown,
    taken: Sequence[tuple[int, int, Box]],
) -> tuple[TimedCard, float, float]:
    """The card at the best of its places, and how much of a face and of another card it covers there: 0 where none."""
    seen = faces.seen(context.canvas, timed.first_frame, timed.end_frame)
    others = [box for first, end, box in taken if first < timed.end_frame and timed.first_frame < end]
    tried: list[tuple[float, int]] = []
    covers: list[tuple[float, float]] = []
    for number, card in enumerate(cards):
        box = context.box(card)
        face, looks = covered(box, seen), over_eyes_or_mouth(box, seen)
        clash = max((max(share(box, other), share(other, box)) for other in others), default=0.0)
        covers.append(((face if face > FREE else 0.0) + (looks if looks > GLIMPSE else 0.0), clash))
        price = (face if face > FREE else 0.0) + mostly_over_eyes_or_mouth(box, seen) + clash
        tried.append((price + LATER_CHOICE * number, number))
        if price == 0:
            break
    _, number = min(tried)
    return replace(timed, card=cards[number]), *covers[number]


def _headlines(
    timed: TimedCard, context: OverlayContext, faces: FacesShown, taken: Sequence[tuple[int, int, Box]]
) -> list[TimedCard]:
    """One headline over all pictures; where no place is free all the time, one for each run of shots; away while a
    name and its captions need the place; none where that leaves too little time.
    """
    cards = [Headline(), Headline("middle")]
    whole, hidden, clash = _best(timed, cards, context, faces, taken)
    if not hidden:
        return _between(whole, taken, context) if clash else [whole]
    parts = []
    scenes = {scene.first_frame for scene in context.timeline.scenes} | set(faces.cuts(*_time_of(timed, context)))
    edges = sorted({timed.first_frame, timed.end_frame, *scenes})
    for first, end in pairwise(edge for edge in edges if timed.first_frame <= edge <= timed.end_frame):
        part, hidden, _ = _best(TimedCard(first, end, timed.card), cards, context, faces, taken)
        parts.append((part, not hidden))
    runs = []
    for (card, free), run in groupby(parts, lambda part: (part[0].card, part[1])):
        stretch = [part for part, _ in run]
        if free:
            runs += _between(TimedCard(stretch[0].first_frame, stretch[-1].end_frame, card), taken, context)
    return runs or _longest_free(timed, cards, context, faces, taken) or [whole]


def _longest_free(
    timed: TimedCard,
    cards: Sequence[AnyCard],
    context: OverlayContext,
    faces: FacesShown,
    taken: Sequence[tuple[int, int, Box]],
) -> list[TimedCard]:
    """The card at one of its places, from when the last face has left it until the next one comes: where that is
    longest.
    """
    early, stretches = frame_at(SELDOM_S, context.timeline.fps), []
    for card in cards:
        box = context.box(card)
        seen = faces.seen(context.canvas, timed.first_frame, timed.end_frame)
        hidden = [
            face.frame for face in seen if covered(box, [face]) > FREE or over_eyes_or_mouth(box, [face]) > GLIMPSE
        ]
        edges = [timed.first_frame - early, *hidden, timed.end_frame + early]
        for gone, comes in pairwise(edges):
            stretches += _between(TimedCard(gone + early, comes - early, card), taken, context)
    longest = max(stretches, key=lambda one: one.end_frame - one.first_frame, default=None)
    return [longest] if longest else []


def _between(timed: TimedCard, taken: Sequence[tuple[int, int, Box]], context: OverlayContext) -> list[TimedCard]:
    """The card while nothing else stands at its place, where it is then seen for long enough."""
    box, least = context.box(timed.card), frame_at(LEAST_HEADLINE_S, context.timeline.fps)
    busy = sorted((first, end) for first, end, other in taken if share(box, other) > 0)
    runs, free = [], timed.first_frame
    for first, end in [*busy, (timed.end_frame, timed.end_frame)]:
        until = min(first, timed.end_frame)
        if until - free >= least:
            runs.append(replace(timed, first_frame=free, end_frame=until))
        free = max(free, end)
    return runs
