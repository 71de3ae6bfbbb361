"""The title over the first seconds: a shade of the ground from the side where reading starts, footage beneath."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House


def _words(job: Job, code: str, detail: str) -> Words:
    return job.title.get(code, ""), job.kicker.get(code, "")


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """Title and kicker, a stripe of the accent above them."""
    title, kicker = words
    sheet = Sheet(house, language, frame)
    u, wide = sheet.u, frame.name == "wide"
    column = (sheet.end - sheet.start) * (0.5 if wide else 1.0)
    lines, style = sheet.titles(title, column, 5 if wide else 4)[0]
    small = sheet.style("text", 3.2, "muted")
    above = sheet.fit(kicker, small, column, 1) if kicker else []
    height = round(style.size * 1.16) * len(lines) + round(3.4 * u) + round(small.size * 1.8) * len(above)
    y = (frame.height - height) // 2 - round(4 * u) if wide else sheet.top + house.mark_size(frame) + round(5 * u)
    widest = max(sheet.width(lines, style), sheet.width(above, small))
    shade(sheet, round(2 * u) + (sheet.start + widest if wide else y + height), "start" if wide else "top")
    sheet.box(sheet.start, y, 9 * u, 0.8 * u, "accent")
    y = sheet.write(above, small, sheet.start, sheet.start + column, y + round(3.4 * u), 1.8)
    sheet.write(lines, style, sheet.start, sheet.start + column, y, 1.16)
    return sheet.drawing()


CARD = Card(_words, draw)
