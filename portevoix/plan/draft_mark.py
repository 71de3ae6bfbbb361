"""The mark in every picture of a draft: one for all variants of a format, so that they share pictures as before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from portevoix.plan.faces import Box, covered, over_eyes_or_mouth, share
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import DraftMark, MarkEdge, MarkSide

EDGES: tuple[MarkEdge, ...] = ("head", "foot")
SIDES: tuple[MarkSide, ...] = ("middle", "start", "end")
LARGE = 0.25  # of the frame: what is larger is a ground, whose words keep to the safe zone


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def draft_mark(context: OverlayContext, others: Sequence[Overlay]) -> Overlay:
    """The mark over the whole programme, in the variant's language: beside the zone that all variants keep to, where it
    meets none of the `others`, and as little of a face as may be.
    """
    frames, canvas = context.timeline.frame_count, context.canvas
    word = context.language.draft
    faces = context.faces.seen(canvas, 0, frames) if context.faces else []
    largest = LARGE * canvas.width * canvas.height
    boxes = {box for one in others if _area(box := one.drawn.box) < largest}

    def harm(mark: DraftMark) -> tuple[bool, float, float]:
        box = context.card(mark).box
        return any(share(other, box) for other in boxes), over_eyes_or_mouth(box, faces), covered(box, faces)

    places = (DraftMark(word, edge, side) for edge, side in product(EDGES, SIDES))
    mark = min(places, key=harm)
    return Overlay(0, frames, context.card(mark), mark)
