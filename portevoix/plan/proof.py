"""Words as they will be judged and seen before they are saved: a draft in the place of a language's captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portevoix.captions.cue import Cue
from portevoix.captions.rules import Finding
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.drawn import Drawn
from portevoix.order import Audience, Order
from portevoix.plan.model import Batch, ChunkStep, Plan
from portevoix.plan.overlays import overlays_of
from portevoix.plan.review import ReviewedLanguage, known_changes, review_language
from portevoix.plan.variant import OverlayContext, Variant
from portevoix.timeline.cues import PlacedCues, place_cues


@dataclass(frozen=True)
class DraftCues:
    """Cues that somebody is writing, in the place of those of a clip in a language. Each has its place among them, from
    1, as its `line`.
    """

    order: Order
    plan: Plan
    code: str
    clip: int
    cues: Sequence[Cue]

    @property
    def placed(self) -> PlacedCues:
        """The cues on the programme's frames."""
        per_clip: list[tuple[Cue, ...]] = [()] * self.clip
        return place_cues(
            self.plan.timeline, self.order.job, [*per_clip, tuple(self.cues)], [self.code] * (self.clip + 1)
        )


def findings_in(draft: DraftCues, artist: Artist) -> list[Finding]:
    """What a subtitler would object to, each with the place of its cue as its line."""
    order, plan = draft.order, draft.plan
    formats = dict.fromkeys(a.format for a in order.audiences if a.language == draft.code)
    canvases = [next(v.canvas for v in plan.videos if v.format == name) for name in formats]
    first = next(iter(plan.cues), draft.code)
    beside = (first, plan.cues[first]) if first != draft.code else None
    changes = known_changes(order, plan.timeline, artist)
    return review_language(
        order, plan.timeline, ReviewedLanguage(draft.code, draft.placed, canvases, beside), changes, artist
    )


def drawings_at(draft: DraftCues, audience: Audience, frame: int, artist: Artist, small: bool) -> list[Drawn]:
    """What lies over the picture of an audience at a frame of the programme, the lowest first: its cards and the draft.

    `small`: on the canvas of a job that is a draft itself. Raises InvalidInput for a text that cannot be set.
    """
    order, plan, artist = draft.order, draft.plan, artist.in_kit(audience.kit or draft.order.kit)
    parts = tuple(one.part for one in plan.products if one.audience == audience)
    variant = Variant(draft.code, audience.burned, audience.zone, parts if len(parts) > 1 else ())
    if audience.format == "source":
        canvas = next(video.canvas for video in plan.videos if video.format == "source")
    else:
        canvas = Canvas.of_format(audience.format, small, audience.zone)
    context = OverlayContext(variant, canvas, order, plan.timeline, draft.placed.cues, artist)
    found = [one for one in overlays_of(context) if one.first_frame <= frame < one.end_frame]
    artist.raise_faults()
    if _under(plan, audience, frame)[1].overlays:  # no picture without words was made: its cards are in it
        found = [one for one in found if one.card is None]
    return [one.drawn for one in found]


def picture_under(plan: Plan, audience: Audience, frame: int) -> tuple[ChunkStep, int]:
    """The chunk that shows an audience's picture at a frame without its captions, and the frame within it."""
    batch, step = _under(plan, audience, frame)
    return step, frame - batch.chunk.first_frame


def _under(plan: Plan, audience: Audience, frame: int) -> tuple[Batch, ChunkStep]:
    shown = {key for one in plan.products if one.audience == audience for key in one.video.chunks}
    batch = next(
        one
        for one in plan.batches
        if 0 <= frame - one.chunk.first_frame < one.chunk.frame_count and any(step.key in shown for step in one.steps)
    )
    own = (step for step in batch.branches if audience.language in step.languages)
    return batch, batch.clean or next(own, batch.branches[0])
