"""The house's ground with its mark on it, very large and faint: what a loop drifts over. The same for all languages."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House

SIZE = 0.86  # of the mark, in parts of the long side: cut by the short one's edges
FAINT = 16  # opacity of 255: felt, and no letter over it loses contrast


def _words(job: Job, code: str, detail: str) -> Words:
    return ()


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The mark in the middle, since both reading directions share it."""
    sheet = Sheet(house, language, frame, filled=True)
    faint(
        sheet, (frame.width - max(frame.width, frame.height) * SIZE) / 2, round(max(frame.width, frame.height) * SIZE)
    )
    return sheet.drawing()


def faint(sheet: Sheet, start: float, size: int) -> None:
    """The mark, `size` pixels wide, from `start` on, in the middle of the frame's height."""
    mark = Sheet(sheet.house, sheet.language, sheet.frame)
    mark.mark(start, (sheet.frame.height - size) / 2, size)
    mark.image.putalpha(mark.image.getchannel("A").point(lambda a: a * FAINT // 255))
    sheet.image.alpha_composite(mark.image)


CARD = Card(_words, draw, wordless=True)
