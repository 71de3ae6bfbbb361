"""The mark and the name of the institution, centred; the credit of the pictures at the foot."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House


def _words(job: Job, code: str, detail: str) -> Words:
    return (job.credit_in(code),)


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The house, and whose pictures they are."""
    (credit,) = words
    sheet = Sheet(house, language, frame, filled=True)
    u, size, width = sheet.u, round(24 * sheet.u), frame.width
    lines, style = sheet.titles(house.kit.organisation_in(language.code), width * 0.8, 2)[0]
    total = size + round(5 * u) + round(style.size * 1.2) * len(lines) + round(4.5 * u)
    y = (frame.height - total) // 2 - round(2 * u)
    sheet.mark((width - size) // 2, y, size)
    y = sheet.write(lines, style, 0, width, y + size + round(5 * u), 1.2, centred=True) + round(2.4 * u)
    sheet.box((width - 9 * u) / 2, y, 9 * u, 0.8 * u, "accent")
    if credit:
        small = sheet.style("text", 2.7, "muted", "regular")
        below = sheet.fit(credit, small, (sheet.end - sheet.start) * 0.9, 2)
        sheet.write(below, small, 0, width, sheet.bottom - round(small.size * 1.4) * len(below), 1.4, centred=True)
    return sheet.drawing()


CARD = Card(_words, draw)
