"""The ground that a loop drifts over: the house's, with its logo very large and faint. The same for all languages."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.ground import GHOST, filled
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House

SIZE = 0.86  # of the logo's longer side, in parts of the frame's: cut by the edges of the shorter one


def _words(job: Job, code: str, detail: str) -> Words:
    return ()


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The logo in the middle, since both reading directions share it."""
    sheet = filled(house, language, frame)
    width, height = house.logo_size(100, frame)
    hundredths = 100 * SIZE * max(frame.width, frame.height) / max(width, height)
    width, height = house.logo_size(hundredths, frame)
    faint = Sheet(house, language, frame)
    faint.logo((frame.width - width) / 2, (frame.height - height) / 2, hundredths)
    faint.image.putalpha(faint.image.getchannel("A").point(lambda a: a * GHOST // 255))
    sheet.image.alpha_composite(faint.image)
    return sheet.drawing()


CARD = Card(_words, draw, wordless=True)
