"""The ground that a loop drifts over: the identity's, with its logo very large and faint.

The same for all languages.
"""

from __future__ import annotations

from portevoix.drawing.cards.ground import GHOST
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.timeline.cards import Backdrop

SIZE = 0.86  # of the logo's longer side, in parts of the frame's: cut by the edges of the shorter one


def draw(sheet: Sheet, card: Backdrop, words: Words) -> Drawing:
    """The logo in the middle, since both reading directions share it."""
    identity, frame = sheet.identity, sheet.frame
    sheet.fill()
    if card.bare:
        return sheet.drawing()
    width, height = identity.logo_size(100, frame)
    hundredths = 100 * SIZE * max(frame.width, frame.height) / max(width, height)
    width, height = identity.logo_size(hundredths, frame)
    faint = sheet.another()
    faint.logo((frame.width - width) / 2, (frame.height - height) / 2, hundredths)
    faint.image.putalpha(faint.image.getchannel("A").point(lambda a: a * GHOST // 255))
    sheet.lay("ground", faint.image)
    return sheet.drawing()


def _marks(card: Backdrop) -> Words:
    return ("bare",) if card.bare else ()


LOOK = Look(draw, marks=_marks, wordless=True)
