"""Names that return: once in each later part of a story in which their speaker is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import LowerThird, TimedCard
from portevoix.timeline.model import Span
from portevoix.timing import frame_at

LEAST_OF_NAME = 2  # a name that would have less than half of its time is left out


def named_again(cards: Sequence[TimedCard], context: OverlayContext) -> Iterator[TimedCard]:
    """The names of the later parts: after the part's mark, or where the speaker's clip begins."""
    mark = frame_at(context.order.recipe.part_mark_s, context.timeline.fps)
    lengths = {
        card.card.speaker: card.end_frame - card.first_frame
        for card in reversed(cards)
        if isinstance(card.card, LowerThird)
    }
    for part in context.variant.parts[1:]:
        named = {
            card.card.speaker
            for card in cards
            if isinstance(card.card, LowerThird) and part.span.first_frame <= card.first_frame < part.span.end_frame
        }
        for clip, span in zip(context.order.job.clips, context.timeline.clips, strict=True):
            first = max(span.first_frame, part.span.first_frame + mark)
            end = min(span.end_frame, part.span.end_frame)
            length = lengths.get(clip.speaker or "", 0)
            if clip.speaker and clip.speaker not in named and length and end - first >= length // LEAST_OF_NAME:
                named.add(clip.speaker)
                yield TimedCard(first, min(first + length, end), LowerThird(clip.speaker))


def within_part(frame: int, span: Span, context: OverlayContext) -> tuple[int, int]:
    """The frames of a clip's span that lie in the same part of the story as `frame`: from, and up to."""
    for part in context.variant.parts:
        if part.span.first_frame <= frame < part.span.end_frame:
            return max(span.first_frame, part.span.first_frame), min(span.end_frame, part.span.end_frame)
    return span.first_frame, span.end_frame
