"""A point in words: over its picture at the foot, or alone on the ground with its number."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.house import House

LONGEST_LINE = 26  # of a text, in parts of the size
MOST_LINES = 7


def _words(job: Job, code: str, detail: str) -> Words:
    number = int(detail)
    point = job.points[number]
    alone = (
        point.title and not point.picture and not any(p.chapter for p in job.points)
    )  # else the chapters are numbered
    numbered = f"{number + 1}" if len(job.points) > 1 and alone else ""
    return point.title.get(code, ""), point.text.get(code, ""), numbered, "over" if point.picture else "alone"


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """Title and text; the picture, where there is one, stays free above them."""
    title, text, number, where = words
    over = where == "over"
    sheet = Sheet(house, language, frame, filled=not over)
    u = sheet.u
    column = (sheet.end - sheet.start) * (0.72 if frame.name == "wide" else 1.0)
    body = sheet.style("text", 4.7 if over else 5.2, "on_ground", "bold" if not title else "regular")
    below = (
        sheet.paragraphs(text, body, min(column, body.size * LONGEST_LINE * (1.3 if over else 1.0)), MOST_LINES)
        if text
        else []
    )
    above, style = sheet.titles(title, column, 4)[-1 if over else 0] if title else ([], body)
    gap = round(2.4 * u) if above and below else 0
    height = round(style.size * 1.18) * len(above) + gap + round(body.size * 1.42) * len(below)
    if over:
        foot = sheet.bottom
        top = foot - height - round(3.4 * u)
        if top < frame.height * 0.38:
            raise TextTooLong(f"{(title or text)!r} leaves no room for its picture in {frame.name}; shorten it")
        shade(sheet, frame.height - top + round(2 * u), "bottom")
        sheet.box(sheet.start, top, 9 * u, 0.8 * u, "accent")
        y = top + round(3.4 * u)
    else:
        if height + round(18 * u) > sheet.bottom - sheet.top:
            raise TextTooLong(f"{(title or text)!r} does not fit {frame.name}; shorten it")
        figure = sheet.style("title", 15, "accent_on_ground")
        head = round(figure.size * 1.1) if number else round(3.4 * u)
        y = (sheet.top + sheet.bottom - height - head) // 2
        if number:
            sheet.write([number], figure, sheet.start, sheet.end, y - round(2 * u), 1.1)
        else:
            sheet.box(sheet.start, y, 9 * u, 0.8 * u, "accent")
        y += head
    y = sheet.write(above, style, sheet.start, sheet.start + column, y, 1.18) + gap
    sheet.write(below, body, sheet.start, sheet.start + column, y, 1.42)
    return sheet.drawing()


CARD = Card(_words, draw)
