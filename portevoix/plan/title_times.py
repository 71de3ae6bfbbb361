"""When else a title may stand, where it covers a face at its own time; and what waits until it has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product

from portevoix.authoring.language import reading_seconds
from portevoix.captions.rules import Finding, of_plan
from portevoix.drawing.cards import words_of
from portevoix.plan.faces import share
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import AnyCard, Bug, Chapter, Claim, Opening, PictureSource, TimedCard
from portevoix.timeline.titles import AFTER_OPENING_S, LEAST_TITLE_S
from portevoix.timing import clock, frame_at, nearest, seconds_at

LATEST_TITLE_S, TITLE_STEP_S = Fraction(5), Fraction(1, 8)  # how long a title waits for a free place
MIDDLE = 0.5  # of the height
SHORTENED_TITLE_S = Fraction(2)  # a title that makes way stands for so long at least


def other_times(timed: TimedCard, context: OverlayContext) -> Iterator[tuple[int, int]]:
    """When else a title may stand, from its first frame up to its end: the earliest and the longest first; also from a
    cut on, with the picture that it comes over.
    """
    fps, code = context.timeline.fps, context.variant.language
    words = " ".join(filter(None, words_of(timed.card, context.order.job, code)))
    needs = frame_at(reading_seconds({code: words}, {code: context.language}), fps) + 1
    length, step = timed.end_frame - timed.first_frame, frame_at(TITLE_STEP_S, fps)
    least = min(length, max(needs, frame_at(SHORTENED_TITLE_S, fps)))
    own, latest = timed.first_frame, timed.first_frame + frame_at(LATEST_TITLE_S, fps)
    cuts = context.faces.cuts(own, latest) if context.faces else ()
    for first in sorted({*range(own, latest + 1, step), *cuts}):
        for shorter in dict.fromkeys((0, (length - least) // 2, length - least)):
            end = first + length - shorter
            if end <= context.timeline.frame_count and (first > own or shorter):
                yield first, end


def title_places(timed: TimedCard, context: OverlayContext) -> list[AnyCard]:
    """Where a title may stand, below the source of the pictures at the head; in a wide frame also where lines end, if
    the logo leaves it room; at the very foot only while nobody is heard.
    """
    wide, below = context.canvas.width > context.canvas.height, _below_source(timed, context)
    head: list[AnyCard] = [Opening(below=below)]
    if wide:
        logo, other_side = context.box(Bug(lower=context.order.recipe.progress)), Opening("end")
        head += [other_side] if share(logo, context.box(other_side)) == 0 else []
        head.append(Opening("head", below=below))
    heard = any(cue.first_frame < timed.end_frame and timed.first_frame < cue.end_frame for cue in context.cues)
    low: list[AnyCard] = [] if heard else [Opening("low")]
    if context.order.recipe.blur_at < MIDDLE and not wide:
        return [*low, Opening("foot"), *head, Opening("raised")]  # below the picture
    return [*head, Opening("foot"), Opening("raised"), *low]


def _below_source(timed: TimedCard, context: OverlayContext) -> int:
    """The row of the frame at which the source of the pictures ends while a title stands; 0 where there is none."""
    feet = [
        context.box(one.card)[3]
        for one in context.timeline.cards
        if isinstance(one.card, PictureSource)
        and one.first_frame < timed.end_frame
        and timed.first_frame < one.end_frame
    ]
    return nearest(max(feet, default=0) * Fraction(context.canvas.frame.height, context.canvas.height))


def claims_after_title(cards: Sequence[TimedCard], meet: Callable[[AnyCard, AnyCard], bool]) -> list[TimedCard]:
    """The cards, a claim whose panel would `meet` the title's words only from when the title has gone.

    Its states share what is left of the claim's time; what is too short to be read is found as with any words.
    """
    title = next((one for one in cards if isinstance(one.card, Opening)), None)
    if title is None:
        return list(cards)
    claims: dict[int, list[TimedCard]] = {}
    for one in cards:
        if isinstance(one.card, Claim):
            claims.setdefault(one.card.number, []).append(one)
    meeting = [
        number
        for number, states in claims.items()
        if any(one.first_frame < title.end_frame and meet(title.card, one.card) for one in states)
    ]
    if not meeting:
        return list(cards)
    claims |= {number: _delayed(title.end_frame, claims[number]) for number in meeting}
    others = [one for one in cards if not isinstance(one.card, Claim)]
    return sorted([*others, *chain.from_iterable(claims.values())], key=lambda one: one.first_frame)


def chapters_after_title(cards: Sequence[TimedCard], fps: Fraction) -> list[TimedCard]:
    """The cards, a clip's own title only from when the programme's has gone, where it is still read then."""
    gone = max((one.end_frame for one in cards if isinstance(one.card, Opening)), default=0)
    first, least = gone + frame_at(AFTER_OPENING_S, fps), frame_at(LEAST_TITLE_S, fps)
    return [
        replace(one, first_frame=first)
        if isinstance(one.card, Chapter) and one.first_frame < first <= one.end_frame - least and gone
        else one
        for one in cards
    ]


def claims_under_title(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding for each claim that ends before the title goes, and so lies under its words."""
    seen = list(overlays)
    titles = [one for one in seen if isinstance(one.card, Opening)]
    found: dict[int, Finding] = {}
    for claim, title in product((one for one in seen if isinstance(one.card, Claim)), titles):
        first, end = max(claim.first_frame, title.first_frame), min(claim.end_frame, title.end_frame)
        if first < end and share(claim.drawn.box, title.drawn.box) and isinstance(claim.card, Claim):
            second = seconds_at(first, context.timeline.fps)
            message = (
                f"in {context.canvas.format}, the claim lies under the title at {clock(second)} and ends before the "
                "title goes; let the claim begin or end later, or shorten the title"
            )
            told = of_plan("over other words", context.language, second, "a claim", message)
            found.setdefault(claim.card.number, told)
    return list(found.values())


def _delayed(gone: int, states: Sequence[TimedCard]) -> list[TimedCard]:
    """A claim's states in what is left of its time; unchanged where nothing is."""
    begun, end = states[0].first_frame, states[-1].end_frame
    if gone >= end:
        return list(states)

    def later(frame: int) -> int:
        return gone + nearest(Fraction((frame - begun) * (end - gone), end - begun))

    moved = [replace(one, first_frame=later(one.first_frame), end_frame=later(one.end_frame)) for one in states]
    return [one for one in moved if one.first_frame < one.end_frame]


def claim_number(timed: TimedCard) -> int | None:
    """Which claim a card is a state of."""
    return timed.card.number if isinstance(timed.card, Claim) else None
