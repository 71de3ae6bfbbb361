"""The word that says that a film is a draft: small, outside the safe zone, where no words and no logo stand."""

from __future__ import annotations

from portevoix.authoring.brand import SHADE
from portevoix.drawing.cards.sheet import Box, Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.timeline.cards import DraftMark


def _marks(card: DraftMark) -> Words:
    return card.word, card.edge, card.side


def draw(sheet: Sheet, card: DraftMark, words: Words) -> Drawing:
    """The word on a box of the ground, close to the zone, where a platform's own signs leave it in sight."""
    frame, u = sheet.frame, sheet.u
    style = sheet.style("text", 2.5, "on_ground")
    sheet.identity.check(card.word, style)
    line = sheet.identity.type.line(card.word, style)
    width, height = line.width + round(2.8 * u), round(4 * u)
    free = sheet.top if card.edge == "head" else frame.height - sheet.bottom
    aside = max(0, min((free - height) // 2, round(u)))  # from the zone, where there is more room than it needs
    y = max(0, sheet.top - aside - height) if card.edge == "head" else min(sheet.bottom + aside, frame.height - height)
    start = {"start": sheet.start, "middle": (frame.width - width) / 2, "end": sheet.end - width}[card.side]
    sheet.box(Box(start, y, width, height), "ground", SHADE, radius=min(sheet.radius, round(0.8 * u)))
    x = sheet.x(start, width)
    sheet.lay("line", line.image, x + (width - line.width) // 2, round(y + (height - line.image.height) / 2))
    return sheet.cut_out(x, y, round(width), height)


LOOK = Look(draw, marks=_marks)
