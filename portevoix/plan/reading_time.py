"""Titles, names, quotations and claims held against the time to read them, as captions are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from portevoix.authoring.language import reading_seconds
from portevoix.captions.rules import Finding, of_plan
from portevoix.drawing.cards import words_of
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.card_names import ANSWERED, named
from portevoix.timeline.cards import AnyCard, Chapter, Claim, Headline, LowerThird, Opening, Quote, Title
from portevoix.timing import seconds_at

READ = (Opening, Title, LowerThird, Quote, Chapter, Headline, Claim)


def read_too_fast(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding for each title, name, quotation, headline and claim that goes before it can be read."""
    language = context.language
    found = []
    for card, first, end in _stretches(overlays):
        words = " ".join(filter(None, words_of(card, context.order.job, context.variant.language)))
        stands_s = float(seconds_at(end - first, context.timeline.fps))
        needs_s = float(reading_seconds({language.code: words}, {language.code: language}))
        if stands_s < needs_s:
            said = ANSWERED if isinstance(card, Claim) else named(card)
            message = (
                f"{said} stands {math.floor(stands_s * 10) / 10:g} s, but takes "
                f"{math.ceil(needs_s * 10) / 10:g} s to find and to read: take words out, or let it stand longer"
            )
            found.append(of_plan("reading speed", language, seconds_at(first, context.timeline.fps), words, message))
    return found


def _stretches(overlays: Iterable[Overlay]) -> Iterator[tuple[AnyCard, int, int]]:
    """Each such card from its first frame on screen to its last; what moves is several overlays."""
    found: dict[tuple[str, str], tuple[AnyCard, int, int]] = {}
    for overlay in overlays:
        if isinstance(overlay.card, READ):
            key = overlay.card.kind, _which(overlay.card)
            _, first, end = found.get(key, (overlay.card, overlay.first_frame, overlay.end_frame))
            found[key] = overlay.card, min(first, overlay.first_frame), max(end, overlay.end_frame)
    yield from found.values()


def _which(card: AnyCard) -> str:
    """Which of its kind a card is, whatever its state: a claim's last one shows all of its words."""
    if isinstance(card, Claim):
        return str(card.number)
    return "" if isinstance(card, Quote | Opening | Headline) else card.label
