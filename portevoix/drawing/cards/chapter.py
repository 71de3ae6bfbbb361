"""A chapter's title: over a clip as a band at the foot, or alone on the ground with its number."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.ground import filled
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House

LEADING, OVER, FIGURE = 1.18, 1.26, 1.05  # heights of a line: of a title alone, over a clip, of its number


def _words(job: Job, code: str, detail: str) -> Words:
    where, _, place = detail.partition("/")
    number = int(place)
    if where == "clip":
        return job.clips[number].title.get(code, ""), "", where
    before = sum(bool(point.chapter) for point in job.points[: number + 1])
    return job.points[number].chapter.get(code, ""), str(before), where


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The accent marks it in both."""
    title, number, where = words
    return _over(house, title, language, frame) if where == "clip" else _alone(house, title, number, language, frame)


def _over(house: House, title: str, language: Language, frame: Frame) -> Drawing:
    sheet = Sheet(house, language, frame)
    u = sheet.u
    pad, edge = round(2.2 * u), round(1.1 * u)
    most = (sheet.end - sheet.start) * (0.5 if frame.name == "wide" else 0.86)
    style = sheet.style("title", 5.4, "on_ground")
    lines = sheet.fit(title, style, most - 2 * pad - sheet.stripe, 2)
    width = sheet.width(lines, style) + 2 * pad + sheet.stripe
    height = sheet.pitch(style, OVER) * len(lines) + 2 * edge
    top = sheet.bottom - height
    sheet.panel(sheet.start, top, width, height)
    sheet.write(lines, style, sheet.start + sheet.stripe + pad, sheet.start + width - pad, top + edge, OVER)
    return sheet.drawing()


def _alone(house: House, title: str, number: str, language: Language, frame: Frame) -> Drawing:
    sheet = filled(house, language, frame)
    u = sheet.u
    column = (sheet.end - sheet.start) * (0.72 if frame.name == "wide" else 1.0)
    lines, style = sheet.titles(title, column, 4)[0]
    figure = sheet.style("title", 24, "accent_on_ground")
    height = sheet.pitch(style, LEADING) * len(lines) + sheet.pitch(figure, FIGURE)
    y = (sheet.top + sheet.bottom - height) // 2 - round(2 * u)
    y = sheet.write([number], figure, sheet.start, sheet.end, y, FIGURE)
    sheet.write(lines, style, sheet.start, sheet.start + column, y, LEADING)
    return sheet.drawing()


CARD = Card(_words, draw)
