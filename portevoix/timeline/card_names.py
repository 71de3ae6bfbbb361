"""What a card is called in sentences for an author, as the documentation calls it."""

from __future__ import annotations

from portevoix.timeline.cards import AnyCard, Chapter

NAMES: dict[str, str] = {  # by kind
    "opening": "the title",
    "title": "the title on its card",
    "closing": "the closing card",
    "notice": "the notice",
    "announcement": "the announcement",
    "backdrop": "the ground",
    "bug": "the logo",
    "lower_third": "the name",
    "chapter": "the chapter’s card",
    "quote": "the quotation",
    "point": "the point",
    "claim": "the claim",
    "headline": "the headline",
    "source": "the source of the pictures",
    "credit": "the credit of the picture",
    "progress": "the progress",
    "part": "the part mark",
    "draft": "the draft’s mark",
}
OF_A_CLIP, ANSWERED = "the title of a clip", "the claim with its answer"


def named(card: AnyCard) -> str:
    """A card's plain name, with its article."""
    return OF_A_CLIP if isinstance(card, Chapter) and card.of == "clip" else NAMES[card.kind]
