"""Whose the picture beside a notice or an announcement is: small, in a corner of it."""

from __future__ import annotations

from portevoix.authoring.brand import SHADE
from portevoix.authoring.job import Job
from portevoix.drawing.cards.sheet import Box, Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import PictureCredit

# In hundredths of the short side.
AIR = 1.6  # from the picture's edges
SIZE, ASIDE, ABOVE = 2.3, 0.9, 0.3
WIDEST = 0.8  # of the picture


def _words(card: PictureCredit, job: Job, code: str) -> Words:
    return (job.credit_in(code),)


def _marks(card: PictureCredit) -> Words:
    return card.place, *(f"{edge:.4f}" for edge in card.pane or ())


def draw(sheet: Sheet, card: PictureCredit, words: Words) -> Drawing:
    """The credit on a box of the ground's colour."""
    (credit,) = words
    if not credit:
        return sheet.drawing()
    u, room = sheet.u, sheet.end - sheet.start
    style = sheet.style("text", SIZE * sheet.over, "on_ground", "regular")
    lines = sheet.fit(credit, style, room * WIDEST - 2 * round(ASIDE * u), 2)
    width = sheet.width(lines, style) + 2 * round(ASIDE * u)
    height = sheet.pitch(style, 1.4) * len(lines) + 2 * round(ABOVE * u)
    start = sheet.end - width if card.place.endswith("end") else sheet.start
    y = sheet.bottom - height if card.place.startswith("foot") else sheet.top
    sheet.box(Box(start, y, width, height), "ground", SHADE, radius=min(sheet.radius, ASIDE * u))
    sheet.write(TextBlock(lines, style, 1.4), start + round(ASIDE * u), start + width, y + round(ABOVE * u))
    return sheet.drawing()


LOOK = Look(draw, _words, _marks)
