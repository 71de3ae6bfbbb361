"""When cards come and go: names and titles over clips, claims and their answers, and what stands over all pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from portevoix.order import ANSWERED_AFTER_S
from portevoix.timeline.cards import (
    Chapter,
    Claim,
    ClaimState,
    Headline,
    LowerThird,
    Opening,
    PictureSource,
    Quote,
    TimedCard,
)
from portevoix.timeline.model import Span
from portevoix.timeline.programme import Programme, UnplacedScene
from portevoix.timing import frame_at, seconds_at

STRUCK_AFTER_S = Fraction(3, 2)  # of a claim
AFTER_OPENING_S = Fraction(3, 20)  # from the programme's title to a name or a clip's own
LEAST_NAME_S = Fraction(7, 4)  # thirty letters, a name and what somebody is, are read in it; less is a flash
LEAST_TITLE_S = Fraction(3, 2)  # a title that stands for less cannot be read
CLAIM_STATES: tuple[ClaimState, ...] = ("said", "struck", "answered")


def names_and_titles(programme: Programme, number: int, frame_count: int, first_words: bool) -> list[TimedCard]:
    """The speaker's name (where these are the `first_words`) and the title of a clip, on the clip's frames."""
    clip, recipe = programme.job.clips[number], programme.recipe
    cards = []
    if recipe.lower_third and clip.speaker and first_words:
        first = programme.frames(recipe.lower_third.start_s)
        end = min(first + programme.frames(recipe.lower_third.duration_s), frame_count)
        cards += [TimedCard(first, end, LowerThird(clip.speaker))] if first < frame_count else []
    if recipe.titles and clip.title:
        first = programme.frames(recipe.titles.start_s)
        end = first + programme.frames(recipe.titles.duration_s)
        cards.append(TimedCard(first, min(end, frame_count), Chapter("clip", number)))
    return cards


def claims_over(programme: Programme, frame_count: int) -> list[TimedCard]:
    """Each claim said, struck and answered, between its times of the first clip."""
    cards = []
    for number, claim in enumerate(programme.job.claims):
        first = max(programme.frame_of_clip(0, claim.at_s), 0)
        end = min(programme.frame_of_clip(0, claim.until_s), frame_count)
        changes = (first + programme.frames(seconds) for seconds in (STRUCK_AFTER_S, ANSWERED_AFTER_S))
        edges = pairwise((first, *changes, end))
        cards += [
            TimedCard(one, min(other, end), Claim(number, state))
            for (one, other), state in zip(edges, CLAIM_STATES, strict=True)
            if min(other, end) > one
        ]
    return cards


def over_all(programme: Programme, spans: Sequence[Span], scenes: Sequence[UnplacedScene]) -> list[TimedCard]:
    """What stands over all pictures, and the title over the first of them."""
    pictured = [span for span, scene in zip(spans, scenes, strict=True) if not scene.picture.of_house]
    if not pictured:
        return []
    return list(_over(programme, pictured[0].first_frame, max(span.end_frame for span in pictured)))


def _over(programme: Programme, first: int, end: int) -> Iterator[TimedCard]:
    recipe, job, after = programme.recipe, programme.job, first
    if recipe.opening:
        start = first + programme.frames(recipe.opening.start_s)
        after = min(start + programme.frames(recipe.opening.duration_s), end)
        yield TimedCard(start, after, Opening())
    if recipe.quote and job.quote:
        yield TimedCard(first + programme.frames(recipe.quote.start_s), end, Quote())
    headed = recipe.headline and bool(job.headline)
    if headed and after < end:
        yield TimedCard(after, end, Headline())
    if recipe.source and job.source and after < end:
        yield TimedCard(after, end, PictureSource(below_headline=headed))


def after_opening(programme: Programme, first_pictured: int, frame: int) -> int:
    """When a name or title that is meant for a frame comes: that, or when the programme's title has gone.

    `first_pictured`: the frame of the programme's first picture.
    """
    opening = programme.recipe.opening
    if opening is None:
        return frame
    gone = first_pictured + programme.frames(opening.start_s) + programme.frames(opening.duration_s)
    return gone + programme.frames(AFTER_OPENING_S) if frame < gone else frame


def wait_for_opening(
    programme: Programme, cards: Sequence[TimedCard], over: Sequence[TimedCard], spans: Sequence[Span]
) -> list[TimedCard]:
    """The cards, names and clips' own titles once the programme's title has gone; a name that would be left too little
    time stands beside the title.
    """
    gone = max((card.end_frame for card in over if isinstance(card.card, Opening)), default=0)
    begin = gone + (frame_at(AFTER_OPENING_S, programme.fps) if gone else 0)
    found = []
    for card in cards:
        if not _waits(card):
            found.append(card)
            continue
        late = max(0, begin - card.first_frame) if card.first_frame < gone else 0
        last = next(span.end_frame for span in spans if span.first_frame <= card.first_frame < span.end_frame)
        moved = replace(card, first_frame=card.first_frame + late, end_frame=min(card.end_frame + late, last))
        hurried = isinstance(moved.card, LowerThird) and _stands_s(moved, programme.fps) < LEAST_NAME_S
        found.append(card if hurried else moved)
    return found


def _waits(card: TimedCard) -> bool:
    return isinstance(card.card, LowerThird) or _is_clip_title(card)


def _is_clip_title(card: TimedCard) -> bool:
    return isinstance(card.card, Chapter) and card.card.of == "clip"


def _stands_s(card: TimedCard, fps: Fraction) -> Fraction:
    return seconds_at(card.end_frame - card.first_frame, fps)


def titles_too_short(cards: Sequence[TimedCard], fps: Fraction) -> list[str]:
    """A sentence for each clip whose title stands for too short a time to be read."""
    return [
        f"the title of clip {card.card.number + 1} would stand for {max(0.0, float(_stands_s(card, fps))):.1f} s only, "
        "which cannot be read; make the clip longer, or leave its title out"
        for card in cards
        if isinstance(card.card, Chapter) and card.card.of == "clip" and _stands_s(card, fps) < LEAST_TITLE_S
    ]
